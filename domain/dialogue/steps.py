"""The next step of requests on their way: ask, prove, confirm, carry out, withdraw."""

from __future__ import annotations

from domain.conversation import Task
from domain.dialogue import cards, tasks
from domain.dialogue.facts import Facts
from domain.dialogue.submit import submit
from domain.dialogue.turn import CancelRequest, Turn, Words
from domain.messages import Channel
from domain.requests import DECLARATIONS
from domain.requests.slots import Consent


def cancel(turn: Turn, facts: Facts) -> bool:
    """Withdraw what is on its way, else the newest open request; False if there is neither."""
    if turn.state.tasks:
        tasks.drop(turn.state, turn.state.tasks[0])
        turn.say("task.cancelled")
        return True
    request = facts.latest_open_request()
    if request is None:
        return False
    turn.effects.append(CancelRequest(request.id))
    turn.say("task.withdrawn", id=request.id, what=Words(f"title.{request.kind}"))
    return True


def go_on(turn: Turn, facts: Facts) -> None:
    """Bring the requests that wait one step further: ask, confirm, or carry out."""
    by_mail = facts.channel is Channel.EMAIL
    for task in list(turn.state.tasks):
        if task.kind == "prove" or _shown_in(turn, task):
            return
        if not _advance(turn, task, facts, by_mail=by_mail):
            return


def _shown_in(turn: Turn, task: Task) -> bool:
    return any(str(part.get("action", "")).endswith(f":{task.id}") for part in turn.parts)


def _advance(turn: Turn, task: Task, facts: Facts, *, by_mail: bool) -> bool:
    """One step of one request; whether the next one may be dealt with in the same answer."""
    declaration = DECLARATIONS[task.kind]
    tasks.prefill(task, declaration, turn.state, facts)
    if declaration.needs_proof and facts.known is None:
        ask_for_proof(turn, facts)
        return False
    fault = tasks.item_fault(task, declaration, facts)
    if fault == "no_product":
        task.asked = None
        if not any(part["kind"] == "product" for part in turn.parts):
            turn.say("invalid.no_product")
        return by_mail
    if fault is not None:
        turn.say(f"invalid.{fault}")
        tasks.drop(turn.state, task)
        return True
    missing = declaration.missing(task.slots)
    not_ready = declaration.ready(task.slots, facts)
    if missing:
        tasks.ask(turn, task, declaration, missing)
        return by_mail  # a mail asks for everything at once
    if not_ready is not None:
        task.stage = "fill"
        turn.say(f"invalid.{not_ready}" if task.tries else f"task.intro_{declaration.kind}")
        turn.parts.append(cards.form(declaration, task))
        return by_mail
    if by_mail and declaration.consent is Consent.IMPLIED:
        finish(turn, task, facts, notify_staff=True)
        return True
    tasks.show_confirmation(turn, task, declaration, facts)
    return by_mail


def finish(turn: Turn, task: Task, facts: Facts, *, notify_staff: bool) -> None:
    """Carry a request out if nothing has come between; else say what has."""
    fault = tasks.item_fault(task, DECLARATIONS[task.kind], facts)
    tasks.drop(turn.state, task)
    if fault is not None:
        turn.say(f"invalid.{fault}")
        return
    submit(turn, task, facts, notify_staff=notify_staff)


def ask_for_proof(turn: Turn, facts: Facts) -> None:
    """Have the customer prove who they are before registered details are shown or changed."""
    if any(task.kind == "prove" for task in turn.state.tasks):
        return
    turn.state.counter += 1
    turn.state.tasks.insert(0, Task(id=str(turn.state.counter), kind="prove"))
    turn.say("proof.ask_email")
