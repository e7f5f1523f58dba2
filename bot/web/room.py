"""The addresses of the deal room, which cards for staff point at.

The room itself needs a sign-in of its own; until that stands, its addresses say where the record
is found instead, and show nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.rendering import Renderer
from bot.web.headers import POLICY, STILL_PAGE


class Room:
    """Answers `/room` and what lies below it."""

    def __init__(self, renderer: Renderer, locale: str) -> None:
        self._renderer = renderer
        self._locale = locale

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [web.get("/room", self.show), web.get("/room/{rest:.*}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Where the record is found; the same for everybody and every address."""
        request[POLICY] = STILL_PAGE
        html = self._renderer.page("room.html", self._locale, {"root": ""})
        return web.Response(text=html, content_type="text/html", status=501)
