"""Telling the app what people do: signed HTTP requests with Slack's retries, or a socket."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.sandbox.slack.nouns import Json
from bot.sandbox.slack.workspace import new_id

_SOCKET_TYPES = {"event": "events_api", "interaction": "interactive", "command": "slash_commands"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: `status` is None where no answer came within the three seconds."""

    status: int | None
    body: str
    seconds: float
    retry_num: int


@dataclass(slots=True)
class Answer:
    """What was sent to the app and what it answered, try by try."""

    kind: str  # "event", "interaction", "command"
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    via: str = "http"

    @property
    def status(self) -> int | None:
        """HTTP status of the last try; 200 for an acknowledged envelope; None for silence."""
        return self.attempts[-1].status if self.attempts else None

    @property
    def acknowledged(self) -> bool:
        """Whether a 2xx came in time."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def body(self) -> str:
        """Body of the last answer."""
        return self.attempts[-1].body if self.attempts else ""

    @property
    def json(self) -> Json:
        """The body as an object; empty where it is none."""
        try:
            value = json.loads(self.body or "{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a raw body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class EventSender:
    """Sends to `url`, or to a connected socket. `patience` is the time the app has, in seconds.

    Events are tried again after `retry_delays` unless a 2xx came (Slack: at once, a minute, five
    minutes); interactions and commands are sent once, as in Slack.
    """

    def __init__(self, secret: str, url: str | None) -> None:
        self.secret, self.url = secret, url
        self.patience = 3.0
        self.retry_delays: tuple[float, ...] = (0.05, 1.0, 3.0)
        self.deliveries: list[Answer] = []
        self.sockets: list[web.WebSocketResponse] = []
        self._acknowledged: dict[str, asyncio.Future[Json]] = {}
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections to the app."""
        for socket in list(self.sockets):
            await socket.close()
        if self._client is not None:
            await self._client.close()

    async def send(self, kind: str, payload: Json) -> Answer:
        """Deliver once with its retries; the answer is also kept in `deliveries`."""
        answer = Answer(kind, payload)
        self.deliveries.append(answer)
        delays = self.retry_delays if kind == "event" else ()
        for number, delay in enumerate((0.0, *delays)):
            if self.url is None and not self.sockets:
                break
            await asyncio.sleep(delay)
            reason = _reason(answer)
            answer.attempts.append(await self._try(answer, number, reason))
            if answer.acknowledged:
                break
        return answer

    async def again(self, answer: Answer, *, retry_num: int = 1) -> Attempt:
        """Send the same payload once more with retry headers, as after a lost 200."""
        attempt = await self._try(answer, retry_num, "http_timeout")
        answer.attempts.append(attempt)
        return attempt

    async def _try(self, answer: Answer, number: int, reason: str) -> Attempt:
        started = time.monotonic()
        status: int | None = None
        text = ""
        try:
            async with asyncio.timeout(self.patience):
                if self.sockets:
                    answer.via = "socket"
                    status, text = await self._by_socket(answer, number, reason)
                else:
                    status, text = await self._by_http(answer, number, reason)
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            pass
        return Attempt(status, text, time.monotonic() - started, number)

    async def _by_http(self, answer: Answer, number: int, reason: str) -> tuple[int, str]:
        body, content_type = _encoded(answer)
        headers = self.signed(body) | {"Content-Type": content_type}
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        return await self.post(body, headers)

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """The signature headers for a raw body; `at` is another moment than now."""
        timestamp = str(int(time.time() if at is None else at))
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
        }

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """POST raw bytes to the app with exactly these headers; for forged requests too."""
        if self.url is None:
            raise aiohttp.ClientConnectionError("no address for events is set")
        if self._client is None:
            self._client = aiohttp.ClientSession(
                headers={"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
            )
        async with self._client.post(self.url, data=body, headers=headers) as response:
            return response.status, await response.text(errors="replace")

    async def _by_socket(self, answer: Answer, number: int, reason: str) -> tuple[int, str]:
        envelope_id = new_id("E")
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": _SOCKET_TYPES[answer.kind],
            "payload": answer.payload,
            "accepts_response_payload": answer.kind != "event",
        }
        if answer.kind == "event":
            envelope |= {"retry_attempt": number, "retry_reason": reason if number else ""}
        waiter = asyncio.get_running_loop().create_future()
        self._acknowledged[envelope_id] = waiter
        try:
            socket = self.sockets[0]
            self.sockets.append(self.sockets.pop(0))  # one connection after the other, in turn
            await socket.send_json(envelope)
            reply: Any = (await waiter).get("payload")
        finally:
            del self._acknowledged[envelope_id]
        return 200, reply if isinstance(reply, str) else json.dumps(reply) if reply else ""

    async def serve_socket(
        self, socket: web.WebSocketResponse, changed: Callable[[], None]
    ) -> None:
        """Greet one Socket Mode connection and take its acknowledgements until it closes."""
        hello = {
            "type": "hello",
            "num_connections": len(self.sockets) + 1,
            "connection_info": {"app_id": "A0SANDBOX"},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
        }
        await socket.send_json(hello)
        self.sockets.append(socket)
        changed()
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            self.sockets.remove(socket)
            changed()

    def _take(self, data: str) -> None:
        try:
            envelope = json.loads(data)
        except ValueError:
            return
        waiter = self._acknowledged.get(str(envelope.get("envelope_id")))
        if waiter is not None and not waiter.done():
            waiter.set_result(envelope)


def _encoded(answer: Answer) -> tuple[bytes, str]:
    if answer.kind == "event":
        return json.dumps(answer.payload).encode(), "application/json"
    form = answer.payload
    if answer.kind == "interaction":
        form = {"payload": json.dumps(answer.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _reason(answer: Answer) -> str:
    return "http_timeout" if answer.status is None else "http_error"
