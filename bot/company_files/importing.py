"""Takes company files into the database: all of them, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.company_files.cells import Conventions
from bot.company_files.checking import Checker
from bot.company_files.faults import Findings
from bot.company_files.references import References
from bot.company_files.rows import Source
from bot.company_files.sources import find_sources
from bot.company_files.spool import Spool
from storage.company import Batch, Counts, compare_company, known_company, store_company
from storage.store import Store

#: Is told what is going on, how much of it is done, and how much there is.
Told = Callable[[str, int, int], None]


def nobody(what: str, done: int, total: int) -> None:
    """Tells nobody about progress."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import found and did. With faults nothing is stored and `counts` is empty."""

    findings: Findings
    counts: dict[str, Counts] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether there was no fault."""
        return not self.findings.fault_count


async def import_company(
    store: Store,
    paths: Sequence[Path],
    conventions: Conventions,
    now: datetime,
    *,
    dry_run: bool = False,
    told: Told = nobody,
) -> Outcome:
    """Read, check and store company files in one transaction.

    Args:
        paths: CSV files named after their table, folders of them, or .xlsx workbooks.
        now: an aware time, stored as the time of creation or change.
        dry_run: only say what would be created and changed.
        told: progress for a person; may be called thousands of times.
    """
    findings = Findings()
    sources = find_sources(paths, findings)
    known = await store.read(known_company)
    spool = Spool()
    try:
        checker = Checker(conventions, References(known), findings, spool)
        batches = _check(checker, sources, told)
        if findings.fault_count:
            return Outcome(findings)
        storing = _Storing(batches, sum(batch.rows for batch in batches), told)
        if dry_run:
            counts = await store.read(storing.compare)
        else:
            counts = await store.write(lambda session: storing.store(session, now))
        return Outcome(findings, counts)
    finally:
        spool.close()


def _check(checker: Checker, sources: Sequence[Source], told: Told) -> list[Batch]:
    batches = []
    for source in sources:
        batch = checker.check(source, partial(told, source.label))
        if batch is not None:
            batches.append(batch)
    checker.finish()
    return batches


class _Storing:
    """The unit of work. It may run again, so the progress starts again with it."""

    def __init__(self, batches: Sequence[Batch], total: int, told: Told) -> None:
        self._batches = batches
        self._total = total
        self._told = told
        self._done = 0

    def store(self, session: Session, now: datetime) -> dict[str, Counts]:
        self._done = 0
        return store_company(session, self._batches, now, self._stored)

    def compare(self, session: Session) -> dict[str, Counts]:
        self._done = 0
        return compare_company(session, self._batches, self._stored)

    def _stored(self, rows: int) -> None:
        self._done += rows
        self._told("database", self._done, self._total)
