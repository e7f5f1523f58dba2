"""What staff write below a card: a note for colleagues, unless it is meant for the customer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.app import SlackApp
from tests.bot.staff_side import CHANNEL, StaffSide


@pytest.fixture
async def card(staff_side: StaffSide, slack_app: SlackApp) -> Any:
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()
    return card


async def write(side: StaffSide, user: str, card: Any, text: str) -> Any:
    assert side.slack is not None
    answer = await side.slack.write(user, CHANNEL, text, card.ts)
    assert answer.acknowledged
    return answer


async def test_a_plain_message_stays_a_note(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await write(staff_side, "U0AYA", card, "She always haggles.")

    (note,) = await staff_side.written()
    assert note.internal
    assert note.staff_id == "S-1"
    assert await staff_side.rows(kind="unread") == []
    assert staff_side.slack is not None
    (offer,) = staff_side.slack.ephemerals("U0AYA")
    assert [block["type"] for block in offer.blocks] == ["section", "actions"]


@pytest.mark.parametrize("prefix", ["reply: ", "Reply:", "返信：", "返信: "])
async def test_a_prefix_sends_the_rest_to_the_customer(
    staff_side: StaffSide, slack_app: SlackApp, card: Any, prefix: str
) -> None:
    await write(staff_side, "U0AYA", card, prefix + "We call you at three.")

    (said,) = await staff_side.written()
    assert (said.internal, said.text) == (False, "We call you at three.")
    (mail,) = await staff_side.rows(kind="unread")
    assert mail.recipient == "ada@customer.example"


async def test_the_button_sends_the_note_as_it_was_written_and_once(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await write(staff_side, "U0AYA", card, "We call you at three.")
    (offer,) = slack.ephemerals("U0AYA")

    answer = await slack.press("U0AYA", CHANNEL, offer.ts, "thread.send")
    await slack.events.again(answer)
    await slack.press("U0AYA", CHANNEL, offer.ts, "thread.send")
    await slack_app.drain()

    note, sent = await staff_side.written()
    assert (note.internal, sent.internal) == (True, False)
    assert sent.text == note.text


async def test_nobody_sends_the_note_of_another(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await write(staff_side, "U0AYA", card, "Not for the customer.")
    (offer,) = slack.ephemerals("U0AYA")
    offer.ephemeral_to = "U0BEN"

    await slack.press("U0BEN", CHANNEL, offer.ts, "thread.send")
    await slack_app.drain()

    (note,) = await staff_side.written()
    assert note.internal


async def test_an_event_that_comes_again_is_stored_once(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    answer = await write(staff_side, "U0AYA", card, "reply: Once only.")
    again = await staff_side.slack.events.again(answer)

    assert again.status == 200
    assert len(await staff_side.written()) == 1
    assert len(await staff_side.rows(kind="unread")) == 1


async def test_strangers_write_among_themselves(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await write(staff_side, "U0EVE", card, "reply: I am the boss here.")
    await write(staff_side, "U0EVE", card, "just talking")

    assert await staff_side.written() == []
    assert staff_side.slack is not None
    (refusal,) = staff_side.slack.ephemerals("U0EVE")
    assert "Only staff" in refusal.text


async def test_words_outside_of_our_threads_and_edits_are_left_alone(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await slack.write("U0AYA", CHANNEL, "reply: nobody asked")
    answer = await write(staff_side, "U0AYA", card, "reply: Three o'clock.")
    ts = answer.payload["event"]["ts"]
    await slack.edit("U0AYA", CHANNEL, ts, "reply: Four o'clock.")
    await slack.delete("U0AYA", CHANNEL, ts)

    (said,) = await staff_side.written()
    assert said.text == "Three o'clock."


async def test_what_slack_wrapped_is_readable_to_the_customer(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    typed = "Ask @Aya Mori, see https://x.example/a?b=1&c=2 & mail a@x.example <3 > 2"

    await write(staff_side, "U0AYA", card, f"reply: {typed}")

    (said,) = await staff_side.written()
    assert said.text == typed
