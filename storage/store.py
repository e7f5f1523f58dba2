"""Transactions: a unit of work is a plain function of a session, and commits or leaves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

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
    process may have changed anything; `known_to` are the inlets whose other ends know it.
    """

    conversations: Mapping[str, int] = field(default_factory=dict)
    outbox: bool = False
    elsewhere: bool = False
    known_to: Collection[Inlet] = ()


#: Called after a commit, on the event loop.
Listener = Callable[[Hints], None]


#: What became of a unit that came by an inlet: the ticket it came with, what it returned, and the
#: error that it ended with.
Outcome = tuple[Any, Any, BaseException | None]


class Inlet(Protocol):
    """A stream by which another process sends units and is answered, without the event loop.

    The thread that writes reads it whenever it looks for work, so that what has come by then is
    written together, and nobody has to be woken in between. Nothing here may block; one that
    raises is logged, and read no more if it did so in reading.
    """

    def fileno(self) -> int:
        """The descriptor to wait for."""
        ...

    def read(self) -> Sequence[tuple[Any, Unit[Any]]] | None:
        """Units that have come, each with a ticket; None where no more will. For one thread."""
        ...

    def parcel(self, outcomes: Sequence[Outcome], hints: Sequence[Hints]) -> bytes:
        """What the other end is told of a commit: outcomes of its units, and all that changed."""
        ...

    def send(self, parcel: bytes) -> None:
        """Send a parcel, whose commit is durable now. Any thread may call it."""
        ...

    def close(self) -> None:
        """Let go of the stream: it is read no more."""
        ...


class Store(Protocol):
    """Where everything is kept. `write` returns after the commit is durable."""

    engine: Engine

    async def write(self, unit: Unit[T]) -> T:
        """Run `unit` in a transaction of its own and return its result once it is durable."""
        ...

    def submit(self, unit: Unit[T], told: Told[T]) -> None:
        """As `write`, for who waits for many at a time: `told` is called on the event loop."""
        ...

    def attach(self, inlet: Inlet) -> bool:
        """Write what comes by `inlet` from now on, and close it in the end; False, and nothing has
        happened, where units have to be given by `submit`."""
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
