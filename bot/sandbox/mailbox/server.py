"""The mail server as the demo and the tests start it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from bot.sandbox.mailbox.credentials import Credentials
from bot.sandbox.mailbox.delivery import (
    authentication_results,
    deliver,
    from_address,
    without_forged_results,
)
from bot.sandbox.mailbox.faults import ImapFaults, SmtpFaults
from bot.sandbox.mailbox.imap_session import CAPABILITIES, ImapSession
from bot.sandbox.mailbox.smtp import SmtpSession
from bot.sandbox.mailbox.smtp_data import SmtpTransaction
from bot.sandbox.mailbox.store import INBOX, Folder, MailStore, StoredMail
from bot.sandbox.waiting import Changes

HOST = "127.0.0.1"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MailEntry:
    """A mail in its folder; `id` names it for as long as it stays there."""

    id: str
    folder: str
    mail: StoredMail

    @property
    def raw(self) -> bytes:
        """Its bytes."""
        return self.mail.raw

    @property
    def received(self) -> datetime:
        """When it came in."""
        return self.mail.received


class SandboxMailbox:
    """IMAP + SMTP on loopback; every address is a mailbox made on first use, one password for all.

    `history` holds every mail that SMTP has accepted, `imap_faults` and `smtp_faults` take orders
    for what is to go wrong. `access_tokens` are the OAuth tokens that XOAUTH2 accepts just now.
    With `authserv_id` each mail gets an Authentication-Results field of that name: pass, or what
    `put(authenticated=…)` says.
    """

    def __init__(self, *, password: str, authserv_id: str | None) -> None:
        self.password = password
        self.authserv_id = authserv_id
        self.imap_port = self.smtp_port = 0
        self.imap_faults, self.smtp_faults = ImapFaults(), SmtpFaults()
        self.history: list[SmtpTransaction] = []
        self._store = MailStore()
        self._credentials = Credentials(password)
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.changes = Changes()

    @classmethod
    async def start(
        cls,
        *,
        imap_port: int = 0,
        smtp_port: int = 0,
        password: str = "sandbox",
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        smtp_login: bool = False,
        capabilities: list[str] | None = None,
        authserv_id: str | None = None,
    ) -> Self:
        """Listen on loopback; port 0 takes a free one.

        With `tls` (a server context) both sides insist on STARTTLS, or with `implicit_tls` speak
        TLS from the first byte. AUTH (PLAIN, LOGIN, XOAUTH2) is offered by SMTP at any time, and
        with `smtp_login` insisted on. `capabilities` replaces what IMAP claims, so that a client
        can be tried without IDLE or MOVE.
        """
        mailbox = cls(password=password, authserv_id=authserv_id)
        starttls = None if implicit_tls else tls
        immediate = tls if implicit_tls else None

        async def imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if mailbox.imap_faults.refuse_connections:
                writer.transport.abort()
                return
            session = ImapSession(
                reader,
                writer,
                mailbox._store,
                mailbox._credentials,
                mailbox.imap_faults,
                capabilities=capabilities or CAPABILITIES,
                tls=starttls,
            )
            await mailbox._serve(session.run(), writer)

        async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            session = SmtpSession(
                reader,
                writer,
                mailbox._credentials,
                mailbox.smtp_faults,
                mailbox._accept,
                tls=starttls,
                login=smtp_login,
            )
            await mailbox._serve(session.run(), writer)

        for serve, port in ((imap, imap_port), (smtp, smtp_port)):
            server = await asyncio.start_server(serve, HOST, port, ssl=immediate)
            mailbox._servers.append(server)
        mailbox.imap_port, mailbox.smtp_port = (
            server.sockets[0].getsockname()[1] for server in mailbox._servers
        )
        return mailbox

    async def stop(self) -> None:
        """Stop listening and cut what is connected."""
        for server in self._servers:
            server.close()
        await asyncio.sleep(0)  # who was let in this moment is known then
        while self._connections:
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    async def put(
        self,
        address: str,
        raw: bytes,
        *,
        mail_from: str | None = None,
        trace: bool = True,
        authenticated: bool = True,
    ) -> None:
        """Deliver a mail to `address` as if it came from outside; whoever is in IDLE is woken.

        `mail_from` is the envelope's sender, None for the one in From; empty as of bounces.

        Without `trace` the bytes are stored as they are; with it (as by SMTP) Return-Path,
        Delivered-To, X-Original-To and Received go on top and line ends become CRLF.
        """
        sender = from_address(raw) if mail_from is None else mail_from
        self._deliver(address, raw, sender, trace=trace, authenticated=authenticated)
        self.changes.tell()

    async def mails(self, address: str, folder: str = INBOX) -> list[bytes]:
        """The raw mails in a folder of that address, in order of arrival."""
        found = self._store.account(address).folder(folder)
        return [mail.raw for mail in found.mails] if found else []

    @property
    def addresses(self) -> list[str]:
        """Mailboxes that exist, in the order of their first use."""
        return self._store.addresses

    def keep(self, address: str, folder: str, raw: bytes) -> None:
        """Store a mail in a folder of that address, as a mail program does with what it sent."""
        account = self._store.account(address)
        account.folders.setdefault(folder, Folder(folder)).add(raw)
        self.changes.tell()

    def entries(self, address: str) -> list[MailEntry]:
        """Every mail of that address with its folder, in order of arrival."""
        found = [
            MailEntry(f"{folder.uid_validity}.{mail.uid}", folder.name, mail)
            for folder in self._store.account(address).folders.values()
            for mail in folder.mails
        ]
        return sorted(found, key=lambda entry: entry.received)

    def folders(self, address: str) -> list[str]:
        """Names of the folders of that address."""
        return list(self._store.account(address).folders)

    @property
    def access_tokens(self) -> set[str]:
        """OAuth access tokens that XOAUTH2 accepts now; add and remove at will."""
        return self._credentials.access_tokens

    def change_uid_validity(self, address: str, folder: str = INBOX, *, first_uid: int = 1) -> None:
        """Renumber a folder under a new UIDVALIDITY and end every IMAP connection."""
        found = self._store.account(address).folder(folder)
        if found is None:
            raise LookupError(f"{address} has no folder {folder}")
        found.renumber(first_uid=first_uid)
        self.imap_faults.bye("mailbox was rebuilt")

    async def until(self, condition: Callable[[], T], seconds: float = 60) -> T:
        """Wait for a truthy value of `condition`, e.g. `lambda: mailbox.history`.

        It is looked at again after each delivery. Raises TimeoutError.
        """
        return await self.changes.until(condition, seconds)

    def inbox(self, address: str) -> list[bytes]:
        """The raw mails in the INBOX of that address, for use in a condition."""
        return [mail.raw for mail in self._store.account(address).inbox.mails]

    def _accept(self, transaction: SmtpTransaction) -> None:
        self.history.append(transaction)
        for recipient in transaction.recipients:
            self._deliver(recipient, transaction.raw, transaction.mail_from)
        self.changes.tell()

    def _deliver(
        self,
        address: str,
        raw: bytes,
        mail_from: str,
        *,
        trace: bool = True,
        authenticated: bool = True,
    ) -> None:
        results = None
        if self.authserv_id is not None and trace:
            raw = without_forged_results(raw, self.authserv_id)
            results = authentication_results(self.authserv_id, raw, passed=authenticated)
        deliver(self._store, address, raw, mail_from=mail_from, trace=trace, auth_results=results)

    async def _serve(
        self, conversation: Coroutine[Any, Any, None], writer: asyncio.StreamWriter
    ) -> None:
        connection = asyncio.current_task()
        assert connection is not None  # the server runs each as a task
        self._connections.add(connection)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # by `stop`
                await conversation
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
                await writer.wait_closed()
        finally:
            # Not before the socket is closed: `stop` waits for that.
            writer.transport.abort()
            self._connections.discard(connection)
