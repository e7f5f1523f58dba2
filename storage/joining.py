"""Conversations that staff go on with in another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Dialect, bindparam, func, select
from sqlmodel import Session, col

from domain.messages import Channel, Message
from storage.conversations import message_from
from storage.prepared import Prepared, prepared
from storage.tables import JoinedRow, MessageRow

_JOINED = JoinedRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
_MESSAGE = MessageRow.__table__  # type: ignore[attr-defined]  # as above
#: Messages of a conversation that are in memory at once.
SLICE = 200


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


def note_id(conversation_id: str, seq: int) -> str:
    """Under which channel id a message is noted elsewhere, so that it is noted once."""
    return f"joined:{conversation_id}:{seq}"


def not_noted(session: Session, conversation_id: str) -> Iterator[list[Message]]:
    """What was written and is noted nowhere yet, oldest first, in slices."""
    after = _noted_up_to(session, conversation_id)
    query = (
        select(_MESSAGE)
        .where(_MESSAGE.c.conversation_id == conversation_id)
        .order_by(_MESSAGE.c.seq)
        .limit(SLICE)
    )
    while rows := session.execute(query.where(_MESSAGE.c.seq > after)).all():
        yield [message_from(row) for row in rows]
        after = rows[-1].seq


def _noted_up_to(session: Session, conversation_id: str) -> int:
    """All are noted in their order, so the newest note tells how far that has come."""
    # Not the conversation's `last_seq`: that of a message just being taken in is noted later.
    last_seq: int | None = session.scalar(
        select(func.max(_MESSAGE.c.seq)).where(_MESSAGE.c.conversation_id == conversation_id)
    )
    channels = [channel.value for channel in Channel]  # the index begins with them
    for newest in range(last_seq or 0, 0, -SLICE):
        seqs = range(max(newest - SLICE, 0) + 1, newest + 1)
        ids = {note_id(conversation_id, seq): seq for seq in seqs}
        found = session.scalars(
            select(col(MessageRow.channel_message_id))
            .where(col(MessageRow.channel).in_(channels))
            .where(col(MessageRow.channel_message_id).in_(ids))
        )
        if noted := [ids[one] for one in found if one is not None]:
            return max(noted)
    return 0
