"""A request with all that staff are told of it: one view for Slack, mail, pages and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.appointments import Appointment
from domain.catalog import Product
from domain.people import Customer, Level, Staff


class RequestKind(StrEnum):
    """What a customer can want. `interest` is told by the counter itself."""

    CONTACT = "contact"
    UPDATE_DETAILS = "update_details"
    PURCHASE = "purchase"
    DOCUMENT_REQUEST = "document_request"
    PRODUCT_INFO = "product_info"
    SUPPORT = "support"
    HUMAN = "human"
    INTEREST = "interest"


class RequestStatus(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with what belongs to it, so that staff can offer it; `catalogs` show it."""

    product: Product
    quantity: int = 1
    attachments: tuple[Product, ...] = ()
    options: tuple[Product, ...] = ()
    supplies: tuple[Product, ...] = ()
    catalogs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order with the price that was shown; `amount` is price x quantity."""

    model_number: str
    name: str
    quantity: int
    price: Decimal | None
    currency: str

    @property
    def amount(self) -> Decimal | None:
        """Price times quantity, None where the price is quoted on request."""
        return None if self.price is None else self.price * self.quantity


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it was placed."""

    order_number: str
    status: str
    lines: tuple[OrderLine, ...]
    total: Decimal | None
    currency: str
    ship_to: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestView:
    """
    A request as staff see it.

    Attributes:
        level: how sure it was who wrote; below VERIFIED staff see "unproven sender".
        details: what was asked for, by slot name (`contact_method`, `message`, `changes` ...);
            values are ready for JSON.
        route: rule and values of the routing decision, for "why me?" in any language.
        reason: that decision in words, in the company's language.
        text: what the customer wrote, newest last, at most a few thousand characters.
        appointment: of a request to meet; it may have been called off.
        joined_to: the conversation in which staff go on with this one.
        slack_channel, slack_ts: where the living card stands, None before it was posted.
    """

    id: str
    kind: RequestKind
    status: RequestStatus
    version: int
    channel: str
    level: Level
    consent: bool
    created_at: datetime
    conversation_id: str
    customer: Customer | None
    customer_name: str
    contact_name: str
    contact_email: str
    contact_phone: str
    owned: tuple[Product, ...]
    products: tuple[ProductView, ...]
    details: Mapping[str, Any]
    rule: str
    route: Mapping[str, Any]
    reason: str
    text: str
    staff: Staff | None
    claimed_by: Staff | None
    claimed_at: datetime | None
    closed_at: datetime | None
    order: OrderView | None = None
    slack_channel: str | None = None
    slack_ts: str | None = None
    appointment: Appointment | None = None
    joined_to: str | None = None
