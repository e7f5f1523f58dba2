"""What waits for the one thread that writes: given by this process, or come by an inlet."""

from __future__ import annotations

import contextlib
import logging
import queue
import selectors
import socket
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from storage.store import Hints, Inlet, Outcome, Told, Unit

T = TypeVar("T")
log = logging.getLogger(__name__)

_BELL_SIZE = 4096


@dataclass(slots=True)
class Waiting(Generic[T]):
    """A unit and who waits for it: one who is called on the event loop, or an inlet."""

    unit: Unit[T]
    told: Told[T] | None = None
    inlet: Inlet | None = None
    ticket: Any = None
    result: T | None = None
    error: BaseException | None = None
    is_told: bool = False

    def resolve(self) -> None:
        """Call who waits, once. Inlets are told of a whole commit, by `parcels_for`."""
        if self.is_told or self.told is None:
            return
        self.is_told = True
        self.told(None if self.error is not None else self.result, self.error)


def parcels_for(
    group: Iterable[Waiting[Any]], hints: Iterable[Hints | None] = ()
) -> list[tuple[Inlet, bytes]]:
    """What inlets have to be told of a commit, but for what they have been told already."""
    outcomes: dict[Inlet, list[Outcome]] = {}
    for waiting in group:
        if waiting.inlet is not None and not waiting.is_told:
            outcome = (waiting.ticket, waiting.result, waiting.error)
            outcomes.setdefault(waiting.inlet, []).append(outcome)
    if not outcomes:
        return []
    changed = [hint for hint in hints if hint is not None]
    parcels = []
    for inlet, found in outcomes.items():
        try:
            parcels.append((inlet, inlet.parcel(found, changed)))
        except Exception:  # all is stored, and its other end asks again
            log.exception("storage.inlet_failed")
    return parcels


def send_all(parcels: Iterable[tuple[Inlet, bytes]]) -> None:
    """Send every inlet its parcel."""
    for inlet, parcel in parcels:
        try:
            inlet.send(parcel)
        except Exception:  # as above
            log.exception("storage.inlet_failed")


class Intake:
    """Units in the order in which they came. Any thread gives, one takes."""

    def __init__(self) -> None:
        self._given: queue.SimpleQueue[Waiting[Any] | Inlet | None] = queue.SimpleQueue()
        self._ready: deque[Waiting[Any]] = deque()
        self._is_closed = False
        # Only where there are inlets: a queue alone is waited for with less work.
        self._selector: selectors.BaseSelector | None = None
        self._bell, self._ringer = socket.socketpair()
        self._bell.setblocking(False)
        self._ringer.setblocking(False)
        self._is_asleep = False

    def give(self, what: Waiting[Any] | Inlet | None) -> None:
        """Have a unit taken, or an inlet read from now on; None is the last that is given."""
        self._given.put(what)
        if self._is_asleep:
            with contextlib.suppress(OSError):  # it rings already, or nobody hears it any more
                self._ringer.send(b"!")

    @property
    def is_over(self) -> bool:
        """Whether nothing waits and nothing will come."""
        return self._is_closed and not self._ready

    @property
    def known(self) -> int:
        """How many units wait, as far as that is known without reading inlets."""
        return len(self._ready) + self._given.qsize()

    def wait(self, patience: float | None) -> int:
        """Take in what has come, and where nothing waits, wait for something. How many units wait
        then: 0 where it is over, or when nothing came for `patience` seconds."""
        while not self._look() and not self._is_closed:
            if self._selector is None:
                try:
                    self._sort(self._given.get(timeout=patience))
                except queue.Empty:
                    break
            elif not self._sleep(self._selector, patience):
                break
        return len(self._ready)

    def _look(self) -> int:
        # At the end inlets are read no more: who is not answered asks again.
        with contextlib.suppress(queue.Empty):
            while True:
                self._sort(self._given.get_nowait())
        if self._selector is not None and not self._is_closed:
            self._read(self._selector, 0)
        return len(self._ready)

    def _sleep(self, selector: selectors.BaseSelector, patience: float | None) -> bool:
        self._is_asleep = True  # who gives from now on rings
        try:
            return not self._given.empty() or self._read(selector, patience)
        finally:
            self._is_asleep = False

    def take(self, most: int) -> list[Waiting[Any]]:
        """The units that have waited longest."""
        ready = self._ready
        return [ready.popleft() for _ in range(min(most, len(ready)))]

    def _sort(self, what: Waiting[Any] | Inlet | None) -> None:
        if what is None:
            self._is_closed = True
        elif isinstance(what, Waiting):
            self._ready.append(what)
        else:
            self._begin(what)

    def _begin(self, inlet: Inlet) -> None:
        try:
            if self._selector is None:
                selector = selectors.DefaultSelector()
                selector.register(self._bell, selectors.EVENT_READ)
                self._selector = selector
            self._selector.register(inlet, selectors.EVENT_READ, inlet)
        except (ValueError, KeyError, OSError):  # it has ended, or the system allows no more
            log.exception("storage.inlet_not_read")
            inlet.close()

    def _read(self, selector: selectors.BaseSelector, patience: float | None) -> bool:
        """Read what has something to be read; False where nothing had for `patience` seconds."""
        found = selector.select(patience)
        for key, _ in found:
            inlet: Inlet | None = key.data
            if inlet is None:
                with contextlib.suppress(BlockingIOError):
                    self._bell.recv(_BELL_SIZE)
                continue
            try:
                units = inlet.read()
            except Exception:
                log.exception("storage.inlet_failed")
                units = None
            if units is None:
                selector.unregister(inlet)
                inlet.close()
            else:
                self._ready += [Waiting(unit, None, inlet, ticket) for ticket, unit in units]
        return bool(found)

    def close(self) -> None:
        """Let go of everything that was waited for. Nobody gives or takes any more."""
        inlets = []
        if self._selector is not None:
            inlets = [key.data for key in self._selector.get_map().values() if key.data is not None]
            self._selector.close()
        with contextlib.suppress(queue.Empty):
            while True:
                left = self._given.get_nowait()
                if left is not None and not isinstance(left, Waiting):
                    inlets.append(left)
        for inlet in inlets:
            inlet.close()
        self._bell.close()
        self._ringer.close()
