"""Staff, areas, products and catalogs as they stand, kept in memory until an import changes them.

A message may need all of them (who is in charge, what is sold), and they change seldom. Each
transaction reads one number; only when it has changed is everything read anew.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, bindparam, func, select
from sqlalchemy.engine import Connection
from sqlmodel import Session, col

from domain.catalog import Catalog, Product
from domain.dialogue.products import Searchable
from domain.people import Area, Staff
from domain.request_view import ProductView
from storage.catalog import all_model_numbers, find_catalog, find_products, products_on_sale
from storage.people import areas, team
from storage.prepared import Prepared, prepared
from storage.tables import CatalogRow, CompanyVersionRow, SalesRequestRow

_VERSION = CompanyVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
_REQUEST = SalesRequestRow.__table__  # type: ignore[attr-defined]  # as above


@dataclass(frozen=True, slots=True)
class Company:
    """A snapshot. `team` has no open requests in it; `products` has withdrawn ones too."""

    version: int
    team: Sequence[Staff]
    areas: Sequence[Area]
    products: Mapping[str, Product]
    on_sale: Sequence[Product]
    sold: frozenset[str]
    catalogs: Mapping[str, Catalog]

    def member(self, staff_id: str | None) -> Staff | None:
        """The member of staff with that id."""
        return next((staff for staff in self.team if staff.staff_id == staff_id), None)

    def view(self, model_number: str, quantity: int = 1) -> ProductView | None:
        """The product with what belongs to it and the catalogs that show it."""
        product = self.products.get(model_number)
        if product is None:
            return None

        def pick(models: Sequence[str]) -> tuple[Product, ...]:
            return tuple(self.products[model] for model in models if model in self.products)

        return ProductView(
            product=product,
            quantity=quantity,
            attachments=pick(product.attachments),
            options=pick(product.options),
            supplies=pick(product.supplies),
            catalogs=tuple(n for n, one in self.catalogs.items() if model_number in one.products),
        )


_kept: WeakKeyDictionary[Engine, Company] = WeakKeyDictionary()
_lock = threading.Lock()


def company(session: Session) -> Company:
    """The company as this transaction sees it."""
    seen: Company | None = session.info.get(_SEEN)
    if seen is None:
        seen = session.info[_SEEN] = _current(session)
    return seen


#: A transaction asks for the version once; a change of its own makes it ask again.
_SEEN = "company"


def _current(session: Session) -> Company:
    engine = _engine(session)
    row = _version(session).first(session, {"id_1": 1})
    version = row[0] if row else 0
    found = _kept.get(engine)
    if found is None or found.version != version:
        found = _read(session, version)
        with _lock:
            _kept[engine] = found
    return found


def busy_team(session: Session) -> list[Staff]:
    """All staff with the number of requests that each has open, by id."""
    values = {"status_1": "open", "status_2": "claimed"}
    counted = dict(_open_requests(session).run(session, values).fetchall())
    return [
        replace(staff, open_requests=counted.get(staff.staff_id, 0))
        if staff.staff_id in counted
        else staff
        for staff in company(session).team
    ]


def bump_company(session: Session) -> None:
    """Have everybody read the company anew, once this transaction is durable.

    The number is random: one that rose by one could come again after a rollback, and stand for
    something else.
    """
    row = session.get(CompanyVersionRow, 1, with_for_update=True, populate_existing=True)
    row = row or CompanyVersionRow(id=1)
    row.version = secrets.randbits(31)
    session.add(row)
    session.flush()
    session.info.pop(_SEEN, None)


def _engine(session: Session) -> Engine:
    bound = session.get_bind()
    return bound.engine if isinstance(bound, Connection) else bound


def _read(session: Session, version: int) -> Company:
    on_sale = Searchable(products_on_sale(session))
    numbers = session.scalars(
        select(col(CatalogRow.catalog_number)).order_by(col(CatalogRow.catalog_number))
    ).all()
    catalogs = {number: found for number in numbers if (found := find_catalog(session, number))}
    return Company(
        version=version,
        team=[replace(staff, open_requests=0) for staff in team(session)],
        areas=areas(session),
        products=find_products(session, all_model_numbers(session)),
        on_sale=on_sale,
        sold=frozenset(product.model_number for product in on_sale),
        catalogs=catalogs,
    )


@prepared
def _version(dialect: Dialect) -> Prepared:
    wanted: Any = _VERSION.c.id == bindparam("id_1")
    return Prepared(
        select(_VERSION.c.version).where(wanted),
        dialect,
        parameters={"id_1": _VERSION.c.id},
        results=[_VERSION.c.version],
    )


@prepared
def _open_requests(dialect: Dialect) -> Prepared:
    # Two parameters, since a prepared statement takes no list of values.
    status = _REQUEST.c.status
    is_open: Any = (status == bindparam("status_1")) | (status == bindparam("status_2"))
    return Prepared(
        select(_REQUEST.c.staff_id, func.count()).where(is_open).group_by(_REQUEST.c.staff_id),
        dialect,
        parameters={"status_1": status, "status_2": status},
    )
