"""Writes down what became of each try, beside the sending and several in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog
from sqlmodel import Session

from bot.delivery.outcome import NotNow, Outcome, Refused, Sent, Unreachable
from domain.notifications import GIVE_UP_AFTER, LONGEST_SILENCE, MAX_ATTEMPTS, wait_before
from storage.leases import Claimed, bury, finish, finish_all, hold_lane, postpone
from storage.store import StorageBroken, Store
from storage.trouble import DATABASE_TROUBLE

log = structlog.get_logger(__name__)

#: Between two tries to write while the database is away: at first, and at most.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0

Noted = tuple[Claimed, Outcome]


class TellsTrouble(Protocol):
    """Tells the administrator, once, of a fault that somebody must mend."""

    def __call__(self, session: Session, claimed: Claimed, cause: str, error: str) -> None: ...


class Notes:
    """The notes of one batch, written in the order in which they were added.

    What was sent cannot be called back: while the database is away its note is kept and tried
    again for as long as the process lives, or the next worker would send it once more. `is_stuck`
    says so; nothing more should be sent then.
    """

    def __init__(
        self,
        store: Store,
        tell_trouble: TellsTrouble,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._tell_trouble = tell_trouble
        self._clock = clock
        self._jitter = jitter
        self._waiting: list[Noted] = []
        self._writing: asyncio.Task[None] | None = None
        self.is_stuck = False

    def add(self, claimed: Claimed, outcome: Outcome) -> None:
        """Have it written soon."""
        _report(claimed, outcome)
        self._waiting.append((claimed, outcome))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def written(self) -> None:
        """Wait until all that was added is durable.

        Raises:
            StorageBroken: the process must end; the leases tell what was not noted.
        """
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            try:
                await self._write_lasting(some)
            except DATABASE_TROUBLE:
                raise
            except Exception:
                log.exception("delivery.notes_failed", notes=len(some))
                for one in some:
                    try:
                        await self._write_alone(one)
                    except DATABASE_TROUBLE:
                        raise
                    except Exception:  # the others must not be sent again for its sake
                        log.exception("delivery.note_lost", id=one[0].id, kind=one[0].kind)

    async def _write_alone(self, noted: Noted) -> None:
        """One note after all, if need be without the news it brings: else it is sent for ever."""
        try:
            await self._write_lasting([noted])
        except DATABASE_TROUBLE:
            raise
        except Exception:
            claimed, outcome = noted
            log.exception("delivery.news_lost", id=claimed.id, kind=claimed.kind)
            if isinstance(outcome, Sent | Refused):
                await self._write_lasting([(claimed, replace(outcome, also=None))])

    async def _write_lasting(self, some: list[Noted]) -> None:
        """Write, again and again where the database is away."""
        jitter, pause = self._jitter(), FIRST_PAUSE_SECONDS
        while True:
            now = self._clock()
            try:
                await self._store.write(
                    lambda session, now=now: self._settle(session, some, now, jitter)  # type: ignore[misc]  # bound early
                )
            except StorageBroken:
                raise
            except DATABASE_TROUBLE as error:
                if not self.is_stuck:
                    log.warning("delivery.database_away", notes=len(some), error=repr(error))
                self.is_stuck = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self.is_stuck = False
                return

    def _settle(self, session: Session, some: list[Noted], now: datetime, jitter: float) -> None:
        plain = [
            (claimed, outcome.remote_id)
            for claimed, outcome in some
            if isinstance(outcome, Sent) and not outcome.also
        ]
        finish_all(session, plain, now=now)
        for claimed, outcome in some:
            match outcome:
                case Sent(remote_id=remote_id, also=also):
                    if also and finish(session, claimed, now=now, remote_id=remote_id):
                        also(session)
                case Refused(error=error, also=also, cause=cause):
                    if bury(session, claimed, error=error):
                        if also:
                            also(session)
                        if cause:
                            self._tell_trouble(session, claimed, cause, error)
                case NotNow():
                    _settle_not_now(session, claimed, outcome, now, jitter)
                case Unreachable():
                    self._settle_unreachable(session, claimed, outcome, now, jitter)

    def _settle_unreachable(
        self, session: Session, claimed: Claimed, outcome: Unreachable, now: datetime, jitter: float
    ) -> None:
        failures = claimed.lane_failures + 1
        wait = outcome.wait or min(wait_before(failures + 1, jitter), LONGEST_SILENCE)
        hold_lane(session, claimed.lane, now + wait, failures)
        if now - claimed.due_at > GIVE_UP_AFTER:
            bury(session, claimed, error=outcome.error)
        else:
            # Due as before, so that its place in the lane and its age stay: the lane waits.
            postpone(
                session,
                claimed,
                until=claimed.due_at,
                error=outcome.error,
                may_have_happened=outcome.may_have_happened or claimed.may_have_happened,
                counts=False,
            )
        if outcome.cause:
            self._tell_trouble(session, claimed, outcome.cause, outcome.error)


def _settle_not_now(
    session: Session, claimed: Claimed, outcome: NotNow, now: datetime, jitter: float
) -> None:
    if claimed.attempts >= MAX_ATTEMPTS:
        bury(session, claimed, error=outcome.error)
        return
    wait = outcome.wait or wait_before(claimed.attempts + 1, jitter)
    postpone(
        session,
        claimed,
        until=now + wait,
        error=outcome.error,
        may_have_happened=outcome.may_have_happened or claimed.may_have_happened,
    )


def _report(claimed: Claimed, outcome: Outcome) -> None:
    facts = {"id": claimed.id, "kind": claimed.kind, "lane": claimed.lane}
    match outcome:
        case Sent():
            log.info("notification.sent", **facts)
        case NotNow(error=error) | Unreachable(error=error):
            log.warning("notification.failed", attempt=claimed.attempts, error=error, **facts)
        case Refused(error=error):
            log.error("notification.given_up", error=error, **facts)
