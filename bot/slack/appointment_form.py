"""The form for an appointment: filled with what stands, else with what the customer wished."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.appointments import wished_place
from bot.settings import Settings
from bot.slack.text import clean, plain
from bot.staff_words import StaffWords
from domain.appointments import LENGTHS, LONGEST_PLACE, METHODS, USUAL_LENGTH, Terms, method_wished
from domain.request_view import RequestView
from domain.understanding.entities.calendar import resolve
from domain.working_time import WorkingHours

APPOINTMENT = "request.appointment"
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龯]")
_USUAL_START = time(10)

Block = dict[str, Any]


def appointment_blocks(view: RequestView, words: StaffWords, settings: Settings) -> list[Block]:
    """Day, time, length, how and where, and a sentence for the customer."""
    stands = view.appointment.terms if view.appointment else None
    start = stands.starts_at if stands else wished_start(view, settings.zone, settings.hours)
    local = start.astimezone(settings.zone) if start else None
    method = stands.method if stands else method_wished(view.details) or METHODS[0]
    place = stands.place if stands else wished_place(view) if method == "visit" else ""
    length = stands.minutes if stands and stands.minutes in LENGTHS else USUAL_LENGTH
    lengths = [(str(n), words("modal_minutes", minutes=n)) for n in LENGTHS]
    methods = [(name, words(f"value_{name}")) for name in METHODS]
    intro = words("modal_appointment_with", name=view.contact_name or words("somebody"), id=view.id)
    wish = _wish(view)
    if wish:
        intro += "\n" + words("modal_wished", wish=wish)
    day: Block = {"type": "datepicker", "action_id": "date"}
    clock: Block = {"type": "timepicker", "action_id": "time"}
    if local:
        day["initial_date"], clock["initial_time"] = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
    zone = words("modal_time_hint", zone=settings.timezone)
    return [
        {"type": "section", "text": plain(intro, 1_000)},
        _input("date", words("modal_date"), day),
        _input("time", words("modal_time"), clock, hint=zone),
        _input("length", words("modal_length"), _menu("minutes", lengths, str(length))),
        _input("how", words("modal_how"), _menu("method", methods, method)),
        _input(
            "place",
            words("modal_place"),
            _text(place, LONGEST_PLACE),
            hint=words("modal_place_hint"),
            optional=True,
        ),
        _input("note", words("modal_to_customer"), _text("", 1_000, multiline=True), optional=True),
    ]


def terms_of(values: Mapping[str, Mapping[str, Any]], zone: ZoneInfo) -> Terms | None:
    """What was filled in; None where no time can be made of it."""
    try:
        day = date.fromisoformat(str(_value(values, "date", "date", "selected_date")))
        clock = time.fromisoformat(str(_value(values, "time", "time", "selected_time")))
        length = (_value(values, "length", "minutes", "selected_option") or {}).get("value")
        method = (_value(values, "how", "method", "selected_option") or {}).get("value")
        place = clean(str(_value(values, "place", "text", "value") or "")).strip()
        starts_at = datetime.combine(day, clock.replace(tzinfo=None), zone)
        return Terms(str(method), starts_at, int(str(length)), place[:LONGEST_PLACE])
    except (ValueError, TypeError, AttributeError):
        return None


def wished_start(view: RequestView, zone: ZoneInfo, hours: WorkingHours) -> datetime | None:
    """When the customer wished to meet, as far as the words say so; None for the past or nothing.

    Where only a day is named it is the hour at which work begins.
    """
    wished = view.details.get("datetime")
    for words in wished if isinstance(wished, list | tuple) else [wished]:
        if not words or not isinstance(words, str):
            continue
        locale = "ja" if _JAPANESE.search(words) else "en"
        found = resolve(words, locale, view.created_at, str(zone))
        if found is None or found.end <= view.created_at:
            continue
        start = found.start.astimezone(zone)
        if start.time() != time():
            return start
        spans = hours.on(start.date())
        return datetime.combine(start.date(), spans[0][0] if spans else _USUAL_START, zone)
    return None


def _wish(view: RequestView) -> str:
    wished = view.details.get("datetime") or ""
    return ", ".join(map(str, wished)) if isinstance(wished, list | tuple) else str(wished)


def _input(block_id: str, label: str, element: Block, *, hint: str = "", **more: Any) -> Block:
    block = {"type": "input", "block_id": block_id, "label": plain(label, 200), **more}
    if hint:
        block["hint"] = plain(hint, 200)
    return block | {"element": element}


def _menu(action_id: str, choices: Sequence[tuple[str, str]], chosen: str) -> Block:
    options = [{"text": plain(label, 75), "value": value} for value, label in choices]
    initial = next(option for option in options if option["value"] == chosen)
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": options,
        "initial_option": initial,
    }


def _text(initial: str, most: int, *, multiline: bool = False) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "text", "max_length": most}
    if multiline:
        element["multiline"] = True
    if initial.strip():
        element["initial_value"] = clean(initial)
    return element


def _value(values: Mapping[str, Mapping[str, Any]], block: str, action: str, name: str) -> Any:
    return ((values.get(block) or {}).get(action) or {}).get(name)
