"""A request as staff read it: the same lines for Slack and mail, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.staff_words import StaffWords
from domain.addresses import full_address
from domain.appointments import Appointment
from domain.catalog import Product
from domain.people import Level
from domain.request_view import OrderView, ProductView, RequestKind, RequestStatus, RequestView

#: A label and what belongs behind it.
Pair = tuple[str, str]

#: Shown elsewhere on the card, or of no use to a reader.
_NOT_LISTED = frozenset({"why", "text", "changes", "name", "phone", "email", "ship_to"})
_CODED = frozenset({"contact_method", "requested_action", "delivery", "urgency"})
_PHONES = frozenset({"phone", "office_phone"})


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product with what can be offered beside it."""

    title: str
    lines: tuple[Pair, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]
    image_url: str
    image_alt: str


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Everything staff are told of a request, as words."""

    id: str
    kind: str
    headline: str
    fallback: str
    status: str
    came_by: str
    proof: str
    who: tuple[Pair, ...]
    wish: tuple[Pair, ...]
    changes: tuple[str, ...]
    text: str
    owned: tuple[str, ...]
    products: tuple[ProductFacts, ...]
    order_title: str
    order: tuple[Pair, ...]
    why: str
    consent: str
    room_url: str


def describe(view: RequestView, words: StaffWords, base_url: str) -> RequestFacts:
    """The facts of a request in the language of `words`."""
    name = view.contact_name or view.customer_name or words("somebody")
    kind = words(f"kind_{view.kind.value}")
    customer = view.customer
    status = _status(view, words)
    first = view.products[0].product.name_in(words.locale) if view.products else ""
    return RequestFacts(
        id=view.id,
        kind=kind,
        headline=words(
            "headline", kind=kind, name=name, company=customer.company if customer else ""
        ),
        fallback=words("fallback", id=view.id, kind=kind, name=name, product=first, status=status),
        status=status,
        came_by=words(
            "came_by", channel=words.or_code("channel", view.channel), at=view.created_at
        ),
        proof=_proof(view, words),
        who=tuple(_filled(_who(view, words, name))),
        wish=tuple(_filled(_wish(view, words))),
        changes=tuple(_changes(view.details.get("changes"), words)),
        text=view.text,
        owned=tuple(_title(product, words) for product in view.owned),
        products=tuple(_product(one, words, base_url) for one in view.products),
        order_title=words("heading_order", number=view.order.order_number) if view.order else "",
        order=tuple(_order(view.order, words)) if view.order else (),
        why=explain(view.rule, view.route, words),
        consent=words("consent_implied" if view.kind is RequestKind.CONTACT else "consent_given"),
        room_url=f"{base_url}/room/requests/{view.id}",
    )


def explain(rule: str, route: Mapping[str, Any], words: StaffWords) -> str:
    """Why this person has the request, as a sentence or two."""
    facts = {name: str(route.get(name) or "") for name in ("staff", "area", "category", "by")}
    instead_of = str(route.get("instead_of") or "")
    sentences = [words(f"why_{rule}", instead_of=instead_of, **facts)] if rule else []
    if instead_of and rule != "escalated":
        sentences.insert(0, words("why_instead_of", name=instead_of))
    if route.get("note"):
        sentences.append(words("why_note", note=str(route["note"])))
    return " ".join(sentences)


def _status(view: RequestView, words: StaffWords) -> str:
    holder = view.claimed_by or view.staff
    name = holder.name if holder else ""
    match view.status:
        case RequestStatus.OPEN:
            return words("status_open", name=name) if name else words("status_nobody")
        case RequestStatus.CLAIMED:
            return words("status_claimed", name=name, at=view.claimed_at or view.created_at)
        case RequestStatus.DONE:
            return words("status_done", name=name, at=view.closed_at or view.created_at)
        case RequestStatus.CANCELLED:
            return words("status_cancelled", at=view.closed_at or view.created_at)


def _proof(view: RequestView, words: StaffWords) -> str:
    if view.level >= Level.VERIFIED:
        return ""
    return words("proof_unproven" if view.customer else "proof_anonymous")


def _filled(pairs: Iterator[Pair]) -> Iterator[Pair]:
    return ((label, value) for label, value in pairs if value)


def _who(view: RequestView, words: StaffWords, name: str) -> Iterator[Pair]:
    customer = view.customer
    yield words("label_name"), name
    if customer:
        yield words("label_company"), customer.company
        yield words("label_department"), customer.department
    yield (
        words("label_phone"),
        words.phone(view.contact_phone or (customer.phone if customer else "")),
    )
    yield words("label_email"), view.contact_email or (customer.email if customer else "")
    if customer:
        yield words("label_office_phone"), words.phone(customer.office_phone)
        yield (
            words("label_address"),
            full_address(customer.postal_code, customer.address) or customer.postal_code,
        )
        yield words("label_customer_id"), customer.customer_id


def _wish(view: RequestView, words: StaffWords) -> Iterator[Pair]:
    for name, value in view.details.items():
        if name not in _NOT_LISTED:
            yield words.or_code("label", name), _value(name, value, words)
    if view.appointment:
        yield words("label_appointment"), _appointment(view.appointment, words)


def _appointment(appointment: Appointment, words: StaffWords) -> str:
    if appointment.is_called_off:
        return words("appointment_called_off")
    terms = appointment.terms
    line = words("appointment", at=terms.starts_at, minutes=terms.minutes)
    return ", ".join(filter(None, [words(f"value_{terms.method}"), line, terms.place]))


def _value(name: str, value: Any, words: StaffWords) -> str:
    match value:
        case None | "":
            return ""
        case str() if name in _CODED:
            return words.or_code("value", value)
        case str() if name in _PHONES:
            return str(words.phone(value))
        case Mapping():
            return ", ".join(_value(key, one, words) for key, one in value.items() if one)
        case list() | tuple():
            return ", ".join(_value(name, one, words) for one in value)
        case _:
            return str(value)


def _changes(changes: Any, words: StaffWords) -> Iterator[str]:
    if not isinstance(changes, Mapping):
        return
    empty = words("empty")
    for field, pair in changes.items():
        old, new = pair if isinstance(pair, Sequence) and len(pair) == 2 else ("", pair)
        yield words(
            "change",
            field=words.or_code("label", field),
            old=_value(field, old, words) or empty,
            new=_value(field, new, words) or empty,
        )


def _title(product: Product, words: StaffWords) -> str:
    """Name, model number and price in one line."""
    name = product.name_in(words.locale)
    if product.model_number not in name:
        name = f"{name} {product.model_number}"
    return name


def _price(product: Product, words: StaffWords) -> str:
    if product.price is None:
        return words("price_on_request")
    return str(words.money(product.price, product.currency))


def _product(one: ProductView, words: StaffWords, base_url: str) -> ProductFacts:
    product = one.product
    lines = [
        (words("label_quantity"), str(one.quantity) if one.quantity != 1 else ""),
        (words("label_price"), _price(product, words)),
        (words("label_category"), product.category),
        (words("label_catalog_number"), ", ".join(one.catalogs)),
        (words("label_note"), product.note_in(words.locale)),
        (words("label_details"), _absolute(product.details_url, base_url)),
    ]
    related = [
        (words("label_attachments"), one.attachments),
        (words("label_options"), one.options),
        (words("label_supplies"), one.supplies),
    ]
    return ProductFacts(
        title=_title(product, words),
        lines=tuple(_filled(iter(lines))),
        related=tuple(
            (label, tuple(f"{_title(p, words)}, {_price(p, words)}" for p in products))
            for label, products in related
            if products
        ),
        image_url=_absolute(product.image_url, base_url),
        image_alt=words("product_image", name=product.name_in(words.locale)),
    )


def _absolute(url: str, base_url: str) -> str:
    return f"{base_url}{url}" if url.startswith("/") else url


def _order(order: OrderView, words: StaffWords) -> Iterator[Pair]:
    for line in order.lines:
        price = words.money(line.amount, line.currency) or words("price_on_request")
        yield f"{line.quantity} × {line.name} ({line.model_number})", price
    if order.total is not None:
        yield words("label_total"), words.money(order.total, order.currency)
    ship_to = _value("ship_to", order.ship_to, words)
    if ship_to:
        yield words("label_ship_to"), ship_to
