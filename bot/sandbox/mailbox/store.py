"""The mails of all addresses, in memory; whoever looks at a folder is told when it changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

INBOX = "INBOX"
SYSTEM_FLAGS = {
    flag.lower(): flag for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
}
_uid_validities = count(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()))


@dataclass(slots=True, eq=False)
class StoredMail:
    """One mail in one folder. `change` grows with every change of its flags."""

    uid: int
    raw: bytes
    received: datetime
    flags: set[str] = field(default_factory=set)
    change: int = 0


@dataclass(slots=True, eq=False)
class Folder:
    """Mails in order of their UIDs. `watchers` are called, without arguments, after each change.

    `gone` is every mail that was removed, in order, so that whoever looks on can catch up.
    """

    name: str
    uid_validity: int = field(default_factory=lambda: next(_uid_validities))
    uid_next: int = 1
    mails: list[StoredMail] = field(default_factory=list)
    gone: list[StoredMail] = field(default_factory=list)
    watchers: list[Callable[[], None]] = field(default_factory=list)
    change: int = 0

    def add(
        self, raw: bytes, flags: Iterable[str] = (), received: datetime | None = None
    ) -> StoredMail:
        """Append a mail under the next UID."""
        mail = StoredMail(self.uid_next, raw, received or datetime.now(UTC), set(flags))
        self.uid_next += 1
        self.mails.append(mail)
        self.tell()
        return mail

    def remove(self, mails: Iterable[StoredMail]) -> None:
        """Take mails out for good; their UIDs are never given again."""
        for mail in mails:
            if self.holds(mail):
                del self.mails[index_of(self.mails, mail.uid)]
                self.gone.append(mail)
        self.tell()

    def holds(self, mail: StoredMail) -> bool:
        """Whether this very mail is still here."""
        at = index_of(self.mails, mail.uid)
        return at < len(self.mails) and self.mails[at] is mail

    def set_flags(self, mail: StoredMail, flags: set[str]) -> None:
        """Replace the flags of one mail."""
        if flags == mail.flags:
            return
        self.change += 1
        mail.flags, mail.change = flags, self.change
        self.tell()

    def keywords(self) -> set[str]:
        """Flags that clients have made up."""
        return {flag for mail in self.mails for flag in mail.flags if not flag.startswith("\\")}

    def renumber(self, *, first_uid: int = 1) -> None:
        """Behave like a restored or rebuilt mailbox: new UIDVALIDITY, new UIDs from `first_uid`."""
        self.uid_validity = next(_uid_validities)
        self.gone += self.mails
        self.mails = [
            StoredMail(uid, mail.raw, mail.received, set(mail.flags))
            for uid, mail in enumerate(self.mails, first_uid)
        ]
        self.uid_next = first_uid + len(self.mails)

    def tell(self) -> None:
        """Wake everybody who looks at this folder."""
        for watcher in list(self.watchers):
            watcher()


def index_of(mails: list[StoredMail], uid: int) -> int:
    """Where the first mail with that UID or a higher one stands."""
    return bisect_left(mails, uid, key=lambda mail: mail.uid)


class Account:
    """The folders of one address. INBOX is always there and has no case."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.folders = {INBOX: Folder(INBOX)}
        self.subscribed = {INBOX}

    def folder(self, name: str) -> Folder | None:
        """The folder of that name, or None."""
        return self.folders.get(INBOX if name.upper() == INBOX else name)

    @property
    def inbox(self) -> Folder:
        """The folder that new mail arrives in."""
        return self.folders[INBOX]


class MailStore:
    """All accounts. An address that nobody has used before gets its account on first use."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def account(self, address: str) -> Account:
        """The account of that address, made now where it is new; `name+anything@` is `name@`."""
        key = mailbox_address(address)
        if key not in self._accounts:
            self._accounts[key] = Account(key)
        return self._accounts[key]

    @property
    def addresses(self) -> list[str]:
        """Addresses that have an account, in the order of their first use."""
        return list(self._accounts)


def mailbox_address(address: str) -> str:
    """Where mail to `address` is kept: lower case and without the part after a plus sign."""
    local, at, domain = address.strip().strip("<>").lower().rpartition("@")
    if not at:
        return domain.partition("+")[0]
    return f"{local.partition('+')[0]}@{domain}"
