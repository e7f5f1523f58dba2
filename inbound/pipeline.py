"""One batch with the desk while the next one is read: the work behind the storing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from inbound.counts import Counts
from inbound.handling import MailHandler
from inbound.read_ahead import ReadAhead
from storage.inbound_mails import ClaimedMail


class Pipeline:
    """Takes batches in their order; at most one waits, read or being read, behind the one at work.

    Mails that were added and not worked on are given back, to whoever works off mails next.
    """

    def __init__(self, handler: MailHandler, clock: Callable[[], datetime]) -> None:
        self._handler = handler
        self._clock = clock
        self._total = Counts()
        self._working: asyncio.Task[Counts] | None = None
        self._at_work: ReadAhead | None = None
        self._reading: ReadAhead | None = None

    async def add(self, claimed: Sequence[ClaimedMail], ignored: int) -> None:
        """Have mails worked on, behind those added before; `ignored` ones are only counted.

        Returns when the work on them has begun.

        Raises:
            DATABASE_TROUBLE: the work on earlier ones failed.
        """
        self._total += Counts(ignored=ignored)
        if not claimed:
            return
        self._reading = self._handler.read(claimed)
        if self._handler.breaker.is_open(self._clock()):
            await self._handler.drop(self._reading)
            return
        await self._wait()
        self._at_work, self._reading = self._reading, None
        self._working = asyncio.ensure_future(self._handler.work_on(self._at_work))

    async def finish(self) -> Counts:
        """Wait for all that was added and say what became of it.

        Raises:
            DATABASE_TROUBLE: the work failed.
        """
        await self._wait()
        return self._total

    async def drop(self) -> None:
        """Let go of what is not finished."""
        if self._working is not None:
            self._working.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._working
        for reading in (self._at_work, self._reading):
            if reading is not None:
                await self._handler.drop(reading)

    async def _wait(self) -> None:
        working, self._working = self._working, None
        if working is not None:
            try:
                self._total += await working
            except BaseException:
                self._working = working  # `drop` ends it
                raise
