"""Where the living cards stand in Slack, and which events and presses were taken."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from storage.inserting import insert_into
from storage.tables import OutboxRow, SlackCardRow, SlackEventRow

#: Slack repeats an event for an hour at most; a day leaves room for a queue of ours.
EVENTS_KEPT = timedelta(days=7)


def request_of_card(session: Session, channel_id: str, ts: str) -> str | None:
    """The request whose card stands there."""
    return session.execute(
        select(col(SlackCardRow.request_id)).where(
            col(SlackCardRow.channel) == channel_id, col(SlackCardRow.ts) == ts
        )
    ).scalar()


def remember_card(
    session: Session, request_id: str, channel_id: str, ts: str, now: datetime
) -> None:
    """Note where the card was posted; an older place is forgotten."""
    place = {"channel": channel_id, "ts": ts, "posted_at": now}
    session.execute(
        insert_into(session, SlackCardRow)
        .values(request_id=request_id, **place)
        .on_conflict_do_update(index_elements=["request_id"], set_=place)
    )
    session.expire_all()


def forget_card(session: Session, request_id: str, ts: str) -> bool:
    """The card is not there any more; False if another has taken its place already."""
    result = session.execute(
        delete(SlackCardRow)
        .where(col(SlackCardRow.request_id) == request_id, col(SlackCardRow.ts) == ts)
        .returning(col(SlackCardRow.request_id))
    )
    session.expire_all()
    return result.first() is not None


def drop_waiting_updates(session: Session, request_id: str, version: int, now: datetime) -> None:
    """Updates that the card as posted already shows need not be sent."""
    session.execute(
        update(OutboxRow)
        .where(
            col(OutboxRow.request_id) == request_id,
            col(OutboxRow.kind) == "request_card_update",
            col(OutboxRow.status).in_(("pending", "unknown")),
            col(OutboxRow.message_seq) <= version,
        )
        .values(status="sent", sent_at=now, remote_id=None, last_error="")
        .execution_options(synchronize_session=False)
    )


def take_event(session: Session, event_id: str, now: datetime) -> bool:
    """Note that an event or press is being handled; False if it was before."""
    taken = session.execute(
        insert_into(session, SlackEventRow)
        .values(id=event_id[:200], at=now)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(col(SlackEventRow.id))
    ).first()
    return taken is not None


def forget_old_events(session: Session, now: datetime) -> int:
    """Delete what Slack cannot send again; return how many."""
    gone = session.execute(
        delete(SlackEventRow)
        .where(col(SlackEventRow.at) < now - EVENTS_KEPT)
        .returning(col(SlackEventRow.id))
    )
    return len(gone.all())
