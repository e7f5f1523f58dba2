"""Closing a listening socket while somebody comes in."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import closing

import pytest
from aiohttp import web

from bot.site import Site


@pytest.mark.parametrize("steps", range(6))
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
async def test_who_comes_in_while_the_site_stops_is_let_go(steps: int) -> None:
    runner = web.AppRunner(web.Application(), shutdown_timeout=0.2)
    await runner.setup()
    site = Site(runner, "127.0.0.1", 0)
    await site.start()
    with closing(socket.socket()) as browser:
        browser.setblocking(False)
        browser.connect_ex(("127.0.0.1", runner.addresses[0][1]))
        for _ in range(steps):
            await asyncio.sleep(0)

        await site.stop()
        await runner.cleanup()
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()  # a transport that was forgotten says so, and the warning fails the test

        assert await _is_closed(browser)


async def _is_closed(browser: socket.socket) -> bool:
    """Whether the server has closed its end, or never opened it."""
    async with asyncio.timeout(5):
        try:
            return await asyncio.get_running_loop().sock_recv(browser, 1) == b""
        except ConnectionError:
            return True


async def test_nobody_comes_in_any_more() -> None:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = Site(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await site.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    await runner.cleanup()
