"""Visitors, conversations, their messages and files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcTimestamp, json_column, text_column


class ConversationRow(SQLModel, table=True):
    """One talk with one person, over any number of channels.

    `state` is the dialogue's memory, `mail_thread` what an answer by mail needs (subject,
    last Message-ID, references). `email`, `name` and `phone` are what the person gave or wrote
    from. `last_seq` is the seq of the newest message.
    """

    __tablename__ = "conversations"

    id: str = Field(primary_key=True, max_length=40)
    customer_id: str | None = Field(
        default=None, max_length=64, foreign_key="customers.customer_id", index=True
    )
    level: int = 0
    channel: str = Field(default="chat", max_length=12)
    locale: str = Field(default="", max_length=16)
    email: str = Field(default="", max_length=320, index=True)
    name: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=40)
    subject: str = Field(default="", max_length=998)
    state: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    mail_thread: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    staff_id: str | None = Field(default=None, max_length=64, foreign_key="staff.staff_id")
    last_seq: int = 0
    read_seq: int = 0
    seen_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    created_at: datetime = Field(sa_type=UtcTimestamp)
    updated_at: datetime = Field(sa_type=UtcTimestamp)


class JoinedRow(SQLModel, table=True):
    """Staff go on with this conversation in another one; that proves nothing of who wrote."""

    __tablename__ = "joined_conversations"

    conversation_id: str = Field(primary_key=True, max_length=40, foreign_key="conversations.id")
    joined_to: str = Field(max_length=40, foreign_key="conversations.id", index=True)
    staff_id: str = Field(max_length=64, foreign_key="staff.staff_id")
    at: datetime = Field(sa_type=UtcTimestamp)


class VisitorRow(SQLModel, table=True):
    """A browser that talks to us. Its token is signed; `revoked_at` ends it on every tab."""

    __tablename__ = "visitors"

    id: str = Field(primary_key=True, max_length=40)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    customer_id: str | None = Field(
        default=None, max_length=64, foreign_key="customers.customer_id"
    )
    level: int = 0
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTimestamp)
    created_at: datetime = Field(sa_type=UtcTimestamp)


class MessageRow(SQLModel, table=True):
    """One message. `internal` ones are notes of staff: they never reach a customer."""

    __tablename__ = "messages"
    __table_args__ = (
        # A channel may deliver the same message twice; the database has the last word.
        UniqueConstraint("channel", "channel_message_id", name="uq_messages_channel_id"),
    )

    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", max_length=40)
    seq: int = Field(primary_key=True)
    author_kind: str = Field(max_length=10)
    author_name: str = Field(default="", max_length=200)
    staff_id: str | None = Field(default=None, max_length=64, foreign_key="staff.staff_id")
    channel: str = Field(max_length=12)
    channel_message_id: str | None = Field(default=None, max_length=300)
    key: str | None = Field(default=None, max_length=200)
    in_reply_to: str | None = Field(default=None, max_length=200)
    text: str = Field(sa_column=text_column())
    parts: list[Any] = Field(default_factory=list, sa_column=json_column(default="[]"))
    understood: dict[str, Any] | None = Field(
        default=None, sa_column=json_column(default="null", nullable=True)
    )
    level: int = 0
    proof: str = Field(default="", max_length=40)
    internal: bool = False
    at: datetime = Field(sa_type=UtcTimestamp)


class FileRow(SQLModel, table=True):
    """A stored file. The content lies in DATA_DIR under its SHA-256; `type` comes from bytes."""

    __tablename__ = "files"
    __table_args__ = (
        # How much a visitor, and all of them together, have sent lately.
        Index(
            "ix_files_of_visitors",
            "created_at",
            "visitor_id",
            "size",
            sqlite_where=text("visitor_id IS NOT NULL"),
            postgresql_where=text("visitor_id IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True, max_length=40)
    conversation_id: str | None = Field(
        default=None, foreign_key="conversations.id", index=True, max_length=40
    )
    visitor_id: str | None = Field(default=None, max_length=40)
    staff_id: str | None = Field(default=None, max_length=64)
    name: str = Field(max_length=255)
    content_type: str = Field(max_length=127)
    size: int
    sha256: str = Field(max_length=64, index=True)
    inline: bool = False
    created_at: datetime = Field(sa_type=UtcTimestamp)
