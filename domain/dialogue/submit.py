"""What follows when a request is ready: the effects of each kind, and the words about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.conversation import Task
from domain.dialogue import cards
from domain.dialogue.facts import Facts
from domain.dialogue.prices import order_lines, order_total
from domain.dialogue.turn import (
    ChangeDetails,
    OpenRequest,
    PlaceOrder,
    ProveAddress,
    SendDocuments,
    Turn,
    Words,
    plain,
)
from domain.requests import DECLARATIONS
from domain.requests.update_details import changes


def submit(turn: Turn, task: Task, facts: Facts, *, notify_staff: bool) -> None:
    """Carry a request out: store it, tell who may be told, and say so."""
    declaration = DECLARATIONS[task.kind]
    task.notify_staff = notify_staff
    model = task.items[0]["model_number"] if task.items else None
    route = facts.route(task.kind, model, task.slots)
    request = OpenRequest(
        id=facts.new_request_id(),
        kind=task.kind,
        route=route,
        details={
            **{slot.name: task.slots[slot.name] for slot in declaration.told(task.slots, facts)},
            "text": task.text,
        },
        items=list(task.items),
        notify_staff=notify_staff and route is not None,
        source=task.source,
        shown=[
            *cards.summary(declaration, task, facts),
            *cards.recipient_row(task, facts),
        ],
        status="open" if notify_staff else "done",
    )
    _SUBMIT[task.kind](turn, task, facts, request)
    for name in ("name", "email", "phone"):
        if task.slots.get(name):
            turn.told[name] = task.slots[name]


def _told(request: OpenRequest) -> dict[str, Any]:
    staff = request.route.staff if request.route else None
    return {
        "id": request.id,
        "staff": staff.name if staff and request.notify_staff else "",
        "role": plain(f"role.{staff.role._value_}") if staff else "",
    }


def _contact(turn: Turn, task: Task, facts: Facts, request: OpenRequest) -> None:
    if not request.notify_staff:
        # Nobody can get in touch without being told; the wish is noted and goes no further.
        turn.effects.append(_with(request, status="cancelled"))
        turn.say("done.contact_refused")
        return
    turn.effects.append(request)
    method = task.slots.get("contact_method", "")
    turn.say("done.contact", **_told(request), method=method, words=Words(f"option.{method}"))


def _update_details(turn: Turn, task: Task, facts: Facts, request: OpenRequest) -> None:
    customer = facts.known
    if customer is None:
        return
    changed = changes(task.slots, facts)
    details = {
        **request.details,
        "changes": {name: [old, new] for name, (old, new) in changed.items()},
    }
    now = {name: new for name, (_, new) in changed.items() if name != "email"}
    if now:
        turn.effects.append(ChangeDetails(customer.customer_id, now))
    turn.effects.append(_with(request, details=details))
    turn.say("done.update_details", **_told(request))
    if "email" in changed:
        turn.effects.append(ProveAddress(customer.customer_id, changed["email"][1]))
        turn.say("done.prove_address", email=changed["email"][1])


def _purchase(turn: Turn, task: Task, facts: Facts, request: OpenRequest) -> None:
    lines = order_lines(task, facts)
    total, currency = order_total(lines)
    order_number = facts.new_order_number()
    order = PlaceOrder(
        order_number=order_number,
        lines=lines,
        total=total,
        currency=currency,
        ship_to={key: task.slots.get(key, "") for key in ("name", "address", "email", "phone")},
    )
    turn.effects.append(_with(request, order=order))
    turn.say(
        "done.purchase", **_told(request), order=order_number, email=task.slots.get("email", "")
    )


def _document_request(turn: Turn, task: Task, facts: Facts, request: OpenRequest) -> None:
    turn.effects.append(request)
    models = [item["model_number"] for item in task.items]
    if task.slots.get("delivery") == "email" and models:
        turn.effects.append(SendDocuments(task.slots["email"], models))
        turn.say("done.documents_sent", **_told(request), email=task.slots["email"])
    else:
        turn.say("done.document_request", **_told(request))


def _support(turn: Turn, task: Task, facts: Facts, request: OpenRequest) -> None:
    if not request.notify_staff:
        turn.effects.append(_with(request, status="cancelled"))
        turn.say("done.contact_refused")
        return
    turn.effects.append(request)
    turn.say("done.support", **_told(request))


_SUBMIT: dict[str, Callable[[Turn, Task, Facts, OpenRequest], None]] = {
    "contact": _contact,
    "update_details": _update_details,
    "purchase": _purchase,
    "document_request": _document_request,
    "support": _support,
}


def _with(request: OpenRequest, **changed: Any) -> OpenRequest:
    return replace(request, **changed)
