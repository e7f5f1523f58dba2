"""The folder a client has open: what it believes to be in it, and telling it what has changed."""

from __future__ import annotations

import asyncio

from bot.sandbox.mailbox.imap_fetch import fetched
from bot.sandbox.mailbox.imap_syntax import BadSyntax, Token, number_ranges
from bot.sandbox.mailbox.imap_wire import Wire
from bot.sandbox.mailbox.store import SYSTEM_FLAGS, Folder, StoredMail, index_of


class Refused(Exception):
    """The command is understood and not done; the client gets NO with this text."""


class FolderView:
    """The open folder, if any. `mails` are numbered as the client numbers them."""

    def __init__(self, wire: Wire) -> None:
        self.changed = asyncio.Event()
        self.mails: list[StoredMail] = []
        self.told_change = 0
        self.read_only = False
        self._wire = wire
        self._folder: Folder | None = None
        self._told_gone = 0

    @property
    def folder(self) -> Folder:
        """The open folder. Raises BadSyntax where none is."""
        if self._folder is None:
            raise BadSyntax("select a folder first")
        return self._folder

    @property
    def writable(self) -> Folder:
        """The open folder. Raises Refused where it was opened for reading only."""
        if self.read_only:
            raise Refused("[READ-ONLY] opened for reading")
        return self.folder

    async def open(self, folder: Folder, *, read_only: bool) -> None:
        """Look at a folder and say what is in it."""
        self.leave()
        self._folder, self.read_only = folder, read_only
        self.mails, self.told_change = list(folder.mails), folder.change
        self._told_gone = len(folder.gone)
        folder.watchers.append(self.changed.set)
        flags = " ".join([*SYSTEM_FLAGS.values(), *sorted(folder.keywords())])
        for line in (
            f"FLAGS ({flags})",
            f"OK [PERMANENTFLAGS ({'' if read_only else flags + ' ' + chr(92) + '*'})] kept",
            f"{len(self.mails)} EXISTS",
            "0 RECENT",
            f"OK [UIDVALIDITY {folder.uid_validity}] valid",
            f"OK [UIDNEXT {folder.uid_next}] next",
        ):
            await self._wire.line(f"* {line}")

    def leave(self) -> None:
        """Look at no folder any more."""
        if self._folder is not None:
            self._folder.watchers.remove(self.changed.set)
        self._folder, self.mails = None, []

    async def tell_changes(self, *, expunges: bool) -> None:
        """Send what has happened to the open folder since the client was last told.

        Without `expunges` removed mails keep their number for now: a client that has just used
        numbers must not have them shifted (RFC 3501 section 7.4.1).
        """
        self.changed.clear()
        if self._folder is None:
            return
        if expunges:
            await self._tell_removed(self._folder)
        arrived = self._folder.mails[index_of(self._folder.mails, self.highest_uid() + 1) :]
        if arrived:
            self.mails += arrived
            await self._wire.line(f"* {len(self.mails)} EXISTS")
        if self._folder.change == self.told_change:
            return
        told, self.told_change = self.told_change, self._folder.change
        for number, mail in enumerate(self.mails, 1):
            if mail.change > told:
                await self.answer(number, mail, ["FLAGS"])

    async def _tell_removed(self, folder: Folder) -> None:
        gone, self._told_gone = folder.gone[self._told_gone :], len(folder.gone)
        for mail in gone:
            at = index_of(self.mails, mail.uid)
            if at < len(self.mails) and self.mails[at] is mail:
                del self.mails[at]
                await self._wire.line(f"* {at + 1} EXPUNGE")

    async def answer(self, number: int, mail: StoredMail, names: list[str]) -> None:
        """Send these attributes of a mail."""
        await self._wire.send(b"* %d FETCH " % number + fetched(mail, names) + b"\r\n")

    def chosen(self, numbers: Token, *, uid: bool) -> list[tuple[int, StoredMail]]:
        """Number and mail of each in a set of numbers or UIDs; unknown ones are passed over."""
        mails = self.listing()
        picked: dict[int, StoredMail] = {}
        for low, high in number_ranges(numbers, self.highest_uid() if uid else len(mails)):
            first, last = max(low - 1, 0), high
            if uid:
                first, last = index_of(mails, low), index_of(mails, high + 1)
            picked |= dict(enumerate(mails[first:last], first + 1))
        return sorted(picked.items())

    def listing(self) -> list[StoredMail]:
        """The mails as the client numbers them. Raises BadSyntax where no folder is open."""
        if self._folder is None:
            raise BadSyntax("select a folder first")
        return self.mails

    def highest_uid(self) -> int:
        """The UID that `*` stands for."""
        return self.mails[-1].uid if self.mails else 0
