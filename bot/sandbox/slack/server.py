"""The Slack stand-in as the demo and the tests start it: Web API in, signed events out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.sandbox.slack.calls import Call, Request, SlackError, read_arguments
from bot.sandbox.slack.events import Answer, EventSender
from bot.sandbox.slack.faults import SlackFault, SlackFaults
from bot.sandbox.slack.lint import LintWarning, lint
from bot.sandbox.slack.methods import METHODS, POSTING, SCOPES
from bot.sandbox.slack.people import RESPONSE_URL_USES, People
from bot.sandbox.slack.workspace import (
    BOT_USER_ID,
    Channel,
    Json,
    Message,
    User,
    View,
    Workspace,
    new_id,
)

HOST = "127.0.0.1"
T = TypeVar("T")


class SandboxSlack(People):
    """A workspace on loopback that a real Slack app can talk to.

    `url` is what SLACK_API_URL takes. `calls` is the history of the Web API, `lint` what a careful
    app would not do, `faults` takes orders for what is to go wrong, `events` sends (its
    `deliveries` are the history of what people did and how the app answered). `events_url` may be
    set later, when the app's port is known.
    """

    def __init__(self, *, signing_secret: str, bot_token: str, app_token: str) -> None:
        self.signing_secret = signing_secret
        self.bot_token, self.app_token = bot_token, app_token
        self.workspace = Workspace()
        self.events = EventSender(signing_secret, None)
        self.faults = SlackFaults()
        self.calls: list[Call] = []
        self.lint: list[LintWarning] = []
        self.scopes = SCOPES
        self.echo = True
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._background: set[asyncio.Task[Answer]] = set()
        self._tickets: set[str] = set()
        super().__init__(self.workspace, self.events, "")

    @classmethod
    async def start(
        cls,
        *,
        port: int = 0,
        signing_secret: str = "sandbox-signing-secret",
        events_url: str | None = None,
        bot_token: str = "xoxb-sandbox",
        app_token: str = "xapp-sandbox",
        channels: Iterable[str] = ("#sales", "#general"),
        users: Iterable[User] = (),
    ) -> Self:
        """Listen on loopback (port 0 takes a free one) with these channels and people."""
        slack = cls(signing_secret=signing_secret, bot_token=bot_token, app_token=app_token)
        slack.events_url = events_url
        for user in users:
            slack.workspace.add_user(user)
        for name in channels:
            slack.workspace.add_channel(name)
        runner = web.AppRunner(
            slack._app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.2
        )
        await runner.setup()
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        slack._runner = runner
        slack.port = runner.addresses[0][1]
        slack._base = f"http://{HOST}:{slack.port}"
        return slack

    async def stop(self) -> None:
        """Stop listening; events still on their way are given up."""
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.events.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Base of the Web API."""
        return f"{self._base}/api/"

    @property
    def events_url(self) -> str | None:
        """Where the app listens for events, interactions and commands; None sends nothing."""
        return self.events.url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.events.url = url

    # What there is

    def add_user(self, user_id: str, name: str, email: str | None = None, **more: Any) -> User:
        """A new person in every channel; `more` are the fields of User."""
        return self.workspace.add_user(User(user_id, name, email, **more))

    def add_channel(self, name: str, **more: Any) -> Channel:
        """A new channel (`is_private`, `bot_is_member`, `id`)."""
        return self.workspace.add_channel(name, **more)

    def channel(self, reference: str) -> Channel:
        """A channel by id or `#name`, or the bot's direct conversation by user id."""
        return self._place(reference)

    def messages(self, channel: str) -> list[Message]:
        """Top-level messages of a channel that everybody in it sees, oldest first."""
        return self._place(channel).history()

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A parent and its replies, oldest first."""
        return self._place(channel).thread(ts)

    def ephemerals(self, user_id: str) -> list[Message]:
        """What only this person sees, oldest first."""
        return sorted(
            (
                message
                for channel in self.workspace.channels.values()
                for message in channel.messages
                if message.ephemeral_to == user_id
            ),
            key=lambda message: message.ts,
        )

    def modal(self, user_id: str) -> View | None:
        """The modal this person has on top, if any."""
        stack = self.workspace.modals.get(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> View | None:
        """The App Home of this person, once published."""
        return self.workspace.homes.get(user_id)

    def calls_of(self, method: str) -> list[Call]:
        """Calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], T], seconds: float = 10) -> T:
        """Wait for a truthy value of `condition`, e.g. `lambda: slack.messages("#sales")`.

        It is looked at again after each change of the workspace. Raises TimeoutError.
        """
        return await self.workspace.changes.until(condition, seconds)

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """End every Socket Mode connection as Slack does before a refresh."""
        for socket in list(self.events.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason})
            await socket.close()

    async def settle(self) -> None:
        """Wait until every event that is on its way has been answered or given up."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    # The web side

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[_only_loopback])
        app.router.add_post("/api/{method}", self._serve_call)
        app.router.add_get("/api/{method}", self._serve_call)
        app.router.add_get("/link", self._serve_socket)
        app.router.add_post("/respond/{token}", self._serve_response)
        app.router.add_post("/upload/{file_id}", self._serve_upload)
        app.router.add_get("/files-pri/{file_id}/{name}", self._serve_file)
        app.router.add_get("/signin", _serve_sign_in)
        return app

    async def _serve_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            arguments = await read_arguments(request)
        except (ValueError, UnicodeDecodeError):
            return web.json_response({"ok": False, "error": "invalid_json"})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or str(arguments.pop("token", ""))
        call = Call(method, arguments, datetime.now(UTC), token)
        self.calls.append(call)
        fault = self.faults.take(method, _channel_named(arguments))
        call.fault = fault.kind if fault else None
        response = await self._answer(call, fault, request)
        if not isinstance(response, web.Response):
            return response
        response.headers["x-oauth-scopes"] = ",".join(sorted(self.scopes))
        return response

    async def _answer(
        self, call: Call, fault: SlackFault | None, request: web.Request
    ) -> web.Response:
        if fault is not None and fault.kind in ("slow", "hang"):
            await asyncio.sleep(fault.seconds)
        if fault is None or fault.kind in ("slow", "lose_answer", "hang_after", "status_after"):
            call.answer = self._do(call)
            call.status = 200
        if fault is None or fault.kind == "slow":
            return web.json_response(call.answer)
        if fault.kind in ("ratelimit", "status", "status_after", "error"):
            call.status = fault.status
            if fault.answer:
                call.answer = dict(fault.answer)
            headers = {"Retry-After": f"{fault.seconds:g}"} if fault.kind == "ratelimit" else {}
            body = fault.answer or {"ok": False, "error": "internal_error"}
            return web.json_response(body, status=fault.status, headers=headers)
        if fault.kind == "malformed":
            call.status = 200
            return web.Response(text='{"ok": tr', content_type="application/json")
        if fault.kind == "hang_after":
            await asyncio.sleep(fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        call.status = 0
        return web.Response()

    def _do(self, call: Call) -> Json:
        try:
            self._check_token(call)
            if call.method == "apps.connections.open":
                return {"ok": True, "url": self._socket_url()}
            handler = METHODS.get(call.method)
            if handler is None:
                raise SlackError("unknown_method", req_method=call.method)
            before = self._before(call)
            request = Request(self.workspace, call.arguments, frozenset(self.scopes), self._base)
            answer = handler(request)
        except SlackError as refusal:
            return refusal.answer
        call.took_effect = True
        if call.method in POSTING:
            self.lint += lint(call.method, call.arguments)
        self.workspace.changed()
        if self.echo:
            self._echo(call.method, answer, before)
        return answer

    def _check_token(self, call: Call) -> None:
        if not call.token:
            raise SlackError("not_authed")
        wants_app = call.method == "apps.connections.open"
        if call.token == (self.app_token if wants_app else self.bot_token):
            return
        if call.token in (self.app_token, self.bot_token):
            raise SlackError("not_allowed_token_type")
        raise SlackError("invalid_auth")

    def _before(self, call: Call) -> Json:
        """The message as it was before it is changed or deleted."""
        if call.method not in ("chat.update", "chat.delete"):
            return {}
        channel = self.workspace.channel(str(call.arguments.get("channel")), by_name=False)
        message = channel.message(str(call.arguments.get("ts"))) if channel else None
        return message.to_json() if message else {}

    def _echo(self, method: str, answer: Json, before: Json) -> None:
        """Send the app its own message back as an event, as Slack does."""
        channel = self.workspace.channels.get(str(answer.get("channel")))
        if channel is None or (self.events.url is None and not self.events.sockets):
            return
        message = channel.message(str(answer.get("ts")))
        if method == "chat.postMessage" and message is not None:
            self._later(self.tell_new(channel, message))
        elif method == "chat.update" and message is not None:
            self._later(self.tell_changed(channel, message, before))
        elif method == "chat.delete":
            gone = Message(channel.id, str(answer["ts"]), BOT_USER_ID, before.get("text", ""))
            self._later(self.tell_deleted(channel, gone))

    def _later(self, sending: Any) -> None:
        task: asyncio.Task[Answer] = asyncio.ensure_future(sending)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _socket_url(self) -> str:
        ticket = new_id("W")
        self._tickets.add(ticket)
        return f"ws://{HOST}:{self.port}/link?ticket={ticket}"

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await self.events.serve_socket(socket, self.workspace.changed)
        return socket

    async def _serve_response(self, request: web.Request) -> web.Response:
        target = self.response_urls.get(request.match_info["token"])
        if target is None or time.monotonic() > target.expires:
            return web.Response(status=404, text="expired_url")
        target.uses += 1
        if target.uses > RESPONSE_URL_USES:
            return web.Response(status=404, text="used_url")
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        outcome = self.respond(target.channel, target.user, target.message_ts, body)
        return web.Response(status=200 if outcome == "ok" else 400, text=outcome)

    async def _serve_upload(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["file_id"])
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

    async def _serve_file(self, request: web.Request) -> web.Response:
        """A private file. Without the token Slack sends to a page to sign in, with status 200."""
        file = self.workspace.files.get(request.match_info["file_id"])
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            return web.Response(status=302, headers={"Location": "/signin"})
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.mimetype)


async def _serve_sign_in(request: web.Request) -> web.Response:
    page = "<!doctype html><title>Sign in | Sandbox</title><p>Sign in to see this file."
    return web.Response(text=page, content_type="text/html")


@web.middleware
async def _only_loopback(
    request: web.Request, handler: Callable[[web.Request], Any]
) -> web.StreamResponse:
    """Refuse what a browser page could send: foreign host names and anything with an Origin."""
    host = request.host.rpartition(":")[0] or request.host
    if host not in ("127.0.0.1", "localhost", "[::1]") or "Origin" in request.headers:
        return web.Response(status=403, text="loopback clients only")
    response: web.StreamResponse = await handler(request)
    return response


def _channel_named(arguments: Json) -> str | None:
    channel = arguments.get("channel")
    return str(channel) if channel else None
