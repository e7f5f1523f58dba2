"""The policy: one message in, one turn out. Chat and mail differ only in how it is shown."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from operator import attrgetter

from domain.conversation import Conversation, Task
from domain.dialogue import actions, answers, cards, cues, items, quantities, tasks
from domain.dialogue.facts import Facts
from domain.dialogue.products import limits_price, mentioned, needed_for, related_named
from domain.dialogue.steps import (
    cancel,
    drop_unproven,
    drop_waiting,
    finish,
    go_on,
    is_guarded,
)
from domain.dialogue.turn import (
    ForwardToStaff,
    OptOut,
    SendCode,
    Turn,
    Words,
)
from domain.messages import Channel, IncomingMessage
from domain.requests import DECLARATIONS
from domain.understanding.result import Band, Understanding

#: For so long after staff wrote, the customer's words are for them and the bot keeps quiet.
STAFF_TALKS = timedelta(hours=12)
#: Two intents closer than this are asked about instead of guessed.
CLOSE = 0.12
#: From here on an intent outweighs a sign that could mean something else.
SURE = 0.75
#: Below this a wish is a guess.
GUESS = 0.6
#: Characters of a text that is more likely an answer than a new wish.
SHORT = 12
#: Reading them from their classes would cost more than all that is done with them here.
_BY_MAIL, _ASK = Channel.EMAIL, Band.ASK
_NAME = attrgetter("name")
#: Our own numbers of orders and requests.
_NUMBER = re.compile(r"(?<![A-Z0-9])[AR]-[0-9A-Z]{6,10}(?![A-Z0-9-])")
#: Wishes beside which "do not tell your staff" is about what is wished.
_ASKING = frozenset((*DECLARATIONS, "product_info"))
#: Wishes that begin a request even where a question about products is in the same words.
_NOT_ASKED_BY_FORM = frozenset(("purchase", "update_details", "document_request"))
#: What somebody says of themselves, and the entity that says it.
_TOLD = (("name", "person_name"), ("email", "email"), ("phone", "phone"))
SMALL_TALK = ("greet", "thanks", "affirm", "deny")


def decide(
    conversation: Conversation,
    incoming: IncomingMessage,
    understood: Understanding,
    facts: Facts,
) -> Turn:
    """
    Decide what follows from a message.

    Args:
        conversation: as loaded; its state is changed in place and given back in the turn.
        understood: what the text means; of no weight where the message answers a card.

    Returns:
        What to say and show, the effects to carry out, and the state from now on.
    """
    turn = Turn(conversation.state, [], [], [], {})  # its own lists: defaults cost a call each
    source = f"{conversation.id}:{conversation.last_seq + 1}"
    if incoming.catalog_number:
        turn.state.catalog = incoming.catalog_number
    if incoming.action is not None:
        actions.act(turn, incoming, facts, source)
    else:
        _read(turn, incoming, understood, facts, source)
    go_on(turn, facts)
    return turn


def _read(
    turn: Turn, incoming: IncomingMessage, understood: Understanding, facts: Facts, source: str
) -> None:
    _learn(turn, understood, facts)
    best = understood.intents[0]
    sure = best.name in ("support", "purchase") and best.confidence >= SURE
    if cues.starts_over(incoming.text) and not sure and not is_guarded(turn, facts):
        answers.start_over(turn)
        return
    waiting = turn.state.tasks[0] if turn.state.tasks else None
    if waiting is None and _staff_talk(turn, understood, facts):
        return
    if waiting is not None and _continue(turn, waiting, incoming, understood, facts, source):
        turn.state.unclear = 0
        return
    _begin(turn, incoming, understood, facts, source)


def _learn(turn: Turn, understood: Understanding, facts: Facts) -> None:
    """Remember how somebody we do not know says to be called and reached."""
    if not understood.entities or facts.known is not None:
        return
    for name, entity in _TOLD:
        if entity in understood.entities and (values := understood.values(entity)):
            turn.told[name] = str(values[-1])
            facts.learn(name, turn.told[name])


def _staff_talk(turn: Turn, understood: Understanding, facts: Facts) -> bool:
    """Whether a person leads this conversation now; then they are shown what was written."""
    wrote_at = turn.state.staff_wrote_at
    if wrote_at is None or understood.has("unsubscribe"):
        return False
    if facts.now - datetime.fromisoformat(wrote_at) > STAFF_TALKS:
        return False
    request = facts.latest_open_request()
    if request is None:
        return False
    turn.effects.append(ForwardToStaff(request.id))
    return True


def _continue(
    turn: Turn,
    task: Task,
    incoming: IncomingMessage,
    understood: Understanding,
    facts: Facts,
    source: str,
) -> bool:
    """Take the message as part of the request that waits; False if it is about something else."""
    if task.kind == "prove":
        return _continue_proof(turn, task, incoming, understood, facts)
    if task.proven and facts.known is None:
        return True  # go_on asks for proof
    declaration = DECLARATIONS[task.kind]
    text = incoming.text
    primary = understood.intents[0].name
    if primary == "cancel" and not cues.refuses(text):
        drop_waiting(turn, facts)
        return True
    if task.stage == "confirm" and cues.plainly_agrees(text, understood):
        _finish_shown(turn, task, facts)
        return True
    if _is_side_question(task, understood, text):
        _begin(turn, incoming, understood, facts, source)  # go_on resumes the request
        return True
    if _is_other_wish(task, understood, text):
        return False
    faults: list[str] = []
    changed = tasks.fill_from(task, declaration, understood, text, facts, faults)
    for fault in faults:
        turn.say(f"invalid.{fault}")
    if task.kind == "purchase" and _change_items(turn, task, incoming, understood, facts):
        changed.append("items")
    if task.stage == "confirm":
        return _continue_confirmation(turn, task, incoming, understood, facts, bool(changed))
    if cues.refuses(text):
        task.notify_staff = False
        return True
    if changed or faults:
        tasks.take_the_rest(task, declaration, understood, text, facts)
        tasks.add_text(task, text)
        task.tries = 0
        return True
    if primary in ("product_info", "status", "human", "unsubscribe"):
        _begin(turn, incoming, understood, facts, source)  # a side question; go_on resumes
        return True
    if task.asked is None and cues.agrees(text, understood):
        return True  # nothing to change after all: go_on shows the summary
    if primary in ("greet", "thanks") and cues.is_courtesy(text):
        if primary == "thanks":
            answers.courtesy(turn, primary, facts)
        return True  # go_on asks again
    return _answer(turn, task, text, facts, source)


def _is_side_question(task: Task, understood: Understanding, text: str) -> bool:
    """A question about products or status, asked while a request waits."""
    best = understood.intents[0]
    if best.name != "product_info":
        return best.name == "status"
    chooses = task.kind == "purchase" and (not task.items or cues.corrects(text))
    return best.confidence >= 0.6 and not chooses


def _is_other_wish(task: Task, understood: Understanding, text: str) -> bool:
    for wish in understood.intents:
        if wish.name in DECLARATIONS:
            break
    else:
        return False
    if wish.name == task.kind:
        return False
    # One or two words that answer a question badly easily look like a wish.
    if wish.confidence < (SURE if len(text) < SHORT else GUESS):
        return False
    if cues.refuses(text) or understood.intents[0].name == "affirm":
        return False
    return not (wish.name == "update_details" and _speaks_to(task, understood, text))


def _speaks_to(task: Task, understood: Understanding, text: str) -> bool:
    """Whether the message answers what was asked, or corrects what was shown: "use this number"
    sounds like a change of details, but belongs to the request that waits."""
    entities = {slot.name: slot.entity for slot in DECLARATIONS[task.kind].slots if slot.entity}
    named = {name for name, entity in entities.items() if understood.values(entity)}
    if not named:
        return False
    bare = tasks.is_short(tasks.beside(understood, text)) and task.asked is not None
    return task.asked in named or bare or cues.corrects(text)


def _change_items(
    turn: Turn, task: Task, incoming: IncomingMessage, understood: Understanding, facts: Facts
) -> bool:
    """Other products, more of them, or another quantity ("no, three, not two")."""
    text = incoming.text
    models, choices = mentioned(
        understood, turn.state, facts, incoming.page_product, text, search_words=not task.items
    )
    if choices and not task.items:
        answers.show_products(turn, choices, "", facts, interest=False)
    if task.items and not understood.values("model_number"):
        # "Three of them" points at what is ordered, not at what was shown before.
        models = [] if understood.values("quantity") or len(models) != 1 else models
        models = models if cues.adds(text) or cues.corrects(text) else []
    return items.change(task, models, text, understood)


def _continue_confirmation(
    turn: Turn,
    task: Task,
    incoming: IncomingMessage,
    understood: Understanding,
    facts: Facts,
    changed: bool,
) -> bool:
    text = incoming.text
    refused = cues.refuses(text)
    if refused:
        task.notify_staff = False
    if changed:
        tasks.add_text(task, text)
        return True  # go_on shows the summary again
    if cues.agrees(text, understood) or (refused and task.kind in ("contact", "support")):
        _finish_shown(turn, task, facts)
        return True
    if refused:
        return True  # shown again, now without anybody who is told
    same_again = understood.primary == task.kind and cues.corrects(text)
    if understood.primary == "deny" or same_again:
        _ask_what_to_change(turn, task, facts)
        return True
    return False


def _finish_shown(turn: Turn, task: Task, facts: Facts) -> None:
    """Carry out what was agreed to; a mail that summed up several requests agrees to all."""
    by_mail = facts.channel is _BY_MAIL
    shown = [t for t in turn.state.tasks if t.stage == "confirm"] if by_mail else [task]
    for one in shown:
        finish(turn, one, facts, notify_staff=task.notify_staff and one.notify_staff)


def _ask_what_to_change(turn: Turn, task: Task, facts: Facts) -> None:
    task.tries += 1
    if task.tries >= tasks.MAX_TRIES:
        tasks.drop(turn.state, task)
        turn.say("task.cancelled")
        return
    task.stage = "fill"
    task.asked = None
    turn.say("task.what_to_change")
    turn.parts.append(cards.form(DECLARATIONS[task.kind], task, facts))


def _answer(turn: Turn, task: Task, text: str, facts: Facts, source: str) -> bool:
    """Take the text as the answer to the question; after two misfits offer choices or a person."""
    declaration = DECLARATIONS[task.kind]
    fault = tasks.answer_asked(task, declaration, text, facts)
    if fault is None:
        task.tries = 0
        return True
    task.tries += 1
    if task.tries > tasks.MAX_TRIES:
        tasks.drop(turn.state, task)
        if not task.notify_staff:  # nobody is to be told, so nobody is brought in
            turn.say("task.cancelled")
            return True
        answers.hand_over(turn, f"{task.text}\n{text}".strip(), facts, source, why="unclear")
        return True
    if task.asked == "quantity":
        return True  # go_on says what is wrong with it
    turn.say(f"invalid.{fault}")
    slot = declaration.slot(task.asked or "")
    if task.tries == tasks.MAX_TRIES and slot is not None and slot.options:
        turn.parts.append(
            cards.choices(
                *((f"pick:{task.id}:{slot.name}:{o}", Words(f"option.{o}")) for o in slot.options),
                ("want:human", Words("menu.human")),
            )
        )
    return True


def _continue_proof(
    turn: Turn, task: Task, incoming: IncomingMessage, understood: Understanding, facts: Facts
) -> bool:
    """The customer has to prove who they are: an address first, then the code mailed to it."""
    if understood.primary in ("cancel", "deny"):
        drop_unproven(turn, facts)
        turn.say("task.cancelled")
        return True
    if understood.primary == "human" or _staff_talk(turn, understood, facts):
        drop_unproven(turn, facts)
        return bool(turn.effects)  # forwarded to who leads the talk, else a person is brought in
    emails = understood.values("email")
    if emails:
        task.slots["email"] = str(emails[-1])
        task.stage = "code"
        turn.effects.append(SendCode(task.slots["email"]))
        turn.say("proof.code_sent", email=task.slots["email"])
        return True
    digits = "".join(c for c in incoming.text if c.isdigit())
    if task.stage == "code" and len(digits) == 6:
        if facts.prove(digits):
            tasks.drop(turn.state, task)
            turn.say("proof.proven", name=facts.known.name if facts.known else "")
            return True
        turn.say("proof.wrong_code")
    task.tries += 1
    if task.tries > tasks.MAX_TRIES:
        drop_unproven(turn, facts)
        return False
    turn.say("proof.ask_code" if task.stage == "code" else "proof.ask_email")
    return True


def _begin(
    turn: Turn, incoming: IncomingMessage, understood: Understanding, facts: Facts, source: str
) -> None:
    """Serve every wish of a message, the weightiest first."""
    if _look_up(turn, incoming, understood, facts):
        turn.state.unclear = 0
        return
    best = understood.intents[0]
    models, ambiguous = mentioned(
        understood, turn.state, facts, incoming.page_product, incoming.text,
        search_words=best.name == "purchase",
    )  # fmt: skip
    if ambiguous:
        _ask_product(turn, ambiguous, incoming, understood, facts, source)
        return
    if _ask_which(turn, understood, facts):
        return
    if models and best.confidence < GUESS and cues.orders(incoming.text):
        # Nothing better is known than a product and the word itself; the card asks anyway.
        _begin_task(turn, "purchase", incoming, understood, models, facts, source)
        return
    by_chat = facts.channel is not _BY_MAIL
    served = False
    for intent in understood.intents:
        if intent.confidence < GUESS and by_chat and understood.band is _ASK:
            continue  # too little to begin a request with: ask in other words first
        served |= _serve(turn, intent.name, incoming, understood, models, facts, source)
    if served:
        turn.state.unclear = 0
        return
    if best.name in SMALL_TALK:
        answers.courtesy(turn, best.name, facts)
        return
    if models and answers.show_products(turn, models, "", facts):
        return
    request = facts.latest_open_request()
    if request is not None and turn.state.handed_over == request.id:
        # A person was brought in and has not answered yet: what is said now belongs to it.
        turn.effects.append(ForwardToStaff(request.id))
        turn.say("human.forwarded", staff=request.staff_name)
        return
    answers.not_understood(turn, incoming.text, facts, source)


def _look_up(
    turn: Turn, incoming: IncomingMessage, understood: Understanding, facts: Facts
) -> bool:
    """Questions that are known by their form, whatever else the words sound like."""
    text = incoming.text
    wishes = set(map(_NAME, understood.intents))
    if wishes.isdisjoint(_ASKING) and cues.refuses(text):
        return answers.refuse_interest(turn, "", facts)
    number = _NUMBER.search(text.upper()) if "-" in text else None
    if number and ("status" in wishes or len(text.strip()) <= len(number[0]) + 2):
        answers.show_status(turn, facts, number[0])
        return True
    machines: list[str] = []
    if "model_number" in understood.entities:
        named = map(str, understood.values("model_number"))
        machines = [model for model in named if facts.any_product(model)]
    if machines and turn.state.related_of:
        asked = turn.state.related_of
        return answers.show_needed(
            turn, () if asked == "all" else asked.split(","), machines, facts
        )
    if not wishes.isdisjoint(_NOT_ASKED_BY_FORM):
        return False
    related = related_named(text)
    if related is not None and len(machines) == 1 and "product_info" in wishes:
        answers.show_related(turn, machines[0], related, facts)
        return True
    kinds = needed_for(text)
    if kinds is not None and "contact" not in wishes:
        return answers.show_needed(turn, kinds, machines, facts)
    return limits_price(text) and answers.show_products(turn, [], text, facts)


def _ask_product(
    turn: Turn,
    choices: list[str],
    incoming: IncomingMessage,
    understood: Understanding,
    facts: Facts,
    source: str,
) -> None:
    """Several products could be meant: show them; an order waits for the answer."""
    answers.show_products(turn, choices, "", facts, interest=False)
    turn.says = [Words("products.which")]
    if understood.has("purchase"):
        _begin_task(turn, "purchase", incoming, understood, [], facts, source)
        task = turn.state.tasks[-1]
        wanted = quantities.named(incoming.text, understood)
        task.items = []
        task.slots["quantity"] = wanted[0] if wanted else 1


def _ask_which(turn: Turn, understood: Understanding, facts: Facts) -> bool:
    """Ask which of two wishes is meant where they are too close to call."""
    if understood.band is not _ASK or facts.channel is _BY_MAIL:
        return False
    wishes = [i for i in understood.intents if i.name in cards.MENU]
    if len(wishes) < 2:
        return False
    if wishes[0].confidence - wishes[1].confidence > CLOSE:
        return False
    turn.say("unclear.which")
    turn.parts.append(
        cards.choices(*((f"want:{i.name}", Words(f"menu.{i.name}")) for i in wishes[:3]))
    )
    return True


def _serve(
    turn: Turn,
    intent: str,
    incoming: IncomingMessage,
    understood: Understanding,
    models: list[str],
    facts: Facts,
    source: str,
) -> bool:
    """Serve one wish; False for what is none."""
    match intent:
        case "unsubscribe":
            # An unproven mail stops the catalogs to its address, and leaves the record alone.
            turn.effects.append(
                OptOut(facts.known.customer_id if facts.known else None, facts.email)
            )
            turn.say("unsubscribe.done" if facts.email or facts.known else "unsubscribe.which")
        case "cancel":
            return cancel(turn, facts)
        case "status":
            answers.show_status(turn, facts)
        case "human":
            answers.hand_over(turn, incoming.text, facts, source, why="wished")
        case "product_info":
            if understood.has("purchase"):
                return False  # the order shows the product already
            told = not DECLARATIONS.keys().isdisjoint(map(_NAME, understood.intents))
            told = told or cues.refuses(incoming.text)
            return _product_info(turn, incoming, models, facts, interest=not told)
        case _ if intent in DECLARATIONS:
            _begin_task(turn, intent, incoming, understood, models, facts, source)
        case _:
            return False
    return True


def _product_info(
    turn: Turn, incoming: IncomingMessage, models: list[str], facts: Facts, *, interest: bool
) -> bool:
    if answers.compare(turn, models, facts):
        return True
    page = [incoming.page_product] if incoming.page_product else []
    if answers.show_products(turn, models, incoming.text, facts, interest=interest):
        return True
    if page and answers.show_products(turn, page, "", facts, interest=interest):
        return True
    if not interest:
        return False  # the request of the same message brings an answer
    turn.say("products.none_found")
    turn.parts.append(cards.menu())
    return True


def _begin_task(
    turn: Turn,
    kind: str,
    incoming: IncomingMessage,
    understood: Understanding,
    models: list[str],
    facts: Facts,
    source: str,
) -> None:
    for same in turn.state.tasks:
        if same.kind == kind:
            tasks.drop(turn.state, same)  # said again: begun anew with what is known by now
            break
    task, declaration = tasks.begin(turn.state, kind, facts, text=incoming.text, source=source)
    faults: list[str] = []
    tasks.fill_from(task, declaration, understood, incoming.text, facts, faults)
    for fault in faults:
        turn.say(f"invalid.{fault}")
    task.notify_staff = not cues.refuses(incoming.text)
    about = models or ([incoming.page_product] if incoming.page_product else [])
    if not about and turn.state.product and kind != "update_details":
        about = [turn.state.product]
    if about and kind != "update_details":
        task.items = items.items_of(
            [m for m in about if facts.any_product(m)], incoming.text, understood
        )
    if kind == "support" and not task.slots.get("problem"):
        task.slots["problem"] = incoming.text[:2_000]
