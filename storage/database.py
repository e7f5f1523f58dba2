"""Opens the store that a database URL names, and brings its schema to the current revision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # so that every table is in the metadata
from storage.migrations import HEAD
from storage.sqlite import SqliteStore
from storage.sqlite_engine import create_sqlite_engine
from storage.store import Store

#: As Alembic writes it.
_VERSION_TABLE = """
CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""


class SchemaOutdated(Exception):
    """The schema is not what this version needs; the text says what to run."""


class NoDatabase(SchemaOutdated):
    """There is nothing to read yet; the text says how a database is made."""


def is_sqlite(url: str) -> bool:
    """Whether the URL names an embedded SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def is_made(url: str) -> bool:
    """Whether there is a database to look at: opening SQLite would write a file."""
    if not is_sqlite(url):
        return True
    file = Path(make_url(url).database or "")
    return file.is_file() and file.stat().st_size > 0


def open_store(url: str, *, on_broken: Callable[[], None] | None = None) -> Store:
    """Open the store on the running event loop.

    Args:
        url: SQLAlchemy URL; `sqlite:///file.db` or `postgresql://...`.
        on_broken: called once when a commit cannot be made durable; the process must then end.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteStore(parsed, on_broken)
    from storage.postgres import PostgresStore  # psycopg is loaded only where it is used

    return PostgresStore(parsed)


def create_engine_for(url: str) -> Engine:
    """An engine without a store around it, for migrations and checks."""
    parsed: URL = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return create_sqlite_engine(parsed)
    from storage.postgres import create_postgres_engine  # as above

    return create_postgres_engine(parsed)


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision; nothing happens where it is there already."""
    from storage.migrating import upgrade_engine  # only a start with an old schema pays for it

    engine = create_engine_for(url)
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def _create_schema(url: str) -> None:
    """Make the newest schema in an empty SQLite file at once.

    Going through the revisions would load Alembic: 20 MiB that stay, and a third of a second. A
    test holds both ways to the same result.
    """
    engine = create_engine_for(url)
    try:
        with engine.begin() as connection:  # it has the file to itself from here on
            if inspect(connection).has_table("alembic_version"):
                return  # another process was first
            SQLModel.metadata.create_all(connection)
            connection.execute(text(_VERSION_TABLE))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    finally:
        engine.dispose()


def schema_state(url: str) -> tuple[str | None, str]:
    """The revision that the database has (None: empty or not made) and the one we need.

    Looking makes no file.
    """
    if not is_made(url):
        return None, HEAD
    engine = create_engine_for(url)
    try:
        # DEFERRED: a look must not wait for whoever writes.
        reader = engine.execution_options(sqlite_begin="DEFERRED")
        with reader.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None, HEAD
            current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return current, HEAD
    finally:
        engine.dispose()


def ensure_schema(url: str) -> None:
    """Upgrade an empty or older SQLite file; on PostgreSQL refuse anything but the current one.

    Raises:
        SchemaOutdated: the schema is newer than this version, or PostgreSQL's is not current.
    """
    current, head = schema_state(url)
    if current == head:
        return
    if current is not None and not _is_known(current):
        raise SchemaOutdated(
            f"the database was made by a newer version (revision {current}); "
            "install that version or restore a backup"
        )
    if not is_sqlite(url):
        raise _to_be_upgraded(current, head)
    if current is None:
        _create_schema(url)
    else:
        upgrade(url)


def require_schema(url: str) -> None:
    """For whoever only looks: change nothing, and say what is missing.

    Raises:
        NoDatabase: there is none, or an empty one.
        SchemaOutdated: the schema is not the current one.
    """
    current, head = schema_state(url)
    if current is None:
        raise NoDatabase(
            f"there is no database yet at {shown(url)}; make it with: madoguchi import FOLDER "
            "(or set MADOGUCHI_DATABASE_URL, or go to the folder where it is)"
        )
    if current != head:
        raise _to_be_upgraded(current, head)


def shown(url: str) -> str:
    """Where the database is, for a person: the file, or the URL without its password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").absolute())
    return parsed.render_as_string(hide_password=True)


def _to_be_upgraded(current: str | None, head: str) -> SchemaOutdated:
    return SchemaOutdated(
        f"the database is at revision {current or 'none'}, not {head}; run: madoguchi db upgrade"
    )


def _is_known(revision: str) -> bool:
    from storage.migrating import known_revisions  # as above

    return revision in known_revisions()
