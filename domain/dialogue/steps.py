"""The next step of requests on their way: ask, prove, confirm, carry out, withdraw."""

from __future__ import annotations

from domain.conversation import Task
from domain.dialogue import cards, prices, tasks
from domain.dialogue.facts import Facts
from domain.dialogue.submit import submit
from domain.dialogue.turn import CancelRequest, ForwardToStaff, Turn, Words
from domain.messages import Channel
from domain.people import Level
from domain.requests import DECLARATIONS
from domain.requests.slots import Consent, Declaration

#: How many products are offered in place of one that is no longer sold.
MAX_REPLACEMENTS = 3
#: Reading it from its class would cost more than all that is done with it here.
_BY_MAIL = Channel.EMAIL


def cancel(turn: Turn, facts: Facts) -> bool:
    """Withdraw what is on its way, else the newest open request; False if there is neither."""
    if is_guarded(turn, facts):
        return True  # go_on asks for proof first
    if turn.state.tasks:
        drop_waiting(turn, facts)
        return True
    request = facts.withdrawable()
    if request is None:
        return False
    what = Words(f"title.{request.kind}")
    number = request.order.order_number if request.order else request.id
    if request.order is not None and request.status == "claimed":
        # Staff have confirmed it: goods may be on their way, so a person has to stop them.
        turn.effects.append(ForwardToStaff(request.id))
        turn.say("task.cancel_claimed", id=number, staff=request.staff_name)
        return True
    if facts.level is Level.CLAIMED:
        # Anybody can write a sender on a mail: staff decide what it is worth.
        turn.effects.append(ForwardToStaff(request.id))
        turn.say("human.forwarded", staff=request.staff_name)
        return True
    turn.effects.append(CancelRequest(request.id))
    turn.say("task.withdrawn", id=number, what=what)
    return True


def is_guarded(turn: Turn, facts: Facts) -> bool:
    """Whether a proven customer's request waits here and it is not sure who writes now."""
    return facts.known is None and any(task.proven for task in turn.state.tasks)


def drop_unproven(turn: Turn, facts: Facts) -> None:
    """Give up the proof and what waited for it; what a proven customer began stays."""
    turn.state.tasks = [
        task
        for task in turn.state.tasks
        if task.kind != "prove" and (task.proven or not DECLARATIONS[task.kind].needs_proof)
    ]


def drop_waiting(turn: Turn, facts: Facts) -> None:
    """Drop the request that waits; by mail all of them, since one mail asked about all."""
    for task in list(turn.state.tasks) if facts.channel is _BY_MAIL else turn.state.tasks[:1]:
        tasks.drop(turn.state, task)
    turn.say("task.cancelled")


def go_on(turn: Turn, facts: Facts) -> None:
    """Bring the requests that wait one step further: ask, confirm, or carry out."""
    if not turn.state.tasks:
        return
    by_mail = facts.channel is _BY_MAIL
    for task in list(turn.state.tasks):
        if task.kind == "prove" or _shown_in(turn, task):
            return
        if not _advance(turn, task, facts, by_mail=by_mail):
            return


def _shown_in(turn: Turn, task: Task) -> bool:
    if not turn.parts:
        return False
    shown = (f"form:{task.id}", f"confirm:{task.id}")
    return any(part.get("action") in shown for part in turn.parts)


def _advance(turn: Turn, task: Task, facts: Facts, *, by_mail: bool) -> bool:
    """One step of one request; whether the next one may be dealt with in the same answer."""
    declaration = DECLARATIONS[task.kind]
    tasks.prefill(task, declaration, turn.state, facts)
    if (declaration.needs_proof or task.proven) and facts.known is None:
        return ask_for_proof(turn, task, declaration, facts)
    if not _check_items(turn, task, declaration, facts):
        return by_mail
    missing = declaration.first_missing(task.slots)
    if missing is not None:
        tasks.ask(turn, task, declaration, missing, facts)
        return by_mail  # a mail asks for everything at once
    not_ready = declaration.ready(task.slots, facts)
    if not_ready is not None and not (not_ready in declaration.once and not_ready in task.warned):
        task.stage = "fill"
        fresh = not_ready == "nothing_changed" and not task.tries
        turn.say(f"task.intro_{declaration.kind}" if fresh else f"invalid.{not_ready}")
        task.warned.append(not_ready)
        turn.parts.append(cards.form(declaration, task, facts))
        return by_mail
    if by_mail and declaration.consent is Consent.IMPLIED and task.notify_staff:
        finish(turn, task, facts, notify_staff=True)
        return True
    tasks.show_confirmation(turn, task, declaration, facts)
    return by_mail


def _check_items(turn: Turn, task: Task, declaration: Declaration, facts: Facts) -> bool:
    """Whether the products can be ordered as they stand; else what is wrong is said."""
    if not declaration.needs_items:
        return True
    while (fault := tasks.item_fault(task, declaration, facts)) is not None:
        if fault == "withdrawn":
            if not _leave_out_withdrawn(turn, task, facts):
                return False
            continue
        task.stage = "fill"
        task.asked = None if fault == "no_product" else "quantity"
        if fault != "no_product":
            turn.say(f"invalid.{fault}", name=_faulty_name(task, facts))
        elif not turn.parts or "product" not in [part["kind"] for part in turn.parts]:
            turn.say("invalid.no_product")
        return False
    return True


def _faulty_name(task: Task, facts: Facts) -> str:
    faulty = [item for item in task.items if "fault" in item] or task.items
    product = facts.any_product(faulty[0]["model_number"])
    return product.name_in(facts.locale) if product else str(faulty[0]["model_number"])


def _leave_out_withdrawn(turn: Turn, task: Task, facts: Facts) -> bool:
    """Take out what is no longer sold and show what there is instead; whether anything is left."""
    gone = [item["model_number"] for item in task.items if not facts.product(item["model_number"])]
    task.items = [item for item in task.items if item["model_number"] not in gone]
    for model in gone:
        product = facts.any_product(model)
        turn.say("task.withdrawn_product", name=product.name_in(facts.locale) if product else model)
        category = product.category if product else ""
        instead = [p for p in facts.on_sale() if p.category == category][:MAX_REPLACEMENTS]
        if instead:
            turn.say("task.instead")
            turn.parts += [cards.product(p, facts.locale) for p in instead]
            turn.state.shown = [p.model_number for p in instead]
    if not task.items:
        tasks.drop(turn.state, task)
    return bool(task.items)


def finish(turn: Turn, task: Task, facts: Facts, *, notify_staff: bool) -> None:
    """Carry a request out if nothing has come between; else say what has."""
    declaration = DECLARATIONS[task.kind]
    task.notify_staff = notify_staff
    if (declaration.needs_proof or task.proven) and facts.known is None:
        ask_for_proof(turn, task, declaration, facts)
        return
    if tasks.item_fault(task, declaration, facts) is not None:
        _check_items(turn, task, declaration, facts)
        if task.items and task.stage == "confirm":
            tasks.show_confirmation(turn, task, declaration, facts)
        return
    if declaration.needs_items and task.quoted != prices.quoted(task, facts):
        turn.say("task.price_changed")
        tasks.show_confirmation(turn, task, declaration, facts)
        return
    tasks.drop(turn.state, task)
    submit(turn, task, facts, notify_staff=notify_staff)


def ask_for_proof(turn: Turn, task: Task, declaration: Declaration, facts: Facts) -> bool:
    """Have the customer prove who they are before registered details are shown or changed.

    Returns:
        Whether the next request may be dealt with in the same answer.
    """
    if facts.channel is _BY_MAIL:
        _ask_by_mail(turn, task, declaration, facts)
        return True
    if not any(other.kind == "prove" for other in turn.state.tasks):
        turn.state.counter += 1
        turn.state.tasks.insert(0, Task(id=str(turn.state.counter), kind="prove"))
        turn.say("proof.ask_email")
    return False


def _ask_by_mail(turn: Turn, task: Task, declaration: Declaration, facts: Facts) -> None:
    """The answer goes to the registered address: whoever reads it there may say yes."""
    if facts.customer is None:
        tasks.drop(turn.state, task)
        turn.say("proof.unknown_sender")
        return
    task.stage = "confirm"
    task.asked = None
    turn.say("proof.mail_confirm")
    written = cards.filled_rows(declaration, task, facts)
    turn.parts.append(cards.confirm(task, [*written, *cards.recipient_row(task, facts)]))
