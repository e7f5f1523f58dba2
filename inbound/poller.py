"""Follows one mailbox: fetch what is new, store it, have it worked on, wait for more.

The bytes of a batch, its UIDs and the new watermark go into one transaction. A lease in the same
row keeps it to one process for each mailbox; it is checked in that transaction, so a process
that slept through its lease stores nothing.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from imapclient.exceptions import LoginError
from sqlmodel import Session

from domain.notifications import wait_before
from inbound.arrivals import Arrival, read_arrival, unread_arrival
from inbound.at_hand import WORK_LEASE
from inbound.counts import Counts
from inbound.handling import MailHandler
from inbound.holder import is_dead, new_holder
from inbound.lone_thread import LeftBehind, LoneThread
from inbound.mailbox import MAILBOX_TROUBLE, Fetched, Mailbox, Waiting, batches
from inbound.pipeline import Pipeline
from storage.inbound_mails import ClaimedMail, NewMail, add_mails, finished_uids
from storage.mail_cursors import (
    Cursor,
    CursorLost,
    keep_cursor,
    move_cursor,
    release_cursor,
    take_cursor,
)
from storage.store import Store
from storage.trouble import DATABASE_TROUBLE

T = TypeVar("T")
log = logging.getLogger(__name__)

#: How long a mailbox stays with the process that reads it, unless it says so again.
CURSOR_LEASE = timedelta(seconds=120)
#: When a mailbox is read for the first time, older mails are kept but not answered.
FIRST_READ = timedelta(days=30)
#: Seconds until a process that found the mailbox taken looks again.
TAKEN_SECONDS = 10.0
LONGEST_BACK_OFF_SECONDS = 120.0
#: Seconds after a stop until a server that does not answer is cut off; a drain takes ten.
HANG_UP_SECONDS = 2.0
#: Mails that are tried again must not wait for the next mail to come.
RETRY_SECONDS = 2.0


class Secret(Protocol):
    """Gives the password, or an access token; `fresh` after one was refused."""

    def __call__(self, *, fresh: bool = False) -> Awaitable[str]: ...


class Poller:
    """One mailbox. `trouble` is why it cannot be read just now, None where all is well."""

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        secret: Secret,
        store: Store,
        handler: MailHandler,
        clock: Callable[[], datetime],
        poll_seconds: float,
        back_off: Callable[[int], float] | None = None,
    ) -> None:
        self._mailbox = mailbox
        self._secret = secret
        self._store = store
        self._handler = handler
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._name = mailbox.access.name
        self._holder = new_holder()
        self._stopping = asyncio.Event()
        self._back_off = back_off or back_off_seconds
        self._refused = False
        self._failures = 0
        self._thread = LoneThread("imap")
        self.trouble: str | None = "not connected yet"

    async def run(self) -> None:
        """Follow the mailbox until `stop`; every trouble is waited out."""
        try:
            while not self._stopping.is_set():
                try:
                    await self._follow()
                except (*MAILBOX_TROUBLE, *DATABASE_TROUBLE) as error:
                    await self._wait_out(error)
                except CursorLost as lost:
                    log.info("mailbox.taken_over: %s", lost)
                    await self._rest(TAKEN_SECONDS)
                except Exception as error:  # a fault of ours must not end the door for good
                    log.exception("mailbox.fault")
                    await self._wait_out(error)
        finally:
            await self._leave()

    async def once(self) -> Counts:
        """Take what is in the mailbox, work it off and leave.

        The mailbox is taken over from whoever follows it, who comes back afterwards.

        Raises:
            MAILBOX_TROUBLE, DATABASE_TROUBLE: it could not be read to the end.
            CursorLost: another process has taken the mailbox over meanwhile.
        """
        try:
            cursor = await self._take(force=True)
            assert cursor is not None  # it was forced
            await self._open()
            total = await self._handler.work_off()
            _, counts = await self._catch_up(cursor)
            total += counts
            return await self._retry(total)
        finally:
            await self._leave()

    def stop(self) -> None:
        """Finish the batch at hand and return from `run`; a server that hangs is not waited for."""
        self._stopping.set()
        self._mailbox.interrupt()
        loop = asyncio.get_running_loop()
        loop.call_later(HANG_UP_SECONDS, self._mailbox.hang_up)
        loop.call_later(HANG_UP_SECONDS + 1, self._thread.leave)

    async def _retry(self, total: Counts) -> Counts:
        """Stay until the mails that failed have had all their tries, or the work rests."""
        while total.waiting and not self._stopping.is_set():
            if self._handler.breaker.is_open(self._clock()):
                break
            await self._rest(RETRY_SECONDS)
            again = await self._handler.work_off()
            total += Counts(waiting=-again.mails) + again
        return total

    async def _follow(self) -> None:
        cursor = await self._take()
        if cursor is None:
            self.trouble = None  # all is well, only elsewhere
            await self._rest(TAKEN_SECONDS)
            return
        await self._open()
        await self._handler.work_off()
        while not self._stopping.is_set():
            cursor, counts = await self._catch_up(cursor)
            if self._stopping.is_set():
                return  # what is left is for the next process
            counts += await self._handler.work_off()
            self.trouble, self._failures = None, 0
            await self._store.write(
                lambda session: keep_cursor(session, self._name, self._holder, self._lease())
            )
            wait_seconds = RETRY_SECONDS if counts.waiting else self._poll_seconds
            await self._in_thread(self._mailbox.wait, wait_seconds)

    async def _take(self, *, force: bool = False) -> Cursor | None:
        return await self._store.write(
            lambda session: take_cursor(
                session,
                self._name,
                self._holder,
                now=self._clock(),
                until=self._lease(),
                is_dead=lambda holder: is_dead(holder, frozenset({self._holder})),
                force=force,
            )
        )

    def _lease(self) -> datetime:
        return self._clock() + CURSOR_LEASE

    async def _open(self) -> None:
        secret = await self._fresh_secret()
        try:
            await self._in_thread(self._mailbox.open, secret)
        except LoginError:
            self._refused = True
            raise
        self._refused = False

    async def _fresh_secret(self) -> str:
        """The password or token; a token server that hangs does not hold up a stop."""
        asking = asyncio.ensure_future(self._secret(fresh=self._refused))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise LeftBehind("stopped while the token server was asked")
            return asking.result()
        finally:
            asking.cancel()
            stopping.cancel()

    async def _catch_up(self, cursor: Cursor) -> tuple[Cursor, Counts]:
        """Store and work off everything above the watermark."""
        known, validity = cursor.uidvalidity, self._mailbox.uidvalidity
        # A first read that was broken off, and perhaps renumbered since, goes on as one.
        first = known == 0 or cursor.last_uid < cursor.first_until
        if known != validity:
            if known:
                log.warning("mailbox.renumbered: reading it again, known mails are recognised")
            cursor = Cursor(validity, 0)
        waiting = await self._in_thread(self._mailbox.new_mails, cursor.last_uid)
        if first and known != validity:
            cursor = replace(cursor, first_until=max((mail.uid for mail in waiting), default=0))
        with self._handler.at_work():
            cursor, total = await self._take_in(cursor, waiting)
        await self._move_done(cursor)
        return cursor, total

    async def _take_in(self, cursor: Cursor, waiting: Sequence[Waiting]) -> tuple[Cursor, Counts]:
        """Fetch, store, read and hand over, each a batch ahead of the next."""
        work = Pipeline(self._handler, self._clock, self._stopping.is_set)
        fetching: asyncio.Future[list[Arrival]] | None = None
        try:
            cut = list(batches(waiting))
            for index, batch in enumerate(cut):
                if self._stopping.is_set():
                    break
                arrivals = await (fetching or self._in_thread(self._fetch, batch))
                following = cut[index + 1 :][:1]
                fetching = self._in_thread(self._fetch, following[0]) if following else None
                cursor, claimed, ignored = await self._keep(cursor, batch, arrivals)
                await work.add(claimed, ignored)
            return cursor, await work.finish()
        except MAILBOX_TROUBLE:
            await work.finish()  # what is stored does not need the mailbox
            raise
        finally:
            await work.drop()
            if fetching is not None:
                with suppress(*MAILBOX_TROUBLE):
                    await fetching

    def _fetch(self, batch: Sequence[Waiting]) -> list[Arrival]:
        return [_arrival(mail) for mail in self._mailbox.fetch(batch)]

    async def _keep(
        self, cursor: Cursor, batch: Sequence[Waiting], arrivals: Sequence[Arrival]
    ) -> tuple[Cursor, list[ClaimedMail], int]:
        """Store one batch with its watermark; which mails are to be worked on, how many not."""
        moved = replace(cursor, last_uid=batch[-1].uid)
        now = self._clock()
        mails = [
            _new_mail(arrival, now, first=arrival.uid <= cursor.first_until) for arrival in arrivals
        ]

        def store(session: Session) -> list[ClaimedMail]:
            move_cursor(session, self._name, self._holder, moved, self._lease())
            return add_mails(
                session,
                self._name,
                moved.uidvalidity,
                mails,
                worker=self._handler.holder,
                now=now,
                until=now + WORK_LEASE,
            )

        claimed = await self._store.write(store)
        self._failures = 0  # a connection that brings mails is no bad one, even if it is cut
        return moved, claimed, len(mails) - len(claimed)

    async def _move_done(self, cursor: Cursor) -> None:
        if not self._mailbox.access.done_folder or not cursor.last_uid:
            return
        there = await self._in_thread(self._mailbox.still_there, cursor.last_uid)
        done = await self._store.read(
            lambda session: finished_uids(session, self._name, cursor.uidvalidity, there)
        )
        moving = sorted(set(done) & set(there))
        for start in range(0, len(moving), 200):
            await self._in_thread(self._mailbox.move_done, moving[start : start + 200])

    def _in_thread(self, work: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        return self._thread.run(work, *arguments)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _wait_out(self, error: BaseException) -> None:
        self._failures += 1
        self.trouble = f"{type(error).__name__}: {error}".replace("\n", " ")[:300]
        log.warning("mailbox.trouble: %s", self.trouble)
        await self._rest(self._back_off(self._failures))

    async def _leave(self) -> None:
        """Give the mailbox back and close the connection."""
        with suppress(*DATABASE_TROUBLE):
            await self._store.write(
                lambda session: release_cursor(session, self._name, self._holder)
            )
        with suppress(LeftBehind):
            await self._in_thread(self._mailbox.dispose)
        self._thread.close()


def _arrival(mail: Fetched) -> Arrival:
    """What the row of `mail` needs. One whose header cannot be read must not stop the others."""
    try:
        return read_arrival(mail)
    except Exception:
        log.exception("mail.header_unread uid=%d", mail.uid)
        return unread_arrival(mail)


def _new_mail(arrival: Arrival, now: datetime, *, first: bool) -> NewMail:
    received = min((arrival.received_at or now).astimezone(UTC), now)
    is_old = first and received < now - FIRST_READ
    return NewMail(
        uid=arrival.uid,
        dedupe_key=arrival.dedupe_key,
        raw=arrival.raw,
        size=arrival.size,
        message_id=arrival.message_id,
        sender=arrival.sender,
        subject=arrival.subject,
        received_at=received,
        status="ignored" if is_old else "stored",
        kind="old" if is_old else "",
        details=_details(arrival),
        answered=arrival.answered,
    )


def _details(arrival: Arrival) -> dict[str, object]:
    details: dict[str, object] = {"oversized": True} if arrival.oversized else {}
    return details | ({"trouble": arrival.trouble} if arrival.trouble else {})


def back_off_seconds(failures: int) -> float:
    """Seconds to wait after that many failures in a row."""
    wait = wait_before(failures + 1, random.random()).total_seconds()
    return min(wait, LONGEST_BACK_OFF_SECONDS)
