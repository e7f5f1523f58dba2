"""Taking what is owed by lease: a worker may only finish what it still holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select, text, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from domain.values import value
from storage.inserting import insert_into
from storage.shared_contents import complete
from storage.tables import LaneRow, OutboxRow

#: Longer than any single send may take. What a worker that died had taken is due after this.
LEASE = timedelta(seconds=60)
#: A notification that its receiver refused this often no longer holds up those behind it.
STEPS_ASIDE_AFTER = 5
#: Literal, since a bound value would not let the databases use the partial indexes.
OPEN = text("outbox.status IN ('pending','leased','unknown')")


@value
class Claimed:
    """A notification in a worker's hands until `leased_until`.

    Attributes:
        attempts: tries so far, this one included.
        may_have_happened: an earlier try ended without an answer, or its worker died: look
            before sending again.
        lane_failures: how often in a row the lane's other end could not be reached.
    """

    id: str
    channel: str
    lane: str
    kind: str
    recipient: str
    payload: Mapping[str, Any]
    request_id: str | None
    conversation_id: str | None
    message_seq: int | None
    created_at: datetime
    due_at: datetime
    attempts: int
    lease_version: int
    leased_until: datetime
    may_have_happened: bool
    lane_failures: int


def ready_lanes(
    session: Session, now: datetime, *, channels: Collection[str], limit: int
) -> list[tuple[str, str]]:
    """Lanes (with their channel) that have something due and may be used, longest waiting first.

    Only a hint: `claim` decides.
    """
    row = OutboxRow
    query = (
        select(col(row.lane), func.min(col(row.channel)))
        .select_from(row)
        .join(LaneRow, col(LaneRow.lane) == col(row.lane), isouter=True)
        .where(
            OPEN,
            col(row.due_at) <= now,
            col(row.channel).in_(channels),
            or_(col(row.status) != "leased", col(row.leased_until) <= now),
            or_(col(LaneRow.next_at).is_(None), col(LaneRow.next_at) <= now),
        )
        .group_by(col(row.lane))
        .order_by(func.min(col(row.due_at)))
        .limit(limit)
    )
    return [(lane, channel) for lane, channel in session.execute(query)]


def claim(
    session: Session,
    lane: str,
    *,
    now: datetime,
    limit: int,
    in_order: bool,
    pace: timedelta = timedelta(0),
    lease: timedelta = LEASE,
) -> list[Claimed]:
    """Take up to `limit` due notifications of a lane; none where another worker has the lane.

    Args:
        in_order: only the oldest ones, and none while an older one is being sent or waits to be
            tried again.
        pace: time that each takes; the lane is closed for that long.
    """
    failures = _enter_lane(session, lane, now)
    if failures is None:
        return []
    rows = _oldest(session, lane, now, limit) if in_order else _due(session, lane, now, limit)
    if not rows:
        return []
    if pace:
        hold_lane(session, lane, now + pace * len(rows), failures)
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_([row.id for row in rows]))
        .values(
            status="leased",
            attempts=col(OutboxRow.attempts) + 1,
            lease_version=col(OutboxRow.lease_version) + 1,
            leased_until=now + lease,
        )
        .execution_options(synchronize_session=False)
    )
    payloads = complete(session, [row.payload for row in rows])
    return [
        _claimed(row, payload, now + lease, failures)
        for row, payload in zip(rows, payloads, strict=True)
    ]


def _enter_lane(session: Session, lane: str, now: datetime) -> int | None:
    """Lock the lane and return its failures; None while it must not be used."""
    insert = insert_into(session, LaneRow).values(lane=lane, next_at=now, failures=0)
    return session.execute(
        insert.on_conflict_do_update(
            index_elements=["lane"],
            set_={"lane": lane},
            where=col(LaneRow.next_at) <= now,
        ).returning(col(LaneRow.failures))
    ).scalar()


_IN_TURN = (
    col(OutboxRow.created_at),
    # What one transaction owes has one time: the card comes before what is said in its thread.
    case((col(OutboxRow.kind) == "request_card", 0), else_=1),
    func.coalesce(OutboxRow.message_seq, 0),
    col(OutboxRow.id),
)


def _oldest(session: Session, lane: str, now: datetime, limit: int) -> list[Any]:
    waits_again = col(OutboxRow.attempts).between(1, STEPS_ASIDE_AFTER)
    rows = _open_rows(session, lane, or_(col(OutboxRow.due_at) <= now, waits_again), limit)
    for index, row in enumerate(rows):
        if row.due_at > now or _is_held(row, now):
            return rows[:index]
    return rows


def _due(session: Session, lane: str, now: datetime, limit: int) -> list[Any]:
    free = or_(col(OutboxRow.status) != "leased", col(OutboxRow.leased_until) <= now)
    return _open_rows(session, lane, (col(OutboxRow.due_at) <= now) & free, limit)


def _open_rows(
    session: Session, lane: str, condition: ColumnElement[bool], limit: int
) -> list[Any]:
    query = (
        select(OutboxRow.__table__)  # type: ignore[attr-defined]  # SQLModel adds __table__ at run time
        .where(OPEN, col(OutboxRow.lane) == lane, condition)
        .order_by(*_IN_TURN)
        .limit(limit)
        .with_for_update()
    )
    return list(session.execute(query).all())


def _is_held(row: Any, now: datetime) -> bool:
    return row.status == "leased" and row.leased_until is not None and row.leased_until > now


def _claimed(
    row: Any, payload: Mapping[str, Any], leased_until: datetime, failures: int
) -> Claimed:
    return Claimed(
        id=row.id,
        channel=row.channel,
        lane=row.lane,
        kind=row.kind,
        recipient=row.recipient,
        payload=payload,
        request_id=row.request_id,
        conversation_id=row.conversation_id,
        message_seq=row.message_seq,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts + 1,
        lease_version=row.lease_version + 1,
        leased_until=leased_until,
        may_have_happened=row.status != "pending",
        lane_failures=failures,
    )


def finish(session: Session, claimed: Claimed, *, now: datetime, remote_id: str | None) -> bool:
    """Mark as sent; return whether the lease still held."""
    if claimed.lane_failures:
        session.execute(update(LaneRow).where(col(LaneRow.lane) == claimed.lane).values(failures=0))
    return _let_go(session, claimed, status="sent", sent_at=now, remote_id=remote_id, last_error="")


def finish_all(
    session: Session, finished: Sequence[tuple[Claimed, str | None]], *, now: datetime
) -> None:
    """Mark many as sent at once, with the other side's names; those whose lease is gone stay."""
    if not finished:
        return
    for lane in {claimed.lane for claimed, _ in finished if claimed.lane_failures}:
        session.execute(update(LaneRow).where(col(LaneRow.lane) == lane).values(failures=0))
    session.connection().execute(
        _FINISH,
        [
            {"b_id": one.id, "b_version": one.lease_version, "b_now": now, "b_remote": remote_id}
            for one, remote_id in finished
        ],
    )


_OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds __table__ at run time
_FINISH = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id == bindparam("b_id"),
        _OUTBOX.c.status == "leased",
        _OUTBOX.c.lease_version == bindparam("b_version"),
    )
    .values(
        status="sent",
        sent_at=bindparam("b_now"),
        remote_id=bindparam("b_remote"),
        last_error="",
        leased_until=None,
    )
)


def put_back(session: Session, claimed: Sequence[Claimed]) -> None:
    """Give back what was taken and not tried."""
    for one in claimed:
        status = "unknown" if one.may_have_happened else "pending"
        _let_go(session, one, status=status, attempts=one.attempts - 1)


def postpone(
    session: Session,
    claimed: Claimed,
    *,
    until: datetime,
    error: str,
    may_have_happened: bool = False,
    counts: bool = True,
) -> bool:
    """Leave it for a later try; return whether the lease still held.

    Args:
        may_have_happened: the answer was lost, so the next try looks first.
        counts: whether this was the notification's own fault.
    """
    return _let_go(
        session,
        claimed,
        status="unknown" if may_have_happened else "pending",
        due_at=until,
        last_error=_cut(error),
        attempts=claimed.attempts if counts else claimed.attempts - 1,
    )


def bury(session: Session, claimed: Claimed, *, error: str) -> bool:
    """Give up; return whether the lease still held. `retry` brings it back."""
    return _let_go(session, claimed, status="dead", last_error=_cut(error))


def hold_lane(session: Session, lane: str, until: datetime, failures: int) -> None:
    """Close a lane for a while."""
    session.execute(
        update(LaneRow)
        .where(col(LaneRow.lane) == lane)
        .values(next_at=until, failures=failures)
        .execution_options(synchronize_session=False)
    )


def next_due(session: Session, *, channels: Collection[str]) -> datetime | None:
    """When there is something to do again, as far as is known now; None where nothing is owed."""
    row, lane = OutboxRow, LaneRow
    free_at = case(
        (col(row.status) == "leased", col(row.leased_until)),
        (col(lane.next_at) > col(row.due_at), col(lane.next_at)),
        else_=col(row.due_at),
    )
    query = (
        select(func.min(free_at))
        .select_from(row)
        .join(lane, col(lane.lane) == col(row.lane), isouter=True)
        .where(OPEN, col(row.channel).in_(channels))
    )
    return session.execute(query).scalar()


def _let_go(session: Session, claimed: Claimed, **values: Any) -> bool:
    """Change the row and end the lease, unless somebody else has taken it meanwhile."""
    result = session.execute(
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == claimed.id,
            col(OutboxRow.status) == "leased",
            col(OutboxRow.lease_version) == claimed.lease_version,
        )
        .values(leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def _cut(error: str) -> str:
    return " ".join(error.replace("\0", "").split())[:500]
