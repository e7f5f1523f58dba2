"""What has to be known to say where a mail belongs: asked for a whole batch of mails at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from domain.values import value
from storage.shared_contents import complete
from storage.tables import ConversationRow, CustomerRow, InboundMailRow, OutboxRow, StaffRow

#: Kinds of mails that never go to a customer.
_NOTICES = ("admin_", "delivery_", "staff_request", "staff_message")


@value
class SentMail:
    """A mail of ours: to whom it went and what it was about. `staff_id` only for staff."""

    id: str
    kind: str
    recipient: str
    conversation_id: str | None
    request_id: str | None
    payload: Mapping[str, Any]

    @property
    def staff_id(self) -> str | None:
        """The member of staff whom it was sent to; None where it went to somebody outside."""
        return self._text("staff_id")

    @property
    def is_notice(self) -> bool:
        """Whether it told staff, administrators or the delivery section of something."""
        return self.staff_id is None and self.kind.startswith(_NOTICES)

    @property
    def catalog_number(self) -> str | None:
        """The catalog that it showed."""
        return self._text("catalog_number")

    @property
    def customer_id(self) -> str | None:
        """The customer whom it was sent to, where no conversation says so."""
        return self._text("customer_id")

    @property
    def subject(self) -> str:
        """Its subject as it was sent."""
        return self._text("subject") or ""

    @property
    def text(self) -> str:
        """Its text as it was sent; in an answer it is known to be ours."""
        return self._text("text") or ""

    def _text(self, name: str) -> str | None:
        value = self.payload.get(name)
        return value if isinstance(value, str) and value else None


@value
class KnownPerson:
    """A registered customer or member of staff, as far as a mail can name one."""

    id: str
    email: str
    name: str
    company: str = ""


@value
class MailThread:
    """A conversation that a mail may belong to."""

    id: str
    customer_id: str | None
    email: str
    subject: str
    company: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MailFacts:
    """Answers to the questions of one batch. Addresses are lower case.

    `threads_of` holds the conversations by mail of an address or customer, newest first;
    `earlier` the conversation and the sender of a mail that came in before, by Message-ID.
    """

    sent: Mapping[str, SentMail] = field(default_factory=dict)
    customers: Mapping[str, Sequence[KnownPerson]] = field(default_factory=dict)
    staff: Mapping[str, KnownPerson] = field(default_factory=dict)
    staff_by_id: Mapping[str, KnownPerson] = field(default_factory=dict)
    threads: Mapping[str, MailThread] = field(default_factory=dict)
    threads_of: Mapping[str, Sequence[MailThread]] = field(default_factory=dict)
    earlier: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def find_sent_mails(session: Session, ids: Collection[str]) -> dict[str, SentMail]:
    """Mails of ours by the ids that their Message-IDs and reply addresses carry (lower case)."""
    if not ids:
        return {}
    either_case = {*ids, *(one.upper() for one in ids)}
    rows = session.execute(
        select(
            col(OutboxRow.id), col(OutboxRow.kind), col(OutboxRow.recipient),
            col(OutboxRow.conversation_id), col(OutboxRow.request_id), col(OutboxRow.payload),
        ).where(col(OutboxRow.id).in_(either_case))
    )  # fmt: skip
    found = rows.all()
    payloads = complete(session, [row[5] for row in found])
    return {
        identifier.lower(): SentMail(identifier, kind, recipient, conversation, request, payload)
        for (identifier, kind, recipient, conversation, request, _), payload in zip(
            found, payloads, strict=True
        )
    }


def load_facts(
    session: Session,
    *,
    sent: Mapping[str, SentMail],
    senders: Collection[str],
    named: Collection[str],
    answered: Collection[str],
    since: datetime,
) -> MailFacts:
    """Ask for everything about a batch.

    Args:
        sent: what `find_sent_mails` gave for the batch.
        senders: addresses in From.
        named: conversation ids that stand in subjects and texts, upper case.
        answered: Message-IDs that are answered and are not ours.
        since: conversations that rest longer are not gone on with.
    """
    customers = _customers(session, senders)
    ids = {mail.conversation_id for mail in sent.values() if mail.conversation_id} | set(named)
    earlier = _earlier(session, answered)
    ids |= {conversation for conversation, _ in earlier.values()}
    customer_ids = {person.id for people in customers.values() for person in people}
    threads = _threads(session, ids, senders, customer_ids, since)
    return MailFacts(
        sent=sent,
        customers=customers,
        staff=_staff(session, senders),
        staff_by_id=_staff_by_id(session, {mail.staff_id for mail in sent.values()} - {None}),
        threads={thread.id: thread for thread in threads},
        threads_of=_by_owner(threads),
        earlier=earlier,
    )


def _customers(session: Session, addresses: Collection[str]) -> dict[str, Sequence[KnownPerson]]:
    found: dict[str, list[KnownPerson]] = defaultdict(list)
    rows = session.execute(
        select(
            col(CustomerRow.customer_id), func.lower(CustomerRow.email), col(CustomerRow.name),
            col(CustomerRow.company),
        )
        .where(func.lower(CustomerRow.email).in_(list(addresses)))
        .where(col(CustomerRow.erased_at).is_(None))
        .order_by(col(CustomerRow.customer_id))
    )  # fmt: skip
    for row in rows:
        found[row[1]].append(KnownPerson(*row))
    return dict(found)


def _staff(session: Session, addresses: Collection[str]) -> dict[str, KnownPerson]:
    rows = session.execute(
        select(col(StaffRow.staff_id), func.lower(StaffRow.email), col(StaffRow.name))
        .where(func.lower(StaffRow.email).in_(list(addresses)))
        .order_by(col(StaffRow.staff_id).desc())
    )
    return {row[1]: KnownPerson(*row) for row in rows if row[1]}


def _staff_by_id(session: Session, ids: Collection[str | None]) -> dict[str, KnownPerson]:
    if not ids:
        return {}
    rows = session.execute(
        select(col(StaffRow.staff_id), func.lower(StaffRow.email), col(StaffRow.name)).where(
            col(StaffRow.staff_id).in_(list(ids))
        )
    )
    return {row[0]: KnownPerson(*row) for row in rows}


def _earlier(session: Session, message_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    if not message_ids:
        return {}
    rows = session.execute(
        select(
            col(InboundMailRow.message_id), col(InboundMailRow.conversation_id),
            col(InboundMailRow.sender),
        )
        .where(col(InboundMailRow.message_id).in_(list(message_ids)))
        .where(col(InboundMailRow.status) == "done")
        .where(col(InboundMailRow.conversation_id).is_not(None))
        .order_by(col(InboundMailRow.id))
    )  # fmt: skip
    return {
        message_id: (conversation, sender)
        for message_id, conversation, sender in rows
        if message_id and conversation
    }


def _threads(
    session: Session,
    ids: Collection[str],
    addresses: Collection[str],
    customer_ids: Collection[str],
    since: datetime,
) -> list[MailThread]:
    theirs = or_(
        col(ConversationRow.email).in_(list(addresses)),
        col(ConversationRow.customer_id).in_(list(customer_ids)),
    )
    rows = session.execute(
        select(
            col(ConversationRow.id), col(ConversationRow.customer_id),
            func.lower(ConversationRow.email), col(ConversationRow.subject),
            col(CustomerRow.company), col(ConversationRow.updated_at),
        )
        .outerjoin(CustomerRow, col(CustomerRow.customer_id) == col(ConversationRow.customer_id))
        .where(
            or_(
                col(ConversationRow.id).in_(list(ids)),
                theirs
                & (col(ConversationRow.channel) == "email")
                & (col(ConversationRow.updated_at) >= since),
            )
        )
        .order_by(col(ConversationRow.updated_at).desc())
    )  # fmt: skip
    return [
        MailThread(conversation_id, customer_id, email, subject, company or "", updated_at)
        for conversation_id, customer_id, email, subject, company, updated_at in rows
    ]


def _by_owner(threads: Sequence[MailThread]) -> dict[str, Sequence[MailThread]]:
    """Threads by address, and by customer id; an id holds no @, so the two never meet."""
    owned: dict[str, list[MailThread]] = defaultdict(list)
    for thread in threads:
        for owner in {thread.email, thread.customer_id or ""} - {""}:
            owned[owner].append(thread)
    return dict(owned)
