"""The Date field: RFC 5322 with its old forms, and what mailers write instead of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_LONGEST = 300
_STANDARD = re.compile(
    r"(?:[A-Za-z]{3}, +)?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):([0-5]\d):([0-5]\d)"
    r" ([+-])(\d\d)([0-5]\d)(?: \([^()]*\))?"
)
_CLOCK = re.compile(
    r"(?<![\d.:+-])(\d{1,2})\s*[:.時]\s*(\d{1,2})(?:\s*[:.分]\s*(\d{1,2})(?:[.,]\d+)?)?"
    r"(?!\d)[秒分]?\s*([ap])?(?(4)\.?m\b)",
    re.IGNORECASE,
)
_WORD = r"(?P<month>[^\W\d_]{3,12})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)(?P<year>\d{4})[-/.年]\s?(?P<number>\d{1,2})[-/.月]\s?(?P<day>\d{1,2})(?=\D|$)",
        rf"(?<!\d)(?P<day>\d{{1,2}})[\s.-]*{_WORD}\.?[\s,-]*(?P<year>\d{{2,4}})(?!\d|\s*:)",
        r"(?<!\d)(?P<day>\d{1,2})\s+(?P<number>\d{1,2})月?\s+(?P<year>\d{4})(?!\d)",
        rf"{_WORD}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:.*?\s)?(?P<year>\d{{4}})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?!\d)",
    )
)
# The first letters of the months in the languages whose mailers translate them.
_MONTHS = (
    "jan|ene|gen|jän|янв|led|sty|oca",
    "feb|fev|fév|фев|úno|lut|şub",
    "mar|mär|mrt|мар|bře",
    "apr|abr|avr|апр|dub|kwi|nis",
    "may|mai|mag|mei|maj|май|мая|kvě",
    "jun|juin|giu|июн|čer|cze|haz",
    "jul|juil|lug|июл|lip|tem",
    "aug|ago|aoû|aou|авг|srp|sie|ağu",
    "sep|set|сен|zář|wrz|eyl",
    "oct|okt|ott|out|окт|říj|paź|eki",
    "nov|ноя|lis|kas",
    "dec|dez|dic|déc|des|дек|pro|gru|ara",
)
_NUMBER = {start: n for n, starts in enumerate(_MONTHS, 1) for start in starts.split("|")}
_OFFSET = re.compile(r"(?:^|(?<=[\s\d])|(?<=GMT)|(?<=UTC))([+-])(\d{1,2}:\d{2}|\d{1,4})(?![\d:])")
# Zones by name, in hours: those of RFC 5322 and those that mailers write besides.
_ZONES = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"AST": -4, "ADT": -3, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3, "ART": -3},
    **{"WET": 0, "WEST": 1, "BST": 1, "MET": 1, "CET": 1, "MEST": 2, "CEST": 2, "SAST": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "PKT": 5, "WIB": 7, "ICT": 7, "CST8": 8},
    **{"HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11},
    **{"NZST": 12, "NZDT": 13},
}
_DAY = timedelta(days=1)
_ZONE_WORD = re.compile(r"\b[A-Z]{3,4}8?\b")


def parse_date(text: str) -> datetime | None:
    """The moment that a Date field names, UTC where it has no zone; None where nobody knows it.

    A comment counts only for its zone, and only where no zone stands outside of it.
    """
    standard = _STANDARD.fullmatch(text)
    if standard is not None:
        return _standard(*standard.groups())
    text = text[:_LONGEST]
    bare = re.sub(r"\([^()]*\)?", " ", text)
    clock = _CLOCK.search(bare)
    day = _day(bare)
    if day is None:
        return None
    try:
        moment = day + (_since_midnight(clock) if clock else timedelta())
        rest = bare[clock.end() :] if clock else ""
        return moment.replace(tzinfo=_zone(rest, text))
    except (ValueError, OverflowError):
        return None


def _standard(*parts: str) -> datetime | None:
    """The form that nearly every mail has."""
    day, word, year, hour, minute, second, sign, hours, minutes = parts
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset) if timedelta() < offset < _DAY else UTC
    try:
        midnight = datetime(_known(int(year)), _NUMBER[word.lower()], int(day), tzinfo=zone)
        clock = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second))
        return midnight + clock if int(hour) < 25 else None
    except (KeyError, ValueError, OverflowError):
        return None


def _day(text: str) -> datetime | None:
    for form in _FORMS:
        for match in form.finditer(text):
            parts = match.groupdict()
            month = _month(parts)
            if month is None:
                continue
            number, day = month
            try:
                return datetime(_known(_year(parts["year"])), number, day, tzinfo=UTC)
            except ValueError:
                return None
    return None


def _month(parts: dict[str, str | None]) -> tuple[int, int] | None:
    """Month and day of a match; None where a word is no month or the order is anybody's guess."""
    if parts.get("first"):
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        if first > 12:
            return second, first
        return (first, second) if second > 12 or first == second else None
    day = int(parts["day"] or 0)
    if parts.get("number"):
        return int(parts["number"] or 0), day
    word = (parts.get("month") or "").lower()
    number = _NUMBER.get(word[:4]) or _NUMBER.get(word[:3])
    return (number, day) if number else None


def _year(digits: str | None) -> int:
    """RFC 5322 4.3: two digits below 50 are of this century, three count from 1900."""
    year = int(digits or 0)
    if len(digits or "") == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits or "") == 3 else year


def _known(year: int) -> int:
    """Raises ValueError for a year that no mail is of (the last has moments no zone can tell)."""
    if not 1900 <= year < 9999:
        raise ValueError("no year of a mail")
    return year


def _since_midnight(clock: re.Match[str]) -> timedelta:
    hours, minutes, seconds = (int(clock.group(n) or 0) for n in (1, 2, 3))
    if hours > 24 or minutes > 59 or seconds > 60:
        raise ValueError("no time of day")
    if clock.group(4):
        hours = hours % 12 + (12 if clock.group(4) in "pP" else 0)
    return timedelta(hours=hours, minutes=minutes, seconds=min(seconds, 59))


def _zone(rest: str, whole: str) -> tzinfo:
    offset = _OFFSET.search(rest)
    if offset is not None:
        sign, digits = offset.group(1), offset.group(2).replace(":", "")
        hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        if not timedelta() < distance < _DAY:
            return UTC
        return timezone(-distance if sign == "-" else distance)
    names = _ZONE_WORD.findall(rest.upper()) or _ZONE_WORD.findall(whole.upper())
    found = next((_ZONES[name] for name in names if name in _ZONES), 0)
    return timezone(timedelta(hours=found)) if found else UTC
