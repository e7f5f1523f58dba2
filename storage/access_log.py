"""The access log: who did what, when and from where. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from storage.prepared import Inserter
from storage.tables import AccessLogRow


def record(
    session: Session,
    action: str,
    *,
    now: datetime,
    actor_kind: str,
    actor_id: str = "",
    object_kind: str = "",
    object_id: str = "",
    customer_id: str | None = None,
    address: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one line. `actor_kind` is `customer`, `visitor`, `staff`, `system` or `operator`."""
    _insert(
        session,
        {
            "at": now,
            "actor_kind": actor_kind,
            "actor_id": actor_id,
            "action": action,
            "object_kind": object_kind,
            "object_id": object_id,
            "customer_id": customer_id,
            "address": address,
            "details": details or {},
        },
    )


_insert = Inserter(AccessLogRow)


def read_log(
    session: Session, *, customer_id: str | None = None, limit: int = 1_000
) -> Sequence[AccessLogRow]:
    """The newest lines, oldest first; of one customer where one is named."""
    query = select(AccessLogRow).order_by(col(AccessLogRow.id).desc()).limit(limit)
    if customer_id is not None:
        query = query.where(col(AccessLogRow.customer_id) == customer_id)
    return list(reversed(session.scalars(query).all()))
