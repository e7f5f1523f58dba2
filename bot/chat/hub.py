"""Live following: who looks at a conversation is shown what is written to it, by whomever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.backend import Histories, Shown, Unavailable

log = logging.getLogger(__name__)

#: Correctness rests on this slow look; hints only make it quicker.
LOOK_SECONDS = 2.0
#: A client that is so far behind is let go; it comes back with `after`.
MAX_WAITING = 400


@dataclass(eq=False, slots=True)
class Follower:
    """One connection that follows a conversation; `last_seq` is what it has been given."""

    conversation_id: str
    push: Callable[[Sequence[Shown]], None]
    last_seq: int = 0


@dataclass(slots=True)
class Hub:
    """Reads on for every follower that is behind."""

    histories: Histories
    _followers: dict[str, set[Follower]] = field(default_factory=lambda: defaultdict(set))
    _reading: set[asyncio.Task[list[Follower]]] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def follow(self, follower: Follower) -> None:
        """Show the follower every message from `last_seq` on."""
        self._followers[follower.conversation_id].add(follower)

    def leave(self, follower: Follower) -> None:
        """Stop showing."""
        followers = self._followers.get(follower.conversation_id)
        if followers is not None:
            followers.discard(follower)
            if not followers:
                del self._followers[follower.conversation_id]

    def __len__(self) -> int:
        return sum(map(len, self._followers.values()))

    def hear(self, conversations: Mapping[str, int], *, elsewhere: bool = False) -> None:
        """Take a hint of the store. Runs on the event loop, right after the commit.

        Args:
            conversations: the seq of the newest message, by conversation.
            elsewhere: another process may have written to any of them.
        """
        followed = {c: seq for c, seq in conversations.items() if c in self._followers}
        if followed:
            # A step later: the one who wrote has been shown the answer by then. Hints of another
            # commit have a step of their own.
            asyncio.get_running_loop().call_soon(self._read_on, followed)
        if elsewhere:
            self._wake.set()

    def catch_up_soon(self, conversation_id: str, seq: int) -> None:
        """Read on for the followers of a conversation that have not been given `seq`."""
        asyncio.get_running_loop().call_soon(self._read_on, {conversation_id: seq})

    def _read_on(self, behind: Mapping[str, int]) -> None:
        for conversation_id, seq in behind.items():
            for follower in self._followers.get(conversation_id, ()):
                if follower.last_seq < seq:
                    task = asyncio.get_running_loop().create_task(self._catch_up(conversation_id))
                    self._reading.add(task)
                    task.add_done_callback(self._reading.discard)
                    break

    async def _catch_up(self, conversation_id: str) -> list[Follower]:
        """Show the followers what they have not been given; who joins meanwhile is none of them."""
        followers = list(self._followers.get(conversation_id, ()))
        if not followers:
            return []
        after = min(follower.last_seq for follower in followers)
        messages = await self.histories.history(conversation_id, after)
        for follower in followers:
            give(follower, messages)
        return followers

    async def run(self) -> None:
        """Look from time to time at what other processes wrote. Runs until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                followed = list(self._followers)
                for start in range(0, len(followed), 500):
                    await self._look(followed[start : start + 500])
            except Exception as error:  # who follows is behind until the next look
                is_known = isinstance(error, Unavailable)
                log.warning("hub.look_failed: %s", error, exc_info=not is_known)
            await asyncio.sleep(0.05)  # a burst of hints costs one look

    async def _look(self, ids: list[str]) -> None:
        newest = await self.histories.newest(ids)
        for conversation_id, seq in newest.items():
            if any(f.last_seq < seq for f in self._followers.get(conversation_id, ())):
                for follower in await self._catch_up(conversation_id):
                    # Behind what is shown may stand notes of staff, which are not.
                    follower.last_seq = max(follower.last_seq, seq)


def give(follower: Follower, messages: Sequence[Shown]) -> None:
    """Push what the follower does not have yet, in order, each message once."""
    new = [message for message in messages if message.seq > follower.last_seq]
    if new:
        follower.last_seq = new[-1].seq
        shown = [message for message in new if not message.internal]
        if shown:
            follower.push(shown)
