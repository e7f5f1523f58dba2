"""Codes and links by which somebody proves to own a mail address."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from bot.rendering import Renderer
from domain.conversation import Conversation
from domain.languages import known_locale
from domain.messages import Message
from domain.notifications import Notification, OutboxChannel
from domain.people import Customer
from storage.outbox import owe
from storage.people import find_customer, find_customers_by_email, update_customer
from storage.prepared import Inserter
from storage.tables import TokenRow

#: Out-of-band codes: at most ten minutes and five tries (OWASP ASVS 5.0, 6.5.5 and 6.6.3).
CODE_VALID = timedelta(minutes=10)
CODE_TRIES = 5
LINK_VALID = timedelta(days=2)
CODES_AN_HOUR = 5


_insert_token = Inserter(TokenRow)


@dataclass(frozen=True, slots=True)
class Proofs:
    """Sends codes and links, and looks at what comes back."""

    renderer: Renderer
    new_id: Callable[[], str]
    base_url: str
    #: Keys the hash of a code, so that a stolen table does not give codes away.
    pepper: bytes

    def send_code(
        self, session: Session, conversation: Conversation, email: str, locale: str, now: datetime
    ) -> None:
        """Mail a code if the address is registered. To the one who asks it looks the same."""
        found = find_customers_by_email(session, email)
        recent = session.scalars(
            select(col(TokenRow.sha256))
            # Conversations cost nothing, so the address counts as well: else many of them could
            # guess in parallel, or fill somebody's mailbox.
            .where(
                or_(
                    col(TokenRow.conversation_id) == conversation.id,
                    func.lower(col(TokenRow.email)) == email.lower(),
                )
            )
            .where(col(TokenRow.purpose) == "code")
            .where(col(TokenRow.created_at) > now - timedelta(hours=1))
        ).all()
        if len(found) != 1 or len(recent) >= CODES_AN_HOUR:
            return
        customer = found[0]
        code = f"{secrets.randbelow(1_000_000):06d}"
        session.execute(
            update(TokenRow)
            .where(col(TokenRow.conversation_id) == conversation.id)
            .where(col(TokenRow.purpose) == "code")
            .where(col(TokenRow.used_at).is_(None))
            .values(used_at=now)
        )
        token = secrets.token_hex(8)
        _insert_token(
            session,
            {
                "sha256": hashlib.sha256(token.encode()).hexdigest(),
                "purpose": "code",
                "customer_id": customer.customer_id,
                "conversation_id": conversation.id,
                "email": customer.email,
                "payload": {"code": self._hash(conversation.id, code)},
                "created_at": now,
                "expires_at": now + CODE_VALID,
            },
        )
        self._mail(session, f"code:{token}", "code", customer, {"code": code}, locale, now)

    def check_code(
        self, session: Session, conversation_id: str, code: str, now: datetime
    ) -> Customer | None:
        """The customer whose code this is, once; None for a wrong, used or old one."""
        row = session.scalar(
            select(TokenRow)
            .where(col(TokenRow.conversation_id) == conversation_id)
            .where(col(TokenRow.purpose) == "code")
            .where(col(TokenRow.used_at).is_(None))
            .where(col(TokenRow.expires_at) > now)
            .where(col(TokenRow.attempts) < CODE_TRIES)
            .with_for_update()
        )
        if row is None:
            return None
        row.attempts += 1
        session.add(row)
        if not hmac.compare_digest(self._hash(conversation_id, code), row.payload["code"]):
            return None
        row.used_at = now
        return find_customer(session, row.customer_id or "")

    def _hash(self, conversation_id: str, code: str) -> str:
        return hmac.new(
            self.pepper, f"{conversation_id}:{code}".encode(), hashlib.sha256
        ).hexdigest()

    def send_address_link(
        self, session: Session, customer_id: str, email: str, locale: str, now: datetime
    ) -> None:
        """Mail a link to a new address; the record changes when it is confirmed there."""
        customer = find_customer(session, customer_id)
        if customer is None:
            return
        token = secrets.token_urlsafe(24)
        _insert_token(
            session,
            {
                "sha256": hashlib.sha256(token.encode()).hexdigest(),
                "purpose": "address",
                "customer_id": customer_id,
                "email": email,
                "created_at": now,
                "expires_at": now + LINK_VALID,
            },
        )
        link = f"{self.base_url}/confirm/address/{token}"
        context = {"link": link, "email": email}
        key = f"address:{hashlib.sha256(token.encode()).hexdigest()[:16]}"
        self._mail(session, key, "address_link", customer, context, locale, now, to=email)

    def answer_link(
        self,
        session: Session,
        message: Message,
        recipient: str,
        customer: Customer | None,
        now: datetime,
    ) -> str:
        """A link to the cards of a mailed answer; who opens it reads mail at `recipient`.

        Args:
            customer: whose registered address `recipient` is; None where it is nobody's.
        """
        token = secrets.token_urlsafe(24)
        _insert_token(
            session,
            {
                "sha256": hashlib.sha256(token.encode()).hexdigest(),
                "purpose": "answer",
                "customer_id": customer.customer_id if customer else None,
                "conversation_id": message.conversation_id,
                "email": recipient,
                "payload": {"seq": message.seq},
                "created_at": now,
                "expires_at": now + LINK_VALID,
            },
        )
        return f"{self.base_url}/confirm/request/{token}"

    def _mail(
        self,
        session: Session,
        key: str,
        kind: str,
        customer: Customer,
        context: dict[str, str],
        locale: str,
        now: datetime,
        to: str = "",
    ) -> None:
        rendered = self.renderer.mail(
            kind, known_locale(locale), {"customer_name": customer.name, **context}
        )
        owe(
            session,
            Notification(
                key=key,
                channel=OutboxChannel.EMAIL,
                kind=kind,
                recipient=to or customer.email,
                payload={
                    "subject": rendered.subject,
                    "text": rendered.text,
                    "html": rendered.html,
                    "locale": locale,
                    "to_name": customer.name,
                    "in_reply_to": None,
                    "references": [],
                    "auto": "auto-generated",
                    "reply_token": False,
                    "list_unsubscribe": False,
                    "attachments": [],
                },
            ),
            now=now,
            new_id=self.new_id,
        )


def use_address_link(session: Session, token: str, now: datetime) -> Customer | None:
    """Change the record to the proven address, once; None for an unknown, used or old link."""
    if not token:
        return None
    digest = hashlib.sha256(token.encode()).hexdigest()
    used = session.execute(
        update(TokenRow)
        .where(col(TokenRow.sha256) == digest)
        .where(col(TokenRow.purpose) == "address")
        .where(col(TokenRow.used_at).is_(None))
        .where(col(TokenRow.expires_at) > now)
        .values(used_at=now)
        .returning(col(TokenRow.customer_id), col(TokenRow.email))
    ).first()
    if used is None or used.customer_id is None:
        return None
    update_customer(session, used.customer_id, {"email": used.email}, now)
    return find_customer(session, used.customer_id)


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What a link in a mailed answer opens: the cards of one message, for who reads that mail."""

    conversation_id: str
    seq: int
    email: str
    customer: Customer | None


def open_answer_link(session: Session, token: str, now: datetime) -> AnswerLink | None:
    """What the link opens; None for an unknown or old one. Opening it changes nothing."""
    row = session.get(TokenRow, hashlib.sha256(token.encode()).hexdigest())
    if row is None or row.purpose != "answer" or row.expires_at <= now or not row.conversation_id:
        return None
    customer = find_customer(session, row.customer_id) if row.customer_id else None
    if row.customer_id and customer is None:
        return None
    return AnswerLink(row.conversation_id, int(row.payload["seq"]), row.email, customer)
