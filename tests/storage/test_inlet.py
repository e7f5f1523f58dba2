"""Units that come by a stream are read by the thread that writes, and answered once durable."""

from __future__ import annotations

import asyncio
import os
import select
import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.exc
from sqlmodel import Session, col

from storage.database import create_engine_for, open_store
from storage.sqlite import UNFOLDED
from storage.sqlite_engine import SAFE_VERSION, sqlite_version
from storage.store import Hints, Outcome, Store, Unit, hint_conversation, hint_outbox
from storage.tables import AreaRow
from tests.hurry import PATIENCE
from tests.journeys.house import eventually

STORED = sqlalchemy.select(col(AreaRow.area_code)).order_by("area_code")


class Lines:
    """An inlet: each line names an area to be stored, or says what shall go wrong."""

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream
        self.closed = threading.Event()
        self.holds, self.may_go_on = threading.Event(), threading.Event()
        self._unread = b""

    def fileno(self) -> int:
        return self.stream.fileno()

    def read(self) -> Sequence[tuple[str, Unit[str]]] | None:
        data = self.stream.recv(65536)
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [(line.decode(), self._unit(line.decode())) for line in lines] if data else None

    def _unit(self, line: str) -> Unit[str]:
        if line != "hold":
            return storing(line)

        def unit(session: Session) -> str:
            self.holds.set()
            assert self.may_go_on.wait(PATIENCE)
            return storing(line)(session)

        return unit

    def parcel(self, outcomes: Sequence[Outcome], hints: Sequence[Hints]) -> bytes:
        told = [f"{ticket}: {error or result}" for ticket, result, error in outcomes]
        told += [f"changed {name}" for hint in hints for name in hint.conversations]
        return "".join(f"{line}\n" for line in told).encode()

    def send(self, parcel: bytes) -> None:
        self.stream.sendall(parcel)

    def close(self) -> None:
        self.stream.close()
        self.closed.set()


def storing(line: str) -> Unit[str]:
    def unit(session: Session) -> str:
        if line == "fail":
            raise ValueError("as was asked for")
        if line == "end":
            raise SystemExit("as no unit does")
        session.add(AreaRow(area_code=line, name=line))
        hint_conversation(session, f"M-{line}", 1)
        return f"stored {line}"

    return unit


class OtherEnd:
    """The process that writes to an inlet."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    def write(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\n" for line in lines).encode())

    @property
    def has_something(self) -> bool:
        """Whether anything has been sent that was not read."""
        ready, _, _ = select.select([self.writer.get_extra_info("socket")], [], [], 0)
        return bool(ready)

    async def told(self, count: int) -> list[str]:
        lines = [await asyncio.wait_for(self._reader.readline(), PATIENCE) for _ in range(count)]
        return [line.decode().strip() for line in lines]


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    found = tmp_path / "counter.db"
    shutil.copy(sqlite_template, found)
    return found


@pytest.fixture
async def store(file: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{file}")
    yield opened
    await opened.close()


@pytest.fixture
async def lines() -> AsyncIterator[tuple[Lines, OtherEnd]]:
    here, there = socket.socketpair()
    end = OtherEnd(*await asyncio.open_unix_connection(sock=there))
    yield Lines(here), end
    end.writer.close()
    with suppress(ConnectionError):  # closed by the store with lines unread
        await end.writer.wait_closed()
    here.close()


Ends = tuple[Lines, OtherEnd]


async def areas(store: Store) -> list[str]:
    return await store.read(lambda session: list(session.scalars(STORED)))


async def test_all_that_comes_is_stored_and_answered_in_its_order(
    store: Store, lines: Ends
) -> None:
    inlet, end = lines
    assert store.attach(inlet)
    names = [f"{number:03}" for number in range(300)]
    end.write(*names[:150])
    end.write(*names[150:])
    told = [line for line in await end.told(600) if not line.startswith("changed")]
    assert told == [f"{name}: stored {name}" for name in names]
    assert await areas(store) == names


async def test_what_changed_is_told_behind_the_answers_and_to_others_as_told_already(
    store: Store, lines: Ends
) -> None:
    inlet, end = lines
    heard: list[Hints] = []
    store.subscribe(heard.append)
    store.attach(inlet)
    end.write("a")
    assert await end.told(2) == ["a: stored a", "changed M-a"]
    await eventually(lambda: heard, "the hint for listeners")
    await store.write(hint_outbox)
    assert heard == [Hints({"M-a": 1}, known_to=[inlet]), Hints(outbox=True)]


async def test_a_unit_that_fails_is_told_so_and_costs_no_other(store: Store, lines: Ends) -> None:
    inlet, end = lines
    store.attach(inlet)
    end.write("a", "fail", "b")
    told = await end.told(5)
    assert told[:3] == ["a: stored a", "fail: as was asked for", "b: stored b"]
    assert sorted(told[3:]) == ["changed M-a", "changed M-b"]
    assert await areas(store) == ["a", "b"]


async def test_who_writes_here_is_not_kept_waiting_by_an_inlet_that_is_silent(
    store: Store, lines: Ends
) -> None:
    inlet, end = lines
    store.attach(inlet)
    end.write("a")
    await end.told(2)
    for name in ("b", "c"):
        assert await asyncio.wait_for(store.write(storing(name)), PATIENCE) == f"stored {name}"
    assert await areas(store) == ["a", "b", "c"]


async def test_an_inlet_whose_other_end_is_gone_is_closed_and_others_are_read_on(
    store: Store, lines: Ends
) -> None:
    gone, end = lines
    here, there = socket.socketpair()
    other, other_end = Lines(here), OtherEnd(*await asyncio.open_unix_connection(sock=there))
    store.attach(gone)
    store.attach(other)
    end.writer.close()
    assert await asyncio.to_thread(gone.closed.wait, PATIENCE)
    other_end.write("a")
    assert await other_end.told(1) == ["a: stored a"]
    other_end.writer.close()
    assert await asyncio.to_thread(other.closed.wait, PATIENCE)


async def test_a_store_that_closes_answers_what_it_has_read_and_closes_inlets(
    file: Path, lines: Ends
) -> None:
    inlet, end = lines
    store = open_store(f"sqlite:///{file}")
    store.attach(inlet)
    names = [f"{number:03}" for number in range(100)]
    end.write("hold", *names)  # read together
    assert await asyncio.to_thread(inlet.holds.wait, PATIENCE)
    closing = asyncio.ensure_future(store.close())
    await asyncio.sleep(0)
    inlet.may_go_on.set()
    told = [line for line in await end.told(202) if not line.startswith("changed")]
    assert told == [f"{name}: stored {name}" for name in ["hold", *names]]
    await asyncio.wait_for(closing, PATIENCE)
    assert inlet.closed.is_set()
    assert await end.told(1) == [""]


async def test_a_store_that_is_closed_takes_no_inlet(file: Path, lines: Ends) -> None:
    inlet, _ = lines
    store = open_store(f"sqlite:///{file}")
    await store.close()
    assert not store.attach(inlet)


@pytest.mark.parametrize("fault", ["read", "parcel", "send"])
async def test_an_inlet_that_fails_costs_nobody_else(
    store: Store, lines: Ends, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    inlet, end = lines
    store.attach(inlet)
    end.write("a")
    await end.told(2)

    def fails(*_given: object) -> None:
        raise RuntimeError("as no inlet does")

    monkeypatch.setattr(inlet, fault, fails)
    end.write(*(f"{number:03}" for number in range(300)))  # flushed by both threads
    if fault == "read":
        assert await asyncio.to_thread(inlet.closed.wait, PATIENCE)
    for name in ("b", "c"):
        assert await asyncio.wait_for(store.write(storing(name)), PATIENCE) == f"stored {name}"
    if fault != "read":
        monkeypatch.undo()
        end.write("d")
        assert await end.told(2) == ["d: stored d", "changed M-d"]


@pytest.mark.skipif(not hasattr(os, "fdatasync"), reason="flushes are our own on Linux only")
async def test_nobody_is_told_before_the_disk_has_answered(
    file: Path, lines: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_go_on, real = threading.Event(), threading.Event(), os.fdatasync

    def sync(descriptor: int) -> None:
        asked.set()
        assert may_go_on.wait(PATIENCE)
        real(descriptor)

    inlet, end = lines
    store = open_store(f"sqlite:///{file}")
    store.attach(inlet)
    monkeypatch.setattr(os, "fdatasync", sync)
    end.write("a")
    assert await asyncio.to_thread(asked.wait, PATIENCE)
    assert not end.has_something  # it is committed, but nothing is said
    may_go_on.set()
    assert await end.told(2) == ["a: stored a", "changed M-a"]
    await store.close()


@pytest.mark.skipif(not hasattr(os, "fdatasync"), reason="flushes are our own on Linux only")
async def test_a_disk_that_fails_is_told_to_who_wrote_by_an_inlet(
    file: Path, lines: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    inlet, end = lines
    broken = asyncio.Event()
    store = open_store(f"sqlite:///{file}", on_broken=broken.set)
    store.attach(inlet)
    await store.write(storing("before"))

    def fails(_descriptor: int) -> None:
        raise OSError(5, "planned fault of the disk")

    monkeypatch.setattr(os, "fdatasync", fails)
    end.write("a")
    [told] = await end.told(1)
    assert told.startswith("a: ")
    assert "planned fault" in told
    await asyncio.wait_for(broken.wait(), PATIENCE)
    end.write("b")
    assert "planned fault" in (await end.told(1))[0]
    await store.close()


async def test_a_writer_that_ends_leaves_nobody_at_an_inlet_waiting(
    file: Path, lines: Ends
) -> None:
    inlet, end = lines
    store = open_store(f"sqlite:///{file}")
    store.attach(inlet)
    end.write("end")
    assert "SystemExit" in (await end.told(1))[0]
    end.write("a")
    assert "SystemExit" in (await end.told(1))[0]
    await store.close()
    assert inlet.closed.is_set()


@pytest.mark.skipif(
    sqlite_version() < SAFE_VERSION, reason="install pysqlite3: an older library does not fold"
)
async def test_the_log_is_folded_into_the_file_when_nobody_writes_any_more(
    file: Path, tmp_path: Path
) -> None:
    store = open_store(f"sqlite:///{file}")
    names = [f"{number:04}" for number in range(UNFOLDED)]
    await asyncio.gather(*(store.write(storing(name)) for name in names))

    def in_the_file_alone() -> list[Any]:
        copy = tmp_path / "copy.db"
        # By a process of its own: closing the file in this one would give up the store's locks.
        subprocess.run(["cp", file, copy], check=True)
        engine = create_engine_for(f"sqlite:///{copy}")
        try:
            with engine.connect() as connection:
                return list(connection.scalars(STORED))
        except sqlalchemy.exc.DatabaseError:  # half of the folding was copied
            return []
        finally:
            engine.dispose()

    async def is_folded() -> bool:
        return await asyncio.to_thread(in_the_file_alone) == names

    await eventually(is_folded, "what was written, in the file itself")
    await store.close()
