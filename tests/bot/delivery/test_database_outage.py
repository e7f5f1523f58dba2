"""The database goes away just when mails have left: they are noted later and not sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.delivery.mail import MailSender
from bot.delivery.outcome import Outcome
from bot.desk import new_notification_id
from domain.notifications import Notification, OutboxChannel
from storage.leases import Claimed
from storage.outbox import owe
from storage.store import Store
from tests.bot.staff_side import StaffSide
from tests.databases import shut_postgres_database
from tests.hurry import PATIENCE

TO = "ada@customer.example"
OUTAGE_SECONDS = 1.5


class Outage:
    """Takes the database away from the counter, and gives it back a while later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lasts = OUTAGE_SECONDS
        self._over = asyncio.Event()
        self._back: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """SQLite waits half a minute for a lock of its own accord; here it gives up at once."""
        if self._store.engine.dialect.name == "sqlite":
            await self._store.write(lambda s: s.execute(text("PRAGMA busy_timeout=20")) and None)

    async def begin(self) -> None:
        entered = asyncio.Event()
        self._back = asyncio.create_task(self._last(entered))
        await entered.wait()

    @property
    def is_over(self) -> bool:
        return self._back is not None and self._back.done()

    async def _last(self, entered: asyncio.Event) -> None:
        away = self._locked if self._store.engine.dialect.name == "sqlite" else self._closed
        async with away():
            entered.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), self.lasts)

    async def end(self) -> None:
        self._over.set()
        if self._back is not None:
            await self._back

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        # The same library as the counter's: in one process two do not see each other's locks.
        library: Any = self._store.engine.dialect.dbapi
        other = library.connect(self._store.engine.url.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    @asynccontextmanager
    async def _closed(self) -> AsyncIterator[None]:
        with shut_postgres_database(self._store.engine.url):
            yield


class Hanging:
    """Sends one mail for real, has the outage begin, and never hears of the next one."""

    in_order, pace = False, timedelta()

    def __init__(self, sender: MailSender, outage: Outage) -> None:
        self._sender, self._outage = sender, outage
        self.hangs = asyncio.Event()

    async def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        async for claimed, outcome in self._sender.send(batch[:1]):
            await self._outage.begin()
            yield claimed, outcome
        self.hangs.set()
        await asyncio.Future()

    async def close(self) -> None:
        await self._sender.close()


class CutOff:
    """Sends mails for real, and has the outage begin when the second one is with its server."""

    in_order = False

    def __init__(self, sender: MailSender, outage: Outage, pace: float = 0.0) -> None:
        self._sender, self._outage = sender, outage
        self.pace = timedelta(seconds=pace)
        self._sent = 0

    async def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        async for claimed, outcome in self._sender.send(batch):
            self._sent += 1
            if self._sent == 2:
                await self._outage.begin()
            yield claimed, outcome

    async def close(self) -> None:
        await self._sender.close()


@pytest.fixture
async def outage(staff_side: StaffSide) -> Outage:
    outage = Outage(staff_side.store)
    await outage.prepare()
    now = staff_side.clock()

    def unit(session: Session) -> None:
        for number in range(6):
            payload = {"subject": f"Mail {number}", "text": "Hi\n", "html": ""}
            one = Notification(f"k{number}", OutboxChannel.EMAIL, "answer", TO, payload)
            owe(session, one, now=now, new_id=new_notification_id)

    await staff_side.store.write(unit)
    return outage


async def test_mails_that_left_are_noted_once_the_database_is_back(
    staff_side: StaffSide, outage: Outage
) -> None:
    side = staff_side
    worker = side.worker(senders={"email": CutOff(side.mail_sender(), outage)})
    await worker.deliver_due()

    side.clock.advance(120)  # every lease that was left behind has run out
    await side.deliver()

    subjects = sorted(str(mail["Subject"]) for mail in await side.mails(TO))
    assert subjects == [f"Mail {number}" for number in range(6)]
    assert {row.status for row in await side.rows()} == {"sent"}


async def test_a_stop_ends_although_a_send_hangs_and_the_database_is_away(
    staff_side: StaffSide, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.1)
    outage.lasts = float("inf")
    side = staff_side
    sender = Hanging(side.mail_sender(), outage)
    worker = side.worker(senders={"email": sender})
    running = asyncio.create_task(worker.run())
    await sender.hangs.wait()
    worker.stop()
    await asyncio.wait_for(running, PATIENCE)
    await outage.end()

    side.clock.advance(120)  # what was not noted is found by its lease
    await side.deliver()
    assert {row.status for row in await side.rows()} == {"sent"}
    subjects = [str(mail["Subject"]) for mail in await side.mails(TO)]
    assert set(subjects) == {f"Mail {number}" for number in range(6)}


async def test_nothing_more_is_sent_while_what_was_sent_cannot_be_noted(
    staff_side: StaffSide, outage: Outage
) -> None:
    side = staff_side
    worker = side.worker(senders={"email": CutOff(side.mail_sender(), outage, pace=0.3)})
    sending = asyncio.create_task(worker.deliver_due())
    during = 0
    while not outage.is_over:
        during = len(side.mailbox.history)
        await asyncio.sleep(0.02)
    await sending
    side.clock.advance(120)
    await side.deliver()

    assert during < 6
    assert len(side.mailbox.history) == 6
