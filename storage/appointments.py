"""The appointment of a request: set, changed and called off, each once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Dialect, bindparam, select, update
from sqlmodel import Session, col

from domain.appointments import Appointment, Terms
from storage.prepared import Prepared, prepared
from storage.tables import AppointmentRow, SalesRequestRow

_APPOINTMENT = AppointmentRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time


def find_appointment(session: Session, request_id: str) -> Appointment | None:
    """The appointment of a request, also one that was called off; None where there was none."""
    row = _find(session).first(session, {"request_id": request_id})
    return None if row is None else _appointment(_Columns(*row))


class _Columns(NamedTuple):
    """The columns of an appointment that the domain knows."""

    request_id: str
    uid: str
    sequence: int
    method: str
    starts_at: datetime
    minutes: int
    place: str
    changed_at: datetime
    called_off_at: datetime | None
    held_by: str | None
    told_in: str | None


@prepared
def _find(dialect: Dialect) -> Prepared:
    """Asked for every request that staff are told of."""
    columns = [_APPOINTMENT.c[name] for name in _Columns._fields]
    return Prepared(
        select(*columns).where(_APPOINTMENT.c.request_id == bindparam("request_id")),
        dialect,
        parameters={"request_id": _APPOINTMENT.c.request_id},
        results=columns,
    )


def set_appointment(
    session: Session,
    request_id: str,
    terms: Terms,
    *,
    new_uid: str,
    staff_id: str,
    now: datetime,
) -> Appointment | None:
    """Set or change the appointment; None where it stands like that already.

    The caller has locked the request's row.
    """
    row = session.get(AppointmentRow, request_id, populate_existing=True, with_for_update=True)
    if row is None:
        row = AppointmentRow(
            request_id=request_id, uid=new_uid, sequence=-1, method=terms.method,
            starts_at=terms.starts_at, minutes=terms.minutes, set_by=staff_id, changed_at=now,
        )  # fmt: skip
    elif _appointment(row).terms == terms and row.called_off_at is None:
        return None
    row.method, row.starts_at, row.minutes = terms.method, terms.starts_at, terms.minutes
    row.place, row.set_by, row.called_off_at = terms.place, staff_id, None
    return _changed(session, row, now)


def call_off(session: Session, request_id: str, now: datetime) -> Appointment | None:
    """Call the appointment off; None where there is none, or it was called off before."""
    row = session.get(AppointmentRow, request_id, populate_existing=True, with_for_update=True)
    if row is None or row.called_off_at is not None:
        return None
    row.called_off_at = now
    return _changed(session, row, now)


def note_holder(session: Session, request_id: str, staff_id: str | None) -> None:
    """Note who of staff has the appointment in the calendar from now on."""
    row = session.get_one(AppointmentRow, request_id, populate_existing=True)
    row.held_by = staff_id
    session.add(row)
    session.flush()


def note_place(session: Session, request_id: str, conversation_id: str) -> None:
    """Note in which conversation the appointment was told, or its end."""
    row = session.get_one(AppointmentRow, request_id, populate_existing=True)
    row.told_in = conversation_id
    session.add(row)
    session.flush()


def move_entry(
    session: Session, request_id: str, staff_id: str, now: datetime
) -> Appointment | None:
    """Begin a new version of an appointment that is still to come, for another's calendar; None
    where that person has it, or there is none. `held_by` of what comes back is the former one."""
    row = session.get(AppointmentRow, request_id, populate_existing=True, with_for_update=True)
    if row is None or row.called_off_at is not None or row.held_by == staff_id:
        return None
    if _appointment(row).terms.ends_at <= now:
        return None
    moved = _changed(session, row, now)
    note_holder(session, request_id, staff_id)
    return moved


def _changed(session: Session, row: AppointmentRow, now: datetime) -> Appointment:
    row.sequence += 1
    row.changed_at = now
    session.add(row)
    session.flush()
    return _appointment(row)


def touch_request(session: Session, request_id: str) -> None:
    """Raise the version of a request, so that its card is shown anew."""
    session.execute(
        update(SalesRequestRow)
        .where(col(SalesRequestRow.id) == request_id)
        .values(version=col(SalesRequestRow.version) + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _appointment(row: AppointmentRow | _Columns) -> Appointment:
    return Appointment(
        request_id=row.request_id,
        uid=row.uid,
        sequence=row.sequence,
        terms=Terms(row.method, row.starts_at, row.minutes, row.place),
        changed_at=row.changed_at,
        is_called_off=row.called_off_at is not None,
        held_by=row.held_by,
        told_in=row.told_in,
    )
