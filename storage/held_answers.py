"""Addresses that get no automatic answers for a while, and what tells that a robot writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from storage.tables import ConversationRow, HeldAnswersRow, MessageRow


def is_held(session: Session, address: str, now: datetime) -> bool:
    """Whether no automatic answer may go to the address now."""
    row = session.get(HeldAnswersRow, address.lower())
    return row is not None and row.until > now


def hold(
    session: Session,
    address: str,
    reason: str,
    conversation_id: str,
    *,
    now: datetime,
    until: datetime,
) -> None:
    """Send no automatic answers to the address until then."""
    values = {"reason": reason, "conversation_id": conversation_id, "since": now, "until": until}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(HeldAnswersRow)
        .values(address=address.lower(), **values)
        .on_conflict_do_update(index_elements=["address"], set_=values)
    )
    session.expire_all()


def held_addresses(session: Session, now: datetime) -> Sequence[HeldAnswersRow]:
    """The addresses that are held now, the longest first."""
    return session.scalars(
        select(HeldAnswersRow)
        .where(col(HeldAnswersRow.until) > now)
        .order_by(col(HeldAnswersRow.since))
    ).all()


def mailed_texts(
    session: Session, conversation_id: str, *, since: datetime, limit: int
) -> Sequence[str]:
    """What was written by mail in a conversation since then, the newest first."""
    return session.scalars(
        select(col(MessageRow.text))
        .where(col(MessageRow.conversation_id) == conversation_id)
        .where(col(MessageRow.author_kind) == "customer")
        .where(col(MessageRow.channel) == "email")
        .where(col(MessageRow.internal).is_(False))
        .where(col(MessageRow.at) >= since)
        .order_by(col(MessageRow.seq).desc())
        .limit(limit)
    ).all()


def first_texts(session: Session, address: str, *, since: datetime, limit: int) -> Sequence[str]:
    """How the conversations began that came from an address since then, the newest first."""
    return session.scalars(
        select(col(MessageRow.text))
        .join(ConversationRow, col(ConversationRow.id) == col(MessageRow.conversation_id))
        .where(col(ConversationRow.email) == address.lower())
        .where(col(ConversationRow.created_at) >= since)
        .where(col(MessageRow.seq) == 1)
        .order_by(col(ConversationRow.created_at).desc())
        .limit(limit)
    ).all()
