"""On SQLite the disk is waited for beside the next commits; nobody is told before it answers."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlmodel import Session

from storage.database import ensure_schema, open_store
from storage.store import StorageBroken, Unit
from storage.tables import AreaRow
from tests.hurry import PATIENCE

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fdatasync"), reason="commits are flushed on their own on Linux only"
)


class SlowDisk:
    """An `fdatasync` that waits until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = threading.Semaphore(0)
        self.may_go_on = threading.Semaphore(0)
        self.calls = 0
        self.error: OSError | None = None
        self._real = os.fdatasync
        monkeypatch.setattr(os, "fdatasync", self._sync)

    def _sync(self, descriptor: int) -> None:
        self.calls += 1
        self.asked.release()
        assert self.may_go_on.acquire(timeout=PATIENCE)
        if self.error is not None:
            raise self.error
        self._real(descriptor)

    async def is_asked(self) -> None:
        assert await asyncio.to_thread(self.asked.acquire, timeout=PATIENCE)


def an_area(code: str):  # type: ignore[no-untyped-def]  # the returned unit is what is typed
    def unit(session: Session) -> str:
        session.add(AreaRow(area_code=code, name=code))
        return code

    return unit


def areas_in(file: Path) -> list[str]:
    with sqlite3.connect(file) as connection:
        return [code for (code,) in connection.execute("SELECT area_code FROM areas ORDER BY 1")]


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
    all_wait, last_is_at_work = threading.Event(), threading.Event()

    def first(session: Session) -> str:
        assert all_wait.wait(PATIENCE)
        return str(an_area("000")(session))

    def last(session: Session) -> str:
        last_is_at_work.set()
        return str(an_area("100")(session))

    async def write(unit: Unit[str]) -> None:
        told.append(await store.write(unit))

    units = [first, *(an_area(f"{number:03}") for number in range(1, 100)), last]
    work = [asyncio.ensure_future(write(unit)) for unit in units]
    await asyncio.sleep(0)  # each hands its unit over
    all_wait.set()
    await disk.is_asked()
    assert await asyncio.to_thread(last_is_at_work.wait, PATIENCE)
    assert told == []
    for _ in work:
        disk.may_go_on.release()
    await asyncio.wait_for(asyncio.gather(*work), PATIENCE)
    assert told == sorted(told)
    assert len(told) == len(areas_in(file)) == 101
    await store.close()


async def test_a_flush_that_fails_is_no_success_and_ends_the_store(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    store = open_store(f"sqlite:///{file}", on_broken=ended.set)
    disk = SlowDisk(monkeypatch)
    disk.error = OSError(5, "planned fault of the disk")
    disk.may_go_on.release()
    with pytest.raises(StorageBroken, match="planned fault"):
        await asyncio.wait_for(store.write(an_area("1")), PATIENCE)
    await asyncio.wait_for(ended.wait(), PATIENCE)
    with pytest.raises(StorageBroken):
        await store.write(an_area("2"))
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
