"""Readers killed, connections cut, mailbox renumbered: every mail is handled exactly once."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from pathlib import Path

import pytest

from storage.database import open_store
from tests.dovecot import BINARY, MISSING
from tests.faults.mail_storm import USER, Outcome, Storm, raging_storm, storm_mails
from tests.faults.test_kill import move_in

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason=MISSING)


async def weather(
    database: str, folder: Path, *, mails: int, kills: int, cuts: int, seed: int
) -> None:
    """Send mails through a storm and look at what has become of them."""
    rnd = random.Random(seed)
    written = storm_mails(mails, seed)
    # Some lie in the mailbox twice.
    raws = [*written.values(), *rnd.sample(list(written.values()), mails // 50)]
    blows = [*["kill"] * kills, *["cut"] * cuts]
    rnd.shuffle(blows)
    blows.insert(len(blows) // 2, "renumber")
    store = open_store(database)
    try:
        async with raging_storm(database, store, folder) as storm:
            for number, blow in enumerate(blows):
                first, last = (len(raws) * n // len(blows) for n in (number, number + 1))
                await rain(storm, raws[first:last], blow, mails * first // len(raws), rnd)
            await storm.until_done(mails)
            await storm.until_nothing_waits()
        assert storm.kills == kills
        assert storm.proxy.cuts == cuts + 1  # and the one with which it was renumbered
        check(await Outcome.of(store), set(written), mails)
    finally:
        await store.close()


async def rain(storm: Storm, raws: list[bytes], blow: str, before: int, rnd: random.Random) -> None:
    """Mails come while a blow falls; `before` mails were new among those that came earlier."""
    if blow == "cut":
        await storm.until_done(before * 9 // 10)  # what is cut is the reading of these
        storm.proxy.cut(after=rnd.randrange(1, sum(map(len, raws))))
    await asyncio.to_thread(storm.deliver, raws)
    if blow == "cut":
        await storm.proxy.until_cut()
    if blow == "kill":
        await storm.until_done(before + rnd.randrange(len(raws) * 9 // 10))
        await storm.kill_the_reader()
    if blow == "renumber":
        storm.server.renumber(USER)
        storm.proxy.cut(after=1)
        await storm.proxy.until_cut()


def check(outcome: Outcome, written: set[str], mails: int) -> None:
    """Each mail is one message, with one answer, at most one request and one of each notice."""
    assert set(outcome.messages) == written
    assert set(outcome.messages.values()) == {1}
    assert outcome.statuses["done"] == mails
    assert set(outcome.statuses) == {"done", "duplicate"}
    assert outcome.statuses["duplicate"] >= mails // 50
    assert set(outcome.answered_by_mail) == written
    for once in (
        outcome.answers,
        outcome.answered_by_mail,
        outcome.requests,
        outcome.consents,
        outcome.notifications,
    ):
        assert set(once.values()) == {1}
    assert len(outcome.requests) == len(outcome.consents) > mails // 20


async def test_three_hundred_mails_through_a_storm_are_handled_exactly_once(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "storm.db"
    shutil.copy(sqlite_template, file)
    database = f"sqlite:///{file}"
    await move_in(database)
    await weather(database, tmp_path, mails=300, kills=2, cuts=2, seed=7)


@pytest.mark.stress
async def test_ten_thousand_mails_through_a_storm_are_handled_exactly_once(
    fresh_database: str, tmp_path: Path
) -> None:
    await move_in(fresh_database)
    seed = time.time_ns() % 100_000
    await weather(fresh_database, tmp_path, mails=10_000, kills=30, cuts=30, seed=seed)
