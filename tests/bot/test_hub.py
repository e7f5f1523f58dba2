"""Who follows a conversation is shown what others write, and nothing is read for who knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session

from bot.chat.desk_backend import StoredTalks
from bot.chat.hub import Follower, Hub
from domain.messages import Author, AuthorKind, Channel, Message
from storage.conversations import add_messages, create_conversation, save_conversation
from storage.database import open_store
from storage.store import Store, Unit
from tests.databases import fresh_postgres_database, shut_postgres_database
from tests.hurry import PATIENCE

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


async def test_nothing_is_read_for_those_whose_own_messages_several_commits_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read = store.read

    async def counted(unit: Unit[Any]) -> Any:
        nonlocal reads
        reads += 1
        return await read(unit)

    monkeypatch.setattr(store, "read", counted)
    hub, loop = Hub(StoredTalks(store)), asyncio.get_running_loop()

    async def talk(conversation_id: str) -> asyncio.Future[None]:
        """Waits for its own message to be stored, and knows it then."""
        follower = Follower(conversation_id, lambda _messages: None)
        hub.follow(follower)
        stored: asyncio.Future[None] = loop.create_future()

        async def wait() -> None:
            await stored
            follower.last_seq = 2

        talking.append(asyncio.ensure_future(wait()))
        return stored

    def committed(stored: asyncio.Future[None], conversation_id: str) -> None:
        stored.set_result(None)
        hub.hear({conversation_id: 2})

    talking: list[asyncio.Future[None]] = []
    first, second = await talk("M-1"), await talk("M-2")
    await asyncio.sleep(0)
    loop.call_soon(committed, first, "M-1")
    loop.call_soon(committed, second, "M-2")
    await asyncio.gather(*talking)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert reads == 0


async def test_a_database_that_was_away_for_a_while_ends_no_following(
    postgres_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    with fresh_postgres_database(postgres_server, "schema_template") as url:
        store = open_store(url)
        await store.write(begin)
        hub, shown = Hub(StoredTalks(store)), asyncio.Event()
        hub.follow(Follower("M-1", lambda _messages: shown.set()))
        looking = asyncio.create_task(hub.run())

        with shut_postgres_database(store.engine.url):
            hub.hear({}, elsewhere=True)
            await until(lambda: looking.done() or "hub.look_failed" in caplog.text)
        await store.write(say)
        await until(lambda: looking.done() or shown.is_set())

        assert shown.is_set()
        looking.cancel()
        await store.close()


async def test_who_joins_while_others_are_caught_up_misses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write(begin)
    await store.write(say)
    hub, read = Hub(StoredTalks(store)), store.read
    first, second = asyncio.Event(), asyncio.Event()
    joining = Follower("M-1", lambda _messages: second.set())

    async def joined_meanwhile(unit: Unit[Any]) -> Any:
        found = await read(unit)
        if "history" in repr(unit) and len(hub) == 1:
            hub.follow(joining)  # as a second tab does whose hello has been answered just now
        return found

    monkeypatch.setattr(store, "read", joined_meanwhile)
    hub.follow(Follower("M-1", lambda _messages: first.set()))
    looking = asyncio.create_task(hub.run())
    hub.hear({}, elsewhere=True)
    await until(first.is_set)
    hub.hear({}, elsewhere=True)
    await until(second.is_set)
    assert joining.last_seq == 1
    looking.cancel()


def begin(session: Session) -> None:
    create_conversation(session, "M-1", channel=Channel.CHAT, locale="en", now=NOW)


def say(session: Session) -> None:
    author = Author(AuthorKind.STAFF, "Sato")
    add_messages(session, [Message("M-1", 1, author, Channel.CHAT, "Hello", NOW)])
    save_conversation(session, "M-1", NOW, last_seq=1)


async def until(came_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if came_true():
                return
            await asyncio.sleep(0.02)
