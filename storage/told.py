"""What was told of a person, or to them: rows of the outbox and notes in other conversations,
found and emptied when the person is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, update
from sqlmodel import Session, SQLModel, col

from storage.joining import joined_to
from storage.tables import AppointmentRow, InboundMailRow, JoinedRow, MessageRow, OutboxRow

ERASED = "the person was forgotten"
#: In the payload of a notice about somebody's mail: the id of that mail among those that came in,
#: or among those that went out.
ABOUT_MAIL, ABOUT_SENT = "about_mail", "about_sent"
#: In the payload of what was told in one conversation of another: the id of that one.
ABOUT_CONVERSATION = "about_conversation"


def erase_told(
    session: Session, conversations: Sequence[str], requests: Sequence[str], email: str
) -> None:
    """Empty what was told; as long as the other rows still say whose they are.

    Args:
        email: in lower case, where nobody else has it; else empty.
    """
    owed = _owed_about(conversations, requests, email)
    came = mails_of(conversations, email)
    _empty_outbox(session, _notices_about(owed, came, email))
    _empty_outbox(session, owed)
    _empty_outbox(session, _mentions_of(conversations))
    _erase_joined(session, conversations)


def change(session: Session, table: type[SQLModel], where: ColumnElement[bool], **new: Any) -> int:
    """Set columns and return how many rows there were."""
    changed = session.execute(
        update(table).where(where).values(**new).execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def _owed_about(
    conversations: Sequence[str], requests: Sequence[str], email: str
) -> ColumnElement[bool]:
    theirs = or_(
        col(OutboxRow.conversation_id).in_(conversations),
        col(OutboxRow.request_id).in_(requests),
        # A stranger's request that was joined to theirs: what was agreed with them, at their place.
        and_(
            col(OutboxRow.request_id).in_(agreed_in(conversations)),
            col(OutboxRow.key).contains("appointment:"),
        ),
    )
    return or_(theirs, func.lower(OutboxRow.recipient) == email) if email else theirs


def agreed_in(conversations: Sequence[str]) -> Select[str]:
    """Requests, their own or joined to theirs, whose appointment they were told of."""
    return select(col(AppointmentRow.request_id)).where(
        col(AppointmentRow.told_in).in_(conversations)
    )


def mails_of(conversations: Sequence[str], email: str) -> ColumnElement[bool]:
    """Mails that came in: of these conversations, and from the address where one is given."""
    theirs: ColumnElement[bool] = col(InboundMailRow.conversation_id).in_(conversations)
    return or_(theirs, func.lower(InboundMailRow.sender) == email) if email else theirs


def _notices_about(
    owed: ColumnElement[bool], came: ColumnElement[bool], email: str
) -> ColumnElement[bool]:
    """What staff and the administrator were told of a mail of theirs, or to them; as long as
    those rows still say whose they are."""
    sent = select(col(OutboxRow.id)).where(owed)
    mails = select(col(InboundMailRow.id)).where(came)
    theirs = or_(
        OutboxRow.payload[ABOUT_SENT].as_string().in_(sent),
        OutboxRow.payload[ABOUT_MAIL].as_integer().in_(mails),
    )
    if email:  # the words of a mail server may name them
        words = func.lower(cast(OutboxRow.payload, Text))
        theirs = or_(theirs, words.contains(email, autoescape=True))
    return and_(col(OutboxRow.kind).startswith("admin_", autoescape=True), theirs)


def _mentions_of(conversations: Sequence[str]) -> ColumnElement[bool]:
    """What staff of other conversations were told of these."""
    return and_(
        col(OutboxRow.key).contains(":mentioned:"),
        OutboxRow.payload[ABOUT_CONVERSATION].as_string().in_(conversations),
    )


def _empty_outbox(session: Session, theirs: ColumnElement[bool]) -> None:
    change(
        session,
        OutboxRow,
        and_(theirs, col(OutboxRow.status).in_(["pending", "leased", "unknown"])),
        status="dead",
        # Whoever is sending it now must not finish what is erased.
        lease_version=col(OutboxRow.lease_version) + 1,
        leased_until=None,
    )
    change(session, OutboxRow, theirs, payload={}, recipient="", last_error=ERASED)


def _erase_joined(session: Session, conversations: Sequence[str]) -> None:
    """What was repeated of them in the conversations in which staff went on."""
    joins = select(col(JoinedRow.conversation_id), col(JoinedRow.joined_to)).where(
        col(JoinedRow.conversation_id).in_(conversations)
    )
    for conversation, into in session.execute(joins).all():
        _empty_outbox(session, col(OutboxRow.key) == f"message:{into}:{conversation}:joined-here")
        # Where those were joined to others in turn, the notes stand further on, too.
        places, following = [into], joined_to(session, into)
        while following is not None and following not in places:
            places.append(following)
            following = joined_to(session, following)
        _erase_notes(
            session,
            places,
            col(MessageRow.channel_message_id).startswith(f"joined:{conversation}:"),
        )


def _erase_notes(session: Session, places: Sequence[str], noted: ColumnElement[bool]) -> None:
    notes = and_(col(MessageRow.conversation_id).in_(places), noted)
    found = session.execute(
        select(col(MessageRow.conversation_id), col(MessageRow.seq)).where(notes)
    ).all()
    change(session, MessageRow, notes, text="", parts=[], author_name="")
    for conversation, seq in found:
        _empty_outbox(
            session,
            and_(col(OutboxRow.conversation_id) == conversation, col(OutboxRow.message_seq) == seq),
        )
        again = col(MessageRow.channel_message_id) == f"joined:{conversation}:{seq}"
        further = places[places.index(conversation) + 1 :]
        if further:
            _erase_notes(session, further, again)
