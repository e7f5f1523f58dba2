"""A browser for all tests of the widget, and a counter for each of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Error, async_playwright

from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from storage.database import open_store
from tests.bot.widget.running import RunningCounter

COMPANY = Path(__file__).resolve().parents[3] / "bot" / "sandbox_company"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's Chromium, else playwright's own."""
    async with async_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        try:
            started = await playwright.chromium.launch(executable_path=path)
        except Error:
            pytest.skip("needs a browser: apt-get install chromium, or playwright install chromium")
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def company_database(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A database with the sample company, copied for each test."""
    file = tmp_path_factory.mktemp("company") / "company.db"
    shutil.copy(sqlite_template, file)
    store = open_store(f"sqlite:///{file}")
    conventions = Conventions("US", ZoneInfo("UTC"))
    outcome = await import_company(store, [COMPANY], conventions, datetime.now(UTC))
    await store.close()
    assert outcome.accepted
    return file


@pytest.fixture
def database(company_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(company_database, tmp_path / "madoguchi.db"))


@pytest_asyncio.fixture(loop_scope="session")
async def counter(database: Path) -> AsyncIterator[RunningCounter]:
    """The server, running."""
    running = RunningCounter(database)
    await running.start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile of its own."""
    fresh = await browser.new_context(locale="en-US", reduced_motion="reduce")
    fresh.set_default_timeout(20_000)
    yield fresh
    await fresh.close()
