"""A request that was opened reaches who got it, in Slack and by mail, with the same content."""

from __future__ import annotations

import json

from domain.signing import notification_of_address, notification_of_message_id
from tests.bot.staff_side import ADMIN, CATALOG, CHANNEL, KEYS, StaffSide


async def test_a_request_becomes_one_card_and_one_mail(staff_side: StaffSide) -> None:
    await staff_side.open_request()

    await staff_side.deliver()

    (card,) = staff_side.cards(CHANNEL)
    (mail,) = await staff_side.mails("aya@sales.example")
    said = json.dumps(card.blocks, ensure_ascii=False)
    for fact in ("Ada Obi", "555-0199", "ada@customer.example", "RC-1", "Paper feeder",
                 "Fax board", "Toner black", "$4,980", "send materials", "Installed by our people",
                 "Please call me about the copier.", "own contact"):  # fmt: skip
        assert fact in said, fact
        assert fact in mail.get_body(("plain",)).get_content(), fact
    assert staff_side.slack.lint == []
    assert {row.status for row in await staff_side.rows()} == {"sent"}


async def test_the_mail_leads_the_answer_back(staff_side: StaffSide) -> None:
    await staff_side.open_request()

    await staff_side.deliver()

    (mail,) = await staff_side.mails("aya@sales.example")
    (row,) = await staff_side.rows(kind="staff_request")
    assert notification_of_address(KEYS, CATALOG, mail["Reply-To"]) == row.id
    assert notification_of_message_id(KEYS, mail["Message-ID"]) == row.id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert row.payload["staff_id"] == "S-1"


async def test_the_administrator_gets_a_copy_that_nobody_can_answer_through(
    staff_side: StaffSide,
) -> None:
    await staff_side.open_request()

    await staff_side.deliver()

    (mail,) = await staff_side.mails(ADMIN)
    assert mail["Reply-To"] is None
    assert "copy for the administrator" in mail.get_body(("plain",)).get_content()


async def test_without_consent_nobody_is_told(staff_side: StaffSide) -> None:
    await staff_side.open_request(consent=False)

    assert await staff_side.rows() == []
