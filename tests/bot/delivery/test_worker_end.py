"""A worker that is ended leaves no work of its own behind, whatever its servers do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from bot.delivery.outcome import Outcome, Sent
from storage.leases import Claimed
from tests.bot.delivery.test_mail_out import owe_mail
from tests.bot.staff_side import StaffSide
from tests.hurry import PATIENCE


class SilentServer:
    """Takes what it is given and never says a word."""

    in_order = False
    pace = timedelta(0)

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        self.asked.set()
        await asyncio.Event().wait()
        for claimed in batch:
            yield claimed, NotImplemented

    async def close(self) -> None:
        """There is nothing to let go of."""


async def test_a_worker_that_is_cancelled_while_it_drains_gives_back_what_it_held(
    staff_side: StaffSide,
) -> None:
    await owe_mail(staff_side)
    before, server = asyncio.all_tasks(), SilentServer()
    worker = staff_side.worker(senders={"email": server})
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(server.asked.wait(), PATIENCE)

    worker.stop()
    await asyncio.wait([running], timeout=0.1)  # it waits for the server now
    running.cancel()
    await asyncio.wait_for(asyncio.wait([running]), PATIENCE)

    assert asyncio.all_tasks() - before == set()
    assert await staff_side.deliver() == 1  # at once: no lease has to run out


class Remembering(SilentServer):
    """Takes all there is and keeps what it was told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, bool]] = []

    async def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        for claimed in batch:
            self.told.append((claimed.recipient, claimed.may_have_happened))
            yield claimed, Sent()


async def test_only_what_was_being_sent_at_the_end_may_have_happened(
    staff_side: StaffSide,
) -> None:
    await owe_mail(staff_side, "k1", "first@customer.example")
    await owe_mail(staff_side, "k2", "second@customer.example")
    server, next_server = SilentServer(), Remembering()
    worker = staff_side.worker(senders={"email": server})
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(server.asked.wait(), PATIENCE)
    running.cancel()
    await asyncio.wait_for(asyncio.wait([running]), PATIENCE)

    await staff_side.worker(senders={"email": next_server}).deliver_due()

    assert next_server.told == [
        ("first@customer.example", True),
        ("second@customer.example", False),
    ]
