"""The IMAP commands that concern folders and mails, for one logged-in client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from bot.sandbox.mailbox.imap_fetch import fetched, marks_seen, wanted
from bot.sandbox.mailbox.imap_search import matching
from bot.sandbox.mailbox.imap_syntax import BadSyntax, Token, number_set, quote, text
from bot.sandbox.mailbox.imap_wire import Wire
from bot.sandbox.mailbox.store import Account, Folder, StoredMail

_SYSTEM_FLAGS = {
    flag.lower(): flag for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
}


class Refused(Exception):
    """The command is understood and not done; the client gets NO with this text."""


class MailCommands:
    """Commands on one account. `view` is what the client believes its folder to hold."""

    def __init__(self, account: Account, wire: Wire) -> None:
        self.changed = asyncio.Event()
        self._account, self._wire = account, wire
        self._folder: Folder | None = None
        self._read_only = False
        self._view: list[StoredMail] = []
        self._told_change = 0
        self._commands: dict[str, Callable[[list[Token]], Awaitable[str]]] = {
            "SELECT": partial(self._open, read_only=False),
            "EXAMINE": partial(self._open, read_only=True),
            "CLOSE": self._close,
            "UNSELECT": self._unselect,
            "LIST": partial(self._list, "LIST"),
            "LSUB": partial(self._list, "LSUB"),
            "NAMESPACE": self._namespace,
            "STATUS": self._status,
            "CREATE": self._create,
            "DELETE": self._delete,
            "SUBSCRIBE": self._accept,
            "UNSUBSCRIBE": self._accept,
            "APPEND": self._append,
            "EXPUNGE": self._expunge,
            "UID EXPUNGE": self._expunge,
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

    def leave(self) -> None:
        """Look at no folder any more."""
        if self._folder is not None:
            self._folder.watchers.remove(self.changed.set)
        self._folder, self._view = None, []

    async def tell_changes(self, *, expunges: bool) -> None:
        """Send what has happened to the open folder since the client was last told."""
        self.changed.clear()
        if self._folder is None:
            return
        here = set(map(id, self._folder.mails))
        if expunges:
            for at in reversed(range(len(self._view))):
                if id(self._view[at]) not in here:
                    del self._view[at]
                    await self._wire.line(f"* {at + 1} EXPUNGE")
        known = set(map(id, self._view))
        arrived = [mail for mail in self._folder.mails if id(mail) not in known]
        if arrived:
            self._view += arrived
            await self._wire.line(f"* {len(self._view)} EXISTS")
        told, self._told_change = self._told_change, self._folder.change
        for number, mail in enumerate(self._view, 1):
            if mail.change > told:
                await self._wire.send(
                    b"* %d FETCH " % number + fetched(mail, ["UID", "FLAGS"]) + b"\r\n"
                )

    # Folders

    async def _open(self, arguments: list[Token], *, read_only: bool) -> str:
        self.leave()
        folder = self._named(arguments)
        self._folder, self._read_only = folder, read_only
        self._view, self._told_change = list(folder.mails), folder.change
        folder.watchers.append(self.changed.set)
        flags = " ".join([*_SYSTEM_FLAGS.values(), *sorted(_keywords(folder))])
        for line in (
            f"FLAGS ({flags})",
            f"OK [PERMANENTFLAGS ({'' if read_only else flags + ' ' + chr(92) + '*'})] kept",
            f"{len(self._view)} EXISTS",
            "0 RECENT",
            f"OK [UIDVALIDITY {folder.uid_validity}] valid",
            f"OK [UIDNEXT {folder.uid_next}] next",
        ):
            await self._wire.line(f"* {line}")
        return "OK [READ-ONLY] open" if read_only else "OK [READ-WRITE] open"

    async def _close(self, arguments: list[Token]) -> str:
        if not self._read_only:
            self._selected().remove([mail for mail in self._view if "\\Deleted" in mail.flags])
        self.leave()
        return "OK closed"

    async def _unselect(self, arguments: list[Token]) -> str:
        self._selected()
        self.leave()
        return "OK closed"

    async def _list(self, name: str, arguments: list[Token]) -> str:
        reference, pattern = (text(argument) for argument in arguments[:2])
        if not pattern:
            await self._wire.line(f'* {name} (\\Noselect) "/" ""')
            return "OK done"
        shape = re.escape(reference + pattern).replace(r"\*", ".*").replace("%", "[^/]*")
        for folder in self._account.folders:
            if re.fullmatch(shape, folder, re.I if folder == "INBOX" else 0):
                await self._wire.line(f'* {name} (\\HasNoChildren) "/" {quote(folder)}')
        return "OK done"

    async def _namespace(self, arguments: list[Token]) -> str:
        await self._wire.line('* NAMESPACE (("" "/")) NIL NIL')
        return "OK done"

    async def _status(self, arguments: list[Token]) -> str:
        folder = self._named(arguments)
        items = arguments[1] if len(arguments) > 1 else []
        if not isinstance(items, list):
            raise BadSyntax("STATUS folder (items)")
        unseen = sum("\\Seen" not in mail.flags for mail in folder.mails)
        values = {
            "MESSAGES": len(folder.mails),
            "RECENT": 0,
            "UIDNEXT": folder.uid_next,
            "UIDVALIDITY": folder.uid_validity,
            "UNSEEN": unseen,
        }
        names = [text(item).upper() for item in items]
        if unknown := set(names) - set(values):
            raise BadSyntax(f"unknown item {unknown.pop()}")
        counts = " ".join(f"{name} {values[name]}" for name in names)
        await self._wire.line(f"* STATUS {quote(folder.name)} ({counts})")
        return "OK done"

    async def _create(self, arguments: list[Token]) -> str:
        name = text(arguments[0]).rstrip("/")
        if self._account.folder(name):
            raise Refused("[ALREADYEXISTS] there is one")
        self._account.folders[name] = Folder(name)
        return "OK created"

    async def _delete(self, arguments: list[Token]) -> str:
        folder = self._named(arguments)
        if folder is self._account.inbox:
            raise Refused("[CANNOT] INBOX stays")
        del self._account.folders[folder.name]
        return "OK deleted"

    async def _accept(self, arguments: list[Token]) -> str:
        return "OK done"

    # Mails

    async def _append(self, arguments: list[Token]) -> str:
        folder = self._named(arguments)
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
        names = wanted(arguments[1], uid=uid)
        chosen = self._chosen(arguments, uid=uid)
        for number, mail in chosen:
            if marks_seen(names) and not self._read_only:
                self._selected().set_flags(mail, mail.flags | {"\\Seen"})
            await self._wire.send(b"* %d FETCH " % number + fetched(mail, names) + b"\r\n")
        return "OK done"

    async def _search(self, arguments: list[Token], *, uid: bool) -> str:
        self._selected()
        found = matching(arguments, self._view)
        numbers = [str(mail.uid if uid else number) for number, mail in found]
        await self._wire.line(" ".join(["* SEARCH", *numbers]))
        return "OK done"

    async def _store(self, arguments: list[Token], *, uid: bool) -> str:
        folder = self._writable()
        action, given = text(arguments[1]).upper(), arguments[2:]
        flags = _flags(given[0] if given and isinstance(given[0], list) else given)
        for number, mail in self._chosen(arguments, uid=uid):
            if action.startswith("+"):
                folder.set_flags(mail, mail.flags | flags)
            elif action.startswith("-"):
                folder.set_flags(mail, mail.flags - flags)
            else:
                folder.set_flags(mail, flags)
            if not action.endswith(".SILENT"):
                answer = fetched(mail, ["UID", "FLAGS"] if uid else ["FLAGS"])
                await self._wire.send(b"* %d FETCH " % number + answer + b"\r\n")
        self._told_change = folder.change
        return "OK done"

    async def _copy(self, arguments: list[Token], *, uid: bool) -> str:
        code, _ = self._copied(arguments, uid=uid)
        return f"OK {code}copied"

    async def _move(self, arguments: list[Token], *, uid: bool) -> str:
        folder = self._writable()
        code, mails = self._copied(arguments, uid=uid)
        if code:
            await self._wire.line(f"* OK {code}moved")
        folder.remove(mails)
        return "OK done"

    def _copied(self, arguments: list[Token], *, uid: bool) -> tuple[str, list[StoredMail]]:
        source, target = self._selected(), self._named(arguments[1:])
        mails = [mail for _, mail in self._chosen(arguments, uid=uid) if mail in source.mails]
        copies = [target.add(mail.raw, mail.flags, mail.received) for mail in mails]
        if not mails:
            return "", []
        old, new = (",".join(str(mail.uid) for mail in some) for some in (mails, copies))
        return f"[COPYUID {target.uid_validity} {old} {new}] ", mails

    async def _expunge(self, arguments: list[Token]) -> str:
        folder = self._writable()
        doomed = [mail for mail in self._view if "\\Deleted" in mail.flags]
        if arguments:
            uids = number_set(arguments[0], max((mail.uid for mail in self._view), default=0))
            doomed = [mail for mail in doomed if uids(mail.uid)]
        folder.remove(doomed)
        return "OK done"

    def _named(self, arguments: list[Token]) -> Folder:
        if not arguments:
            raise BadSyntax("which folder?")
        folder = self._account.folder(text(arguments[0]))
        if folder is None:
            raise Refused("[TRYCREATE] no such folder")
        return folder

    def _selected(self) -> Folder:
        if self._folder is None:
            raise BadSyntax("select a folder first")
        return self._folder

    def _writable(self) -> Folder:
        folder = self._selected()
        if self._read_only:
            raise Refused("[READ-ONLY] opened for reading")
        return folder

    def _chosen(self, arguments: list[Token], *, uid: bool) -> list[tuple[int, StoredMail]]:
        self._selected()
        if len(arguments) < 2:
            raise BadSyntax("too few arguments")
        highest = len(self._view) if not uid else (self._view[-1].uid if self._view else 0)
        inside = number_set(arguments[0], highest)
        return [
            (number, mail)
            for number, mail in enumerate(self._view, 1)
            if inside(mail.uid if uid else number)
        ]


def _flags(tokens: list[Token]) -> set[str]:
    names = (text(token) for token in tokens)
    return {_SYSTEM_FLAGS.get(name.lower(), name) for name in names if name.lower() != "\\recent"}


def _keywords(folder: Folder) -> set[str]:
    return {flag for mail in folder.mails for flag in mail.flags if not flag.startswith("\\")}


def _date(word: str) -> datetime:
    try:
        return datetime.strptime(word.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        raise BadSyntax(f"not a date: {word}") from None
