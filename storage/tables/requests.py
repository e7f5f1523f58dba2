"""Sales requests, orders and consents."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from storage.columns import Money, UtcTimestamp, json_column, text_column


class SalesRequestRow(SQLModel, table=True):
    """What a customer wants of us. `version` rises with every change: compare and set.

    `staff_id` is who has it now, `rule` the stable name of the routing rule, `route` what it was
    decided on, `reason` the same in words. `consent` is whether staff may be told. `source` is
    unique: the message that opened the request and its kind, so that a message handled again
    opens nothing twice.
    """

    __tablename__ = "sales_requests"
    __table_args__ = (
        CheckConstraint(
            "status IN ('open','claimed','done','cancelled')", name="ck_sales_requests_status"
        ),
        CheckConstraint(
            "status <> 'claimed' OR claimed_by IS NOT NULL", name="ck_sales_requests_claimed"
        ),
        Index("ix_sales_requests_status", "status", "created_at"),
    )

    id: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=24)
    status: str = Field(default="open", max_length=12)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    customer_id: str | None = Field(
        default=None, max_length=64, foreign_key="customers.customer_id", index=True
    )
    customer_name: str = Field(default="", max_length=200)
    level: int = 0
    staff_id: str | None = Field(
        default=None, max_length=64, foreign_key="staff.staff_id", index=True
    )
    claimed_by: str | None = Field(default=None, max_length=64, foreign_key="staff.staff_id")
    rule: str = Field(default="", max_length=40)
    route: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    reason: str = Field(sa_column=text_column())
    products: list[Any] = Field(default_factory=list, sa_column=json_column(default="[]"))
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    consent: bool = True
    channel: str = Field(max_length=12)
    source: str = Field(max_length=340, unique=True)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcTimestamp)
    assigned_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)


class OrderRow(SQLModel, table=True):
    """What was ordered, with the prices that were shown. One request has at most one order."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("status IN ('placed','confirmed','cancelled')", name="ck_orders_status"),
    )

    order_number: str = Field(primary_key=True, max_length=40)
    request_id: str = Field(foreign_key="sales_requests.id", unique=True)
    customer_id: str | None = Field(
        default=None, max_length=64, foreign_key="customers.customer_id", index=True
    )
    status: str = Field(default="placed", max_length=12)
    total: Decimal | None = Field(default=None, sa_type=Money)
    currency: str = Field(default="", max_length=3)
    ship_to: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    created_at: datetime = Field(sa_type=UtcTimestamp)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)


class OrderLineRow(SQLModel, table=True):
    __tablename__ = "order_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="ck_order_lines_quantity"),)

    order_number: str = Field(primary_key=True, foreign_key="orders.order_number")
    position: int = Field(primary_key=True)
    model_number: str = Field(foreign_key="products.model_number")
    name: str = Field(max_length=200)
    quantity: int
    price: Decimal | None = Field(default=None, sa_type=Money)
    currency: str = Field(default="", max_length=3)


class ConsentRow(SQLModel, table=True):
    """What the customer was shown before staff were told, and what they answered."""

    __tablename__ = "consents"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    request_id: str | None = Field(default=None, foreign_key="sales_requests.id", index=True)
    customer_id: str | None = Field(default=None, max_length=64)
    kind: str = Field(max_length=24)
    shown: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    wording: str = Field(max_length=40)
    locale: str = Field(max_length=16)
    channel: str = Field(max_length=12)
    notify_staff: bool
    at: datetime = Field(sa_type=UtcTimestamp)


class ProductInterestRow(SQLModel, table=True):
    """Staff are told of interest in a product not owned at most once per product and month."""

    __tablename__ = "product_interests"

    customer_id: str = Field(primary_key=True, foreign_key="customers.customer_id")
    model_number: str = Field(primary_key=True, max_length=64)
    month: str = Field(primary_key=True, max_length=7)
    request_id: str | None = Field(default=None, max_length=40)
    at: datetime = Field(sa_type=UtcTimestamp)
