"""The delivery worker: takes what is due lane by lane, has it sent, and notes what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot.delivery.notes import Notes, TellsTrouble
from bot.delivery.outcome import NotNow, Outcome, Refused, Sender, Sent, Unreachable
from storage.leases import LEASE, Claimed, claim, next_due, put_back, ready_lanes
from storage.store import Hints, StorageBroken, Store

log = structlog.get_logger(__name__)

BATCH = 50
LANES_AT_ONCE = 8
#: Part of the lease that must be left when a send begins: it has to end before the lease does.
ROOM = 0.3
#: Where others hold what is due, there is nothing to hear of it but by asking again.
ASK_AGAIN_SECONDS = 0.25
#: Longest wait at the end for what is being sent just then.
DRAIN_SECONDS = 8.0
#: What one that was told to end gets for each of its last steps, such as a note to the database.
LAST_STEP_SECONDS = 0.3
#: What correctness rests on; hints of commits only make it quicker.
POLL_SECONDS = 2.0


class DeliveryWorker:
    """Delivers what is owed by the channels it has senders for.

    Several workers, in one process or many, may run on the same database. `faults` holds the
    trouble that each channel has just now, for readiness; a channel without trouble is missing.
    """

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, Sender],
        tell_trouble: TellsTrouble,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease: timedelta = LEASE,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._senders = senders
        self._tell_trouble = tell_trouble
        self._clock = clock
        self._lease = lease
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._broken: StorageBroken | None = None
        self._tries = 0
        self.faults: dict[str, str] = {}
        store.subscribe(self._heard)

    def _heard(self, hints: Hints) -> None:
        if hints.outbox:
            self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop`; then give back what was not yet tried.

        Raises:
            StorageBroken: the database cannot be relied on any more.
        """
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                if self._broken is not None:
                    raise self._broken
                try:
                    began = await self._begin_lanes()
                    if not began:
                        await self._sleep()
                except StorageBroken:
                    raise
                except Exception:
                    log.exception("delivery.storage_failed")
                    await self._sleep()
        finally:
            await self._end_lanes()
            await self.close()

    def stop(self) -> None:
        """End `run` after what is being sent just now."""
        self._stopping.set()
        self._wake.set()

    async def _end_lanes(self) -> None:
        """Let what is being sent come to its end; what does not is found by its lease."""
        lanes = set(self._lanes.values())
        if lanes:
            try:
                await asyncio.wait(lanes, timeout=DRAIN_SECONDS)
            finally:
                # Also where we are cancelled meanwhile: the store is closed after us.
                await _end(lanes)

    async def close(self) -> None:
        """Let go of the senders' connections."""
        for sender in self._senders.values():
            await sender.close()

    async def deliver_due(self) -> int:
        """Try everything that is due, once it is due; return how many tries there were."""
        before = self._tries
        while await self._begin_lanes() or self._lanes:
            await asyncio.gather(*self._lanes.values())
        return self._tries - before

    async def _begin_lanes(self) -> int:
        """Claim from lanes that are ready and begin to send; return how many lanes began."""
        began = 0
        free = LANES_AT_ONCE - len(self._lanes)
        if free <= 0:
            return 0
        now, channels = self._clock(), tuple(self._senders)
        ready = await self._store.read(
            lambda session: ready_lanes(session, now, channels=channels, limit=free + LANES_AT_ONCE)
        )
        for lane, channel in ready:
            if lane in self._lanes or began == free:
                continue
            batch = await self._claim(lane, self._senders[channel])
            if batch:
                task = asyncio.create_task(self._send(self._senders[channel], batch))
                self._lanes[lane] = task
                task.add_done_callback(partial(self._lane_done, lane))
                began += 1
        return began

    def _lane_done(self, lane: str, task: asyncio.Task[None]) -> None:
        self._lanes.pop(lane, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # What became of the batch could not be noted: the leases run out, and it is tried anew.
            log.error("delivery.lane_failed", lane=lane, error=repr(error))
            if isinstance(error, StorageBroken):
                self._broken = error

    async def _claim(self, lane: str, sender: Sender) -> list[Claimed]:
        limit = BATCH
        if sender.pace:
            # What does not fit into the lease would only be given back.
            limit = max(1, min(BATCH, int(self._lease * (1 - ROOM) / sender.pace)))

        def unit(session: Session) -> list[Claimed]:
            return claim(
                session,
                lane,
                now=self._clock(),
                limit=limit,
                in_order=sender.in_order,
                pace=sender.pace,
                lease=self._lease,
            )

        return await self._store.write(unit)

    async def _send(self, sender: Sender, batch: list[Claimed]) -> None:
        """Send a batch and note each outcome; what was not tried is given back."""
        channel = batch[0].channel
        left = {claimed.id: claimed for claimed in batch}
        notes = Notes(self._store, self._tell_trouble, self._clock, self._jitter)
        try:
            async with contextlib.aclosing(_outcomes(sender, batch)) as outcomes:
                while self._may_send(batch[0]) and (one := await anext(outcomes, None)):
                    claimed, outcome = one
                    del left[claimed.id]
                    self._tries += 1
                    self._remember_fault(channel, outcome)
                    notes.add(claimed, outcome)
                    if isinstance(outcome, Sent | Refused) and outcome.also:
                        await notes.written()  # what comes next may rest on it
                    if isinstance(outcome, Unreachable) or not left or notes.is_stuck:
                        break
                    if sender.pace:
                        await self._pause(sender.pace)
                        if notes.is_stuck:
                            break
        except asyncio.CancelledError:
            for under_way in [*left.values()][:1]:  # it may have arrived: look before another try
                left[under_way.id] = replace(under_way, may_have_happened=True)
            raise
        finally:
            try:
                await notes.written()
            finally:
                if left:
                    rest = list(left.values())
                    await self._store.write(lambda session: put_back(session, rest))

    def _may_send(self, first: Claimed) -> bool:
        room = first.leased_until - self._clock()
        return not self._stopping.is_set() and room > self._lease * ROOM

    async def _pause(self, pace: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pace.total_seconds())

    def _remember_fault(self, channel: str, outcome: Outcome) -> None:
        match outcome:
            case Sent():
                self.faults.pop(channel, None)
            case Unreachable(error=error):
                self.faults[channel] = error
            case Refused(error=error, cause=cause) if cause is not None:
                self.faults[channel] = error

    async def _sleep(self) -> None:
        """Until something is due, a commit hints at it, or the poll interval has passed."""
        seconds = POLL_SECONDS
        channels = tuple(self._senders)
        with contextlib.suppress(Exception):  # the poll goes on where the question fails
            due = await self._store.read(lambda session: next_due(session, channels=channels))
            if due is not None:
                ahead = (due - self._clock()).total_seconds()
                seconds = min(ahead if ahead > 0 else ASK_AGAIN_SECONDS, POLL_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)


async def _end(lanes: set[asyncio.Task[None]]) -> None:
    """Cancel what still runs; what then waits for a database that is away is cancelled again."""
    while lanes:
        for lane in lanes:
            lane.cancel()
        _, lanes = await asyncio.wait(lanes, timeout=LAST_STEP_SECONDS)


async def _outcomes(
    sender: Sender, batch: list[Claimed]
) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
    """What the sender says of each; a fault of the sender itself is one of what it was sending."""
    waiting = iter(batch)
    try:
        async with contextlib.aclosing(sender.send(batch)) as outcomes:
            async for claimed, outcome in outcomes:
                next(waiting)
                yield claimed, outcome
    except Exception as error:
        log.exception("delivery.sender_failed")
        yield next(waiting), NotNow(repr(error), may_have_happened=True)
