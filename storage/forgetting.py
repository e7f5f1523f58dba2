"""Erasing a person: what identifies them goes from every table, a tombstone stays.

What stays is what the company must be able to show without the person: that there was a request
of a kind, an order with its lines and sums, a consent at a time, who of staff did what.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlmodel import Session, SQLModel, col

from domain.errors import NotFound
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
    MailSuppressionRow,
    MessageRow,
    NoteRow,
    OrderRow,
    ProductInterestRow,
    RawMailRow,
    SalesRequestRow,
    SlackCardRow,
    TokenRow,
    VisitorRow,
    WebSessionRow,
)
from storage.told import ERASED, agreed_in, change, erase_told, mails_of


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
    erase_told(session, conversations, requests, alone)
    mails = _erase_mails(session, mails_of(conversations, alone))
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


def _drop(session: Session, table: type[SQLModel], where: ColumnElement[bool]) -> None:
    session.execute(delete(table).where(where).execution_options(synchronize_session=False))


def _erase_mails(session: Session, theirs: ColumnElement[bool]) -> int:
    ids = list(session.scalars(select(col(InboundMailRow.id)).where(theirs)))
    _drop(session, RawMailRow, col(RawMailRow.inbound_mail_id).in_(ids))
    # `dedupe_key` is a digest: the same mail, met again in the mailbox, stays known.
    return change(
        session,
        InboundMailRow,
        col(InboundMailRow.id).in_(ids),
        status="ignored",
        message_id=None,
        sender="",
        subject="",
        quoted="",
        details={},
        last_error=ERASED,
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
    change(
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
    change(
        session,
        MessageRow,
        and_(
            col(MessageRow.conversation_id).in_(conversations),
            col(MessageRow.author_kind) == "customer",
        ),
        author_name="",
    )
    return change(
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
    change(
        session,
        SalesRequestRow,
        and_(theirs, col(SalesRequestRow.status).in_(["open", "claimed"])),
        status="cancelled",
        closed_at=now,
    )
    change(
        session,
        SalesRequestRow,
        theirs,
        customer_name="",
        details={},
        route={},
        reason="",
        version=col(SalesRequestRow.version) + 1,
    )
    change(session, OrderRow, col(OrderRow.request_id).in_(requests), ship_to={})
    shown = {*requests, *session.scalars(agreed_in(conversations))}
    others = col(SalesRequestRow.id).in_(shown.difference(requests))
    change(session, SalesRequestRow, others, version=col(SalesRequestRow.version) + 1)
    _drop(session, AppointmentRow, col(AppointmentRow.request_id).in_(shown))
    change(
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
    change(
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
    change(session, AccessLogRow, theirs, details={})
    # Where staff worked from is not the customer's; where the customer came from is.
    their_own = and_(theirs, col(AccessLogRow.actor_kind).in_(_THEMSELVES))
    change(session, AccessLogRow, their_own, actor_id=customer_id, address="")
    if email:  # what came from their address without a proof was noted by the address
        unproven = and_(
            func.lower(AccessLogRow.actor_id) == email,
            col(AccessLogRow.actor_kind).in_(_THEMSELVES),
        )
        change(session, AccessLogRow, unproven, actor_id="", address="", details={})


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
