"""Addresses that get no automatic answers for a while, and what tells that a robot writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Dialect, bindparam, literal_column, select
from sqlmodel import Session, col

from storage.inserting import insert_into
from storage.prepared import Prepared, prepared
from storage.tables import ConversationRow, HeldAnswersRow, MessageRow

_CONVERSATION = ConversationRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
_HELD = HeldAnswersRow.__table__  # type: ignore[attr-defined]  # as above
_MESSAGE = MessageRow.__table__  # type: ignore[attr-defined]  # as above


def is_held(session: Session, address: str, now: datetime) -> bool:
    """Whether no automatic answer may go to the address now."""
    found = _find_held(session).first(session, {"address": address.lower(), "now": now})
    return found is not None


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
    session.execute(
        insert_into(session, HeldAnswersRow)
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
    rows = _find_first_texts(session).run(session, {"address": address.lower(), "since": since})
    return [text for (text,) in rows.fetchmany(limit)]


@prepared
def _find_held(dialect: Dialect) -> Prepared:
    return Prepared(
        select(_HELD.c.address)
        .where(_HELD.c.address == bindparam("address"))
        .where(_HELD.c.until > bindparam("now")),
        dialect,
        parameters={"address": _HELD.c.address, "now": _HELD.c.until},
        results=[_HELD.c.address],
    )


@prepared
def _find_first_texts(dialect: Dialect) -> Prepared:
    """Asked at the first mail of every conversation."""
    return Prepared(
        select(_MESSAGE.c.text)
        .join(_CONVERSATION, _CONVERSATION.c.id == _MESSAGE.c.conversation_id)
        .where(_CONVERSATION.c.email == bindparam("address"))
        .where(_CONVERSATION.c.created_at >= bindparam("since"))
        .where(_MESSAGE.c.seq == literal_column("1"))
        .order_by(_CONVERSATION.c.created_at.desc()),
        dialect,
        parameters={"address": _CONVERSATION.c.email, "since": _CONVERSATION.c.created_at},
    )
