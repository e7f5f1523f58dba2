"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Numeric, String, Text
from sqlalchemy.types import TypeDecorator

from domain.values import digits_of


class UtcTimestamp(TypeDecorator[datetime]):
    """An aware datetime in, an aware UTC datetime out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        # Every row has a moment or two, and SQLite's own type writes them digit by digit.
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}: pass an aware one")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes a moment on SQLite: to the microsecond, without the zone."""
    return None if value is None else digits_of(_in_utc(value), " ")


class Money(TypeDecorator[Decimal]):
    """An exact amount, kept as text on SQLite, whose own numbers are binary fractions."""

    impl = Numeric(18, 4)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(24))
        return dialect.type_descriptor(Numeric(18, 4))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return format(value, "f")

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], Decimal | None] | None:
        # Both drivers give what a Decimal is made of; PostgreSQL's own type asks for the code of
        # the column, which a prepared statement does not know.
        return _exact


def _exact(value: Any) -> Decimal | None:
    if value is None:
        return None
    amount = Decimal(value)
    # Trailing zeros of the column's scale say nothing; a whole amount stays whole.
    return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount.normalize()


def json_column(*, default: str, nullable: bool = False) -> Column[Any]:
    """A JSON column; `default` is the JSON text for rows that older code inserts."""
    return Column(JSON, nullable=nullable, server_default=default)


def text_column(*, nullable: bool = False) -> Column[Any]:
    """Text of any length, empty by default."""
    return Column(Text, nullable=nullable, server_default=None if nullable else "")
