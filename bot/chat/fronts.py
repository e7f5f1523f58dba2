"""Processes that hold the sockets of browsers, led from the one that stores.

Understanding a new sentence costs a millisecond and a socket a tenth of one for each message: with
the sockets in a process of their own the desk and the browsers each have a core. A browser comes in
by the door of this process like everybody; once it asks for a socket, the connection itself is
handed to the other process (SCM_RIGHTS, unix(7)), which answers it from then on.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import hdrs, web

from bot.chat.backend import Refused, Unavailable
from bot.chat.desk_backend import DeskBackend
from bot.chat.launch import Launched, launch
from bot.chat.link import MAX_HEAD, Link, Setup, Unpickler, from_tuple
from bot.chat.talk import open_socket
from bot.chat.turns import Turns, answer_to
from bot.desk import Desk
from bot.one_core import given_cores
from domain.messages import IncomingMessage, Receipt
from inbound.hearing import Hearing
from storage.store import Hints, Told

log = logging.getLogger(__name__)

#: Seconds before one that ended is started again: at first, and at most.
RESTART_SECONDS = 1.0
MAX_RESTART_SECONDS = 30.0
#: Seconds that one has to say goodbye to its browsers before it is killed.
GOODBYE_SECONDS = 4.0
#: Seconds until one that is asked to end, or has lost its stream, is killed.
END_SECONDS = 1.0
#: Seconds that a browser waits for one that is loading; then it is answered here.
LOADING_SECONDS = 3.0
#: Seconds between two looks at whether it still says something, as it does every second, and the
#: looks in vain after which it is taken to hang: while it works, and while it loads. Looks are
#: counted and not time, which passes for both when the machine sleeps.
LOOK_SECONDS = 2.0
SILENT_LOOKS = 8
LOADING_LOOKS = 60
#: Bytes that it has not read; with more it is taken to hang.
MAX_UNREAD = 16 * 1024 * 1024
#: What the answer to a handshake depends on (RFC 6455, section 4.2.1).
_HANDSHAKE = (
    hdrs.HOST,
    hdrs.SEC_WEBSOCKET_KEY,
    hdrs.SEC_WEBSOCKET_VERSION,
    hdrs.SEC_WEBSOCKET_PROTOCOL,
)


class Fronts:
    """The processes that hold sockets. While there is none, browsers are answered here."""

    def __init__(self, count: int, launched: Sequence[Launched] = ()) -> None:
        """
        Args:
            count: how many there are to be.
            launched: those that have been started already.
        """
        self._news = asyncio.Event()
        early = [*launched, *[None] * count][:count]
        self._fronts = [_Front(process, self._news.set) for process in early]

    @property
    def sockets(self) -> int:
        """How many sockets they hold."""
        return sum(front.open for front in self._fronts)

    @property
    def pids(self) -> list[int]:
        """The processes that there are."""
        return [front.pid for front in self._fronts if front.pid is not None]

    @property
    def are_ready(self) -> bool:
        """Whether browsers are answered by them and not here."""
        return any(front.is_ready for front in self._fronts)

    @property
    def are_loading(self) -> bool:
        """Whether there are some that will take connections soon."""
        return not self.are_ready and any(front.is_loading for front in self._fronts)

    async def lead(self, backend: DeskBackend, setup: Callable[[], Setup]) -> None:
        """Answer what they ask, and start anew what ends. Runs until cancelled.

        Args:
            setup: what they have to know, as it is now.
        """
        await asyncio.gather(*(front.lead(backend, setup) for front in self._fronts))

    def hear(self, hints: Hints) -> None:
        """Tell them what a commit has changed."""
        if hints.conversations or hints.elsewhere:
            # Behind the answers of the same commit: who wrote reads nothing then.
            for front in self._fronts:
                if front.is_ready and front.turns not in hints.known_to:
                    front.send(("hints", hints.conversations, hints.elsewhere))

    def tell(self, hearing: Hearing) -> None:
        """Tell them that the catalog has changed."""
        for front in self._fronts:
            front.send(("hearing", hearing))

    async def wait(self) -> None:
        """Wait for one that is loading, but not for long: who comes right after the start is not
        answered here, where sentences would have to be loaded as well."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOADING_SECONDS):
                while self.are_loading:
                    self._news.clear()
                    await self._news.wait()

    def take_over(self, request: web.Request) -> bool:
        """Hand the connection of a WebSocket handshake to the one that holds fewest; False, and
        nothing has happened, where it must be answered here."""
        ready = [front for front in self._fronts if front.is_ready]
        transport = request.transport
        if not ready or transport is None or not _is_at_rest(request, transport):
            return False
        if not open_socket().can_prepare(request):
            return False  # no handshake, or a bad one: it gets its answer here
        ready.sort(key=lambda front: front.open)
        if not any(front.take_over(request, transport) for front in ready):
            return False
        transport.abort()  # our end of it; nothing is said to the browser
        return True

    async def close(self) -> None:
        """Have them say goodbye to all browsers, and end them."""
        await asyncio.gather(*(front.close() for front in self._fronts))


class _Front:
    """One of them, seen from here."""

    def __init__(self, launched: Launched | None, has_news: Callable[[], None]) -> None:
        self.is_ready = False
        self.open = 0
        self.turns: Turns | None = None
        self._launched = launched
        self._has_news = has_news
        self._most = 0
        self._looks = 0  # since it said something
        self._link: Link | None = None
        self._messages: Link | None = None
        self._cores = given_cores()  # this process may keep itself to one later
        self._unpickler = Unpickler()
        self._backend: DeskBackend | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lost = asyncio.Event()
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._launched.process.pid if self._launched is not None else None

    @property
    def is_loading(self) -> bool:
        """Whether there is a process that cannot take connections yet."""
        return self._launched is not None and not self.is_ready and not self._closing

    async def lead(self, backend: DeskBackend, setup: Callable[[], Setup]) -> None:
        """Answer what it asks, and start it anew when it ends. Runs until cancelled."""
        self._backend = backend
        pause = RESTART_SECONDS
        while not self._closing:
            try:
                if self._launched is None:
                    self._launched = launch(self._cores)
                if not self._closing:
                    await self._lead_one(self._launched, setup())
                pause = RESTART_SECONDS if self.is_ready else min(2 * pause, MAX_RESTART_SECONDS)
            except Exception as error:
                known = isinstance(error, OSError)
                log.warning("front.not_started: %s", error, exc_info=not known)
                pause = min(2 * pause, MAX_RESTART_SECONDS)
            finally:
                await self._end()
            if not self._closing:
                log.warning("front.ended: browsers come back; another is started in %.0f s", pause)
                await asyncio.sleep(pause)

    async def _lead_one(self, launched: Launched, setup: Setup) -> None:
        self._lost.clear()
        link = Link(self._take, self._lost.set, self._unsent)
        self._looks = 0
        await asyncio.get_running_loop().create_unix_connection(lambda: link, sock=launched.stream)
        if self._launched is not launched:  # a stop has ended it meanwhile
            link.close()
            return
        self._link = link
        await self._take_turns(launched)
        link.send(("setup", setup))
        while not self._lost.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._lost.wait()
            self._looks += 1
            is_silent = self._looks > (SILENT_LOOKS if self.is_ready else LOADING_LOOKS)
            if not self._lost.is_set() and (is_silent or self._unread > MAX_UNREAD):
                log.error("front.hangs: it is ended")
                return

    @property
    def _unread(self) -> int:
        links = [link for link in (self._link, self._messages) if link is not None]
        unsent = self.turns.unsent if self.turns is not None else 0
        return sum(link.unread for link in links) + unsent

    async def _take_turns(self, launched: Launched) -> None:
        """Have messages of browsers read where they are written, or else here."""
        assert self._backend is not None  # it is being led
        stream = launched.turns
        if self._backend.desk.opinion is None:
            turns = Turns(stream, self._backend.desk)
            if self._backend.store.attach(turns):
                self.turns = turns
                return
        messages = Link(self._take, self._lost.set, self._unsent)
        await asyncio.get_running_loop().create_unix_connection(lambda: messages, sock=stream)
        if self._launched is launched:
            self._messages = messages
        else:
            messages.close()

    def _unsent(self, item: Any) -> None:
        name, number, *_ = item
        if name == "answer" and self._link is not None:
            self._link.send(("failed", number))

    async def _end(self, *, at_once: bool = False) -> None:
        launched, self._launched = self._launched, None
        self.is_ready, self.open = False, 0
        self._has_news()
        if launched is None:
            return
        launched.control.close()
        if self._link is not None:
            self._link.close()
            self._link = None
        else:
            launched.stream.close()
        if self.turns is not None:
            self.turns.end()
            self.turns = None
        elif self._messages is not None:
            self._messages.close()
            self._messages = None
        else:
            launched.turns.close()
        process = launched.process
        try:
            async with asyncio.timeout(0 if at_once else END_SECONDS):
                await asyncio.to_thread(process.wait)
        except BaseException as reason:  # cancelled as well: nobody else would end it
            process.kill()
            if not isinstance(reason, TimeoutError):
                raise
            await asyncio.to_thread(process.wait)

    async def close(self) -> None:
        """Have it say goodbye to its browsers, and end it."""
        self._closing = True
        link, self.is_ready, says_goodbye = self._link, False, self.is_ready
        if link is not None and says_goodbye:
            link.send(("close",))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._lost.wait()
        await self._end(at_once=not says_goodbye)  # nobody waits for what has not even loaded

    def send(self, item: object) -> None:
        """Tell it something, if it is there."""
        if self._link is not None:
            self._link.send(item)

    def take_over(self, request: web.Request, transport: asyncio.BaseTransport) -> bool:
        """Hand it a connection; False where it cannot take one now."""
        head = _head_of(request)
        connection = transport.get_extra_info("socket")
        if connection is None or self._launched is None or len(head) > MAX_HEAD:
            return False
        if self.open >= self._most:
            return False
        try:
            socket.send_fds(self._launched.control, [head], [connection.fileno()])
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ENOBUFS):
                log.warning("front.not_handed_over: %s", error)
            return False
        self.open += 1  # until it tells how many it holds
        return True

    def _take(self, item: tuple[Any, ...]) -> None:
        match item:
            case ("ready", most):
                self._most = most
                self.is_ready = not self._closing
                self._has_news()
            case ("open", count):
                self.open = count
                self._looks = 0
            case (number, "receive", arguments):
                self._receive(number, arguments)
            case (number, name, arguments):
                assert self._link is not None  # it came by it
                self._keep(self._answer(self._link, number, name, arguments))
            case _:
                log.error("front.unknown_item: %.80r", item)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _receive(self, number: int, message: tuple[Any, ...]) -> None:
        """Take a message. Hundreds come in a second: a task for each would cost too much."""
        assert self._backend is not None  # it is being led
        assert self._messages is not None  # it came by it
        desk = self._backend.desk
        try:
            incoming = from_tuple(message, self._unpickler.understood(message[-1]))
            told = partial(_tell, self._messages, number)
            if desk.asks_first(incoming):
                self._keep(self._receive_by_and_by(desk, incoming, told))
            else:
                self._backend.store.submit(desk.unit_for(incoming, desk.clock()), told)
        except Exception:
            log.exception("front.not_taken")
            self._messages.send(("failed", number))

    async def _receive_by_and_by(
        self, desk: Desk, incoming: IncomingMessage, told: Told[Receipt]
    ) -> None:
        try:
            receipt = await desk.receive(incoming)
        except Exception as error:
            told(None, error)
        else:
            told(receipt, None)

    async def _answer(self, link: Link, number: int, name: str, arguments: tuple[Any, ...]) -> None:
        backend = self._backend
        assert backend is not None  # it is being led
        asked: Mapping[str, Callable[..., Coroutine[Any, Any, Any]]] = {
            "hello": backend.hello,
            "note_read": backend.note_read,
            "history": backend.history,
            "newest": backend.newest,
        }
        try:
            link.send(("answer", number, await asked[name](*arguments)))
        except Refused as refused:
            link.send(("refused", number, refused.code, refused.reason))
        except Unavailable as unavailable:
            link.send(("unavailable", number, str(unavailable)))
        except Exception:
            log.exception("front.not_answered name=%s", name)
            link.send(("failed", number))


def _is_at_rest(request: web.Request, transport: asyncio.Transport) -> bool:
    """Whether nothing is under way on the connection but the request itself."""
    is_plain = transport.get_extra_info("sslcontext") is None
    is_busy = transport.is_closing() or transport.get_write_buffer_size() > 0
    return is_plain and not is_busy and not request.body_exists


def _tell(link: Link, number: int, receipt: Receipt | None, error: BaseException | None) -> None:
    """Tell what became of a message."""
    link.send(answer_to(number, receipt, error))


def _head_of(request: web.Request) -> bytes:
    """A request as it came, as far as the answer to a handshake depends on it."""
    lines = [
        f"GET {request.rel_url.raw_path} HTTP/1.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
    ]
    lines += [f"{name}: {text}" for name in _HANDSHAKE for text in request.headers.getall(name, ())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
