"""A mail as the rest of the counter sees it: decoded, cut, classified, still unproven."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.values import value

if TYPE_CHECKING:
    from domain.understanding import Understanding

#: A mail to be read: its bytes, and texts of ours that it may quote.
Question = tuple[bytes, Sequence[str]]


class MailKind(StrEnum):
    """Who wrote: a person, or which kind of robot. Only `person` is ever answered."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    DELAY = "delay"
    REPORT = "report"  # delivery success, read receipts, DMARC reports
    ABUSE = "abuse"
    LIST = "list"
    CALENDAR = "calendar"
    OWN = "own"  # our own mail come back


@value
class MailAttachment:
    """A part that is not the text. `size` is in bytes of the decoded content.

    `note` says why the content is missing or special (`truncated`, `encrypted`, `tnef`,
    `attached_mail`), empty where there is nothing to say.
    """

    filename: str
    content_type: str
    size: int
    inline: bool
    content: bytes = b""
    content_id: str | None = None
    note: str = ""


@value
class Bounce:
    """A mail of ours that did not arrive: `address` failed, for good or for now (RFC 3464)."""

    address: str | None
    permanent: bool
    status: str | None
    diagnostic: str
    original_message_id: str | None


@value
class InboundMail:
    """One mail, read. Addresses are lower case, ids without angle brackets.

    `sender` is empty where From is missing, empty or names several addresses. `recipients` holds
    every address it was sent to, from To, Cc, Delivered-To, X-Original-To, X-Forwarded-To and
    Envelope-To. `text` is only what the sender newly wrote; `quoted` is what was cut away.
    `auth_results` are the unfolded Authentication-Results fields from top to bottom that stand
    above the first Received field of another host; who may be believed is decided in proof.
    `claimed_sender` is the first address in From even where there are several: for showing, never
    for believing. `error` tells what was wrong with the mail, None where nothing was. `understood`
    is what a person means by `text`, where that was found out with the reading.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    sender: str
    sender_name: str
    reply_to: str
    recipients: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    quoted: str
    kind: MailKind
    attachments: tuple[MailAttachment, ...] = ()
    bounce: Bounce | None = None
    auth_results: tuple[str, ...] = ()
    list_id: str | None = None
    error: str | None = None
    claimed_sender: str = ""
    understood: Understanding | None = None
