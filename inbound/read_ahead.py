"""The mails of one batch, read in the order in which they are worked on, some way ahead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from inbound.arrivals import answered_ids
from inbound.enclosures import Enclosures
from inbound.headers import read_headers
from inbound.intake import Intake
from inbound.mail import InboundMail
from inbound.ports import MailReader
from storage.inbound_mails import ClaimedMail, Outcome
from storage.mail_facts import SentMail, find_sent_mails
from storage.store import Store

#: Mails that are read, looked up and handed over together; fewer where the desk waits for them.
PART = 100
FIRST_PART = 20


@dataclass(slots=True)
class Job:
    """A mail on its way through one batch.

    `mail` is None until it is read, and for good where reading it failed: `trouble` says why
    where the reader itself failed. `is_broken` mails failed at the work, `is_ended` ones have
    their outcome stored.
    """

    claimed: ClaimedMail
    mail: InboundMail | None = None
    trouble: Exception | None = None
    enclosures: Enclosures = field(default_factory=Enclosures)
    outcome: Outcome | None = None
    is_broken: bool = False
    is_ended: bool = False


class ReadAhead:
    """Mails that are being read since this was made. Give it to the handler, or `drop` it.

    Args:
        soon: whether the desk has nothing else to do, and waits for the first of them.
    """

    def __init__(
        self,
        claimed: Sequence[ClaimedMail],
        *,
        reader: MailReader,
        intake: Intake,
        store: Store,
        soon: bool = False,
    ) -> None:
        self._reader = reader
        self._intake = intake
        self._store = store
        self.size = sum(len(one.raw) for one in claimed)
        jobs = [Job(one) for one in claimed]
        first = FIRST_PART if soon else PART
        self._parts = [jobs[:first]] if jobs else []
        self._parts += [jobs[start : start + PART] for start in range(first, len(jobs), PART)]
        # A process of its own reads, so all parts may wait for it: it takes them in order.
        self._reading = [asyncio.ensure_future(self._read(part)) for part in self._parts]

    @property
    def ids(self) -> list[int]:
        """The mails, by the ids of their rows."""
        return [job.claimed.id for part in self._parts for job in part]

    async def parts(self) -> AsyncIterator[list[Job]]:
        """The mails, read, in portions."""
        for part, reading in zip(self._parts, self._reading, strict=True):
            await reading
            yield part

    async def drop(self) -> None:
        """Read no further."""
        for reading in self._reading:
            reading.cancel()
        for reading in self._reading:
            with suppress(asyncio.CancelledError, Exception):
                await reading

    async def _read(self, jobs: Sequence[Job]) -> None:
        answered = [self._answered(job) for job in jobs]
        sent = await self._sent({one for ids in answered for one in ids})
        questions = [
            (job.claimed.raw, [sent[one].text for one in ids if one in sent and sent[one].text])
            for job, ids in zip(jobs, answered, strict=True)
        ]
        try:
            mails = await self._reader.read_all(questions)
        except Exception as error:  # the reader's fault; the mails have their tries
            for job in jobs:
                job.trouble = error
            return
        for job, mail in zip(jobs, mails, strict=True):
            job.mail = mail

    def _answered(self, job: Job) -> list[str]:
        """Mails of ours that it answers: their text is known when the answer is read."""
        ids = job.claimed.answered
        if ids is None:
            headers, _ = read_headers(job.claimed.raw)
            ids = answered_ids(headers)
        return list(self._intake.sent_ids(ids, ()))

    async def _sent(self, ids: set[str]) -> dict[str, SentMail]:
        if not ids:
            return {}
        return await self._store.read(lambda session: find_sent_mails(session, ids))
