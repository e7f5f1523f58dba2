"""Visits and online meetings that were agreed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from storage.columns import UtcTimestamp


class AppointmentRow(SQLModel, table=True):
    """The appointment of a request; a request has at most one.

    `uid` names it in calendars and never changes, `sequence` rises with each change (RFC 5545).
    `place` is an address or a link, as staff wrote it. `held_by` is who of staff was sent it last
    and has it in the calendar, `told_in` the conversation whose customer was told of it.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("method IN ('visit','online')", name="ck_appointments_method"),
        CheckConstraint("minutes > 0", name="ck_appointments_minutes"),
    )

    request_id: str = Field(primary_key=True, foreign_key="sales_requests.id", max_length=40)
    uid: str = Field(max_length=255)
    sequence: int = 0
    method: str = Field(max_length=12)
    starts_at: datetime = Field(sa_type=UtcTimestamp)
    minutes: int
    place: str = Field(default="", max_length=500)
    set_by: str = Field(max_length=64, foreign_key="staff.staff_id")
    changed_at: datetime = Field(sa_type=UtcTimestamp)
    called_off_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    held_by: str | None = Field(default=None, max_length=64)
    told_in: str | None = Field(default=None, max_length=40)
