"""What is owed to somebody outside, and how long to wait before trying again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.values import value


class OutboxChannel(StrEnum):
    """By which way something leaves the house."""

    EMAIL = "email"
    SLACK = "slack"


@value
class Notification:
    """
    Something owed, before it is stored.

    Attributes:
        key: unique name of what is owed (`request:R-7K3QM:email:S003`): the same cause handled
            again owes nothing new.
        kind: which template or Slack action; a folder name under `templates/mail` for mail.
        recipient: mail address, or Slack channel or user.
        payload: what the template needs, ready for JSON: a snapshot, no live objects.
        due_at: not before this time; None for at once.
    """

    key: str
    channel: OutboxChannel
    kind: str
    recipient: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    conversation_id: str | None = None
    message_seq: int | None = None
    due_at: datetime | None = None

    @property
    def lane(self) -> str:
        """What leaves in order: one lane a Slack channel, one for all mail."""
        return "email" if self.channel is OutboxChannel.EMAIL else f"slack:{self.recipient}"


#: Tries of one notification that its receiver refuses for now.
MAX_ATTEMPTS = 12
#: How long something is owed while its receiver cannot be reached at all.
GIVE_UP_AFTER = timedelta(days=3)
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
#: A receiver that cannot be reached is asked at least this often, so that its return is noticed.
LONGEST_SILENCE = timedelta(minutes=5)


def wait_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait before try number `attempt` (2 is the first retry).

    Args:
        jitter: 0.0 to 1.0; spreads what failed together over half the wait.
    """
    # From some doubling on the longest wait holds; more would overflow a timedelta.
    full = min(FIRST_WAIT * 2.0 ** min(attempt - 2, 20), LONGEST_WAIT)
    return full * (0.75 + jitter / 2)
