"""Sales requests: the view for staff, and the moves that only one may win."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Dialect, bindparam, select, update
from sqlmodel import Session, col

from domain.errors import NotFound, RequestAlreadyClaimed, RequestAlreadyClosed
from storage.people import find_staff
from storage.prepared import Inserter, Prepared, prepared
from storage.tables import (
    ConsentRow,
    OrderRow,
    SalesRequestRow,
)

_REQUEST = SalesRequestRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time


#: A request, and what the customer was shown before staff were told.
insert_request = Inserter(SalesRequestRow)
insert_consent = Inserter(ConsentRow)


def claim_request(session: Session, request_id: str, staff_id: str, now: datetime) -> bool:
    """Give the request to the one who asks first; return whether anything changed.

    Raises:
        NotFound: there is no such request.
        RequestAlreadyClaimed: somebody else has it.
        RequestAlreadyClosed: it is done or cancelled.
    """
    claimed = _change(
        session,
        update(SalesRequestRow)
        .where(col(SalesRequestRow.id) == request_id)
        .where(col(SalesRequestRow.status) == "open")
        .values(
            status="claimed",
            claimed_by=staff_id,
            claimed_at=now,
            staff_id=staff_id,
            version=col(SalesRequestRow.version) + 1,
        ),
    )
    if claimed:
        return True
    row = _open_or_claimed(session, request_id)
    if row.claimed_by == staff_id:
        return False
    winner = find_staff(session, row.claimed_by)
    raise RequestAlreadyClaimed(request_id, winner.name if winner else "")


def finish_request(session: Session, request_id: str, staff_id: str, now: datetime) -> bool:
    """Close the request as done; return whether anything changed (it may be done already).

    Raises:
        NotFound: there is no such request.
        RequestAlreadyClaimed: somebody else has it.
        RequestAlreadyClosed: it was cancelled.
    """
    row = get_request(session, request_id)
    if row.status == "done":
        return False
    row = _open_or_claimed(session, request_id)
    if row.claimed_by not in (None, staff_id):
        winner = find_staff(session, row.claimed_by)
        raise RequestAlreadyClaimed(request_id, winner.name if winner else "")
    return _change(
        session,
        update(SalesRequestRow)
        .where(col(SalesRequestRow.id) == request_id)
        .where(col(SalesRequestRow.version) == row.version)
        .values(
            status="done",
            claimed_by=row.claimed_by or staff_id,
            claimed_at=row.claimed_at or now,
            closed_at=now,
            version=row.version + 1,
        ),
    )


def reassign_request(
    session: Session,
    request_id: str,
    to_staff_id: str,
    *,
    rule: str,
    route: dict[str, Any],
    reason: str,
    now: datetime,
) -> bool:
    """Hand the request to somebody else, who has to claim it; return whether it changed.

    Raises:
        NotFound: there is no such request.
        RequestAlreadyClosed: it is done or cancelled.
    """
    row = _open_or_claimed(session, request_id)
    if row.staff_id == to_staff_id and row.status == "open":
        return False
    return _change(
        session,
        update(SalesRequestRow)
        .where(col(SalesRequestRow.id) == request_id)
        .where(col(SalesRequestRow.version) == row.version)
        .values(
            status="open",
            staff_id=to_staff_id,
            claimed_by=None,
            claimed_at=None,
            rule=rule,
            route=route,
            reason=reason,
            assigned_at=now,
            version=row.version + 1,
        ),
    )


def cancel_request(session: Session, request_id: str, now: datetime) -> bool:
    """Withdraw a request that is not finished, or of which staff were never told.

    Returns:
        Whether it changed.
    """
    unfinished = col(SalesRequestRow.status).in_(["open", "claimed"])
    untold = (col(SalesRequestRow.status) == "done") & col(SalesRequestRow.consent).is_(False)
    return _change(
        session,
        update(SalesRequestRow)
        .where(col(SalesRequestRow.id) == request_id)
        .where(unfinished | untold)
        .values(status="cancelled", closed_at=now, version=col(SalesRequestRow.version) + 1),
    )


def _change(session: Session, statement: Any) -> bool:
    """Run an update; True if it met exactly the one row it was for."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    session.expire_all()
    return result.rowcount == 1


def get_request(session: Session, request_id: str) -> SalesRequestRow:
    """The row of a request.

    Raises:
        NotFound: there is no such request.
    """
    row = session.get(SalesRequestRow, request_id)
    if row is None:
        raise NotFound(f"no request {request_id}")
    return row


def _open_or_claimed(session: Session, request_id: str) -> SalesRequestRow:
    row = session.get(SalesRequestRow, request_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"no request {request_id}")
    if row.status in ("done", "cancelled"):
        raise RequestAlreadyClosed(f"request {request_id} is {row.status}")
    return row


def list_requests(
    session: Session,
    *,
    status: str | None = None,
    customer_id: str | None = None,
    staff_id: str | None = None,
    conversation_id: str | None = None,
    limit: int | None = None,
) -> Sequence[SalesRequestRow]:
    """Requests that fit, newest first."""
    query = select(SalesRequestRow).order_by(
        col(SalesRequestRow.created_at).desc(), col(SalesRequestRow.id)
    )
    for column, value in (
        (SalesRequestRow.status, status),
        (SalesRequestRow.customer_id, customer_id),
        (SalesRequestRow.staff_id, staff_id),
        (SalesRequestRow.conversation_id, conversation_id),
    ):
        if value is not None:
            query = query.where(col(column) == value)
    return session.scalars(query.limit(limit) if limit else query).all()


def requests_of_staff(session: Session, staff_id: str) -> Sequence[str]:
    """The ids of the requests that somebody has and has not finished, newest first."""
    return session.scalars(
        select(col(SalesRequestRow.id))
        .where(col(SalesRequestRow.staff_id) == staff_id)
        .where(col(SalesRequestRow.status).in_(["open", "claimed"]))
        .where(col(SalesRequestRow.consent).is_(True))
        .order_by(col(SalesRequestRow.created_at).desc(), col(SalesRequestRow.id))
    ).all()


class OpenRequest(NamedTuple):
    """What the dialogue asks of a request that staff have not finished."""

    id: str
    kind: str
    status: str
    staff_id: str | None
    claimed_by: str | None
    created_at: datetime


def latest_open_request(session: Session, conversation_id: str) -> OpenRequest | None:
    """The newest request of the conversation that staff know of and have not finished."""
    row = _latest_open(session).first(session, {"conversation_id": conversation_id})
    return None if row is None else OpenRequest(*row)


@prepared
def _latest_open(dialect: Dialect) -> Prepared:
    columns = [_REQUEST.c[name] for name in OpenRequest._fields]
    unfinished: Any = (_REQUEST.c.closed_at.is_(None)) & (_REQUEST.c.consent.is_(True))
    return Prepared(
        select(*columns)
        .where(_REQUEST.c.conversation_id == bindparam("conversation_id"))
        .where(unfinished)
        # No LIMIT: SQLite's would bring an OFFSET with a parameter of its own.
        .order_by(_REQUEST.c.created_at.desc()),
        dialect,
        parameters={"conversation_id": _REQUEST.c.conversation_id},
        results=columns,
    )


def latest_withdrawable(session: Session, conversation_id: str) -> SalesRequestRow | None:
    """The newest request of the conversation that is not finished, or whose order is not.

    An order of which staff were not told has a closed request; it can be withdrawn all the same.
    """
    is_open = col(SalesRequestRow.status).in_(["open", "claimed"])
    untold_order = (
        select(col(OrderRow.request_id))
        .where(col(OrderRow.request_id) == col(SalesRequestRow.id))
        .where(col(OrderRow.status) == "placed")
        .exists()
    )
    return session.scalar(
        select(SalesRequestRow)
        .where(col(SalesRequestRow.conversation_id) == conversation_id)
        .where(col(SalesRequestRow.kind) != "interest")
        .where(is_open | (col(SalesRequestRow.consent).is_(False) & untold_order))
        .order_by(col(SalesRequestRow.created_at).desc())
        .limit(1)
    )


def set_order_status(session: Session, request_id: str, status: str, now: datetime) -> str | None:
    """Confirm or cancel the order of a request; its number if that changed anything."""
    order = session.scalar(
        select(OrderRow)
        .where(col(OrderRow.request_id) == request_id)
        .where(col(OrderRow.status) != status)
        .where(col(OrderRow.status) != "cancelled")
    )
    if order is None:
        return None
    order.status = status
    if status == "cancelled":
        order.cancelled_at = now
    else:
        order.confirmed_at = now
    session.add(order)
    session.flush()
    return order.order_number
