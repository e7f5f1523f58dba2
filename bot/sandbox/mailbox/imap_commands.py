"""The IMAP commands that concern mails, for one logged-in client."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from bot.sandbox.mailbox.imap_fetch import marks_seen, wanted
from bot.sandbox.mailbox.imap_folders import Command, FolderCommands
from bot.sandbox.mailbox.imap_search import matching
from bot.sandbox.mailbox.imap_syntax import BadSyntax, Token, number_set, text
from bot.sandbox.mailbox.imap_view import FolderView
from bot.sandbox.mailbox.imap_wire import Wire
from bot.sandbox.mailbox.store import SYSTEM_FLAGS, Account, StoredMail


class MailCommands:
    """Commands on one account; `view` is the folder that the client has open."""

    def __init__(self, account: Account, wire: Wire) -> None:
        self.view = FolderView(wire)
        self._wire = wire
        self._folders = FolderCommands(account, wire)
        self._commands: dict[str, Command] = {
            "SELECT": partial(self._open, read_only=False),
            "EXAMINE": partial(self._open, read_only=True),
            "CLOSE": self._close,
            "UNSELECT": self._unselect,
            "APPEND": self._append,
            "EXPUNGE": self._expunge,
            "UID EXPUNGE": self._expunge,
            **self._folders.commands,
        }
        for uid, prefix in ((False, ""), (True, "UID ")):
            self._commands |= {
                f"{prefix}FETCH": partial(self._fetch, uid=uid),
                f"{prefix}SEARCH": partial(self._search, uid=uid),
                f"{prefix}STORE": partial(self._store, uid=uid),
                f"{prefix}COPY": partial(self._copy, uid=uid),
                f"{prefix}MOVE": partial(self._move, uid=uid),
            }

    async def do(self, name: str, arguments: list[Token]) -> str:
        """Run one command; the answer goes behind the tag. Raises BadSyntax or Refused."""
        command = self._commands.get(name)
        if command is None:
            raise BadSyntax("unknown command")
        return await command(arguments)

    async def _open(self, arguments: list[Token], *, read_only: bool) -> str:
        self.view.leave()
        await self.view.open(self._folders.named(arguments), read_only=read_only)
        return "OK [READ-ONLY] open" if read_only else "OK [READ-WRITE] open"

    async def _close(self, arguments: list[Token]) -> str:
        if not self.view.read_only:
            doomed = [mail for mail in self.view.mails if "\\Deleted" in mail.flags]
            self.view.folder.remove(doomed)
        return await self._unselect(arguments)

    async def _unselect(self, arguments: list[Token]) -> str:
        self.view.leave()
        return "OK closed"

    async def _append(self, arguments: list[Token]) -> str:
        folder = self._folders.named(arguments)
        *options, raw = arguments[1:] or [[]]
        if isinstance(raw, list):
            raise BadSyntax("APPEND folder (flags) date mail")
        flags: set[str] = set()
        received: datetime | None = None
        for option in options:
            if isinstance(option, list):
                flags = _flags(option)
            else:
                received = _date(text(option))
        mail = folder.add(raw, flags, received)
        return f"OK [APPENDUID {folder.uid_validity} {mail.uid}] kept"

    async def _fetch(self, arguments: list[Token], *, uid: bool) -> str:
        numbers, asked = _two(arguments)
        names = wanted(asked, uid=uid)
        for number, mail in self.view.chosen(numbers, uid=uid):
            extra: list[str] = []
            if marks_seen(names) and not self.view.read_only and "\\Seen" not in mail.flags:
                self.view.folder.set_flags(mail, mail.flags | {"\\Seen"})
                extra = [] if "FLAGS" in (name.upper() for name in names) else ["FLAGS"]
            await self.view.answer(number, mail, names + extra)
        self.view.told_change = self.view.folder.change
        return "OK done"

    async def _search(self, arguments: list[Token], *, uid: bool) -> str:
        found = matching(arguments, self.view.listing())
        numbers = [str(mail.uid if uid else number) for number, mail in found]
        await self._wire.line(" ".join(["* SEARCH", *numbers]))
        return "OK done"

    async def _store(self, arguments: list[Token], *, uid: bool) -> str:
        folder = self.view.writable
        numbers, verb = _two(arguments)
        action, given = text(verb).upper(), arguments[2:]
        flags = _flags(given[0] if given and isinstance(given[0], list) else given)
        for number, mail in self.view.chosen(numbers, uid=uid):
            if action.startswith("+"):
                folder.set_flags(mail, mail.flags | flags)
            elif action.startswith("-"):
                folder.set_flags(mail, mail.flags - flags)
            else:
                folder.set_flags(mail, flags)
            if not action.endswith(".SILENT"):
                await self.view.answer(number, mail, ["UID", "FLAGS"] if uid else ["FLAGS"])
        self.view.told_change = folder.change
        return "OK done"

    async def _copy(self, arguments: list[Token], *, uid: bool) -> str:
        code, _ = self._copied(arguments, uid=uid)
        return f"OK {code}copied"

    async def _move(self, arguments: list[Token], *, uid: bool) -> str:
        folder = self.view.writable
        code, mails = self._copied(arguments, uid=uid)
        if code:
            await self._wire.line(f"* OK {code}moved")
        folder.remove(mails)
        return "OK done"

    def _copied(self, arguments: list[Token], *, uid: bool) -> tuple[str, list[StoredMail]]:
        numbers, _ = _two(arguments)
        source, target = self.view.folder, self._folders.named(arguments[1:])
        chosen = self.view.chosen(numbers, uid=uid)
        mails = [mail for _, mail in chosen if source.holds(mail)]
        copies = [target.add(mail.raw, mail.flags, mail.received) for mail in mails]
        if not mails:
            return "", []
        old, new = (",".join(str(mail.uid) for mail in some) for some in (mails, copies))
        return f"[COPYUID {target.uid_validity} {old} {new}] ", mails

    async def _expunge(self, arguments: list[Token]) -> str:
        folder = self.view.writable
        doomed = [mail for mail in self.view.mails if "\\Deleted" in mail.flags]
        if arguments:
            uids = number_set(arguments[0], self.view.highest_uid())
            doomed = [mail for mail in doomed if uids(mail.uid)]
        folder.remove(doomed)
        return "OK done"


def _two(arguments: list[Token]) -> tuple[Token, Token]:
    if len(arguments) < 2:
        raise BadSyntax("too few arguments")
    return arguments[0], arguments[1]


def _flags(tokens: list[Token]) -> set[str]:
    names = (text(token) for token in tokens)
    return {SYSTEM_FLAGS.get(name.lower(), name) for name in names if name.lower() != "\\recent"}


def _date(word: str) -> datetime:
    try:
        return datetime.strptime(word.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        raise BadSyntax(f"not a date: {word}") from None
