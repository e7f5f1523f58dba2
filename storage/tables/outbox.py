"""Everything we owe outside the house, and the lanes it leaves by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcTimestamp, json_column, text_column


class OutboxRow(SQLModel, table=True):
    """A notification: written in the transaction that caused it, sent afterwards.

    Attributes:
        key: unique name of what is owed, so that a cause handled again owes nothing twice.
        lane: what must leave in order and at its own pace (a Slack channel, an SMTP host).
        lease_version: rises with each claim; a worker may only finish what it still holds.
        status: `pending` (also `leased` while a worker has it), `sent`, `dead`, or `unknown`
            where the effect may have happened and must be looked up before the next try.
        remote_id: what the other side calls it (Message-ID, Slack ts).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending','leased','unknown','sent','dead')", name="ck_outbox_status"
        ),
        # Delivered rows must not slow the poll as the table grows.
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("status IN ('pending','leased','unknown')"),
            postgresql_where=text("status IN ('pending','leased','unknown')"),
        ),
        Index(
            "ix_outbox_open_lane",
            "lane",
            "created_at",
            sqlite_where=text("status IN ('pending','leased','unknown')"),
            postgresql_where=text("status IN ('pending','leased','unknown')"),
        ),
        Index("ix_outbox_status", "status", "created_at"),
    )

    id: str = Field(primary_key=True, max_length=40)
    key: str = Field(max_length=300, unique=True)
    channel: str = Field(max_length=12)
    lane: str = Field(max_length=120)
    kind: str = Field(max_length=40)
    recipient: str = Field(default="", max_length=400)
    request_id: str | None = Field(default=None, foreign_key="sales_requests.id", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", index=True)
    message_seq: int | None = None
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    status: str = Field(default="pending", max_length=10)
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcTimestamp)
    leased_until: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    lease_version: int = 0
    last_error: str = Field(sa_column=text_column())
    remote_id: str | None = Field(default=None, max_length=400, index=True)
    created_at: datetime = Field(sa_type=UtcTimestamp)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)


class SharedContentRow(SQLModel, table=True):
    """What many mails have in common, kept once: `payload["shared"]` of their rows names it.

    `id` is a digest of the content, which never changes.
    """

    __tablename__ = "shared_contents"

    id: str = Field(primary_key=True, max_length=64)
    content: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    created_at: datetime = Field(sa_type=UtcTimestamp)


class LaneRow(SQLModel, table=True):
    """When a lane may be used next: its pace, or the wait that its other end asked for.

    `failures` counts how often in a row the other end could not be reached.
    """

    __tablename__ = "lanes"

    lane: str = Field(primary_key=True, max_length=120)
    next_at: datetime = Field(sa_type=UtcTimestamp)
    failures: int = 0


class SlackCardRow(SQLModel, table=True):
    """Where the living card of a request stands in Slack."""

    __tablename__ = "slack_cards"
    __table_args__ = (Index("ix_slack_cards_ts", "channel", "ts"),)

    request_id: str = Field(primary_key=True, foreign_key="sales_requests.id")
    channel: str = Field(max_length=64)
    ts: str = Field(max_length=32)
    posted_at: datetime = Field(sa_type=UtcTimestamp)


class SlackEventRow(SQLModel, table=True):
    """An event or press that was taken; Slack delivers them again at will."""

    __tablename__ = "slack_events"

    id: str = Field(primary_key=True, max_length=200)
    at: datetime = Field(sa_type=UtcTimestamp, index=True)
