"""What can become of one try to send something."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlmodel import Session

from storage.leases import Claimed


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there. `also` runs in the transaction that marks it as sent."""

    remote_id: str | None = None
    also: Callable[[Session], None] | None = None


@dataclass(frozen=True, slots=True)
class NotNow:
    """This one must be tried again; the ones behind it may go on."""

    error: str
    may_have_happened: bool = False
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The other end cannot be reached or wants a pause: the whole lane waits.

    Attributes:
        may_have_happened: the request went out and the answer was lost.
        wait: what the other end asked for; None for our own growing wait.
        cause: stable name of a fault that somebody must mend (`auth`); the administrator is
            told of it. None for troubles that pass.
    """

    error: str
    may_have_happened: bool = False
    wait: timedelta | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be taken: given up. `also` runs in the transaction that gives it up.

    `cause` as in `Unreachable`; None where there is nothing to mend.
    """

    error: str
    cause: str | None = None
    also: Callable[[Session], None] | None = None


Outcome = Sent | NotNow | Unreachable | Refused


class Sender(Protocol):
    """Sends by one channel. Whatever it is asked to send may be sent a second time."""

    #: Whether what is behind must wait for what is before.
    in_order: bool
    #: Time that each send takes in its lane, at least.
    pace: timedelta

    def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        """Try each of the batch, all of one lane, in turn. May stop early."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
