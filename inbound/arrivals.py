"""A mail as it arrives: the little that is read before it is stored.

Nothing here may fail: what arrives is stored first and understood afterwards.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import uuid4

from domain.values import value
from inbound.addresses import read_addresses
from inbound.headers import Headers, read_headers
from inbound.ids import message_id, message_ids
from inbound.mailbox import Fetched
from inbound.words import header_text

#: Fields that every copy of a mail shares, whichever way it came.
_STABLE_FIELDS = ("message-id", "from", "date", "subject")
_MOST_IDS = 20


@value
class Arrival:
    """A mail to be stored. `answered` are the Message-IDs it answers, nearest first."""

    uid: int
    raw: bytes
    size: int
    oversized: bool
    dedupe_key: str
    message_id: str | None
    sender: str
    subject: str
    answered: tuple[str, ...]
    received_at: datetime | None
    trouble: str = ""


def read_arrival(mail: Fetched) -> Arrival:
    """What the row of `mail` needs, from its header alone."""
    headers, body_at = read_headers(mail.raw)
    senders = read_addresses(headers.get("from"))
    return Arrival(
        uid=mail.uid,
        raw=mail.raw,
        size=mail.size,
        oversized=mail.oversized,
        dedupe_key=_unfetched_key()
        if mail.trouble
        else dedupe_key(mail.raw, headers, body_at, mail.size if mail.oversized else None),
        message_id=_cut(message_id(headers.get("message-id")) or "", 998) or None,
        sender=_cut(senders[0].address, 320) if len(senders) == 1 else "",
        subject=_cut(header_text(headers.get("subject")), 998),
        answered=answered_ids(headers),
        received_at=mail.received_at,
        trouble=mail.trouble,
    )


def unread_arrival(mail: Fetched) -> Arrival:
    """The same of a mail of which only its bytes are known; what they say is read later."""
    return Arrival(
        uid=mail.uid,
        raw=mail.raw,
        size=mail.size,
        oversized=mail.oversized,
        dedupe_key=f"mail:{hashlib.sha256(mail.raw).hexdigest()}",
        message_id=None,
        sender="",
        subject="",
        answered=(),
        received_at=mail.received_at,
        trouble=mail.trouble,
    )


def answered_ids(headers: Headers) -> tuple[str, ...]:
    """Message-IDs that the mail answers: In-Reply-To, then References from the end."""
    ids = message_ids(headers.get("in-reply-to"))[:_MOST_IDS]
    ids += reversed(message_ids(headers.get("references"))[-_MOST_IDS:])
    return tuple(dict.fromkeys(one for one in ids if len(one) <= 998))


def dedupe_key(raw: bytes, headers: Headers, body_at: int, size: int | None = None) -> str:
    """The same for two copies of one mail, another for another mail under the same Message-ID.

    Transport fields differ from copy to copy and so do line ends; neither counts. `size` stands
    in for the body of a mail whose body was not fetched.
    """
    digest = hashlib.sha256()
    for name in _STABLE_FIELDS:
        digest.update(b"\x00".join(headers.all(name)[:3]) + b"\x01")
    digest.update(str(size).encode() if size is not None else _plain_body(raw, body_at))
    return f"mail:{digest.hexdigest()}"


def _unfetched_key() -> str:
    """Of a mail without its bytes nothing is known but where it lies."""
    return f"unfetched:{uuid4().hex}"


def _plain_body(raw: bytes, body_at: int) -> bytes:
    """The body without what relays change: line ends, and blanks before them."""
    body = raw[body_at:].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b" \n" in body or b"\t\n" in body:
        *lines, last = body.split(b"\n")
        body = b"\n".join([*(line.rstrip(b" \t") for line in lines), last])
    return body.rstrip(b"\n")


def _cut(text: str, most: int) -> str:
    return text.replace("\x00", "")[:most]
