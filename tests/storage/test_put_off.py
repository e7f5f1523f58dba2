"""Units of one commit on SQLite may put off what they write; what they read is not older for it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col

from domain.messages import Author, AuthorKind, Channel, Message
from storage.conversations import (
    add_messages,
    add_once,
    create_conversation,
    history,
    lock_conversation,
    save_turn,
)
from storage.database import ensure_schema, open_store
from storage.store import Store, Unit
from storage.tables import ConversationRow, MessageRow
from tests.hurry import PATIENCE

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ID = "M-TOGETHER"


def a_message(seq: int, words: str = "hello") -> Message:
    return Message(
        conversation_id=ID,
        seq=seq,
        author=Author(AuthorKind.CUSTOMER, "Ada Sample"),
        channel=Channel.CHAT,
        text=words,
        at=NOW,
        parts=(),
    )


def save(session: Session, last_seq: int, conversation_id: str = ID, **more: Any) -> None:
    conversation = lock_conversation(session, conversation_id)
    assert conversation is not None
    values = {
        "last_seq": last_seq,
        "channel": "chat",
        "locale": "en",
    }
    save_turn(session, conversation, conversation.state, NOW, values | more)


async def together(store: Store, *units: Unit[Any]) -> list[Any]:
    """Write the units so that one commit can take them all; each result, or what it raised."""
    all_wait = threading.Event()

    def first(_session: Session) -> None:
        assert all_wait.wait(PATIENCE)

    work = [asyncio.ensure_future(store.write(unit)) for unit in (first, *units)]
    await asyncio.sleep(0)  # each hands its unit over
    all_wait.set()
    _, *results = await asyncio.gather(*work, return_exceptions=True)
    return results


@pytest.fixture
async def begun(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with one conversation."""
    url = f"sqlite:///{tmp_path / 'counter.db'}"
    ensure_schema(url)
    store = open_store(url)
    await store.write(
        lambda s: create_conversation(s, ID, channel=Channel.CHAT, locale="en", now=NOW)
    )
    yield store
    await store.close()


async def seqs(store: Store) -> list[int]:
    return [message.seq for message in await store.read(lambda s: history(s, ID))]


async def test_a_message_that_comes_twice_is_stored_once_and_spares_the_others(
    begun: Store,
) -> None:
    results = await together(
        begun,
        lambda s: add_once(s, a_message(1), "visitor:1"),
        lambda s: add_once(s, a_message(2), "visitor:1"),
        lambda s: add_once(s, a_message(3), "visitor:3"),
    )
    assert results == [True, False, True]
    assert await seqs(begun) == [1, 3]


async def test_json_is_stored_as_text_by_every_way_in(begun: Store) -> None:
    note = replace(a_message(2), internal=True, parts=[{"kind": "text", "text": "見積もり"}])
    await together(begun, lambda s: add_once(s, a_message(1), "visitor:1", understood={"é": 1}))
    await together(begun, lambda s: add_messages(s, [note]), lambda s: save(s, 2))

    def kinds(session: Session) -> list[Any]:
        said = session.execute(text("SELECT typeof(parts), typeof(understood) FROM messages"))
        kept = session.execute(text("SELECT typeof(state) FROM conversations"))
        return [*said, *kept]

    assert await begun.read(kinds) == [("text", "text"), ("text", "text"), ("text",)]
    _, noted = await begun.read(lambda s: history(s, ID, with_notes=True))
    assert (noted.internal, noted.parts) == (True, note.parts)


async def test_a_unit_reads_what_it_and_those_before_it_wrote(begun: Store) -> None:
    def ours(session: Session) -> list[int]:
        add_messages(session, [a_message(2)])
        return [message.seq for message in history(session, ID)]

    def by_the_orm(session: Session) -> int:
        add_messages(session, [a_message(3)])
        return session.scalar(select(func.count()).select_from(MessageRow)) or 0

    results = await together(
        begun, lambda s: add_once(s, a_message(1), "visitor:1"), ours, by_the_orm
    )
    assert results == [True, [1, 2], 3]


async def test_changes_stay_in_their_order(begun: Store) -> None:
    def by_the_orm(session: Session) -> None:
        session.execute(
            update(ConversationRow).where(col(ConversationRow.id) == ID).values(last_seq=7)
        )

    def last(session: Session) -> int:
        found = lock_conversation(session, ID)
        assert found is not None
        return found.last_seq

    assert (await together(begun, lambda s: save(s, 3), by_the_orm, last))[-1] == 7
    assert (await together(begun, by_the_orm, lambda s: save(s, 9), last))[-1] == 9


async def test_a_unit_that_fails_late_takes_only_its_own_with_it(begun: Store) -> None:
    def fails(session: Session) -> None:
        add_messages(session, [a_message(2)])
        save(session, 2)
        raise LookupError("planned fault")

    def good(session: Session) -> None:
        add_messages(session, [a_message(1)])
        save(session, 1)

    results = await together(begun, fails, good)
    assert isinstance(results[0], LookupError)
    assert results[1] is None
    assert await seqs(begun) == [1]
    assert await begun.read(lambda s: s.get_one(ConversationRow, ID).last_seq) == 1


async def test_a_commit_that_is_refused_takes_only_its_own_with_it(begun: Store) -> None:
    def refused_at_the_end(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        add_messages(session, [replace(a_message(1), conversation_id="M-NONE")])

    def good(session: Session) -> None:
        add_messages(session, [a_message(1)])

    results = await together(begun, good, refused_at_the_end)
    assert results[0] is None
    assert isinstance(results[1], IntegrityError)
    assert await seqs(begun) == [1]
    assert await together(begun, lambda s: save(s, 1)) == [None]


async def test_turns_that_change_different_columns_stay_in_their_order(begun: Store) -> None:
    other = "M-OTHER"
    await begun.write(
        lambda s: create_conversation(s, other, channel=Channel.CHAT, locale="en", now=NOW)
    )
    for conversation_id in (ID, other):  # both are kept from here on
        await begun.write(partial(save, last_seq=1, conversation_id=conversation_id))
    await together(
        begun,
        lambda s: save(s, 2, other),
        lambda s: save(s, 2, name="Ada Sample"),
        lambda s: save(s, 3),
    )
    stored = await begun.read(lambda s: s.get_one(ConversationRow, ID))
    assert (stored.last_seq, stored.name) == (3, "Ada Sample")


async def test_who_survives_an_error_does_not_lose_what_others_put_off(begun: Store) -> None:
    def goes_on(session: Session) -> None:
        with suppress(DBAPIError):
            session.scalar(select(func.count()).select_from(MessageRow))

    results = await together(
        begun,
        lambda s: add_once(s, a_message(1), "visitor:1"),
        lambda s: add_once(s, a_message(2), "visitor:1"),
        lambda s: save(s, 1),
        goes_on,
    )
    assert results == [True, False, None, None]
    assert await seqs(begun) == [1]
    assert await begun.read(lambda s: s.get_one(ConversationRow, ID).last_seq) == 1


async def test_an_error_that_somebody_keeps_does_not_disturb_later_statements(
    begun: Store,
) -> None:
    """The driver's cursors share statements: one that is let go of late stops another's."""
    store = begun
    kept: list[Any] = []

    def let_go() -> None:
        kept.clear()
        gc.collect()

    def watch(session: Session) -> None:
        driver = session.connection().connection.dbapi_connection
        assert driver is not None
        driver.create_function("let_go", 0, let_go)
        session.execute(
            text(
                "CREATE TEMP TRIGGER watching AFTER INSERT ON main.messages "
                "BEGIN SELECT let_go(); END"
            )
        )

    await store.write(watch)
    gc.disable()
    try:
        twice = [a_message(1), a_message(1)]
        kept.extend(await together(store, lambda s: add_messages(s, twice)))
        assert isinstance(kept[0], IntegrityError)
        results = await together(store, *(partial(add_one, seq=seq) for seq in (2, 3, 4)))
    finally:
        gc.enable()
    assert results == [None, None, None]
    assert await seqs(store) == [2, 3, 4]


def add_one(session: Session, seq: int) -> None:
    add_messages(session, [a_message(seq)])
