"""The one shape in which every channel hands a message over, and in which answers go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.people import Level
from domain.values import value

if TYPE_CHECKING:
    from domain.understanding.result import Understanding

#: Characters of one message; longer chat texts are refused, longer mails are cut visibly.
MAX_TEXT = 20_000

#: A part of a message as in the interface: `{"kind": "choices", ...}`, ready for JSON.
Part = Mapping[str, Any]


class Channel(StrEnum):
    """A door. What is stored as the channel of a message."""

    CHAT = "chat"
    EMAIL = "email"
    SLACK = "slack"
    ROOM = "room"


class AuthorKind(StrEnum):
    """Who speaks in a conversation."""

    CUSTOMER = "customer"
    BOT = "bot"
    STAFF = "staff"


@value
class Author:
    """Who wrote a message; `staff_id` only for staff."""

    kind: AuthorKind
    name: str = ""
    staff_id: str | None = None


@value
class Action:
    """An answer to a part: the part's action id and what was filled in (None for a button)."""

    id: str
    value: Mapping[str, Any] | None = None


@value
class Sender:
    """Who wrote, as far as the channel could tell.

    Attributes:
        level: how sure that is.
        customer_id: the registered customer, if one is claimed or verified.
        visitor_id: the browser's visitor, chat only.
        email: the address a mail came from, or the customer gave; lower case, may be empty.
        name: as written in From or given; may be empty.
        proof: stable code of why the level was given (`identity`, `token`, `dkim`, ...).
    """

    level: Level = Level.ANONYMOUS
    customer_id: str | None = None
    visitor_id: str | None = None
    email: str = ""
    name: str = ""
    proof: str = ""


@value
class IncomingMessage:
    """
    A message as every channel hands it over: parsed, trimmed, not yet stored.

    Attributes:
        channel_message_id: the sender side's own id (visitor and widget key, mail dedupe key,
            Slack team/channel/ts). Together with `channel` it is unique, so a message that is
            delivered twice is handled once.
        conversation_id: where it belongs, None to begin (or go on with) the sender's own.
        text: plain text without quoted history, at most MAX_TEXT characters; may be empty when
            there is an action or a file.
        key: the client's key, echoed in acknowledgement and answer; chat only.
        action: the answer to a part; chat and the web forms of mail.
        sent_at: aware, UTC.
        locale: the language of the page or mail, if known.
        page_product: the product of the page the widget stands on.
        catalog_number: the catalog that a mail answers.
        mail: what only a mail has (subject, Message-ID, references, the mailed address ...).
        files: ids of files already stored.
        understood: what the text means, where the channel knows; else the desk finds out.
    """

    channel: Channel
    channel_message_id: str
    sender: Sender
    sent_at: datetime
    text: str = ""
    conversation_id: str | None = None
    key: str | None = None
    action: Action | None = None
    locale: str | None = None
    page_product: str | None = None
    page_url: str | None = None
    catalog_number: str | None = None
    mail: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[str] = ()
    understood: Understanding | None = None

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise ValueError(f"text has {len(self.text)} characters, at most {MAX_TEXT} are taken")
        if self.sent_at.tzinfo is None:
            raise ValueError("sent_at is naive")


@value
class Message:
    """A stored message. `seq` counts from 1 in each conversation without a gap."""

    conversation_id: str
    seq: int
    author: Author
    channel: Channel
    text: str
    at: datetime
    parts: Sequence[Part] = ()
    key: str | None = None
    in_reply_to: str | None = None
    internal: bool = False


@value
class StaffMessage:
    """
    What a member of staff wrote, from Slack, by mail or in the room.

    Attributes:
        channel_message_id: as in `IncomingMessage`.
        internal: a note for colleagues; it never reaches the customer.
        request_id: the request it is about, None when only the conversation is known.
        proven: whether it is sure that `staff_id` wrote; what is not is always `internal`.
    """

    channel: Channel
    channel_message_id: str
    staff_id: str
    conversation_id: str
    text: str
    sent_at: datetime
    internal: bool = False
    request_id: str | None = None
    files: Sequence[str] = ()
    proven: bool = True

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise ValueError(f"text has {len(self.text)} characters, at most {MAX_TEXT} are taken")
        if self.sent_at.tzinfo is None:
            raise ValueError("sent_at is naive")
        if not (self.proven or self.internal):
            raise ValueError("what staff did not provably write may not reach a customer")


@value
class Receipt:
    """What became of a message that was handed over.

    `messages` are those stored in this step (the message itself first, then answers), empty if
    it had been stored before (`new` is false); `seq` is the message's own in either case. `sender`
    is who writes from now on, where this message proved it (by a code, for instance).
    """

    conversation_id: str
    seq: int
    new: bool
    messages: Sequence[Message] = ()
    sender: Sender | None = None
