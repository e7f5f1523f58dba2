"""What a message means: the answer of every engine, deterministic or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from domain.values import value

#: The fifteen names of the interface, in order of business weight (heaviest first).
INTENTS = (
    "purchase",
    "update_details",
    "cancel",
    "unsubscribe",
    "support",
    "contact",
    "document_request",
    "product_info",
    "status",
    "human",
    "affirm",
    "deny",
    "greet",
    "thanks",
    "other",
)

EntityValue = str | int
#: To write `str | int` makes a type each time that it is asked for.
_PLAIN = (str, int)
_NAME = attrgetter("name")
#: One value, or a list where the text names several.
Entities = Mapping[str, EntityValue | Sequence[EntityValue]]


class Band(StrEnum):
    """What the confidence allows: act after confirmation, ask which, or hand to a person."""

    ACT = "act"
    ASK = "ask"
    PERSON = "person"


@value
class ScoredIntent:
    """An intent with its calibrated confidence, 0.0 (a guess) to 1.0 (certain)."""

    name: str
    confidence: float


@value
class Span:
    """An entity as it stands in the text: `text[start:end]` of the original message."""

    name: str
    start: int
    end: int
    value: EntityValue


@value
class DateRange:
    """A preference or deadline, resolved: aware times, `start` included, `end` excluded."""

    words: str
    start: datetime
    end: datetime


@value
class Reference:
    """A pointer to a product that needs context to resolve.

    `kind` is `ordinal` ("the second one", number in `value`), `page` ("page 3"), `last` ("that
    one"), `owned` ("my machine"), `catalog` ("the copier in your catalog"; category words in
    `value`) or `same` ("one more of the same").
    """

    kind: str
    value: int | str | None
    words: str


@value
class Understanding:
    """The meaning of one message. `intents` is never empty and best first."""

    locale: str
    intents: tuple[ScoredIntent, ...]
    entities: Entities
    band: Band
    version: str
    spans: tuple[Span, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DateRange, ...] = ()
    explanation: Mapping[str, object] = field(default_factory=dict)

    @property
    def primary(self) -> str:
        """The name of the best intent."""
        return self.intents[0].name

    def has(self, name: str) -> bool:
        """Whether `name` is among the intents."""
        return name in map(_NAME, self.intents)

    def values(self, name: str) -> tuple[EntityValue, ...]:
        """All values of the entity `name`, in the order of the text; empty if there is none."""
        found = self.entities.get(name)
        if found is None:
            return ()
        return (found,) if isinstance(found, _PLAIN) else tuple(found)
