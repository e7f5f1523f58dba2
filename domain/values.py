"""Values that are made for every message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")
R = TypeVar("R")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A dataclass with slots that the type checker keeps from being changed.

    Having the interpreter keep it (`frozen=True`) costs several microseconds for each object, which
    is too dear for what is made a dozen times in every turn.
    """
    return dataclass(slots=True)(cls)


def remembering(convert: Callable[[T], R]) -> Callable[[T], R]:
    """`convert`, which is not called again for the very object that it converted last.

    The moment of a turn is one object, and is written into each of its rows and frames.
    """
    last: tuple[Any, Any] = (object(), None)

    def remembered(value: T) -> R:
        nonlocal last
        given, converted = last
        if value is not given:
            converted = convert(value)
            last = (value, converted)  # one assignment: other threads see both or neither
        found: R = converted
        return found

    return remembered


_TWO_DIGITS = [f"{number:02d}" for number in range(60)]
_THREE_DIGITS = [f"{number:03d}" for number in range(1_000)]
#: The day that was written last, by its number, and its date: most moments are of today.
_day = (0, "")


def digits_of(moment: datetime, between: str) -> str:
    """Date and time to the microsecond with `between` between them, without the zone.

    What `isoformat` would say in three times the time.
    """
    global _day
    number, date = _day
    if moment.toordinal() != number:
        date = moment.date().isoformat()
        _day = (moment.toordinal(), date)  # one assignment: other threads see both or neither
    two, three, millionths = _TWO_DIGITS, _THREE_DIGITS, moment.microsecond
    return (
        f"{date}{between}{two[moment.hour]}:{two[moment.minute]}:{two[moment.second]}"
        f".{three[millionths // 1_000]}{three[millionths % 1_000]}"
    )
