"""Open sockets: frames in, frames out, and what others write to the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic

from aiohttp import WSCloseCode, WSMsgType, web

from bot.chat import frames
from bot.chat.backend import Shown
from bot.chat.hub import MAX_WAITING, Follower, Hub, give
from bot.chat.session import ChatParts, ChatSession

#: Seconds of silence after which a browser is pinged; one that does not answer is closed after
#: half as many more.
HEARTBEAT_SECONDS = 45.0
_PING = b"\x89\x00"
#: Bytes that wait for a browser which does not read; with more it is sent away.
MAX_UNREAD = 1024 * 1024


class Talks:
    """The sockets that this process holds."""

    def __init__(self, parts: ChatParts, hub: Hub) -> None:
        self._parts = parts
        self._hub = hub
        self._open: set[web.WebSocketResponse] = set()
        self._closing = False

    def __len__(self) -> int:
        return len(self._open)

    async def hold(self, request: web.BaseRequest) -> web.WebSocketResponse:
        """Talk in frames until the browser leaves.

        Raises:
            HTTPServiceUnavailable: everybody is being sent away.
        """
        if self._closing:  # who waited for something until now would not hear the goodbye
            raise web.HTTPServiceUnavailable
        socket = open_socket()
        await socket.prepare(request)
        talk = _Talk(socket, request.transport, ChatSession(self._parts), self._hub)
        self._open.add(socket)
        try:
            await talk.run()
        finally:
            self._open.discard(socket)
            talk.leave()
        return socket

    async def close(self) -> None:
        """Send everybody away; they come back to another process, or to this one's successor."""
        self._closing = True
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.GOING_AWAY) for socket in list(self._open)),
            return_exceptions=True,
        )


def open_socket() -> web.WebSocketResponse:
    """A socket that takes frames of the interface."""
    # Compression would hold 90 KiB for each idle socket. The heartbeat is ours: the library's
    # needs a call of the event loop, and to see pongs we answer pings.
    return web.WebSocketResponse(
        compress=False, max_msg_size=frames.MAX_FRAME_BYTES, autoping=False
    )


class _Talk:
    """One socket of a browser."""

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
        self._heard = monotonic()
        self._is_asking = False
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(HEARTBEAT_SECONDS, self._look)

    async def run(self) -> None:
        """Answer what the browser sends until it leaves."""
        try:
            while True:
                received = await self._socket.receive()
                self._heard = monotonic()
                match received.type:
                    case WSMsgType.TEXT:
                        before = self._session.visitor
                        self._is_asking = True
                        answers, messages = await self._session.take(received.data)
                        self._is_asking = False
                        out = list(map(frames.dump, answers))
                        if self._session.visitor is not before:
                            self._follow()
                        out += self._own(messages)
                        if len(out) > 1:
                            self._send_together(out)
                        elif out:
                            await self._socket.send_frame(out[0], WSMsgType.TEXT)
                    case WSMsgType.PING:
                        await self._socket.pong(received.data)
                    case WSMsgType.PONG:
                        pass
                    case WSMsgType.CLOSE | WSMsgType.CLOSING | WSMsgType.CLOSED:
                        return
                    case _:
                        refusal = frames.dump(self._session.refusal("bad_frame", None))
                        await self._socket.send_frame(refusal, WSMsgType.TEXT)
        finally:
            self._timer.cancel()

    def _look(self) -> None:
        """Ping the browser if it has been silent for long."""
        silent = monotonic() - self._heard
        if silent < HEARTBEAT_SECONDS:
            self._timer = self._loop.call_later(HEARTBEAT_SECONDS - silent, self._look)
        elif self._transport is not None and not self._socket.closed:
            self._transport.write(_PING)
            self._timer = self._loop.call_later(HEARTBEAT_SECONDS / 2, self._judge, self._heard)

    def _judge(self, heard: float) -> None:
        """Let go of a browser that has said nothing since it was pinged."""
        # While it waits for the desk, what it says stands in line.
        if self._heard > heard or self._is_asking:
            self._look()
        elif self._transport is not None:
            self._transport.abort()

    def _send_together(self, out: Sequence[bytes]) -> None:
        """Send frames in one write: a call of the system for each costs more than the frames."""
        transport = self._transport
        if self._socket.closed or transport is None or transport.is_closing():
            raise ConnectionResetError("the browser has left")
        transport.write(frames.text_frames(out))
        if transport.get_write_buffer_size() > MAX_UNREAD:
            self._send_away()

    def _send_away(self) -> None:
        """Cut the connection of a browser that does not read: it would not read a goodbye."""
        self.leave()
        if self._transport is not None:
            self._transport.abort()

    def _own(self, messages: Sequence[Shown]) -> list[bytes]:
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
        given, newest = follower.last_seq, messages[-1].seq
        if newest > given:
            follower.last_seq = newest
        return [m.frame for m in messages if m.seq > given and not m.internal]

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

    def _push(self, messages: Sequence[Shown]) -> None:
        """Called by the hub; never waits. A browser that does not read is sent away."""
        try:
            for message in messages:
                self._waiting.put_nowait(message.frame)
        except asyncio.QueueFull:
            self._send_away()
            return
        if self._sender is None or self._sender.done():
            self._sender = asyncio.get_running_loop().create_task(self._send_waiting())

    async def _send_waiting(self) -> None:
        while not self._waiting.empty():
            try:
                await self._socket.send_frame(self._waiting.get_nowait(), WSMsgType.TEXT)
            except ConnectionError:
                return

    def leave(self) -> None:
        """Follow no more."""
        if self._follower is not None:
            self._hub.leave(self._follower)
            self._follower = None
