"""The cards of the interface, with Words where the reader's language will stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from domain.addresses import full_address
from domain.catalog import Product
from domain.conversation import Task
from domain.dialogue import prices
from domain.dialogue.facts import Facts
from domain.dialogue.turn import Fields, Fixed, Words, plain
from domain.phones import shown_phone
from domain.requests import DECLARATIONS
from domain.requests.slots import Declaration, Slot
from domain.requests.update_details import changes

Row = tuple[Words, str | Words]


def form(
    declaration: Declaration,
    task: Task,
    facts: Facts,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The form of a request, filled with what is known; with errors what was typed comes back."""
    values = typed or {}
    card: dict[str, Any] = {
        "kind": "form",
        "action": f"form:{task.id}",
        "title": _TITLES[declaration.kind],
        "fields": Fields(
            [_quantity_field(item, values) for item in task.items]
            if declaration.needs_items
            else (),
            _blank_fields(declaration.kind, declaration.required(task.slots)),
            _filled_in(declaration, values, task, facts) if values or task.slots else {},
        ),
        "submit": _NEXT,
        "reset": _RESET,
    }
    if errors:
        card["errors"] = {name: Words(f"invalid.{code}") for name, code in errors.items()}
    return card


_TITLES = {kind: Words(f"title.{kind}") for kind in DECLARATIONS}
_NEXT, _RESET = Words("button.next"), Words("button.reset")
#: A form asks for the quantity of each product in a field of its own: `item:<model number>`.
ITEM_FIELD = "item:"


def _quantity_field(item: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{ITEM_FIELD}{item['model_number']}"
    return {
        "name": name,
        "label": Words("slot.quantity", {"model": item["model_number"]}),
        "type": "text",
        "value": str(values.get(name) or item.get("quantity") or ""),
        "required": False,
    }


def _filled_in(
    declaration: Declaration, typed: Mapping[str, Any], task: Task, facts: Facts
) -> dict[int, str]:
    """What stands in the fields that are not empty, by their place."""
    filled_in = {}
    places = declaration.places
    for name in {**task.slots, **typed} if typed else task.slots:
        place = places.get(name)
        if place is None:
            continue
        value = typed[name] if name in typed else _as_written(declaration.slots[place], task, facts)
        if value:
            filled_in[place] = str(value)
    return filled_in


@lru_cache(maxsize=64)
def _blank_fields(kind: str, required: Sequence[bool]) -> Fixed:
    slots = DECLARATIONS[kind].slots
    return Fixed([_blank_field(slot, needed) for slot, needed in zip(slots, required, strict=True)])


def _blank_field(slot: Slot, required: bool) -> dict[str, Any]:
    field = {
        "name": slot.name,
        "label": Words(f"slot.{slot.name}"),
        "type": slot.type,
        "value": "",
        "required": required,
    }
    if not slot.options:
        return field
    options = [{"value": name, "label": Words(f"option.{name}")} for name in slot.options]
    return {**field, "options": options}


def _as_written(slot: Slot, task: Task, facts: Facts) -> str:
    value = str(task.slots.get(slot.name) or "")
    return shown_phone(value, facts.phone_region) if value and slot.type == "tel" else value


_CONFIRM_LABELS = Fixed({name: Words(f"button.{name}") for name in ("notify", "send", "cancel")})


def confirm(task: Task, rows: Sequence[Row]) -> dict[str, Any]:
    """The notice-confirmation: what will be told to whom, with the box to refuse."""
    return {
        "kind": "confirm",
        "action": f"confirm:{task.id}",
        "summary": [[label, value] for label, value in rows],
        "notify_staff": task.notify_staff,
        "labels": _CONFIRM_LABELS,
    }


def summary(declaration: Declaration, task: Task, facts: Facts) -> list[Row]:
    """Everything that a request tells, label by label: staff get no more than stands here."""
    if declaration.kind == "update_details":
        said = changes(task.slots, facts).keys()
        rows = _change_rows(declaration, task, facts)
    else:
        said = {name: value for name, value in task.slots.items() if value}.keys()
        rows = _order_rows(task, facts) if declaration.needs_items else _item_rows(task, facts)
        rows += filled_rows(declaration, task, facts)
    if not task.notify_staff:
        return rows
    record = _from_the_record(facts, said)
    if record:
        rows.append((Words("summary.record"), record))
    if task.text and task.text not in task.slots.values():
        rows.append((plain("summary.text"), task.text))
    return rows


def filled_rows(declaration: Declaration, task: Task, facts: Facts) -> list[Row]:
    """Each slot that is filled, as its reader writes it."""
    return [
        (
            plain(f"slot.{slot.name}"),
            plain(f"option.{task.slots[slot.name]}")
            if slot.options
            else _as_written(slot, task, facts),
        )
        for slot in declaration.slots
        if task.slots.get(slot.name)
    ]


def _change_rows(declaration: Declaration, task: Task, facts: Facts) -> list[Row]:
    rows: list[Row] = []
    for name, (old, new) in changes(task.slots, facts).items():
        slot = declaration.slot(name)
        if slot is not None and slot.type == "tel":
            old, new = (shown_phone(one, facts.phone_region) for one in (old, new))
        rows.append((Words(f"slot.{name}"), Words("summary.change", {"old": old, "new": new})))
    return rows


def _from_the_record(facts: Facts, said: Collection[str]) -> str:
    """What staff read of the registered customer beside `said`, the slots that the rows tell."""
    known = facts.known
    if known is None:
        return ""
    region = facts.phone_region
    record = {
        "name": known.name,
        "company": known.company,
        "department": known.department,
        "phone": shown_phone(known.phone, region),
        "office_phone": shown_phone(known.office_phone, region),
        "email": known.email,
        "address": full_address(known.postal_code, known.address),
        "customer_id": known.customer_id,
        "owned": ", ".join(known.owned),
    }
    return ", ".join(value for name, value in record.items() if value and name not in said)


def _order_rows(task: Task, facts: Facts) -> list[Row]:
    lines = prices.order_lines(task, facts)
    rows: list[Row] = [(plain("summary.product"), prices.line_words(line)) for line in lines]
    return [*rows, (Words("summary.total"), prices.total_words(lines))]


def _item_rows(task: Task, facts: Facts) -> list[Row]:
    found = [(item["model_number"], facts.any_product(item["model_number"])) for item in task.items]
    return [
        (plain("summary.product"), product.name_in(facts.locale) if product else model)
        for model, product in found
    ]


def recipient_row(task: Task, facts: Facts) -> list[Row]:
    """To whom it will be told: name and role; nobody where the customer refused."""
    if not task.notify_staff:
        return [(plain("summary.told_to"), plain("summary.nobody"))]
    model = task.items[0]["model_number"] if task.items else None
    route = facts.route(task.kind, model, task.slots)
    if route is None:
        return []
    role = plain(f"role.{route.staff.role._value_}")
    return [
        (
            plain("summary.told_to"),
            Words("summary.person", {"name": route.staff.name, "role": role}),
        )
    ]


def choices(*pairs: tuple[str, Words]) -> dict[str, Any]:
    """Buttons: pairs of action id and label."""
    return {
        "kind": "choices",
        "choices": [{"action": action, "label": label} for action, label in pairs],
    }


def product(product: Product, locale: str) -> dict[str, Any]:
    """A product with picture, price, note, and what can be done with it."""
    model = product.model_number
    buttons: list[tuple[str, str]] = [("details", f"details:{model}")]
    for name in ("options", "attachments", "supplies"):
        if getattr(product, name):
            buttons.append((name, f"{name}:{model}"))
    buttons += [("contact", f"want:contact:{model}"), ("purchase", f"want:purchase:{model}")]
    return {
        "kind": "product",
        "model_number": model,
        "name": product.name_in(locale),
        "price": money(product),
        "image_url": product.image_url,
        "note": product.note_in(locale),
        "buttons": [
            {"action": action, "label": Words(f"button.{label}")} for label, action in buttons
        ],
    }


def money(product: Product) -> Words:
    """The price in words: "on request" where there is none."""
    return Words(
        "summary.price",
        {
            "amount": "" if product.price is None else str(product.price),
            "currency": product.currency,
        },
    )


MENU = ("contact", "product_info", "purchase", "document_request", "support", "human")


_MENU_CHOICES = Fixed([{"action": f"want:{kind}", "label": Words(f"menu.{kind}")} for kind in MENU])


def menu() -> dict[str, Any]:
    """What the counter can do, as buttons."""
    return {"kind": "choices", "choices": _MENU_CHOICES}
