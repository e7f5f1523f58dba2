"""Requests on their way: beginning them, filling their slots, asking for what is missing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from domain.addresses import full_address, with_zip_behind
from domain.conversation import DialogueState, Task
from domain.dialogue import cards, cues, prices
from domain.dialogue.facts import Facts
from domain.dialogue.fitting import misfits
from domain.dialogue.quantities import MAX_QUANTITY
from domain.dialogue.turn import Turn, Words, plain
from domain.messages import Channel
from domain.requests import DECLARATIONS
from domain.requests.slots import Declaration, Invalid, Slot
from domain.understanding.result import Understanding

#: After so many answers that do not fit, the form is shown; after one more a person is offered.
MAX_TRIES = 2
#: Reading it from its class would cost more than all that is done with it here.
_BY_CHAT = Channel.CHAT
MAX_TEXT = 4_000
#: What is longer than this is a sentence and no name.
_NAME_WORDS = 4
_NAME_LENGTH = 60


def begin(
    state: DialogueState, kind: str, facts: Facts, *, text: str, source: str
) -> tuple[Task, Declaration]:
    """Begin a request with everything that is known already; the newest one is dealt with first."""
    declaration = DECLARATIONS[kind]
    state.counter += 1
    task = Task(  # by place: names would cost twice as much
        str(state.counter), kind, {}, [], "fill", None, 0, "", f"{source}:{kind}", True, [], []
    )
    prefill(task, declaration, state, facts)
    add_text(task, text)
    state.tasks.append(task)
    return task, declaration


def prefill(task: Task, declaration: Declaration, state: DialogueState, facts: Facts) -> None:
    """Fill every empty slot with what is known."""
    task.proven = task.proven or facts.known is not None
    slots, given = task.slots, state.given
    for slot in declaration.known_slots(facts):
        if not slots.get(slot.name) and (value := slot.known(facts)):
            slots[slot.name] = value
    if not given:  # by most
        return
    for name, value in given.items():
        if value and name in declaration.places and not slots.get(name):
            slots[name] = value


def add_text(task: Task, text: str) -> None:
    """Keep the customer's words with the request, for staff to read."""
    if text and text not in task.text:
        task.text = f"{task.text}\n{text}".strip()[:MAX_TEXT]


def fill_from(
    task: Task,
    declaration: Declaration,
    understood: Understanding,
    text: str,
    facts: Facts,
    faults: list[str] | None = None,
) -> list[str]:
    """Put what the message names into the slots that take it; return the slots that changed.

    An entity fills its slot even when it was not asked for. What must be said about a value
    that was named but cannot be taken is added to `faults`.
    """
    changed: list[str] = []
    entities = understood.entities
    if not entities:  # most messages
        return changed
    for slot, entity in declaration.heard:
        if entity not in entities or not (values := cues.meant(understood, entity, text)):
            continue
        try:
            value = slot.clean(_whole(slot, str(values[-1]), declaration, understood, text), facts)
        except Invalid as invalid:
            if faults is not None and invalid.code == "email_taken":
                faults.append(invalid.code)
            continue
        if task.slots.get(slot.name) != value and not _says_less(slot, value, facts):
            task.slots[slot.name] = value
            changed.append(slot.name)
    return changed


def _whole(
    slot: Slot, value: str, declaration: Declaration, understood: Understanding, text: str
) -> str:
    """An address with its postal code, where the request has no slot of its own for that."""
    if slot.name != "address" or declaration.slot("postal_code"):
        return value
    codes = cues.meant(understood, "postal_code", text)
    return full_address(str(codes[-1]), value) if codes else with_zip_behind(value, text)


def _says_less(slot: Slot, value: str, facts: Facts) -> bool:
    """Somebody known who signs with the family name alone has not changed their name."""
    return slot.name == "name" and value in slot.known(facts)


def answer_asked(task: Task, declaration: Declaration, text: str, facts: Facts) -> str | None:
    """Take the text as the value of the slot that was asked for.

    Returns:
        None where it fits, else the code of why it does not.
    """
    slot = declaration.slot(task.asked or "")
    if slot is None or not text:
        return "again"
    if slot.options:
        return "choice"
    if not slot.free or (slot.name == "name" and cues.is_courtesy(text)):
        return "again"
    try:
        task.slots[slot.name] = slot.clean(text, facts)
    except Invalid as invalid:
        return invalid.code
    return None


def take_the_rest(
    task: Task, declaration: Declaration, understood: Understanding, text: str, facts: Facts
) -> None:
    """Asked for a name, people add their number: what stands beside it is the name."""
    if task.asked != "name" or task.slots.get("name") or not understood.spans:
        return
    rest = beside(understood, text)
    if rest and is_short(rest):
        answer_asked(task, declaration, rest, facts)


def beside(understood: Understanding, text: str) -> str:
    """What stands in a message beside numbers, addresses and the like."""
    rest = text
    for span in sorted(understood.spans, key=lambda span: span.start, reverse=True):
        rest = f"{rest[: span.start]} {rest[span.end :]}"
    return rest.strip(" ,、，;.。\n")


def is_short(text: str) -> bool:
    """Whether the text is a few words, such as a name, and no sentence."""
    return len(text.split()) <= _NAME_WORDS and len(text) <= _NAME_LENGTH


def fill_form(
    task: Task, declaration: Declaration, values: Mapping[str, Any], facts: Facts
) -> dict[str, str]:
    """Take a filled-in form; return the faults by field, empty where it fits.

    Fields that the form does not have are ignored: nothing but slots can be set.
    """
    errors: dict[str, str] = {}
    cleaned = dict(task.slots)
    for slot in declaration.slots:
        if slot.name not in values:
            continue
        raw = values[slot.name]
        if raw is not None and not isinstance(raw, str | int | float):
            errors[slot.name] = "again"
            continue
        text = "" if raw is None else str(raw)
        try:
            cleaned[slot.name] = slot.clean(text, facts) if text.strip() else ""
        except Invalid as invalid:
            errors[slot.name] = invalid.code
    for slot in declaration.missing(cleaned):
        errors.setdefault(slot.name, "required")
    if not errors:
        task.slots = cleaned
    return errors


def fill_quantities(task: Task, values: Mapping[str, Any]) -> dict[str, str]:
    """Take the quantities of a form; 0 or nothing leaves a product out. Returns the faults."""
    errors: dict[str, str] = {}
    wanted: dict[str, int] = {}
    for item in task.items:
        name = f"{cards.ITEM_FIELD}{item['model_number']}"
        if name in values:
            text = unicodedata.normalize("NFKC", str(values[name] or "0")).strip()
            # The interpreter refuses to read numbers of thousands of digits.
            if text.isdecimal() and len(text) <= 9 and int(text) <= MAX_QUANTITY:
                wanted[item["model_number"]] = int(text)
            else:
                errors[name] = "quantity"
    if errors or (wanted and not any(wanted.values())):
        return errors or {f"{cards.ITEM_FIELD}{next(iter(wanted))}": "quantity"}
    for item in task.items:
        if item["model_number"] in wanted:
            item["quantity"] = wanted[item["model_number"]]
            item.pop("fault", None)
    task.items = [item for item in task.items if item.get("quantity") != 0 or "fault" in item]
    return {}


def item_fault(task: Task, declaration: Declaration, facts: Facts) -> str | None:
    """What is wrong with the products of a purchase; None where nothing is."""
    if not declaration.needs_items:
        return None
    if not task.items:
        return "no_product"
    for item in task.items:
        if facts.product(item["model_number"]) is None:
            return "withdrawn"
        if item.get("fault"):
            return str(item["fault"])
        quantity = item.setdefault("quantity", 1)
        if not isinstance(quantity, int) or not 1 <= quantity <= MAX_QUANTITY:
            return "quantity"
    return None


_INTROS = {kind: Words(f"task.intro_{kind}") for kind in DECLARATIONS}
_QUESTIONS = {
    name: Words(f"ask.{name}")
    for declaration in DECLARATIONS.values()
    for name in declaration.places
}


def ask(turn: Turn, task: Task, declaration: Declaration, missing: Slot, facts: Facts) -> None:
    """Ask for what is missing: the first in words, all of it in the form."""
    task.stage = "fill"
    task.asked = missing.name
    if task.slots:
        turn.says.append(_INTROS[declaration.kind])
    turn.says.append(_QUESTIONS[missing.name])
    turn.parts.append(cards.form(declaration, task, facts))


def show_confirmation(turn: Turn, task: Task, declaration: Declaration, facts: Facts) -> None:
    """Show what will be told to whom, to be sent, refused or changed."""
    task.stage = "confirm"
    task.asked = None
    task.tries = 0
    task.quoted = prices.quoted(task, facts) if declaration.needs_items else []
    _warn_of_misfits(turn, task, declaration, facts)
    turn.say(f"task.confirm_{declaration.kind}")
    rows = [*cards.summary(declaration, task, facts), *cards.recipient_row(task, facts)]
    turn.parts.append(cards.confirm(task, rows))
    if facts.channel is _BY_CHAT:
        turn.parts.append(cards.choices((f"edit:{task.id}", plain("button.change"))))


def _warn_of_misfits(turn: Turn, task: Task, declaration: Declaration, facts: Facts) -> None:
    """Say once of each option that it does not fit, and offer what does."""
    if not declaration.needs_items:
        return
    for misfit in misfits(task, facts):
        model = misfit.product.model_number
        if model in task.warned:
            continue
        task.warned.append(model)
        turn.say(
            "task.misfit",
            name=misfit.product.name_in(facts.locale),
            hosts=[host.name_in(facts.locale) for host in misfit.hosts],
            machines=[machine.name_in(facts.locale) for machine in misfit.machines],
            right=[product.name_in(facts.locale) for product in misfit.right],
        )
        if misfit.right and facts.channel is _BY_CHAT:
            turn.parts.append(
                cards.choices(
                    *(
                        (
                            f"swap:{task.id}:{model}:{product.model_number}",
                            Words("button.take", {"name": product.name_in(facts.locale)}),
                        )
                        for product in misfit.right
                    )
                )
            )


def drop(state: DialogueState, task: Task) -> None:
    """Take a request off the agenda."""
    state.tasks = [other for other in state.tasks if other.id != task.id]


def find(state: DialogueState, task_id: str) -> Task | None:
    """The request on its way with that id."""
    return next((task for task in state.tasks if task.id == task_id), None)
