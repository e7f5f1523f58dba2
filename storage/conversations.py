"""Conversations, visitors and messages: the path that every message takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Dialect, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from domain.conversation import Conversation, DialogueState
from domain.messages import Author, AuthorKind, Channel, Message
from domain.people import Level
from storage.prepared import Prepared, prepared
from storage.store import hint_conversation
from storage.tables import ConversationRow, MessageRow, VisitorRow

_CONVERSATION = ConversationRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
_MESSAGE = MessageRow.__table__  # type: ignore[attr-defined]  # as above


def create_conversation(
    session: Session,
    conversation_id: str,
    *,
    channel: Channel,
    locale: str,
    now: datetime,
    customer_id: str | None = None,
    level: Level = Level.ANONYMOUS,
    email: str = "",
    name: str = "",
    subject: str = "",
) -> None:
    """Begin a conversation."""
    values: dict[str, Any] = {
        "id": conversation_id,
        "customer_id": customer_id,
        "level": level.value,
        "channel": channel.value,
        "locale": locale,
        "email": email,
        "name": name,
        "phone": "",
        "subject": subject,
        "state": {},
        "mail_thread": {},
        "last_seq": 0,
        "read_seq": 0,
        "created_at": now,
        "updated_at": now,
    }
    _insert_once(session, _CONVERSATION, values)


def lock_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """Load a conversation and keep others from changing it until the transaction ends."""
    row = _lock(session).first(session, {"id_1": conversation_id})
    return None if row is None else _conversation(_Columns(*row))


def find_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """Load a conversation for reading."""
    row = session.execute(
        select(_CONVERSATION).where(_CONVERSATION.c.id == conversation_id)
    ).first()
    return None if row is None else _conversation(row)


class _Columns(NamedTuple):
    """The columns of a conversation that the domain knows."""

    id: str
    customer_id: str | None
    level: int
    channel: str
    locale: str
    email: str
    name: str
    phone: str
    subject: str
    state: Any
    mail_thread: Any
    staff_id: str | None
    last_seq: int
    updated_at: datetime


def _conversation(row: Any) -> Conversation:
    return Conversation(
        id=row.id,
        customer_id=row.customer_id,
        level=Level(row.level),
        channel=Channel(row.channel),
        locale=row.locale,
        email=row.email,
        name=row.name,
        phone=row.phone,
        subject=row.subject,
        state=DialogueState.from_json(row.state or {}),
        mail_thread=row.mail_thread or {},
        staff_id=row.staff_id,
        last_seq=row.last_seq,
        updated_at=row.updated_at,
    )


def save_conversation(session: Session, conversation_id: str, now: datetime, **values: Any) -> None:
    """Change columns of a conversation that this transaction has locked."""
    if values.keys() == _TURN:
        _save_turn(session).run(
            session, {"conversation_id": conversation_id, "updated_at": now, **values}
        ).close()
    else:
        session.execute(
            update(_CONVERSATION)
            .where(_CONVERSATION.c.id == conversation_id)
            .values(updated_at=now, **values)
        )
    if "last_seq" in values:
        hint_conversation(session, conversation_id, values["last_seq"])


def add_once(
    session: Session,
    message: Message,
    channel_message_id: str,
    *,
    level: Level = Level.ANONYMOUS,
    proof: str = "",
    understood: dict[str, Any] | None = None,
) -> bool:
    """Store an incoming message unless its channel's id is stored already; whether it was new."""
    values = _values(message)
    values["channel_message_id"] = channel_message_id
    values["level"] = level.value
    values["proof"] = proof
    values["understood"] = understood
    cursor = _add_once(session).run(session, values)
    added: bool = cursor.rowcount == 1
    cursor.close()
    return added


def add_messages(session: Session, messages: Sequence[Message]) -> None:
    """Store messages of our own making."""
    for message in messages:
        _add(session).run(session, _values(message)).close()


def _values(message: Message) -> dict[str, Any]:
    return {
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "author_kind": message.author.kind._value_,  # `.value` is ten times slower before 3.12
        "author_name": message.author.name,
        "staff_id": message.author.staff_id,
        "channel": message.channel._value_,
        "channel_message_id": None,
        "key": message.key,
        "in_reply_to": message.in_reply_to,
        "text": message.text.replace("\0", ""),
        "parts": message.parts,
        "understood": None,
        "level": 0,
        "proof": "",
        "internal": message.internal,
        "at": message.at,
    }


#: What changes with every turn; the rest of a conversation's columns seldom do.
_TURN = {"state", "last_seq", "channel", "locale"}
_MESSAGE_COLUMNS = {column.name: column for column in _MESSAGE.c}


@prepared
def _lock(dialect: Dialect) -> Prepared:
    columns = [_CONVERSATION.c[name] for name in _Columns._fields]
    return Prepared(
        # FOR UPDATE is left out on SQLite, where only one transaction writes.
        select(*columns)
        .where(_CONVERSATION.c.id == bindparam("id_1"))
        # FOR NO KEY UPDATE: rows that only refer to the conversation need not wait for us.
        .with_for_update(key_share=True),
        dialect,
        parameters={"id_1": _CONVERSATION.c.id},
        results=columns,
    )


@prepared
def _add(dialect: Dialect) -> Prepared:
    named: dict[str, Any] = {name: bindparam(name) for name in _MESSAGE_COLUMNS}
    return Prepared(insert(_MESSAGE).values(named), dialect, parameters=_MESSAGE_COLUMNS)


@prepared
def _add_once(dialect: Dialect) -> Prepared:
    named: dict[str, Any] = {name: bindparam(name) for name in _MESSAGE_COLUMNS}
    flavour = postgresql if dialect.name == "postgresql" else sqlite
    return Prepared(
        flavour.insert(_MESSAGE)
        .values(named)
        .on_conflict_do_nothing(index_elements=["channel", "channel_message_id"]),
        dialect,
        parameters=_MESSAGE_COLUMNS,
    )


@prepared
def _save_turn(dialect: Dialect) -> Prepared:
    changed = {name: _CONVERSATION.c[name] for name in sorted({*_TURN, "updated_at"})}
    return Prepared(
        update(_CONVERSATION)
        .where(_CONVERSATION.c.id == bindparam("conversation_id"))
        .values({name: bindparam(name) for name in changed}),
        dialect,
        parameters={**changed, "conversation_id": _CONVERSATION.c.id},
    )


def find_by_channel_id(
    session: Session, channel: Channel, channel_message_id: str
) -> tuple[str, int] | None:
    """Conversation and seq of a message that was stored before."""
    row = session.execute(
        select(_MESSAGE.c.conversation_id, _MESSAGE.c.seq)
        .where(_MESSAGE.c.channel == channel.value)
        .where(_MESSAGE.c.channel_message_id == channel_message_id)
    ).first()
    return None if row is None else (row.conversation_id, row.seq)


def history(
    session: Session,
    conversation_id: str,
    *,
    after: int = 0,
    with_notes: bool = False,
    limit: int = 500,
) -> list[Message]:
    """The newest `limit` messages behind `after`, in order. Notes of staff only if asked for."""
    query = (
        select(_MESSAGE)
        .where(_MESSAGE.c.conversation_id == conversation_id)
        .where(_MESSAGE.c.seq > after)
    )
    if not with_notes:
        query = query.where(_MESSAGE.c.internal.is_(False))
    rows = session.execute(query.order_by(_MESSAGE.c.seq.desc()).limit(limit)).all()
    return [message_from(row) for row in reversed(rows)]


def message_from(row: Any) -> Message:
    """The domain's message of a row."""
    return Message(
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=Author(AuthorKind(row.author_kind), row.author_name, row.staff_id),
        channel=Channel(row.channel),
        text=row.text,
        at=row.at,
        parts=row.parts or (),
        key=row.key,
        in_reply_to=row.in_reply_to,
        internal=row.internal,
    )


def add_visitor(
    session: Session,
    visitor_id: str,
    conversation_id: str,
    *,
    customer_id: str | None,
    level: Level,
    now: datetime,
) -> None:
    """Remember a browser and the conversation it takes part in."""
    values = {
        "id": visitor_id,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "level": level.value,
        "created_at": now,
    }
    _insert_once(session, VisitorRow.__table__, values)  # type: ignore[attr-defined]  # as above


def _insert_once(session: Session, table: Any, values: dict[str, Any]) -> None:
    """Insert a row unless its id is there: two tabs of a new visitor may begin at once."""
    flavour = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        flavour.insert(table).values(values).on_conflict_do_nothing(index_elements=["id"])
    )


def revoke_visitor(session: Session, visitor_id: str, now: datetime) -> None:
    """End the visitor's token on every tab and machine."""
    session.execute(
        update(VisitorRow).where(col(VisitorRow.id) == visitor_id).values(revoked_at=now)
    )


def latest_conversation_of(
    session: Session, customer_id: str, *, since: datetime, level: Level = Level.VERIFIED
) -> str | None:
    """The customer's conversation that was last written in after `since`, of at least `level`."""
    return session.scalar(
        select(_CONVERSATION.c.id)
        .where(_CONVERSATION.c.customer_id == customer_id)
        .where(_CONVERSATION.c.updated_at >= since)
        .where(_CONVERSATION.c.level >= level.value)
        .order_by(_CONVERSATION.c.updated_at.desc())
        .limit(1)
    )


#: How long a known customer goes on with the last conversation instead of beginning a new one.
CONTINUED = timedelta(days=30)
