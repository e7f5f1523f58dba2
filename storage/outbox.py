"""The outbox: what is owed goes in with its cause, and workers take it by lease."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import case, func, update
from sqlmodel import Session, col, select

from domain.notifications import Notification
from storage.prepared import Inserter
from storage.store import hint_outbox
from storage.tables import LaneRow, OutboxRow

_OPEN = ("pending", "leased", "unknown")


def owe(
    session: Session, notification: Notification, *, now: datetime, new_id: Callable[[], str]
) -> bool:
    """Store what is owed, unless its key is stored already; return whether it was new."""
    session.flush()  # what it refers to may not be written yet
    hint_outbox(session)
    values = {
        "id": new_id(),
        "key": notification.key,
        "channel": notification.channel.value,
        "lane": notification.lane,
        "kind": notification.kind,
        "recipient": notification.recipient,
        "request_id": notification.request_id,
        "conversation_id": notification.conversation_id,
        "message_seq": notification.message_seq,
        "payload": dict(notification.payload),
        "status": "pending",
        "attempts": 0,
        "due_at": notification.due_at or now,
        "lease_version": 0,
        "last_error": "",
        "created_at": now,
    }
    return _insert(session, values)


# Every answer by mail owes something, and building this costs more than running it.
_insert = Inserter(OutboxRow, unless_there=["key"])


#: How the states are grouped for people: whatever is not sent yet and not given up is pending.
SHOWN_AS = {
    "pending": _OPEN,
    "sent": ("sent",),
    "dead": ("dead",),
}


def list_outbox(
    session: Session, *, shown: str | None = None, limit: int | None = None
) -> list[OutboxRow]:
    """Notifications, oldest first; with `shown` (a key of SHOWN_AS) only those.

    With `limit` the newest ones are kept.
    """
    query = select(OutboxRow).order_by(col(OutboxRow.created_at).desc(), col(OutboxRow.id).desc())
    if shown is not None:
        query = query.where(col(OutboxRow.status).in_(SHOWN_AS[shown]))
    return list(reversed(session.exec(query.limit(limit)).all()))


def retry(session: Session, ids: Collection[str] | None, *, now: datetime) -> list[str]:
    """Owe anew what was given up; what merely waits is due at once.

    A Slack post is looked up first, for it may have happened.

    Args:
        ids: which ones; None for all that were given up.

    Returns:
        The ids that are due now. Sent and unknown ids are not among them.
    """
    changed = col(OutboxRow.status) == "dead"
    if ids is not None:
        changed = col(OutboxRow.id).in_(ids) & col(OutboxRow.status).in_(
            ("dead", "pending", "unknown")
        )
    statement = (
        update(OutboxRow)
        .where(changed)
        .values(
            status=case((col(OutboxRow.channel) == "slack", "unknown"), else_="pending"),
            attempts=0,
            due_at=now,
        )
        .returning(col(OutboxRow.id), col(OutboxRow.lane))
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(statement).all()
    if rows:
        # Whoever asks for it by hand has mended the cause: no waiting for the lane's next turn.
        session.execute(
            update(LaneRow)
            .where(col(LaneRow.lane).in_({row.lane for row in rows}))
            .values(next_at=now, failures=0)
        )
        hint_outbox(session)
    return [row.id for row in rows]


def count_outbox(session: Session) -> dict[tuple[str, str], int]:
    """How many notifications there are for each channel and state."""
    query = select(OutboxRow.channel, OutboxRow.status, func.count()).group_by(
        col(OutboxRow.channel), col(OutboxRow.status)
    )
    return {(channel, status): number for channel, status, number in session.execute(query)}


def oldest_open(session: Session) -> datetime | None:
    """Since when the oldest notification that is due waits to be sent; None where none does."""
    return session.execute(
        select(func.min(col(OutboxRow.due_at))).where(col(OutboxRow.status).in_(_OPEN))
    ).scalar()


def last_sent(session: Session, *, channel: str, lane: str | None = None) -> str:
    """The id of the newest notification that left by a channel (and lane); empty before the first.

    Names a stretch of trouble: it stays the same until something is delivered again.
    """
    query = select(OutboxRow.id).where(
        col(OutboxRow.status) == "sent", col(OutboxRow.channel) == channel
    )
    if lane is not None:
        query = query.where(col(OutboxRow.lane) == lane)
    return (
        session.execute(
            query.order_by(col(OutboxRow.created_at).desc(), col(OutboxRow.id).desc()).limit(1)
        ).scalar()
        or ""
    )


def outbox_recipient(session: Session, key: str) -> str:
    """To whom the notification with that key went; empty where there is none."""
    query = select(OutboxRow.recipient).where(col(OutboxRow.key) == key)
    return session.execute(query).scalar() or ""


def is_known(session: Session, key: str) -> bool:
    """Whether something with that key, or one that goes on behind a colon, was ever owed."""
    keys = col(OutboxRow.key)
    found = select(OutboxRow.id).where((keys == key) | keys.startswith(f"{key}:", autoescape=True))
    return session.execute(found.limit(1)).first() is not None


def newest_outbox_id(session: Session, request_id: str, kind: str, recipient: str) -> str | None:
    """The id of the newest notification of a kind that somebody got for a request."""
    query = (
        select(OutboxRow.id)
        .where(
            col(OutboxRow.request_id) == request_id,
            col(OutboxRow.kind) == kind,
            col(OutboxRow.recipient) == recipient,
        )
        .order_by(col(OutboxRow.created_at).desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def is_owed(session: Session, request_id: str, kind: str) -> bool:
    """Whether a notification of that kind is still to be sent for a request."""
    query = select(OutboxRow.id).where(
        col(OutboxRow.request_id) == request_id,
        col(OutboxRow.kind) == kind,
        col(OutboxRow.status).in_(_OPEN),
    )
    return session.execute(query.limit(1)).first() is not None
