"""A mail as it comes over SMTP: its bytes up to the final dot, and the record of its acceptance."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

MAX_MAIL = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SmtpTransaction:
    """One mail that was accepted; `answered` is False where the 250 was withheld as planned."""

    at: datetime
    mail_from: str
    recipients: tuple[str, ...]
    raw: bytes
    user: str | None
    encrypted: bool
    answered: bool


async def read_mail(reader: asyncio.StreamReader) -> bytes | None:
    """The mail up to CRLF dot CRLF, dots unstuffed; None where it is larger than MAX_MAIL bytes.

    Only a whole CRLF ends a line here: a bare LF or CR with a dot must not end the mail, or a
    second one could be smuggled in.
    """
    lines: list[bytes] = []
    size, line = 0, b""
    while True:
        try:
            line += await reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError as error:
            line += await reader.readexactly(error.consumed)
            continue
        if line == b".\r\n":
            return None if size > MAX_MAIL else b"".join(lines)
        size += len(line)
        if size <= MAX_MAIL:
            lines.append(line[1:] if line.startswith(b".") else line)
        line = b""
