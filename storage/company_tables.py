"""How the domain objects of a company lie in tables: one master row, and rows for each list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select
from sqlmodel import Session, SQLModel

from domain.catalog import Catalog, Product
from domain.people import Area, Customer, Role, Staff
from storage import tables  # noqa: F401  # defines the tables that are looked up below

#: Keys in one statement; well under what every database takes.
CHUNK = 1000


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def in_order(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys in portions of at most `CHUNK`."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


@dataclass(frozen=True, slots=True)
class Detail:
    """A list of a domain object: `name` of the field, and where its values lie in order.

    `fixed` narrows the rows down to this list; the first value has the position `first`.
    """

    name: str
    table: Table
    owner: str
    value: str
    fixed: tuple[tuple[str, str], ...] = ()
    first: int = 0

    def belongs_to(self, keys: Sequence[str]) -> ColumnElement[bool]:
        """The condition for the rows of this list of the objects with those keys."""
        condition: ColumnElement[bool] = self.table.c[self.owner].in_(keys)
        for column, value in self.fixed:
            condition = condition & (self.table.c[column] == value)
        return condition

    def stored(self, session: Session, keys: Sequence[str]) -> dict[str, list[str]]:
        """The stored values of each key that has some."""
        owner, value = self.table.c[self.owner], self.table.c[self.value]
        found: dict[str, list[str]] = {}
        for some in in_order(keys):
            query = select(owner, value).where(self.belongs_to(some))
            for key, one in session.execute(query.order_by(owner, self.table.c.position)):
                found.setdefault(key, []).append(one)
        return found

    def rows(self, objects: Iterable[Any], key: str) -> Iterator[dict[str, Any]]:
        """The rows that hold this list of the objects."""
        for one in objects:
            for position, value in enumerate(getattr(one, self.name), start=self.first):
                yield {
                    self.owner: getattr(one, key),
                    self.value: value,
                    "position": position,
                    **dict(self.fixed),
                }


DETAILS: dict[str, tuple[Detail, ...]] = {
    "areas": (
        Detail("postal_prefixes", _table("area_prefixes"), "area_code", "prefix"),
        Detail("places", _table("area_places"), "area_code", "place"),
    ),
    "staff": (
        Detail("area_codes", _table("staff_areas"), "staff_id", "area_code"),
        Detail("product_categories", _table("staff_categories"), "staff_id", "category"),
    ),
    "products": tuple(
        Detail(
            name, _table("product_relations"), "model_number", "related", fixed=(("kind", kind),)
        )
        for name, kind in (
            ("attachments", "attachment"),
            ("options", "option"),
            ("supplies", "supply"),
        )
    ),
    "catalogs": (
        Detail("products", _table("catalog_products"), "catalog_number", "model_number", first=1),
    ),
    "customers": (Detail("owned", _table("customer_products"), "customer_id", "model_number"),),
}


@dataclass(frozen=True, slots=True)
class Master:
    """The row that a domain object has for itself. The first of `scalars` is the key."""

    name: str
    kind: Any
    scalars: tuple[str, ...]
    #: Scalars that refer to rows of the same table.
    late: frozenset[str] = frozenset()
    refers_to_itself: bool = False
    dated: bool = False

    @staticmethod
    def of(name: str) -> Master:
        """The master table of that name."""
        return _MASTERS[name]

    @property
    def table(self) -> Table:
        """The table of the master rows."""
        return _table(self.name)

    @property
    def key(self) -> str:
        """The name of the key."""
        return self.scalars[0]

    @staticmethod
    def plain(value: Any) -> Any:
        """The value as the column takes it."""
        return value.value if isinstance(value, StrEnum) else value

    def when_new(self, now: datetime) -> dict[str, Any]:
        """What a new row gets beside its values."""
        return {"created_at": now, "updated_at": now, "version": 1} if self.dated else {}

    def when_changed(self, now: datetime) -> dict[str, Any]:
        """What a changed row gets beside its values."""
        if not self.dated:
            return {}
        return {"updated_at": now, "version": self.table.c.version + 1}

    def stored(
        self, session: Session, keys: Sequence[str], names: Sequence[str], *, lock: bool
    ) -> dict[str, tuple[Any, ...]]:
        """The stored values of the columns `names` by key.

        With `lock` nobody else changes them before the transaction ends.
        """
        columns = [self.table.c[name] for name in names]
        found: dict[str, tuple[Any, ...]] = {}
        for some in in_order(keys):
            query = select(self.table.c[self.key], *columns).where(self.table.c[self.key].in_(some))
            if lock:  # in the order of the keys, so that two imports do not wait for each other
                query = query.order_by(self.table.c[self.key]).with_for_update()
            found |= {row[0]: tuple(row[1:]) for row in session.execute(query)}
        return found

    def all_rows(self, session: Session) -> Iterator[list[Any]]:
        """The rows by key, in chunks that each continue behind the last key of the one before."""
        key = self.table.c[self.key]
        query = select(*(self.table.c[name] for name in self.scalars)).order_by(key).limit(CHUNK)
        if self.dated:
            query = query.where(self.table.c.erased_at.is_(None))
        rows = list(session.execute(query))
        while rows:
            yield rows
            rows = list(session.execute(query.where(key > rows[-1][0])))

    def count(self, session: Session) -> int:
        """How many rows `all_rows` gives."""
        query = select(func.count()).select_from(self.table)
        if self.dated:
            query = query.where(self.table.c.erased_at.is_(None))
        return session.scalar(query) or 0

    def make(self, row: Sequence[Any], details: dict[str, tuple[str, ...]]) -> Any:
        """The domain object of a row of `all_rows` and its lists."""
        values = dict(zip(self.scalars, row, strict=True)) | details
        if "role" in values:
            values["role"] = Role(values["role"])
        return self.kind(**values)


def _scalars(kind: Any, *, without: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in kind.__dataclass_fields__ if name not in without)


_LISTS = {table: [one.name for one in details] for table, details in DETAILS.items()}
_MASTERS = {
    "areas": Master("areas", Area, _scalars(Area, without=_LISTS["areas"])),
    "staff": Master(
        "staff",
        Staff,
        _scalars(Staff, without=[*_LISTS["staff"], "open_requests"]),
        late=frozenset({"deputy_id"}),
        refers_to_itself=True,
    ),
    "products": Master(
        "products",
        Product,
        _scalars(Product, without=_LISTS["products"]),
        refers_to_itself=True,
    ),
    "catalogs": Master("catalogs", Catalog, _scalars(Catalog, without=_LISTS["catalogs"])),
    "customers": Master(
        "customers", Customer, _scalars(Customer, without=_LISTS["customers"]), dated=True
    ),
}
