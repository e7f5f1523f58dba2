"""Mails that carry an answer of staff to a customer: whether still needed, and the news of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.notify import Notify
from storage.leases import Claimed
from storage.request_views import load_request_view
from storage.tables import ConversationRow

#: An answer by mail, and the mail that stands in for a chat answer that nobody has read.
ANSWERS = frozenset({"staff_answer", "unread"})
#: What is owed only as long as the customer has not read the answer in the chat.
UNLESS_READ = frozenset({"unread", "unseen_answer", "staff_unseen"})


@dataclass(frozen=True, slots=True)
class Answers:
    """Keeps the thread true: it shows how an answer reached the customer, or why it did not."""

    notify: Notify
    clock: Callable[[], datetime]

    def delivered(self, session: Session, claimed: Claimed, *, by_mail: bool) -> None:
        """Say in the thread that the answer is with the customer."""
        if claimed.kind in ANSWERS and claimed.request_id and claimed.message_seq:
            view = load_request_view(session, claimed.request_id)
            email = claimed.recipient if by_mail else ""
            self.notify.answer_delivered(
                session, view, claimed.message_seq, email, self.clock(),
                conversation_id=claimed.conversation_id,
            )  # fmt: skip

    def failed(self, session: Session, claimed: Claimed, error: str) -> None:
        """Say in the thread that the answer did not reach the customer."""
        if claimed.kind in ANSWERS and claimed.request_id and claimed.message_seq:
            view = load_request_view(session, claimed.request_id)
            seq, to = claimed.message_seq, claimed.recipient
            self.notify.answer_failed(
                session, view, seq, to, error, self.clock(),
                conversation_id=claimed.conversation_id,
            )  # fmt: skip


def is_read_already(session: Session, claimed: Claimed) -> bool:
    """Whether the customer has seen the answer in the chat, so that nothing need stand in."""
    if claimed.kind not in UNLESS_READ or claimed.conversation_id is None:
        return False
    conversation = session.get(ConversationRow, claimed.conversation_id)
    return conversation is not None and conversation.read_seq >= (claimed.message_seq or 0)
