"""A browser that says nothing is asked whether it is there, and let go if it does not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

import bot.chat.talk
from bot.chat.backend import ChatBackend
from bot.chat.hub import Hub
from bot.chat.session import ChatParts
from bot.chat.talk import Talks
from bot.clock import utc_now
from tests.hurry import PATIENCE

#: Half of it is what an answer may take, on a busy machine as well.
HEARTBEAT = 1.0


@pytest.fixture
async def socket(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    monkeypatch.setattr(bot.chat.talk, "HEARTBEAT_SECONDS", HEARTBEAT)
    backend = cast(ChatBackend, None)  # nobody says hello
    talks = Talks(ChatParts(backend, lambda name, _locale: name, utc_now, "en"), Hub(backend))
    app = web.Application()
    app.add_routes([web.get("/", talks.hold)])
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession() as http,
        http.ws_connect(server.make_url("/"), autoping=False) as opened,
    ):
        yield opened


async def test_who_answers_pings_stays(socket: aiohttp.ClientWebSocketResponse) -> None:
    for _ in range(2):
        ping = await socket.receive(timeout=PATIENCE)
        assert ping.type is WSMsgType.PING
        await socket.pong(ping.data)
    await socket.send_str("{}")
    received = await _next(socket)
    while received is WSMsgType.PING:
        received = await _next(socket)
    assert received is WSMsgType.TEXT


async def test_who_does_not_answer_is_let_go(socket: aiohttp.ClientWebSocketResponse) -> None:
    assert await _next(socket) is WSMsgType.PING
    assert await _next(socket) in {WSMsgType.CLOSED, WSMsgType.ERROR}


async def test_a_browser_may_ping_as_well(socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.ping(b"there?")
    received = await socket.receive(timeout=PATIENCE)
    while received.type is WSMsgType.PING:
        await socket.pong(received.data)
        received = await socket.receive(timeout=PATIENCE)
    assert (received.type, received.data) == (WSMsgType.PONG, b"there?")


async def _next(socket: aiohttp.ClientWebSocketResponse) -> WSMsgType:
    return (await socket.receive(timeout=PATIENCE)).type
