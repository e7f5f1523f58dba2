"""Signed names: each purpose has a key of its own, so a token of one kind opens nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

#: Bytes of a MAC inside a mail address or Message-ID: 80 bits, 16 letters of base32. A guess
#: costs a mail each, so this is far beyond reach and still fits a local part of 64 characters.
SHORT_MAC_BYTES = 10
_MAC_LETTERS = SHORT_MAC_BYTES * 8 // 5


class Purpose(StrEnum):
    """What a key is for. The word goes into the derivation."""

    VISITOR = "visitor"
    REPLY_ADDRESS = "reply-address"
    MESSAGE_ID = "message-id"
    UNSUBSCRIBE = "unsubscribe"
    FILE = "file"
    SESSION = "session"
    FORM = "form"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Keys:
    """The root secrets; the first signs, all of them verify."""

    roots: tuple[bytes, ...] = field(repr=False)

    def sign(self, purpose: Purpose, name: str) -> str:
        """A short MAC of `name` for `purpose`: 16 lower-case letters and digits (base32)."""
        return _mac(self.roots[0], purpose, name)

    def is_signed(self, purpose: Purpose, name: str, mac: str) -> bool:
        """Whether `mac` was made by `sign` with one of our roots. Constant time for each root."""
        given = mac.lower().encode("utf-8", "replace")
        return any(
            hmac.compare_digest(_mac(root, purpose, name).encode(), given) for root in self.roots
        )

    def seal(self, purpose: Purpose, name: str) -> str:
        """`name` and its MAC in one word, `name.mac`. `name` must not be empty."""
        return f"{name}.{self.sign(purpose, name)}"

    def open(self, purpose: Purpose, sealed: str) -> str | None:
        """The name inside what `seal` made, None if it was not made by us for this purpose."""
        name, dot, mac = sealed.rpartition(".")
        # Most Message-IDs are other people's: those of another shape cost no MAC.
        if not dot or not name or len(mac) != _MAC_LETTERS:
            return None
        if not self.is_signed(purpose, name, mac):
            return None
        return name


def _mac(root: bytes, purpose: Purpose, name: str) -> str:
    # One derived key for each purpose (HKDF-Expand's first block, RFC 5869, section 2.3).
    key = hmac.digest(root, b"madoguchi:" + purpose.value.encode() + b"\x01", hashlib.sha256)
    digest = hmac.digest(key, name.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b32encode(digest[:SHORT_MAC_BYTES]).decode("ascii").lower()


def reply_address(keys: Keys, catalog_address: str, notification_id: str) -> str:
    """The address that leads an answer back: `catalog+<id>.<mac>@host` (RFC 5233 subaddress)."""
    local, _, host = catalog_address.rpartition("@")
    return f"{local}+{keys.seal(Purpose.REPLY_ADDRESS, notification_id.lower())}@{host}"


def notification_of_address(keys: Keys, catalog_address: str, address: str) -> str | None:
    """The notification whose reply address this is; None for any other address."""
    local, _, host = catalog_address.lower().rpartition("@")
    given_local, _, given_host = address.lower().rpartition("@")
    base, plus, token = given_local.partition("+")
    if not plus or base != local or given_host != host:
        return None
    return keys.open(Purpose.REPLY_ADDRESS, token)


def message_id(keys: Keys, catalog_address: str, notification_id: str) -> str:
    """The Message-ID of a notification, without angle brackets: the same at every try."""
    host = catalog_address.rpartition("@")[2] or "localhost"
    return f"{keys.seal(Purpose.MESSAGE_ID, notification_id.lower())}@{host.lower()}"


def notification_of_message_id(keys: Keys, identifier: str) -> str | None:
    """The notification that was sent under this Message-ID; None if it is not one of ours."""
    return keys.open(Purpose.MESSAGE_ID, identifier.strip("<> \t\r\n").rpartition("@")[0].lower())
