"""Requests and orders as staff and customers see them; asked for with every card and mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Column, Dialect, bindparam, select
from sqlmodel import Session

from domain.catalog import Product
from domain.errors import NotFound
from domain.people import Customer, Level
from domain.request_view import (
    OrderLine,
    OrderView,
    ProductView,
    RequestKind,
    RequestStatus,
    RequestView,
)
from storage.appointments import find_appointment
from storage.company_snapshot import Company, company
from storage.people import find_customer
from storage.prepared import Prepared, prepared
from storage.tables import (
    ConversationRow,
    JoinedRow,
    OrderLineRow,
    OrderRow,
    SalesRequestRow,
    SlackCardRow,
)

_REQUEST = SalesRequestRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
_CONVERSATION = ConversationRow.__table__  # type: ignore[attr-defined]  # as above
_CARD = SlackCardRow.__table__  # type: ignore[attr-defined]  # as above
_JOINED = JoinedRow.__table__  # type: ignore[attr-defined]  # as above
_ORDER = OrderRow.__table__  # type: ignore[attr-defined]  # as above
_LINE = OrderLineRow.__table__  # type: ignore[attr-defined]  # as above

#: How much of the conversation staff are shown on a card, in characters.
STORY = 2_000


class _Request(NamedTuple):
    """A stored request, with what stands beside it in other tables."""

    id: str
    kind: str
    status: str
    version: int
    channel: str
    level: int
    consent: bool
    created_at: datetime
    conversation_id: str
    customer_id: str | None
    customer_name: str
    products: list[dict[str, Any]]
    details: dict[str, Any]
    rule: str
    route: dict[str, Any]
    reason: str
    staff_id: str | None
    claimed_by: str | None
    claimed_at: datetime | None
    closed_at: datetime | None
    email: str
    phone: str
    slack_channel: str | None
    slack_ts: str | None
    joined_to: str | None


def load_request_view(session: Session, request_id: str) -> RequestView:
    """The request with all that staff are told of it.

    Raises:
        NotFound: there is no such request.
    """
    session.flush()
    found = _find_request(session).first(session, {"id": request_id})
    if found is None:
        raise NotFound(f"no request {request_id}")
    row = _Request(*found)
    customer = find_customer(session, row.customer_id) if row.customer_id else None
    known = company(session)
    details = row.details
    return RequestView(
        id=row.id,
        kind=RequestKind(row.kind),
        status=RequestStatus(row.status),
        version=row.version,
        channel=row.channel,
        level=Level(row.level),
        consent=row.consent,
        created_at=row.created_at,
        conversation_id=row.conversation_id,
        customer=customer,
        customer_name=row.customer_name,
        contact_name=str(details.get("name") or row.customer_name),
        contact_email=str(details.get("email") or row.email),
        contact_phone=str(details.get("phone") or row.phone),
        owned=_owned(customer, known),
        products=_products(row.products, known),
        details=details,
        rule=row.rule,
        route=row.route,
        reason=row.reason,
        text=str(details.get("text", ""))[:STORY],
        staff=known.member(row.staff_id),
        claimed_by=known.member(row.claimed_by),
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
        order=load_order(session, row.id),
        slack_channel=row.slack_channel,
        slack_ts=row.slack_ts,
        appointment=find_appointment(session, row.id),
        joined_to=row.joined_to,
    )


def _owned(customer: Customer | None, known: Company) -> tuple[Product, ...]:
    owned = customer.owned if customer else ()
    return tuple(known.products[model] for model in owned if model in known.products)


def _products(items: Sequence[dict[str, Any]], known: Company) -> tuple[ProductView, ...]:
    views = (known.view(item["model_number"], item.get("quantity", 1)) for item in items)
    return tuple(view for view in views if view is not None)


@prepared
def _find_request(dialect: Dialect) -> Prepared:
    beside: dict[str, Column[Any]] = {
        "email": _CONVERSATION.c.email,
        "phone": _CONVERSATION.c.phone,
        "slack_channel": _CARD.c.channel,
        "slack_ts": _CARD.c.ts,
        "joined_to": _JOINED.c.joined_to,
    }
    columns = [beside[name] if name in beside else _REQUEST.c[name] for name in _Request._fields]
    return Prepared(
        select(*columns)
        .join_from(_REQUEST, _CONVERSATION, _CONVERSATION.c.id == _REQUEST.c.conversation_id)
        .outerjoin(_CARD, _CARD.c.request_id == _REQUEST.c.id)
        .outerjoin(_JOINED, _JOINED.c.conversation_id == _REQUEST.c.conversation_id)
        .where(_REQUEST.c.id == bindparam("id")),
        dialect,
        parameters={"id": _REQUEST.c.id},
        results=columns,
    )


class _Order(NamedTuple):
    order_number: str
    status: str
    total: Decimal | None
    currency: str
    ship_to: dict[str, Any]


def load_order(session: Session, request_id: str) -> OrderView | None:
    """The order of a request, None where it has none."""
    session.flush()
    found = _find_order(session).first(session, {"request_id": request_id})
    if found is None:
        return None
    order = _Order(*found)
    lines = _find_lines(session).all(session, {"order_number": order.order_number})
    return OrderView(
        order_number=order.order_number,
        status=order.status,
        lines=tuple(OrderLine(*line) for line in lines),
        total=order.total,
        currency=order.currency,
        ship_to=order.ship_to,
    )


@prepared
def _find_order(dialect: Dialect) -> Prepared:
    columns = [_ORDER.c[name] for name in _Order._fields]
    return Prepared(
        select(*columns).where(_ORDER.c.request_id == bindparam("request_id")),
        dialect,
        parameters={"request_id": _ORDER.c.request_id},
        results=columns,
    )


@prepared
def _find_lines(dialect: Dialect) -> Prepared:
    columns = [_LINE.c[name] for name in ("model_number", "name", "quantity", "price", "currency")]
    return Prepared(
        select(*columns)
        .where(_LINE.c.order_number == bindparam("order_number"))
        .order_by(_LINE.c.position),
        dialect,
        parameters={"order_number": _LINE.c.order_number},
        results=columns,
    )
