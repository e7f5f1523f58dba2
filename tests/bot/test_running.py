"""What runs in `serve` does not end unheard."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.assembly import assemble
from bot.serving import Running
from bot.settings import Settings
from storage.database import ensure_schema, open_store


async def test_a_task_that_ends_by_a_fault_is_told_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    ensure_schema(url)
    settings = Settings(database_url=SecretStr(url), data_dir=tmp_path)
    running = Running(await assemble(settings, open_store(url)))

    async def fail() -> None:
        raise ValueError("no core is seen")

    async def go_on() -> None:
        await asyncio.Event().wait()

    with caplog.at_level(logging.ERROR):
        running.keep(fail(), "core")
        running.keep(go_on(), "hub")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        told = [record.getMessage() for record in caplog.records]
        await running.stop()

    assert told == ["task.ended: core"]
    assert len(caplog.records) == 1  # a stop is no fault
    assert "no core is seen" in caplog.text
