"""Links that prove something: opening one shows a page, only its button does anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from bot.proofs import use_address_link
from bot.rendering import Renderer
from bot.web.headers import POLICY, STILL_PAGE
from storage.access_log import record
from storage.store import Store


class Confirmations:
    """Answers `/confirm/address/<token>`. Mail scanners open links, so GET changes nothing."""

    def __init__(
        self,
        store: Store,
        renderer: Renderer,
        locale: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._locale = locale
        self._clock = clock

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.get("/confirm/address/{token}", self.show),
            web.post("/confirm/address/{token}", self.confirm),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """A page with a button."""
        return self._page(request, "ask")

    async def confirm(self, request: web.Request) -> web.Response:
        """Take the new address into the record, once."""
        token, now = request.match_info["token"], self._clock()
        customer = await self._store.write(lambda s: use_address_link(s, token, now))
        if customer is None:
            return self._page(request, "gone", status=410)
        await self._store.write(
            lambda session: record(
                session,
                "customer.address_proven",
                now=now,
                actor_kind="customer",
                actor_id=customer.customer_id,
                object_kind="customer",
                object_id=customer.customer_id,
                customer_id=customer.customer_id,
                address=request.remote or "",
            )
        )
        return self._page(request, "done")

    def _page(self, request: web.Request, state: str, status: int = 200) -> web.Response:
        request[POLICY] = STILL_PAGE
        html = self._renderer.page("confirm.html", self._locale, {"state": state, "root": ""})
        return web.Response(
            text=html,
            content_type="text/html",
            status=status,
            headers={"Referrer-Policy": "no-referrer"},
        )
