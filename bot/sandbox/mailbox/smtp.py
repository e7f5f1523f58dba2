"""One SMTP connection (RFC 5321): takes a mail for each recipient, or fails as told."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.sandbox.mailbox.credentials import Credentials
from bot.sandbox.mailbox.faults import SmtpFaults
from bot.sandbox.mailbox.smtp_data import MAX_MAIL, SmtpTransaction, read_mail

_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>\s*(.*)$", re.I)


class _Cut(Exception):
    """The connection is to be cut as planned."""


class SmtpSession:
    """Speaks with one client. With `login` mail is taken only from those who have logged in."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        credentials: Credentials,
        faults: SmtpFaults,
        accept: Callable[[SmtpTransaction], None],
        *,
        tls: ssl.SSLContext | None,
        login: bool,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._credentials, self._faults, self._accept = credentials, faults, accept
        self._tls, self._login = tls, login
        self._greeted = self._ends = False
        self._user: str | None = None
        self._mail_from: str | None = None
        self._recipients: list[str] = []
        self._commands: dict[str, Callable[[str], Awaitable[str]]] = {
            "EHLO": self._ehlo,
            "HELO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "VRFY": self._vrfy,
            "QUIT": self._quit,
        }

    async def run(self) -> None:
        """Serve until the client leaves, or is cut off."""
        try:
            await self._say(await self._planned("CONNECT") or "220 sandbox.example ESMTP")
            while not self._ends and (line := await self._reader.readline()):
                await self._one_command(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (_Cut, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, ValueError):
            self._writer.transport.abort()

    async def _one_command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        command = self._commands.get(name.upper())
        if command is None:
            await self._say("500 5.5.1 unknown command")
            return
        if name.upper() in ("STARTTLS", "AUTH", "MAIL", "RCPT", "DATA") and not self._greeted:
            await self._say("503 5.5.1 EHLO first")
            return
        path = _PATH.match(rest)
        planned = await self._planned(
            name.upper().replace("HELO", "EHLO"), path[1] if path else None
        )
        reply = planned or await command(rest.strip())
        await self._say(reply)
        if name.upper() == "STARTTLS" and reply.startswith("220") and self._tls is not None:
            await self._writer.start_tls(self._tls)
            self._greeted, self._user = False, None

    async def _planned(self, command: str, recipient: str | None = None) -> str | None:
        """Carry out the fault planned for this command; the answer to give, if it is one."""
        fault = self._faults.take(command, recipient)
        if fault is None:
            return None
        if fault.action == "answer":
            if fault.code == 421:
                self._ends = True
            return f"{fault.code} {fault.text}"
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
            return None
        raise _Cut

    async def _say(self, reply: str) -> None:
        lines = reply.split("\n")
        code = lines[0][:3]
        for index, line in enumerate(lines):
            text = line if index == 0 else f"{code} {line}"
            if index < len(lines) - 1:
                text = f"{code}-{text[4:]}"
            self._writer.write(text.encode() + b"\r\n")
        await self._writer.drain()

    def _encrypted(self) -> bool:
        return self._writer.get_extra_info("ssl_object") is not None

    def _may_log_in(self) -> bool:
        return self._tls is None or self._encrypted()

    async def _ehlo(self, name: str) -> str:
        self._greeted = True
        self._forget_mail()
        lines = ["250 sandbox.example", "PIPELINING", f"SIZE {MAX_MAIL}", "8BITMIME", "SMTPUTF8"]
        if self._tls is not None and not self._encrypted():
            lines.append("STARTTLS")
        if self._may_log_in():
            lines.append("AUTH PLAIN LOGIN XOAUTH2")
        return "\n".join([*lines, "ENHANCEDSTATUSCODES"])

    async def _starttls(self, rest: str) -> str:
        if self._tls is None or self._encrypted():
            return "503 5.5.1 no TLS here"
        return "220 2.0.0 begin TLS now"

    async def _auth(self, rest: str) -> str:
        mechanism, _, given = rest.partition(" ")
        if not self._may_log_in():
            return "503 5.5.1 no login here"
        if self._user is not None:
            return "503 5.5.1 already logged in"
        user = await self._user_of(mechanism.upper(), given)
        if user is None:
            return "535 5.7.8 wrong user or password"
        self._user = user
        return "235 2.7.0 welcome"

    async def _user_of(self, mechanism: str, given: str) -> str | None:
        if mechanism == "LOGIN":
            name = given or await self._ask("VXNlcm5hbWU6")
            user, password = (_decoded(word) for word in (name, await self._ask("UGFzc3dvcmQ6")))
            return user if self._credentials.accepts_password(user, password) else None
        answer = (given or await self._ask("")).encode()
        if mechanism == "PLAIN":
            return self._credentials.user_of_plain(answer)
        if mechanism == "XOAUTH2":
            user_found = self._credentials.user_of_xoauth2(answer)
            if user_found is None:
                await self._ask(base64.b64encode(b'{"status":"400","schemes":"bearer"}').decode())
            return user_found
        return None

    async def _ask(self, challenge: str) -> str:
        await self._say(f"334 {challenge}")
        return (await self._reader.readline()).decode("ascii", "replace").strip()

    async def _mail(self, rest: str) -> str:
        path = _PATH.match(rest)
        if self._tls is not None and not self._encrypted():
            return "530 5.7.0 STARTTLS first"
        if self._login and self._user is None:
            return "530 5.7.0 log in first"
        if path is None:
            return "501 5.5.4 MAIL FROM:<address>"
        if self._mail_from is not None:
            return "503 5.5.1 one mail at a time"
        size = re.search(r"\bSIZE=(\d+)", path[2], re.I)
        if size and int(size[1]) > MAX_MAIL:
            return "552 5.3.4 too large"
        self._mail_from = path[1]
        return "250 2.1.0 sender ok"

    async def _rcpt(self, rest: str) -> str:
        path = _PATH.match(rest)
        if self._mail_from is None:
            return "503 5.5.1 MAIL first"
        if path is None or "@" not in path[1].strip("@"):
            return "501 5.1.3 RCPT TO:<address>"
        self._recipients.append(path[1])
        return "250 2.1.5 recipient ok"

    async def _data(self, rest: str) -> str:
        if not self._recipients:
            return "503 5.5.1 RCPT first"
        await self._say("354 end with a dot on a line of its own")
        raw = await read_mail(self._reader)
        if raw is None:
            self._forget_mail()
            return "552 5.3.4 too large"
        fault = self._faults.take("END")
        if fault is not None and fault.action == "answer":
            self._forget_mail()
            return f"{fault.code} {fault.text}"
        if fault is not None and fault.action == "drop":
            raise _Cut
        if fault is not None and fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        lost = fault is not None and fault.action == "lose_answer"
        self._accept(self._transaction(raw, answered=not lost))
        if lost:
            raise _Cut
        self._forget_mail()
        return "250 2.0.0 kept"

    def _transaction(self, raw: bytes, *, answered: bool) -> SmtpTransaction:
        return SmtpTransaction(
            at=datetime.now(UTC),
            mail_from=self._mail_from or "",
            recipients=tuple(self._recipients),
            raw=raw,
            user=self._user,
            encrypted=self._encrypted(),
            answered=answered,
        )

    def _forget_mail(self) -> None:
        self._mail_from, self._recipients = None, []

    async def _rset(self, rest: str) -> str:
        self._forget_mail()
        return "250 2.0.0 forgotten"

    async def _noop(self, rest: str) -> str:
        return "250 2.0.0 ok"

    async def _vrfy(self, rest: str) -> str:
        return "252 2.1.5 will try"

    async def _quit(self, rest: str) -> str:
        self._ends = True
        return "221 2.0.0 bye"


def _decoded(word: str) -> str:
    return base64.b64decode(word + "==").decode("utf-8", "replace")
