"""Messages of browsers are read from the stream of their process by the thread that stores them."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import Counter, assemble
from bot.chat.link import ParcelReader, Pickler, parcel_of, to_tuple
from bot.chat.turns import Turns
from bot.clock import utc_now
from bot.settings import Settings
from domain.messages import AuthorKind, Channel, IncomingMessage, Sender
from storage.conversations import history
from storage.database import open_store
from tests.hurry import PATIENCE


class Other:
    """The process with the sockets, as far as the stream goes."""

    def __init__(self, counter: Counter, turns: Turns, stream: socket.socket) -> None:
        self._counter = counter
        self.turns = turns
        self._stream = stream
        self._pickler, self._reader = Pickler(), ParcelReader()

    def message(self, number: int, text: str, visitor: str = "v-1") -> tuple[Any, ...]:
        key = f"k{number}"
        incoming = IncomingMessage(
            channel=Channel.CHAT,
            channel_message_id=f"{visitor}:{key}",
            sender=Sender(visitor_id=visitor),
            sent_at=utc_now(),
            text=text,
            conversation_id=f"M-{visitor}",
            key=key,
            locale="en",
        )
        understood = self._counter.engine.understand(text, "chat", utc_now())
        return (number, "receive", to_tuple(incoming, self._pickler.pickled(text, understood)))

    async def write(self, *items: object) -> None:
        await asyncio.get_running_loop().sock_sendall(self._stream, parcel_of(list(items)))

    async def told(self, count: int) -> list[tuple[Any, ...]]:
        """So many items, hints apart."""
        found: list[tuple[Any, ...]] = []
        async with asyncio.timeout(PATIENCE):
            while len(found) < count:
                data = await asyncio.get_running_loop().sock_recv(self._stream, 65536)
                assert data, "the stream has ended"
                found += [item for item in self._reader.items(data) if item[0] != "hints"]
        return found


@pytest.fixture
async def counter(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Counter]:
    file = tmp_path / "counter.db"
    shutil.copy(sqlite_template, file)
    url = f"sqlite:///{file}"
    store = open_store(url)
    yield await assemble(Settings(database_url=url, data_dir=tmp_path), store)
    await store.close()


@pytest.fixture
async def other(counter: Counter) -> AsyncIterator[Other]:
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    turns = Turns(here, counter.desk)
    assert counter.store.attach(turns)
    yield Other(counter, turns, there)
    there.close()
    turns.end()


async def test_a_message_is_answered_and_one_that_comes_again_is_the_same(other: Other) -> None:
    hello = other.message(1, "Hello")
    await other.write(hello)
    [(name, number, (seq, messages, sender))] = await other.told(1)
    assert (name, number, seq, len(messages), sender) == ("answer", 1, 1, 2, None)
    await other.write((2, *hello[1:]))
    [(name, number, (seq, *_))] = await other.told(1)
    assert (name, number, seq) == ("answer", 2, 1)


async def test_moments_tell_what_was_first_in_a_conversation(
    counter: Counter, other: Other
) -> None:
    await other.write(*(other.message(number, "Hello") for number in range(1, 6)))
    await other.told(5)
    stored = await counter.store.read(lambda s: history(s, "M-v-1"))
    moments = [message.at for message in stored if message.author.kind is AuthorKind.CUSTOMER]
    assert len(set(moments)) == 5
    assert moments == sorted(moments)


async def test_what_cannot_be_read_is_told_so_and_costs_no_other(other: Other) -> None:
    broken = (2, "receive", other.message(2, "Hello")[2][:5])
    await other.write(other.message(1, "Hello"), broken, other.message(3, "Thank you"))
    told = await other.told(3)
    assert sorted((item[1], item[0]) for item in told) == [
        (1, "answer"),
        (2, "failed"),
        (3, "answer"),
    ]


async def test_a_stream_that_cannot_be_read_is_closed_and_the_counter_goes_on(
    counter: Counter, other: Other
) -> None:
    await other.write(("no", "message"))
    with pytest.raises(AssertionError, match="ended"):
        await other.told(1)
    assert await counter.store.write(lambda _session: "well") == "well"


async def test_who_does_not_read_for_a_while_misses_nothing(counter: Counter, other: Other) -> None:
    count = 600  # more than the stream holds
    for begin in range(1, count, 50):
        await other.write(*(other.message(n, "Hello") for n in range(begin, begin + 50)))
    stored = await _stored(counter, 2 * count)
    assert other.turns.unsent > 0
    told = await other.told(count)
    assert [item[1] for item in told] == list(range(1, count + 1))
    assert {item[0] for item in told} == {"answer"}
    assert stored == 2 * count


async def _stored(counter: Counter, count: int) -> int:
    """Wait until the conversation has so many messages."""
    found = 0
    async with asyncio.timeout(PATIENCE):
        while found < count:
            await asyncio.sleep(0.05)
            found = len(await counter.store.read(lambda s: history(s, "M-v-1", limit=2_000)))
    return found
