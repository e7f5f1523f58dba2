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
        case "form" | "confirm" | "edit" | "drop" | "pick" | "swap":
            _act_on_task(turn, verb, rest, action, facts)
        case "want":
            _want(turn, rest, facts, source)
        case "details":
            answers.show_details(turn, rest, facts)
        case "options" | "attachments" | "supplies":
            answers.show_related(turn, rest, verb, facts)
        case "withdraw":
            _withdraw(turn, rest, facts)
        case "no_interest":
            answers.refuse_interest(turn, rest, facts)
        case "restart":
            answers.start_over(turn)
        case _:
            turn.say("task.stale")


def _act_on_task(turn: Turn, verb: str, rest: str, action: Action, facts: Facts) -> None:
    task_id, _, choice = rest.partition(":")
    task = tasks.find(turn.state, task_id)
    if task is None or task.kind not in DECLARATIONS:
        turn.say("task.stale")
        return
    _to_front(turn, task)
    if task.proven and facts.known is None:
        return  # what a verified customer began is for nobody else; go_on asks for proof
    value: Mapping[str, Any] = action.value or {}
    match verb:
        case "form":
            _form(turn, task, value, facts)
        case "confirm":
            _confirm(turn, task, value, facts)
        case "edit":
            turn.say("task.edit")
            turn.parts.append(cards.form(DECLARATIONS[task.kind], task, facts))
            task.stage = "fill"
        case "pick":
            _form(turn, task, {choice.partition(":")[0]: choice.partition(":")[2]}, facts)
        case "swap":
            _swap(turn, task, *choice.partition(":")[::2], facts)
        case _:
            tasks.drop(turn.state, task)
            turn.say("task.cancelled")


def _swap(turn: Turn, task: Task, old: str, new: str, facts: Facts) -> None:
    """Take what fits in place of what does not."""
    line = next((item for item in task.items if item["model_number"] == old), None)
    if line is None or facts.product(new) is None:
        turn.say("task.stale")
        return
    line["model_number"] = new


def _to_front(turn: Turn, task: Task) -> None:
    others = [other for other in turn.state.tasks if other.id != task.id]
    turn.state.tasks = [task, *others]


def _form(turn: Turn, task: Task, value: Mapping[str, Any], facts: Facts) -> None:
    declaration = DECLARATIONS[task.kind]
    if value.get("reset") is True:
        task.slots = {}
        tasks.prefill(task, declaration, turn.state, facts)
        turn.say("task.reset")
        turn.parts.append(cards.form(declaration, task, facts))
        return
    errors = tasks.fill_quantities(task, value) | tasks.fill_form(task, declaration, value, facts)
    if errors:
        names = [*value, *(slot.name for slot in declaration.slots)]
        typed = {name: _text(value.get(name)) for name in names}
        given = {name: text for name, text in typed.items() if text is not None}
        turn.say("task.form_errors")
        turn.parts.append(cards.form(declaration, task, facts, errors, given))
        return
    task.tries = 0
    not_ready = declaration.ready(task.slots, facts)
    if not_ready is not None:
        turn.say(f"invalid.{not_ready}")
        turn.parts.append(cards.form(declaration, task, facts))


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
    given = value.get("notify_staff")
    told = given if isinstance(given, bool) else task.notify_staff
    finish(turn, task, facts, notify_staff=told)


def _want(turn: Turn, rest: str, facts: Facts, source: str) -> None:
    kind, _, model = rest.partition(":")
    if kind == "human":
        answers.hand_over(turn, "", facts, source, why="wished")
    elif kind == "status":
        answers.show_status(turn, facts)
    elif kind == "product_info":
        turn.say("products.ask")
    elif kind in DECLARATIONS:
        _want_request(turn, kind, model or turn.state.product or "", facts, source)
    else:
        turn.say("task.stale")


def _want_request(turn: Turn, kind: str, model: str, facts: Facts, source: str) -> None:
    """Begin a request, or put the product to the order that is on its way."""
    declaration = DECLARATIONS[kind]
    task = next((other for other in turn.state.tasks if other.kind == kind), None)
    if task is None:
        task, declaration = tasks.begin(turn.state, kind, facts, text="", source=source)
    _to_front(turn, task)
    named = [item["model_number"] for item in task.items]
    if facts.any_product(model) and kind != "update_details" and model not in named:
        quantity = task.slots.get("quantity")
        item = {"model_number": model, "quantity": quantity if isinstance(quantity, int) else 1}
        task.items = [*task.items, item] if declaration.needs_items else [{"model_number": model}]
    if declaration.needs_items and not task.items:
        turn.say("ask.items")


def _withdraw(turn: Turn, request_id: str, facts: Facts) -> None:
    request = facts.withdrawable()
    if request is None or request.id != request_id or not cancel(turn, facts):
        turn.say("task.stale")
