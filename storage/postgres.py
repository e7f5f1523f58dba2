"""PostgreSQL: a pool of threads over psycopg, a transaction for each unit."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
import sqlalchemy.exc
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlmodel import Session

from storage.json_text import dump_json, load_json
from storage.store import (
    Announcer,
    CommitUnknown,
    Hints,
    Inlet,
    Listener,
    Told,
    Unit,
    run_unit,
    take_hints,
)

T = TypeVar("T")
log = logging.getLogger(__name__)

WORKERS = 12
#: serialization_failure and deadlock_detected (PostgreSQL, appendix A): the unit is run again.
RETRIED = {"40001", "40P01"}
TRIES = 8
#: Commits of other processes are announced on this channel, with an empty payload: PostgreSQL
#: holds a global lock while it notes a notification, so it is one for each commit, never a row.
NOTIFY_CHANNEL = "madoguchi"


class PostgresStore:
    """Implements `Store` on PostgreSQL. Make it on the event loop that will use it."""

    def __init__(self, url: URL) -> None:
        self.engine = create_postgres_engine(url)
        self._loop = asyncio.get_running_loop()
        self._announcer = Announcer(self._loop)
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="storage")
        self._listening: _ListenThread | None = None
        self._submitted: set[asyncio.Task[Any]] = set()

    def subscribe(self, listener: Listener) -> None:
        self._announcer.listeners.append(listener)
        if self._listening is None:
            self._listening = _ListenThread(self.engine.url, self._heard)
            self._listening.start()

    def _heard(self) -> None:
        """Another process (or we) committed something: read on everywhere."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(
                self._announcer.announce, Hints(outbox=True, elsewhere=True)
            )

    async def write(self, unit: Unit[T]) -> T:
        result, hints = await self._loop.run_in_executor(self._threads, self._write, unit)
        self._announcer.announce(hints)
        return result

    def submit(self, unit: Unit[T], told: Told[T]) -> None:
        task = self._loop.create_task(self._write_and_tell(unit, told))
        self._submitted.add(task)
        task.add_done_callback(self._submitted.discard)

    async def _write_and_tell(self, unit: Unit[T], told: Told[T]) -> None:
        try:
            result, hints = await self._loop.run_in_executor(self._threads, self._write, unit)
        except BaseException as error:
            told(None, error)
            if not isinstance(error, Exception):
                raise
        else:
            told(result, None)  # before the others, as `write` returns
            self._announcer.announce(hints)

    def attach(self, _inlet: Inlet) -> bool:
        return False  # no single thread writes here

    async def read(self, unit: Unit[T]) -> T:
        return await self._loop.run_in_executor(self._threads, self._read, unit)

    def _read(self, unit: Unit[T]) -> T:
        with Session(self.engine, autoflush=False) as session:
            return run_unit(unit, session)

    def _write(self, unit: Unit[T]) -> tuple[T, Hints | None]:
        for attempt in range(TRIES):
            try:
                return self._write_once(unit)
            except sqlalchemy.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in RETRIED or attempt == TRIES - 1:
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable: the last attempt raises")

    def _write_once(self, unit: Unit[T]) -> tuple[T, Hints | None]:
        with Session(self.engine) as session:
            result = run_unit(unit, session)
            session.flush()
            hints = take_hints(session)
            if hints is not None:
                session.execute(text(f"NOTIFY {NOTIFY_CHANNEL}"))
            try:
                session.commit()
            except sqlalchemy.exc.OperationalError as error:
                if error.connection_invalidated:
                    raise CommitUnknown(str(error.orig)) from error
                raise
            return result, hints

    async def close(self) -> None:
        if self._listening is not None:
            await self._loop.run_in_executor(None, self._listening.stop)
        self._threads.shutdown()
        self.engine.dispose()


def create_postgres_engine(url: URL) -> Engine:
    """An engine over psycopg, whatever driver the URL named (`postgresql://` is enough)."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        json_serializer=dump_json,
        json_deserializer=load_json,
        pool_size=WORKERS,
        max_overflow=4,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"connect_timeout": 10},
    )


class _ListenThread(threading.Thread):
    """Holds one connection with LISTEN open and opens it again when it is cut."""

    def __init__(self, url: URL, heard: Callable[[], None]) -> None:
        super().__init__(name="storage-listen", daemon=True)
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("storage.listen_lost: %s", type(error).__name__)
                self._stopping.wait(2.0)

    def _listen(self) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
            self._heard()  # what was announced before we listened
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=0.5, stop_after=1):
                    self._heard()

    def stop(self) -> None:
        self._stopping.set()
        self.join(timeout=5)
