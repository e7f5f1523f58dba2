"""The mail door on real storage, with a desk that only keeps conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from domain.messages import (
    Author,
    AuthorKind,
    Channel,
    IncomingMessage,
    Message,
    Receipt,
    StaffMessage,
)
from domain.signing import Keys, message_id, reply_address
from inbound.handling import MailHandler
from inbound.holder import new_holder
from inbound.intake import Intake
from inbound.mail import InboundMail, Question
from inbound.mailbox import Mailbox, MailboxAccess
from inbound.mime import read_mail, read_outside
from inbound.poller import Poller, Secret
from storage.conversations import add_once, create_conversation, find_by_channel_id
from storage.files import FileFolder
from storage.mail_facts import SentMail
from storage.store import Store
from storage.tables import CustomerRow, InboundMailRow, MessageRow, OutboxRow, StaffRow

KEYS = Keys((b"a root that only tests know of....",))
CATALOG = "catalog@sales.example"
AUTHSERV = "mx.sales.example"


class Reader:
    """Reads without limits, in a thread; fails or waits where a test says so."""

    def __init__(self) -> None:
        self.failing: set[bytes] = set()

    async def read_all(self, mails: Sequence[Question]) -> list[InboundMail]:
        return [await asyncio.to_thread(self._read, raw, texts) for raw, texts in mails]

    def _read(self, raw: bytes, own_texts: Sequence[str]) -> InboundMail:
        if any(mark in raw for mark in self.failing):
            return read_outside(raw, "planned fault")
        return read_mail(raw, own_texts=own_texts)


@dataclass
class KeepingDesk:
    """Stores each message once in a conversation, and remembers what it was handed."""

    store: Store
    received: list[IncomingMessage] = field(default_factory=list)
    said: list[StaffMessage] = field(default_factory=list)
    failing: type[BaseException] | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_received(self, count: int) -> None:
        """Return once that many messages have been handed over."""
        while len(self.received) < count:
            self._changed.clear()
            await self._changed.wait()

    async def receive(self, message: IncomingMessage) -> Receipt:
        if self.failing is not None:
            raise self.failing("planned fault")
        receipt = await self.store.write(lambda session: self._keep(session, message))
        if receipt.new:
            self.received.append(message)
            self._changed.set()
        return receipt

    async def staff_says(self, message: StaffMessage) -> Receipt:
        receipt = await self.store.write(lambda session: self._keep(session, message))
        if receipt.new:
            self.said.append(message)
        return receipt

    def _keep(self, session: Session, message: IncomingMessage | StaffMessage) -> Receipt:
        known = find_by_channel_id(session, Channel.EMAIL, message.channel_message_id)
        if known is not None:
            return Receipt(known[0], known[1], new=False)
        now = datetime.now(UTC)
        conversation_id = message.conversation_id
        if conversation_id is None:
            assert isinstance(message, IncomingMessage)
            conversation_id = f"M-{uuid4().hex[:8].upper()}"
            create_conversation(
                session,
                conversation_id,
                channel=Channel.EMAIL,
                locale="en",
                now=now,
                customer_id=message.sender.customer_id,
                level=message.sender.level,
                email=message.sender.email,
                subject=str(message.mail.get("subject", "")),
            )
        newest = session.scalar(
            select(func.max(col(MessageRow.seq))).where(
                col(MessageRow.conversation_id) == conversation_id
            )
        )
        seq = (newest or 0) + 1
        row = Message(
            conversation_id, seq, Author(AuthorKind.CUSTOMER), Channel.EMAIL, message.text, now
        )
        add_once(session, row, message.channel_message_id)
        return Receipt(conversation_id, seq, new=True, messages=(row,))


class Notices:
    """Remembers who would have been told of what."""

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[Any, ...]]] = []

    async def delivery_failed(self, outbox_id: str, address: str, diagnostic: str) -> None:
        self.told.append(("delivery_failed", (outbox_id, address)))

    async def staff_mail_unproven(self, key: str, answers: SentMail, reason: str) -> None:
        self.told.append(("staff_mail_unproven", (answers.recipient, reason)))

    async def conversation_mentioned(self, conversation_id: str, seq: int, mentions: str) -> None:
        self.told.append(("conversation_mentioned", (mentions,)))

    async def mail_too_large(
        self, key: str, mail_id: int, *, sender: str, subject: str, size: int
    ) -> None:
        self.told.append(("mail_too_large", (sender, subject, size)))

    async def mail_quarantined(
        self, key: str, mail_id: int, *, sender: str, subject: str, reason: str
    ) -> None:
        self.told.append(("mail_quarantined", (mail_id, reason)))

    async def door_paused(self, key: str, reason: str) -> None:
        self.told.append(("door_paused", (reason,)))


@dataclass
class Door:
    """Everything between a mailbox and the desk."""

    store: Store
    desk: KeepingDesk
    notices: Notices
    reader: Reader
    handler: MailHandler
    access: MailboxAccess
    secret_words: list[str]

    def poller(self, *, poll_seconds: float = 1.0, secret: Secret | None = None) -> Poller:
        async def next_word(*, fresh: bool = False) -> str:
            return self.secret_words.pop(0) if len(self.secret_words) > 1 else self.secret_words[0]

        return Poller(
            Mailbox(self.access),
            secret=secret or next_word,
            store=self.store,
            handler=self.handler,
            clock=lambda: datetime.now(UTC),
            poll_seconds=poll_seconds,
            back_off=lambda failures: 0.02 * failures,
        )

    async def rows(self, **having: Any) -> list[InboundMailRow]:
        """Rows of mails, by id."""

        def ask(session: Session) -> list[InboundMailRow]:
            return list(
                session.scalars(
                    select(InboundMailRow).filter_by(**having).order_by(col(InboundMailRow.id))
                )
            )

        return await self.store.read(ask)

    async def statuses(self) -> list[str]:
        """The status of every mail, by id."""
        return [row.status for row in await self.rows()]

    async def until(self, wanted: Callable[[list[str]], bool]) -> None:
        """Return once the statuses of the mails are as `wanted`."""
        async with asyncio.timeout(60):
            while not wanted(await self.statuses()):  # noqa: ASYNC110  # rows tell nobody
                await asyncio.sleep(0.02)

    async def add(self, *rows: Any) -> None:
        """Store rows as they are."""
        await self.store.write(lambda session: session.add_all(rows))

    async def add_customer(self, customer_id: str, email: str, company: str = "") -> None:
        """Register a customer."""
        await self.add(
            CustomerRow(customer_id=customer_id, name="Aya Example", email=email, company=company)
        )

    async def add_staff(self, staff_id: str, email: str) -> None:
        """Register a member of staff."""
        await self.add(StaffRow(staff_id=staff_id, name="Sam Example", email=email))

    async def add_sent(
        self,
        outbox_id: str,
        recipient: str,
        conversation_id: str | None = None,
        **payload: Any,
    ) -> OutboxRow:
        """A mail of ours that went out."""
        now = datetime.now(UTC)
        row = OutboxRow(
            id=outbox_id,
            key=f"test:{outbox_id}",
            channel="email",
            lane="email",
            kind="reply",
            recipient=recipient,
            conversation_id=conversation_id,
            payload={"subject": "Your question", "text": "What we wrote.", **payload},
            status="sent",
            due_at=now,
            last_error="",
            created_at=now,
        )
        await self.add(row)
        return row

    async def add_conversation(
        self, conversation_id: str, email: str, customer_id: str | None = None, **more: Any
    ) -> None:
        """A conversation by mail that stands already."""
        subject = more.get("subject", "Your question")
        await self.store.write(
            lambda session: create_conversation(
                session,
                conversation_id,
                channel=Channel.EMAIL,
                locale="en",
                now=datetime.now(UTC),
                customer_id=customer_id,
                email=email,
                subject=subject,
            )
        )


def open_door(
    store: Store,
    tmp_path: Path,
    *,
    port: int = 143,
    user: str = CATALOG,
    secret: str = "sandbox",
    authserv_id: str | None = AUTHSERV,
    desk: KeepingDesk | None = None,
    reader: Reader | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    living: Callable[[], frozenset[str]] = frozenset,
    **access: Any,
) -> Door:
    """The door on a mailbox at `port` of loopback. `living` are the doors of other processes."""
    desk, notices, reader = desk or KeepingDesk(store), Notices(), reader or Reader()
    handler = MailHandler(
        store=store,
        intake=Intake(keys=KEYS, catalog_address=CATALOG, authserv_id=authserv_id),
        reader=reader,
        desk=desk,
        notices=notices,
        files=FileFolder(tmp_path / "var"),
        keys=KEYS,
        clock=clock,
        holder=new_holder(),
        living=living,
    )
    where = {"security": "plain"} | access
    return Door(
        store, desk, notices, reader, handler,
        MailboxAccess("127.0.0.1", port, user, **where), [secret],
    )  # fmt: skip


def write_mail(
    sender: str = "Aya <aya@customer.example>",
    text: str = "What does the RC-1234 cost?\n",
    *,
    subject: str = "A question",
    to: str = CATALOG,
    answers: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    name: str | None = None,
) -> bytes:
    """A mail as a person's mailer writes it. `answers` is the outbox id that it replies to."""
    mail = EmailMessage()
    for field_name, value in headers:
        mail[field_name] = value
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{name or uuid4().hex}@mailer.example>"
    if answers is not None:
        mail["In-Reply-To"] = f"<{message_id(KEYS, CATALOG, answers)}>"
    mail.set_content(text)
    return mail.as_bytes()


def passed(sender_domain: str) -> tuple[str, str]:
    """The field by which our own mail server says that DKIM was in order."""
    return ("Authentication-Results", f"{AUTHSERV}; dkim=pass header.d={sender_domain}")


def failed(sender_domain: str) -> tuple[str, str]:
    """The field by which our own mail server says that DMARC failed."""
    return ("Authentication-Results", f"{AUTHSERV}; dmarc=fail header.from={sender_domain}")


def reply_to(outbox_id: str) -> str:
    """The reply address of a mail of ours."""
    return reply_address(KEYS, CATALOG, outbox_id)
