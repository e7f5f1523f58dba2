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

    def allows(self) -> bool:
        """Take a token; False if there is none."""
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * A_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
