"""One IMAP connection: log in, then commands one after another until it ends (RFC 3501)."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable

from bot.sandbox.mailbox.credentials import Credentials
from bot.sandbox.mailbox.faults import ImapFaults
from bot.sandbox.mailbox.imap_commands import MailCommands
from bot.sandbox.mailbox.imap_syntax import BadSyntax, Literal, Token, parse, read_pieces, text
from bot.sandbox.mailbox.imap_view import Refused
from bot.sandbox.mailbox.imap_wire import Dropped, Wire
from bot.sandbox.mailbox.store import MailStore

CAPABILITIES = [
    *("IMAP4rev1", "LITERAL+", "SASL-IR", "ID", "ENABLE", "NAMESPACE"),
    *("IDLE", "UIDPLUS", "MOVE", "UNSELECT", "CHILDREN"),
]
_ANY_TIME = {"CAPABILITY", "NOOP", "LOGOUT", "ID", "STARTTLS", "LOGIN", "AUTHENTICATE"}


class ImapSession:
    """Speaks with one client. `capabilities` is what it claims and, for IDLE and MOVE, does."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        store: MailStore,
        credentials: Credentials,
        faults: ImapFaults,
        *,
        capabilities: list[str],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.reader, self.writer = reader, writer
        self.wire = Wire(writer, faults)
        self._store, self._credentials, self._faults = store, credentials, faults
        self._capabilities, self._tls = capabilities, tls
        self._mail: MailCommands | None = None
        self._ends = False
        self._own: dict[str, Callable[[str, list[Token]], Awaitable[str]]] = {
            "CAPABILITY": self._capability,
            "NOOP": self._nothing,
            "CHECK": self._nothing,
            "ENABLE": self._enable,
            "ID": self._id,
            "LOGOUT": self._logout,
            "STARTTLS": self._starttls,
            "LOGIN": self._login,
            "AUTHENTICATE": self._authenticate,
            "IDLE": self._idle,
        }

    async def run(self) -> None:
        """Serve until the client leaves or the connection is lost."""
        stop_bye = self._faults.on_bye(self._bye)
        try:
            await self.wire.line(f"* OK [CAPABILITY {self._claims()}] sandbox ready")
            while not self._ends and await self._one_command():
                pass
        except (Dropped, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.wire.abort()
        finally:
            stop_bye()
            if self._mail is not None:
                self._mail.view.leave()

    async def _one_command(self) -> bool:
        tag = "*"
        try:
            pieces = await read_pieces(self.reader, lambda: self.wire.line("+ go ahead"))
            if not pieces:
                return False
            tag = _tag(pieces[0])
            tokens = parse(pieces)
            if len(tokens) < 2:
                raise BadSyntax("a command lacks")
            await self._answer(tag, tokens[1:])
        except BadSyntax as error:
            await self.wire.line(f"{tag} BAD {error}")
        except ValueError:  # a line longer than the reader's limit, or a number that is none
            await self.wire.line(f"{tag} BAD cannot read this")
        return True

    async def _answer(self, tag: str, tokens: list[Token]) -> None:
        name, arguments = text(tokens[0]).upper(), tokens[1:]
        if name == "UID" and arguments:
            name, arguments = f"UID {text(arguments[0]).upper()}", arguments[1:]
        planned = self._faults.take_answer(name)
        if planned == "DROP":
            raise Dropped
        try:
            reply = planned or await self._dispatch(name, arguments)
        except Refused as refusal:
            reply = f"NO {refusal}"
        if self._mail is not None:
            await self._mail.view.tell_changes(expunges=name not in ("FETCH", "STORE", "SEARCH"))
        await self.wire.line(f"{tag} {reply}")
        if name == "STARTTLS" and reply.startswith("OK") and self._tls is not None:
            await self.writer.start_tls(self._tls)

    async def _dispatch(self, name: str, arguments: list[Token]) -> str:
        if name in self._own:
            if self._mail is None and name not in _ANY_TIME:
                raise BadSyntax("log in first")
            return await self._own[name](name, arguments)
        if self._mail is None:
            raise BadSyntax("log in first")
        if name.endswith("MOVE") and "MOVE" not in self._capabilities:
            raise BadSyntax("unknown command")
        return await self._mail.do(name, arguments)

    def _claims(self) -> str:
        claims = list(self._capabilities)
        if self._tls is not None and not self._encrypted():
            claims += ["STARTTLS", "LOGINDISABLED"]
        else:
            claims += ["AUTH=PLAIN", "AUTH=XOAUTH2"]
        return " ".join(claims)

    def _encrypted(self) -> bool:
        return self.writer.get_extra_info("ssl_object") is not None

    def _bye(self, words: str) -> None:
        self.writer.write(f"* BYE {words}\r\n".encode())
        self.writer.close()

    async def _capability(self, name: str, arguments: list[Token]) -> str:
        await self.wire.line(f"* CAPABILITY {self._claims()}")
        return "OK done"

    async def _nothing(self, name: str, arguments: list[Token]) -> str:
        return "OK done"

    async def _enable(self, name: str, arguments: list[Token]) -> str:
        await self.wire.line("* ENABLED")
        return "OK done"

    async def _id(self, name: str, arguments: list[Token]) -> str:
        await self.wire.line('* ID ("name" "sandbox")')
        return "OK done"

    async def _logout(self, name: str, arguments: list[Token]) -> str:
        await self.wire.line("* BYE until next time")
        self._ends = True
        return "OK done"

    async def _starttls(self, name: str, arguments: list[Token]) -> str:
        if self._tls is None or self._encrypted():
            raise BadSyntax("no TLS here")
        return "OK begin TLS now"

    async def _login(self, name: str, arguments: list[Token]) -> str:
        if len(arguments) != 2:
            raise BadSyntax("LOGIN user password")
        if self._tls is not None and not self._encrypted():
            raise Refused("[PRIVACYREQUIRED] encrypt first")
        user, password = (text(argument) for argument in arguments)
        return self._enter(user if self._credentials.accepts_password(user, password) else None)

    async def _authenticate(self, name: str, arguments: list[Token]) -> str:
        mechanism = text(arguments[0]).upper() if arguments else ""
        if mechanism not in ("PLAIN", "XOAUTH2"):
            raise Refused("unknown mechanism")
        if self._tls is not None and not self._encrypted():
            raise Refused("[PRIVACYREQUIRED] encrypt first")
        given = text(arguments[1]).encode() if len(arguments) > 1 else await self._challenge("")
        if mechanism == "PLAIN":
            return self._enter(self._credentials.user_of_plain(given))
        user = self._credentials.user_of_xoauth2(given)
        if user is None:
            await self._challenge(base64.b64encode(b'{"status":"400","schemes":"bearer"}').decode())
        return self._enter(user)

    async def _challenge(self, words: str) -> bytes:
        await self.wire.line(f"+ {words}")
        return (await self.reader.readline()).strip()

    def _enter(self, user: str | None) -> str:
        if user is None:
            raise Refused("[AUTHENTICATIONFAILED] wrong user or password")
        self._mail = MailCommands(self._store.account(user), self.wire)
        return f"OK [CAPABILITY {self._claims()}] welcome"

    async def _idle(self, name: str, arguments: list[Token]) -> str:
        if "IDLE" not in self._capabilities or self._mail is None:
            raise BadSyntax("unknown command")
        await self.wire.line("+ idling")
        done = asyncio.ensure_future(self.reader.readline())
        try:
            while not done.done():
                changed = asyncio.ensure_future(self._mail.view.changed.wait())
                try:
                    await asyncio.wait({done, changed}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
                await self._mail.view.tell_changes(expunges=True)
        finally:
            done.cancel()
        if done.result().strip().upper() != b"DONE":
            raise BadSyntax("DONE expected")
        return "OK done"


def _tag(piece: bytes | Literal) -> str:
    line = piece.value if isinstance(piece, Literal) else piece
    return line.partition(b" ")[0].decode("ascii", "replace") or "*"
