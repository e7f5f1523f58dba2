"""The counter's outgoing side on real storage, with Slack and a mailbox on loopback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import Session, col

from bot.delivery.answers import Answers
from bot.delivery.compose import Composer
from bot.delivery.files import load_attachments
from bot.delivery.mail import MailSender
from bot.delivery.slack import SlackSender
from bot.delivery.worker import DeliveryWorker
from bot.desk import new_notification_id
from bot.notify import Notify
from bot.rendering import Renderer
from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.slack import SandboxSlack, User
from bot.settings import Settings
from bot.slack.api import SlackApi
from domain.messages import Author, AuthorKind, Channel, Message
from domain.notifications import Notification, OutboxChannel
from domain.people import Level
from domain.signing import Keys
from storage.conversations import add_messages
from storage.files import FileFolder
from storage.leases import Claimed
from storage.outbox import owe
from storage.request_views import load_request_view
from storage.store import Store
from storage.tables import (
    ConversationRow,
    CustomerProductRow,
    CustomerRow,
    MessageRow,
    OutboxRow,
    ProductRelationRow,
    ProductRow,
    SalesRequestRow,
    StaffRow,
)

KEYS = Keys((b"a root that only tests know of....",))
CATALOG = "catalog@sales.example"
ADMIN = "admin@sales.example"
CHANNEL = "#sales-east"


class Clock:
    """The real time, which a test may move on."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def settings_for(slack: SandboxSlack | None, mailbox: SandboxMailbox, **changes: Any) -> Settings:
    """Settings that lead to the stand-ins."""
    given: dict[str, Any] = {
        "catalog_address": CATALOG,
        "admin_email": ADMIN,
        "company_name": "Example Sales",
        "base_url": "https://counter.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": mailbox.smtp_port,
        "smtp_security": "plain",
    }
    if slack is not None:
        given |= {
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_signing_secret": SecretStr(slack.signing_secret),
            "slack_api_url": slack.url,
            "slack_channel": "#sales",
        }
    return Settings(**given | changes)


@dataclass
class StaffSide:
    """Everything that tells staff, ready to be used by a test."""

    store: Store
    mailbox: SandboxMailbox
    slack: SandboxSlack | None
    settings: Settings
    renderer: Renderer
    notify: Notify
    clock: Clock = field(default_factory=Clock)
    pace: timedelta = timedelta(0)
    workers: list[DeliveryWorker] = field(default_factory=list)

    def worker(self, *, senders: dict[str, Any] | None = None, **changes: Any) -> DeliveryWorker:
        """A worker with senders of its own."""
        worker = DeliveryWorker(
            self.store,
            self.senders() if senders is None else senders,
            self.tell_trouble,
            clock=self.clock,
            jitter=lambda: 0.0,
            **changes,
        )
        self.workers.append(worker)
        return worker

    def senders(self) -> dict[str, Any]:
        made: dict[str, Any] = {"email": self.mail_sender()}
        if self.slack is not None:
            made["slack"] = self.slack_sender()
        return made

    def mail_sender(self, **changes: Any) -> MailSender:
        given: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.mailbox.smtp_port,
            "security": "plain",
        }
        composer = Composer("Example Sales", CATALOG, "https://counter.example", KEYS)
        answers = Answers(self.notify, self.clock)
        files = FileFolder(Path("no files are kept"))
        load = partial(load_attachments, self.store, files)
        return MailSender(composer, load, answers, self.store, **given | changes)

    def slack_sender(self, *, api: SlackApi | None = None, **changes: Any) -> SlackSender:
        assert self.slack is not None
        return SlackSender(
            api or SlackApi(self.slack.bot_token, self.slack.url),
            self.store,
            self.renderer,
            base_url="https://counter.example",
            locale="en",
            new_id=new_notification_id,
            clock=self.clock,
            **{"pace": self.pace} | changes,
        )

    def tell_trouble(self, session: Session, claimed: Claimed, cause: str, error: str) -> None:
        self.notify.delivery_failed_admin(session, claimed, cause, error, self.clock())

    async def deliver(self) -> int:
        """Everything that is due now, by a worker of its own."""
        worker = self.worker()
        try:
            return await worker.deliver_due()
        finally:
            await worker.close()

    async def open_request(self, request_id: str = "R-AAAAAA", **changes: Any) -> None:
        """Store a request and owe what its opening owes."""
        now = self.clock()

        def unit(session: Session) -> None:
            add_request(session, request_id, now, **changes)
            self.notify.request_opened(session, load_request_view(session, request_id), now)

        await self.store.write(unit)

    async def change_request(self, request_id: str = "R-AAAAAA", **values: Any) -> None:
        """Change the stored request and owe what that owes."""
        now = self.clock()

        def unit(session: Session) -> None:
            row = session.get_one(SalesRequestRow, request_id)
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
            session.add(row)
            session.flush()
            session.expire_all()
            self.notify.request_changed(session, load_request_view(session, request_id), now)

        await self.store.write(unit)

    async def customer_writes(self, text: str, request_id: str = "R-AAAAAA") -> None:
        """Owe what staff are told when the customer writes on."""
        now = self.clock()

        def unit(session: Session) -> None:
            view = load_request_view(session, request_id)
            conversation = session.get_one(ConversationRow, view.conversation_id)
            conversation.last_seq += 1
            message = Message(
                view.conversation_id,
                conversation.last_seq,
                Author(AuthorKind.CUSTOMER, "Ada Obi"),
                Channel.CHAT,
                text,
                now,
            )
            session.add(conversation)
            add_messages(session, [message])
            proven = view.level >= Level.VERIFIED
            self.notify.customer_wrote(session, view, message, now, proven=proven)

        await self.store.write(unit)

    async def staff_answers(self, text: str, *, read: bool) -> None:
        """Owe the mail that stands in for a chat answer, due now; the customer may have read it."""
        now = self.clock()

        def unit(session: Session) -> None:
            view = load_request_view(session, "R-AAAAAA")
            conversation = session.get_one(ConversationRow, view.conversation_id)
            conversation.last_seq += 1
            conversation.read_seq = conversation.last_seq if read else 0
            session.add(conversation)
            owe(
                session,
                Notification(
                    key=f"staff:{conversation.id}:{conversation.last_seq}",
                    channel=OutboxChannel.EMAIL,
                    kind="unread",
                    recipient="ada@customer.example",
                    payload={"subject": "An answer", "text": text, "html": ""},
                    request_id=view.id,
                    conversation_id=conversation.id,
                    message_seq=conversation.last_seq,
                ),
                now=now,
                new_id=new_notification_id,
            )

        await self.store.write(unit)

    async def rows(self, **equal: Any) -> list[OutboxRow]:
        """Outbox rows, oldest first."""

        def unit(session: Session) -> list[OutboxRow]:
            query = select(OutboxRow).order_by(col(OutboxRow.created_at), col(OutboxRow.key))
            for name, value in equal.items():
                query = query.where(getattr(OutboxRow, name) == value)
            found = list(session.scalars(query))
            session.expunge_all()
            return found

        return await self.store.read(unit)

    async def written(self, conversation_id: str = "M-R-AAAAAA") -> list[MessageRow]:
        """The messages of a conversation in their order, notes included."""

        def unit(session: Session) -> list[MessageRow]:
            query = select(MessageRow).where(col(MessageRow.conversation_id) == conversation_id)
            found = list(session.scalars(query.order_by(col(MessageRow.seq))))
            session.expunge_all()
            return found

        return await self.store.read(unit)

    async def mails(self, address: str) -> list[EmailMessage]:
        """The mails an address has got."""
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(raw) for raw in await self.mailbox.mails(address)]  # type: ignore[misc]  # the policy makes EmailMessage

    def cards(self, channel: str = CHANNEL) -> list[Any]:
        """Messages of a channel that carry our metadata."""
        assert self.slack is not None
        return [message for message in self.slack.messages(channel) if message.metadata]


def workspace_users() -> list[User]:
    """Staff of the tests, and others who are none."""
    return [
        User("U0AYA", "Aya Mori", "aya@sales.example"),
        User("U0BEN", "Ben Okafor", "ben@sales.example"),
        User("U0EVE", "Eve Stranger", "eve@elsewhere.example"),
        User("U0GUEST", "Guest", "guest@sales.example", is_restricted=True),
    ]


def add_people(session: Session, now: datetime) -> None:
    """Three members of staff, products with what belongs to them, and a customer."""
    for staff_id, name, email, slack_id, channel, locale in (
        ("S-1", "Aya Mori", "aya@sales.example", "U0AYA", CHANNEL, "en"),
        ("S-2", "Ben Okafor", "ben@sales.example", "", CHANNEL, "en"),
        ("S-3", "千葉 渚", "nagisa@sales.example", "U0NAGISA", "#sales-west", "ja"),
        ("S-4", "Gus Guest", "guest@sales.example", "", "", "en"),
    ):
        session.add(
            StaffRow(
                staff_id=staff_id,
                name=name,
                email=email,
                slack_user_id=slack_id,
                slack_channel=channel,
                locale=locale,
            )
        )
    for model, name, price in (
        ("RC-1", "Copier RC-1", "4980"),
        ("PF-5", "Paper feeder", "300"),
        ("FX-2", "Fax board", "120.50"),
        ("TN-1", "Toner black", "60"),
    ):
        session.add(
            ProductRow(
                model_number=model,
                category="copier",
                name=name,
                name_ja=f"{name}（日本語）",
                price=Decimal(price),
                currency="USD",
                image_url=f"/pictures/{model}.svg",
                special_note="Installed by our people.",
                details_url="https://www.sales.example/rc-1",
            )
        )
    session.flush()
    for kind, other in (("attachment", "PF-5"), ("option", "FX-2"), ("supply", "TN-1")):
        session.add(ProductRelationRow(model_number="RC-1", kind=kind, related=other, position=0))
    session.add(
        CustomerRow(
            customer_id="C-1",
            name="Ada Obi",
            email="ada@customer.example",
            phone="+15550100",
            company="Obi & Sons",
            address="1 Sample Street",
            postal_code="12345",
            staff_id="S-1",
        )
    )
    session.flush()
    session.add(CustomerProductRow(customer_id="C-1", model_number="RC-1"))


def add_request(session: Session, request_id: str, now: datetime, **changes: Any) -> None:
    """A verified customer asks to be phoned about a copier."""
    conversation_id = changes.pop("conversation_id", f"M-{request_id}")
    if session.get(ConversationRow, conversation_id) is None:
        session.add(
            ConversationRow(
                id=conversation_id,
                customer_id="C-1",
                level=2,
                email="ada@customer.example",
                name="Ada Obi",
                locale="en",
                created_at=now,
                updated_at=now,
            )
        )
        session.flush()
    usual: dict[str, Any] = {
        "kind": "contact",
        "customer_id": "C-1",
        "customer_name": "Ada Obi",
        "level": 2,
        "staff_id": "S-1",
        "rule": "own_staff",
        "route": {"staff": "Aya Mori"},
        "reason": "Aya Mori is this customer's own contact.",
        "products": [{"model_number": "RC-1", "quantity": 1}],
        "details": {
            "name": "Ada Obi",
            "contact_method": "phone",
            "phone": "+15550199",
            "requested_action": "send_materials",
            "text": "Please call me about the copier.",
        },
        "consent": True,
        "channel": "chat",
        "source": f"source of {request_id}",
        "created_at": now,
    }
    session.add(SalesRequestRow(id=request_id, conversation_id=conversation_id, **usual | changes))
    session.flush()


Until = Callable[[], Any]
