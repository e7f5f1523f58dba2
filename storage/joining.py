"""Conversations that staff go on with in another one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Dialect, bindparam, select
from sqlmodel import Session

from storage.prepared import Prepared, prepared
from storage.tables import JoinedRow

_JOINED = JoinedRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time


def joined_to(session: Session, conversation_id: str) -> str | None:
    """The conversation in which staff go on with this one; None where it stands alone."""
    row = _find(session).first(session, {"conversation_id": conversation_id})
    return None if row is None else row[0]


@prepared
def _find(dialect: Dialect) -> Prepared:
    """Asked for every request that staff are told of."""
    return Prepared(
        select(_JOINED.c.joined_to).where(
            _JOINED.c.conversation_id == bindparam("conversation_id")
        ),
        dialect,
        parameters={"conversation_id": _JOINED.c.conversation_id},
        results=[_JOINED.c.joined_to],
    )


def root_of(session: Session, conversation_id: str) -> str:
    """Where staff go on with a conversation: itself, or the end of what it is joined to."""
    seen = {conversation_id}
    current = conversation_id
    while (following := joined_to(session, current)) is not None and following not in seen:
        seen.add(following)
        current = following
    return current


def note_joining(
    session: Session, conversation_id: str, into: str, staff_id: str, now: datetime
) -> None:
    """Note that staff go on with a conversation in another. The caller has locked both."""
    session.add(
        JoinedRow(conversation_id=conversation_id, joined_to=into, staff_id=staff_id, at=now)
    )
    session.flush()
