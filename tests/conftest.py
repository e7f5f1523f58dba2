"""What every test may ask for: fresh databases of both kinds, and a store on them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from storage.database import open_store, upgrade
from storage.store import Store
from tests.closing_line import pytest_deselected, pytest_testnodedown  # noqa: F401  # hooks
from tests.databases import (
    database_url,
    fresh_postgres_database,
    lent_postgres_database,
    running_postgres,
)

# A busy machine is no fault of what is tested.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this run's own, with a template database that has the schema."""
    with running_postgres() as server:
        with psycopg.connect(database_url(server, "postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE schema_template")
        upgrade(database_url(server, "schema_template"))
        yield server


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """The URL of a database with the schema, lent to one test after the other."""
    with fresh_postgres_database(postgres_server, "schema_template") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the schema, copied for each test."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database with the schema; every test runs on both kinds."""
    if request.param == "sqlite":
        file = tmp_path / "madoguchi.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgres_database")
        with lent_postgres_database(url):
            yield url


@pytest.fixture
async def store(fresh_database: str) -> AsyncIterator[Store]:
    """A store on a fresh database."""
    store = open_store(fresh_database)
    try:
        yield store
    finally:
        await store.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long runs are not part of the suite: `-m stress` asks for them by name."""
    if not config.option.markexpr:
        items[:] = [item for item in items if item.get_closest_marker("stress") is None]
