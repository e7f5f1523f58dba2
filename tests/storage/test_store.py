"""A unit of work is durable or leaves nothing, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage.database import open_store
from storage.store import Hints, Store, hint_conversation
from storage.tables import AreaRow, LaneRow
from tests.clock import NOON
from tests.hurry import PATIENCE


def add_area(code: str):  # type: ignore[no-untyped-def]  # the returned unit is what is typed
    def unit(session: Session) -> str:
        session.add(AreaRow(area_code=code, name=code))
        session.flush()
        return code

    return unit


def count_areas(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AreaRow)) or 0


async def test_what_was_written_can_be_read(store: Store) -> None:
    assert await store.write(add_area("north")) == "north"

    assert await store.read(count_areas) == 1


async def test_a_unit_that_fails_takes_nothing_with_it(store: Store) -> None:
    await store.write(add_area("north"))

    results = await asyncio.gather(
        store.write(add_area("east")),
        store.write(add_area("north")),  # the key is taken
        store.write(add_area("south")),
        return_exceptions=True,
    )

    assert results[0] == "east"
    assert isinstance(results[1], IntegrityError)
    assert results[2] == "south"
    assert await store.read(count_areas) == 3


async def test_a_unit_that_asks_for_a_next_one_in_vain_keeps_nobody_waiting(store: Store) -> None:
    def next_of_none(session: Session) -> str:
        session.add(AreaRow(area_code="west", name="west"))
        return next(iter(()))

    async with asyncio.timeout(PATIENCE):
        results = await asyncio.gather(
            store.write(next_of_none),
            store.write(add_area("east")),
            store.read(next_of_none),
            return_exceptions=True,
        )

    # StopIteration itself cannot be raised where somebody awaits (PEP 479).
    assert [type(result) for result in results] == [RuntimeError, str, RuntimeError]
    assert await store.read(count_areas) == 1


async def test_a_failing_unit_leaves_no_row_of_its_own_behind(store: Store) -> None:
    def add_and_fail(session: Session) -> None:
        session.add(AreaRow(area_code="half", name="half"))
        session.flush()
        raise LookupError("after the insert")

    with pytest.raises(LookupError):
        await store.write(add_and_fail)

    assert await store.read(count_areas) == 0


async def test_concurrent_increments_are_all_counted(store: Store) -> None:
    def begin(session: Session) -> None:
        session.add(AreaRow(area_code="sum", name="0"))

    def increment(session: Session) -> None:
        row = session.get_one(AreaRow, "sum", with_for_update=True)
        row.name = str(int(row.name) + 1)

    await store.write(begin)
    await asyncio.gather(*(store.write(increment) for _ in range(60)))

    assert await store.read(lambda s: s.get_one(AreaRow, "sum").name) == "60"


async def test_listeners_hear_of_a_commit_and_not_of_a_failure(store: Store) -> None:
    heard: list[Hints] = []
    store.subscribe(heard.append)

    def announced(session: Session) -> None:
        hint_conversation(session, "C-1", 1)

    def refused(session: Session) -> None:
        hint_conversation(session, "C-2", 1)
        raise LookupError("refused")

    await store.write(announced)
    with pytest.raises(LookupError):
        await store.write(refused)

    named = {name for hints in heard for name in hints.conversations}
    assert named == {"C-1"}


async def test_a_naive_time_is_refused_and_an_aware_one_comes_back_in_utc(store: Store) -> None:
    def add(session: Session) -> None:
        session.add(LaneRow(lane="mail", next_at=NOON))

    await store.write(add)
    assert await store.read(lambda s: s.get_one(LaneRow, "mail").next_at) == NOON

    def naive(session: Session) -> None:
        session.execute(
            update(LaneRow)
            .where(col(LaneRow.lane) == "mail")
            .values(next_at=NOON.replace(tzinfo=None))
        )

    with pytest.raises(Exception, match="naive datetime"):
        await store.write(naive)


async def test_a_closed_store_refuses_and_keeps_nobody_waiting(fresh_database: str) -> None:
    store = open_store(fresh_database)
    await store.close()

    for work in (store.write(add_area("late")), store.read(count_areas)):
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(work, PATIENCE)


async def test_who_cannot_be_told_keeps_nobody_else_waiting(store: Store) -> None:
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def fail(_result: object, _error: BaseException | None) -> None:
        raise RuntimeError("the reader is gone")

    def tell(result: int | None, error: BaseException | None) -> None:
        assert error is None
        told.set_result(result or 0)

    store.submit(lambda _session: 1, fail)
    store.submit(lambda _session: 2, tell)
    async with asyncio.timeout(PATIENCE):
        assert await told == 2
        assert await store.write(lambda _session: 3) == 3


async def test_what_a_submitted_unit_fails_with_is_told(store: Store) -> None:
    told: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    def unit(_session: Session) -> None:
        raise ValueError("no")

    store.submit(unit, lambda _result, error: told.set_result(error))
    async with asyncio.timeout(PATIENCE):
        assert str(await told) == "no"
