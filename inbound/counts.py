"""What became of mails, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """`stored` became messages, `ignored` are robots, duplicates and old mails, `waiting` failed
    and are tried again."""

    stored: int = 0
    ignored: int = 0
    quarantined: int = 0
    waiting: int = 0

    @property
    def mails(self) -> int:
        """All of them."""
        return self.stored + self.ignored + self.quarantined + self.waiting

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.stored + other.stored,
            self.ignored + other.ignored,
            self.quarantined + other.quarantined,
            self.waiting + other.waiting,
        )


_FIELD_OF = {
    "done": "stored",
    "ignored": "ignored",
    "duplicate": "ignored",
    "quarantined": "quarantined",
    "stored": "waiting",
}


def count(statuses: Iterable[str]) -> Counts:
    """Count rows by their status."""
    found = dict.fromkeys(Counts.__slots__, 0)
    for status in statuses:
        found[_FIELD_OF[status]] += 1
    return Counts(**found)
