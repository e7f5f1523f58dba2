"""Mails that came in, where we are in each mailbox, and mails that must not go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import UtcTimestamp, json_column, text_column


class InboundMailRow(SQLModel, table=True):
    """A mail as it lay in the mailbox: queue, dedupe and quarantine in one row.

    `dedupe_key` is the Message-ID with a hash of the stable parts; the second mail with the
    same key is stored as `duplicate`, so no unique index refuses it.
    """

    __tablename__ = "inbound_mails"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid", name="uq_inbound_mails_uid"),
        CheckConstraint(
            "status IN ('stored','done','ignored','duplicate','quarantined')",
            name="ck_inbound_mails_status",
        ),
        Index("ix_inbound_mails_status", "status", "id"),
        Index("ix_inbound_mails_dedupe", "dedupe_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str = Field(max_length=320)
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    dedupe_key: str = Field(max_length=200)
    status: str = Field(default="stored", max_length=12)
    kind: str = Field(default="", max_length=16)
    size: int = 0
    attempts: int = 0
    last_error: str = Field(sa_column=text_column())
    message_id: str | None = Field(default=None, max_length=998, index=True)
    sender: str = Field(default="", max_length=320)
    subject: str = Field(default="", max_length=998)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", index=True)
    message_seq: int | None = None
    quoted: str = Field(sa_column=text_column())
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(default="{}"))
    received_at: datetime = Field(sa_type=UtcTimestamp)
    due_at: datetime = Field(sa_type=UtcTimestamp)


class RawMailRow(SQLModel, table=True):
    """The bytes of a mail, apart from its row so that lists of mails stay quick."""

    __tablename__ = "raw_mails"

    inbound_mail_id: int = Field(
        primary_key=True, foreign_key="inbound_mails.id", ondelete="CASCADE"
    )
    raw: bytes


class MailCursorRow(SQLModel, table=True):
    """How far a mailbox was read. `holder` polls it until `leased_until`.

    Mails up to `first_until` lay there when it was read for the first time.
    """

    __tablename__ = "mail_cursors"

    mailbox: str = Field(primary_key=True, max_length=320)
    uidvalidity: int = Field(default=0, sa_type=BigInteger)
    last_uid: int = Field(default=0, sa_type=BigInteger)
    first_until: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )
    holder: str = Field(default="", max_length=80)
    leased_until: datetime | None = Field(default=None, sa_type=UtcTimestamp)


class MailSuppressionRow(SQLModel, table=True):
    """An address that no bulk mail goes to: it bounced for good, complained or opted out."""

    __tablename__ = "mail_suppressions"

    address: str = Field(primary_key=True, max_length=320)
    reason: str = Field(max_length=20)
    at: datetime = Field(sa_type=UtcTimestamp)


class HeldAnswersRow(SQLModel, table=True):
    """An address that gets no automatic answers until `until`: a robot seems to answer there."""

    __tablename__ = "held_answers"

    address: str = Field(primary_key=True, max_length=320)
    reason: str = Field(max_length=20)
    conversation_id: str = Field(foreign_key="conversations.id", max_length=40)
    since: datetime = Field(sa_type=UtcTimestamp)
    until: datetime = Field(sa_type=UtcTimestamp, index=True)


class CatalogSendRow(SQLModel, table=True):
    """A catalog that was (or is being) sent to a customer; a second `send` skips it."""

    __tablename__ = "catalog_sends"

    catalog_number: str = Field(primary_key=True, foreign_key="catalogs.catalog_number")
    customer_id: str = Field(primary_key=True, foreign_key="customers.customer_id")
    round: int = Field(primary_key=True, default=1)
    outbox_id: str = Field(foreign_key="outbox.id")
    at: datetime = Field(sa_type=UtcTimestamp)
