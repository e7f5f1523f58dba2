"""What counts as a try of a mail, and that one who works on a mail has it to himself."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.mailbox import SandboxMailbox
from domain.messages import IncomingMessage, Receipt
from inbound.handling import MOST_LOSSES
from inbound.mail import InboundMail, Question
from inbound.mailbox import BATCH_MAILS
from storage.store import Store
from tests.mail_door import CATALOG, Door, KeepingDesk, Reader, open_door, write_mail

ROOT = Path(__file__).resolve().parents[2]
#: Nobody holds a mail longer unless it says so again.
LONGER_THAN_A_LEASE = timedelta(minutes=10)


class HeldDesk(KeepingDesk):
    """Says when it was handed a mail, and keeps it in hand until it may go on."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.handed = 0
        self.entered, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def receive(self, message: IncomingMessage) -> Receipt:
        self.handed += 1
        self.entered.set()
        await self.may_go_on.wait()
        return await super().receive(message)


class Careless(Reader):
    """Lets through what no database takes, so that the look-up for all mails together fails."""

    async def read_all(self, mails: Sequence[Question]) -> list[InboundMail]:
        read = await super().read_all(mails)
        return [
            replace(mail, sender="\ud800@customer.example") if "strange" in mail.text else mail
            for mail in read
        ]


class Clock:
    """The time, some way ahead."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
async def mailbox() -> AsyncIterator[SandboxMailbox]:
    box = await SandboxMailbox.start()
    yield box
    await box.stop()


def held_door(store: Store, folder: Path, mailbox: SandboxMailbox) -> tuple[Door, HeldDesk]:
    desk = HeldDesk(store)
    return open_door(store, folder, port=mailbox.imap_port, desk=desk), desk


async def stop_in_the_middle(store: Store, folder: Path, mailbox: SandboxMailbox) -> None:
    """A process that is stopped while the desk has a mail, and waits no longer for it."""
    door, desk = held_door(store, folder, mailbox)
    poller = door.poller()
    running = asyncio.create_task(poller.run())
    await desk.entered.wait()
    poller.stop()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_stops_in_the_middle_of_a_mail_use_up_none_of_its_tries(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    await mailbox.put(CATALOG, write_mail())
    for _ in range(7):
        await stop_in_the_middle(store, tmp_path, mailbox)
    clock = Clock()
    door = open_door(store, tmp_path, clock=clock)
    door.desk.failing = ValueError
    assert (await door.handler.work_off()).waiting == 1
    [row] = await door.rows()
    assert (row.status, row.attempts) == ("stored", 1)
    door.desk.failing, clock.ahead = None, LONGER_THAN_A_LEASE
    assert (await door.handler.work_off()).stored == 1


async def test_a_stop_ends_the_batch_at_hand_and_leaves_the_others_to_the_next_process(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    for number in range(2 * BATCH_MAILS + 5):
        await mailbox.put(CATALOG, write_mail(text=f"Mail {number}\n"))
    door, desk = held_door(store, tmp_path, mailbox)
    poller = door.poller()
    running = asyncio.create_task(poller.run())
    await desk.entered.wait()
    await door.until(lambda statuses: len(statuses) == 2 * BATCH_MAILS + 5)
    poller.stop()
    desk.may_go_on.set()
    await running
    statuses = await door.statuses()
    assert statuses == ["done"] * BATCH_MAILS + ["stored"] * (BATCH_MAILS + 5)
    assert {row.attempts for row in await door.rows(status="stored")} == {0}
    assert (await open_door(store, tmp_path).handler.work_off()).stored == BATCH_MAILS + 5


async def test_a_mail_that_was_dropped_waits_for_no_lease(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    await mailbox.put(CATALOG, write_mail())
    await stop_in_the_middle(store, tmp_path, mailbox)
    assert (await open_door(store, tmp_path).handler.work_off()).stored == 1


async def test_database_trouble_uses_up_no_try(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    from tests.inbound.test_poller import DatabaseGone

    door = open_door(store, tmp_path, port=mailbox.imap_port)
    door.desk.failing = DatabaseGone
    await mailbox.put(CATALOG, write_mail())
    for _ in range(7):
        with pytest.raises(DatabaseGone):
            await door.poller().once()
    door.desk.failing = ValueError
    assert (await door.handler.work_off()).waiting == 1
    [row] = await door.rows()
    assert (row.status, row.attempts) == ("stored", 1)


async def test_a_mail_at_work_beyond_its_lease_is_not_taken_again_by_its_own_process(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    clock, desk = Clock(), HeldDesk(store)
    door = open_door(store, tmp_path, port=mailbox.imap_port, desk=desk, clock=clock)
    await mailbox.put(CATALOG, write_mail())
    first_folder = asyncio.create_task(door.poller().once())
    await desk.entered.wait()
    clock.ahead = LONGER_THAN_A_LEASE
    second_folder = await door.handler.work_off()
    desk.may_go_on.set()
    assert (second_folder.mails, (await first_folder).stored) == (0, 1)
    assert desk.handed == 1


async def test_a_mail_at_work_beyond_its_lease_is_not_taken_by_another_process(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.at_hand.KEEP_SECONDS", 0.05)
    clock, desk = Clock(), HeldDesk(store)
    door = open_door(store, tmp_path, port=mailbox.imap_port, desk=desk, clock=clock)
    await mailbox.put(CATALOG, write_mail())
    working = asyncio.create_task(door.poller().once())
    await desk.entered.wait()
    clock.ahead = LONGER_THAN_A_LEASE
    while (await door.rows())[0].due_at < clock():  # noqa: ASYNC110  # rows tell nobody
        await asyncio.sleep(0.02)
    other = open_door(store, tmp_path, clock=clock, living=lambda: frozenset({door.handler.holder}))
    elsewhere = await other.handler.work_off()
    desk.may_go_on.set()
    assert (elsewhere.mails, (await working).stored) == (0, 1)


_KILLED = """
import asyncio, os, sys
from pathlib import Path
from storage.database import open_store
from tests.mail_door import KeepingDesk, open_door

class Deadly(KeepingDesk):
    async def receive(self, message):
        if "poison" in message.text:
            os._exit(9)
        return await super().receive(message)

async def main(url, folder):
    store = open_store(url)
    await open_door(store, Path(folder), desk=Deadly(store)).handler.work_off()
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_mail_that_kills_the_process_is_put_aside_and_takes_no_other_with_it(
    fresh_database: str, store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    for text in ("good", "poison", "better", "best"):
        await mailbox.put(CATALOG, write_mail(f"{text}@customer.example", f"{text}\n"))
    await stop_in_the_middle(store, tmp_path, mailbox)
    ends: list[int] = []
    while not ends or ends[-1]:
        killed = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _KILLED, fresh_database, str(tmp_path)),
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        ends.append(await killed.wait())
        assert len(ends) < 9
    assert ends == [9] * MOST_LOSSES + [0]
    rows = {row.sender.split("@")[0]: row for row in await open_door(store, tmp_path).rows()}
    assert {name: row.status for name, row in rows.items()} == {
        "good": "done", "poison": "quarantined", "better": "done", "best": "done",
    }  # fmt: skip
    assert f"{MOST_LOSSES} processes ended" in rows["poison"].last_error


async def test_a_fault_that_no_mail_can_be_blamed_for_singles_out_the_one_it_comes_with(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    door = open_door(store, tmp_path, port=mailbox.imap_port, reader=Careless())
    for text in ("good", "strange", "better"):
        await mailbox.put(CATALOG, write_mail(f"{text}@customer.example", f"{text}\n"))
    for _ in range(MOST_LOSSES):
        with pytest.raises(UnicodeError):
            await door.poller().once()
    await door.poller().once()
    assert await door.statuses() == ["done", "quarantined", "done"]
