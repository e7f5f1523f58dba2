"""Opens the store that a database URL names, and brings its schema to the current revision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL, make_url

from storage.postgres import PostgresStore, create_postgres_engine
from storage.sqlite import SqliteStore, create_sqlite_engine
from storage.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaOutdated(Exception):
    """The schema is not what this version needs; the text says what to run."""


def is_sqlite(url: str) -> bool:
    """Whether the URL names an embedded SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def open_store(url: str, *, on_broken: Callable[[], None] | None = None) -> Store:
    """Open the store on the running event loop.

    Args:
        url: SQLAlchemy URL; `sqlite:///file.db` or `postgresql://...`.
        on_broken: called once when a commit cannot be made durable; the process must then end.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteStore(parsed, on_broken)
    return PostgresStore(parsed)


def create_engine_for(url: str) -> Engine:
    """An engine without a store around it, for migrations and checks."""
    parsed: URL = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return create_sqlite_engine(parsed)
    return create_postgres_engine(parsed)


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision; nothing happens where it is there already."""
    engine = create_engine_for(url)
    try:
        config = _alembic_config()
        config.attributes["engine"] = engine
        command.upgrade(config, "head")
    finally:
        engine.dispose()


def schema_state(url: str) -> tuple[str | None, str]:
    """The revision that the database has (None: an empty one) and the one we need."""
    engine = create_engine_for(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        head = ScriptDirectory.from_config(_alembic_config()).get_current_head()
        assert head is not None  # the package ships at least one revision
        return current, head
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
    known = {script.revision for script in _scripts().walk_revisions()}
    if current is not None and current not in known:
        raise SchemaOutdated(
            f"the database was made by a newer version (revision {current}); "
            "install that version or restore a backup"
        )
    if not is_sqlite(url):
        raise SchemaOutdated(
            f"the database is at revision {current or 'none'}, not {head}; "
            "run: madoguchi db upgrade"
        )
    upgrade(url)


def has_tables(engine: Engine) -> bool:
    """Whether any table is there at all."""
    return bool(inspect(engine).get_table_names())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic_config())


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
