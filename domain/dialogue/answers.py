"""Answers that open no request: products, status, courtesy, and not having understood."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalog import Product
from domain.dialogue import cards
from domain.dialogue.facts import Facts
from domain.dialogue.products import needed_by, search
from domain.dialogue.turn import CancelRequest, NoteInterest, OpenRequest, Turn, Words, plain
from domain.people import Level

#: How many times in a row the bot may fail to understand; then a person is brought in.
MAX_UNCLEAR = 2


def show_products(
    turn: Turn, models: Sequence[str], text: str, facts: Facts, *, interest: bool = True
) -> bool:
    """Show the named products, else those the words find; whether there was anything to show.

    Args:
        interest: whether a close look counts as interest that staff are told of; not where the
            same message has them told anyway.
    """
    found: list[Product] = []
    if models:
        found = [p for model in models if (p := facts.product(model)) is not None]
    if not found:
        found = search(text, facts.on_sale(), facts.locale)
    if not found:
        return False
    turn.say("products.one" if len(found) == 1 else "products.several", name=_name(found[0], facts))
    turn.parts += [cards.product(product, facts.locale) for product in found]
    remember(turn, [product.model_number for product in found])
    if interest and len(found) == 1 and len(models) == 1:
        note_interest(turn, found[0].model_number, "details", facts)
    return True


def remember(turn: Turn, models: Sequence[str]) -> None:
    """Keep what was shown, so that "the second one" and "that one" mean something."""
    turn.state.shown = list(models)
    turn.state.product = models[0] if len(models) == 1 else None


def _name(product: Product, facts: Facts) -> str:
    return product.name_in(facts.locale)


def compare(turn: Turn, models: Sequence[str], facts: Facts) -> bool:
    """Two or more products side by side as a table; whether there were two to compare."""
    if len(models) < 2:
        return False
    found = [p for model in models if (p := facts.product(model)) is not None]
    if len(found) < 2:
        return False
    turn.say("products.compared")
    turn.parts.append(
        {
            "kind": "table",
            "caption": Words("products.compared"),
            "head": ["", *(_name(product, facts) for product in found)],
            "rows": [
                [Words("products.price"), *(cards.money(product) for product in found)],
                [
                    Words("products.description"),
                    *(product.description_in(facts.locale) for product in found),
                ],
                *(
                    [
                        Words(f"products.{kind}"),
                        *(", ".join(getattr(p, kind)) or "-" for p in found),
                    ]
                    for kind in ("options", "attachments", "supplies")
                ),
            ],
        }
    )
    remember(turn, [product.model_number for product in found])
    return True


def show_details(turn: Turn, model: str, facts: Facts) -> None:
    """All that is known of one product."""
    product = facts.product(model)
    if product is None:
        turn.say("products.withdrawn", name=model)
        return
    turn.say(
        "products.details",
        name=_name(product, facts),
        description=product.description_in(facts.locale),
        note=product.note_in(facts.locale),
        price=cards.money(product),
    )
    turn.parts.append(cards.product(product, facts.locale))
    if product.details_url:
        turn.parts.append(
            {"kind": "link", "url": product.details_url, "label": Words("button.details")}
        )
    remember(turn, [model])
    note_interest(turn, model, "details", facts)


def show_needed(turn: Turn, kinds: Sequence[str], machines: Sequence[str], facts: Facts) -> bool:
    """What belongs to the machine named, spoken of or owned; asks for it where none is known."""
    known = machines or (facts.known.owned if facts.known else ())
    served = False
    for machine in known:
        found = needed_by(machine, kinds, facts)
        if found:
            product = facts.any_product(machine)
            turn.say("products.needed", name=_name(product, facts) if product else machine)
            turn.parts += [cards.product(other, facts.locale) for other in found]
            turn.state.shown = [other.model_number for other in found]
            turn.state.product = found[0].model_number if len(found) == 1 else None
            served = True
    turn.state.related_of = ""
    if not served and not known:
        turn.say("products.which_machine")
        turn.state.related_of = ",".join(kinds) or "all"
        return True
    return served


def show_related(turn: Turn, model: str, kind: str, facts: Facts) -> None:
    """The options, attachments or supplies of a product, as cards."""
    product = facts.any_product(model)
    related = [
        found
        for other in (getattr(product, kind) if product else ())
        if (found := facts.product(other)) is not None
    ]
    if product is None or not related:
        turn.say(f"products.no_{kind}", name=_name(product, facts) if product else model)
        return
    turn.say(f"products.{kind}_of", name=_name(product, facts))
    turn.parts += [cards.product(other, facts.locale) for other in related]
    turn.state.product = model
    turn.state.shown = [other.model_number for other in related]
    note_interest(turn, model, kind, facts)


def note_interest(turn: Turn, model: str, what: str, facts: Facts) -> None:
    """A known customer looks closely at something they do not own: their sales person is told."""
    customer = facts.known
    product = facts.any_product(model)
    if customer is None or product is None or model in customer.owned or turn.state.no_interest:
        return
    if any(model in _related(owned, facts) for owned in customer.owned):
        return  # supplies and options of what they own are no new interest
    route = facts.route("contact", model, {})
    if route is None or facts.interest_noted(model):
        return
    request_id = facts.new_request_id()
    turn.effects.append(NoteInterest(customer.customer_id, model, route, what, request_id))
    role = plain(f"role.{route.staff.role._value_}")
    turn.say("products.interest", staff=route.staff.name, role=role)
    turn.parts.append(cards.choices((f"no_interest:{request_id}", Words("button.no_interest"))))


def refuse_interest(turn: Turn, request_id: str, facts: Facts) -> bool:
    """Staff are not told any more what the customer looks at; what was told is withdrawn.

    Args:
        request_id: what was told of; empty for whatever was.
    """
    turn.state.no_interest = True
    for request in facts.own_requests():
        told = request.kind == "interest" and request.status == "open"
        if told and request_id in ("", request.id):
            turn.effects.append(CancelRequest(request.id))
    turn.say("products.no_interest")
    return True


def start_over(turn: Turn) -> None:
    """Forget what is on its way; what was sent stays."""
    turn.state.tasks = []
    turn.state.product = None
    turn.state.shown = []
    turn.state.related_of = ""
    turn.say("task.reset")
    turn.parts.append(cards.menu())


def _related(model: str, facts: Facts) -> tuple[str, ...]:
    product = facts.any_product(model)
    if product is None:
        return ()
    return (*product.options, *product.attachments, *product.supplies)


def show_status(turn: Turn, facts: Facts, number: str = "") -> None:
    """Where the person's own requests and orders stand; nobody else's.

    Args:
        number: of the order or request that is asked about; empty for the newest ones.
    """
    requests = [r for r in facts.own_requests() if r.kind != "interest"]
    if number:
        requests = [
            r for r in requests if number in (r.id, r.order.order_number if r.order else "")
        ]
    if not requests:
        turn.say("status.not_yours" if number else "status.none", number=number)
        return
    requests = requests[:5]
    turn.say("status.list")
    turn.parts.append(
        {
            "kind": "table",
            "caption": Words("status.caption"),
            "head": [Words("status.number"), Words("status.what"), Words("status.state")],
            "rows": [
                [
                    request.order.order_number if request.order else request.id,
                    Words(f"title.{request.kind}"),
                    Words(f"status.{request.status}", {"name": request.staff_name}),
                ]
                for request in requests
            ],
        }
    )


def courtesy(turn: Turn, intent: str, facts: Facts) -> None:
    """Greetings, thanks, a bare yes or no."""
    turn.say(f"courtesy.{intent}", name=facts.known.name if facts.known else "")
    if intent != "thanks":
        turn.parts.append(cards.menu())


def not_understood(turn: Turn, text: str, facts: Facts, source: str) -> None:
    """Ask once in other words; the second time in a row bring in a person."""
    turn.state.unclear += 1
    if turn.state.unclear < MAX_UNCLEAR:
        turn.say("unclear.first")
        turn.parts.append(cards.menu())
        return
    hand_over(turn, text, facts, source, why="unclear")


def hand_over(turn: Turn, text: str, facts: Facts, source: str, *, why: str) -> None:
    """Bring in a person for the conversation, once; say who, and how to withdraw it."""
    turn.state.unclear = 0
    known = facts.latest_open_request()
    if known is not None and known.kind == "human":
        turn.say("human.waiting", staff=known.staff_name, id=known.id)
        return
    route = facts.route("human", turn.state.product, {})
    if route is None:
        turn.say("human.nobody")
        return
    request_id = facts.new_request_id()
    details = {"why": why, "text": text, "name": facts.name, "email": facts.email}
    turn.effects.append(
        OpenRequest(
            id=request_id,
            kind="human",
            route=route,
            details={key: value for key, value in details.items() if value},
            items=[{"model_number": turn.state.product}] if turn.state.product else [],
            notify_staff=True,
            source=f"{source}:human",
        )
    )
    turn.state.handed_over = request_id
    turn.say(
        f"human.{why}",
        staff=route.staff.name,
        role=plain(f"role.{route.staff.role._value_}"),
        id=request_id,
    )
    if facts.level is Level.ANONYMOUS and not facts.email:
        # Before "we will get back to you" we must hold an address that an answer reaches.
        turn.say("human.leave_address")
