"""On SQLite the disk is waited for beside the next commits; nobody is told before it answers."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import Session, col

from storage.database import create_engine_for, ensure_schema, open_store
from storage.store import StorageBroken, Store
from storage.tables import AreaRow
from storage.wal_sync import WalSync
from tests.hurry import PATIENCE

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fdatasync"), reason="commits are flushed on their own on Linux only"
)


class SlowDisk:
    """An `fdatasync` that waits until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = threading.Semaphore(0)
        self.may_go_on = threading.Semaphore(0)
        self.errors: list[OSError] = []
        self._real = os.fdatasync
        monkeypatch.setattr(os, "fdatasync", self._sync)

    def _sync(self, descriptor: int) -> None:
        self.asked.release()
        assert self.may_go_on.acquire(timeout=PATIENCE)
        if self.errors:
            raise self.errors.pop()
        self._real(descriptor)

    def fails_once(self, error: OSError) -> None:
        """As the kernel does, which tells of lost pages once and takes the next flush for good."""
        self.errors.append(error)

    async def is_asked(self) -> None:
        assert await asyncio.to_thread(self.asked.acquire, timeout=PATIENCE)


def an_area(code: str):  # type: ignore[no-untyped-def]  # the returned unit is what is typed
    def unit(session: Session) -> str:
        session.add(AreaRow(area_code=code, name=code))
        return code

    return unit


def areas_in(file: Path) -> list[str]:
    # By the library that the store uses: another one in this process would let go of its locks.
    engine = create_engine_for(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = list(connection.scalars(select(col(AreaRow.area_code)).order_by("area_code")))
    engine.dispose()
    return found


async def many_at_work(store: Store, disk: SlowDisk, count: int = 300) -> list[asyncio.Future[str]]:
    """Writes in their order, the last of them at work while the disk is asked for the first."""
    all_wait, last_is_at_work = threading.Event(), threading.Event()

    def first(session: Session) -> str:
        assert all_wait.wait(PATIENCE)
        return str(an_area("001")(session))

    def last(session: Session) -> str:
        last_is_at_work.set()
        return str(an_area("999")(session))

    units = [first, *(an_area(f"{number:03}") for number in range(2, count)), last]
    work = [asyncio.ensure_future(store.write(unit)) for unit in units]
    await asyncio.sleep(0)  # each hands its unit over
    all_wait.set()
    await disk.is_asked()
    assert await asyncio.to_thread(last_is_at_work.wait, PATIENCE)
    return work


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with its tables."""
    found = tmp_path / "counter.db"
    ensure_schema(f"sqlite:///{found}")
    return found


async def test_who_writes_is_told_when_the_disk_has_answered(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{file}")
    disk = SlowDisk(monkeypatch)
    first = asyncio.ensure_future(store.write(an_area("1")))
    await disk.is_asked()
    assert areas_in(file) == ["1"]
    assert not first.done()
    disk.may_go_on.release()
    assert await asyncio.wait_for(first, PATIENCE) == "1"
    await store.close()


async def test_the_next_units_are_committed_while_the_disk_is_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{file}")
    disk = SlowDisk(monkeypatch)
    told: list[str] = []
    work = await many_at_work(store, disk)
    for writing in work:
        writing.add_done_callback(lambda done: told.append(done.result()))
    assert told == []
    for _ in work:
        disk.may_go_on.release()
    await asyncio.wait_for(asyncio.gather(*work), PATIENCE)
    assert told == sorted(told)
    assert len(told) == len(areas_in(file)) == 300
    await store.close()


@pytest.mark.parametrize(("seconds", "elsewhere"), [(0.005, True), (0.0, False)])
def test_a_slow_disk_is_waited_for_elsewhere_and_a_quick_one_here(
    file: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, elsewhere: bool
) -> None:
    if not elsewhere:  # however busy the machine is
        monkeypatch.setattr("storage.wal_sync.SLOW_SECONDS", PATIENCE)
    flushed_by: list[threading.Thread] = []

    def sync_slowly(_descriptor: int) -> None:
        flushed_by.append(threading.current_thread())
        time.sleep(seconds)

    engine = create_engine_for(f"sqlite:///{file}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA user_version=1"))  # now the log is there
        monkeypatch.setattr(os, "fdatasync", sync_slowly)
        sync = WalSync(file)
        for _ in range(100):
            told = threading.Event()
            sync.sync(lambda _error, told=told: told.set(), beside=sync.is_slow)  # type: ignore[misc]  # bound early
            assert told.wait(PATIENCE)
        sync.close()
    engine.dispose()
    by_another = sum(thread is not threading.current_thread() for thread in flushed_by[20:])
    assert by_another > 70 if elsewhere else by_another == 0


async def test_after_a_slow_flush_it_is_so_for_fewer_units_as_well(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.wal_sync.SLOW_SECONDS", 0.0)
    store = open_store(f"sqlite:///{file}")
    await store.write(an_area("slow"))
    disk = SlowDisk(monkeypatch)
    work = await many_at_work(store, disk, count=60)
    assert not any(writing.done() for writing in work)
    for _ in work:
        disk.may_go_on.release()
    await asyncio.wait_for(asyncio.gather(*work), PATIENCE)
    await store.close()


async def test_a_flush_that_fails_is_no_success_and_ends_the_store(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    store = open_store(f"sqlite:///{file}", on_broken=ended.set)
    disk = SlowDisk(monkeypatch)
    disk.fails_once(OSError(5, "planned fault of the disk"))
    disk.may_go_on.release()
    with pytest.raises(StorageBroken, match="planned fault"):
        await asyncio.wait_for(store.write(an_area("1")), PATIENCE)
    await asyncio.wait_for(ended.wait(), PATIENCE)
    with pytest.raises(StorageBroken):
        await store.write(an_area("2"))
    await store.close()


async def test_after_a_flush_that_failed_no_later_one_is_believed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{file}")
    disk = SlowDisk(monkeypatch)
    work = await many_at_work(store, disk)
    disk.fails_once(OSError(5, "planned fault of the disk"))
    for _ in work:
        disk.may_go_on.release()
    results = await asyncio.wait_for(asyncio.gather(*work, return_exceptions=True), PATIENCE)
    assert [result for result in results if not isinstance(result, StorageBroken)] == []
    await store.close()


async def test_what_is_not_durable_yet_is_not_told_to_readers_either(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{file}")
    disk = SlowDisk(monkeypatch)
    seen: list[str] = []
    looked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def look(session: Session) -> None:
        seen.extend(session.scalars(select(col(AreaRow.area_code))))
        loop.call_soon_threadsafe(looked.set)

    writing = asyncio.ensure_future(store.write(an_area("1")))
    await disk.is_asked()
    reading = asyncio.ensure_future(store.read(look))
    await asyncio.wait_for(looked.wait(), PATIENCE)
    disk.fails_once(OSError(5, "planned fault of the disk"))
    disk.may_go_on.release()
    results = await asyncio.wait_for(
        asyncio.gather(writing, reading, return_exceptions=True), PATIENCE
    )
    assert seen == ["1"]
    assert [type(result) for result in results] == [StorageBroken, StorageBroken]
    with pytest.raises(StorageBroken):
        await store.read(look)
    await store.close()


async def test_readers_are_told_when_the_disk_has_answered(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{file}")
    disk = SlowDisk(monkeypatch)
    writing = asyncio.ensure_future(store.write(an_area("1")))
    await disk.is_asked()
    reading = asyncio.ensure_future(
        store.read(lambda session: list(session.scalars(select(col(AreaRow.area_code)))))
    )
    disk.may_go_on.release()
    assert await asyncio.wait_for(reading, PATIENCE) == ["1"]
    assert await asyncio.wait_for(writing, PATIENCE) == "1"
    await store.close()


async def test_closing_waits_for_the_disk(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(f"sqlite:///{file}")
    disk = SlowDisk(monkeypatch)
    work = [asyncio.ensure_future(store.write(an_area(str(n)))) for n in range(60)]
    await disk.is_asked()
    closing = asyncio.ensure_future(store.close())
    for _ in range(60):
        disk.may_go_on.release()
    await asyncio.wait_for(asyncio.gather(*work, closing), PATIENCE)
    assert len(areas_in(file)) == 60


async def test_a_log_that_cannot_be_opened_leaves_flushing_to_sqlite(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open

    def refused(path: Any, flags: int, *more: Any, **by_name: Any) -> int:
        if str(path).endswith("-wal"):
            raise OSError(24, "planned: too many open files")
        return real_open(path, flags, *more, **by_name)

    monkeypatch.setattr(os, "open", refused)
    store = open_store(f"sqlite:///{file}")
    assert await asyncio.wait_for(store.write(an_area("1")), PATIENCE) == "1"
    level = await store.write(lambda session: session.scalar(text("PRAGMA synchronous")))
    await store.close()
    assert level == 2  # FULL


async def test_a_database_that_cannot_be_opened_is_told_and_not_waited_for(tmp_path: Path) -> None:
    ended = asyncio.Event()
    folder = tmp_path / "missing"
    store = open_store(f"sqlite:///{folder / 'counter.db'}", on_broken=ended.set)
    with pytest.raises(StorageBroken):
        await asyncio.wait_for(store.write(an_area("1")), PATIENCE)
    await asyncio.wait_for(ended.wait(), PATIENCE)
    await store.close()


async def test_a_writer_that_ends_unexpectedly_leaves_nobody_waiting(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")

    def ends(_session: Session) -> None:
        raise SystemExit("planned: no exception that units raise")

    work = [store.write(unit) for unit in (an_area("1"), ends, an_area("2"))]
    results = await asyncio.wait_for(asyncio.gather(*work, return_exceptions=True), PATIENCE)
    assert isinstance(results[1], StorageBroken)
    stored = [result for result in results if isinstance(result, str)]
    with pytest.raises(StorageBroken):
        await store.write(an_area("3"))
    await store.close()
    assert areas_in(file) == stored


async def test_what_was_written_is_let_go_of_while_nothing_is_to_do(file: Path) -> None:
    class Result:
        """As large as a mail with its files may be."""

    store = open_store(f"sqlite:///{file}")
    loop, let_go = asyncio.get_running_loop(), asyncio.Semaphore(0)

    def watched(result: Result) -> Any:
        return weakref.finalize(result, loop.call_soon_threadsafe, let_go.release)

    watched(await store.write(lambda _session: Result()))
    for result in await asyncio.gather(*(store.write(lambda _s: Result()) for _ in range(60))):
        watched(result)
    del result
    for _ in range(61):
        await asyncio.wait_for(let_go.acquire(), PATIENCE)
    await store.close()
