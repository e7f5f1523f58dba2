"""The outbox: what is owed goes in with its cause, and workers take it by lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from domain.notifications import Notification
from storage.store import hint_outbox
from storage.tables import OutboxRow


def owe(
    session: Session, notification: Notification, *, now: datetime, new_id: Callable[[], str]
) -> bool:
    """Store what is owed, unless its key is stored already; return whether it was new."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(OutboxRow)
        .values(
            id=new_id(),
            key=notification.key,
            channel=notification.channel.value,
            lane=notification.lane,
            kind=notification.kind,
            recipient=notification.recipient,
            request_id=notification.request_id,
            conversation_id=notification.conversation_id,
            message_seq=notification.message_seq,
            payload=dict(notification.payload),
            status="pending",
            attempts=0,
            due_at=notification.due_at or now,
            lease_version=0,
            last_error="",
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(OutboxRow.id))
    )
    hint_outbox(session)
    return session.execute(statement).first() is not None
