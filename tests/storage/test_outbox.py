"""What is owed is stored once, taken by one worker at a time, and finished by who holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session

from domain.notifications import Notification, OutboxChannel
from storage.leases import (
    STEPS_ASIDE_AFTER,
    Claimed,
    bury,
    claim,
    finish,
    finish_all,
    hold_lane,
    next_due,
    postpone,
    put_back,
    ready_lanes,
)
from storage.outbox import count_outbox, last_sent, list_outbox, owe, retry
from storage.store import Hints, Store
from storage.tables import LaneRow, OutboxRow
from tests.clock import NOON

LANE = "slack:#sales"
SECOND = timedelta(seconds=1)
BOTH = ("email", "slack")


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"n{next(numbers):03}"


def a_post(key: str, **changes: Any) -> Notification:
    return Notification(key, OutboxChannel.SLACK, "thread_message", "#sales", **changes)


def a_mail(key: str, **changes: Any) -> Notification:
    return Notification(key, OutboxChannel.EMAIL, "answer", "a@customer.example", **changes)


async def owe_all(
    store: Store, new_id: Callable[[], str], *owed: Notification, later: bool = True
) -> None:
    """Owe each in a transaction of its own, a second apart."""
    for number, one in enumerate(owed):
        now = NOON + SECOND * (number if later else 0)
        await store.write(lambda s, one=one, now=now: owe(s, one, now=now, new_id=new_id))  # type: ignore[misc]  # the defaults bind this turn


async def take(store: Store, at: int = 10, limit: int = 10, **changes: Any) -> list[Claimed]:
    given: dict[str, Any] = {"in_order": True} | changes
    lane = given.pop("lane", LANE)
    return await store.write(lambda s: claim(s, lane, now=NOON + SECOND * at, limit=limit, **given))


async def test_a_key_is_owed_once_and_wakes_delivery(
    store: Store, new_id: Callable[[], str]
) -> None:
    heard: list[Hints] = []
    store.subscribe(heard.append)

    def unit(session: Session) -> tuple[bool, bool]:
        first = owe(session, a_post("k"), now=NOON, new_id=new_id)
        return first, owe(session, a_post("k"), now=NOON, new_id=new_id)

    assert await store.write(unit) == (True, False)
    assert any(hints.outbox for hints in heard)


async def test_a_lane_is_taken_in_order_and_by_one_worker(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, *(a_post(f"k{number}") for number in range(4)))

    first = await take(store, limit=2)
    second = await take(store, limit=2)

    assert [one.id for one in first] == ["n001", "n002"]
    assert second == []


async def test_mails_need_no_order_and_are_shared_among_workers(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, *(a_mail(f"k{number}") for number in range(4)))

    first = await take(store, limit=2, lane="email", in_order=False)
    second = await take(store, limit=3, lane="email", in_order=False)

    assert [one.id for one in first + second] == ["n001", "n002", "n003", "n004"]


async def test_who_slept_through_the_lease_cannot_finish_what_another_has_taken(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, a_post("k"))
    (sleeper,) = await take(store, at=10)
    (other,) = await take(store, at=10 + 61)
    now = NOON + SECOND * 80

    assert not await store.write(lambda s: finish(s, sleeper, now=now, remote_id="late"))
    assert not await store.write(lambda s: bury(s, sleeper, error="late"))
    assert await store.write(lambda s: finish(s, other, now=now, remote_id="ts"))
    assert other.may_have_happened
    row = await store.read(lambda s: s.get_one(OutboxRow, "n001"))
    assert (row.status, row.remote_id) == ("sent", "ts")


async def test_many_are_finished_at_once_and_only_by_who_holds_them(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, *(a_mail(f"k{number}") for number in range(3)))
    sleeping = await take(store, at=10, limit=2, lane="email", in_order=False)
    (other, *rest) = await take(store, at=10 + 61, limit=3, lane="email", in_order=False)
    now = NOON + SECOND * 80
    late = [(one, "late") for one in sleeping]
    held = [(one, "in time") for one in rest]

    await store.write(lambda s: finish_all(s, [*late, *held], now=now))

    rows = await store.read(lambda s: {r.id: (r.status, r.remote_id) for r in list_outbox(s)})
    assert rows == {
        other.id: ("leased", None),
        **{one.id: ("sent", "in time") for one in rest},
    }


async def test_what_was_not_tried_goes_back_without_costing_a_try(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, a_post("k"))
    taken = await take(store)
    await store.write(lambda s: put_back(s, taken))

    (again,) = await take(store)

    assert (again.attempts, again.may_have_happened) == (1, False)


async def test_what_waits_for_its_next_try_holds_up_those_behind_it_for_a_while(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, a_post("k0"), a_post("k1"))

    for number in range(STEPS_ASIDE_AFTER):
        (head,) = await take(store, at=10 + number, limit=1)
        assert head.id == "n001"
        until = NOON + SECOND * (11 + number)
        await store.write(
            lambda s, head=head, until=until: postpone(s, head, until=until, error="e")
        )  # type: ignore[misc]  # the defaults bind this turn
        assert await take(store, at=10 + number) == []
    (head,) = await take(store, at=20, limit=1)
    far = NOON + timedelta(hours=1)
    await store.write(lambda s: postpone(s, head, until=far, error="e"))

    assert [one.id for one in await take(store, at=30)] == ["n002"]


async def test_what_is_due_later_does_not_hold_up_what_is_due_now(
    store: Store, new_id: Callable[[], str]
) -> None:
    later = a_post("k0", due_at=NOON + timedelta(hours=1))
    await owe_all(store, new_id, later, a_post("k1"))

    assert [one.id for one in await take(store)] == ["n002"]


async def test_the_card_comes_before_what_the_same_moment_says_in_its_thread(
    store: Store, new_id: Callable[[], str]
) -> None:
    card = Notification("card", OutboxChannel.SLACK, "request_card", "#sales")
    await owe_all(store, new_id, a_post("k", message_seq=1), card, later=False)

    assert [one.kind for one in await take(store)] == ["request_card", "thread_message"]


async def test_a_closed_lane_is_neither_ready_nor_taken(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, a_post("k"), a_mail("m"))
    taken = await take(store)
    until = NOON + SECOND * 60

    def close(session: Session) -> None:
        put_back(session, taken)
        hold_lane(session, LANE, until, failures=3)

    await store.write(close)

    early = NOON + SECOND * 20
    ready = await store.read(lambda s: ready_lanes(s, early, channels=BOTH, limit=9))
    assert ready == [("email", "email")]
    assert await take(store, at=20) == []
    (again,) = await take(store, at=60)
    assert again.lane_failures == 3
    await store.write(lambda s: finish(s, again, now=until, remote_id=None))
    assert (await store.read(lambda s: s.get_one(LaneRow, LANE))).failures == 0


async def test_the_next_moment_to_look_is_known(store: Store, new_id: Callable[[], str]) -> None:
    assert await store.read(lambda s: next_due(s, channels=BOTH)) is None
    later = NOON + timedelta(minutes=5)
    await owe_all(store, new_id, a_mail("m", due_at=later))

    assert await store.read(lambda s: next_due(s, channels=BOTH)) == later


async def test_what_was_given_up_is_owed_anew_and_a_post_is_looked_up_first(
    store: Store, new_id: Callable[[], str]
) -> None:
    await owe_all(store, new_id, a_post("k"), a_mail("m"))
    (post,) = await take(store)
    (mail,) = await take(store, lane="email", in_order=False)

    def give_up(session: Session) -> None:
        bury(session, post, error="is_archived")
        bury(session, mail, error="550 no\0 such\nuser")

    await store.write(give_up)
    dead = await store.read(lambda s: list_outbox(s, shown="dead"))
    assert [row.last_error for row in dead] == ["is_archived", "550 no such user"]

    retried = await store.write(lambda s: retry(s, None, now=NOON + SECOND * 20))

    assert sorted(retried) == ["n001", "n002"]
    (post,) = await take(store, at=20)
    (mail,) = await take(store, at=20, lane="email", in_order=False)
    assert (post.may_have_happened, mail.may_have_happened) == (True, False)


async def test_what_was_sent_is_not_tried_again(store: Store, new_id: Callable[[], str]) -> None:
    await owe_all(store, new_id, a_post("k"))
    (post,) = await take(store)
    await store.write(lambda s: finish(s, post, now=NOON, remote_id="ts"))

    assert await store.write(lambda s: retry(s, ["n001", "unknown"], now=NOON)) == []
    assert await store.read(count_outbox) == {("slack", "sent"): 1}
    assert await store.read(lambda s: last_sent(s, channel="slack")) == "n001"
    assert await store.read(lambda s: last_sent(s, channel="email")) == ""
