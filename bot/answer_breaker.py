"""Keeps us from talking with a robot: holds automatic answers to an address that seems to be one.

Most robots say what they are, and are never answered. Some do not: their mails look all alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.notify import Notify
from domain.conversation import Conversation
from storage.access_log import record
from storage.held_answers import first_texts, hold, is_held, mailed_texts

#: Mails that look alike, and mails of any kind, that come within this time.
WITHIN = timedelta(hours=1)
MOST_ALIKE = 3
MOST = 20
#: How long no automatic answer goes to the address then.
REST = timedelta(hours=6)
#: Letters below which texts are not compared: people write "yes" three times, too.
FEWEST_LETTERS = 30
#: Part of the pairs of letters that texts share when they look alike, and letters compared.
ALIKE = 0.8
COMPARED = 1_000


@dataclass(frozen=True, slots=True)
class AnswerBreaker:
    """Decides whether an answer may go out by itself. What staff write always goes."""

    notify: Notify

    def lets_pass(
        self, session: Session, conversation: Conversation, address: str, seq: int, now: datetime
    ) -> bool:
        """Whether the answer to what was just written may be mailed to the address.

        Args:
            seq: the number of the answer in the conversation.
        """
        if is_held(session, address, now):
            return False
        reason = self._reason(session, conversation, address, seq, now - WITHIN)
        if not reason:
            return True
        until = now + REST
        hold(session, address, reason, conversation.id, now=now, until=until)
        record(
            session,
            "answers.held",
            now=now,
            actor_kind="system",
            object_kind="conversation",
            object_id=conversation.id,
            customer_id=conversation.customer_id,
            details={"reason": reason},
        )
        self.notify.answers_held(session, conversation.id, address, reason, until, now)
        return False

    def _reason(
        self, session: Session, conversation: Conversation, address: str, seq: int, since: datetime
    ) -> str:
        """`alike` or `many`; empty where all is well. Asks only where it can matter."""
        if seq <= 2:  # the first mail of a conversation: a robot may begin one each time
            texts = first_texts(session, address, since=since, limit=MOST)
        elif seq >= 2 * MOST_ALIKE:
            texts = mailed_texts(session, conversation.id, since=since, limit=MOST)
        else:
            return ""
        if len(texts) >= MOST:
            return "many"
        return "alike" if _count_alike(texts) >= MOST_ALIKE else ""


def _count_alike(texts: Sequence[str]) -> int:
    """How many of the texts look like the first one, itself included."""
    newest, *others = [_letters(text) for text in texts] or [""]
    if len(newest) < FEWEST_LETTERS:
        return 0
    return 1 + sum(_look_alike(newest, other) for other in others)


def _letters(text: str) -> str:
    """Without digits, marks and blanks: numbers of tickets and dates differ each time."""
    return "".join(char for char in text.casefold() if char.isalpha())[:COMPARED]


def _look_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    pairs, others = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return len(pairs & others) >= ALIKE * len(pairs | others)
