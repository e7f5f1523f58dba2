"""What a browser's talk asks of the counter, in this process or in another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.messages import IncomingMessage, Sender
from domain.values import value


@value
class Shown:
    """A stored message as a browser is shown it: `frame` is ready for the wire, and empty for a
    note of staff (`internal`), which is shown to no customer."""

    seq: int
    internal: bool
    frame: bytes


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that has said hello.

    `after` is the seq up to which it has everything; `refused` tells that its signed identity
    was no good, `is_new` that nobody can have written in its conversation yet.
    """

    token: str
    conversation_id: str
    sender: Sender
    customer_name: str | None
    messages: Sequence[Shown] = ()
    after: int = 0
    refused: bool = False
    is_new: bool = False


@value
class Taken:
    """What became of a message: as `Receipt`, with the messages as they are shown."""

    seq: int
    messages: Sequence[Shown] = ()
    sender: Sender | None = None


class Refused(Exception):
    """A message cannot be taken. `code` is one of the interface's; the text is for the log."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Unavailable(Exception):
    """The database cannot be asked just now; the text says by which error."""


class Histories(Protocol):
    """Where followers read on."""

    async def history(self, conversation_id: str, after: int) -> Sequence[Shown]:
        """What the conversation holds behind `after`, in order.

        Raises:
            Unavailable: try again later.
        """
        ...

    async def newest(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """The seq of the newest message of each of these conversations that is stored.

        Raises:
            Unavailable: try again later.
        """
        ...


class ChatBackend(Histories, Protocol):
    """Where talks store and read."""

    async def hello(
        self, token: object, identity: object, after: int | None, now: datetime
    ) -> Visitor:
        """Recognise a browser, or begin a new one; a wrong identity leaves it anonymous.

        Raises:
            Unavailable: try again later.
        """
        ...

    async def receive(self, incoming: IncomingMessage) -> Taken:
        """Take a message, once, and answer when it is durable.

        Raises:
            Refused: a rule forbids it.
        """
        ...

    async def note_read(self, conversation_id: str, seq: int, now: datetime) -> None:
        """Remember up to where the customer has seen the conversation.

        Raises:
            Unavailable: try again later.
        """
        ...
