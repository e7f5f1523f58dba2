"""The addresses of the Slack stand-in: Web API, Socket Mode, response_urls and files."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.slack.calls import Call, read_arguments
from bot.sandbox.slack.events import EventSender
from bot.sandbox.slack.faults import SlackFault, SlackFaults
from bot.sandbox.slack.nouns import Json
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.web_api import WebApi

_WITH_EFFECT = {"slow", "lose_answer", "hang_after", "status_after", "malformed_after"}
MAX_UPLOAD = 64 * 1024 * 1024


class SlackWeb:
    """Serves one workspace over HTTP. Every call of the Web API is kept in `calls`."""

    def __init__(
        self, api: WebApi, faults: SlackFaults, events: EventSender, responses: Responses
    ) -> None:
        self.calls: list[Call] = []
        self._api, self._faults = api, faults
        self._events, self._responses = events, responses

    def app(self) -> web.Application:
        """The application with all routes."""
        app = web.Application(client_max_size=MAX_UPLOAD, middlewares=[_only_loopback])
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_get("/link", self._socket)
        app.router.add_post("/respond/{token}", self._response)
        app.router.add_post("/upload/{file_id}", self._upload)
        app.router.add_get("/files-pri/{file_id}/{name}", self._file)
        app.router.add_get("/signin", _sign_in)
        return app

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            arguments = await read_arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or str(arguments.pop("token", ""))
        call = Call(method, arguments, datetime.now(UTC), token)
        self.calls.append(call)
        fault = self._faults.take(method, _channel_named(arguments))
        call.fault = fault.kind if fault else None
        response = await self._answer(call, fault, request)
        response.headers["x-oauth-scopes"] = ",".join(sorted(self._api.scopes))
        return response

    async def _answer(
        self, call: Call, fault: SlackFault | None, request: web.Request
    ) -> web.Response:
        if fault is not None and fault.kind in ("slow", "hang"):
            await asyncio.sleep(fault.seconds)
        if fault is None or fault.kind in _WITH_EFFECT:
            call.answer, call.status = self._api.do(call), 200
        if fault is None or fault.kind == "slow":
            return web.json_response(call.answer)
        if fault.kind in ("ratelimit", "status", "status_after", "error"):
            return _refusal(call, fault)
        if fault.kind in ("malformed", "malformed_after"):
            call.status = 200
            return web.Response(text='{"ok": tr', content_type="application/json")
        if fault.kind == "hang_after":
            await asyncio.sleep(fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        call.status = 0
        return web.Response()

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self._api.take_ticket(request.query.get("ticket", "")):
            return web.Response(status=408)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await self._events.serve_socket(socket, self._api.workspace.changed)
        return socket

    async def _response(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        outcome = self._responses.arrived(request.match_info["token"], body)
        status = {"ok": 200, "expired_url": 404, "used_url": 404}.get(outcome, 400)
        return web.Response(status=status, text=outcome)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self._api.workspace.files.get(request.match_info["file_id"])
        if file is None:
            return web.Response(status=404)
        if request.content_type.startswith("multipart/"):
            parts = (await request.post()).values()
            files = [part for part in parts if isinstance(part, web.FileField)]
            content = files[0].file.read() if files else b""
        else:
            content = await request.read()
        if len(content) != file.length:
            return web.Response(status=400, text="length differs")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _file(self, request: web.Request) -> web.Response:
        """A private file. Without the token Slack sends to a page to sign in, with status 200."""
        file = self._api.workspace.files.get(request.match_info["file_id"])
        if request.headers.get("Authorization") != f"Bearer {self._api.bot_token}":
            return web.Response(status=302, headers={"Location": "/signin"})
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.mimetype)


async def _sign_in(request: web.Request) -> web.Response:
    page = "<!doctype html><title>Sign in | Sandbox</title><p>Sign in to see this file."
    return web.Response(text=page, content_type="text/html")


@web.middleware
async def _only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a browser page could send: foreign host names and anything with an Origin."""
    host = request.host.rpartition(":")[0] or request.host
    if host not in ("127.0.0.1", "localhost", "[::1]") or "Origin" in request.headers:
        return web.Response(status=403, text="loopback clients only")
    return await handler(request)


def _refusal(call: Call, fault: SlackFault) -> web.Response:
    call.status = fault.status
    if fault.answer:
        call.answer = dict(fault.answer)
    headers = {"Retry-After": f"{fault.seconds:g}"} if fault.kind == "ratelimit" else {}
    body = fault.answer or {"ok": False, "error": "internal_error"}
    return web.json_response(body, status=fault.status, headers=headers)


def _channel_named(arguments: Json) -> str | None:
    channel = arguments.get("channel")
    return str(channel) if channel else None
