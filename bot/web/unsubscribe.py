"""No more catalogs: the link in each of them, for people and for mailers (RFC 8058)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlmodel import Session

from bot.rendering import Renderer
from bot.web.headers import POLICY, STILL_PAGE
from domain.signing import Keys, Purpose
from storage.access_log import record
from storage.mail_facts import SentMail, find_sent_mails
from storage.people import find_customer, opt_out
from storage.store import Store
from storage.suppressions import suppress


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Answers `/mail/unsubscribe/<token>`. Scanners open links, so GET changes nothing; a
    mailer's one-click POST and that of the page's button do the same."""

    store: Store
    renderer: Renderer
    keys: Keys
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.get("/mail/unsubscribe/{token}", self.show),
            web.post("/mail/unsubscribe/{token}", self.unsubscribe),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """A page with a button."""
        sent = await self._sent_mail(request)
        return self._page(request, "ask" if sent else "gone", sent)

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Send no more catalogs to the customer whom that mail went to. Again changes nothing."""
        sent = await self._sent_mail(request)
        if sent is not None:
            now, address = self.clock(), request.remote or ""
            await self.store.write(lambda session: _leave(session, sent, now, address))
        return self._page(request, "done" if sent else "gone", sent)

    async def _sent_mail(self, request: web.Request) -> SentMail | None:
        mail_id = self.keys.open(Purpose.UNSUBSCRIBE, request.match_info["token"].lower())
        if mail_id is None:
            return None
        found = await self.store.read(lambda session: find_sent_mails(session, [mail_id]))
        return found.get(mail_id)

    def _page(self, request: web.Request, state: str, sent: SentMail | None) -> web.Response:
        request[POLICY] = STILL_PAGE
        locale = str(sent.payload.get("locale", "")) if sent else ""
        html = self.renderer.page("unsubscribe.html", locale, {"state": state, "root": ""})
        return web.Response(
            text=html,
            content_type="text/html",
            status=200 if sent else 404,
            headers={"Referrer-Policy": "no-referrer"},
        )


def _leave(session: Session, sent: SentMail, now: datetime, address: str) -> None:
    customer = find_customer(session, sent.customer_id) if sent.customer_id else None
    if customer is None:
        suppress(session, sent.recipient, "opted_out", now)
        return
    if customer.mail_opt_out:
        return
    opt_out(session, customer.customer_id, now)
    record(
        session,
        "customer.unsubscribed",
        now=now,
        actor_kind="customer",
        actor_id=customer.customer_id,
        object_kind="customer",
        object_id=customer.customer_id,
        customer_id=customer.customer_id,
        address=address,
        details={"mail": sent.id},
    )
