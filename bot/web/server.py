"""The web application: routes of all parts, one place for errors, one for headers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.rendering import Renderer
from bot.web.client_address import believe_proxies
from bot.web.headers import POLICIES, add_security_headers, preflight
from bot.web.pages import Pages, error_pages
from domain.errors import BadInput, MadoguchiError, NotAllowed, NotFound, RateLimited, RuleBroken

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: Bodies of routes that do not stream; uploads count their own bytes.
MAX_BODY_BYTES = 1024 * 1024

_STATUS: tuple[tuple[type[MadoguchiError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (RateLimited, 429),
    (RuleBroken, 409),
    (BadInput, 400),
)


class Routes(Protocol):
    """A part of the counter that answers some routes."""

    def routes(self) -> Sequence[web.AbstractRouteDef]: ...


def create_app(
    parts: Iterable[Routes],
    *,
    pages: Pages,
    renderer: Renderer,
    base_url: str,
    origins: frozenset[str],
    default_locale: str,
    trusted_proxies: Sequence[str] = (),
) -> web.Application:
    """Build the application out of its parts."""
    app = web.Application(
        middlewares=[
            believe_proxies(trusted_proxies),
            error_pages(pages),
            _errors(renderer, default_locale),
        ],
        client_max_size=MAX_BODY_BYTES,
    )
    add_security_headers(app, base_url, origins, POLICIES)
    app.router.add_routes(pages.routes())
    for part in parts:
        app.router.add_routes(part.routes())
    for path in ("/chat/messages", "/chat/visitor", "/chat/files"):
        app.router.add_route("OPTIONS", path, preflight(origins))
    return app


def _errors(renderer: Renderer, default_locale: str) -> Middleware:
    """Turns our errors into answers with a code; a bug stays a 500, without its trace."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except MadoguchiError as error:
            log.info("web.refused code=%s path=%s detail=%s", error.code, request.path, error)
            status = next((s for kind, s in _STATUS if isinstance(error, kind)), 400)
            return _problem(status, error.code, _words(renderer, error.code, default_locale))
        except web.HTTPException:
            raise
        except ConnectionError:
            if request.transport is not None and not request.transport.is_closing():
                raise
            # Whoever asked has gone, in the middle of a handshake for instance: nobody reads this.
            return web.Response(status=400)
        except Exception:
            log.exception("web.failed path=%s", request.path)
            return _problem(500, "unavailable", _words(renderer, "unavailable", default_locale))

    return answer


def _words(renderer: Renderer, code: str, locale: str) -> str:
    try:
        return renderer.say(f"errors.{code}", locale)
    except KeyError:
        return renderer.say("errors.unavailable", locale)


def _problem(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)
