"""Open sockets: frames in, frames out, and what others write to the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import WSCloseCode, WSMsgType, web

from bot.chat import frames
from bot.chat.backend import Shown
from bot.chat.hub import MAX_WAITING, Follower, Hub, give
from bot.chat.session import ChatParts, ChatSession

#: Seconds between two pings; a socket that does not answer is closed after half as many more.
HEARTBEAT_SECONDS = 45.0
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
    # Compression would hold 90 KiB for each idle socket.
    return web.WebSocketResponse(
        compress=False, max_msg_size=frames.MAX_FRAME_BYTES, heartbeat=HEARTBEAT_SECONDS
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
        new = [message for message in messages if message.seq > follower.last_seq]
        follower.last_seq = max(follower.last_seq, messages[-1].seq)
        return [m.frame for m in new if not m.internal]

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
