"""The Home tab and `/madoguchi`: what staff see, and strangers do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.slack.app import SlackApp
from storage.access_log import read_log
from storage.tables import SalesRequestRow
from tests.bot.staff_side import StaffSide


async def home(side: StaffSide, app: SlackApp, user: str) -> Any:
    assert side.slack is not None
    await side.slack.open_home(user)
    await app.drain()
    view = side.slack.home(user)
    assert view is not None
    return view


def words_of(view: Any) -> str:
    return json.dumps(view.content["blocks"], ensure_ascii=False)


async def ask(side: StaffSide, user: str, text: str) -> str:
    assert side.slack is not None
    answer = await side.slack.command(user, text, "#sales")
    assert answer.acknowledged
    return json.dumps(answer.json, ensure_ascii=False)


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (3, 3), (60, 30)])
async def test_the_home_tab_lists_the_open_requests_of_who_looks(
    staff_side: StaffSide, slack_app: SlackApp, number: int, shown: int
) -> None:
    for one in range(number):
        await staff_side.open_request(f"R-{one:06}")

    view = await home(staff_side, slack_app, "U0AYA")

    lines = [block for block in view.content["blocks"] if block["type"] == "actions"]
    assert len(lines) == shown
    assert ("30 more" in words_of(view)) == (number == 60)
    assert ("no open requests" in words_of(view)) == (number == 0)


async def test_a_press_in_the_home_tab_acts_and_shows_it(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request()
    view = await home(staff_side, slack_app, "U0AYA")

    await staff_side.slack.press_in_view(view.id, "U0AYA", "request.claim")
    await slack_app.drain()

    view = staff_side.slack.home("U0AYA")
    assert "In hand: Aya Mori" in words_of(view)


async def test_a_forged_value_in_the_home_tab_changes_nothing(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    await staff_side.open_request()
    view = await home(staff_side, slack_app, "U0AYA")
    (actions,) = [block for block in view.content["blocks"] if block["type"] == "actions"]
    actions["elements"][0]["value"] = "R-AAAAAA"

    await staff_side.slack.press_in_view(view.id, "U0AYA", "request.claim")
    await slack_app.drain()

    row = await staff_side.store.read(lambda s: s.get_one(SalesRequestRow, "R-AAAAAA"))
    assert row.status == "open"


async def test_strangers_see_nothing_at_home_and_get_no_answer(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await staff_side.open_request()

    view = await home(staff_side, slack_app, "U0EVE")

    assert "R-AAAAAA" not in words_of(view)
    for text in ("requests", "customer C-1", "help"):
        answer = await ask(staff_side, "U0EVE", text)
        assert "Only staff" in answer
        assert "Ada" not in answer


async def test_a_customer_is_found_by_number_and_address_and_the_look_is_logged(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await staff_side.open_request()

    for asked in ("customer C-1", "customer ada@customer.example", "customer ADA@customer.example"):
        answer = await ask(staff_side, "U0AYA", asked)
        assert "Obi &amp; Sons" in answer
        assert "R-AAAAAA" in answer
    log = await staff_side.store.read(lambda s: list(read_log(s, customer_id="C-1")))
    assert [(line.action, line.actor_id) for line in log] == [("customer.shown", "S-1")] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "What you can ask"),
        ("help", "What you can ask"),
        ("customer", "What you can ask"),
        ("requests", "no open requests"),
        ("dance <!channel>", "is nothing I know"),
        ("customer nobody@elsewhere.example", "No customer has"),
        ("customer " + "<" * 3_000, "No customer has"),
    ],
)
async def test_every_command_has_an_answer(
    staff_side: StaffSide, slack_app: SlackApp, text: str, expected: str
) -> None:
    answer = await ask(staff_side, "U0AYA", text)

    assert expected in answer
    assert "<!channel>" not in answer
