"""How fast one visitor may write."""

from __future__ import annotations

import time

#: Nobody types so fast; a program that does is slowed to this before it hurts others.
BURST = 1_000.0
A_SECOND = 50.0


class Pace:
    """A bucket of tokens that fills again with time."""

    __slots__ = ("_at", "_left")

    def __init__(self) -> None:
        self._left = BURST
        self._at = time.monotonic()

    def allows(self, cost: float = 1.0) -> bool:
        """Take tokens; False if there are not so many."""
        now = time.monotonic()
        left = self._left + (now - self._at) * A_SECOND
        if left > BURST:
            left = BURST
        self._at = now
        allows = left >= cost
        self._left = left - cost if allows else left
        return allows
