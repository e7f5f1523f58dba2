"""A thread for work that may hang: one piece after the other, and left behind when it must be.

The standard library's executors wait for their threads when the process ends; a look-up of a name
or a server that says nothing more would hold up a stop for a minute.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
_Piece = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]
_END = None


class LeftBehind(OSError):
    """The work did not end in time. An OSError: it is the network that hangs."""


class LoneThread:
    """Runs blocking calls one after the other in a daemon thread of its own."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pieces: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._given: set[asyncio.Future[Any]] = set()
        self._thread: threading.Thread | None = None
        self.is_left = False

    def run(self, work: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        """Have `work` done in the thread; what it raises comes back.

        Raises:
            LeftBehind: from the future, where the thread was left.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._pieces.put((lambda: work(*arguments), loop, future))
        if self.is_left:  # it is done when the thread comes back, and nobody waits for that
            future.set_exception(LeftBehind("the connection was given up"))
        else:
            self._given.add(future)
            future.add_done_callback(self._given.discard)
        return future

    def leave(self) -> None:
        """Wait for nothing any more: what runs now ends for us with `LeftBehind`."""
        self.is_left = True
        for future in list(self._given):
            if not future.done():
                future.set_exception(LeftBehind("the connection was given up"))

    def close(self) -> None:
        """End the thread once it has done what it was given."""
        self._pieces.put(_END)

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not _END:
            work, loop, future = piece
            try:
                result, error = work(), None
            except BaseException as raised:
                result, error = None, raised
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_resolve, future, result, error)


def _resolve(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
