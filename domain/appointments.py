"""Visits and online meetings: what is agreed, and what the customer had wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

#: How one can meet; both are values of `contact_method`.
METHODS = ("visit", "online")
#: Minutes that can be chosen for an appointment; the second is offered first.
LENGTHS = (30, 60, 90, 120, 180, 240)
USUAL_LENGTH = 60
LONGEST_PLACE = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """What an appointment is about: how, when (aware), how long, and where (address or link)."""

    method: str
    starts_at: datetime
    minutes: int
    place: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"one meets by {' or '.join(METHODS)}, not by {self.method!r}")
        if self.starts_at.tzinfo is None:
            raise ValueError("starts_at is naive")
        if not 0 < self.minutes <= 24 * 60:
            raise ValueError(f"{self.minutes} minutes are no length of an appointment")
        if len(self.place) > LONGEST_PLACE:
            raise ValueError(f"the place has more than {LONGEST_PLACE} characters")

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Appointment:
    """
    An appointment as it stands.

    Attributes:
        uid: its name in calendars, the same for ever.
        sequence: rises with every change (RFC 5545, section 3.8.7.4).
        changed_at: when it came to be as it is now.
        held_by: the staff_id of who has it in the calendar, as far as we have sent it.
        told_in: the conversation whose customer was told of it.
    """

    request_id: str
    uid: str
    sequence: int
    terms: Terms
    changed_at: datetime
    is_called_off: bool = False
    held_by: str | None = None
    told_in: str | None = None


def method_wished(details: Mapping[str, Any]) -> str:
    """`visit` or `online` where a request asks to meet, else empty."""
    method = details.get("contact_method")
    if method in METHODS:
        return str(method)
    wished = details.get("requested_action")
    actions = wished if isinstance(wished, list | tuple) else [wished]
    return "visit" if "visit" in actions else ""
