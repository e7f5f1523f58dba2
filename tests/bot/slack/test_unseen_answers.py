"""An answer to somebody who left no address: staff hear that it waits for the visitor's return."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from bot.slack.app import SlackApp
from domain.messages import Channel, StaffMessage
from storage.tables import ConversationRow
from tests.bot.slack.conftest import staff_desk
from tests.bot.staff_side import CHANNEL, StaffSide

WAITS = "only if he or she comes back"


@pytest.fixture
async def card(staff_side: StaffSide, slack_app: SlackApp) -> Any:
    """The card of a visitor who gave a phone number and nothing else."""
    now = staff_side.clock()

    def come(session: Session) -> None:
        row = ConversationRow(id="M-VISITOR", locale="en", created_at=now, updated_at=now)
        session.add(row)

    await staff_side.store.write(come)
    await staff_side.open_request(
        conversation_id="M-VISITOR",
        kind="human",
        customer_id=None,
        level=0,
        details={"phone": "+15550123", "text": "Is anybody there?"},
    )
    await staff_side.deliver()
    (card,) = staff_side.cards()
    return card


def lines(side: StaffSide, card: Any) -> list[str]:
    assert side.slack is not None
    return [reply.text for reply in side.slack.thread(CHANNEL, card.ts)[1:]]


async def answer(side: StaffSide, card: Any) -> None:
    assert side.slack is not None
    await side.slack.write("U0AYA", CHANNEL, "reply: We open at nine.", card.ts)
    await side.deliver()


async def test_an_answer_that_nobody_reads_is_said_to_wait(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await answer(staff_side, card)
    assert not any(WAITS in line for line in lines(staff_side, card))  # may be read just now

    staff_side.clock.advance(70)
    await staff_side.deliver()

    (told,) = [line for line in lines(staff_side, card) if WAITS in line]
    assert "555-0123" in told


async def test_an_answer_that_is_read_is_said_to_be_shown(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await answer(staff_side, card)

    def read(session: Session) -> None:
        row = session.get_one(ConversationRow, "M-VISITOR")
        row.read_seq = row.last_seq
        session.add(row)

    await staff_side.store.write(read)
    staff_side.clock.advance(70)
    await staff_side.deliver()

    assert not any(WAITS in line for line in lines(staff_side, card))
    assert any("Shown to the customer in the chat." in line for line in lines(staff_side, card))


async def test_who_answered_by_mail_is_told_by_mail(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    said = StaffMessage(
        Channel.EMAIL, "mail-1", "S-3", "M-VISITOR", "九時から営業します。",
        staff_side.clock(), request_id="R-AAAAAA",
    )  # fmt: skip
    await staff_desk(staff_side).staff_says(said)
    staff_side.clock.advance(70)
    await staff_side.deliver()

    (mail,) = await staff_side.mails("nagisa@sales.example")
    assert mail["Subject"].startswith("未読：お客様への回答")
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "チャットに戻られたときにだけ表示されます" in text
    assert "> 九時から営業します。" in text


async def test_a_customer_with_an_address_gets_a_mail_instead(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await staff_side.open_request("R-BBBBBB")
    await staff_side.deliver()
    (card,) = staff_side.cards()
    await answer(staff_side, card)
    staff_side.clock.advance(70)
    await staff_side.deliver()

    assert not any(WAITS in line for line in lines(staff_side, card))
    assert len(await staff_side.mails("ada@customer.example")) == 1
