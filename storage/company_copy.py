"""The company's rows, to be put into another database as they are: for rehearsals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlmodel import Session, SQLModel

from storage.tables import (
    AreaPlaceRow,
    AreaPrefixRow,
    AreaRow,
    CatalogProductRow,
    CatalogRow,
    CompanyVersionRow,
    CustomerProductRow,
    CustomerRow,
    ProductRelationRow,
    ProductRow,
    StaffAreaRow,
    StaffCategoryRow,
    StaffRow,
)

#: Parents before children.
_COMPANY: tuple[type[SQLModel], ...] = (
    AreaRow,
    AreaPrefixRow,
    AreaPlaceRow,
    StaffRow,
    StaffAreaRow,
    StaffCategoryRow,
    ProductRow,
    ProductRelationRow,
    CatalogRow,
    CatalogProductRow,
    CustomerRow,
    CustomerProductRow,
    CompanyVersionRow,
)
#: Made once for a database and of no meaning to what is said.
_STAYS = frozenset({"secrets", "alembic_version"})

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def company_rows(session: Session, customer_ids: Sequence[str] | None = None) -> Rows:
    """All rows of the company, with all customers or only those named; no passwords."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in map(_table, _COMPANY):
        query = select(table)
        if customer_ids is not None and table.name in ("customers", "customer_products"):
            query = query.where(table.c.customer_id.in_(list(customer_ids)))
        rows[table.name] = [dict(row) for row in session.execute(query).mappings()]
    for customer in rows["customers"]:
        customer["password_hash"] = None
    return rows


def start_afresh(session: Session, rows: Rows, version: int) -> None:
    """Empty the database and put the company into it, as if nothing had ever been said.

    Args:
        version: of the company's snapshot; must differ from every earlier one of this database.
    """
    for table in reversed(SQLModel.metadata.sorted_tables):
        if table.name not in _STAYS:
            _forget_self(session, table)
            session.execute(delete(table))
    for table in map(_table, _COMPANY):
        found = rows[table.name]
        if table.name == "company_versions":
            found = [{"id": 1, "version": version}]
        _insert(session, table, found)


def _table(row: type[SQLModel]) -> Table:
    table: Table = row.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
    return table


def _self_references(table: Table) -> list[str]:
    """Columns that point at the same table, such as a deputy."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _forget_self(session: Session, table: Table) -> None:
    for name in _self_references(table):
        session.execute(update(table).values({name: None}))


def _insert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    later = _self_references(table)
    session.execute(insert(table), [{**row, **dict.fromkeys(later)} for row in rows])
    for name in later:
        # A table with such a column has a key of one column.
        [key] = table.primary_key.columns
        linked = [{"row": row[key.name], "to": row[name]} for row in rows if row[name]]
        is_row: Any = key == bindparam("row")
        if linked:
            statement = update(table).where(is_row).values({name: bindparam("to")})
            session.connection().execute(statement, linked)
