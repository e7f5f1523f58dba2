"""Queries about customers, staff and areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, bindparam, func, select
from sqlmodel import Session, col

from domain.people import Area, Customer, Role, Staff
from storage.prepared import Prepared, prepared
from storage.tables import (
    AreaPlaceRow,
    AreaPrefixRow,
    AreaRow,
    CustomerProductRow,
    CustomerRow,
    SalesRequestRow,
    StaffAreaRow,
    StaffCategoryRow,
    StaffRow,
)


def find_customer(session: Session, customer_id: str) -> Customer | None:
    """The customer with that id; None for unknown and for erased ones."""
    session.flush()  # what this transaction has changed of it counts
    row = _by_id(session).first(session, {"customer_id": customer_id})
    return None if row is None else _customer(session, row)


def find_customers_by_email(session: Session, email: str) -> list[Customer]:
    """All customers registered with that address, compared without regard to case, by id."""
    if not email:
        return []
    session.flush()  # as above
    rows = _by_email(session).all(session, {"email": email.lower()})
    return [_customer(session, row) for row in rows]


#: The columns of a customer, in the order of the domain's fields; what is owned is added.
_FIELDS = (
    "customer_id", "name", "email", "phone", "postal_code", "address", "company", "department",
    "office_phone", "locale", "staff_id", "mail_opt_out",
)  # fmt: skip
_CUSTOMER = CustomerRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
_OWNED = CustomerProductRow.__table__  # type: ignore[attr-defined]  # as above


@prepared
def _by_id(dialect: Dialect) -> Prepared:
    wanted: Any = _CUSTOMER.c.customer_id == bindparam("customer_id")
    return _customers(wanted, {"customer_id": _CUSTOMER.c.customer_id}, dialect)


@prepared
def _by_email(dialect: Dialect) -> Prepared:
    wanted: Any = func.lower(_CUSTOMER.c.email) == bindparam("email")
    return _customers(wanted, {"email": _CUSTOMER.c.email}, dialect)


def _customers(wanted: Any, parameters: dict[str, Any], dialect: Dialect) -> Prepared:
    columns = [_CUSTOMER.c[name] for name in _FIELDS]
    query = select(*columns).where(wanted).where(_CUSTOMER.c.erased_at.is_(None))
    return Prepared(
        query.order_by(_CUSTOMER.c.customer_id), dialect, parameters=parameters, results=columns
    )


def owned_models(session: Session, customer_id: str) -> tuple[str, ...]:
    """The model numbers of what the customer owns, in order."""
    rows = _owned(session).all(session, {"customer_id": customer_id})
    return tuple(row[0] for row in rows)


@prepared
def _owned(dialect: Dialect) -> Prepared:
    return Prepared(
        select(_OWNED.c.model_number)
        .where(_OWNED.c.customer_id == bindparam("customer_id"))
        .order_by(_OWNED.c.position, _OWNED.c.model_number),
        dialect,
        parameters={"customer_id": _OWNED.c.customer_id},
        results=[_OWNED.c.model_number],
    )


def _customer(session: Session, row: Sequence[Any]) -> Customer:
    fields = dict(zip(_FIELDS, row, strict=True))
    return Customer(**fields, owned=owned_models(session, fields["customer_id"]))


def update_customer(
    session: Session, customer_id: str, changes: dict[str, str], now: datetime
) -> None:
    """Change fields of the record; the keys are column names of customers.csv."""
    row = session.get_one(CustomerRow, customer_id, with_for_update=True)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now
    session.add(row)


def opt_out(session: Session, customer_id: str, now: datetime) -> None:
    """No more catalogs to this customer."""
    row = session.get_one(CustomerRow, customer_id, with_for_update=True)
    row.mail_opt_out = True
    row.version += 1
    row.updated_at = now
    session.add(row)


def find_staff(session: Session, staff_id: str | None) -> Staff | None:
    """The member of staff with that id."""
    row = session.get(StaffRow, staff_id) if staff_id else None
    return None if row is None else _staff(session, [row])[0]


def find_staff_by_slack(session: Session, slack_user_id: str) -> Staff | None:
    """The member of staff with that Slack user id; an empty id is nobody's."""
    return _first_staff(session, col(StaffRow.slack_user_id) == slack_user_id, slack_user_id)


def find_staff_by_email(session: Session, email: str) -> Staff | None:
    """The member of staff with that address, compared without regard to case."""
    return _first_staff(session, func.lower(StaffRow.email) == email.lower(), email)


def _first_staff(session: Session, condition: object, value: str) -> Staff | None:
    if not value:
        return None
    rows = session.scalars(
        select(StaffRow).where(condition).order_by(col(StaffRow.staff_id)).limit(1)  # type: ignore[arg-type]  # a SQL condition
    ).all()
    return _staff(session, rows)[0] if rows else None


def team(session: Session) -> list[Staff]:
    """All staff with the number of requests that each has open, by id."""
    rows = session.scalars(select(StaffRow).order_by(col(StaffRow.staff_id))).all()
    return _staff(session, rows, count_open=True)


def _staff(session: Session, rows: Sequence[StaffRow], *, count_open: bool = False) -> list[Staff]:
    ids = [row.staff_id for row in rows]
    areas = _grouped(
        session.execute(
            select(col(StaffAreaRow.staff_id), col(StaffAreaRow.area_code))
            .where(col(StaffAreaRow.staff_id).in_(ids))
            .order_by(col(StaffAreaRow.position))
        ).all()
    )
    categories = _grouped(
        session.execute(
            select(col(StaffCategoryRow.staff_id), col(StaffCategoryRow.category))
            .where(col(StaffCategoryRow.staff_id).in_(ids))
            .order_by(col(StaffCategoryRow.position))
        ).all()
    )
    open_requests = _open_requests(session) if count_open else {}
    return [
        Staff(
            staff_id=row.staff_id,
            name=row.name,
            email=row.email,
            role=Role(row.role),
            slack_user_id=row.slack_user_id,
            slack_channel=row.slack_channel,
            area_codes=tuple(areas.get(row.staff_id, ())),
            product_categories=tuple(categories.get(row.staff_id, ())),
            deputy_id=row.deputy_id,
            away_until=row.away_until,
            locale=row.locale,
            open_requests=open_requests.get(row.staff_id, 0),
        )
        for row in rows
    ]


def _open_requests(session: Session) -> dict[str | None, int]:
    counted = session.execute(
        select(col(SalesRequestRow.staff_id), func.count())
        .where(col(SalesRequestRow.status).in_(["open", "claimed"]))
        .group_by(col(SalesRequestRow.staff_id))
    ).all()
    return dict(counted)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return grouped


def areas(session: Session) -> list[Area]:
    """All areas with their postal prefixes and place names, by code."""
    prefixes = _grouped(
        session.execute(
            select(col(AreaPrefixRow.area_code), col(AreaPrefixRow.prefix)).order_by(
                col(AreaPrefixRow.position)
            )
        ).all()
    )
    places = _grouped(
        session.execute(
            select(col(AreaPlaceRow.area_code), col(AreaPlaceRow.place)).order_by(
                col(AreaPlaceRow.position)
            )
        ).all()
    )
    return [
        Area(
            row.area_code,
            row.name,
            tuple(prefixes.get(row.area_code, ())),
            tuple(places.get(row.area_code, ())),
        )
        for row in session.scalars(select(AreaRow).order_by(col(AreaRow.area_code)))
    ]
