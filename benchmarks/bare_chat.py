"""The floor: the least that a durable chat turn can cost with the same libraries.

aiohttp takes the frame, one writer thread stores message, answer and outbox row in one
transaction a group (sqlite3, WAL, synchronous=FULL), and the answer goes out after the commit. No
understanding, no dialogue, no templates.

    python benchmarks/bare_chat.py --port 8081 --database /tmp/bare.db
"""

from __future__ import annotations

import argparse
import asyncio
import json
import queue
import sqlite3
import threading
from typing import Any

from aiohttp import WSMsgType, web

GROUP = 64
SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE messages(id INTEGER PRIMARY KEY, conversation TEXT, key TEXT, text TEXT, at REAL);
CREATE TABLE outbox(id INTEGER PRIMARY KEY, conversation TEXT, payload TEXT);
"""


class Writer(threading.Thread):
    """Stores turns, as many in one commit as wait."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._loop = loop
        self.queue: queue.SimpleQueue[tuple[str, str, str, asyncio.Future[None]]] = (
            queue.SimpleQueue()
        )

    def run(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None)
        database.executescript(SCHEMA)
        while True:
            group = [self.queue.get()]
            while len(group) < GROUP:
                try:
                    group.append(self.queue.get_nowait())
                except queue.Empty:
                    break
            database.execute("BEGIN IMMEDIATE")
            for conversation, key, text, _ in group:
                insert = "INSERT INTO messages(conversation,key,text,at) VALUES(?,?,?,0)"
                database.execute(insert, (conversation, key, text))
                database.execute(insert, (conversation, None, "answer"))
                database.execute(
                    "INSERT INTO outbox(conversation,payload) VALUES(?,?)", (conversation, text)
                )
            database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_resolve, [future for *_, future in group])


def _resolve(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        future.set_result(None)


async def _talk(request: web.Request, writer: Writer) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    conversation = str(id(socket))
    async for received in socket:
        if received.type is not WSMsgType.TEXT:
            continue
        frame: dict[str, Any] = json.loads(received.data)
        if frame["type"] == "hello":
            await socket.send_str('{"type":"welcome"}')
            continue
        future = asyncio.get_running_loop().create_future()
        writer.queue.put((conversation, frame["key"], frame["text"], future))
        await future
        await socket.send_str(f'{{"type":"ack","key":"{frame["key"]}"}}')
        await socket.send_str(
            f'{{"type":"message","in_reply_to":"{frame["key"]}","text":"answer"}}'
        )
    return socket


async def _serve(port: int, path: str) -> None:
    writer = Writer(path, asyncio.get_running_loop())
    writer.start()
    app = web.Application()
    app.router.add_get("/chat/socket", lambda request: _talk(request, writer))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.database))
