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

#: Batches that are read or wait to be, behind those that `add` still holds. With fewer of them
#: the desk waits for the reading, or the reading for the desk; each holds its mails in memory.
AHEAD = 3


class Pipeline:
    """Takes batches in their order; the first one is worked on, the others are read meanwhile.

    Mails that were added and not worked on are given back, to whoever works off mails next.
    """

    def __init__(self, handler: MailHandler, clock: Callable[[], datetime]) -> None:
        self._handler = handler
        self._clock = clock
        self._total = Counts()
        self._given: deque[ReadAhead] = deque()
        self._room = asyncio.Semaphore(AHEAD)
        self._working: asyncio.Task[None] | None = None

    async def add(self, claimed: Sequence[ClaimedMail], ignored: int) -> None:
        """Have mails worked on, behind those added before; `ignored` ones are only counted.

        Returns when no more than `AHEAD` batches are unfinished.

        Raises:
            DATABASE_TROUBLE: the work on earlier ones failed.
        """
        self._total += Counts(ignored=ignored)
        if not claimed:
            return
        self._given.append(self._handler.read(claimed, soon=not self._given))
        self._go_on()
        await self._room.acquire()
        self._go_on()

    async def finish(self) -> Counts:
        """Wait for all that was added and say what became of it.

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

    def _go_on(self) -> None:
        """See that somebody works as long as there is work, and say so where that failed."""
        if self._working is not None and self._working.done():
            self._working.result()
            self._working = None
        if self._working is None and self._given:
            self._working = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._given:
            reading = self._given[0]
            try:
                if self._handler.breaker.is_open(self._clock()):
                    await self._handler.drop(reading)
                else:
                    counts = await self._handler.work_on(reading)
                    self._total += counts
            finally:
                self._room.release()
            self._given.popleft()
