"""Works off stored mails: read, sort, hand over, note what became of them.

A mail is handed over under its dedupe key, so that one whose row was not marked as done before a
crash is handed over again without effect. Whatever goes wrong with a mail stays with that mail.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session

from domain.notifications import wait_before
from domain.signing import Keys
from inbound.at_hand import WORK_LEASE, MailsAtHand
from inbound.breaker import Breaker
from inbound.counts import Counts, count
from inbound.enclosures import keep_enclosures
from inbound.holder import is_dead
from inbound.intake import (
    GOES_ON,
    FromCustomer,
    FromRobot,
    FromStaff,
    Intake,
    Suspect,
)
from inbound.mail import InboundMail, MailKind
from inbound.placing import answered_by
from inbound.ports import MailDesk, MailNotices, MailReader
from inbound.read_ahead import Job, ReadAhead
from inbound.subjects import named_references
from storage.files import FileFolder, attach_files, put_file
from storage.inbound_mails import ClaimedMail, Outcome, finish_mails
from storage.mail_facts import MailFacts, find_sent_mails, load_facts
from storage.mail_leases import claim_mails
from storage.store import Store
from storage.suppressions import mark_bounced, suppress
from storage.trouble import DATABASE_TROUBLE

log = logging.getLogger(__name__)

#: Tries before a mail is put aside for a person.
TRIES = 3
#: Processes that may be lost over a mail; from the third on it is alone, and it must have been it.
MOST_LOSSES = 5
#: Mails claimed together.
AT_ONCE = 100


class MailUnreadable(Exception):
    """The mail could not be read; the text says why."""


#: Letters of a subject that are told (RFC 5322, 2.1.1: of a line).
LONGEST_SUBJECT = 998
#: What stands in the way of all mails, and is no single one's doing: the database, the disk.
_NO_MAILS_DOING = (*DATABASE_TROUBLE, OSError)


class MailHandler:
    """Takes claimed mails to their end. One for each process; `holder` names it in leases."""

    def __init__(
        self,
        *,
        store: Store,
        intake: Intake,
        reader: MailReader,
        desk: MailDesk,
        notices: MailNotices,
        files: FileFolder,
        keys: Keys,
        clock: Callable[[], datetime],
        holder: str,
        living: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._store = store
        self._intake = intake
        self._reader = reader
        self._desk = desk
        self._notices = notices
        self._files = files
        self._keys = keys
        self._clock = clock
        self.holder = holder
        self._living = living
        self.breaker = Breaker()
        self._at_work = 0
        self._at_hand = MailsAtHand(store, holder, clock)

    async def work_off(self, only: Sequence[int] = ()) -> Counts:
        """Work on every stored mail that is due or was left behind by a process that is gone."""
        total = Counts()
        with self.at_work():
            while not self.breaker.is_open(self._clock()):
                claimed = await self._store.write(lambda session: self._claim(session, only))
                if not claimed:
                    break
                total += await self.handle(claimed)
        return total

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While this is open, mails that this handler has claimed are not left behind."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    def _claim(self, session: Session, only: Sequence[int]) -> list[ClaimedMail]:
        now = self._clock()
        # What we claimed and nobody works on was left when the database failed.
        ours = frozenset({self.holder}) if self._at_work > 1 else frozenset()
        return claim_mails(
            session,
            worker=self.holder,
            now=now,
            until=now + WORK_LEASE,
            limit=AT_ONCE,
            is_dead=lambda worker: is_dead(worker, self._living() | ours),
            only=only,
            at_hand=self._at_hand.ids,
        )

    def read(self, claimed: Sequence[ClaimedMail], *, soon: bool = False) -> ReadAhead:
        """Begin to read mails that `work_on`, or `drop`, gets later; `soon` where nothing else is
        worked on."""
        self._at_hand.take([mail.id for mail in claimed])
        return ReadAhead(
            claimed, reader=self._reader, intake=self._intake, store=self._store, soon=soon
        )

    async def handle(self, claimed: Sequence[ClaimedMail]) -> Counts:
        """Work on mails that are claimed for this process.

        Raises:
            DATABASE_TROUBLE: nothing is known then; the mails are worked on again later.
        """
        return await self.work_on(self.read(claimed))

    async def work_on(self, reading: ReadAhead) -> Counts:
        """Work on mails in the order in which they are read, and so `handle` them."""
        total, part = Counts(), list[Job]()
        try:
            async for part in reading.parts():
                total += await self._work_on(part)
        except Exception as error:
            if not isinstance(error, _NO_MAILS_DOING):
                await self._at_hand.give_back([job.claimed.id for job in part], suspect=True)
            raise
        finally:
            await self.drop(reading)
        return total

    async def drop(self, reading: ReadAhead) -> None:
        """Leave what is not finished to whoever comes next; it has used up no try."""
        await reading.drop()
        await self._at_hand.give_back(reading.ids)

    async def _work_on(self, jobs: Sequence[Job]) -> Counts:
        """Take mails that are read to their end."""
        for job in jobs:
            error = job.trouble or (
                MailUnreadable(job.mail.error) if job.mail and job.mail.error else None
            )
            if job.claimed.losses >= MOST_LOSSES:
                job.mail, job.is_broken = None, True
                job.outcome = self._put_aside(
                    job.claimed, f"{job.claimed.losses} processes ended while they worked on it"
                )
            elif error is not None:
                job.mail = None
                self._fail(job, error)
        facts = await self._facts(jobs)
        await self._keep_files(jobs)
        # One sender's mails one after the other, different senders' together.
        queues: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            queues[job.claimed.sender or job.claimed.dedupe_key].append(job)
        ends = await asyncio.gather(
            *(self._in_order(queue, facts) for queue in queues.values()), return_exceptions=True
        )
        outcomes = [job.outcome for job in jobs if job.outcome is not None]
        await self._end(jobs)
        for trouble in ends:
            if trouble is not None:
                raise trouble
        return count(outcome.status for outcome in outcomes)

    async def _end(self, jobs: Sequence[Job]) -> None:
        """Note what became of mails; once for each of them."""
        ending = [job for job in jobs if job.outcome is not None and not job.is_ended]
        await self._tell(ending)
        outcomes = [job.outcome for job in ending if job.outcome is not None]
        if outcomes:
            await self._store.write(lambda session: self._finish(session, ending, outcomes))
        for job in ending:
            job.is_ended = True
        self._at_hand.let_go([job.claimed.id for job in ending])

    async def _facts(self, jobs: Sequence[Job]) -> MailFacts:
        mails = [job.mail for job in jobs if job.mail is not None]
        if not mails:
            return MailFacts()
        ids = {one for mail in mails for one in self._ids_of(mail)}
        since = self._clock() - GOES_ON

        def ask(session: Session) -> MailFacts:
            sent = find_sent_mails(session, ids)
            return load_facts(
                session,
                sent=sent,
                senders={mail.sender for mail in mails if mail.sender},
                named={one for mail in mails for one in named_references(mail.subject, mail.text)},
                answered={one for mail in mails for one in answered_by(mail)},
                since=since,
            )

        return await self._store.read(ask)

    def _ids_of(self, mail: InboundMail) -> list[str]:
        answered = answered_by(mail)
        if mail.bounce and mail.bounce.original_message_id:
            answered.append(mail.bounce.original_message_id)
        return list(self._intake.sent_ids(answered, mail.recipients))

    async def _keep_files(self, jobs: Sequence[Job]) -> None:
        with_files = [job for job in jobs if job.mail is not None and job.mail.attachments]
        for job in with_files:
            assert job.mail is not None  # chosen so
            job.enclosures = await asyncio.to_thread(
                keep_enclosures,
                job.mail,
                job.claimed.dedupe_key,
                keys=self._keys,
                folder=self._files,
            )
        kept = [file for job in with_files for file in job.enclosures.kept]
        now = self._clock()

        def put(session: Session) -> None:
            for file in kept:
                put_file(session, file, now=now)

        if kept:
            await self._store.write(put)

    async def _in_order(self, queue: Sequence[Job], facts: MailFacts) -> None:
        """Hand over the mails of one sender, each behind what became of the one before."""
        for place, job in enumerate(queue):
            if job.mail is None:
                continue
            try:
                if place and job.mail.kind is MailKind.PERSON:
                    # Where it belongs may be known only since the ones before were taken in.
                    await self._end(queue[:place])
                    facts = await self._facts([job])
                job.outcome = await self._hand_over(job, job.mail, facts)
            except DATABASE_TROUBLE:
                raise
            except Exception as error:  # it stays with this mail
                self._fail(job, error)

    async def _hand_over(self, job: Job, mail: InboundMail, facts: MailFacts) -> Outcome:
        claimed = job.claimed
        if trouble := claimed.details.get("trouble"):
            return self._put_aside(claimed, f"the mail server did not give it: {trouble}")
        if claimed.details.get("oversized"):
            return await self._too_large(claimed, mail)
        verdict = self._intake.sort(
            claimed,
            mail,
            facts,
            now=self._clock(),
            files=job.enclosures.ids,
            skipped=[file.as_json() for file in job.enclosures.skipped],
        )
        if isinstance(verdict, Suspect):
            return self._put_aside(claimed, verdict.reason)
        if isinstance(verdict, FromRobot):
            return await self._from_robot(claimed, mail, verdict)
        return await self._from_person(job, mail, verdict)

    async def _from_person(
        self, job: Job, mail: InboundMail, verdict: FromCustomer | FromStaff
    ) -> Outcome:
        if isinstance(verdict, FromCustomer):
            proof = verdict.message.sender.proof
            receipt = await self._desk.receive(verdict.message)
            if mentions := verdict.message.mail.get("mentions"):
                await self._notices.conversation_mentioned(
                    receipt.conversation_id, receipt.seq, str(mentions)
                )
        else:
            proof = verdict.unproven or "staff"
            receipt = await self._desk.staff_says(verdict.message)
            if verdict.unproven:
                await self._notices.staff_mail_unproven(
                    job.claimed.dedupe_key, verdict.answers, verdict.unproven
                )
        skipped = [file.as_json() for file in job.enclosures.skipped]
        return Outcome(
            job.claimed.id,
            "done",
            kind=mail.kind.value,
            conversation_id=receipt.conversation_id,
            message_seq=receipt.seq,
            quoted=mail.quoted,
            details={**job.claimed.details, "proof": proof, "skipped_files": skipped},
            attempts=job.claimed.attempts,
        )

    async def _from_robot(
        self, claimed: ClaimedMail, mail: InboundMail, verdict: FromRobot
    ) -> Outcome:
        about, bounce, now = verdict.about, mail.bounce, self._clock()
        details = dict(claimed.details)
        if bounce is not None:
            details |= {"failed": bounce.address, "permanent": bounce.permanent}
        came_back = bounce is not None and bounce.permanent and mail.kind is MailKind.BOUNCE
        if about is not None and bounce is not None and came_back:

            def note(session: Session) -> None:
                mark_bounced(session, about.id, bounce.diagnostic)
                if about.staff_id is None:
                    suppress(session, about.recipient, "bounced", now)

            await self._store.write(note)
            await self._notices.delivery_failed(about.id, about.recipient, bounce.diagnostic)
        elif about is not None and mail.kind is MailKind.ABUSE:
            await self._store.write(
                lambda session: suppress(session, about.recipient, "complaint", now)
            )
        return Outcome(
            claimed.id,
            "ignored",
            kind=verdict.kind,
            conversation_id=about.conversation_id if about else None,
            details=details,
            attempts=claimed.attempts,
        )

    async def _too_large(self, claimed: ClaimedMail, mail: InboundMail) -> Outcome:
        await self._notices.mail_too_large(
            claimed.dedupe_key,
            claimed.id,
            sender=claimed.sender,
            subject=mail.subject[:LONGEST_SUBJECT],
            size=claimed.size,
        )
        reason = f"too large: {claimed.size} bytes; only its header was taken"
        return self._put_aside(claimed, reason)

    def _put_aside(self, claimed: ClaimedMail, reason: str) -> Outcome:
        log.warning("mail.quarantined id=%d: %s", claimed.id, reason)
        return Outcome(
            claimed.id,
            "quarantined",
            last_error=reason[:1000],
            details=claimed.details,
            attempts=claimed.attempts,
        )

    def _fail(self, job: Job, error: Exception) -> None:
        """Try the mail again later, or put it aside when that was the last try."""
        claimed = job.claimed
        reason = f"{type(error).__name__}: {error}".replace("\n", " ")[:1000]
        job.is_broken = True
        if claimed.attempts >= TRIES:
            job.outcome = self._put_aside(claimed, reason)
            return
        log.warning("mail.failed id=%d try=%d: %s", claimed.id, claimed.attempts, reason)
        job.outcome = Outcome(
            claimed.id,
            "stored",
            last_error=reason,
            details=claimed.details,
            due_at=self._clock() + wait_before(claimed.attempts + 1, 0.5),
            attempts=claimed.attempts,
        )

    def _finish(self, session: Session, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        finish_mails(session, outcomes, self._clock())
        for job in jobs:
            if job.enclosures.kept and job.outcome and job.outcome.conversation_id:
                attach_files(session, job.enclosures.ids, job.outcome.conversation_id)

    async def _tell(self, jobs: Sequence[Job]) -> None:
        """Tell of mails put aside before their rows say so: a crash between tells twice."""
        for job in jobs:
            outcome = job.outcome
            if outcome is None or outcome.status == "stored":
                continue
            if outcome.status != "quarantined":
                self.breaker.worked()
                continue
            if not job.claimed.details.get("oversized"):
                await self._notices.mail_quarantined(
                    job.claimed.dedupe_key,
                    job.claimed.id,
                    sender=job.claimed.sender,
                    subject=job.mail.subject[:LONGEST_SUBJECT] if job.mail else "",
                    reason=outcome.last_error,
                )
            if job.is_broken and self.breaker.failed(self._clock()):
                await self._notices.door_paused(job.claimed.dedupe_key, outcome.last_error)
