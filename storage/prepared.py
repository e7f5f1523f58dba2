"""Statements of the hot path: built once with Core on the tables, run on the driver's cursor.

Building and caching a statement costs SQLAlchemy more than SQLite needs to run it; a chat turn runs
four. What is run here is still the text that SQLAlchemy compiles for the tables, with the
conversions of the columns' own types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Column, Dialect
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

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
        self._order: Sequence[str] | None = compiled.positiontup  # type: ignore[attr-defined]  # SQLCompiler has it
        self._bind = {
            name: convert
            for name, column in parameters.items()
            if (convert := _bind_processor(column, dialect)) is not None
        }
        self._results = [_result_processor(column, dialect) for column in results]

    def run(self, session: Session, values: dict[str, Any]) -> Any:
        """Run with `values` in the session's transaction and return the driver's cursor."""
        for name, convert in self._bind.items():
            if name in values:
                values[name] = convert(values[name])
        given: Any = values if self._order is None else [values[name] for name in self._order]
        cursor = session.connection().connection.cursor()
        try:
            cursor.execute(self._sql, given)
        except self._driver_error as error:
            # What others catch and retry are SQLAlchemy's errors, whichever way a statement ran.
            raise DBAPIError.instance(
                self._sql, None, error, self._driver_error, dialect=self._dialect
            ) from error
        return cursor

    def first(self, session: Session, values: dict[str, Any]) -> list[Any] | None:
        """Run and return the first row, converted; None where there is none."""
        cursor = self.run(session, values)
        row = cursor.fetchone()
        cursor.close()
        if row is None:
            return None
        return [
            value if convert is None else convert(value)
            for value, convert in zip(row, self._results, strict=True)
        ]


def _bind_processor(column: Column[Any], dialect: Dialect) -> Convert | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _result_processor(column: Column[Any], dialect: Dialect) -> Convert | None:
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


def prepared(build: Callable[[Dialect], Prepared]) -> Callable[[Session], Prepared]:
    """Have `build` called once for each dialect; the result finds the one of a session."""
    kept = lru_cache(maxsize=8)(build)

    def find(session: Session) -> Prepared:
        return kept(session.get_bind().dialect)

    return find
