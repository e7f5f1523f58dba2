"""Putting a mail that has arrived into the right folder, as a receiving mail server does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr

from bot.sandbox.mailbox.imap_fetch import split
from bot.sandbox.mailbox.store import MailStore, StoredMail

_BARE_LF = re.compile(rb"(?<!\r)\n")


def deliver(
    store: MailStore,
    recipient: str,
    raw: bytes,
    *,
    mail_from: str = "",
    trace: bool = True,
    auth_results: str | None = None,
) -> StoredMail:
    """Put `raw` into the INBOX of `recipient`.

    With `trace` the fields of a delivering server go on top (Return-Path, Delivered-To,
    X-Original-To, Received) and line ends become CRLF; without, the bytes stay as they are.
    `auth_results` is the value of the Authentication-Results field that this server vouches for.
    """
    inbox = store.account(recipient).inbox
    if not trace:
        return inbox.add(raw)
    now = format_datetime(datetime.now(UTC))
    fields = [
        f"Return-Path: <{mail_from}>",
        f"Delivered-To: {recipient}",
        f"X-Original-To: {recipient}",
        f"Received: from [127.0.0.1] by sandbox.example for <{recipient}>; {now}",
    ]
    if auth_results is not None:
        fields.insert(3, f"Authentication-Results: {auth_results}")
    head = "".join(_one_line(field) + "\r\n" for field in fields).encode()
    return inbox.add(head + _BARE_LF.sub(b"\r\n", raw))


def from_address(raw: bytes) -> str:
    """The address in From; empty where there is none."""
    header = re.sub(rb"\r?\n[ \t]+", b" ", split(raw)[0])
    found = re.search(rb"^from:([^\r\n]*)", header, re.I | re.M)
    return parseaddr(found[1].decode("latin-1"))[1] if found else ""


def authentication_results(authserv_id: str, raw: bytes, *, passed: bool) -> str:
    """What a mail server that could check DKIM, SPF and DMARC would write (RFC 8601)."""
    domain = re.sub(r"[^\w.-]", "", from_address(raw).rpartition("@")[2]) or "invalid.example"
    verdict = "pass" if passed else "fail"
    return f"{authserv_id}; dmarc={verdict} header.from={domain}"


def without_forged_results(raw: bytes, authserv_id: str) -> bytes:
    """The mail without Authentication-Results fields that claim to be ours (RFC 8601, 5)."""
    header, body = split(raw)
    ours = re.compile(
        rb"^authentication-results:\s*"
        + re.escape(authserv_id.encode())
        + rb"[^\n]*\n(?:[ \t][^\n]*\n)*",
        re.I | re.M,
    )
    return ours.sub(b"", header) + body


def _one_line(field: str) -> str:
    return re.sub(r"[\r\n\0]", "", field)
