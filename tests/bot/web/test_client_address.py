"""Which address a request counts for, behind proxies and before them."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.client_address import believe_proxies


async def seen(trusted: list[str], **headers: str) -> str:
    """The address that a handler sees; the connection comes from 127.0.0.1."""

    async def tell(request: web.Request) -> web.Response:
        return web.Response(text=request.remote)

    app = web.Application(middlewares=[believe_proxies(trusted)])
    app.router.add_get("/", tell)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with TestClient(TestServer(app)) as client, client.get("/", headers=sent) as answer:
        return await answer.text()


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"X_Forwarded_For": "192.0.2.7"}, "192.0.2.7"),
        ({"X_Forwarded_For": "198.51.100.1, 192.0.2.7, 10.0.0.9"}, "192.0.2.7"),
        ({"X_Forwarded_For": "192.0.2.7:4711"}, "192.0.2.7"),
        ({"X_Forwarded_For": "unknown"}, "127.0.0.1"),
        ({"X_Forwarded_For": "192.0.2.7, <script>"}, "127.0.0.1"),
        ({"Forwarded": "for=192.0.2.7;proto=https;by=10.0.0.1"}, "192.0.2.7"),
        ({"Forwarded": 'for=192.0.2.1, For="[2001:db8::7]:4711"'}, "2001:db8::7"),
        ({"Forwarded": "for=192.0.2.1, for=unknown;proto=https"}, "127.0.0.1"),
        ({"Forwarded": 'for=192.0.2.1, proto=https;for="_hidden"'}, "127.0.0.1"),
        ({}, "127.0.0.1"),
    ],
)
async def test_a_trusted_proxy_tells_the_client(headers: dict[str, str], address: str) -> None:
    assert await seen(["127.0.0.1/32", "10.0.0.0/8"], **headers) == address


async def test_nobody_else_is_believed() -> None:
    assert await seen([], X_Forwarded_For="192.0.2.7") == "127.0.0.1"
    assert await seen(["10.0.0.0/8"], X_Forwarded_For="192.0.2.7") == "127.0.0.1"
