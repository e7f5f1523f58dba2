"""Who may come in, and who came: tokens, sessions, secrets and the access log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import UtcTimestamp, json_column


class TokenRow(SQLModel, table=True):
    """A one-time right, known by the SHA-256 of its random bits.

    `purpose` is part of every look-up: a token of one kind is worthless at any other entry.
    """

    __tablename__ = "tokens"

    sha256: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=24)
    customer_id: str | None = Field(
        default=None, max_length=64, foreign_key="customers.customer_id", index=True
    )
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id")
    email: str = Field(default="", max_length=320)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    created_at: datetime = Field(sa_type=UtcTimestamp)
    expires_at: datetime = Field(sa_type=UtcTimestamp)
    used_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    attempts: int = 0


class WebSessionRow(SQLModel, table=True):
    """A signed-in browser, known by the SHA-256 of its cookie."""

    __tablename__ = "web_sessions"

    sha256: str = Field(primary_key=True, max_length=64)
    customer_id: str | None = Field(
        default=None, max_length=64, foreign_key="customers.customer_id", index=True
    )
    staff_id: str | None = Field(default=None, max_length=64, foreign_key="staff.staff_id")
    created_at: datetime = Field(sa_type=UtcTimestamp)
    expires_at: datetime = Field(sa_type=UtcTimestamp)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)


class SecretRow(SQLModel, table=True):
    """A secret made on first start, where none was set."""

    __tablename__ = "secrets"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcTimestamp)


class AccessLogRow(SQLModel, table=True):
    """Who opened, read, sent or changed what, when and from where. Rows are never changed."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_customer", "customer_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTimestamp)
    actor_kind: str = Field(max_length=12)
    actor_id: str = Field(default="", max_length=320)
    action: str = Field(max_length=40)
    object_kind: str = Field(default="", max_length=24)
    object_id: str = Field(default="", max_length=300)
    customer_id: str | None = Field(default=None, max_length=64)
    address: str = Field(default="", max_length=64)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
