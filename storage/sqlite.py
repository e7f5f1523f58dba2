"""SQLite: one writer thread that commits waiting units in groups, and tells of what is durable."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy.exc
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

from storage.durability import Durability
from storage.intake import Intake, Waiting, parcels_for, send_all
from storage.kept_conversations import KeptConversations
from storage.put_off import closing_cursor, driver_of, lend_cursor, may_put_off, run_put_off
from storage.sqlite_engine import (
    commit_on_driver,
    create_sqlite_engine,
    driver_of_connection,
    fold_log,
)
from storage.store import (
    Announcer,
    Hints,
    Inlet,
    Listener,
    StorageBroken,
    StoreClosed,
    Told,
    Unit,
    run_unit,
    take_hints,
)
from storage.wal_sync import WalSync, can_sync

T = TypeVar("T")
log = logging.getLogger(__name__)

#: Units in one commit. With more the first waits for the last, and the memory that a group has
#: touched is gone from the processor's cache when the answers are sent.
GROUP = 24
#: Where so many units wait, the first of them waits for others anyway: a commit takes twice as
#: many, up to a seventh more turns a second at 500 sockets and fewer at 50, and the disk is waited
#: for beside the next.
CROWD = 4 * GROUP
CROWD_GROUP = 2 * GROUP
#: So many units in one commit tell that many write at a time.
BUSY = 3
#: The log is folded back into the file when nobody has written for so many seconds; but only where
#: so many units have been written since. In the middle of the work it would hold up everybody.
QUIET_SECONDS = 0.05
UNFOLDED = 200
READERS = 4


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():  # cancelled
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


class _GroupSession(Session):
    """The writer's session, whose transaction begins on the driver's connection.

    Beginning, committing and closing by SQLAlchemy costs half of a chat turn, whose statements are
    all prepared. Where the session is asked for anything else, it joins what has begun.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    def begin_on_driver(self) -> None:
        cursor = driver_of_connection(self._connection).cursor()
        lend_cursor(self, self._connection.dialect, cursor)
        cursor.execute("BEGIN IMMEDIATE")

    def begin_nested(self) -> SessionTransaction:
        savepoint = super().begin_nested()
        self.connection()  # makes it now, not before the first statement that is not prepared
        return savepoint

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        if self.in_transaction():
            super().flush(objects)

    def close(self) -> None:
        if self.in_transaction():
            super().close()


class SqliteStore:
    """Implements `Store` on one SQLite file. Make it on the event loop that will use it."""

    def __init__(self, url: URL, on_broken: Callable[[], None] | None = None) -> None:
        self.engine = create_sqlite_engine(url)
        self._reader = self.engine.execution_options(sqlite_begin="DEFERRED")
        self._on_broken = on_broken
        self._broken: StorageBroken | None = None
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._announcer = Announcer(self._loop)
        self._durability = Durability()
        self._kept = KeptConversations()
        self._at_work: Session | None = None
        self._at_hand: list[Waiting[Any]] = []
        self._intake = Intake()
        self._unfolded = 0  # units
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="storage-reader")
        self._writer = threading.Thread(target=self._write_groups, name="storage-writer")
        self._writer.daemon = True
        self._writer.start()

    def subscribe(self, listener: Listener) -> None:
        self._announcer.listeners.append(listener)

    async def write(self, unit: Unit[T]) -> T:
        future: asyncio.Future[T] = self._loop.create_future()
        self.submit(unit, partial(_settle, future))
        return await future

    def submit(self, unit: Unit[T], told: Told[T]) -> None:
        if self._broken is not None:
            told(None, self._broken)
        elif self._closed:
            told(None, StoreClosed())
        else:
            self._intake.give(Waiting(unit, told))

    def attach(self, inlet: Inlet) -> bool:
        if self._closed:
            return False
        self._intake.give(inlet)
        return True

    async def read(self, unit: Unit[T]) -> T:
        found = await self._loop.run_in_executor(self._readers, self._read, unit)
        await self._durability.wait()  # who reads their own message takes it for stored
        return found

    def _read(self, unit: Unit[T]) -> T:
        with Session(self._reader, autoflush=False) as session, closing_cursor(session):
            return run_unit(unit, session)

    async def close(self) -> None:
        self._closed = True
        self._intake.give(None)
        await self._loop.run_in_executor(None, self._writer.join)
        self._intake.close()
        self._readers.shutdown()
        self.engine.dispose()

    def _write_groups(self) -> None:
        try:
            with self.engine.connect() as connection:
                self._write_on(connection)
        except BaseException as error:  # whatever it is: who waits must not wait for ever
            broken = self._break(f"{type(error).__name__}: {error}")
            self._refuse(broken)

    def _write_on(self, connection: Connection) -> None:
        event.listen(connection, "before_cursor_execute", self._before_statement)
        sync = _begin_syncing(connection)
        try:
            while self._write_next(connection, sync):
                pass
        finally:
            if sync is not None:
                sync.close()

    def _write_next(self, connection: Connection, sync: WalSync | None) -> bool:
        """Write a group; False when the store is closed. Nothing of it is held until the next."""
        group = self._take_group(QUIET_SECONDS if self._unfolded >= UNFOLDED else None)
        if group is None:
            return False
        if group:
            self._write_group(connection, group, sync)
            self._unfolded += len(group)
        else:
            self._unfolded = 0
            if self._broken is None:  # else the log may have a hole
                fold_log(connection)
        self._at_hand = []
        return True

    def _refuse(self, broken: StorageBroken) -> None:
        """Tell the group at hand, and those that come until the store is closed."""
        group: list[Waiting[Any]] | None = self._at_hand
        while group is not None:
            self._tell_broken(group, broken)
            group = self._take_group(None)

    def _take_group(self, patience: float | None) -> list[Waiting[Any]] | None:
        """Wait for one unit and take along what else waits; none where nothing came for `patience`
        seconds; None when the store is closed."""
        count = self._intake.wait(patience)
        if self._intake.is_over:
            return None
        self._at_hand = self._intake.take(GROUP if count <= CROWD else CROWD_GROUP)
        return self._at_hand

    def _write_group(
        self, connection: Connection, group: list[Waiting[Any]], sync: WalSync | None
    ) -> None:
        hints = self._try_together(connection, group)
        all_hints = [hints]
        if hints is _FAILED:
            # A group must not fail as one: each unit again, in a transaction of its own.
            all_hints = [self._try_alone(connection, waiting) for waiting in group]

        begun = self._durability.begun
        parcels = parcels_for(group, all_hints)

        def tell(error: OSError | None) -> None:
            if error is not None:
                self._tell_broken(group, self._break(str(error)))
                return
            send_all(parcels)
            for waiting in group if parcels else ():
                waiting.is_told = waiting.is_told or waiting.inlet is not None
            self._on_loop(self._finish, group, all_hints, begun, [inlet for inlet, _ in parcels])

        if sync is None:
            tell(None)
        else:
            count = self._intake.known
            is_busy = count > 0 or len(group) >= BUSY
            sync.sync(tell, beside=count >= CROWD or (is_busy and sync.is_slow))

    def _tell_broken(self, group: list[Waiting[Any]], broken: StorageBroken) -> None:
        for waiting in group:
            waiting.error = waiting.error or broken
        send_all(parcels_for(group))
        self._on_loop(self._durability.fail, broken)
        self._on_loop(self._finish, group, [], None, [])

    def _finish(
        self,
        group: list[Waiting[Any]],
        all_hints: list[Hints | None],
        durable: int | None,
        inlets: Sequence[Inlet],
    ) -> None:
        if durable is not None:
            self._durability.reach(durable)
        for waiting in group:
            try:
                waiting.resolve()
            except Exception:  # the others are told all the same
                log.exception("storage.not_told")
        for hints in all_hints:
            if hints is not None and inlets:
                hints = Hints(hints.conversations, hints.outbox, hints.elsewhere, inlets)
            self._announcer.announce(hints)

    def _before_statement(
        self, _connection: Connection, _cursor: object, statement: str, *_more: object
    ) -> None:
        if self._at_work is not None:
            run_put_off(self._at_work)
        self._kept.forget_after(statement)

    def _lend_kept(self, session: Session) -> None:
        (version,) = driver_of(session).cursor.execute("PRAGMA data_version").fetchone()
        self._kept.forget_if_changed(version)
        self._kept.lend(session)

    def _try_together(self, connection: Connection, group: list[Waiting[Any]]) -> Hints | None:
        if self._broken is not None:
            return _FAILED
        try:
            with _GroupSession(connection) as session, closing_cursor(session):
                session.begin_on_driver()
                self._lend_kept(session)
                may_put_off(session)
                self._at_work = session
                for waiting in group:
                    waiting.result = waiting.unit(session)
                session.flush()
                run_put_off(session)
                self._commit(connection)
                return take_hints(session)
        except Exception:
            self._roll_back(connection)
            return _FAILED
        finally:
            self._at_work = None

    def _try_alone(self, connection: Connection, waiting: Waiting[Any]) -> Hints | None:
        if self._broken is not None:
            waiting.error = self._broken
            return None
        try:
            with Session(connection) as session, closing_cursor(session):
                self._lend_kept(session)
                waiting.result = run_unit(waiting.unit, session)
                session.flush()
                self._commit(connection)
                return take_hints(session)
        except Exception as error:
            self._roll_back(connection)
            waiting.error = error
            return None

    def _roll_back(self, connection: Connection) -> None:
        self._kept.forget()
        connection.rollback()
        driver_of_connection(connection).rollback()  # what SQLAlchemy had not joined

    def _commit(self, connection: Connection) -> None:
        self._durability.begin()
        try:
            if connection.in_transaction():
                connection.commit()
            else:
                commit_on_driver(connection)
        except sqlalchemy.exc.DBAPIError as error:
            if isinstance(error, sqlalchemy.exc.IntegrityError):
                raise  # a deferred foreign key: the unit's fault, not the disk's
            raise self._break(str(error.orig)) from error

    def _break(self, reason: str) -> StorageBroken:
        # A second fsync may report success for pages the kernel has dropped: never retried.
        if self._broken is None:
            log.critical("storage.broken: %s", reason)
            self._broken = StorageBroken(reason)
            if self._on_broken is not None:
                self._on_loop(self._on_broken)
        return self._broken

    def _on_loop(self, call: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(call, *arguments)


def _begin_syncing(connection: Connection) -> WalSync | None:
    """Have commits of `connection` flushed beside the next ones, where that can be."""
    with closing(driver_of_connection(connection).cursor()) as cursor:
        (mode,) = cursor.execute("PRAGMA journal_mode").fetchone()
        (_, _, file), *_ = cursor.execute("PRAGMA database_list").fetchall()
        cursor.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # now the log is there
        if mode != "wal" or not can_sync(Path(file)):
            return None
        try:
            sync = WalSync(Path(file))
        except OSError as error:
            log.warning("storage.log_unopened: %s", error)  # commits flush it themselves, then
            return None
        cursor.execute("PRAGMA synchronous=NORMAL")
    return sync


#: Stands for "this group did not commit"; compared by identity.
_FAILED = Hints(elsewhere=True)
