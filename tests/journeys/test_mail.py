"""Mail from end to end: mailbox, desk, outbox, SMTP, and back again."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.assembly import Counter, assemble, create_delivery
from bot.catalog_mail import CatalogSender
from bot.mail_door import create_poller
from bot.sandbox.mailbox import SandboxMailbox
from bot.settings import load_settings
from domain.people import Level
from inbound.counts import Counts
from storage.store import Store
from storage.tables import (
    CatalogProductRow,
    CatalogRow,
    ConversationRow,
    CustomerRow,
    InboundMailRow,
    MessageRow,
    OrderLineRow,
    ProductRow,
    StaffRow,
)

CATALOG = "catalog@sales.example"
AYA = "aya@customer.example"
SAM = "sam@sales.example"
AUTHSERV = "mx.sales.example"
ORDERED = select(OrderLineRow)


class World:
    """A counter with its mailbox; customers and staff have theirs on the same server."""

    def __init__(self, counter: Counter, mailbox: SandboxMailbox) -> None:
        self.counter = counter
        self.mailbox = mailbox

    async def poll(self) -> Counts:
        """Take in what lies in the catalog mailbox."""
        return await create_poller(self.counter).once()

    async def deliver(self) -> None:
        """Send what is owed."""
        worker = create_delivery(self.counter)
        while await worker.deliver_due():
            pass
        await worker.close()

    async def inbox(self, address: str) -> list[EmailMessage]:
        """What somebody has got, oldest first."""
        found = []
        for raw in await self.mailbox.mails(address):
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            found.append(mail)
        return found

    async def answer(
        self,
        mail: EmailMessage,
        sender: str,
        text: str,
        *,
        charset: str = "utf-8",
        headers: dict[str, str] | None = None,
        authenticated: bool = True,
    ) -> None:
        """Reply as a mailer does: to Reply-To, with In-Reply-To and the old text quoted."""
        reply = EmailMessage()
        reply["From"] = sender
        reply["To"] = str(mail["Reply-To"] or mail["From"])
        reply["Subject"] = f"Re: {mail['Subject']}"
        reply["In-Reply-To"] = str(mail["Message-ID"])
        reply["Message-ID"] = f"<{uuid4().hex}@mailer.example>"
        reply["Date"] = format_datetime(datetime.now(UTC))
        for name, value in (headers or {}).items():
            reply[name] = value
        reply.set_content(text, charset=charset)
        raw = reply.as_bytes(policy=email.policy.SMTP)
        await self.mailbox.put(CATALOG, raw, authenticated=authenticated)

    async def messages(self) -> list[MessageRow]:
        """Every message stored, oldest first."""
        query = select(MessageRow).order_by(col(MessageRow.at), col(MessageRow.seq))
        return await self.counter.store.read(lambda session: list(session.scalars(query)))


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    mailbox = await SandboxMailbox.start(authserv_id=AUTHSERV)
    await store.write(lambda session: session.add(StaffRow(staff_id="S-1", name="Sam", email=SAM)))
    rows = [
        ProductRow(model_number="TN-1", name="Black toner", name_ja="黒トナー"),
        ProductRow(model_number="TN-2", name="Cyan toner", name_ja="シアントナー"),
        CatalogRow(catalog_number="TONER", title="Toner", title_ja="トナー"),
        CustomerRow(
            customer_id="C-1", name="青木 陽子", email=AYA, phone="+81355550101",
            address="東京都千代田区見本町1-2-3", postal_code="100-0099", locale="ja",
            staff_id="S-1",
        ),
    ]  # fmt: skip
    await store.write(lambda session: session.add_all(rows))
    places = [
        CatalogProductRow(catalog_number="TONER", position=place, model_number=model)
        for place, model in ((1, "TN-1"), (2, "TN-2"))
    ]
    await store.write(lambda session: session.add_all(places))
    settings = load_settings(
        catalog_address=CATALOG,
        imap_host="127.0.0.1",
        imap_port=mailbox.imap_port,
        imap_user=CATALOG,
        imap_password=mailbox.password,
        imap_security="plain",
        smtp_host="127.0.0.1",
        smtp_port=mailbox.smtp_port,
        smtp_security="plain",
        mail_authserv_id=AUTHSERV,
        data_dir=tmp_path / "var",
        admin_email="boss@sales.example",
    )
    yield World(await assemble(settings, store), mailbox)
    await mailbox.stop()


async def send_catalog(world: World) -> EmailMessage:
    """Send the catalog to the customer and return it as it arrived."""
    counter = world.counter
    sender = CatalogSender(
        counter.store, counter.settings, counter.renderer, counter.keys, counter.clock
    )
    await sender.send("TONER", only=["C-1"])
    await world.deliver()
    [mail] = await world.inbox(AYA)
    return mail


async def test_an_order_by_place_in_the_catalog_from_a_japanese_mailer(world: World) -> None:
    catalog = await send_catalog(world)
    await world.answer(catalog, AYA, "2番目のトナーを3本ください。\n", charset="iso-2022-jp")
    assert (await world.poll()).stored == 1
    await world.deliver()
    first, *_ = await world.messages()
    assert first.text.strip() == "2番目のトナーを3本ください。"
    assert first.level == Level.VERIFIED.value
    answer = (await world.inbox(AYA))[-1]
    body = answer.get_body(("plain",))
    assert body is not None
    assert "シアントナー" in body.get_content()
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] is not None
    await world.answer(answer, AYA, "はい、お願いします。\n", charset="iso-2022-jp")
    await world.poll()
    lines = await world.counter.store.read(
        lambda session: [(line.model_number, line.quantity) for line in session.scalars(ORDERED)]
    )
    assert lines == [("TN-2", 3)]


async def test_a_vacation_answer_gets_no_answer(world: World) -> None:
    catalog = await send_catalog(world)
    await world.answer(catalog, AYA, "不在です。\n", headers={"Auto-Submitted": "auto-replied"})
    assert (await world.poll()).ignored == 1
    await world.deliver()
    assert len(await world.inbox(AYA)) == 1
    assert await world.messages() == []


async def test_a_spoofed_change_of_address_changes_nothing_and_shows_nothing(world: World) -> None:
    forged = EmailMessage()
    forged["From"], forged["To"] = AYA, CATALOG
    forged["Subject"], forged["Message-ID"] = "Change", "<forged@evil.example>"
    forged.set_content("My new address is 1 Evil Street, Nowhere. My phone is +81 3 5555 0999.\n")
    await world.mailbox.put(CATALOG, forged.as_bytes(), authenticated=False)
    assert (await world.poll()).stored == 1
    await world.deliver()
    customer = await world.counter.store.read(lambda session: session.get_one(CustomerRow, "C-1"))
    assert customer.address == "東京都千代田区見本町1-2-3"
    for mail in await world.inbox(AYA):
        body = mail.get_body(("plain",))
        assert body is not None
        assert "見本町" not in body.get_content()
        assert "+81355550101" not in body.get_content()


async def test_a_staff_answer_by_mail_reaches_the_customer(world: World) -> None:
    catalog = await send_catalog(world)
    await world.answer(catalog, AYA, "担当者から電話をください。電話番号は03-5555-0101です。\n")
    await world.poll()
    for _ in range(4):
        await world.deliver()
        if await world.inbox(SAM):
            break
        # What is still asked, or shown before staff are told, is agreed to.
        await world.answer((await world.inbox(AYA))[-1], AYA, "はい、お願いします。\n")
        await world.poll()
    [notice, *_] = await world.inbox(SAM)
    await world.answer(notice, SAM, "金曜日に伺います。\n")
    assert (await world.poll()).stored == 1
    await world.deliver()
    last = (await world.inbox(AYA))[-1]
    body = last.get_body(("plain",))
    assert body is not None
    assert "金曜日に伺います。" in body.get_content()


async def test_a_stranger_who_got_the_mail_forwarded_sees_nothing_of_it(world: World) -> None:
    catalog = await send_catalog(world)
    await world.answer(catalog, AYA, "納期を教えてください。\n")
    await world.poll()
    await world.deliver()
    answer = (await world.inbox(AYA))[-1]
    await world.answer(answer, "eve@evil.example", "Show me the order of this customer.\n")
    await world.poll()
    await world.deliver()
    threads = await world.counter.store.read(
        lambda session: list(session.scalars(select(ConversationRow)))
    )
    assert sorted(thread.email for thread in threads) == [AYA, "eve@evil.example"]
    for mail in await world.inbox("eve@evil.example"):
        assert "青木" not in mail.as_string()
        assert AYA not in mail.as_string()


async def test_a_bounced_staff_mail_reaches_the_administrator(world: World) -> None:
    catalog = await send_catalog(world)
    await world.answer(catalog, AYA, "担当者から電話をください。電話番号は03-5555-0101です。\n")
    await world.poll()
    for _ in range(4):
        await world.deliver()
        if await world.inbox(SAM):
            break
        await world.answer((await world.inbox(AYA))[-1], AYA, "はい、お願いします。\n")
        await world.poll()
    [notice, *_] = await world.inbox(SAM)
    report = bounce_of(notice)
    await world.mailbox.put(CATALOG, report, mail_from="")
    assert (await world.poll()).ignored == 1
    await world.deliver()
    subjects = [str(mail["Subject"]) for mail in await world.inbox("boss@sales.example")]
    assert any(SAM in subject for subject in subjects)
    rows = await world.counter.store.read(
        lambda session: list(
            session.scalars(select(InboundMailRow).where(col(InboundMailRow.kind) == "bounce"))
        )
    )
    assert len(rows) == 1


def bounce_of(mail: EmailMessage) -> bytes:
    """What a mail server writes back when it could not deliver `mail` (RFC 3464)."""
    return f"""From: Mail Delivery System <mailer-daemon@mx.sales.example>
To: {CATALOG}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{uuid4().hex}@mx.sales.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sales.example

Final-Recipient: rfc822; {SAM}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: message/rfc822

From: Us <{CATALOG}>
To: {SAM}
Subject: Request
Message-ID: {mail["Message-ID"]}

Text
--b--
""".encode()
