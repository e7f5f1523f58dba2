"""Slack that loses answers, is slow, refuses or is away: everything arrives once, in order."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import aiohttp
import pytest

from bot.delivery.slack import SlackSender
from bot.sandbox.slack import FOR_EVER
from bot.slack.api import SlackApi
from storage.leases import claim
from storage.outbox import retry
from tests.bot.staff_side import ADMIN, CHANNEL, StaffSide

POST = "chat.postMessage"


def posted_ids(side: StaffSide, channel: str = CHANNEL) -> list[str]:
    return [card.metadata["event_payload"]["request_id"] for card in side.cards(channel)]


async def deliver_until_quiet(side: StaffSide, rounds: int = 40) -> None:
    """Deliver, and let time pass while something waits for its next try."""
    for _ in range(rounds):
        await side.deliver()
        if all(row.status in ("sent", "dead") for row in await side.rows()):
            return
        side.clock.advance(40)


@pytest.mark.parametrize("loss", ["lose_answer", "status_after"])
async def test_an_answer_that_was_lost_makes_no_second_card(
    staff_side: StaffSide, loss: str
) -> None:
    assert staff_side.slack is not None
    getattr(staff_side.slack.faults, loss)(POST)
    await staff_side.open_request()

    await staff_side.deliver()
    (waiting,) = await staff_side.rows(kind="request_card")
    assert waiting.status == "unknown"
    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ["R-AAAAAA"]
    assert len(staff_side.slack.calls_of(POST)) == 1


async def test_answers_that_are_always_lost_still_make_one_card_each(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    staff_side.slack.faults.lose_answer(POST, times=FOR_EVER)
    ids = [f"R-{number:06}" for number in range(5)]
    for request_id in ids:
        await staff_side.open_request(request_id)

    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ids


async def test_a_slow_answer_counts_as_lost(staff_side: StaffSide) -> None:
    assert staff_side.slack is not None
    staff_side.slack.faults.hang_after(POST, 5)
    await staff_side.open_request()
    api = SlackApi(
        staff_side.slack.bot_token, staff_side.slack.url, aiohttp.ClientTimeout(total=0.5)
    )
    sender = staff_side.slack_sender(api=api)
    worker = staff_side.worker(senders={"slack": sender})

    await worker.deliver_due()
    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ["R-AAAAAA"]
    assert isinstance(sender, SlackSender)


async def test_a_thread_message_whose_answer_was_lost_stands_there_once(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()
    staff_side.slack.faults.lose_answer(POST)

    await staff_side.customer_writes("And the price?")
    await deliver_until_quiet(staff_side)

    thread = staff_side.slack.thread(CHANNEL, card.ts)
    assert len(thread) == 2


async def test_a_pause_that_slack_asks_for_holds_one_channel_and_keeps_its_order(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    slack.faults.ratelimit(POST, 30, channel=CHANNEL)
    ids = [f"R-{number:06}" for number in range(6)]
    for request_id in ids:
        await staff_side.open_request(request_id)
    await staff_side.open_request("R-WEST", staff_id="S-3")

    await staff_side.deliver()
    assert posted_ids(staff_side) == []
    assert posted_ids(staff_side, "#sales-west") == ["R-WEST"]
    tries = len(slack.calls_of(POST))
    staff_side.clock.advance(20)
    await staff_side.deliver()
    assert len(slack.calls_of(POST)) == tries  # too early
    staff_side.clock.advance(11)
    await staff_side.deliver()

    assert posted_ids(staff_side) == ids


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_two_minutes_of_trouble_lose_nothing_and_keep_the_order(
    staff_side: StaffSide, seed: int
) -> None:
    assert staff_side.slack is not None
    dice = random.Random(seed)
    faults = staff_side.slack.faults
    ids = [f"R-{number:06}" for number in range(8)]
    for request_id in ids:
        await staff_side.open_request(request_id)

    for _ in range(12):  # ten seconds each
        kind = dice.choice(["status", "reset", "malformed", "lose_answer", "status_after"])
        getattr(faults, kind)(POST, times=dice.choice([1, 2]))
        if dice.random() < 0.3:
            faults.status("conversations.history", 503)
        await staff_side.deliver()
        staff_side.clock.advance(10)
    faults.clear()
    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ids


async def test_a_worker_that_died_after_posting_leaves_no_second_card(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request()
    now = staff_side.clock()
    lane = f"slack:{CHANNEL}"
    batch = await staff_side.store.write(
        lambda session: claim(session, lane, now=now, limit=5, in_order=True)
    )
    sender = staff_side.slack_sender()
    async for _ in sender.send(batch):
        pass  # killed here: nothing of it is noted
    await sender.close()
    await staff_side.deliver()
    assert len(staff_side.slack.calls_of(POST)) == 1  # the lease still holds

    staff_side.clock.advance(61)
    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ["R-AAAAAA"]
    assert {row.status for row in await staff_side.rows()} == {"sent"}


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "missing_scope"])
async def test_a_broken_token_is_told_to_the_administrator_once(
    staff_side: StaffSide, error: str
) -> None:
    assert staff_side.slack is not None
    staff_side.slack.faults.error(POST, error, times=FOR_EVER)
    for number in range(3):
        await staff_side.open_request(f"R-{number:06}", staff_id=("S-1", "S-3")[number % 2])

    await deliver_until_quiet(staff_side)

    told = await staff_side.rows(kind="admin_trouble")
    assert len(told) == 1
    assert error in told[0].payload["text"]
    assert {row.status for row in await staff_side.rows(kind="request_card")} == {"dead"}
    assert len(staff_side.slack.calls_of(POST)) == 3
    # The mails are not held up by any of it.
    assert len(await staff_side.mails("aya@sales.example")) == 2


async def test_an_archived_channel_leaves_the_others_alone_and_recovers_after_a_repair(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    slack.channel(CHANNEL).is_archived = True
    await staff_side.open_request("R-EAST")
    await staff_side.open_request("R-WEST", staff_id="S-3")
    await deliver_until_quiet(staff_side)
    assert posted_ids(staff_side, "#sales-west") == ["R-WEST"]
    (mail,) = await staff_side.rows(kind="admin_trouble")
    assert CHANNEL in mail.payload["text"]

    slack.channel(CHANNEL).is_archived = False
    now = staff_side.clock()
    await staff_side.store.write(lambda session: retry(session, None, now=now))
    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ["R-EAST"]
    copies = await staff_side.mails(ADMIN)
    assert len([mail for mail in copies if "do not arrive" in mail["Subject"]]) == 1


async def test_a_deleted_card_is_posted_anew_once(staff_side: StaffSide) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()
    await slack.delete("U0AYA", CHANNEL, card.ts)

    await staff_side.change_request(
        status="claimed", claimed_by="S-1", claimed_at=staff_side.clock()
    )
    await deliver_until_quiet(staff_side)
    (anew,) = staff_side.cards()
    assert "In hand: Aya Mori" in anew.text
    await staff_side.customer_writes("Still there?")
    await deliver_until_quiet(staff_side)
    assert len(slack.thread(CHANNEL, anew.ts)) == 2

    await slack.delete("U0AYA", CHANNEL, anew.ts)
    await staff_side.change_request(status="done", closed_at=staff_side.clock())
    await deliver_until_quiet(staff_side)
    assert staff_side.cards() == []


async def test_what_a_customer_writes_below_a_deleted_card_finds_people_all_the_same(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()
    await staff_side.slack.delete("U0AYA", CHANNEL, card.ts)

    await staff_side.customer_writes("Are you there?")
    await deliver_until_quiet(staff_side)

    (anew,) = staff_side.cards()
    _, reply = staff_side.slack.thread(CHANNEL, anew.ts)
    assert "Are you there?" in reply.text


async def test_what_is_said_at_once_waits_for_its_card_and_makes_no_second_one(
    staff_side: StaffSide,
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request()
    await staff_side.customer_writes("One more thing.")
    await staff_side.customer_writes("And another.")
    staff_side.slack.faults.lose_answer(POST)

    await deliver_until_quiet(staff_side)

    (card,) = staff_side.cards()
    said = [message.text for message in staff_side.slack.thread(CHANNEL, card.ts)[1:]]
    assert ["One more" in said[0], "And another" in said[1], len(said)] == [True, True, 2]


async def test_updates_of_one_card_that_wait_become_one(staff_side: StaffSide) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await staff_side.open_request()
    await staff_side.deliver()
    now = staff_side.clock()
    await staff_side.change_request(status="claimed", claimed_by="S-1", claimed_at=now)
    await staff_side.change_request(status="done", closed_at=now)

    await staff_side.deliver()

    assert len(slack.calls_of("chat.update")) == 1
    (card,) = staff_side.cards()
    assert "Done" in card.text
    assert {row.status for row in await staff_side.rows()} == {"sent"}


async def test_the_pace_of_a_channel_is_kept_between_posts(staff_side: StaffSide) -> None:
    assert staff_side.slack is not None
    pace = timedelta(seconds=0.2)
    for number in range(3):
        await staff_side.open_request(f"R-{number:06}")
    worker = staff_side.worker(senders={"slack": staff_side.slack_sender(pace=pace)})

    await worker.deliver_due()

    times = [call.at for call in staff_side.slack.calls_of(POST)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= pace * 0.9


async def test_two_workers_deliver_each_thing_once(staff_side: StaffSide) -> None:
    ids = [f"R-{number:06}" for number in range(12)]
    for number, request_id in enumerate(ids):
        await staff_side.open_request(request_id, staff_id=("S-1", "S-3")[number % 2])

    await asyncio.gather(staff_side.deliver(), staff_side.deliver(), staff_side.deliver())
    await deliver_until_quiet(staff_side)

    assert posted_ids(staff_side) == ids[::2]
    assert posted_ids(staff_side, "#sales-west") == ids[1::2]
    counted = Counter(mail["Message-ID"] for mail in await staff_side.mails("aya@sales.example"))
    assert set(counted.values()) == {1}
