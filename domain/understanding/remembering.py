"""An engine for one house, which keeps its answers to short texts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.understanding import load_engine
from domain.understanding.result import Understanding

#: Answers that are kept, and the longest text that has one kept.
KEPT = 2_000
KEPT_LENGTH = 200


class RememberingEngine:
    """Understands for one time zone and one region of telephone numbers.

    Short texts come again and again ("yes", "Please remove me from your list"): the answer is kept,
    unless it depends on the day.
    """

    def __init__(self, model_numbers: Collection[str], timezone: str, phone_region: str) -> None:
        self._engine = load_engine(model_numbers)
        self._timezone = timezone
        self._phone_region = phone_region
        self._kept: dict[tuple[str, str], Understanding] = {}

    def understand(self, text: str, channel: str, now: datetime) -> Understanding:
        """What a text means."""
        key = (text, channel)
        found = self._kept.get(key)
        if found is None:
            found = self._engine.understand(
                text,
                channel=channel,
                now=now,
                timezone=self._timezone,
                phone_region=self._phone_region,
            )
            if len(text) <= KEPT_LENGTH and not found.dates:
                if len(self._kept) >= KEPT:
                    self._kept.clear()
                self._kept[key] = found
        return found

    def warm_up(self) -> None:
        """Have the grammars compiled before a customer waits for them (a quarter of a second)."""
        self._engine.warm_up()
