"""Who follows a conversation is shown what others write, and nothing is read for who knows it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.chat.hub import Follower, Hub
from storage.store import Hints, Store, Unit


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
    hub, loop = Hub(store), asyncio.get_running_loop()

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
        hub.hear(Hints({conversation_id: 2}))

    talking: list[asyncio.Future[None]] = []
    first, second = await talk("M-1"), await talk("M-2")
    await asyncio.sleep(0)
    loop.call_soon(committed, first, "M-1")
    loop.call_soon(committed, second, "M-2")
    await asyncio.gather(*talking)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert reads == 0
