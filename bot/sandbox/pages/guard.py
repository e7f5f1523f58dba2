"""Who may talk to the demo page: a browser on this machine that shows this very page.

A page elsewhere must not reach it, neither by a name that resolves to loopback (DNS rebinding) nor
by a cross-site request.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

NAME = "127.0.0.1"
_OTHER_NAMES = {"localhost", "[::1]"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def page_policy(counter_origin: str) -> str:
    """Content-Security-Policy of the page: own files only, the shop and mails in frames."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            f"frame-src 'self' {counter_origin}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def mail_policy(counter_origin: str) -> str:
    """Content-Security-Policy of a mail's HTML: no script, pictures of the counter only."""
    return "; ".join(
        [
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            f"img-src data: {counter_origin}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            "sandbox allow-popups allow-popups-to-escape-sandbox",
        ]
    )


def guard(policy: str) -> Middleware:
    """The middleware that refuses strangers and sets the headers of every answer."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method == "GET" and request.path == "/" and _other_name(request):
            # One name for the page, so that the shop knows whose frame it may stand in.
            port = request.host.rpartition(":")[2]
            home = web.Response(status=302, headers={"Location": f"http://{NAME}:{port}/"})
            return _with_headers(home, policy)
        if not _welcome(request):
            return _with_headers(web.Response(status=403, text="this page only"), policy)
        try:
            return _with_headers(await handler(request), policy)
        except web.HTTPException as refusal:
            _with_headers(refusal, policy)
            raise

    return guarded


def _with_headers(response: web.StreamResponse, policy: str) -> web.StreamResponse:
    if not response.prepared:
        for name, value in (_HEADERS | {"Content-Security-Policy": policy}).items():
            response.headers.setdefault(name, value)
    return response


def _welcome(request: web.Request) -> bool:
    hosts = request.headers.getall("Host", [])
    if len(hosts) != 1 or hosts[0].rpartition(":")[0] != NAME:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{hosts[0]}":
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.method == "GET":
        # The page itself may be opened by a link; what it reads may not be read by others.
        return request.path == "/" or site in ("same-origin", "none")
    return origin is not None and request.content_type == "application/json"


def _other_name(request: web.Request) -> bool:
    return request.host.rpartition(":")[0] in _OTHER_NAMES
