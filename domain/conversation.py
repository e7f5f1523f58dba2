"""A conversation and the dialogue's memory in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.messages import Channel
from domain.people import Level


@dataclass(slots=True)
class Task:
    """A request on its way: what is known of it and what was asked last.

    Attributes:
        id: short and unique in the conversation; part of the action ids of its cards.
        kind: a request kind.
        slots: values by slot name, cleaned.
        items: products with quantities, as `{"model_number", "quantity"}`.
        stage: `fill` while something is missing, `confirm` while the summary is shown.
        asked: the slot that was asked for last.
        tries: how often in a row the answer to it did not fit.
        text: the customer's words that belong to it.
        source: the message that began it.
        notify_staff: whether the customer lets staff be told.
        quoted: model number, price and currency of each line as shown for confirmation.
        warned: model numbers of which the customer was told that they do not fit.
        proven: whether a verified customer began it, so that nobody else may go on with it.
    """

    id: str
    kind: str
    slots: dict[str, Any] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    stage: str = "fill"
    asked: str | None = None
    tries: int = 0
    text: str = ""
    source: str = ""
    notify_staff: bool = True
    quoted: list[list[str]] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    proven: bool = False

    def as_json(self) -> dict[str, Any]:
        """The task as it is stored in the dialogue's state: what is not as usual."""
        stored: dict[str, Any] = {"id": self.id, "kind": self.kind}
        if self.slots:
            stored["slots"] = self.slots
        if self.items:
            stored["items"] = self.items
        if self.stage != "fill":
            stored["stage"] = self.stage
        if self.asked is not None:
            stored["asked"] = self.asked
        if self.tries:
            stored["tries"] = self.tries
        if self.text:
            stored["text"] = self.text
        if self.source:
            stored["source"] = self.source
        if not self.notify_staff:
            stored["notify_staff"] = False
        if self.quoted:
            stored["quoted"] = self.quoted
        if self.warned:
            stored["warned"] = self.warned
        if self.proven:
            stored["proven"] = True
        return stored


@dataclass(slots=True)
class DialogueState:
    """What the dialogue remembers between two messages of a conversation, stored as JSON."""

    tasks: list[Task] = field(default_factory=list)
    #: How many messages in a row were not understood.
    unclear: int = 0
    #: The last list of products shown, and the last single one spoken of.
    shown: list[str] = field(default_factory=list)
    product: str | None = None
    catalog: str | None = None
    #: Name, e-mail and phone as told by somebody we do not know.
    given: dict[str, str] = field(default_factory=dict)
    #: When staff last wrote to the customer here, ISO 8601; the bot then keeps quiet for a while.
    staff_wrote_at: str | None = None
    #: The request that not understanding opened, so that it opens only one.
    handed_over: str | None = None
    #: Whether staff are not to be told what the customer looks at.
    no_interest: bool = False
    #: What belongs to which machine was asked ("toner"), while we asked for the machine.
    related_of: str = ""
    #: The requests that were opened here and told to staff, newest last.
    requests: list[str] = field(default_factory=list)
    #: Counts tasks, for their ids.
    counter: int = 0

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> DialogueState:
        """The state as stored; fields of other versions are left out."""
        known = {name: stored[name] for name in stored if name in _FIELDS}
        tasks = [_task(task) for task in known.pop("tasks", ())]
        return cls(tasks=tasks, **known)

    def as_json(self) -> dict[str, Any]:
        """The state as it is stored: what is not as usual, which is little. Every turn stores it:
        to spell it out takes two thirds of what it takes to look its fields up."""
        stored: dict[str, Any] = {}
        if self.tasks:
            stored["tasks"] = [task.as_json() for task in self.tasks]
        if self.unclear:
            stored["unclear"] = self.unclear
        if self.shown:
            stored["shown"] = self.shown
        if self.product is not None:
            stored["product"] = self.product
        if self.catalog is not None:
            stored["catalog"] = self.catalog
        if self.given:
            stored["given"] = self.given
        if self.staff_wrote_at is not None:
            stored["staff_wrote_at"] = self.staff_wrote_at
        if self.handed_over is not None:
            stored["handed_over"] = self.handed_over
        if self.no_interest:
            stored["no_interest"] = True
        if self.related_of:
            stored["related_of"] = self.related_of
        if self.requests:
            stored["requests"] = self.requests
        if self.counter:
            stored["counter"] = self.counter
        return stored


def _task(stored: Mapping[str, Any]) -> Task:
    try:
        return Task(**stored)
    except TypeError:  # written by another version
        return Task(**{name: stored[name] for name in Task.__slots__ if name in stored})


_FIELDS = frozenset(DialogueState.__slots__)


@dataclass(slots=True)
class Conversation:
    """A conversation as loaded for one step; `last_seq` is the newest message's. Only storage
    changes it, when the step is saved and it serves the next one."""

    id: str
    customer_id: str | None
    level: Level
    channel: Channel
    locale: str
    email: str
    name: str
    phone: str
    subject: str
    state: DialogueState
    mail_thread: Mapping[str, Any]
    staff_id: str | None
    last_seq: int
    updated_at: datetime
