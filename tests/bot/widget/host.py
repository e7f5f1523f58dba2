"""A website of somebody else that embeds the widget, with whatever policy and page it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.site import Site
from tests.ports import free_port


@dataclass
class HostSite:
    """`page` and `policy` are what its only address answers; scripts are files of its own."""

    port: int
    page: str = ""
    policy: str = ""
    script: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[HostSite]:
        async def page(_request: web.Request) -> web.Response:
            headers = {"Content-Security-Policy": self.policy} if self.policy else {}
            return web.Response(text=self.page, content_type="text/html", headers=headers)

        async def script(_request: web.Request) -> web.Response:
            return web.Response(text=self.script, content_type="text/javascript")

        app = web.Application()
        app.add_routes([web.get("/", page), web.get("/own.js", script)])
        runner = web.AppRunner(app)
        await runner.setup()
        await Site(runner, "127.0.0.1", self.port).start()
        try:
            yield self
        finally:
            await runner.cleanup()


def host_site() -> HostSite:
    """A site that is not running yet."""
    return HostSite(free_port())
