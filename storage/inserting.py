"""INSERT statements that can say ON CONFLICT, in the words of the database at hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_into(session: Session, table: Table | type[SQLModel]) -> Any:
    """An INSERT for `table` on the session's database."""
    return insert_on(session.get_bind().dialect, table)


def insert_on(dialect: Dialect, table: Table | type[SQLModel]) -> Any:
    """An INSERT for `table` in that dialect."""
    return (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
