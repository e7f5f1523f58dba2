"""The mails that this process has at hand: kept while it lives, given back where it lets go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta

from storage.mail_leases import give_back_mails, keep_mails
from storage.store import Store
from storage.trouble import DATABASE_TROUBLE

log = logging.getLogger(__name__)

#: How long a mail stays with a process that says nothing, and how often a living one does.
WORK_LEASE = timedelta(seconds=90)
KEEP_SECONDS = 30.0
#: A stop waits no longer for a database that is away; the next process then counts a loss.
GIVE_BACK_SECONDS = 2.0


class MailsAtHand:
    """One for each process and holder; belongs to the event loop in which it is used."""

    def __init__(self, store: Store, holder: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._holder = holder
        self._clock = clock
        self._ids: set[int] = set()
        self._keeping: asyncio.Task[None] | None = None

    @property
    def ids(self) -> frozenset[int]:
        """Mails that nobody of this process may take just now."""
        return frozenset(self._ids)

    def take(self, ids: Collection[int]) -> None:
        """Have mails that were claimed, until `let_go` or `give_back`."""
        self._ids.update(ids)
        if self._ids and self._keeping is None:
            self._keeping = asyncio.ensure_future(self._keep())

    def let_go(self, ids: Collection[int]) -> None:
        """Have done with mails whose end is stored."""
        self._ids.difference_update(ids)
        if not self._ids and self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None

    async def give_back(self, ids: Collection[int], *, suspect: bool = False) -> None:
        """Leave mails that were not finished to whoever comes next; where the database is away
        they are found by their leases."""
        left = self._ids.intersection(ids)
        self.let_go(left)
        if not left:
            return
        with suppress(TimeoutError, *DATABASE_TROUBLE):
            async with asyncio.timeout(GIVE_BACK_SECONDS):
                await self._store.write(
                    lambda session: give_back_mails(
                        session, left, worker=self._holder, now=self._clock(), suspect=suspect
                    )
                )

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            ids, until = sorted(self._ids), self._clock() + WORK_LEASE
            try:
                await self._store.write(
                    lambda session, ids=ids, until=until: keep_mails(  # type: ignore[misc]  # bound early
                        session, ids, worker=self._holder, until=until
                    )
                )
            except Exception as error:  # the next time it may work; at worst a mail is tried twice
                log.warning("mails.not_kept: %s", error)
