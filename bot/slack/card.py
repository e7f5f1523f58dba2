"""The living card of a request: one Slack message that shows it as it stands now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.rendering import Renderer
from bot.request_facts import Pair, ProductFacts, RequestFacts, describe
from bot.slack.text import (
    BUTTON,
    FALLBACK,
    FIELD,
    HEADER,
    SECTION,
    escape,
    escape_within,
    mention,
    mrkdwn,
    plain,
)
from bot.staff_words import StaffWords
from domain.appointments import method_wished
from domain.languages import known_locale
from domain.request_view import RequestStatus, RequestView

Block = dict[str, Any]

EVENT_TYPE = "madoguchi_request"
#: Slack's limit for a message, less the buttons and what says that something was left out.
MAX_BLOCKS = 50
MAX_PRODUCTS = 6
MAX_RELATED = 12
_FIELDS_OF_SECTION = 10


@dataclass(frozen=True, slots=True)
class Card:
    """What chat.postMessage and chat.update need: always both, or old blocks would stay."""

    text: str
    blocks: list[Block]


def metadata(request_id: str, notification_id: str) -> dict[str, Any]:
    """How we recognise our own message again; other apps may read it, so ids only."""
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {"request_id": request_id, "notification_id": notification_id},
    }


def render_card(view: RequestView, renderer: Renderer, base_url: str, locale: str) -> Card:
    """The card of a request in its reader's language.

    Args:
        locale: the company's, for a reader who has none.
    """
    reader = view.claimed_by or view.staff
    words = StaffWords(renderer, known_locale((reader.locale if reader else "") or locale))
    facts = describe(view, words, base_url)
    blocks = [*_blocks(view, facts, words)][: MAX_BLOCKS - 1]
    return Card(
        text=escape_within(facts.fallback, FALLBACK),
        blocks=[*blocks, _buttons(view, facts, words)],
    )


def _blocks(view: RequestView, facts: RequestFacts, words: StaffWords) -> Iterator[Block]:
    yield {"type": "header", "text": plain(facts.headline, HEADER)}
    yield _section(_status_line(view, facts, words))
    yield _context(f"{view.id} · {facts.came_by}")
    if facts.proof:
        yield _section(f":warning: *{escape(facts.proof)}*")
    yield from _fields(words("heading_customer"), facts.who)
    yield from _fields(words("heading_wish"), facts.wish)
    if facts.changes:
        yield _list(words("heading_changes"), facts.changes)
    if facts.text:
        yield _section(f"*{escape(words('heading_words'))}*")
        yield {"type": "section", "text": plain(facts.text, SECTION, words("cut_off"))}
    if facts.order:
        yield _list(facts.order_title, [f"{label}: {value}" for label, value in facts.order])
    for product in facts.products[:MAX_PRODUCTS]:
        yield {"type": "divider"}
        yield from _product(product, words)
    if len(facts.products) > MAX_PRODUCTS:
        yield _context(words("and_more", number=len(facts.products) - MAX_PRODUCTS))
    if view.joined_to:
        yield _section(f":link: {escape(words('joined', id=view.joined_to))}")
    if view.customer:
        yield _list(words("heading_owned"), facts.owned or [words("nothing_owned")])
    if facts.why:
        yield _context(f"{words('heading_why')}: {facts.why}")
    yield _context(facts.consent)


def _status_line(view: RequestView, facts: RequestFacts, words: StaffWords) -> str:
    line = f"*{escape(facts.status)}*"
    if view.status is RequestStatus.OPEN and view.staff:
        who = mention(view.staff.slack_user_id, view.staff.name)
        line += "\n" + words("for_you", mention=who)
    return line


def _section(escaped: str) -> Block:
    return {"type": "section", "text": mrkdwn(escaped[:SECTION])}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [plain(text, FIELD)]}


def _fields(heading: str, pairs: Sequence[Pair]) -> Iterator[Block]:
    """Label and value side by side, ten a section; long values get a section of their own."""
    if not pairs:
        return
    short = [pair for pair in pairs if len(pair[1]) <= 200]
    title: Block = mrkdwn(f"*{escape(heading)}*")
    for start in range(0, len(short), _FIELDS_OF_SECTION):
        fields = [
            mrkdwn(f"*{escape(label)}*\n{escape_within(value, FIELD - 200)}")
            for label, value in short[start : start + _FIELDS_OF_SECTION]
        ]
        yield {"type": "section", "text": title, "fields": fields}
        title = mrkdwn("*…*")
    for label, value in pairs:
        if len(value) > 200:
            yield _section(f"*{escape(label)}*\n{escape_within(value, SECTION - 300)}")


def _list(heading: str, lines: Sequence[str]) -> Block:
    items = "\n".join(f"• {' '.join(line.split())}" for line in lines)
    return _section(f"*{escape(heading)}*\n{escape_within(items, SECTION - 300)}")


def _product(product: ProductFacts, words: StaffWords) -> Iterator[Block]:
    lines = [f"*{escape_within(product.title, 300)}*"]
    lines += [f"{escape(label)}: {escape_within(value, 400)}" for label, value in product.lines]
    block = _section("\n".join(lines))
    if product.image_url.startswith("https://"):  # Slack fetches it: no other address works
        block["accessory"] = {
            "type": "image",
            "image_url": product.image_url[:FIELD],
            "alt_text": escape_within(product.image_alt, 1_000),
        }
    yield block
    for label, titles in product.related:
        shown = list(titles[:MAX_RELATED])
        if len(titles) > MAX_RELATED:
            shown.append(words("and_more", number=len(titles) - MAX_RELATED))
        yield _list(label, shown)


def _appointment_buttons(view: RequestView, words: StaffWords) -> Iterator[Block]:
    stands = view.appointment is not None and not view.appointment.is_called_off
    unfinished = view.status in (RequestStatus.OPEN, RequestStatus.CLAIMED)
    if view.status is RequestStatus.CANCELLED or not (
        stands or (unfinished and method_wished(view.details))
    ):
        return
    label = words("button_change_appointment" if stands else "button_appointment")
    yield _button("request.appointment", label, view)
    if stands:
        off = _button("request.call_off", words("button_call_off"), view)
        yield off | {"confirm": question("call_off", words) | {"style": "danger"}}


def question(name: str, words: StaffWords, of: str = "") -> Block:
    """What Slack asks before it passes a press on."""
    return {
        "title": plain(words(f"{name}_title"), 100),
        "text": plain(words(f"{name}_question", id=of), 300),
        "confirm": plain(words(f"{name}_yes"), 30),
        "deny": plain(words(f"{name}_no"), 30),
    }


def _button(action_id: str, label: str, view: RequestView) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, BUTTON),
        "value": view.id,
    }


def _buttons(view: RequestView, facts: RequestFacts, words: StaffWords) -> Block:
    names = {
        RequestStatus.OPEN: ("claim", "reply", "reassign", "done"),
        RequestStatus.CLAIMED: ("reply", "reassign", "done"),
        RequestStatus.DONE: ("reply",),
        RequestStatus.CANCELLED: (),
    }[view.status]
    elements = [_button(f"request.{name}", words(f"button_{name}"), view) for name in names]
    if elements and names[0] == "claim":
        elements[0]["style"] = "primary"
    elements += _appointment_buttons(view, words)
    if view.details.get("mentions") and not view.joined_to and elements:
        join = _button("request.join", words("button_join", id=view.details["mentions"]), view)
        elements.append(join | {"confirm": question("join", words, view.details["mentions"])})
    room = _button("request.room", words("button_room"), view) | {"url": facts.room_url}
    return {"type": "actions", "block_id": "request", "elements": [*elements, room]}
