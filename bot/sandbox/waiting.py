"""Waiting until a stand-in has seen what a test or the demo waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Tells listeners that something is new, and lets others wait for a condition."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []
        self.count = 0

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at each change; the answer ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self) -> None:
        """Something is new."""
        self.count += 1
        for listener in list(self._listeners):
            listener()

    async def until(self, condition: Callable[[], T], seconds: float) -> T:
        """The first truthy value of `condition`, looked at again after each change.

        Raises TimeoutError after that many `seconds`.
        """
        changed = asyncio.Event()
        stop = self.listen(changed.set)
        try:
            async with asyncio.timeout(seconds):
                while not (value := condition()):
                    await changed.wait()
                    changed.clear()
                return value
        finally:
            stop()
