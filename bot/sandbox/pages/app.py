"""The web application of the demo page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.pages.guard import guard, page_policy
from bot.sandbox.pages.live import LiveFeed
from bot.sandbox.pages.mail_pane import MailPane
from bot.sandbox.pages.persona import Persona
from bot.sandbox.pages.slack_pane import SlackPane
from bot.sandbox.slack import SandboxSlack

ASSETS = Path(__file__).parent / "assets"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}


def create_demo_pages(
    mailbox: SandboxMailbox,
    slack: SandboxSlack,
    counter_url: str,
    *,
    personas: Sequence[Persona] = (),
    catalog_address: str = "",
) -> web.Application:
    """The application that serves the page, its files and what it reads, all from one origin.

    `counter_url` is where the shop with the widget is; that page must allow to be framed by the
    origin of this application. New mails go to `catalog_address` unless changed by the user.
    """
    parts = urlsplit(counter_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    feed = LiveFeed(mail=mailbox.changes, slack=slack.workspace.changes)
    app = web.Application(client_max_size=1024 * 1024, middlewares=[guard(page_policy(origin))])
    settings = {"shop": counter_url.rstrip("/") + "/", "catalog": catalog_address}
    app.router.add_get("/", _page)
    app.router.add_get("/assets/{name}", _asset)
    app.router.add_get("/api/settings", partial(_settings, settings))
    app.router.add_get("/api/live", feed.serve)
    app.add_routes(MailPane(mailbox, personas, origin).routes())
    app.add_routes(SlackPane(slack).routes())
    app.on_shutdown.append(feed.close)
    return app


async def _page(request: web.Request) -> web.Response:
    return web.Response(body=(ASSETS / "page.html").read_bytes(), content_type="text/html")


async def _asset(request: web.Request) -> web.Response:
    path = ASSETS / request.match_info["name"]
    if path.parent != ASSETS or path.suffix not in _TYPES or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8")


async def _settings(settings: dict[str, str], request: web.Request) -> web.Response:
    return web.json_response(settings)
