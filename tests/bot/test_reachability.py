"""A way out that is shut at start is told, in the log and in `/readyz`, and nothing else stops."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot import reachability
from bot.assembly import assemble
from bot.roles import RoleName
from bot.sandbox.mailbox import SandboxMailbox
from bot.serving import Running, start
from bot.settings import Settings
from storage.database import ensure_schema, open_store
from tests.ports import free_port


async def running(folder: Path, **more: object) -> tuple[Running, str]:
    url, port = f"sqlite:///{folder / 'ways.db'}", free_port()
    ensure_schema(url)
    settings = Settings(database_url=SecretStr(url), data_dir=folder, port=port, **more)  # type: ignore[arg-type]  # read from text
    counter = Running(await assemble(settings, open_store(url)))
    await start(counter, list(RoleName))
    return counter, f"http://127.0.0.1:{port}/readyz"


async def until(url: str, part: str, *, ok: bool) -> dict[str, object]:
    """What `/readyz` says once the part stands as expected."""
    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        while True:
            async with http.get(url) as answer:
                said = await answer.json()
                assert answer.status == 200
            if said["parts"][part]["ok"] is ok:
                return dict(said)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("part", ["smtp", "slack"])
async def test_a_way_out_that_is_shut_at_start_is_told_at_once(
    tmp_path: Path, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    shut = free_port()
    ways: dict[str, dict[str, object]] = {
        "smtp": {"smtp_host": "127.0.0.1", "smtp_port": shut, "smtp_security": "plain"},
        "slack": {
            "slack_bot_token": SecretStr("xoxb-unused"),
            "slack_signing_secret": SecretStr("unused"),
            "slack_api_url": f"http://127.0.0.1:{shut}/api/",
        },
    }
    with caplog.at_level(logging.WARNING):
        counter, url = await running(tmp_path, **ways[part])
        said = await until(url, part, ok=False)
        await counter.stop()

    assert said["status"] == "degraded"
    [line] = {r.getMessage() for r in caplog.records if f"{part}.unreachable" in r.getMessage()}
    assert "\n" not in line


async def test_a_mail_server_that_comes_later_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reachability, "RETRY_SECONDS", 0.1)
    mailbox = await SandboxMailbox.start()
    mailbox.smtp_faults.fail("EHLO", 421, "4.3.2 not yet")
    counter, url = await running(
        tmp_path, smtp_host="127.0.0.1", smtp_port=mailbox.smtp_port, smtp_security="plain"
    )
    said = await until(url, "smtp", ok=True)
    await counter.stop()
    await mailbox.stop()

    assert said["status"] == "ready"
