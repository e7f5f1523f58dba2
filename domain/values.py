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


_TWO_DIGITS = [f"{number:02d}" for number in range(100)]
_THREE_DIGITS = [f"{number:03d}" for number in range(1000)]


def digits_of(moment: datetime, between: str) -> str:
    """Date and time to the microsecond with `between` between them, without the zone.

    What `isoformat` would say in more than twice the time.
    """
    two, three = _TWO_DIGITS, _THREE_DIGITS
    year, microsecond = moment.year, moment.microsecond
    return (
        f"{two[year // 100]}{two[year % 100]}-{two[moment.month]}-{two[moment.day]}{between}"
        f"{two[moment.hour]}:{two[moment.minute]}:{two[moment.second]}"
        f".{three[microsecond // 1000]}{three[microsecond % 1000]}"
    )
