"""Erasing a person: what identifies them goes from every table, a tombstone stays.

What stays is what the company must be able to show without the person: that there was a request
of a kind, an order with its lines and sums, a consent at a time, who of staff did what.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Session, SQLModel, col

from domain.errors import NotFound
from storage.joining import joined_to
from storage.shared_contents import drop_unused
from storage.tables import (
    AccessLogRow,
    AppointmentRow,
    CatalogSendRow,
    ConsentRow,
    ConversationRow,
    CustomerProductRow,
    CustomerRow,
    FileRow,
    HeldAnswersRow,
    InboundMailRow,
    JoinedRow,
    MailSuppressionRow,
    MessageRow,
    NoteRow,
    OrderRow,
    OutboxRow,
    ProductInterestRow,
    RawMailRow,
    SalesRequestRow,
    SlackCardRow,
    TokenRow,
    VisitorRow,
    WebSessionRow,
)

_ERASED = "the person was forgotten"
#: In the payload of a notice about somebody's mail: the id of that mail among those that came in,
#: or among those that went out.
ABOUT_MAIL, ABOUT_SENT = "about_mail", "about_sent"
#: In the payload of what was told in one conversation of another: the id of that one.
ABOUT_CONVERSATION = "about_conversation"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and what is left to do outside the database.

    Attributes:
        contents: SHA-256 of files that nobody needs any more.
        cards: requests whose card in Slack still shows the person.
    """

    conversations: int
    messages: int
    requests: int
    mails: int
    contents: tuple[str, ...]
    cards: tuple[str, ...]


def forget_customer(session: Session, customer_id: str, now: datetime) -> Forgotten:
    """Erase everything personal of a customer; open requests are cancelled.

    Raises:
        NotFound: there is no such customer, or they were forgotten before.
    """
    customer = session.get(CustomerRow, customer_id, with_for_update=True)
    if customer is None or customer.erased_at is not None:
        raise NotFound(f"there is no customer {customer_id}")
    _overwrite_freed_pages(session)
    email = customer.email.lower()
    alone = email if _nobody_else_has(session, email, customer_id) else ""
    conversations = _conversations_of(session, customer_id, alone)
    requests = _requests_of(session, customer_id, conversations)
    owed = _owed_about(conversations, requests, alone)
    came = _mails_of(conversations, alone)
    _empty_outbox(session, _notices_about(owed, came, alone))
    _empty_outbox(session, owed)
    _empty_outbox(session, _mentions_of(conversations))
    _erase_joined(session, conversations)
    mails = _erase_mails(session, came)
    contents = _erase_files(session, conversations)
    messages = _erase_conversations(session, conversations, now)
    cards = _erase_requests(session, customer_id, conversations, requests, now)
    _erase_rights(session, customer_id, conversations, now)
    _erase_traces(session, customer_id, conversations, alone)
    drop_unused(session)
    _leave_tombstone(session, customer, now)
    session.expire_all()
    return Forgotten(len(conversations), messages, len(requests), mails, contents, cards)


def _overwrite_freed_pages(session: Session) -> None:
    """SQLite leaves deleted text in the file unless told not to; PostgreSQL has its vacuum."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete=ON"))


def _nobody_else_has(session: Session, email: str, customer_id: str) -> bool:
    if not email:
        return False
    others = session.scalar(
        select(func.count())
        .select_from(CustomerRow)
        .where(func.lower(CustomerRow.email) == email)
        .where(col(CustomerRow.customer_id) != customer_id)
    )
    return not others


def _conversations_of(session: Session, customer_id: str, email: str) -> list[str]:
    """Theirs, and those that nobody proved to be but that came from their address."""
    theirs: ColumnElement[bool] = col(ConversationRow.customer_id) == customer_id
    if email:
        theirs = or_(
            theirs,
            and_(
                col(ConversationRow.customer_id).is_(None),
                func.lower(ConversationRow.email) == email,
            ),
        )
    return list(session.scalars(select(col(ConversationRow.id)).where(theirs)))


def _requests_of(session: Session, customer_id: str, conversations: Sequence[str]) -> list[str]:
    return list(
        session.scalars(
            select(col(SalesRequestRow.id)).where(
                or_(
                    col(SalesRequestRow.customer_id) == customer_id,
                    col(SalesRequestRow.conversation_id).in_(conversations),
                )
            )
        )
    )


def _change(session: Session, table: type[SQLModel], where: ColumnElement[bool], **new: Any) -> int:
    """Set columns and return how many rows there were."""
    changed = session.execute(
        update(table).where(where).values(**new).execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def _drop(session: Session, table: type[SQLModel], where: ColumnElement[bool]) -> None:
    session.execute(delete(table).where(where).execution_options(synchronize_session=False))


def _owed_about(
    conversations: Sequence[str], requests: Sequence[str], email: str
) -> ColumnElement[bool]:
    theirs = or_(
        col(OutboxRow.conversation_id).in_(conversations),
        col(OutboxRow.request_id).in_(requests),
        # A stranger's request that was joined to theirs: what was agreed with them, at their place.
        and_(
            col(OutboxRow.request_id).in_(_agreed_in(conversations)),
            col(OutboxRow.key).contains("appointment:"),
        ),
    )
    return or_(theirs, func.lower(OutboxRow.recipient) == email) if email else theirs


def _agreed_in(conversations: Sequence[str]) -> Select[str]:
    """Requests, their own or joined to theirs, whose appointment they were told of."""
    return select(col(AppointmentRow.request_id)).where(
        col(AppointmentRow.told_in).in_(conversations)
    )


def _mails_of(conversations: Sequence[str], email: str) -> ColumnElement[bool]:
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


def _empty_outbox(session: Session, theirs: ColumnElement[bool]) -> None:
    _change(
        session,
        OutboxRow,
        and_(theirs, col(OutboxRow.status).in_(["pending", "leased", "unknown"])),
        status="dead",
        # Whoever is sending it now must not finish what is erased.
        lease_version=col(OutboxRow.lease_version) + 1,
        leased_until=None,
    )
    _change(session, OutboxRow, theirs, payload={}, recipient="", last_error=_ERASED)


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
    _change(session, MessageRow, notes, text="", parts=[], author_name="")
    for conversation, seq in found:
        _empty_outbox(
            session,
            and_(col(OutboxRow.conversation_id) == conversation, col(OutboxRow.message_seq) == seq),
        )
        again = col(MessageRow.channel_message_id) == f"joined:{conversation}:{seq}"
        further = places[places.index(conversation) + 1 :]
        if further:
            _erase_notes(session, further, again)


def _mentions_of(conversations: Sequence[str]) -> ColumnElement[bool]:
    """What staff of other conversations were told of these."""
    return and_(
        col(OutboxRow.key).contains(":mentioned:"),
        OutboxRow.payload[ABOUT_CONVERSATION].as_string().in_(conversations),
    )


def _erase_mails(session: Session, theirs: ColumnElement[bool]) -> int:
    ids = list(session.scalars(select(col(InboundMailRow.id)).where(theirs)))
    _drop(session, RawMailRow, col(RawMailRow.inbound_mail_id).in_(ids))
    # `dedupe_key` is a digest: the same mail, met again in the mailbox, stays known.
    return _change(
        session,
        InboundMailRow,
        col(InboundMailRow.id).in_(ids),
        status="ignored",
        message_id=None,
        sender="",
        subject="",
        quoted="",
        details={},
        last_error=_ERASED,
    )


def _erase_files(session: Session, conversations: Sequence[str]) -> tuple[str, ...]:
    theirs = col(FileRow.conversation_id).in_(conversations)
    contents = set(session.scalars(select(col(FileRow.sha256)).where(theirs)))
    _drop(session, FileRow, theirs)
    still_needed = session.scalars(
        select(col(FileRow.sha256)).where(col(FileRow.sha256).in_(contents))
    )
    return tuple(sorted(contents.difference(still_needed)))


def _erase_conversations(session: Session, conversations: Sequence[str], now: datetime) -> int:
    _change(
        session,
        ConversationRow,
        col(ConversationRow.id).in_(conversations),
        email="",
        name="",
        phone="",
        subject="",
        state={},
        mail_thread={},
        updated_at=now,
    )
    _change(
        session,
        MessageRow,
        and_(
            col(MessageRow.conversation_id).in_(conversations),
            col(MessageRow.author_kind) == "customer",
        ),
        author_name="",
    )
    return _change(
        session,
        MessageRow,
        col(MessageRow.conversation_id).in_(conversations),
        text="",
        parts=[],
        understood=None,
        in_reply_to=None,
    )


def _erase_requests(
    session: Session,
    customer_id: str,
    conversations: Sequence[str],
    requests: Sequence[str],
    now: datetime,
) -> tuple[str, ...]:
    theirs = col(SalesRequestRow.id).in_(requests)
    _change(
        session,
        SalesRequestRow,
        and_(theirs, col(SalesRequestRow.status).in_(["open", "claimed"])),
        status="cancelled",
        closed_at=now,
    )
    _change(
        session,
        SalesRequestRow,
        theirs,
        customer_name="",
        details={},
        route={},
        reason="",
        version=col(SalesRequestRow.version) + 1,
    )
    _change(session, OrderRow, col(OrderRow.request_id).in_(requests), ship_to={})
    shown = {*requests, *session.scalars(_agreed_in(conversations))}
    others = col(SalesRequestRow.id).in_(shown.difference(requests))
    _change(session, SalesRequestRow, others, version=col(SalesRequestRow.version) + 1)
    _drop(session, AppointmentRow, col(AppointmentRow.request_id).in_(shown))
    _change(
        session,
        ConsentRow,
        or_(
            col(ConsentRow.customer_id) == customer_id,
            col(ConsentRow.conversation_id).in_(conversations),
        ),
        shown={},
    )
    cards = select(col(SlackCardRow.request_id)).where(col(SlackCardRow.request_id).in_(shown))
    return tuple(session.scalars(cards))


def _erase_rights(
    session: Session, customer_id: str, conversations: Sequence[str], now: datetime
) -> None:
    """Every token and open browser of the person ends."""
    _drop(
        session,
        TokenRow,
        or_(
            col(TokenRow.customer_id) == customer_id,
            col(TokenRow.conversation_id).in_(conversations),
        ),
    )
    _drop(session, WebSessionRow, col(WebSessionRow.customer_id) == customer_id)
    _change(
        session,
        VisitorRow,
        or_(
            col(VisitorRow.customer_id) == customer_id,
            col(VisitorRow.conversation_id).in_(conversations),
        ),
        revoked_at=now,
    )


def _erase_traces(
    session: Session, customer_id: str, conversations: Sequence[str], email: str
) -> None:
    _drop(session, CustomerProductRow, col(CustomerProductRow.customer_id) == customer_id)
    _drop(session, NoteRow, col(NoteRow.customer_id) == customer_id)
    _drop(session, ProductInterestRow, col(ProductInterestRow.customer_id) == customer_id)
    _drop(session, CatalogSendRow, col(CatalogSendRow.customer_id) == customer_id)
    _drop(session, HeldAnswersRow, col(HeldAnswersRow.conversation_id).in_(conversations))
    if email:
        _drop(session, MailSuppressionRow, col(MailSuppressionRow.address) == email)
        _drop(session, HeldAnswersRow, col(HeldAnswersRow.address) == email)
    theirs = col(AccessLogRow.customer_id) == customer_id
    _change(session, AccessLogRow, theirs, details={})
    # Where staff worked from is not the customer's; where the customer came from is.
    their_own = and_(theirs, col(AccessLogRow.actor_kind).in_(_THEMSELVES))
    _change(session, AccessLogRow, their_own, actor_id=customer_id, address="")
    if email:  # what came from their address without a proof was noted by the address
        unproven = and_(
            func.lower(AccessLogRow.actor_id) == email,
            col(AccessLogRow.actor_kind).in_(_THEMSELVES),
        )
        _change(session, AccessLogRow, unproven, actor_id="", address="", details={})


_THEMSELVES: Collection[str] = ("customer", "visitor")


def _leave_tombstone(session: Session, customer: CustomerRow, now: datetime) -> None:
    for name in (
        "name", "email", "phone", "postal_code", "address", "company", "department",
        "office_phone", "locale",
    ):  # fmt: skip
        setattr(customer, name, "")
    customer.staff_id = None
    customer.password_hash = None
    customer.mail_opt_out = True
    customer.version += 1
    customer.updated_at = customer.erased_at = now
    session.add(customer)
    session.flush()
