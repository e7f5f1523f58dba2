"""An appointment in words, as staff write it by mail: `appointment: Tuesday 14:00, 90 minutes`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.appointments import LONGEST_PLACE, USUAL_LENGTH, Terms
from domain.understanding.entities.calendar import resolve

_BEGINNING = re.compile(r"\s*(?:appointment|予定|アポイント|アポ)\s*[:：]\s*", re.IGNORECASE)
_OFF = re.compile(
    r"(?:cancel(?:led|ed)?|call(?:ed)? (?:it )?off|off|取り?消し?|キャンセル|中止)[.!。！]?",
    re.IGNORECASE,
)
#: Letters of the line that are read; a time is looked for at each number in it.
LONGEST_LINE = 1_000
# A number of minutes behind an hour belongs to the time of day: 14時30分.
_MINUTES = re.compile(r"(?<![\d:：時])(\d{1,3})\s*(?:minutes?|mins?\b\.?|分間?)", re.IGNORECASE)
_HOURS = re.compile(r"(?<![\d:：])(\d(?:\.5)?)\s*(?:hours?|hrs?\b|時間)", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+")
_ONLINE = re.compile(r"\bonline(?: meeting)?\b|オンライン(?:面談|会議)?", re.IGNORECASE)
_VISIT = re.compile(r"\bvisit\b|ご?訪問", re.IGNORECASE)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龯]")
_SEPARATOR = re.compile(r"[,、，]")


@dataclass(frozen=True, slots=True)
class AppointmentWords:
    """What somebody wrote: terms, or that it is called off; neither where it cannot be read.

    `note` is what follows the first line, for the customer.
    """

    terms: Terms | None
    calls_off: bool = False
    note: str = ""


def read_appointment(
    text: str, *, now: datetime, zone: ZoneInfo, method: str, place: str
) -> AppointmentWords | None:
    """Read a text that begins with `appointment:` or `予定：`; None for every other text.

    The first line says when, then how long, how and where, between commas; what is left out is
    an hour, and what the customer wished. A time that is over cannot be meant.

    Args:
        method, place: what the customer wished.
    """
    begun = _BEGINNING.match(text)
    if begun is None:
        return None
    line, _, note = text[begun.end() :].partition("\n")
    line = line[:LONGEST_LINE]
    if _OFF.fullmatch(line.strip()):
        return AppointmentWords(None, calls_off=True, note=note.strip())
    line, minutes = _taken_minutes(line)
    link = _LINK.search(line)
    if link is not None:
        line, method, place = line.replace(link[0], ""), "online", link[0].rstrip(".,、。")
    for pattern, name in ((_ONLINE, "online"), (_VISIT, "visit")):
        if pattern.search(line):
            line = pattern.sub("", line)
            place = place if name == method else ""
            method = name
    pieces = list(filter(None, map(str.strip, _SEPARATOR.split(line.strip(" .。")))))
    for used in (1, 2):  # "Nov 24, 14:00" has a comma of its own
        start = _start(" ".join(pieces[:used]), now, zone)
        if start is not None and start > now:
            named = ", ".join(pieces[used:]) or place
            terms = Terms(method, start, minutes, named[:LONGEST_PLACE])
            return AppointmentWords(terms, note=note.strip())
    return AppointmentWords(None, note=note.strip())


def _taken_minutes(line: str) -> tuple[str, int]:
    """The line without its length, and the length in minutes."""
    for pattern, factor in ((_MINUTES, 1), (_HOURS, 60)):
        if found := pattern.search(line):
            minutes = int(float(found[1]) * factor)
            if 0 < minutes <= 24 * 60:
                return line.replace(found[0], "", 1), minutes
    return line, USUAL_LENGTH


def _start(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that the words name; None where they name no time of day."""
    if not words:
        return None
    found = resolve(words, "ja" if _JAPANESE.search(words) else "en", now, str(zone))
    if found is None:
        return None
    start = found.start.astimezone(zone)
    return start if (start.hour, start.minute) != (0, 0) else None
