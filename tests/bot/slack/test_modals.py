"""The forms behind the buttons: answers to the customer and handing over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.slack.app import SlackApp
from storage.request_views import load_request_view
from tests.bot.staff_side import CHANNEL, StaffSide


@pytest.fixture
async def card(staff_side: StaffSide, slack_app: SlackApp) -> Any:
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()
    return card


async def open_form(side: StaffSide, app: SlackApp, user: str, card: Any, action: str) -> Any:
    assert side.slack is not None
    await side.slack.press(user, CHANNEL, card.ts, action)
    await app.drain()
    form = side.slack.modal(user)
    assert form is not None
    return form


async def said(side: StaffSide) -> list[str]:
    return [row.text for row in await side.written()]


async def test_an_answer_goes_to_the_customer_and_stands_in_the_thread(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    form = await open_form(staff_side, slack_app, "U0AYA", card, "request.reply")

    answer = await staff_side.slack.submit_view(form.id, "U0AYA", {"reply": "We call <you> at 3."})

    assert answer.acknowledged
    assert staff_side.slack.modal("U0AYA") is None
    assert await said(staff_side) == ["We call <you> at 3."]
    (mail,) = await staff_side.rows(kind="unread")
    assert mail.recipient == "ada@customer.example"
    await staff_side.deliver()
    replies = staff_side.slack.thread(CHANNEL, card.ts)[1:]
    assert any("We call &lt;you&gt; at 3." in reply.text for reply in replies)
    view = await staff_side.store.read(lambda s: load_request_view(s, "R-AAAAAA"))
    assert view.claimed_by is not None  # who answers has taken it


async def test_an_empty_answer_comes_back_with_a_fault_at_its_field(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    form = await open_form(staff_side, slack_app, "U0AYA", card, "request.reply")

    answer = await staff_side.slack.submit_view(form.id, "U0AYA", {"reply": "   \n "})

    assert answer.json["response_action"] == "errors"
    assert set(answer.json["errors"]) == {"reply"}
    assert await said(staff_side) == []


async def test_a_form_that_is_sent_twice_answers_once(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    form = await open_form(staff_side, slack_app, "U0AYA", card, "request.reply")
    answer = await staff_side.slack.submit_view(form.id, "U0AYA", {"reply": "Once."})

    again = await staff_side.slack.events.again(answer)

    assert again.status == 200
    assert await said(staff_side) == ["Once."]


async def test_a_form_for_a_forged_request_changes_nothing(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request("R-BBBBBB")
    form = await open_form(staff_side, slack_app, "U0AYA", card, "request.reply")
    sealed = form.content["private_metadata"]
    form.content["private_metadata"] = sealed.replace("R-AAAAAA", "R-BBBBBB")

    answer = await staff_side.slack.submit_view(form.id, "U0AYA", {"reply": "Wrong door."})

    assert answer.json["response_action"] == "errors"
    assert await staff_side.rows(kind="unread") == []


async def test_another_person_cannot_send_a_form_that_was_opened_for_somebody_else(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    form = await open_form(staff_side, slack_app, "U0AYA", card, "request.reply")
    other = await open_form(staff_side, slack_app, "U0BEN", card, "request.reply")
    other.content["private_metadata"] = form.content["private_metadata"]

    answer = await slack.submit_view(other.id, "U0BEN", {"reply": "In her name."})

    assert answer.json["response_action"] == "errors"
    assert await said(staff_side) == []


async def test_handing_over_shows_on_the_card_and_reaches_the_colleague(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    form = await open_form(staff_side, slack_app, "U0AYA", card, "request.reassign")
    chosen = {"to": "S-3", "note": "She wants it on Monday."}

    answer = await slack.submit_view(form.id, "U0AYA", chosen)
    assert answer.acknowledged
    await staff_side.deliver()

    (shown,) = staff_side.cards()
    blocks = json.dumps(shown.blocks, ensure_ascii=False)
    assert "未着手（担当：千葉 渚）" in blocks
    replies = slack.thread(CHANNEL, card.ts)[1:]
    assert any("<@U0NAGISA>" in reply.text for reply in replies)
    assert any("She wants it on Monday." in reply.text for reply in replies)
    (mail,) = await staff_side.mails("nagisa@sales.example")
    assert "引き継がれました" in mail.get_body(("plain",)).get_content()


async def test_who_has_it_is_not_offered_as_the_next_one(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    form = await open_form(staff_side, slack_app, "U0BEN", card, "request.reassign")

    (menu,) = [b["element"] for b in form.content["blocks"] if b.get("block_id") == "to"]
    assert [one["value"] for one in menu["options"]] == ["S-2", "S-3", "S-4"]
