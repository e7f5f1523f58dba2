"""Who is told of what happens at the mail door, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.desk import new_notification_id
from bot.mail_notices import DoorNotices
from bot.notify import Notify
from bot.rendering import Renderer
from bot.settings import load_settings
from storage.forgetting import forget_customer
from storage.mail_facts import SentMail
from storage.store import Store
from storage.tables import (
    ConversationRow,
    CustomerRow,
    InboundMailRow,
    OutboxRow,
    StaffRow,
)
from tests.mail_door import KEYS

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


class Office:
    """Notices with a clock that a test moves."""

    def __init__(self, store: Store, **settings: Any) -> None:
        self.store, self.now = store, NOON
        chosen = load_settings(**{"admin_email": "boss@sales.example"} | settings)
        renderer = Renderer("Example Sales", chosen.base_url, chosen.zone)
        self.notices = DoorNotices(
            store,
            chosen,
            renderer,
            Notify(chosen, renderer, KEYS, new_notification_id),
            new_notification_id,
            lambda: self.now,
        )

    async def told(self) -> list[OutboxRow]:
        """What is owed by the door itself, oldest first."""
        query = select(OutboxRow).where(col(OutboxRow.key).startswith("mail-door:"))
        return await self.store.read(
            lambda session: list(session.scalars(query.order_by(col(OutboxRow.created_at))))
        )


@pytest.fixture
async def office(store: Store) -> Office:
    staff = StaffRow(staff_id="S-1", name="佐藤", email="sato@sales.example", locale="ja")
    person = CustomerRow(
        customer_id="C-1", name="Aya", email="aya@customer.example", staff_id="S-1"
    )
    await store.write(lambda session: session.add(staff))
    await store.write(lambda session: session.add(person))
    return Office(store)


async def add_sent(store: Store, **columns: Any) -> None:
    usual: dict[str, Any] = {
        "id": "nsent",
        "key": "sent",
        "channel": "email",
        "lane": "email",
        "kind": "catalog",
        "recipient": "aya@customer.example",
        "payload": {"subject": "Toner", "customer_id": "C-1"},
        "status": "sent",
        "due_at": NOON,
        "last_error": "",
        "created_at": NOON,
    }
    await store.write(lambda session: session.add(OutboxRow(**usual | columns)))


async def test_a_bounced_catalog_is_told_to_the_customers_sales_person_once(
    office: Office,
) -> None:
    await add_sent(office.store)
    for _ in range(2):
        await office.notices.delivery_failed("nsent", "aya@customer.example", "550 no such user")
    [row] = await office.told()
    assert row.recipient == "sato@sales.example"
    assert row.payload["locale"] == "ja"
    assert "550 no such user" in row.payload["text"]
    assert "aya@customer.example" in row.payload["html"]


async def test_a_bounced_answer_is_told_to_who_has_the_conversation(office: Office) -> None:
    talk = ConversationRow(
        id="M-1", customer_id="C-1", email="x@y.example", created_at=NOON, updated_at=NOON
    )
    await office.store.write(lambda session: session.add(talk))
    await add_sent(office.store, kind="answer", conversation_id="M-1", payload={"subject": "Re"})
    await office.notices.delivery_failed("nsent", "aya@customer.example", "550")
    assert [row.recipient for row in await office.told()] == ["sato@sales.example"]


async def test_a_bounced_staff_mail_reaches_the_administrator(office: Office) -> None:
    await add_sent(office.store, kind="staff_request", payload={"staff_id": "S-1", "subject": "R"})
    await office.notices.delivery_failed("nsent", "sato@sales.example", "550 full")
    assert [row.recipient for row in await office.told()] == ["boss@sales.example"]


async def test_an_unproven_staff_answer_is_told_at_the_registered_address(office: Office) -> None:
    sent = SentMail("nx", "staff_request", "sato@sales.example", "M-1", None, {"staff_id": "S-1"})
    for _ in range(5):
        await office.notices.staff_mail_unproven("key", sent, "dmarc_fail")
    office.now += timedelta(days=1)
    await office.notices.staff_mail_unproven("key", sent, "dmarc_fail")
    told = await office.told()
    assert [row.recipient for row in told] == ["sato@sales.example"] * 2
    assert told[0].payload["auto"] == "auto-generated"


async def test_bad_mails_fill_nobodys_mailbox(office: Office) -> None:
    for number in range(20):
        await office.notices.mail_quarantined(
            f"key-{number}", number, sender="eve@evil.example", subject="x", reason="suspect"
        )
    assert len(await office.told()) == 1


async def test_a_mail_too_large_is_told_to_the_senders_sales_person(office: Office) -> None:
    await office.notices.mail_too_large(
        "key", 7, sender="aya@customer.example", subject="<b>Plans</b>", size=40_000_000
    )
    [row] = await office.told()
    assert row.recipient == "sato@sales.example"
    assert "40 MB" in row.payload["text"]
    assert "<b>Plans" not in row.payload["html"]


async def test_without_an_administrator_slack_is_told(store: Store) -> None:
    office = Office(store, admin_email=None, slack_bot_token="xoxb-1", slack_signing_secret="s")
    await office.notices.door_paused("key", "database")
    [row] = await office.told()
    assert (row.channel, row.recipient) == ("slack", "#sales")


def mail_row(mail_id: int, sender: str) -> InboundMailRow:
    return InboundMailRow(
        id=mail_id, mailbox="m", uidvalidity=1, uid=mail_id, dedupe_key=f"mail:{mail_id}",
        status="quarantined", sender=sender, last_error="", quoted="",
        received_at=NOON, due_at=NOON,
    )  # fmt: skip


async def everything_told(office: Office, customer: str, mail_id: int) -> None:
    """One notice of each kind about a customer's mail, or one to them."""
    sent = f"nsent{mail_id}"
    address = f"{customer}@customer.example"
    subject = {"staff_id": "S-1", "subject": f"Request of {customer}"}
    answers = SentMail(sent, "staff_request", "sato@sales.example", None, None, subject)
    notices = office.notices
    office.now += timedelta(hours=1)
    await notices.delivery_failed(sent, address, f"550 5.1.1 <{address}> unknown")
    await notices.staff_mail_unproven(f"mail:{mail_id}", answers, "no proof")
    about: dict[str, str] = {"sender": address, "subject": f"{customer} has a wish"}
    await notices.mail_too_large(f"mail:{mail_id}", mail_id, size=40_000_000, **about)
    about["sender"] = ""  # it came from several
    await notices.mail_quarantined(f"mail:{mail_id}", mail_id, reason="several", **about)


@pytest.mark.parametrize(
    "settings",
    [{}, {"admin_email": None, "slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}],
    ids=["by mail", "in Slack"],
)
async def test_what_was_told_of_a_mail_goes_with_the_person_and_that_it_was_told_stays(
    store: Store, office: Office, settings: dict[str, Any]
) -> None:
    told = Office(store, **settings)
    ben = CustomerRow(customer_id="C-2", name="Ben", email="ben@customer.example")
    await store.write(lambda session: session.add(ben))
    for mail_id, name in ((1, "aya"), (2, "ben")):
        address, number = f"{name}@customer.example", str(mail_id)
        row = mail_row(mail_id, address)
        await store.write(lambda session, row=row: session.add(row))  # type: ignore[misc]  # bound early
        payload = {"subject": f"To {name}"}
        await add_sent(store, id="nsent" + number, key=number, recipient=address, payload=payload)
        await everything_told(told, name, mail_id)
    before = {row.key: row for row in await told.told()}
    await store.write(lambda session: forget_customer(session, "C-1", NOON))
    after = {row.key: row for row in await told.told()}

    theirs = {key for key, row in before.items() if "aya" in str(row.payload)}
    assert (len(before), len(theirs)) == (8, 4)
    assert not any("aya" in str((row.key, row.payload, row.last_error)) for row in after.values())
    for key, notice in before.items():
        assert after[key].kind == notice.kind
        assert after[key].payload == ({} if key in theirs else notice.payload)
