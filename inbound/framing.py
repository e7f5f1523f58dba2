"""How the counter and the process that reads mails tell one message from the next.

In a file of its own: who reads needs nothing else of what the counter loads.
"""

from __future__ import annotations

import pickle
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader

FRAME = struct.Struct(">Q")  # the length before each pickled message, both ways
_AT_ONCE = 1024 * 1024


def framed(message: object) -> bytes:
    """A message with its length before it."""
    pickled = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return FRAME.pack(len(pickled)) + pickled


class FrameReader:
    """Takes messages off a stream; those that came together without another wait."""

    def __init__(self, stream: StreamReader) -> None:
        self._stream = stream
        self._held = b""
        self._at = 0

    def take(self) -> bytes | None:
        """The next message where all of it is here, still pickled."""
        begin = self._at + FRAME.size
        if len(self._held) < begin:
            return None
        end = begin + int(FRAME.unpack_from(self._held, self._at)[0])
        if len(self._held) < end:
            return None
        self._at = end
        return self._held[begin:end]

    async def next(self) -> bytes:
        """The next message, still pickled.

        Raises:
            EOFError: the stream ended before it.
        """
        held = bytearray(self._held[self._at :])
        while len(held) < _length(held):
            piece = await self._stream.read(_AT_ONCE)
            if not piece:
                raise EOFError
            held += piece
        self._held, self._at = bytes(held), 0
        message = self.take()
        assert message is not None  # it was waited for
        return message


def _length(begun: bytearray) -> int:
    """Of a message with its head, as far as that is known."""
    known: int = FRAME.unpack_from(begun)[0] if len(begun) >= FRAME.size else 0
    return FRAME.size + known
