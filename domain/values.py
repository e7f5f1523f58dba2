"""Values that are made for every message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A dataclass with slots that the type checker keeps from being changed.

    Having the interpreter keep it (`frozen=True`) costs several microseconds for each object, which
    is too dear for what is made a dozen times in every turn.
    """
    return dataclass(slots=True)(cls)
