"""One batch with the desk while those behind it are read: the work behind the storing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from inbound.counts import Counts
from inbound.handling import MailHandler
from inbound.read_ahead import ReadAhead
from storage.inbound_mails import ClaimedMail

#: Mails and bytes that are read, or wait to be, before `add` waits for the desk. With few of them
#: the desk waits for the reading, or the mailbox for the desk; all of them are held in memory.
MOST_MAILS = 500
MOST_BYTES = 16 * 1024 * 1024


class Pipeline:
    """Takes batches in their order; the first one is worked on, the others are read meanwhile.

    Mails that were added and not worked on are given back, to whoever works off mails next.

    Args:
        is_stopping: whether to work no further than to the end of the batch at hand.
    """

    def __init__(
        self, handler: MailHandler, clock: Callable[[], datetime], is_stopping: Callable[[], bool]
    ) -> None:
        self._handler = handler
        self._clock = clock
        self._is_stopping = is_stopping
        self._total = Counts()
        self._given: deque[ReadAhead] = deque()
        self._moved = asyncio.Event()
        self._working: asyncio.Task[None] | None = None

    async def add(self, claimed: Sequence[ClaimedMail], ignored: int) -> None:
        """Have mails worked on, behind those added before; `ignored` ones are only counted.

        Returns when there is room for more.

        Raises:
            DATABASE_TROUBLE: the work on earlier ones failed.
        """
        self._total += Counts(ignored=ignored)
        if not claimed:
            return
        self._given.append(self._handler.read(claimed, soon=not self._given))
        self._go_on()
        while self._is_full():
            self._moved.clear()
            await self._moved.wait()
            self._go_on()

    async def finish(self) -> Counts:
        """Wait for all that was added, or for the batch at hand, and say what became of it.

        Raises:
            DATABASE_TROUBLE: the work failed.
        """
        if self._working is not None:
            await self._working
        return self._total

    async def drop(self) -> None:
        """Let go of what is not finished."""
        if self._working is not None:
            self._working.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._working
        for reading in self._given:
            await self._handler.drop(reading)

    def _is_full(self) -> bool:
        mails = sum(len(reading.ids) for reading in self._given)
        size = sum(reading.size for reading in self._given)
        return len(self._given) > 1 and (mails > MOST_MAILS or size > MOST_BYTES)

    def _go_on(self) -> None:
        """See that somebody works as long as there is work, and say so where that failed."""
        if self._working is not None and self._working.done():
            self._working.result()
            self._working = None
        if self._working is None and self._given and not self._is_stopping():
            self._working = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._given and not self._is_stopping():
            reading = self._given[0]
            try:
                if self._handler.breaker.is_open(self._clock()):
                    await self._handler.drop(reading)
                else:
                    counts = await self._handler.work_on(reading)
                    self._total += counts
            finally:
                self._moved.set()
            self._given.popleft()
