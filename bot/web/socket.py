"""`/chat/socket` and its twin over plain HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from aiohttp import WSCloseCode, WSMsgType, hdrs, web

from bot.chat import frames
from bot.chat.frames import Frame
from bot.chat.hub import MAX_WAITING, Follower, Hub, give
from bot.chat.pace import Pace
from bot.chat.session import ChatParts, ChatSession
from bot.rendering import known_locale
from domain.messages import Message
from storage.conversations import history

#: Seconds between two pings; a socket that does not answer is closed after half as many more.
HEARTBEAT_SECONDS = 45.0
#: Bytes that wait for a browser which does not read; with more it is sent away.
MAX_UNREAD = 1024 * 1024
#: Visitors over plain HTTP whose pace is remembered; those longest silent are forgotten first.
KEPT_PACES = 5_000


class ChatDoor:
    """Answers the chat's routes."""

    def __init__(self, parts: ChatParts, hub: Hub, origins: frozenset[str]) -> None:
        self._parts = parts
        self._hub = hub
        self._origins = origins
        self._open: set[web.WebSocketResponse] = set()
        self._paces: dict[str, Pace] = {}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.get("/chat/socket", self.socket),
            web.post("/chat/messages", self.post),
            web.get("/chat/messages", self.get),
            web.delete("/chat/visitor", self.forget),
        ]

    def _refuse_foreign(self, request: web.Request) -> None:
        # A browser always names the page; only programs of no browser leave it out.
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin not in self._origins:
            raise web.HTTPForbidden(text="this website may not use the chat; see ALLOWED_ORIGINS")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """Talk in frames until the browser leaves."""
        self._refuse_foreign(request)
        # Compression would hold 90 KiB for each idle socket.
        socket = web.WebSocketResponse(
            compress=False, max_msg_size=frames.MAX_FRAME_BYTES, heartbeat=HEARTBEAT_SECONDS
        )
        await socket.prepare(request)
        talk = _SocketTalk(socket, request.transport, ChatSession(self._parts), self._hub)
        self._open.add(socket)
        try:
            await talk.run()
        finally:
            self._open.discard(socket)
            talk.leave()
        return socket

    async def close(self) -> None:
        """Send everybody away; they come back to another process, or to this one's successor."""
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.GOING_AWAY) for socket in list(self._open)),
            return_exceptions=True,
        )

    async def post(self, request: web.Request) -> web.Response:
        """Take one frame; the first one without a token is answered with a welcome as well."""
        self._refuse_foreign(request)
        body = await _body(request)
        session = ChatSession(self._parts, self._pace_of(request))
        answers: list[Frame] = []
        first = _as_frame(body)
        if first.get("type") != "hello":
            session.visitor = await self._parts.visitors.recognise(_bearer(request))
            if session.visitor is None:
                hints = {name: first[name] for name in _HELLO_FIELDS if name in first}
                answers, _ = await session.take(json.dumps({"type": "hello", **hints}))
            elif isinstance(first.get("locale"), str):
                session.locale = known_locale(first["locale"][:35])
        frames_out, messages = await session.take(body)
        answers += frames_out
        answers += [frames.message_frame(m) for m in messages if not m.internal]
        return _answer(answers)

    def _pace_of(self, request: web.Request) -> Pace:
        """The pace of who posts: by token, and by address where there is none."""
        who = _bearer(request) or f"from {request.remote}"
        pace = self._paces.pop(who, None) or Pace()
        self._paces[who] = pace
        while len(self._paces) > KEPT_PACES:
            self._paces.pop(next(iter(self._paces)))
        return pace

    async def get(self, request: web.Request) -> web.Response:
        """The messages behind `after`."""
        self._refuse_foreign(request)
        visitor = await self._parts.visitors.recognise(_bearer(request))
        if visitor is None:
            session = ChatSession(self._parts)
            return _answer([session.refusal("unauthorized", None)], status=401)
        try:
            after = max(0, int(request.query.get("after", "0") or 0))
        except ValueError:
            return _answer([ChatSession(self._parts).refusal("bad_frame", None)], status=400)
        messages = await self._parts.store.read(
            lambda s: history(s, visitor.conversation_id, after=min(after, 2**31 - 1))
        )
        return _answer([frames.message_frame(message) for message in messages])

    async def forget(self, request: web.Request) -> web.Response:
        """End the visitor's token, on the server as well."""
        self._refuse_foreign(request)
        await self._parts.visitors.forget(_bearer(request), self._parts.clock())
        return web.Response(status=204)


class _SocketTalk:
    """One socket: frames in, frames out, and what others write to the conversation."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        session: ChatSession,
        hub: Hub,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._session = session
        self._hub = hub
        self._follower: Follower | None = None
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING)
        self._sender: asyncio.Task[None] | None = None

    async def run(self) -> None:
        async for received in self._socket:
            if received.type is not WSMsgType.TEXT:
                await self._send([frames.dump(self._session.refusal("bad_frame", None))])
                continue
            before = self._session.visitor
            answers, messages = await self._session.take(received.data)
            out = [frames.dump(frame) for frame in answers]
            if self._session.visitor is not before:
                self._follow()
            out += self._own(messages)
            if out:
                await self._send(out)

    async def _send(self, out: Sequence[bytes]) -> None:
        """Send frames in one write: a call of the system for each costs more than the frames."""
        if len(out) == 1:
            await self._socket.send_frame(out[0], WSMsgType.TEXT)
            return
        transport = self._transport
        if self._socket.closed or transport is None or transport.is_closing():
            raise ConnectionResetError("the browser has left")
        transport.write(frames.text_frames(out))
        if transport.get_write_buffer_size() > MAX_UNREAD:
            self.leave()
            self._socket.force_close()

    def _own(self, messages: Sequence[Message]) -> list[bytes]:
        """What this socket's own message led to, unless the hub was quicker."""
        follower = self._follower
        if follower is None or not messages:
            return []
        if messages[0].seq > follower.last_seq + 1:
            # Somebody else wrote in between: the hub gives all of it in order.
            self._hub.catch_up_soon(follower.conversation_id, messages[-1].seq)
            return []
        if not self._waiting.empty():
            give(follower, messages)  # behind what waits to be sent
            return []
        new = [message for message in messages if message.seq > follower.last_seq]
        follower.last_seq = max(follower.last_seq, messages[-1].seq)
        return [frames.dump(frames.message_frame(m)) for m in new if not m.internal]

    def _follow(self) -> None:
        visitor = self._session.visitor
        assert visitor is not None  # it has just said hello
        if self._follower and self._follower.conversation_id == visitor.conversation_id:
            if visitor.messages:
                self._follower.last_seq = max(self._follower.last_seq, visitor.messages[-1].seq)
            return
        self.leave()
        newest = visitor.messages[-1].seq if visitor.messages else visitor.after
        self._follower = Follower(visitor.conversation_id, self._push, newest)
        self._hub.follow(self._follower)
        if not visitor.is_new:
            # What was written between the look into the history and now.
            self._hub.catch_up_soon(visitor.conversation_id, newest + 1)

    def _push(self, messages: Sequence[Message]) -> None:
        """Called by the hub; never waits. A browser that does not read is sent away."""
        try:
            for message in messages:
                self._waiting.put_nowait(frames.dump(frames.message_frame(message)))
        except asyncio.QueueFull:
            self.leave()
            self._socket.force_close()
            return
        if self._sender is None or self._sender.done():
            self._sender = asyncio.get_running_loop().create_task(self._send_waiting())

    async def _send_waiting(self) -> None:
        while not self._waiting.empty():
            try:
                await self._send([self._waiting.get_nowait()])
            except ConnectionError:
                return

    def leave(self) -> None:
        """Follow no more."""
        if self._follower is not None:
            self._hub.leave(self._follower)
            self._follower = None


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > frames.MAX_FRAME_BYTES:
        raise web.HTTPRequestEntityTooLarge(frames.MAX_FRAME_BYTES, request.content_length or 0)
    body = await request.content.read(frames.MAX_FRAME_BYTES + 1)
    while len(body) <= frames.MAX_FRAME_BYTES and not request.content.at_eof():
        more = await request.content.read(frames.MAX_FRAME_BYTES + 1 - len(body))
        if not more:
            break
        body += more
    if len(body) > frames.MAX_FRAME_BYTES:
        raise web.HTTPRequestEntityTooLarge(frames.MAX_FRAME_BYTES, len(body))
    return body


#: What a client may send along with its first frame instead of a hello.
_HELLO_FIELDS = ("locale", "page", "identity")


def _as_frame(body: bytes) -> Frame:
    """The body as a frame, empty where it is none; the session says what is wrong with it."""
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _answer(out: Sequence[Frame], status: int = 200) -> web.Response:
    messages = [frame for frame in out if frame["type"] == "message"]
    return web.Response(
        body=frames.dump({"frames": list(out), "messages": messages}),
        status=status,
        content_type="application/json",
        charset="utf-8",
    )
