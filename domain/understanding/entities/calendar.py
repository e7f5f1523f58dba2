"""Resolve words such as "next Tuesday afternoon" or 来週火曜の午後 to a range of time."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.understanding.grammar import Grammar
from domain.understanding.result import DateRange

_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS_JA = "月火水木金土日"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Parts of a day as hours, end excluded.
_PARTS = (
    (Grammar(r"morning|午前|朝"), 9, 12),
    (Grammar(r"lunch|(?<!after)noon|midday|昼|正午"), 12, 13),
    (Grammar(r"afternoon|午後"), 13, 18),
    (Grammar(r"evening|tonight|night|夕|夜|今晩|今夜|明晩"), 17, 21),
)
_DAY_WORDS = (
    (Grammar(r"day after tomorrow|明後日|あさって"), 2),
    (Grammar(r"tomorrow|明日|明朝|明晩|あした|あす|翌日"), 1),
    (
        Grammar(
            r"today|tonight|this (?:morning|afternoon|evening)|今日|本日|今夜|今晩|至急|すぐ|asap|immediately|urgent|right away|right now"
        ),
        0,
    ),
)
_WEEKDAY_EN = Grammar(
    r"(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|s|es|rs?|urs)?(?![a-z])"
)
_WEEKDAY_JA = Grammar(r"([月火水木金土日])(?:曜|(?=$|の|か|と|以|午|朝|夕|、))")
_MONTH_DAY_EN = Grammar(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({'|'.join(_MONTHS)})|({'|'.join(_MONTHS)})[a-z]* (?:the )?(\d{{1,2}})"
)
_MONTH_DAY_JA = Grammar(r"(\d{1,2})(?:月|/)(\d{1,2})日?")
_ISO = Grammar(r"(\d{4})-(\d{2})-(\d{2})")
_DAY_ONLY = Grammar(r"the (\d{1,2})(?:st|nd|rd|th)|(?<![\d月])(\d{1,2})日(?!以内|後|間)")
_CLOCK = Grammar(
    r"(午後|午前)?(\d{1,2})(?:(?::|時)(\d{2}|半)?分?)?\s?(a\.?m|p\.?m|o'clock|時|半)?(?![\d/月日])"
)
#: Several days, or one that needs counting: found, but no day is named for them.
_VAGUE = Grammar(
    r"fortnight|week (?:of|beginning|commencing|starting)|after next|第[一二三四五\d]|[上中下]旬|[月火水木金土日]・"
)
_DEADLINE = Grammar(r"\b(?:by|before|until|till)\b|まで|以内|前に|中に")
_FROM = Grammar(r"\b(?:after|from)\b|以降|から|過ぎ|すぎ")


def resolve(words: str, locale: str, now: datetime, timezone: str) -> DateRange | None:
    """The range that `words` mean at `now`, in the company's time zone; None if they are vague.

    Where two days are offered ("Monday or Thursday") the range is that of the first.
    """
    zone = ZoneInfo(timezone)
    here = now.astimezone(zone)
    text = words.lower()
    if _VAGUE.search(text):
        return None
    days = _days(text, locale, here.date())
    hours = _hours(text)
    if days is None and hours is None:
        return None
    first, last = days or (here.date(), here.date() + timedelta(days=1))
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last, time(), zone)
    if hours is not None:
        start = datetime.combine(first, hours[0], zone)
        close = datetime.combine(first, hours[1], zone) if hours[1] > hours[0] else end
        end = max(close, start + timedelta(hours=1))
    elif _DEADLINE.search(text):
        start = here
        end = max(end, here + timedelta(hours=1))
    return DateRange(words, start, end)


def _days(text: str, locale: str, today: date) -> tuple[date, date] | None:
    for found in (_named_day(text, today), _by_weekday(text, locale, today), _span(text, today)):
        if found is not None:
            return found
    return None


def _one(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _named_day(text: str, today: date) -> tuple[date, date] | None:
    for pattern, ahead in _DAY_WORDS:
        if pattern.search(text):
            return _one(today + timedelta(days=ahead))
    if match := _ISO.search(text):
        return _safe(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH_DAY_EN.search(text):
        month = _MONTHS.index(match[2] or match[3]) + 1
        return _coming(today, month, int(match[1] or match[4]))
    if match := _MONTH_DAY_JA.search(text):
        return _coming(today, int(match[1]), int(match[2]))
    if match := _DAY_ONLY.search(text):
        day = int(match[1] or match[2])
        month = today.month if day >= today.day else today.month % 12 + 1
        return _coming(today, month, day)
    return None


def _coming(today: date, month: int, day: int) -> tuple[date, date] | None:
    """That day of this year, or of the next if it has passed."""
    found = _safe(today.year, month, day)
    if found is not None and found[0] < today:
        return _safe(today.year + 1, month, day)
    return found


def _safe(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return _one(date(year, month, day))
    except ValueError:
        return None


def _by_weekday(text: str, locale: str, today: date) -> tuple[date, date] | None:
    if locale == "ja":
        match = _WEEKDAY_JA.search(text)
        wanted = _WEEKDAYS_JA.index(match[1]) if match else None
    else:
        match = _WEEKDAY_EN.search(text)
        wanted = _WEEKDAYS_EN.index(match[1]) if match else None
    if wanted is None:
        return None
    monday = today - timedelta(days=today.weekday())
    if "再来週" in text:
        return _one(monday + timedelta(days=14 + wanted))
    if "来週" in text or "翌週" in text or "next" in text:
        return _one(monday + timedelta(days=7 + wanted))
    return _one(today + timedelta(days=(wanted - today.weekday()) % 7 or 7))


def _span(text: str, today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    weeks = (
        2 if "再来週" in text else 1 if re.search(r"next week|来週|翌週|coming week", text) else 0
    )
    if weeks or re.search(r"this week|今週|end of the week|週末|weekend", text):
        start = monday + timedelta(days=7 * weeks)
        if re.search(r"end of the week|週末|weekend", text):
            return start + timedelta(days=5), start + timedelta(days=7)
        return max(start, today), start + timedelta(days=7)
    if re.search(r"next month|来月", text):
        start = _month_after(today)
        return start, _month_after(start)
    if re.search(r"this month|今月|end of the month|month[- ]end|月末|月内", text):
        end = _month_after(today)
        late = re.search(r"end|末", text) and not _DEADLINE.search(text)
        return (end - timedelta(days=5) if late else today), end
    if match := re.search(
        r"(?:in|within) (?:the next )?(\d+|a|two|three) (day|week)|(\d+)(日|週間)(?:以内|後)", text
    ):
        count = {"a": 1, "two": 2, "three": 3}.get(match[1] or "", 0) or int(match[1] or match[3])
        days = count * (7 if (match[2] or match[4]) in ("week", "週間") else 1)
        return today, today + timedelta(days=min(days, 3650) + 1)
    return None


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _hours(text: str) -> tuple[time, time] | None:
    part = next(((a, b) for pattern, a, b in _PARTS if pattern.search(text)), None)
    for match in _CLOCK.finditer(_without_dates(text)):
        named = match[1] or match[4] or (match[3] is not None) or "時" in match[0]
        if not named and not re.search(
            r"\b(?:at|around|about|after|before|by|from|until)\s*$", text[: match.start()]
        ):
            continue
        return _clock(match, text, part)
    return (time(part[0]), time(part[1])) if part else None


def _clock(
    match: re.Match[str], text: str, part: tuple[int, int] | None
) -> tuple[time, time] | None:
    hour = int(match[2])
    late = (match[4] or "").startswith("p") or match[1] == "午後" or bool(part and part[0] >= 13)
    if hour < 12 and (late or (not match[4] and not match[1] and hour < 7 and match[3] is None)):
        hour += 12
    minute = 30 if match[3] == "半" or match[4] == "半" else int(match[3] or 0)
    if hour > 23 or minute > 59:
        return None
    at = time(hour, minute)
    if _FROM.search(text):
        return at, time(18) if at < time(18) else time(21)
    if _DEADLINE.search(text):
        return time(9) if at > time(9) else time(0), at
    return at, time(hour + 1, minute) if hour < 23 else time(23, 59)


def _without_dates(text: str) -> str:
    for pattern in (_ISO, _MONTH_DAY_EN, _MONTH_DAY_JA, _DAY_ONLY):
        # Same length, so that what stands before a clock can be looked at in the original.
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text
