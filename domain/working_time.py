"""When the company works, and how much working time lies between two moments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)

#: Whether a day is a public holiday.
IsHoliday = Callable[[date], bool]


def no_holidays(_day: date) -> bool:
    """A calendar without holidays."""
    return False


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Spans of local time for each weekday, Monday first, in order and without overlap."""

    spans: tuple[tuple[tuple[time, time], ...], ...]

    def on(self, day: date, is_holiday: IsHoliday = no_holidays) -> tuple[tuple[time, time], ...]:
        """The spans of that day; none on a holiday."""
        return () if is_holiday(day) else self.spans[day.weekday()]


def parse_working_hours(text: str) -> WorkingHours:
    """Read `Mon-Fri 09:00-12:00,13:00-18:00; Sat 10:00-15:00`. 24:00 ends a day.

    Raises:
        ValueError: the text has another form, or a span ends before it begins.
    """
    spans: list[tuple[tuple[time, time], ...]] = [()] * 7
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        days, _, hours = entry.partition(" ")
        for day in _parse_days(days):
            spans[day] = _parse_spans(hours)
    if not any(spans):
        raise ValueError("names no working time at all")
    return WorkingHours(tuple(spans))


def _parse_days(text: str) -> range:
    first, _, last = text.lower().partition("-")
    try:
        start = _DAYS.index(first[:3])
        end = _DAYS.index(last[:3]) if last else start
    except ValueError:
        raise ValueError(f"{text} is no weekday") from None
    if end < start:
        raise ValueError(f"{text} runs backwards")
    return range(start, end + 1)


def _parse_spans(text: str) -> tuple[tuple[time, time], ...]:
    spans: list[tuple[time, time]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(f"{part} is no span of time")
        begin, end = _time(match[1], match[2]), _time(match[3], match[4])
        if begin >= end or (spans and spans[-1][1] > begin):
            raise ValueError(f"{part} ends before it begins, or overlaps")
        spans.append((begin, end))
    if not spans:
        raise ValueError("a day needs at least one span of time")
    return tuple(spans)


def _time(hour: str, minute: str) -> time:
    if hour == "24" and minute == "00":
        return time.max
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"{hour}:{minute} is no time of day")
    return time(int(hour), int(minute))


def add_working_time(
    start: datetime,
    amount: timedelta,
    hours: WorkingHours,
    zone: tzinfo,
    is_holiday: IsHoliday = no_holidays,
) -> datetime:
    """The moment by which `amount` of working time has passed since `start` (aware).

    Looks ahead at most two years; a calendar with nothing but holidays gives that far day.
    """
    left = amount
    local = start.astimezone(zone)
    day = local.date()
    for _ in range(731):
        for begin, end in hours.on(day, is_holiday):
            opens = max(datetime.combine(day, begin, zone), local)
            closes = datetime.combine(day, end, zone)
            if opens >= closes:
                continue
            # Subtract in UTC: a day on which the clock is changed is longer or shorter.
            span = closes.astimezone(start.tzinfo) - opens.astimezone(start.tzinfo)
            if span >= left:
                return opens.astimezone(start.tzinfo) + left
            left -= span
        day += timedelta(days=1)
    return datetime.combine(day, time.min, zone).astimezone(start.tzinfo)
