"""What a turn of the dialogue decides: words to say, cards to show, and effects to carry out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from domain.conversation import DialogueState
from domain.routing import Route
from domain.values import value


class Words(NamedTuple):
    """A sentence by name (`topic.name`, a block of `templates/chat/<topic>.txt`).

    Values of `context` may be Words themselves, or lists and dictionaries of them.
    """

    name: str
    context: Mapping[str, Any] = MappingProxyType({})


class _Plain(dict[str, Words]):
    """The sentences with nothing to fill in, by name: one object each, of a few hundred."""

    def __missing__(self, name: str) -> Words:
        made = self[name] = Words(name)
        return made


_plain = _Plain()


def plain(name: str) -> Words:
    """The sentence of that name with nothing to fill in."""
    return _plain[name]


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A piece of a card that is the same each time, such as the options of a field.

    There is one object for each such piece; what its Words say is looked up once a language.
    """

    value: Any


@value
class Fields:
    """The fields of a form: some of its own, and behind them those that are the same each time but
    for what is filled in, which is told by their place."""

    own: Sequence[Mapping[str, Any]]
    blank: Fixed
    filled_in: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Store a request and, with consent, tell the staff of `route`."""

    id: str
    kind: str
    route: Route | None
    details: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    notify_staff: bool
    source: str
    #: What was shown before the customer agreed; empty where the wish itself was the consent.
    shown: Sequence[Sequence[str | Words]] = ()
    status: str = "open"
    #: What is ordered by it; stored first, so that staff are told of it.
    order: PlaceOrder | None = None


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """Change the customer's record; `changes` maps columns to new values."""

    customer_id: str
    changes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProveAddress:
    """Send a link to a new mail address; the record changes when it is used."""

    customer_id: str
    email: str


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """An order of the request that brings it: stored, confirmed and passed on."""

    order_number: str
    lines: Sequence[Mapping[str, Any]]
    total: str | None
    currency: str
    ship_to: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Withdraw a request."""

    request_id: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more catalogs to this customer and address."""

    customer_id: str | None
    email: str


@dataclass(frozen=True, slots=True)
class SendDocuments:
    """Mail the product's documents to the customer."""

    email: str
    models: Sequence[str]


@dataclass(frozen=True, slots=True)
class NoteInterest:
    """Tell staff, once a month, of interest in a product that the customer does not own."""

    customer_id: str
    model_number: str
    route: Route
    what: str
    request_id: str


@dataclass(frozen=True, slots=True)
class SendCode:
    """Mail a code to a registered address, so that its owner can prove to be who they say."""

    email: str


@dataclass(frozen=True, slots=True)
class ForwardToStaff:
    """A person looks after this conversation: show them what was written."""

    request_id: str


Effect = (
    OpenRequest
    | ChangeDetails
    | ProveAddress
    | CancelRequest
    | OptOut
    | SendDocuments
    | NoteInterest
    | SendCode
    | ForwardToStaff
)


@dataclass(slots=True)
class Turn:
    """
    The outcome of one message.

    Attributes:
        says: sentences of the one answer, in order; none and no parts: the bot keeps quiet.
        parts: cards of the answer, as in the interface, with Words where text will stand.
        effects: what is to be carried out, in order, in the same transaction.
        state: the dialogue's memory from now on.
        told: name, e-mail and phone that the customer gave, for the conversation.
    """

    state: DialogueState
    says: list[Words] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, /, **context: Any) -> None:
        """Add a sentence to the answer."""
        self.says.append(Words(name, context) if context else _plain[name])

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to answer."""
        return not self.says and not self.parts
