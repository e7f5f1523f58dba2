"""A stop does not wait for a mail server that says nothing more."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.sandbox.mailbox import SandboxMailbox
from inbound.lone_thread import LeftBehind, LoneThread
from storage.store import Store
from tests.mail_door import CATALOG, open_door, write_mail

ROOT = Path(__file__).resolve().parents[2]
#: A drain has ten seconds, the server's silence would last 45.
DRAIN = 20


@dataclass
class Silent:
    """Takes connections on a port and never says a word."""

    port: int = 0
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def keep(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self.connected.set()


@pytest.fixture
async def silent() -> AsyncIterator[Silent]:
    silent = Silent()
    server = await asyncio.start_server(silent.keep, "127.0.0.1", 0)
    silent.port = server.sockets[0].getsockname()[1]
    yield silent
    server.close()
    for writer in silent.writers:
        writer.close()
        await writer.wait_closed()
    for thread in threading.enumerate():  # those that were left behind come back now
        if thread.name == "imap":
            await asyncio.to_thread(thread.join, 30)


@pytest.fixture
async def mailbox() -> AsyncIterator[SandboxMailbox]:
    box = await SandboxMailbox.start()
    yield box
    await box.stop()


async def test_a_poller_whose_server_never_greeted_stops(
    store: Store, tmp_path: Path, silent: Silent
) -> None:
    poller = open_door(store, tmp_path, port=silent.port).poller()
    running = asyncio.create_task(poller.run())
    await asyncio.wait_for(silent.connected.wait(), 60)
    poller.stop()
    await asyncio.wait_for(running, DRAIN)


async def test_a_poller_whose_server_fell_silent_stops_and_loses_nothing(
    store: Store, tmp_path: Path, mailbox: SandboxMailbox
) -> None:
    door = open_door(store, tmp_path, port=mailbox.imap_port)
    await mailbox.put(CATALOG, write_mail())
    poller = door.poller(poll_seconds=60)
    running = asyncio.create_task(poller.run())
    await asyncio.wait_for(door.desk.until_received(1), 20)
    mailbox.imap_faults.mute = True
    await mailbox.put(CATALOG, write_mail())
    poller.stop()
    await asyncio.wait_for(running, DRAIN)
    mailbox.imap_faults.mute = False
    assert (await door.poller().once()).stored == 1
    assert await door.statuses() == ["done", "done"]


async def test_a_poller_whose_token_server_hangs_stops(store: Store, tmp_path: Path) -> None:
    door = open_door(store, tmp_path)
    asked = asyncio.Event()

    async def hangs(*, fresh: bool = False) -> str:
        asked.set()
        return await asyncio.Future()

    poller = door.poller(secret=hangs)
    running = asyncio.create_task(poller.run())
    await asked.wait()
    poller.stop()
    await asyncio.wait_for(running, DRAIN)


async def test_work_that_was_left_behind_ends_for_those_who_wait() -> None:
    thread = LoneThread("test")
    waker, woken = socket.socketpair()
    hanging, queued = thread.run(woken.recv, 1), thread.run(str)
    thread.leave()
    for future in (hanging, queued, thread.run(woken.close)):
        with pytest.raises(LeftBehind):
            await future
    thread.close()
    waker.close()  # the thread comes back and ends


async def test_the_process_ends_although_the_mail_server_hangs(
    tmp_path: Path, silent: Silent
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--role", "inbound"),
        cwd=tmp_path,
        env=os.environ
        | {
            "MADOGUCHI_DATABASE_URL": f"sqlite:///{tmp_path / 'counter.db'}",
            "MADOGUCHI_DATA_DIR": str(tmp_path / "var"),
            "MADOGUCHI_IMAP_HOST": "127.0.0.1",
            "MADOGUCHI_IMAP_PORT": str(silent.port),
            "MADOGUCHI_IMAP_SECURITY": "plain",
            "PYTHONPATH": str(ROOT),
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await asyncio.wait_for(silent.connected.wait(), 120)
    process.send_signal(signal.SIGTERM)
    try:
        assert await asyncio.wait_for(process.wait(), DRAIN) == 0
    finally:
        if process.returncode is None:
            process.kill()
