"""The IMAP commands that concern folders as a whole."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial

from bot.sandbox.mailbox.imap_syntax import BadSyntax, Token, quote, text
from bot.sandbox.mailbox.imap_view import Refused
from bot.sandbox.mailbox.imap_wire import Wire
from bot.sandbox.mailbox.store import Account, Folder

Command = Callable[[list[Token]], Awaitable[str]]


class FolderCommands:
    """Commands on the folders of one account."""

    def __init__(self, account: Account, wire: Wire) -> None:
        self._account, self._wire = account, wire
        self.commands: dict[str, Command] = {
            "LIST": self._list,
            "LSUB": self._list_subscribed,
            "NAMESPACE": self._namespace,
            "STATUS": self._status,
            "CREATE": self._create,
            "DELETE": self._delete,
            "RENAME": self._rename,
            "SUBSCRIBE": partial(self._subscribe, wanted=True),
            "UNSUBSCRIBE": partial(self._subscribe, wanted=False),
        }

    def named(self, arguments: list[Token]) -> Folder:
        """The folder that the first argument names. Raises Refused where there is none."""
        if not arguments:
            raise BadSyntax("which folder?")
        folder = self._account.folder(text(arguments[0]))
        if folder is None:
            raise Refused("[TRYCREATE] no such folder")
        return folder

    async def _list(self, arguments: list[Token]) -> str:
        if len(arguments) < 2:
            raise BadSyntax("LIST reference pattern")
        reference, pattern = (text(argument) for argument in arguments[:2])
        if not pattern:
            await self._wire.line('* LIST (\\Noselect) "/" ""')
            return "OK done"
        await self._tell("LIST", list(self._account.folders), reference + pattern)
        return "OK done"

    async def _list_subscribed(self, arguments: list[Token]) -> str:
        if len(arguments) < 2:
            raise BadSyntax("LSUB reference pattern")
        reference, pattern = (text(argument) for argument in arguments[:2])
        await self._tell("LSUB", sorted(self._account.subscribed), reference + pattern)
        return "OK done"

    async def _tell(self, name: str, folders: list[str], pattern: str) -> None:
        shape = re.escape(pattern).replace(r"\*", ".*").replace("%", "[^/]*")
        for folder in folders:
            if re.fullmatch(shape, folder, re.I if folder == "INBOX" else 0):
                below = any(other.startswith(folder + "/") for other in self._account.folders)
                mark = "\\HasChildren" if below else "\\HasNoChildren"
                await self._wire.line(f'* {name} ({mark}) "/" {quote(folder)}')

    async def _namespace(self, arguments: list[Token]) -> str:
        await self._wire.line('* NAMESPACE (("" "/")) NIL NIL')
        return "OK done"

    async def _status(self, arguments: list[Token]) -> str:
        folder = self.named(arguments)
        items = arguments[1] if len(arguments) > 1 else []
        if not isinstance(items, list):
            raise BadSyntax("STATUS folder (items)")
        values = {
            "MESSAGES": len(folder.mails),
            "RECENT": 0,
            "UIDNEXT": folder.uid_next,
            "UIDVALIDITY": folder.uid_validity,
            "UNSEEN": sum("\\Seen" not in mail.flags for mail in folder.mails),
        }
        names = [text(item).upper() for item in items]
        if unknown := set(names) - set(values):
            raise BadSyntax(f"unknown item {unknown.pop()}")
        counts = " ".join(f"{name} {values[name]}" for name in names)
        await self._wire.line(f"* STATUS {quote(folder.name)} ({counts})")
        return "OK done"

    async def _create(self, arguments: list[Token]) -> str:
        name = _new_name(arguments[:1])
        if self._account.folder(name):
            raise Refused("[ALREADYEXISTS] there is one")
        self._account.folders[name] = Folder(name)
        return "OK created"

    async def _delete(self, arguments: list[Token]) -> str:
        folder = self.named(arguments)
        if folder is self._account.inbox:
            raise Refused("[CANNOT] INBOX stays")
        del self._account.folders[folder.name]
        return "OK deleted"

    async def _rename(self, arguments: list[Token]) -> str:
        folder, name = self.named(arguments), _new_name(arguments[1:])
        if folder is self._account.inbox:
            raise Refused("[CANNOT] INBOX stays")
        if self._account.folder(name):
            raise Refused("[ALREADYEXISTS] there is one")
        self._account.folders[name] = self._account.folders.pop(folder.name)
        folder.name = name
        return "OK renamed"

    async def _subscribe(self, arguments: list[Token], *, wanted: bool) -> str:
        if wanted:
            self._account.subscribed.add(self.named(arguments).name)
        else:
            self._account.subscribed.discard(_new_name(arguments))
        return "OK done"


def _new_name(arguments: list[Token]) -> str:
    if not arguments:
        raise BadSyntax("which folder?")
    return text(arguments[0]).rstrip("/")
