"""Takes over a whole company at once: many rows, matched by their keys, in one transaction.

Rows are compared with what is stored in chunks, and only what differs is written, with a few
statements for each chunk: 100,000 customers take seconds, during which SQLite's writer is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlmodel import Session, col

from storage.company_snapshot import bump_company
from storage.company_tables import DETAILS, Detail, Master, in_order
from storage.tables import AccessLogRow, AreaRow, CatalogRow, CustomerRow, ProductRow, StaffRow


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """What rows may refer to: the keys stored for each table but customers."""

    keys: dict[str, frozenset[str]] = field(default_factory=dict)
    deputies: dict[str, str | None] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table: domain objects, of which only `columns` are given.

    Other columns keep what is stored. `chunks` may be called again when the transaction is
    tried again; together they hold `rows` objects.
    """

    table: str
    columns: frozenset[str]
    rows: int
    chunks: Callable[[], Iterable[Sequence[Any]]]


@dataclass(slots=True)
class Counts:
    """What became of the rows of a table."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


#: Is told after each chunk how many rows it had.
Stored = Callable[[int], None]


def known_company(session: Session) -> KnownCompany:
    """What is stored and may be referred to."""
    staff = select(col(StaffRow.staff_id), col(StaffRow.deputy_id))
    deputies = dict(session.execute(staff).all())
    erased = select(col(CustomerRow.customer_id)).where(col(CustomerRow.erased_at).is_not(None))
    return KnownCompany(
        keys={
            "areas": frozenset(session.scalars(select(col(AreaRow.area_code)))),
            "staff": frozenset(deputies),
            "products": frozenset(session.scalars(select(col(ProductRow.model_number)))),
            "catalogs": frozenset(session.scalars(select(col(CatalogRow.catalog_number)))),
        },
        deputies=deputies,
        categories=frozenset(session.scalars(select(col(ProductRow.category)).distinct())),
        erased=frozenset(session.scalars(erased)),
    )


def store_company(
    session: Session, batches: Iterable[Batch], now: datetime, stored: Stored
) -> dict[str, Counts]:
    """Create what is new and change what differs; rows that are not named stay as they are.

    The batches must come with what is referred to first: areas, staff, products, catalogs,
    customers. An entry of the access log tells the counts, unless nothing has changed.
    """
    counts = _each(batches, stored, lambda batch: _Writing(session, batch, now))
    if any(count.created or count.changed for count in counts.values()):
        bump_company(session)
        details = {table: [n.created, n.changed, n.unchanged] for table, n in counts.items()}
        session.add(
            AccessLogRow(
                at=now,
                actor_kind="operator",
                action="company.import",
                object_kind="company",
                details=details,
            )
        )
    return counts


def compare_company(
    session: Session, batches: Iterable[Batch], stored: Stored
) -> dict[str, Counts]:
    """What `store_company` would do, without doing it."""
    return _each(batches, stored, lambda batch: _Comparing(session, batch))


def _each(
    batches: Iterable[Batch], stored: Stored, begin: Callable[[Batch], _Comparing]
) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for batch in batches:
        work = begin(batch)
        _plan_anew(work.session)
        count = counts.setdefault(batch.table, Counts())
        for chunk in batch.chunks():
            work.take(chunk, count)
            stored(len(chunk))
        work.finish()
    return counts


def _plan_anew(session: Session) -> None:
    """Have PostgreSQL plan each statement for the table as it has grown by then: a plan kept from
    when it was empty looks through all of it for every chunk."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


class _Comparing:
    """Compares the rows of a batch with what is stored."""

    lock = False

    def __init__(self, session: Session, batch: Batch) -> None:
        self.session = session
        self.master = Master.of(batch.table)
        self.key = self.master.key
        self.scalars = [name for name in self.master.scalars[1:] if name in batch.columns]
        self.details = [one for one in DETAILS[batch.table] if one.name in batch.columns]

    def take(self, chunk: Sequence[Any], count: Counts) -> None:
        """Sort the rows of a chunk into new, changed and unchanged ones."""
        keys = [getattr(row, self.key) for row in chunk]
        scalars = self.master.stored(self.session, keys, self.scalars, lock=self.lock)
        details = [one.stored(self.session, keys) for one in self.details]
        new, changed = [], []
        for row, key in zip(chunk, keys, strict=True):
            if key not in scalars:
                new.append(row)
            elif self._scalars_of(row) != scalars[key] or any(
                getattr(row, one.name) != tuple(found.get(key, ()))
                for one, found in zip(self.details, details, strict=True)
            ):
                changed.append(row)
        count.created += len(new)
        count.changed += len(changed)
        count.unchanged += len(chunk) - len(new) - len(changed)
        self.write(new, changed)

    def write(self, new: list[Any], changed: list[Any]) -> None:
        """Nothing is written where we only compare."""

    def finish(self) -> None:
        """Called after the last chunk."""

    def _scalars_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(self.master.plain(getattr(row, name)) for name in self.scalars)


class _Writing(_Comparing):
    """Writes what is new or changed.

    What refers to other rows of the same table (a deputy, an option) is written at the end.
    """

    lock = True

    def __init__(self, session: Session, batch: Batch, now: datetime) -> None:
        super().__init__(session, batch)
        self._now = now
        self._late: list[Any] = []

    def write(self, new: list[Any], changed: list[Any]) -> None:
        if new:
            rows = [self._values(row) | self.master.when_new(self._now) for row in new]
            self.session.execute(insert(self.master.table), rows)
        if changed:
            names = [name for name in self.scalars if name not in self.master.late]
            self._update(changed, names, self.master.when_changed(self._now))
        if self.master.refers_to_itself:
            self._late += [(row, False) for row in new] + [(row, True) for row in changed]
        else:
            self._write_details(new, replace=False)
            self._write_details(changed, replace=True)

    def finish(self) -> None:
        late = [name for name in self.scalars if name in self.master.late]
        rows = [row for row, _ in self._late]
        if late and rows:
            self._update(rows, late, {})
        self._write_details([row for row, known in self._late if not known], replace=False)
        self._write_details([row for row, known in self._late if known], replace=True)

    def _values(self, row: Any) -> dict[str, Any]:
        names = (name for name in self.master.scalars if name not in self.master.late)
        return {name: self.master.plain(getattr(row, name)) for name in names}

    def _update(self, rows: Sequence[Any], names: Sequence[str], besides: dict[str, Any]) -> None:
        if not names and not besides:
            return
        table = self.master.table
        statement = (
            update(table)
            .where(table.c[self.key] == bindparam("the_key"))
            .values({name: bindparam(f"new_{name}") for name in names} | besides)
        )
        self.session.execute(
            statement,
            [
                {f"new_{name}": self.master.plain(getattr(row, name)) for name in names}
                | {"the_key": getattr(row, self.key)}
                for row in rows
            ],
        )

    def _write_details(self, rows: Sequence[Any], *, replace: bool) -> None:
        for detail in self.details:
            if replace and rows:
                self._delete(detail, [getattr(row, self.key) for row in rows])
            values = list(detail.rows(rows, self.key))
            if values:
                self.session.execute(insert(detail.table), values)

    def _delete(self, detail: Detail, keys: Sequence[str]) -> None:
        for some in in_order(keys):
            self.session.execute(delete(detail.table).where(detail.belongs_to(some)))


def stored_rows(session: Session, table: str) -> Iterator[list[Any]]:
    """Everything of a table as domain objects, by key, chunk by chunk; nobody erased."""
    master = Master.of(table)
    for rows in master.all_rows(session):
        keys = [row[0] for row in rows]
        lists = {one.name: one.stored(session, keys) for one in DETAILS[table]}
        yield [
            master.make(row, {name: tuple(found.get(row[0], ())) for name, found in lists.items()})
            for row in rows
        ]


def count_rows(session: Session, table: str) -> int:
    """How many rows `stored_rows` gives."""
    return Master.of(table).count(session)
