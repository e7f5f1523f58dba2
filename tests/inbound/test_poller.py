"""From a mailbox to stored and handled, exactly once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.mailbox import SandboxMailbox
from storage.store import Store
from tests.mail_door import CATALOG, Door, open_door, write_mail


@pytest.fixture
async def mailbox() -> AsyncIterator[SandboxMailbox]:
    box = await SandboxMailbox.start()
    yield box
    await box.stop()


@pytest.fixture
def door(store: Store, tmp_path: Path, mailbox: SandboxMailbox) -> Door:
    return open_door(store, tmp_path, port=mailbox.imap_port)


async def test_a_mail_is_stored_handed_over_and_left_in_the_mailbox(
    door: Door, mailbox: SandboxMailbox
) -> None:
    await mailbox.put(CATALOG, write_mail(text="Two boxes, please.\n"))
    counts = await door.poller().once()
    assert (counts.mails, counts.stored) == (1, 1)
    assert [message.text.strip() for message in door.desk.received] == ["Two boxes, please."]
    assert len(await mailbox.mails(CATALOG)) == 1


async def test_a_second_look_takes_nothing_again(door: Door, mailbox: SandboxMailbox) -> None:
    await mailbox.put(CATALOG, write_mail())
    await door.poller().once()
    assert (await door.poller().once()).mails == 0
    assert len(door.desk.received) == 1


async def test_the_same_mail_twice_is_handled_once(door: Door, mailbox: SandboxMailbox) -> None:
    raw = write_mail()
    await mailbox.put(CATALOG, raw)
    await mailbox.put(CATALOG, raw.replace(b"\n", b"\r\n"))
    counts = await door.poller().once()
    assert (counts.stored, counts.ignored) == (1, 1)
    assert await door.statuses() == ["done", "duplicate"]


async def test_another_mail_under_a_known_message_id_is_not_lost(
    door: Door, mailbox: SandboxMailbox
) -> None:
    await mailbox.put(CATALOG, write_mail(text="First\n", name="same"))
    await mailbox.put(CATALOG, write_mail(text="Second\n", name="same"))
    assert (await door.poller().once()).stored == 2


async def test_renumbering_reads_all_again_and_handles_nothing_twice(
    door: Door, mailbox: SandboxMailbox
) -> None:
    for number in range(5):
        await mailbox.put(CATALOG, write_mail(text=f"Mail {number}\n"))
    await door.poller().once()
    mailbox.change_uid_validity(CATALOG, first_uid=100)
    await mailbox.put(CATALOG, write_mail(text="New\n"))
    counts = await door.poller().once()
    assert (counts.stored, counts.ignored) == (1, 5)
    assert len(door.desk.received) == 6


async def test_a_mail_that_always_fails_is_quarantined_and_stops_nobody(
    door: Door, mailbox: SandboxMailbox
) -> None:
    door.reader.failing.add(b"poison")
    await mailbox.put(CATALOG, write_mail(text="poison\n"))
    await mailbox.put(CATALOG, write_mail(text="good\n"))
    counts = await door.poller().once()
    assert (counts.mails, counts.stored, counts.quarantined) == (2, 1, 1)
    [row] = await door.rows(status="quarantined")
    assert row.attempts == 3
    assert "planned fault" in row.last_error
    assert [name for name, _ in door.notices.told] == ["mail_quarantined"]


async def test_a_cut_connection_loses_and_doubles_nothing(
    door: Door, mailbox: SandboxMailbox
) -> None:
    for number in range(40):
        await mailbox.put(CATALOG, write_mail(text=f"Mail {number}\n"))
    for bytes_until_cut in (50, 400, 900, 4000, 9000):
        mailbox.imap_faults.drop_after(bytes_until_cut)
    poller = door.poller()
    running = asyncio.create_task(poller.run())
    await asyncio.wait_for(door.desk.until_received(40), 60)
    poller.stop()
    await running
    assert await door.statuses() == ["done"] * 40
    assert len({message.text for message in door.desk.received}) == 40


async def test_a_waiting_poller_is_woken_by_a_new_mail(door: Door, mailbox: SandboxMailbox) -> None:
    mailbox.imap_faults.split_lines = True
    poller = door.poller(poll_seconds=60)
    running = asyncio.create_task(poller.run())
    for number in range(3):
        await mailbox.put(CATALOG, write_mail(text=f"Mail {number}\n"))
        await asyncio.wait_for(door.desk.until_received(number + 1), 20)
    poller.stop()
    await asyncio.wait_for(running, 10)
    assert poller.trouble is None
