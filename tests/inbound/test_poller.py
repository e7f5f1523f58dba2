"""From a mailbox to stored and handled, exactly once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.mailbox import SandboxMailbox
from domain.messages import IncomingMessage, Receipt
from storage.store import StorageBroken, Store
from tests.hurry import PATIENCE
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
    await asyncio.wait_for(door.desk.until_received(40), PATIENCE)
    poller.stop()
    await running
    assert await door.statuses() == ["done"] * 40
    assert len({message.text for message in door.desk.received}) == 40


async def test_a_waiting_poller_is_woken_by_a_new_mail(door: Door, mailbox: SandboxMailbox) -> None:
    mailbox.imap_faults.split_lines = True
    poller = door.poller(poll_seconds=600)
    running = asyncio.create_task(poller.run())
    for number in range(3):
        await mailbox.put(CATALOG, write_mail(text=f"Mail {number}\n"))
        await asyncio.wait_for(door.desk.until_received(number + 1), PATIENCE)
    poller.stop()
    await asyncio.wait_for(running, PATIENCE)
    assert poller.trouble is None


async def test_two_pollers_take_each_mail_once(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    doors = [open_door(store, tmp_path, port=mailbox.imap_port) for _ in range(2)]
    pollers = [door.poller() for door in doors]
    running = [asyncio.create_task(poller.run()) for poller in pollers]
    for number in range(30):
        await mailbox.put(CATALOG, write_mail(text=f"Mail {number}\n"))
    both = [asyncio.create_task(door.desk.until_received(30)) for door in doors]
    await asyncio.wait(both, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    for poller in pollers:
        poller.stop()
    await asyncio.gather(*running)
    for task in both:
        task.cancel()
    # The lease lets one of them read; the other one waits for its turn.
    assert sorted(len(door.desk.received) for door in doors) == [0, 30]
    assert await doors[0].statuses() == ["done"] * 30


async def test_once_takes_over_from_a_poller_that_comes_back(
    door: Door, mailbox: SandboxMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.poller.TAKEN_SECONDS", 0.1)
    poller = door.poller(poll_seconds=600)
    running = asyncio.create_task(poller.run())
    await mailbox.put(CATALOG, write_mail())
    await asyncio.wait_for(door.desk.until_received(1), PATIENCE)
    assert (await door.poller().once()).mails == 0
    await mailbox.put(CATALOG, write_mail())
    await asyncio.wait_for(door.desk.until_received(2), PATIENCE)
    poller.stop()
    await asyncio.wait_for(running, PATIENCE)


async def test_an_oversized_mail_is_known_by_its_header_and_told(
    door: Door, mailbox: SandboxMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.mailbox.MAX_MAIL_BYTES", 5_000)
    await mailbox.put(CATALOG, write_mail(text="x\n" * 5_000, subject="Huge"))
    await mailbox.put(CATALOG, write_mail(text="small\n"))
    counts = await door.poller().once()
    assert (counts.stored, counts.quarantined) == (1, 1)
    [row] = await door.rows(status="quarantined")
    assert (row.subject, row.size > 5_000) == ("Huge", True)
    [(name, about)] = door.notices.told
    assert (name, about[:2]) == ("mail_too_large", ("aya@customer.example", "Huge"))


async def test_done_mails_are_moved_where_a_folder_is_set(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    door = open_door(store, tmp_path, port=mailbox.imap_port, done_folder="Done")
    door.reader.failing.add(b"poison")
    await mailbox.put(CATALOG, write_mail(text="good\n"))
    await mailbox.put(CATALOG, write_mail(text="poison\n"))
    await door.poller().once()
    await door.poller().once()
    assert [b"good" in raw for raw in await mailbox.mails(CATALOG, "Done")] == [True]
    assert [b"poison" in raw for raw in await mailbox.mails(CATALOG)] == [True]


async def test_old_mails_of_a_new_mailbox_are_kept_and_not_answered(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.poller.FIRST_READ", timedelta(seconds=-5))
    door = open_door(store, tmp_path, port=mailbox.imap_port)
    await mailbox.put(CATALOG, write_mail())
    assert (await door.poller().once()).ignored == 1
    [row] = await door.rows()
    assert (row.status, row.kind) == ("ignored", "old")


async def test_a_first_read_that_was_broken_off_answers_no_old_mail_later(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.poller.FIRST_READ", timedelta(seconds=-5))
    monkeypatch.setattr("inbound.mailbox.BATCH_MAILS", 5)
    door = open_door(store, tmp_path, port=mailbox.imap_port)
    for number in range(20):
        await mailbox.put(CATALOG, write_mail(text=f"Old {number}\n"))
    for bytes_until_cut in (3000, 6000):
        mailbox.imap_faults.drop_after(bytes_until_cut)
    poller = door.poller()
    running = asyncio.create_task(poller.run())
    await door.until(lambda statuses: len(statuses) == 20)
    await mailbox.put(CATALOG, write_mail(text="New\n"))
    await asyncio.wait_for(door.desk.until_received(1), PATIENCE)
    poller.stop()
    await running
    assert [message.text.strip() for message in door.desk.received] == ["New"]
    assert (await door.statuses())[:20] == ["ignored"] * 20


async def test_two_mails_of_one_sender_that_come_together_are_one_conversation(
    door: Door, mailbox: SandboxMailbox
) -> None:
    for text in ("Two boxes, please.", "And a lid for each."):
        await mailbox.put(CATALOG, write_mail(text=f"{text}\n", subject="Boxes"))
    await mailbox.put(CATALOG, write_mail(sender="ben@customer.example", subject="Boxes"))
    await door.poller().once()
    first, second, other = await door.rows()
    assert first.conversation_id == second.conversation_id != other.conversation_id


async def test_mails_are_worked_off_at_once_when_the_database_is_back(
    door: Door, mailbox: SandboxMailbox
) -> None:
    door.desk.failing = DatabaseGone
    for _ in range(3):
        await mailbox.put(CATALOG, write_mail())
    poller = door.poller()
    running = asyncio.create_task(poller.run())
    await door.until(lambda statuses: len(statuses) == 3)
    while "DatabaseGone" not in (poller.trouble or ""):  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0.01)
    door.desk.failing = None
    await asyncio.wait_for(door.desk.until_received(3), 30)  # much less than a lease of the work
    await door.until(lambda statuses: statuses == ["done"] * 3)
    poller.stop()
    await running


async def test_a_wrong_password_is_waited_out(door: Door, mailbox: SandboxMailbox) -> None:
    door.secret_words = ["wrong", "wrong as well", mailbox.password]
    await mailbox.put(CATALOG, write_mail())
    poller = door.poller()
    running = asyncio.create_task(poller.run())
    await asyncio.wait_for(door.desk.until_received(1), PATIENCE)
    poller.stop()
    await asyncio.wait_for(running, PATIENCE)
    assert door.secret_words == [mailbox.password]


async def test_without_idle_the_mailbox_is_looked_into_now_and_then(
    store: Store, tmp_path: Path
) -> None:
    box = await SandboxMailbox.start(capabilities=["IMAP4rev1", "UIDPLUS"])
    door = open_door(store, tmp_path, port=box.imap_port)
    poller = door.poller(poll_seconds=0.1)
    running = asyncio.create_task(poller.run())
    for number in range(2):
        await box.put(CATALOG, write_mail())
        await asyncio.wait_for(door.desk.until_received(number + 1), PATIENCE)
    poller.stop()
    await asyncio.wait_for(running, PATIENCE)
    await box.stop()


async def test_mails_left_behind_by_a_process_that_is_gone_are_worked_off(
    door: Door, mailbox: SandboxMailbox
) -> None:
    door.desk.failing = asyncio.CancelledError
    await mailbox.put(CATALOG, write_mail())
    with pytest.raises(asyncio.CancelledError):
        await door.poller().once()
    assert await door.statuses() == ["stored"]
    after = open_door(door.store, Path("/nonexistent"), port=mailbox.imap_port)
    counts = await after.poller().once()
    assert (counts.stored, len(after.desk.received)) == (1, 1)


async def test_database_trouble_quarantines_nothing(door: Door, mailbox: SandboxMailbox) -> None:
    door.desk.failing = DatabaseGone
    await mailbox.put(CATALOG, write_mail())
    with pytest.raises(StorageBroken):
        await door.poller().once()
    assert await door.statuses() == ["stored"]


async def test_once_does_not_wait_for_the_work_when_it_rests(
    door: Door, mailbox: SandboxMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails_for_all(_message: IncomingMessage) -> Receipt:
        for _ in range(10):
            door.handler.breaker.failed(datetime.now(UTC))
        raise ValueError("planned fault")

    monkeypatch.setattr(door.desk, "receive", fails_for_all)
    await mailbox.put(CATALOG, write_mail())
    counts = await asyncio.wait_for(door.poller().once(), 60)
    assert (counts.mails, counts.waiting) == (1, 1)
    assert await door.statuses() == ["stored"]


class DatabaseGone(StorageBroken):
    """As the store raises it."""
