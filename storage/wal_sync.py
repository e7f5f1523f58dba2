"""Makes commits of SQLite durable, beside the next ones where the disk is slow or many wait.

A commit with `synchronous=FULL` waits for the disk while nobody else may write. Here the writer's
connection commits with `synchronous=NORMAL`, which writes the same frames to the write-ahead log
and does not wait; the log is flushed by who commits, or by a thread of its own, once for all
commits that wait, and only then is anybody told. What SQLite promises for NORMAL in WAL mode holds
besides: the file is never corrupt after a loss of power, and the log is flushed before a
checkpoint.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

#: Called with None once what was committed is durable, or with the error that forbids to say so.
Told = Callable[[OSError | None], None]

#: Where a flush usually takes longer, it is waited for beside the next commits. A quick one is not
#: worth it: the thread that waits has to wait for the interpreter afterwards, a millisecond or two.
SLOW_SECONDS = 0.002
#: How much each flush that is waited for here counts for what is usual; one that stands out counts
#: for no more seconds than that.
_WEIGHT = 1 / 8
_MOST_SECONDS = 5 * SLOW_SECONDS
#: After so many flushes elsewhere the next one is waited for here, to see whether it is still slow.
UNTRIED = 64


def can_sync(database: Path) -> bool:
    """Whether the log is there and this system knows `fdatasync`, as SQLite uses on Linux."""
    return hasattr(os, "fdatasync") and database.with_name(database.name + "-wal").exists()


class WalSync:
    """Flushes the write-ahead log of `database`. Commits are told of in their order.

    To be used by one thread, the one that commits.
    """

    def __init__(self, database: Path) -> None:
        # The log keeps its file as long as a connection is open. Closing another descriptor of it
        # gives up no lock: SQLite's POSIX locks are on the database and its -shm file.
        self._log = os.open(database.with_name(database.name + "-wal"), os.O_RDONLY)
        self._waiting: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        self._left = 0
        self._error: OSError | None = None
        self._usual = 0.0  # seconds
        self._untried = 0
        self._count = threading.Lock()
        self._thread = threading.Thread(target=self._sync_waiting, name="storage-sync", daemon=True)
        self._thread.start()

    @property
    def is_slow(self) -> bool:
        """Whether the disk takes so long that others had better be written meanwhile."""
        return self._usual > SLOW_SECONDS and self._untried < UNTRIED

    def sync(self, told: Told, *, beside: bool) -> None:
        """Have `told` called when all that is committed by now is durable.

        Args:
            beside: by a thread that waits for the disk while the caller commits more; if not, and
                nothing waits there already, the caller waits here.
        """
        with self._count:
            if beside or self._left:
                self._untried += 1
                self._left += 1
                self._waiting.put(told)
                return
        began = time.perf_counter()
        error = self._flush()
        took = min(time.perf_counter() - began, _MOST_SECONDS)
        self._usual += (took - self._usual) * _WEIGHT
        self._untried = 0
        told(error)

    def close(self) -> None:
        """Wait for what waits and let go of the log."""
        self._waiting.put(None)
        self._thread.join()
        os.close(self._log)

    def _sync_waiting(self) -> None:
        while self._sync_next():
            pass

    def _sync_next(self) -> bool:
        """Flush for all that waits; False at the end. Nothing of it is held until the next."""
        first = self._waiting.get()
        if first is None:
            return False
        together = [first]
        is_last = False
        while not is_last and not self._waiting.empty():
            following = self._waiting.get()
            if following is None:
                is_last = True
            else:
                together.append(following)
        error = self._flush()
        for told in together:
            try:
                told(error)
            except Exception:  # the next ones are told all the same
                log.exception("storage.not_told")
        with self._count:
            self._left -= len(together)
        return not is_last

    def _flush(self) -> OSError | None:
        # The kernel tells of pages it could not write once, drops them, and reports the next flush
        # as done: what comes behind a hole in the log is lost with it. So one error is for good.
        if self._error is None:
            try:
                os.fdatasync(self._log)
            except OSError as error:
                self._error = error
        return self._error
