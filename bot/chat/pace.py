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
        self._left = min(BURST, self._left + (now - self._at) * A_SECOND)
        self._at = now
        if self._left < cost:
            return False
        self._left -= cost
        return True
