"""Connections to SQLite, prepared alike wherever they are opened."""

from __future__ import annotations

import logging
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from storage.json_text import dump_json, load_json

try:  # The system's SQLite may be older than 3.51.3, which can lose a commit (docs/decisions).
    from pysqlite3 import dbapi2 as sqlite_module
except ImportError:  # no wheel for this machine
    import sqlite3 as sqlite_module

log = logging.getLogger(__name__)

#: From this version on a checkpoint cannot race a commit any more (sqlite.org, WAL-reset bug).
SAFE_VERSION = (3, 51, 3)

#: Pages after which a commit folds the log back into the file (64 MiB). The writer does it earlier,
#: when nobody waits (`fold_log`); a page that changes with every turn is copied back once for many.
LOG_PAGES = 16_000

# The driver looks for an adapter of every None, in vain and in three places: 2 µs each, which is
# half the time of storing a message. This one gives None for None without a call of Python.
sqlite_module.register_adapter(type(None), {}.get)
# And of every bytes, which is what JSON comes as.
sqlite_module.register_adapter(bytes, bytes.__bytes__)


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return cast("tuple[int, ...]", sqlite_module.sqlite_version_info)


def create_sqlite_engine(url: URL) -> Engine:
    """An engine whose transactions begin when we say so, with durable commits.

    SQLAlchemy's default lets two writers read the same value and both write (lost updates).
    Here every transaction begins IMMEDIATE unless `sqlite_begin` says DEFERRED.
    """
    engine = create_engine(
        url,
        module=sqlite_module,
        json_serializer=dump_json,
        json_deserializer=load_json,
        poolclass=NullPool if _in_memory(url) else QueuePool,
        connect_args={"check_same_thread": False, "timeout": 30.0},
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin for us
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=30000",
        "foreign_keys=ON",
        "cache_size=-16000",
        f"wal_autocheckpoint={LOG_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    if sqlite_version() < SAFE_VERSION:
        # Beside another connection an old library may only checkpoint when it closes.
        cursor.execute("PRAGMA wal_autocheckpoint=0")
    cursor.close()


def driver_of_connection(connection: Connection) -> Any:
    """The driver's connection, which is all that a group of chat turns needs."""
    driver = connection.connection.dbapi_connection
    assert driver is not None  # it is in use
    return driver


def commit_on_driver(connection: Connection) -> None:
    """Commit what began on the driver's connection.

    Raises:
        DBAPIError: it could not be; as where SQLAlchemy commits.
    """
    try:
        driver_of_connection(connection).commit()
    except sqlite_module.Error as error:
        raise DBAPIError.instance(
            None, None, error, sqlite_module.Error, dialect=connection.dialect
        ) from error


def fold_log(connection: Connection) -> None:
    """Copy what is in the write-ahead log into the file, as far as nobody reads it; nothing waits
    for that. Between transactions only."""
    if sqlite_version() < SAFE_VERSION:
        return
    try:
        driver_of_connection(connection).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    except sqlite_module.Error as error:  # what is in the log is durable there
        log.warning("storage.log_not_folded: %s", error)


def _begin(connection: Connection) -> None:
    if driver_of_connection(connection).in_transaction:
        return  # begun by the writer, which did not know whether SQLAlchemy would be asked
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")
