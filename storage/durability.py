"""Which commits a loss of power cannot take back any more, for those who read what they wrote."""

from __future__ import annotations

import asyncio
from collections import deque


class Durability:
    """Counts commits as they begin and as they become durable, in the same order.

    `begin` is for the one thread that commits; everything else belongs to the event loop.
    """

    def __init__(self) -> None:
        self.begun = 0
        self._durable = 0
        self._error: Exception | None = None
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    def begin(self) -> None:
        """A commit begins: from now on others may read what it wrote."""
        self.begun += 1

    async def wait(self) -> None:
        """Wait until everything is durable that could have been read by now.

        Raises:
            Exception: it will never be; the error given to `fail`.
        """
        seen = self.begun
        if seen <= self._durable:
            return
        if self._error is not None:
            raise self._error
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((seen, future))
        await future

    def reach(self, number: int) -> None:
        """The first `number` commits are durable, or did not come about."""
        self._durable = number
        while self._waiting and self._waiting[0][0] <= number:
            _, future = self._waiting.popleft()
            if not future.done():  # cancelled
                future.set_result(None)

    def fail(self, error: Exception) -> None:
        """No further commit becomes durable."""
        self._error = error
        for _, future in self._waiting:
            if not future.done():
                future.set_exception(error)
        self._waiting.clear()
