"""Security headers: one table says what each route's answer may do in a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from multidict import CIMultiDict

#: For what is not in the table: data that no browser shows, nobody keeps and nobody frames.
_CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Scripts in an SVG or HTML file do not run, and it counts as a foreign site.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

_PAGE_CACHE = "private, no-cache"
_SHORT = "public, max-age=300"
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What one route's answers may do.

    Attributes:
        csp: Content-Security-Policy; `{self_socket}` and `{embedders}` are filled in.
        cache: Cache-Control, unless the handler has set one.
        embeddable: other websites may load it (scripts, pictures) or call it (the chat).
    """

    csp: str = _CLOSED
    cache: str = "no-store"
    embeddable: bool = False


#: The shop and the landing page: they show the widget and may stand in the frame of a host site.
PAGE = Policy(
    csp=(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: blob:; "
        "connect-src 'self' {self_socket}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self' {embedders}; require-trusted-types-for 'script'"
    ),
    cache=_PAGE_CACHE,
)

#: A page of ours without scripts, such as an error.
STILL_PAGE = Policy(
    csp=(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
)

#: A handler that answers with another kind of thing than its route says so in the request.
POLICY = web.RequestKey("policy", Policy)

#: By the route's path as registered. `*` is every other route.
POLICIES: Mapping[str, Policy] = {
    "/": PAGE,
    "/products/{model}": PAGE,
    "/widget.js": Policy(cache=_SHORT, embeddable=True),
    "/widget-{version}.js": Policy(cache=_FOREVER, embeddable=True),
    "/widget.css": Policy(cache=_SHORT, embeddable=True),
    "/pictures": Policy(csp=_SANDBOX, cache="public, max-age=86400", embeddable=True),
    "/assets": Policy(csp=_SANDBOX, cache=_SHORT),
    "/chat/socket": Policy(embeddable=True),
    "/chat/messages": Policy(embeddable=True),
    "/chat/visitor": Policy(embeddable=True),
    "/chat/files": Policy(embeddable=True),
    "/chat/files/{file_id}": Policy(csp=_SANDBOX, cache="private, no-store", embeddable=True),
    "*": Policy(),
}

_CHAT_METHODS = "GET, POST, DELETE, OPTIONS"


def add_security_headers(
    app: web.Application,
    base_url: str,
    origins: frozenset[str],
    policies: Mapping[str, Policy] = POLICIES,
) -> None:
    """
    Set the headers of the table on every answer of `app`, errors and sockets included.

    Args:
        base_url: where the counter is reached; https there also asks for HSTS.
        origins: the websites that may embed the widget, their scripts may call `/chat/...`.
        policies: by the route's path as registered; a header that a handler set itself stays.
    """
    parts = urlsplit(base_url)
    fill = {
        "self_socket": f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}",
        "embedders": " ".join(sorted(origins)),
    }

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        route = _registered_path(request)
        policy = request.get(POLICY) or policies.get(route, policies["*"])
        headers = response.headers
        csp = policy.csp
        for name, value in fill.items():
            csp = csp.replace(f"{{{name}}}", value)
        headers.setdefault("Content-Security-Policy", csp)
        headers.setdefault("Cache-Control", policy.cache)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        where = "cross-origin" if policy.embeddable else "same-origin"
        headers.setdefault("Cross-Origin-Resource-Policy", where)
        headers["Server"] = "Madoguchi"
        if "frame-ancestors 'none'" in headers["Content-Security-Policy"]:
            headers.setdefault("X-Frame-Options", "DENY")
        if parts.scheme == "https":
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if policy.embeddable:
            _share(request, headers, route, origins)

    app.on_response_prepare.append(prepare)


def _registered_path(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""


def _share(
    request: web.Request,
    headers: CIMultiDict[str],
    route: str,
    origins: frozenset[str],
) -> None:
    """Scripts and pictures are for every site, the chat only for those that may embed it."""
    if not route.startswith("/chat/"):
        headers.setdefault("Access-Control-Allow-Origin", "*")
        return
    headers.add("Vary", "Origin")
    origin = request.headers.get("Origin", "")
    if origin in origins:
        headers["Access-Control-Allow-Origin"] = origin


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def preflight(origins: frozenset[str]) -> Handler:
    """Answers a browser that asks whether a website may call the chat (Fetch, section 3.2.2)."""

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Origin", "") not in origins:
            raise web.HTTPForbidden
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": _CHAT_METHODS,
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "600",
            },
        )

    return answer
