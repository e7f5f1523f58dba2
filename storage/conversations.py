"""Conversations, visitors and messages: the path that every message takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Dialect, bindparam, false, null, select, update
from sqlmodel import Session, col

from domain.conversation import Conversation, DialogueState
from domain.messages import Author, AuthorKind, Channel, Message
from domain.people import Level
from storage.json_text import Encoded
from storage.kept_conversations import kept_in
from storage.prepared import Inserter, Prepared, placeholder, prepared
from storage.put_off import puts_off
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
) -> Conversation:
    """Begin a conversation, or lock it where somebody else has begun it this moment."""
    new = _insert_conversation(
        session,
        {
            "id": conversation_id,
            "customer_id": customer_id,
            "level": level.value,
            "channel": channel.value,
            "locale": locale,
            "email": email,
            "name": name,
            "subject": subject,
            "created_at": now,
            "updated_at": now,
        },
    )
    if not new:
        begun = lock_conversation(session, conversation_id)
        assert begun is not None  # it was in the way
        return begun
    return Conversation(
        id=conversation_id,
        customer_id=customer_id,
        level=level,
        channel=channel,
        locale=locale,
        email=email,
        name=name,
        phone="",
        subject=subject,
        state=DialogueState(),
        mail_thread={},
        staff_id=None,
        last_seq=0,
        updated_at=now,
    )


def lock_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """Load a conversation and keep others from changing it until the transaction ends."""
    kept = kept_in(session)
    found = None if kept is None else kept.take(conversation_id)
    if found is not None:
        return found
    row = _lock(session).first(session, {"id_1": conversation_id})
    return None if row is None else _conversation(_Columns(*row))


def find_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """Load a conversation for reading."""
    row = _find(session).first(session, {"id_1": conversation_id})
    return None if row is None else _conversation(_Columns(*row))


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


def _conversation(row: _Columns) -> Conversation:
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
    session.execute(
        update(_CONVERSATION)
        .where(_CONVERSATION.c.id == conversation_id)
        .values(updated_at=now, **values)
    )
    if "last_seq" in values:
        hint_conversation(session, conversation_id, values["last_seq"])


def save_turn(
    session: Session,
    conversation: Conversation,
    state: DialogueState,
    now: datetime,
    values: Mapping[str, Any],
) -> None:
    """
    Change a locked conversation after a message; `conversation` itself belongs to who keeps it
    from now on.

    Args:
        state: the dialogue's memory from now on; the caller changes it no more.
        values: other columns, those that every turn changes among them.
    """
    last_seq, channel, locale = values["last_seq"], values["channel"], values["locale"]
    usual = [channel, locale, state.as_json(), last_seq, now, conversation.id]
    if len(values) == _USUAL:
        _save_turn.run_row_later(session, usual)
    else:
        as_it_was = {name: getattr(conversation, name) for name in _SELDOM}
        as_it_was["level"] = conversation.level.value
        _save_all(session).run_later(
            session, {**as_it_was, **values, **dict(zip(_TURN, usual, strict=True))}
        )
    hint_conversation(session, conversation.id, last_seq)
    kept = kept_in(session)
    if kept is not None:
        _bring_up_to_date(conversation, state, now, values)
        kept.keep(conversation)


def _bring_up_to_date(
    conversation: Conversation, state: DialogueState, now: datetime, values: Mapping[str, Any]
) -> None:
    """Make it what would be loaded now; another object would cost ten times as much."""
    if len(values) > _USUAL:
        for name in _SELDOM:
            if name in values:
                setattr(conversation, name, values[name])
        conversation.level = Level(conversation.level)
    if conversation.channel != values["channel"]:
        conversation.channel = Channel(values["channel"])
    conversation.locale = values["locale"]
    conversation.state = state
    conversation.last_seq = values["last_seq"]
    conversation.updated_at = now


def add_once(
    session: Session,
    message: Message,
    channel_message_id: str,
    *,
    level: Level = Level.ANONYMOUS,
    proof: str = "",
    understood: dict[str, Any] | None = None,
) -> bool:
    """Store an incoming message unless its channel's id is stored already; whether it was new.

    Where statements are put off it is taken for new; if it was not, all of the session fails.
    """
    row = _row(message, channel_message_id, understood, int(level), proof)
    if puts_off(session):
        _insert_later(session, message, row)
        return True
    return _insert_unless_there.insert_row(session, _whole(message, row))


def add_messages(session: Session, messages: Sequence[Message]) -> None:
    """Store messages of our own making."""
    for message in messages:
        _insert_later(session, message, _row(message))


def _insert_later(session: Session, message: Message, row: list[Any]) -> None:
    if message.internal or message.author.staff_id is not None:
        _insert_message.insert_row_later(session, _whole(message, row))
    else:
        _insert_not_of_staff.insert_row_later(session, row)


def _row(
    message: Message,
    channel_message_id: str | None = None,
    understood: dict[str, Any] | None = None,
    level: int = 0,
    proof: str = "",
) -> list[Any]:
    """A message with its columns in the order of `MessageRow`, without those of staff."""
    author = message.author
    return [
        message.conversation_id,
        message.seq,
        author.kind._value_,  # `.value` is ten times slower before 3.12
        author.name,
        message.channel._value_,
        channel_message_id,
        message.key,
        message.in_reply_to,
        message.text.replace("\0", ""),
        message.parts or _NO_PARTS,
        understood,
        level,
        proof,
        message.at,
    ]


def _whole(message: Message, row: list[Any]) -> list[Any]:
    """The row with the columns of staff."""
    return [*row[:4], message.author.staff_id, *row[4:-1], message.internal, row[-1]]


_NO_PARTS = Encoded(())


#: What changes with every turn, in the order of the table, behind it whose it is; and what does so
#: with some.
_TURN = ("channel", "locale", "state", "last_seq", "updated_at", "conversation_id")
#: How much of it `values` of `save_turn` tells.
_USUAL = 3
_SELDOM = ("mail_thread", "subject", "name", "email", "phone", "customer_id", "level")
# Two tabs of a new visitor may begin at once.
_insert_conversation = Inserter(ConversationRow, unless_there=["id"])
_insert_visitor = Inserter(VisitorRow, unless_there=["id"])
_insert_message = Inserter(MessageRow)
# Nearly all of them; what is not given need not be bound for each row.
_insert_not_of_staff = Inserter(MessageRow, always={"staff_id": null(), "internal": false()})
_insert_unless_there = Inserter(MessageRow, unless_there=["channel", "channel_message_id"])


_SELECTED = [_CONVERSATION.c[name] for name in _Columns._fields]
_ONE = select(*_SELECTED).where(_CONVERSATION.c.id == bindparam("id_1"))


@prepared
def _find(dialect: Dialect) -> Prepared:
    return Prepared(_ONE, dialect, parameters={"id_1": _CONVERSATION.c.id}, results=_SELECTED)


@prepared
def _lock(dialect: Dialect) -> Prepared:
    # Left out on SQLite, where only one transaction writes. FOR NO KEY UPDATE: rows that only
    # refer to the conversation need not wait for us.
    locked = _ONE.with_for_update(key_share=True)
    return Prepared(locked, dialect, parameters={"id_1": _CONVERSATION.c.id}, results=_SELECTED)


@prepared
def _save_turn(dialect: Dialect) -> Prepared:
    made = _saving((), dialect)
    assert made.names == _TURN  # what whole rows rely on
    return made


@prepared
def _save_all(dialect: Dialect) -> Prepared:
    return _saving(_SELDOM, dialect)


def _saving(more: Sequence[str], dialect: Dialect) -> Prepared:
    changed = {name: _CONVERSATION.c[name] for name in (*_TURN[:-1], *more)}
    return Prepared(
        update(_CONVERSATION)
        .where(_CONVERSATION.c.id == bindparam("conversation_id"))
        .values({name: placeholder(column, dialect) for name, column in changed.items()}),
        dialect,
        parameters={**changed, "conversation_id": _CONVERSATION.c.id},
    )


def find_by_channel_id(
    session: Session, channel: Channel, channel_message_id: str
) -> tuple[str, int] | None:
    """Conversation and seq of a message that was stored before."""
    values = {"channel": channel.value, "channel_message_id": channel_message_id}
    row = _by_channel_id(session).first(session, values)
    return None if row is None else (row[0], row[1])


@prepared
def _by_channel_id(dialect: Dialect) -> Prepared:
    columns = {name: _MESSAGE.c[name] for name in ("channel", "channel_message_id")}
    found = [_MESSAGE.c.conversation_id, _MESSAGE.c.seq]
    query = select(*found)
    for name, column in columns.items():
        query = query.where(column == bindparam(name))
    return Prepared(query, dialect, parameters=columns, results=found)


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
    _insert_visitor(
        session,
        {
            "id": visitor_id,
            "conversation_id": conversation_id,
            "customer_id": customer_id,
            "level": level.value,
            "created_at": now,
        },
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
