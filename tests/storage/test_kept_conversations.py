"""What the next message sees of a conversation, whoever changed it since the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import Session, col

from domain.conversation import Conversation
from domain.messages import Channel
from storage.conversations import create_conversation, lock_conversation, save_turn
from storage.database import create_engine_for
from storage.store import Store
from storage.tables import ConversationRow

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ID = "M-KEPT"


def locked(session: Session) -> Conversation:
    found = lock_conversation(session, ID)
    assert found is not None
    return found


def take_turn(session: Session, **changes: Any) -> None:
    conversation = locked(session)
    conversation.state.counter += 1
    values = {
        "last_seq": conversation.last_seq + 2,
        "channel": "chat",
        "locale": "ja",
    }
    save_turn(session, conversation, conversation.state, NOW, values | changes)


async def begin(store: Store) -> None:
    await store.write(
        lambda s: create_conversation(s, ID, channel=Channel.EMAIL, locale="en", now=NOW)
    )
    await store.write(take_turn)


async def as_loaded(store: Store) -> Conversation:
    """The conversation as the database has it, past everything that is kept."""

    def unit(session: Session) -> Conversation:
        session.info.clear()
        return locked(session)

    return await store.write(unit)


async def test_the_next_message_sees_what_the_last_one_stored(store: Store) -> None:
    await begin(store)
    await store.write(lambda s: take_turn(s, name="Ada Obi", level=2))

    seen = await store.write(locked)

    assert (seen.last_seq, seen.state.counter, seen.name) == (4, 2, "Ada Obi")
    assert (seen.channel, seen.locale, seen.level) == (Channel.CHAT, "ja", 2)
    assert seen == await as_loaded(store)


async def test_what_another_unit_changed_is_seen(store: Store) -> None:
    await begin(store)
    change = update(ConversationRow).where(col(ConversationRow.id) == ID).values(name="Eve")
    await store.write(lambda s: s.execute(change))

    assert (await store.write(locked)).name == "Eve"


async def test_what_another_process_changed_is_seen(store: Store, fresh_database: str) -> None:
    await begin(store)
    other = create_engine_for(fresh_database)
    with other.begin() as connection:
        connection.execute(text("UPDATE conversations SET name = 'Eve'"))
    other.dispose()

    assert (await store.write(locked)).name == "Eve"


async def test_a_turn_that_is_rolled_back_leaves_nothing_behind(store: Store) -> None:
    await begin(store)

    def fail(session: Session) -> None:
        take_turn(session, name="Never")
        raise RuntimeError("after the turn")

    with pytest.raises(RuntimeError):
        await store.write(fail)

    assert await store.write(locked) == await as_loaded(store)
    assert (await store.write(locked)).name == ""


async def test_a_state_that_is_changed_but_not_saved_is_forgotten(store: Store) -> None:
    await begin(store)

    def look(session: Session) -> Conversation:
        conversation = locked(session)
        conversation.state.shown.append("RC-1234")
        return replace(conversation)

    await store.write(look)

    assert (await store.write(locked)).state.shown == []


async def test_a_savepoint_that_is_undone_leaves_nothing_behind(store: Store) -> None:
    await begin(store)

    def unit(session: Session) -> Conversation:
        savepoint = session.begin_nested()
        take_turn(session, name="Never")
        savepoint.rollback()
        return locked(session)

    seen = await store.write(unit)
    assert (seen.name, seen.last_seq) == ("", 2)
    assert (await store.write(locked)).name == ""
