"""Queries about customers, staff and areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from domain.people import Area, Customer, Role, Staff
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
    row = session.get(CustomerRow, customer_id)
    return None if row is None or row.erased_at is not None else _customer(session, row)


def find_customers_by_email(session: Session, email: str) -> list[Customer]:
    """All customers registered with that address, compared without regard to case, by id."""
    if not email:
        return []
    rows = session.scalars(
        select(CustomerRow)
        .where(func.lower(CustomerRow.email) == email.lower())
        .where(col(CustomerRow.erased_at).is_(None))
        .order_by(col(CustomerRow.customer_id))
    ).all()
    return [_customer(session, row) for row in rows]


def owned_models(session: Session, customer_id: str) -> tuple[str, ...]:
    """The model numbers of what the customer owns, in order."""
    return tuple(
        session.scalars(
            select(col(CustomerProductRow.model_number))
            .where(col(CustomerProductRow.customer_id) == customer_id)
            .order_by(col(CustomerProductRow.position), col(CustomerProductRow.model_number))
        )
    )


def _customer(session: Session, row: CustomerRow) -> Customer:
    return Customer(
        customer_id=row.customer_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        postal_code=row.postal_code,
        address=row.address,
        company=row.company,
        department=row.department,
        office_phone=row.office_phone,
        locale=row.locale,
        staff_id=row.staff_id,
        owned=owned_models(session, row.customer_id),
        mail_opt_out=row.mail_opt_out,
    )


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
