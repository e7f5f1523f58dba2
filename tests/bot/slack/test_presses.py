"""Pressing the buttons of a card: who may, who wins, and what the others are told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.slack.app import SlackApp
from storage.request_views import load_request_view
from storage.tables import SalesRequestRow
from tests.bot.staff_side import CHANNEL, StaffSide


@pytest.fixture
async def card(staff_side: StaffSide, slack_app: SlackApp) -> Any:
    """The card of an open request, as it stands in Slack."""
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()
    return card


async def status_of(side: StaffSide, request_id: str = "R-AAAAAA") -> tuple[str, str | None]:
    row = await side.store.read(lambda session: session.get_one(SalesRequestRow, request_id))
    return row.status, row.claimed_by


def actions_of(card: Any) -> list[str]:
    (actions,) = [block for block in card.blocks if block["type"] == "actions"]
    return [element["action_id"] for element in actions["elements"]]


async def press(side: StaffSide, user: str, card: Any, action: str) -> Any:
    assert side.slack is not None
    return await side.slack.press(user, CHANNEL, card.ts, action)


async def told(side: StaffSide, user: str, words: str) -> None:
    assert side.slack is not None
    slack = side.slack
    await slack.until(lambda: any(words in one.text for one in slack.ephemerals(user)))


async def test_who_presses_first_has_it_and_the_card_shows_it(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    answer = await press(staff_side, "U0AYA", card, "request.claim")
    assert answer.acknowledged
    await slack_app.drain()

    assert await status_of(staff_side) == ("claimed", "S-1")
    await staff_side.deliver()
    (shown,) = staff_side.cards()
    assert "In hand: Aya Mori" in json.dumps(shown.blocks)
    assert "In hand: Aya Mori" in shown.text
    assert actions_of(shown) == [
        "request.reply", "request.reassign", "request.done", "request.room"
    ]  # fmt: skip


async def test_three_who_press_at_once_make_one_owner_and_two_private_answers(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    staff_side.slack.add_user("U0NAGISA", "Nagisa Chiba", "nagisa@sales.example")
    users = {"U0AYA": "S-1", "U0BEN": "S-2", "U0NAGISA": "S-3"}

    answers = await asyncio.gather(
        *(press(staff_side, user, card, "request.claim") for user in users)
    )
    await slack_app.drain()

    assert all(answer.acknowledged for answer in answers)
    status, winner = await status_of(staff_side)
    assert status == "claimed"
    view = await staff_side.store.read(lambda s: load_request_view(s, "R-AAAAAA"))
    losers = [user for user, staff_id in users.items() if staff_id != winner]
    for user in losers:
        (line,) = staff_side.slack.ephemerals(user)
        assert view.claimed_by is not None
        assert view.claimed_by.name in line.text
    assert [len(staff_side.slack.ephemerals(user)) for user in users].count(0) == 1


async def test_a_press_that_slack_delivers_twice_has_one_effect(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    answer = await press(staff_side, "U0AYA", card, "request.claim")
    again = await staff_side.slack.events.again(answer)
    await slack_app.drain()

    assert again.status == 200
    assert await status_of(staff_side) == ("claimed", "S-1")
    assert staff_side.slack.ephemerals("U0AYA") == []
    assert len(await staff_side.rows(kind="request_card_update")) == 1


@pytest.mark.parametrize("user", ["U0EVE", "U0GUEST"])
async def test_strangers_and_guests_are_refused_privately(
    staff_side: StaffSide, slack_app: SlackApp, card: Any, user: str
) -> None:
    answer = await press(staff_side, user, card, "request.claim")
    assert answer.acknowledged
    await slack_app.drain()

    assert await status_of(staff_side) == ("open", None)
    await told(staff_side, user, "Only staff")


async def test_staff_without_a_slack_id_are_known_by_their_verified_address(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await press(staff_side, "U0BEN", card, "request.claim")
    await slack_app.drain()

    assert await status_of(staff_side) == ("claimed", "S-2")


async def test_the_value_of_a_button_is_not_believed(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await staff_side.open_request("R-BBBBBB")
    (actions,) = [block for block in card.blocks if block["type"] == "actions"]
    actions["elements"][0]["value"] = "R-BBBBBB"

    await press(staff_side, "U0AYA", card, "request.claim")
    await slack_app.drain()

    assert await status_of(staff_side, "R-AAAAAA") == ("open", None)
    assert await status_of(staff_side, "R-BBBBBB") == ("open", None)
    await told(staff_side, "U0AYA", "no request that we know")


async def test_a_stale_card_is_answered(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await press(staff_side, "U0AYA", card, "request.claim")
    await slack_app.drain()

    # Nothing was delivered meanwhile: Ben still sees the button.
    await press(staff_side, "U0BEN", card, "request.claim")
    await slack_app.drain()

    await told(staff_side, "U0BEN", "Aya Mori already has")


async def test_done_closes_the_request_and_leaves_no_dead_buttons(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await press(staff_side, "U0AYA", card, "request.claim")
    await slack_app.drain()
    await press(staff_side, "U0AYA", card, "request.done")
    await slack_app.drain()
    await staff_side.deliver()

    assert await status_of(staff_side) == ("done", "S-1")
    (shown,) = staff_side.cards()
    assert actions_of(shown) == ["request.reply", "request.room"]
    assert "Done: Aya Mori" in shown.text


async def test_a_press_is_acknowledged_while_slack_itself_is_slow(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    staff_side.slack.faults.slow("*", 5, times=3)

    answer = await press(staff_side, "U0BEN", card, "request.claim")

    assert answer.acknowledged
    staff_side.slack.faults.clear()
    await slack_app.drain()
    assert await status_of(staff_side) == ("claimed", "S-2")
