"""Answers to cards: buttons, forms and the notice-confirmation. Action ids are `verb:...`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.conversation import Task
from domain.dialogue import answers, cards, tasks
from domain.dialogue.facts import Facts
from domain.dialogue.steps import cancel, finish
from domain.dialogue.turn import Turn
from domain.messages import Action, IncomingMessage
from domain.requests import DECLARATIONS


def act(turn: Turn, incoming: IncomingMessage, facts: Facts, source: str) -> None:
    """Carry out the answer to a card; what no longer fits is said, and changes nothing."""
    action = incoming.action
    assert action is not None  # the caller asks only for messages with one
    verb, _, rest = action.id.partition(":")
    match verb:
        case "form" | "confirm" | "edit" | "drop" | "pick":
            _act_on_task(turn, verb, rest, action, facts)
        case "want":
            _want(turn, rest, facts, source)
        case "details":
            answers.show_details(turn, rest, facts)
        case "options" | "attachments" | "supplies":
            answers.show_related(turn, rest, verb, facts)
        case "withdraw":
            _withdraw(turn, rest, facts)
        case _:
            turn.say("task.stale")


def _act_on_task(turn: Turn, verb: str, rest: str, action: Action, facts: Facts) -> None:
    task_id, _, choice = rest.partition(":")
    task = tasks.find(turn.state, task_id)
    if task is None or task.kind not in DECLARATIONS:
        turn.say("task.stale")
        return
    _to_front(turn, task)
    value: Mapping[str, Any] = action.value or {}
    match verb:
        case "form":
            _form(turn, task, value, facts)
        case "confirm":
            _confirm(turn, task, value, facts)
        case "edit":
            turn.say("task.edit")
            turn.parts.append(cards.form(DECLARATIONS[task.kind], task))
            task.stage = "fill"
        case "pick":
            _form(turn, task, {choice.partition(":")[0]: choice.partition(":")[2]}, facts)
        case _:
            tasks.drop(turn.state, task)
            turn.say("task.cancelled")


def _to_front(turn: Turn, task: Task) -> None:
    others = [other for other in turn.state.tasks if other.id != task.id]
    turn.state.tasks = [task, *others]


def _form(turn: Turn, task: Task, value: Mapping[str, Any], facts: Facts) -> None:
    declaration = DECLARATIONS[task.kind]
    if value.get("reset") is True:
        task.slots = {}
        tasks.prefill(task, declaration, turn.state, facts)
        turn.say("task.reset")
        turn.parts.append(cards.form(declaration, task))
        return
    errors = tasks.fill_form(task, declaration, value, facts)
    if errors:
        typed = {slot.name: _text(value.get(slot.name)) for slot in declaration.slots}
        given = {name: text for name, text in typed.items() if text is not None}
        turn.say("task.form_errors")
        turn.parts.append(cards.form(declaration, task, errors, given))
        return
    task.tries = 0
    not_ready = declaration.ready(task.slots, facts)
    if not_ready is not None:
        turn.say(f"invalid.{not_ready}")
        turn.parts.append(cards.form(declaration, task))


def _text(value: object) -> str | None:
    return str(value)[:2_000] if isinstance(value, str | int | float) else None


def _confirm(turn: Turn, task: Task, value: Mapping[str, Any], facts: Facts) -> None:
    if value.get("decision") == "cancel":
        tasks.drop(turn.state, task)
        turn.say("task.cancelled")
        return
    if value.get("decision") != "send" or task.stage != "confirm":
        turn.say("task.stale")
        return
    finish(turn, task, facts, notify_staff=value.get("notify_staff") is not False)


def _want(turn: Turn, rest: str, facts: Facts, source: str) -> None:
    kind, _, model = rest.partition(":")
    if kind == "human":
        answers.hand_over(turn, "", facts, source, why="wished")
    elif kind == "status":
        answers.show_status(turn, facts)
    elif kind == "product_info":
        turn.say("products.ask")
    elif kind in DECLARATIONS:
        task = _waiting_order(turn, kind)
        declaration = DECLARATIONS[kind]
        if task is None:
            task, declaration = tasks.begin(turn.state, kind, facts, text="", source=source)
        _to_front(turn, task)
        about = model or turn.state.product
        if about and kind != "update_details" and facts.any_product(about):
            task.items = [{"model_number": about, **_quantity(task)}]
        if declaration.needs_items and not task.items:
            turn.say("ask.items")
    else:
        turn.say("task.stale")


def _waiting_order(turn: Turn, kind: str) -> Task | None:
    """An order that waits for its product to be chosen."""
    waiting = (t for t in turn.state.tasks if t.kind == kind == "purchase" and not t.items)
    return next(waiting, None)


def _quantity(task: Task) -> dict[str, int]:
    quantity = task.slots.get("quantity")
    return {"quantity": quantity} if isinstance(quantity, int) else {}


def _withdraw(turn: Turn, request_id: str, facts: Facts) -> None:
    request = facts.latest_open_request()
    if request is None or request.id != request_id or not cancel(turn, facts):
        turn.say("task.stale")
