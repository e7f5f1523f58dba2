"""What the prepared statements of a session run on, and those that it has put off.

A statement that writes what nobody waits to read may wait within the transaction and run together
with its like: each call of the driver hands the interpreter to another thread and back, which costs
more than a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Dialect
from sqlmodel import Session


class RunsMany(Protocol):
    """A statement that can be run with several rows of values in one call, and its tables."""

    tables: frozenset[str]

    def run_many(self, session: Session, rows: Sequence[Any]) -> None: ...


_DRIVER = "driver"
_REFUSED = "refused_put_off"


class PutOff:
    """The statements that wait, with their rows, in the order in which each was first put off."""

    def __init__(self) -> None:
        self._rows: dict[RunsMany, list[Any]] = {}
        #: Those that another row may still join, since nothing behind them writes the same tables.
        self.open: dict[RunsMany, list[Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def __iter__(self) -> Iterator[RunsMany]:
        return iter(self._rows)

    def begin(self, statement: RunsMany) -> list[Any]:
        """Where the rows of a statement go that does not wait yet."""
        for other in list(self.open):
            if not other.tables.isdisjoint(statement.tables):
                del self.open[other]
        rows = self._rows[statement] = self.open[statement] = []
        return rows

    def take(self) -> list[tuple[RunsMany, list[Any]]]:
        """All that waits; nothing does any more."""
        waiting = list(self._rows.items())
        self._rows.clear()
        self.open.clear()
        return waiting


@dataclass(slots=True)
class Driver:
    """What the statements of a session run on; `put_off` is None where none may be put off."""

    dialect: Dialect
    name: str
    cursor: Any
    put_off: PutOff | None = None


class PutOffRefused(Exception):
    """Statements of others were lost with one that the database refused."""


@contextmanager
def closing_cursor(session: Session) -> Iterator[None]:
    """Close the session's cursor at the end. The driver's cursors share statements: one that an
    error's traceback holds, and that is closed in the midst of another's statement, stops it."""
    try:
        yield
    finally:
        driver: Driver | None = session.info.pop(_DRIVER, None)
        if driver is not None:
            driver.cursor.close()


def lend_cursor(session: Session, dialect: Dialect, cursor: Any) -> None:
    """Have the prepared statements of `session` run on `cursor`, whose connection is the session's
    own and has begun a transaction."""
    session.info[_DRIVER] = Driver(dialect, dialect.name, cursor)


def may_put_off(session: Session) -> None:
    """Allow statements of `session` to be put off and run together.

    Whoever allows it calls `run_put_off` before each statement that does not come from here, and
    before the commit. A statement that fails then fails all that the session did.
    """
    driver_of(session).put_off = PutOff()


def puts_off(session: Session) -> bool:
    """Whether statements of `session` may be put off."""
    return driver_of(session).put_off is not None


def run_put_off(session: Session) -> None:
    """Run the statements that wait, in the order in which each kind was first put off.

    Raises:
        DBAPIError: one of them is refused by the database.
        PutOffRefused: one was before, and whoever met the error has gone on.
    """
    if _REFUSED in session.info:
        raise PutOffRefused(session.info[_REFUSED])
    driver: Driver | None = session.info.get(_DRIVER)
    if driver is None or not driver.put_off:
        return
    try:
        for statement, rows in driver.put_off.take():
            statement.run_many(session, rows)
    except Exception as error:
        session.info[_REFUSED] = str(error)  # the error itself would hold the session
        raise


def driver_of(session: Session) -> Driver:
    """The driver's cursor in the session's one transaction, which is begun if need be."""
    driver: Driver | None = session.info.get(_DRIVER)
    if driver is None:
        connection = session.connection()
        given = connection.connection.dbapi_connection
        assert given is not None  # it is in use
        driver = Driver(connection.dialect, connection.dialect.name, given.cursor())
        session.info[_DRIVER] = driver
    return driver
