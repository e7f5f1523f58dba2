"""Resolve words such as "next Tuesday afternoon" or 来週火曜の午後 to a range of time."""

from __future__ import annotations

from datetime import datetime

from domain.understanding.result import DateRange


def resolve(words: str, locale: str, now: datetime, timezone: str) -> DateRange | None:
    """The range that `words` mean at `now`, in the company's time zone; None if they are vague."""
    return None
