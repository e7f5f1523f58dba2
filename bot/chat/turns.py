"""Messages that come from a process with sockets, read by the thread that writes them."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from bot.chat.frames import sent
from bot.chat.link import ParcelReader, Unpickler, from_tuple, parcel_of
from bot.desk import Desk
from domain.errors import MadoguchiError
from domain.messages import Receipt
from storage.store import Hints, Outcome, Unit

log = logging.getLogger(__name__)

#: Bytes that are read at a time: more than the messages of one commit.
_READ_BYTES = 256 * 1024


class Turns:
    """Implements `Inlet` on the stream of messages. Make it on the event loop."""

    def __init__(self, stream: socket.socket, desk: Desk) -> None:
        stream.setblocking(False)
        self._stream = stream
        self._desk = desk
        self._reader = ParcelReader()
        self._unpickler = Unpickler()
        self._unsent = bytearray()
        self._sending = threading.Lock()
        self._loop = asyncio.get_running_loop()

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def unsent(self) -> int:
        """Bytes that the other end has not taken yet."""
        return len(self._unsent)

    def read(self) -> Sequence[tuple[int, Unit[Receipt]]] | None:
        try:
            data = self._stream.recv(_READ_BYTES)
        except BlockingIOError:
            return ()
        except OSError:  # its process was killed
            return None
        if not data:
            return None
        units: list[tuple[int, Unit[Receipt]]] = []
        # What came together came at one moment, which is then written out once for all. Within a
        # conversation moments tell what was first.
        now = self._desk.clock()
        seen: set[str | None] = set()
        for number, _, message in self._reader.items(data):
            try:
                incoming = from_tuple(message, self._unpickler.understood(message[-1]))
                if incoming.conversation_id in seen:
                    now = self._desk.clock()
                seen.add(incoming.conversation_id)
                units.append((number, self._desk.unit_for(incoming, now)))
            except Exception:  # one message must not cost the others theirs
                log.exception("front.not_taken")
                self.send(parcel_of([("failed", number)]))
        return units

    def parcel(self, outcomes: Sequence[Outcome], hints: Sequence[Hints]) -> bytes:
        items: list[object] = [answer_to(*outcome) for outcome in outcomes]
        # Behind the answers: who wrote reads nothing then.
        items += [
            ("hints", hint.conversations, hint.elsewhere)
            for hint in hints
            if hint.conversations or hint.elsewhere
        ]
        try:
            return parcel_of(items)
        except Exception:  # all is stored; browsers ask again
            log.exception("front.not_told")
            return parcel_of([("failed", number) for number, _, _ in outcomes])

    def send(self, parcel: bytes) -> None:
        with self._sending:
            if not self._unsent:
                parcel = parcel[self._sent(parcel) :]
                if not parcel:
                    return
                self._on_loop(self._go_on)
            self._unsent += parcel

    def _sent(self, data: bytes | bytearray) -> int:
        """How much of it the stream takes now; all, where nobody is there to take it."""
        try:
            return self._stream.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)

    def _go_on(self) -> None:
        if self._stream.fileno() >= 0:
            self._loop.add_writer(self._stream, self._send_rest)

    def _send_rest(self) -> None:
        with self._sending:
            del self._unsent[: self._sent(self._unsent)]
            if not self._unsent:
                self._loop.remove_writer(self._stream)

    def end(self) -> None:
        """Have nothing more come by the stream; whoever reads it closes it then."""
        with suppress(OSError):  # it is closed, or its process is gone
            self._stream.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._on_loop(self._close)

    def _close(self) -> None:
        with self._sending:  # the number of the descriptor may be another's a moment later
            if self._stream.fileno() >= 0:
                self._loop.remove_writer(self._stream)
                self._stream.close()

    def _on_loop(self, call: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop is closed: nobody waits any more
            self._stream.close()


def answer_to(
    number: int, receipt: Receipt | None, error: BaseException | None
) -> tuple[object, ...]:
    """What became of a message, for the process that it came from."""
    if receipt is not None and error is None:
        try:
            messages = list(map(sent, receipt.messages))
        except Exception:  # it is stored all the same; the browser asks again
            log.exception("front.not_told")
            return ("failed", number)
        return ("answer", number, (receipt.seq, messages, receipt.sender))
    if isinstance(error, MadoguchiError):
        return ("refused", number, error.code, str(error))
    log.error("front.not_stored", exc_info=error)
    return ("failed", number)
