"""A load generator for chats: N sockets, each sending its next message when the last is answered.

Runs as a process of its own, so that it does not share an interpreter with the server under test,
and speaks WebSocket frames (RFC 6455) itself, so that it costs little beside it.

    python benchmarks/sockets.py --port 8080 --path /chat/socket --sockets 50 --messages 100
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Callable


class Socket:
    """One client connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, path: str) -> Socket:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        return cls(reader, writer)

    def send(self, text: bytes) -> None:
        # A mask of zeroes is a mask; the server unmasks all the same.
        size = len(text)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self._writer.write(head + b"\0\0\0\0" + text)

    async def receive(self) -> bytes:
        while True:
            first, second = await self._reader.readexactly(2)
            size = second & 0x7F
            if size == 126:
                size = int.from_bytes(await self._reader.readexactly(2), "big")
            elif size == 127:
                size = int.from_bytes(await self._reader.readexactly(8), "big")
            payload = await self._reader.readexactly(size)
            if first & 0x0F == 1:
                return payload
            if first & 0x0F == 8:
                raise ConnectionError("the server closed the socket")

    def close(self) -> None:
        self._writer.close()


async def talk(
    port: int, path: str, number: int, messages: int, waits: list[float], text: Callable[[int], str]
) -> None:
    """Say hello, then send and wait for the answer to each message."""
    socket = await Socket.open(port, path)
    try:
        socket.send(b'{"type":"hello","visitor":null,"locale":"en","page":{},"after":null}')
        while b'"welcome"' not in await socket.receive():
            pass
        for count in range(messages):
            key = f"{number}-{count}"
            frame = {"type": "message", "key": key, "text": text(number * 10_007 + count)}
            answered = f'"in_reply_to":"{key}"'.encode()
            began = time.perf_counter()
            socket.send(json.dumps(frame).encode())
            while answered not in await socket.receive():
                pass
            waits.append(time.perf_counter() - began)
    finally:
        socket.close()


#: What visitors say: wishes that begin a request, answers that do not fit, courtesy.
TEXTS = (
    "Good morning",
    "Could somebody ring me about the colour copier?",
    "Do you have a projector for forty people?",
    "複合機のカタログを送っていただけますか。",
    "Two boxes of staples, please.",
    "ありがとうございます。",
    "When does my technician come?",
    "Thanks, that is all for today.",
)
_SYLLABLES = ("ka", "mo", "ri", "ta", "ne", "so", "lu", "vi", "do", "pe")


def text_of(count: int, unique: bool) -> str:
    """The words of one message; unique ones have a made-up word in them, as names do."""
    text = TEXTS[count % len(TEXTS)]
    if not unique:
        return text
    word = "".join(_SYLLABLES[int(digit)] for digit in str(count))
    return f"{text} {word.capitalize()}"


async def run(
    port: int, path: str, sockets: int, messages: int, *, unique: bool
) -> dict[str, float]:
    """The load; waits in milliseconds."""
    waits: list[float] = []
    began = time.perf_counter()

    def text(count: int) -> str:
        return text_of(count, unique)

    await asyncio.gather(*(talk(port, path, n, messages, waits, text) for n in range(sockets)))
    lasted = time.perf_counter() - began
    waits.sort()
    return {
        "turns_a_second": len(waits) / lasted,
        "p50_ms": waits[len(waits) // 2] * 1000,
        "p99_ms": waits[int(len(waits) * 0.99)] * 1000,
        "turns": len(waits),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/chat/socket")
    parser.add_argument("--sockets", type=int, default=50)
    parser.add_argument("--messages", type=int, default=50)
    parser.add_argument("--unique", action="store_true", help="no text comes twice")
    given = parser.parse_args()
    result = asyncio.run(
        run(given.port, given.path, given.sockets, given.messages, unique=given.unique)
    )
    json.dump(result, sys.stdout)
