"""A worker that is ended leaves no work of its own behind, whatever its servers do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from bot.delivery.outcome import Outcome
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
