"""The migrations make exactly the schema that the tables describe, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, text
from sqlmodel import SQLModel

import storage.tables
from storage import database, migrating
from storage.migrations import HEAD
from tests.databases import fresh_postgres_database

# On SQLite indexes on expressions cannot be compared, and both libraries say so; PostgreSQL can.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression"),
]

AT = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with fresh_postgres_database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = database.create_engine_for(fresh_database)
    yield engine
    engine.dispose()


def test_models_and_migrations_describe_the_same_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, SQLModel.metadata)
    assert differences == []


def test_every_table_of_the_models_is_there(engine: Engine) -> None:
    described = {getattr(storage.tables, name).__tablename__ for name in storage.tables.__all__}
    assert set(inspect(engine).get_table_names()) == described | {"alembic_version"}


def test_checks_and_unique_constraints_have_arrived(engine: Engine) -> None:
    found = inspect(engine)
    for table in SQLModel.metadata.sorted_tables:
        described = {c.name for c in table.constraints if str(c.name).startswith(("ck_", "uq_"))}
        arrived = {c["name"] for c in found.get_check_constraints(table.name)}
        arrived |= {c["name"] for c in found.get_unique_constraints(table.name)}
        assert described <= arrived, table.name


def test_an_empty_database_is_upgraded_and_a_second_time_changes_nothing(
    empty_database: str,
) -> None:
    before = database.schema_state(empty_database)
    database.upgrade(empty_database)
    once = database.schema_state(empty_database)
    database.upgrade(empty_database)

    assert before[0] is None
    assert once[0] == once[1] == database.schema_state(empty_database)[0]


def test_sqlite_is_upgraded_by_itself_and_postgresql_names_the_command(
    empty_database: str,
) -> None:
    if database.is_sqlite(empty_database):
        database.ensure_schema(empty_database)
        current, head = database.schema_state(empty_database)
        assert current == head
    else:
        with pytest.raises(database.SchemaOutdated, match="run: madoguchi db upgrade"):
            database.ensure_schema(empty_database)
        assert database.schema_state(empty_database)[0] is None


def test_a_database_of_a_newer_version_is_refused_and_left_alone(
    fresh_database: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))

    with pytest.raises(database.SchemaOutdated, match="newer version"):
        database.ensure_schema(fresh_database)

    assert database.schema_state(fresh_database)[0] == "from_the_future"


def described(url: str) -> dict[str, list[Any]]:
    """Everything that a database says of its schema, without regard to order."""
    engine = database.create_engine_for(url)
    found = inspect(engine)
    asked = (
        *(found.get_columns, found.get_indexes, found.get_foreign_keys),
        *(found.get_check_constraints, found.get_unique_constraints),
    )
    tables = {
        table: [sorted(map(in_words, ask(table))) for ask in asked]
        + [in_words(found.get_pk_constraint(table))]
        for table in found.get_table_names()
    }
    engine.dispose()
    return tables


def in_words(value: Any) -> str:
    """A row of what an inspector found; types and conditions by their text."""
    if isinstance(value, Mapping):
        return str(sorted((key, in_words(one)) for key, one in value.items()))
    return str(value)


def test_an_empty_sqlite_file_gets_at_once_what_the_revisions_make(tmp_path: Path) -> None:
    at_once, by_revisions = (f"sqlite:///{tmp_path / name}.db" for name in ("one", "two"))
    database.ensure_schema(at_once)
    database.upgrade(by_revisions)

    assert described(at_once) == described(by_revisions)
    assert database.schema_state(at_once) == database.schema_state(by_revisions)


def test_there_is_one_line_of_revisions_and_each_says_what_it_does() -> None:
    scripts = ScriptDirectory(str(migrating.MIGRATIONS))
    assert scripts.get_heads() == [HEAD]
    assert all(script.doc.strip() for script in scripts.walk_revisions())


def put(connection: Connection, name: str, **values: Any) -> None:
    """Insert a row into a table as it is at that revision; what must not be missing is empty."""
    table = Table(name, MetaData(), autoload_with=connection)
    empty = {str: "", int: 0, bool: False, datetime: AT, dict: {}}
    missing = {
        column.name: empty[column.type.python_type]
        for column in table.columns
        if not column.nullable and column.server_default is None and column.name not in values
    }
    connection.execute(table.insert().values(**missing, **values))


def test_an_appointment_that_stood_before_is_with_who_has_the_request(empty_database: str) -> None:
    engine = database.create_engine_for(empty_database)
    config = migrating.alembic_config()
    config.attributes["engine"] = engine
    command.upgrade(config, "2026_11_22_outgoing")
    request = {"status": "claimed", "kind": "contact", "staff_id": "S-1", "claimed_by": "S-2"}
    owed = {"channel": "email", "status": "sent", "conversation_id": "M-1"}
    with engine.begin() as connection:
        put(connection, "staff", staff_id="S-1", role="sales")
        put(connection, "staff", staff_id="S-2", role="sales", email="b")
        put(connection, "conversations", id="M-1", channel="email")
        put(connection, "sales_requests", id="R-1", conversation_id="M-1", **request)
        when = {"method": "visit", "minutes": 60, "sequence": 3, "set_by": "S-1"}
        put(connection, "appointments", request_id="R-1", **when)
        put(connection, "outbox", id="n", key="appointment:R-1:3:customer", **owed)
    command.upgrade(config, "head")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT held_by, told_in FROM appointments")).one()
    engine.dispose()
    assert tuple(found) == ("S-2", "M-1")
