"""Transactions: a unit of work is a plain function of a session, and commits or leaves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

T = TypeVar("T")

#: One business step. It may be run again after a failed batch or a serialization failure, so it
#: reads, decides and writes rows and does nothing else.
Unit = Callable[[Session], T]

#: Called with what a unit returned, or with the error that it ended with; it must not raise.
Told = Callable[[T | None, BaseException | None], None]


class StorageBroken(Exception):
    """The database could not make a commit durable. The process must stop and start again."""


class StoreClosed(RuntimeError):
    """The store was closed; whoever still asks came too late."""


class CommitUnknown(Exception):
    """The connection was lost in a commit: it may have happened. Ask again, with the same key."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What changed in a commit. A hint only says "read on"; nothing rests on its arrival.

    `conversations` maps ids to the seq of the newest message; `elsewhere` is set where another
    process may have changed anything.
    """

    conversations: Mapping[str, int] = field(default_factory=dict)
    outbox: bool = False
    elsewhere: bool = False


#: Called after a commit, on the event loop.
Listener = Callable[[Hints], None]


class Store(Protocol):
    """Where everything is kept. `write` returns after the commit is durable."""

    engine: Engine

    async def write(self, unit: Unit[T]) -> T:
        """Run `unit` in a transaction of its own and return its result once it is durable."""
        ...

    def submit(self, unit: Unit[T], told: Told[T]) -> None:
        """As `write`, for who waits for many at a time: `told` is called on the event loop."""
        ...

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` in a transaction that writes nothing."""
        ...

    def subscribe(self, listener: Listener) -> None:
        """Have `listener` called with what changed after each commit that left a hint."""
        ...

    async def close(self) -> None:
        """Finish what was taken in and let go of the database."""
        ...


def run_unit(unit: Unit[T], session: Session) -> T:
    """What `unit` returns. A StopIteration, which cannot be raised where somebody awaits
    (PEP 479), becomes a RuntimeError."""
    try:
        return unit(session)
    except StopIteration as error:
        raise RuntimeError("a unit asked an iterator for more than it has") from error


_CONVERSATIONS = "changed_conversations"
_OUTBOX = "changed_outbox"


def hint_conversation(session: Session, conversation_id: str, last_seq: int) -> None:
    """Tell those who follow the conversation to read on, once this transaction is durable."""
    session.info.setdefault(_CONVERSATIONS, {})[conversation_id] = last_seq


def hint_outbox(session: Session) -> None:
    """Wake delivery once this transaction is durable."""
    session.info[_OUTBOX] = True


def take_hints(session: Session) -> Hints | None:
    """The hints left in the session since the last call; None where there are none."""
    conversations = session.info.pop(_CONVERSATIONS, None)
    outbox = session.info.pop(_OUTBOX, False)
    if not conversations and not outbox:
        return None
    return Hints(conversations or {}, outbox)


@dataclass(slots=True)
class Announcer:
    """Hands hints to listeners on their event loop, from whichever thread committed."""

    loop: asyncio.AbstractEventLoop
    listeners: list[Listener] = field(default_factory=list)

    def announce(self, hints: Hints | None) -> None:
        """Call every listener. Must run on the loop."""
        if hints is not None:
            for listener in self.listeners:
                listener(hints)
