"""Mails that we owe to customers: answers, staff's words, confirmations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from bot.owing import UNREAD_AFTER
from bot.rendering import RenderedMail, Renderer
from domain.conversation import Conversation
from domain.messages import Channel, Message, Part
from domain.notifications import Notification, OutboxChannel
from domain.people import Level
from domain.request_view import RequestView
from storage.outbox import owe
from storage.people import find_customer

if TYPE_CHECKING:
    from bot.answer_breaker import AnswerBreaker

#: References of a mail; RFC 5322 sets no limit, but a header line that grows for ever is cut by
#: relays. The first and the newest ones keep the thread together.
MAX_REFERENCES = 12
#: Mails that answer what the customer wrote, and stand in its thread.
IN_THREAD = frozenset({"answer", "staff_answer", "order_confirmation", "appointment"})


@dataclass(frozen=True, slots=True)
class CustomerMail:
    """Writes what customers get by mail into the outbox."""

    renderer: Renderer
    new_id: Callable[[], str]
    company_name: str
    breaker: AnswerBreaker | None = None

    def answer(
        self,
        session: Session,
        conversation: Conversation,
        message: Message,
        recipient: str,
        *,
        locale: str,
        asked: str,
        now: datetime,
        link: Part | None = None,
    ) -> None:
        """The bot's answer to a mail, in its thread; `link` leads to its cards on the web.

        Where a robot seems to write at the other end, nothing is sent.
        """
        if self.breaker and not self.breaker.lets_pass(
            session, conversation, recipient, message.seq, now
        ):
            return
        self.send(
            session,
            f"answer:{conversation.id}:{message.seq}",
            "answer",
            conversation,
            recipient,
            locale,
            {
                "text": message.text,
                "parts": [*message.parts, *([link] if link else [])],
                "asked": asked,
            },
            now=now,
            auto="auto-replied",
            message_seq=message.seq,
        )

    def staff_words(
        self,
        session: Session,
        conversation: Conversation,
        message: Message,
        recipient: str,
        *,
        locale: str,
        request_id: str | None,
        now: datetime,
        files: Sequence[str] = (),
    ) -> None:
        """What staff wrote to the customer: at once by mail, or later if the chat goes unread."""
        by_mail = conversation.channel is Channel.EMAIL
        self.send(
            session,
            f"staff:{conversation.id}:{message.seq}",
            "staff_answer" if by_mail else "unread",
            conversation,
            recipient,
            locale,
            {"text": message.text, "parts": message.parts, "staff": message.author.name},
            now=now,
            auto=None,
            due_at=None if by_mail else now + UNREAD_AFTER,
            request_id=request_id,
            message_seq=message.seq,
            attachments=[{"file_id": file_id} for file_id in dict.fromkeys(files)],
        )

    def send(
        self,
        session: Session,
        key: str,
        kind: str,
        conversation: Conversation,
        recipient: str,
        locale: str,
        context: Mapping[str, Any],
        *,
        now: datetime,
        auto: str | None = "auto-generated",
        due_at: datetime | None = None,
        request_id: str | None = None,
        message_seq: int | None = None,
        attachments: Sequence[Mapping[str, str]] = (),
        calendar: Mapping[str, str] | None = None,
    ) -> None:
        """
        Owe a mail of the kind that has a folder under `templates/mail`.

        Args:
            key: unique name of what is owed; the same one again owes nothing.
            auto: the value of Auto-Submitted (RFC 3834); None for what a person wrote.
            due_at: not before this time; None for at once.
            calendar: `method` and `text` of a calendar entry that goes with it.
        """
        thread = conversation.mail_thread
        rendered = self.renderer.mail(
            kind,
            locale,
            {
                "reference": conversation.id,
                "thread_subject": thread.get("subject") or conversation.subject,
                "customer_name": conversation.name,
                **context,
            },
        )
        payload = _payload(rendered, conversation, locale, in_thread=kind in IN_THREAD)
        payload |= {"auto": auto, "attachments": list(attachments)}
        if calendar:
            payload["calendar"] = dict(calendar)
        owe(
            session,
            Notification(
                key=key,
                channel=OutboxChannel.EMAIL,
                kind=kind,
                recipient=recipient,
                payload=payload,
                request_id=request_id,
                conversation_id=conversation.id,
                message_seq=message_seq,
                due_at=due_at,
            ),
            now=now,
            new_id=self.new_id,
        )


def _payload(
    mail: RenderedMail, conversation: Conversation, locale: str, *, in_thread: bool
) -> dict[str, Any]:
    """What delivery needs of a worded mail; `in_thread` where it answers the customer's own."""
    thread = conversation.mail_thread
    parent = thread.get("message_id") if in_thread else None
    return {
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "locale": locale,
        "to_name": conversation.name,
        "in_reply_to": parent or None,
        "references": references(thread) if parent else [],
        "reply_token": True,
        "list_unsubscribe": False,
    }


def customer_address(
    session: Session, conversation: Conversation, view: RequestView | None = None
) -> str:
    """Where staff's words go by mail: the registered address, else where the person writes from.

    Args:
        view: the request it is about, of this very conversation.
    """
    customer = (
        find_customer(session, conversation.customer_id) if conversation.customer_id else None
    )
    if customer is not None and conversation.level >= Level.CLAIMED and customer.email:
        return customer.email
    if view is not None and conversation.level is Level.ANONYMOUS:
        # The address in the request was confirmed; the first one typed may have been wrong.
        return view.contact_email or conversation.email
    return conversation.email


def references(thread: Mapping[str, Any]) -> list[str]:
    """The References of an answer: those of the mail answered and its own id (RFC 5322, 3.6.4)."""
    ids = [*thread.get("references", ()), thread.get("message_id")]
    unique = list(dict.fromkeys(i for i in ids if i))
    return unique if len(unique) <= MAX_REFERENCES else [unique[0], *unique[-MAX_REFERENCES + 1 :]]
