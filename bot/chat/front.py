"""A process that holds sockets and understands what is written there; the desk is in another.

    python -m bot.chat.front LINK TURNS CONTROL

These are sockets that it inherits: two streams of items (`bot/chat/link.py`), of which TURNS has
the messages of browsers and their answers, and datagrams that each bring a browser's connection
with the head of its request. It ends when one of the streams does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import sys
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.chat.backend import Refused, Shown, Taken, Unavailable, Visitor
from bot.chat.frames import shown_of
from bot.chat.hub import Hub
from bot.chat.link import MAX_HEAD, Link, Pickler, Setup, to_tuple
from bot.chat.session import ChatParts
from bot.chat.talk import Talks
from bot.clock import utc_now
from bot.logs import set_up_logs
from domain.loaded import keep_what_is_loaded
from domain.messages import Channel, IncomingMessage
from domain.understanding.remembering import RememberingEngine
from inbound.hearing import Hearing
from inbound.listening import engine_of

log = logging.getLogger(__name__)

#: Seconds that browsers have to answer a goodbye.
GOODBYE_SECONDS = 3.0
_COUNT_SECONDS = 1.0
#: Seconds that an answer may take; whoever waits longer is told to try again.
PATIENCE_SECONDS = 60
#: Descriptors that are not for browsers.
RESERVED = 64
_CHAT = Channel.CHAT.value  # asking the enumeration takes longer than finding what is remembered


class LinkBackend:
    """Implements `ChatBackend` by asking the process at the other end of a link; messages go by
    another one, `turns`, which the thread that writes them reads."""

    def __init__(self, link: Link, turns: Link, engine: RememberingEngine) -> None:
        self._link = link
        self._turns = turns
        self.engine = engine
        self._pickler = Pickler()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._asked_before: deque[int] = deque(maxlen=PATIENCE_SECONDS)
        self._loop = asyncio.get_running_loop()

    async def hello(
        self, token: object, identity: object, after: int | None, now: datetime
    ) -> Visitor:
        visitor: Visitor = await self._ask(self._link, "hello", (token, identity, after, now))
        return visitor

    async def receive(self, incoming: IncomingMessage) -> Taken:
        text = "" if incoming.action else incoming.text
        understood = self.engine.understand(text, _CHAT, incoming.sent_at)
        message = to_tuple(incoming, self._pickler.pickled(text, understood))
        seq, messages, sender = await self._ask(self._turns, "receive", message)
        return Taken(seq, list(map(shown_of, messages)), sender)

    async def note_read(self, conversation_id: str, seq: int, now: datetime) -> None:
        await self._ask(self._link, "note_read", (conversation_id, seq, now))

    async def history(self, conversation_id: str, after: int) -> Sequence[Shown]:
        messages: Sequence[Shown] = await self._ask(self._link, "history", (conversation_id, after))
        return messages

    async def newest(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        newest: Mapping[str, int] = await self._ask(self._link, "newest", (conversation_ids,))
        return newest

    def _ask(self, link: Link, name: str, arguments: tuple[object, ...]) -> asyncio.Future[Any]:
        self._asked += 1
        future = self._waiting[self._asked] = self._loop.create_future()
        link.send((self._asked, name, arguments))
        return future

    def grow_impatient(self) -> None:
        """To be called once a second: who has waited too long is told that there is no answer."""
        if len(self._asked_before) == PATIENCE_SECONDS:
            oldest = self._asked_before[0]
            for number in [number for number in self._waiting if number <= oldest]:
                self.failed(number, Unavailable("no answer"))
        self._asked_before.append(self._asked)

    def answered(self, number: int, answer: object) -> None:
        """The other side has answered."""
        future = self._waiting.pop(number, None)
        if future is not None and not future.done():  # cancelled: the browser has left
            future.set_result(answer)

    def failed(self, number: int, error: Exception) -> None:
        """The other side could not answer."""
        future = self._waiting.pop(number, None)
        if future is not None and not future.done():
            future.set_exception(error)


class Front:
    """What this process consists of, once it has been set up."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._loop = asyncio.get_running_loop()
        self._link = Link(self._take, self._lost, self._unsent)
        self._turns = Link(self._take, self._lost, self._unsent)
        self._backend: LinkBackend | None = None
        self._hub: Hub | None = None
        self._talks: Talks | None = None
        self._server: web.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._hearing = asyncio.Lock()

    async def run(self, link: socket.socket, turns: socket.socket) -> None:
        """Serve until the other side ends it."""
        await self._loop.create_unix_connection(lambda: self._link, sock=link)
        await self._loop.create_unix_connection(lambda: self._turns, sock=turns)
        # What all engines share loads while the other side still does, and nobody talks here yet.
        engine_of(Hearing(frozenset(), "UTC", "US")).warm_up()
        await self._ended.wait()

    def _take(self, item: tuple[Any, ...]) -> None:
        if item[0] == "answer":
            self._asked.answered(item[1], item[2])
            return
        name, *arguments = item
        match name:
            case "refused":
                number, code, reason = arguments
                self._asked.failed(number, Refused(code, reason))
            case "unavailable":
                number, reason = arguments
                self._asked.failed(number, Unavailable(reason))
            case "failed":
                self._asked.failed(arguments[0], RuntimeError("the desk could not do it"))
            case "hints":
                conversations, elsewhere = arguments
                assert self._hub is not None  # hints come behind the setup
                self._hub.hear(conversations, elsewhere=elsewhere)
            case "setup":
                self._keep(self._set_up(*arguments), is_vital=True)
            case "hearing":
                self._keep(self._hear(*arguments))
            case "close":
                self._keep(self._say_goodbye())
            case _:
                log.error("front.unknown_item name=%s", name)

    @property
    def _asked(self) -> LinkBackend:
        assert self._backend is not None  # who asks has been set up
        return self._backend

    def _unsent(self, item: Any) -> None:
        number, *_ = item
        if isinstance(number, int):
            self._asked.failed(number, RuntimeError("it cannot be sent"))

    def _lost(self) -> None:
        """The process that stores is gone: nobody could acknowledge what browsers send now."""
        os._exit(0)

    def _keep(self, work: Coroutine[Any, Any, None], *, is_vital: bool = False) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_end_of_fault if is_vital else _tell_of_fault)

    async def _set_up(self, setup: Setup) -> None:
        set_up_logs(setup.log_format)
        engine = engine_of(setup.hearing)
        self._backend = LinkBackend(self._link, self._turns, engine)
        self._hub = Hub(self._backend)

        def words(name: str, locale: str) -> str:
            return setup.error_words[locale][name]

        parts = ChatParts(self._backend, words, utc_now, setup.default_locale)
        self._talks = Talks(parts, self._hub)
        self._server = web.Server(self._hold, access_log=None)
        engine.warm_up()
        keep_what_is_loaded()
        self._loop.add_reader(self._control, self._accept)
        self._keep(self._hub.run(), is_vital=True)
        self._keep(self._tell_count(self._talks, self._backend), is_vital=True)
        self._link.send(("ready", raise_limit() - RESERVED))

    async def _hold(self, request: web.BaseRequest) -> web.StreamResponse:
        assert self._talks is not None  # the server was made with them
        try:
            return await self._talks.hold(request)
        except ConnectionError:  # the browser has left in the middle of an answer
            return web.Response(status=400)
        except web.HTTPException as refused:
            refused.force_close()  # nothing but the handshake that was handed over is answered
            raise

    async def _hear(self, hearing: Hearing) -> None:
        """The catalog has changed: its numbers are known from now on."""
        async with self._hearing:  # one after the other: the last one counts
            self._asked.engine = await asyncio.to_thread(engine_of, hearing)

    async def _tell_count(self, talks: Talks, backend: LinkBackend) -> None:
        while True:  # the other side takes long silence for the end
            await asyncio.sleep(_COUNT_SECONDS)
            self._link.send(("open", len(talks)))
            backend.grow_impatient()

    def _accept(self) -> None:
        """Take over connections that wait."""
        while True:
            try:
                head, descriptors, *_ = socket.recv_fds(self._control, MAX_HEAD, 1)
            except BlockingIOError:
                return
            if not head:
                self._loop.remove_reader(self._control)
                return
            if not descriptors:
                log.error("front.connection_lost: no room for its descriptor")
            for descriptor in descriptors:
                self._keep(self._answer(head, socket.socket(fileno=descriptor)))

    async def _answer(self, head: bytes, connection: socket.socket) -> None:
        """Answer a request whose head another process has read."""
        assert self._server is not None  # connections come after the setup
        connection.setblocking(False)
        _, protocol = await self._loop.connect_accepted_socket(self._server, connection)
        protocol.data_received(head)

    async def _say_goodbye(self) -> None:
        self._loop.remove_reader(self._control)
        if self._talks is not None and self._server is not None:
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._talks.close()
                    await self._server.shutdown(GOODBYE_SECONDS)
            except TimeoutError:
                log.info("front.left_without_goodbye sockets=%d", len(self._talks))
        self._turns.close()
        self._link.close()
        self._ended.set()


def raise_limit() -> int:
    """Allow this process as many open files as it may have, and return how many."""
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        most = hard
    return most


def _end_of_fault(task: asyncio.Task[None]) -> None:
    """Without this task the process is good for nothing: another is started in its place."""
    _tell_of_fault(task)
    if not task.cancelled() and task.exception() is not None:
        os._exit(1)


def _tell_of_fault(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("front.task_ended", exc_info=fault)


def main(link: int, turns: int, control: int) -> None:
    """Run on the inherited sockets."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)  # the process that started us drains first
    receiving = socket.socket(fileno=control)
    receiving.setblocking(False)

    async def run() -> None:
        await Front(receiving).run(socket.socket(fileno=link), socket.socket(fileno=turns))

    asyncio.run(run())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
