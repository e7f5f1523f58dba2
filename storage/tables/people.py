"""Customers, what they own, staff, and areas with their coverage."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func
from sqlmodel import Field, SQLModel

from storage.columns import UtcTimestamp, text_column


class AreaRow(SQLModel, table=True):
    __tablename__ = "areas"

    area_code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=200)


class AreaPrefixRow(SQLModel, table=True):
    """A postal code prefix, digits and letters only, upper case."""

    __tablename__ = "area_prefixes"

    area_code: str = Field(primary_key=True, foreign_key="areas.area_code", ondelete="CASCADE")
    prefix: str = Field(primary_key=True, max_length=16, index=True)
    position: int = 0


class AreaPlaceRow(SQLModel, table=True):
    """A place name that means the area when it stands in an address."""

    __tablename__ = "area_places"

    area_code: str = Field(primary_key=True, foreign_key="areas.area_code", ondelete="CASCADE")
    place: str = Field(primary_key=True, max_length=100)
    position: int = 0


class StaffRow(SQLModel, table=True):
    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(
            "role IN ('sales','service','maintenance','manager')", name="ck_staff_role"
        ),
    )

    staff_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    email: str = Field(default="", max_length=320, index=True)
    slack_user_id: str = Field(default="", max_length=64, index=True)
    slack_channel: str = Field(default="", max_length=100)
    role: str = Field(default="sales", max_length=20)
    deputy_id: str | None = Field(default=None, max_length=64, foreign_key="staff.staff_id")
    away_until: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    locale: str = Field(default="", max_length=16)


class StaffAreaRow(SQLModel, table=True):
    __tablename__ = "staff_areas"

    staff_id: str = Field(primary_key=True, foreign_key="staff.staff_id", ondelete="CASCADE")
    area_code: str = Field(primary_key=True, foreign_key="areas.area_code", ondelete="CASCADE")
    position: int = 0


class StaffCategoryRow(SQLModel, table=True):
    __tablename__ = "staff_categories"

    staff_id: str = Field(primary_key=True, foreign_key="staff.staff_id", ondelete="CASCADE")
    category: str = Field(primary_key=True, max_length=100)
    position: int = 0


class CustomerRow(SQLModel, table=True):
    """A customer. `erased_at` marks the tombstone of somebody forgotten: all else is empty."""

    __tablename__ = "customers"

    customer_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=320)
    phone: str = Field(default="", max_length=40)
    postal_code: str = Field(default="", max_length=16)
    address: str = Field(default="", max_length=500)
    company: str = Field(default="", max_length=200)
    department: str = Field(default="", max_length=200)
    office_phone: str = Field(default="", max_length=40)
    locale: str = Field(default="", max_length=16)
    staff_id: str | None = Field(
        default=None, max_length=64, foreign_key="staff.staff_id", index=True
    )
    mail_opt_out: bool = False
    password_hash: str | None = Field(default=None, max_length=200)
    version: int = 1
    created_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    updated_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    erased_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)


# Mail addresses are looked up without regard to case; two people may share one.
Index("ix_customers_email_lower", func.lower(CustomerRow.__table__.c.email))  # type: ignore[attr-defined]  # SQLModel adds __table__ at run time


class CustomerProductRow(SQLModel, table=True):
    """A product that the customer owns."""

    __tablename__ = "customer_products"

    customer_id: str = Field(
        primary_key=True, foreign_key="customers.customer_id", ondelete="CASCADE"
    )
    model_number: str = Field(primary_key=True, foreign_key="products.model_number")
    position: int = 0


class NoteRow(SQLModel, table=True):
    """What staff noted about a customer; never shown to the customer."""

    __tablename__ = "customer_notes"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customers.customer_id", index=True)
    staff_id: str = Field(foreign_key="staff.staff_id")
    text: str = Field(sa_column=text_column())
    at: datetime = Field(sa_type=UtcTimestamp)


class CompanyVersionRow(SQLModel, table=True):
    """One row: its number changes whenever staff, areas, products or catalogs do."""

    __tablename__ = "company_versions"

    id: int = Field(primary_key=True)
    version: int = 1
