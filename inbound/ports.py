"""What the mail door needs of others: somebody who reads, the desk, and those who are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.messages import IncomingMessage, Receipt, StaffMessage
from inbound.mail import InboundMail, Question
from storage.mail_facts import SentMail


class MailReader(Protocol):
    """Reads mails under limits of time and size."""

    async def read_all(self, mails: Sequence[Question]) -> list[InboundMail]:
        """Read mails, in their order; one that cannot be read has an `error`."""
        ...


class MailDesk(Protocol):
    """The one service that messages are handed to. Handing one over twice is harmless."""

    async def receive(self, message: IncomingMessage) -> Receipt:
        """A message from outside."""
        ...

    async def staff_says(self, message: StaffMessage) -> Receipt:
        """A message from staff."""
        ...


class MailNotices(Protocol):
    """Who is told of what happened at the mail door. Telling twice is harmless.

    `mail_id` is the id that `quarantine list` shows; `key` the mail's own unique name.
    """

    async def delivery_failed(self, outbox_id: str, address: str, diagnostic: str) -> None:
        """A mail of ours came back for good."""
        ...

    async def staff_mail_unproven(self, key: str, answers: SentMail, reason: str) -> None:
        """A mail that pretends to be a staff answer was not passed on."""
        ...

    async def conversation_mentioned(self, conversation_id: str, seq: int, mentions: str) -> None:
        """A mail that became that message speaks of the conversation `mentions`."""
        ...

    async def mail_too_large(
        self, key: str, mail_id: int, *, sender: str, subject: str, size: int
    ) -> None:
        """A mail was not read because of its size (bytes)."""
        ...

    async def mail_quarantined(
        self, key: str, mail_id: int, *, sender: str, subject: str, reason: str
    ) -> None:
        """A mail waits for a person to look at it."""
        ...

    async def door_paused(self, key: str, reason: str) -> None:
        """So many mails fail that none is worked on for a while."""
        ...
