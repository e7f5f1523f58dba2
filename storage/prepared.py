"""Statements of the hot path: built once with Core on the tables, run on the driver's cursor.

Building and caching a statement costs SQLAlchemy more than SQLite needs to run it; a chat turn runs
four. What is run here is still the text that SQLAlchemy compiles for the tables, with the
conversions of the columns' own types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ClauseElement,
    Column,
    ColumnElement,
    Dialect,
    LargeBinary,
    Select,
    Table,
    Text,
    bindparam,
    cast,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel

from domain.values import remembering
from storage.columns import UtcTimestamp
from storage.inserting import insert_on
from storage.json_text import dump_json, json_bytes
from storage.put_off import Driver, RunsMany, driver_of, run_put_off

Convert = Callable[[Any], Any]


class Prepared:
    """
    A statement compiled for one dialect.

    Args:
        statement: a Core statement whose parameters are named after the columns they are for.
        parameters: those columns; a name other than the column's key may be given.
        results: the columns that come back, in order.
    """

    def __init__(
        self,
        statement: ClauseElement,
        dialect: Dialect,
        *,
        parameters: Mapping[str, Column[Any]],
        results: Sequence[Column[Any]] = (),
    ) -> None:
        compiled = statement.compile(dialect=dialect)
        assert dialect.dbapi is not None  # it came from an engine
        self._dialect = dialect
        self._driver_error: type[Exception] = dialect.dbapi.Error
        self._sql = str(compiled)
        order: Sequence[str] | None = compiled.positiontup  # type: ignore[attr-defined]  # SQLCompiler has it
        self.names = tuple(parameters if order is None else order)
        self._named = order is None
        self._pick = _picker(self.names)
        self._bind = _converters(
            _to_driver(parameters[name], compiled.binds[name].type, dialect)  # type: ignore[attr-defined]  # as above
            for name in self.names
        )
        self._results = _converters(_from_driver(column, dialect) for column in results)
        self.tables = _tables_of(statement)  # that it reads or writes
        self._only_reads = isinstance(statement, Select)

    def run(self, session: Session, values: Mapping[str, Any]) -> Any:
        """Run with `values` in the session's transaction and return the driver's cursor.

        It is the session's own and serves the next statement as well: take what it holds at once.
        """
        return self.run_row(session, list(self._pick(values)))

    def run_row(self, session: Session, row: list[Any]) -> Any:
        """Like `run`, with the values in the order of `names`, in a list that is used up."""
        driver = driver_of(session)
        if driver.put_off and not self._is_apart_from(driver.put_off):
            run_put_off(session)
        cursor = driver.cursor
        try:
            cursor.execute(self._sql, self._given(row))
        except self._driver_error as error:
            raise self._as_sqlalchemy(error) from error
        return cursor

    def run_later(self, session: Session, values: Mapping[str, Any]) -> None:
        """Run a statement whose result nobody needs, at the latest before the next one that is
        run at once; where the session may put off (`may_put_off`), together with its like."""
        self.run_row_later(session, list(self._pick(values)), driver_of(session))

    def run_row_later(self, session: Session, row: list[Any], driver: Driver) -> None:
        """Like `run_later`, with the session's driver, and the values in the order of `names`, in
        a list that is used up."""
        put_off = driver.put_off
        if put_off is None:
            self.run_row(session, row)
            return
        rows = put_off.open.get(self)
        if rows is None:
            if self in put_off:  # and behind it what writes the same tables
                run_put_off(session)
            rows = put_off.begin(self)
        rows.append(self._given(row))

    def run_many(self, session: Session, rows: Sequence[Any]) -> None:
        """Run what was put off, in one call of the driver."""
        try:
            driver_of(session).cursor.executemany(self._sql, rows)
        except self._driver_error as error:
            raise self._as_sqlalchemy(error) from error

    def _is_apart_from(self, waiting: Iterable[RunsMany]) -> bool:
        """Whether it only reads, and nothing of what `waiting` statements write."""
        return self._only_reads and all(self.tables.isdisjoint(other.tables) for other in waiting)

    def _given(self, row: list[Any]) -> Any:
        for place, convert in self._bind:
            row[place] = convert(row[place])
        return dict(zip(self.names, row, strict=True)) if self._named else row

    def _as_sqlalchemy(self, error: Exception) -> Exception:
        # What others catch and retry are SQLAlchemy's errors, whichever way a statement ran.
        return DBAPIError.instance(
            self._sql, None, error, self._driver_error, dialect=self._dialect
        )

    def first(self, session: Session, values: Mapping[str, Any]) -> list[Any] | None:
        """Run a statement of few rows and return the first one, converted; None for no row."""
        rows = self.run(session, values).fetchall()  # to the end, so that nothing stays open
        return self._converted(rows[0]) if rows else None

    def all(self, session: Session, values: Mapping[str, Any]) -> list[list[Any]]:
        """Run and return every row, converted."""
        return [self._converted(row) for row in self.run(session, values).fetchall()]

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        found = list(row)
        for place, convert in self._results:
            found[place] = convert(found[place])
        return found


def _tables_of(statement: ClauseElement) -> frozenset[str]:
    return frozenset(part.name for part in iterate(statement) if isinstance(part, Table))


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if len(names) == 1:
        (name,) = names
        return lambda values: (values[name],)
    return itemgetter(*names)


def _converters(found: Iterable[Convert | None]) -> list[tuple[int, Convert]]:
    """The places whose values are not the driver's own, with what converts them."""
    return [(place, convert) for place, convert in enumerate(found) if convert is not None]


def placeholder(column: Column[Any], dialect: Dialect) -> ColumnElement[Any]:
    """Where a value for `column`, by its name, goes in a statement.

    SQLite takes JSON as the bytes that it is stored as. As text of the interpreter it would be
    decoded, and encoded again by the driver: 25 instructions a character where one is Japanese.
    """
    if isinstance(column.type, JSON) and dialect.name == "sqlite":
        return cast(bindparam(column.name, type_=LargeBinary), Text)
    return bindparam(column.name)


def _to_driver(column: Column[Any], taken_as: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(column.type, JSON) and dialect.name == "sqlite":
        return json_bytes if isinstance(taken_as, LargeBinary) else dump_json
    if isinstance(column.type, Boolean) and dialect.name == "sqlite":
        return _NUMBERS.__getitem__
    if isinstance(column.type, UtcTimestamp):
        return _moments(dialect)
    return column.type.dialect_impl(dialect).bind_processor(dialect)


#: What SQLite has for them.
_NUMBERS = {None: None, False: 0, True: 1}


def _from_driver(column: Column[Any], dialect: Dialect) -> Convert | None:
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


@lru_cache(maxsize=8)
def _moments(dialect: Dialect) -> Convert | None:
    """Converts moments; the statements of a turn share one, which is converted once."""
    convert = UtcTimestamp().dialect_impl(dialect).bind_processor(dialect)
    return convert and remembering(convert)


class Inserter:
    """Inserts rows of one table; fields that are not given have the defaults of the row's class.

    Args:
        row_type: the table.
        unless_there: columns of a unique index; a row that has its like already is left out.
        always: what some columns are in every row; it stands in the statement and is not given.
    """

    def __init__(
        self,
        row_type: type[SQLModel],
        *,
        unless_there: Sequence[str] = (),
        always: Mapping[str, ColumnElement[Any]] = MappingProxyType({}),
    ) -> None:
        table: Table = row_type.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
        counted = table.autoincrement_column
        columns = {
            column.name: column
            for column in table.c
            if column is not counted and column.name not in always
        }
        names = tuple(columns)
        fields = row_type.model_fields
        self._usual = {
            name: fields[name].get_default(call_default_factory=True)
            for name in columns
            if not fields[name].is_required()
        }

        @prepared
        def build(dialect: Dialect) -> Prepared:
            given = {name: placeholder(column, dialect) for name, column in columns.items()}
            statement = insert_on(dialect, table).values({**given, **always})
            if unless_there:
                statement = statement.on_conflict_do_nothing(index_elements=unless_there)
            made = Prepared(statement, dialect, parameters=columns)
            assert made.names == names  # what whole rows rely on
            return made

        self._build = build
        self._pick = _picker(names)
        #: Inserts a row as `insert_row` does, but by and by, as `later`.
        self.insert_row_later = build.run_row_later

    def __call__(self, session: Session, values: Mapping[str, Any]) -> bool:
        """Insert a row; whether it was new."""
        return self.insert_row(session, self._row(values))

    def later(self, session: Session, values: Mapping[str, Any]) -> None:
        """Insert a row by and by; one that has its like already fails with all the rest."""
        self.insert_row_later(session, self._row(values))

    def insert_row(self, session: Session, row: list[Any]) -> bool:
        """Insert a row whose every value is given, in the order of the table; whether it was
        new. The list is used up."""
        added: bool = self._build(session).run_row(session, row).rowcount == 1
        return added

    def _row(self, values: Mapping[str, Any]) -> list[Any]:
        return list(self._pick({**self._usual, **values}))


class PreparedFor:
    """A statement that is built once for each dialect; called with a session, it is that one's."""

    def __init__(self, build: Callable[[Dialect], Prepared]) -> None:
        self._build = build
        self._kept: dict[str, Prepared] = {}

    def __call__(self, session: Session) -> Prepared:
        return self._on(driver_of(session))

    def run_row_later(self, session: Session, row: list[Any]) -> None:
        """What `Prepared.run_row_later` does; the driver is looked for once."""
        driver = driver_of(session)
        made = self._kept.get(driver.name) or self._on(driver)
        made.run_row_later(session, row, driver)

    def _on(self, driver: Driver) -> Prepared:
        found = self._kept.get(driver.name)
        if found is None:
            found = self._kept[driver.name] = self._build(driver.dialect)
        return found


def prepared(build: Callable[[Dialect], Prepared]) -> PreparedFor:
    """Have `build` called once for each dialect; the result finds the one of a session."""
    made = PreparedFor(build)
    _known.append(made)
    return made


_known: list[PreparedFor] = []


def prepare_all(session: Session) -> None:
    """Compile every statement that is known by now (two milliseconds each), so that nobody waits
    for one in the middle of the work."""
    for find in _known:
        find(session)
