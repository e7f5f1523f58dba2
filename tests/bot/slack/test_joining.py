"""A stranger's mail that speaks of a conversation: staff join the two with one press."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session

from bot.slack.app import SlackApp
from bot.web.calendar import Calendar
from domain.appointments import Terms
from domain.errors import NotAllowed
from domain.messages import Author, AuthorKind, Channel, Message
from domain.people import Level
from storage.access_log import read_log
from storage.conversations import add_messages, history
from storage.forgetting import forget_customer
from storage.request_views import load_request_view
from storage.requests import cancel_request
from storage.tables import ConversationRow
from tests.bot.slack.conftest import staff_desk
from tests.bot.staff_side import CHANNEL, StaffSide

ADA, STRANGER = "ada@customer.example", "ada.private@elsewhere.example"
OLD, NEW = "M-R-AAAAAA", "M-NEW"


@pytest.fixture
async def cards(staff_side: StaffSide, slack_app: SlackApp) -> tuple[Any, Any]:
    """Cards of a proven customer's request, and of a stranger's whose mail speaks of it."""
    now = staff_side.clock()

    def come(session: Session) -> None:
        session.add(
            ConversationRow(
                id=NEW, level=0, channel="email", email=STRANGER, name="Ada at home", locale="en",
                last_seq=2, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        session.flush()
        ada = Author(AuthorKind.CUSTOMER, "Ada at home")
        bot = Author(AuthorKind.BOT, "Example Sales")
        said = [(1, ada, "About [M-R-AAAAAA]: make it two."), (2, bot, "We pass that on.")]
        add_messages(session, [Message(NEW, n, a, Channel.EMAIL, t, now) for n, a, t in said])

    await staff_side.open_request()
    await staff_side.store.write(come)
    await staff_side.open_request(
        "R-BBBBBB", conversation_id=NEW, customer_id=None, level=0, channel="email",
        details={"email": STRANGER, "mentions": OLD, "text": "make it two."},
    )  # fmt: skip
    await staff_side.deliver()
    old, new = staff_side.cards()
    return old, new


async def join(side: StaffSide, app: SlackApp, card: Any, user: str = "U0AYA") -> Any:
    assert side.slack is not None
    answer = await side.slack.press(user, CHANNEL, card.ts, "request.join")
    await app.drain()
    await side.deliver()
    return answer


def thread(side: StaffSide, card: Any) -> list[str]:
    assert side.slack is not None
    return [reply.text for reply in side.slack.thread(CHANNEL, card.ts)[1:]]


async def test_what_was_written_stands_as_notes_in_the_other_conversation(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    old, new = cards
    await join(staff_side, slack_app, new)

    noted = await staff_side.written(OLD)
    assert [(m.seq, m.internal, m.author_kind, m.text) for m in noted] == [
        (1, True, "customer", "About [M-R-AAAAAA]: make it two."),
        (2, True, "bot", "We pass that on."),
    ]
    assert noted[0].author_name == f"Ada at home ({STRANGER})"
    assert noted[0].level == Level.ANONYMOUS.value
    assert len(await staff_side.written(NEW)) == 2  # nothing is taken away
    seen = await staff_side.store.read(lambda session: history(session, OLD))
    assert seen == []  # not by the customer
    assert any("joined M-NEW with this" in line for line in thread(staff_side, old))
    assert any("make it two." in line for line in thread(staff_side, old))
    assert any("joined this with M-R-AAAAAA" in line for line in thread(staff_side, new))
    shown = json.dumps(staff_side.cards()[1].blocks)
    assert "request.join" not in shown
    assert "Joined with M-R-AAAAAA" in shown
    assert "Unproven sender" in shown
    log = await staff_side.store.read(lambda session: read_log(session, customer_id="C-1"))
    assert [(r.action, r.actor_id, r.object_id, r.details) for r in log] == [
        ("conversation.joined", "S-1", NEW, {"to": OLD})
    ]


async def test_answers_go_on_there_and_to_the_registered_address_alone(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    assert staff_side.slack is not None
    old, new = cards
    await join(staff_side, slack_app, new)
    await staff_side.slack.write("U0AYA", CHANNEL, "reply: Two it is.", new.ts)
    staff_side.clock.advance(70)
    await staff_side.deliver()

    answer = (await staff_side.written(OLD))[-1]
    assert (answer.seq, answer.text, answer.internal) == (3, "Two it is.", False)
    assert len(await staff_side.mails(ADA)) == 1
    assert await staff_side.mails(STRANGER) == []
    assert any("Two it is." in line for line in thread(staff_side, old))
    assert any(ADA in line for line in thread(staff_side, new))  # says where it was delivered


async def test_an_appointment_is_taken_back_where_it_was_told(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    _, new = cards
    await join(staff_side, slack_app, new)
    terms = Terms("online", staff_side.clock() + timedelta(days=1), 60)
    await staff_desk(staff_side).set_appointment("R-BBBBBB", "S-1", terms)
    await staff_side.deliver()
    now = staff_side.clock()

    def cancel(session: Session) -> None:
        assert cancel_request(session, "R-BBBBBB", now)
        staff_side.notify.request_changed(session, load_request_view(session, "R-BBBBBB"), now)

    await staff_side.store.write(cancel)
    await staff_side.deliver()

    methods = [
        part.get_param("method")
        for mail in await staff_side.mails(ADA)
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert methods == ["REQUEST", "CANCEL"]
    assert await staff_side.mails(STRANGER) == []


def entries(mails: list[Any]) -> list[dict[str, str]]:
    """The calendar entries of mails, by property."""
    found = []
    for mail in mails:
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                lines = part.get_content().replace("\r\n", "\n").replace("\n ", "").splitlines()
                split = [line.partition(":") for line in lines]
                found.append({name.partition(";")[0]: value for name, _, value in split})
                found[-1]["names"] = " ".join(name for name, _, _ in split)
    return found


async def test_the_end_of_what_was_agreed_before_the_joining_is_told_where_it_was_agreed(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    desk = staff_desk(staff_side)
    terms = Terms("visit", staff_side.clock() + timedelta(days=1), 60, "The stranger's house")
    await desk.set_appointment("R-BBBBBB", "S-1", terms)
    await join(staff_side, slack_app, cards[1])
    await desk.call_off("R-BBBBBB", "S-1")
    await staff_side.deliver()

    told = entries(await staff_side.mails(STRANGER))
    assert [entry["METHOD"] for entry in told] == ["REQUEST", "CANCEL"]
    assert await staff_side.mails(ADA) == []
    seen = await staff_side.store.read(lambda session: history(session, OLD))
    assert seen == []


async def test_what_is_agreed_after_the_joining_is_seen_by_nobody_else(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    desk = staff_desk(staff_side)
    first = Terms("visit", staff_side.clock() + timedelta(days=1), 60, "The stranger's house")
    await desk.set_appointment("R-BBBBBB", "S-1", first)
    fetched_by_stranger = (await staff_side.written(NEW))[-1].parts[0]["url"]
    await join(staff_side, slack_app, cards[1])
    await staff_side.change_request("R-BBBBBB", customer_name="Another Name")
    second = Terms("visit", staff_side.clock() + timedelta(days=2), 60, "Ada's own house")
    await desk.set_appointment("R-BBBBBB", "S-1", second)
    fetched_by_ada = (await staff_side.written(OLD))[-1].parts[0]["url"]
    await staff_side.deliver()

    to_stranger, to_ada = [entries(await staff_side.mails(one)) for one in (STRANGER, ADA)]
    assert [entry["METHOD"] for entry in to_stranger] == ["REQUEST", "CANCEL"]
    assert [entry["LOCATION"] for entry in to_stranger] == ["The stranger's house"] * 2
    assert [entry["METHOD"] for entry in to_ada] == ["REQUEST"]
    assert "Another Name" not in str(to_ada)
    app = web.Application()
    app.add_routes(Calendar(staff_side.store, staff_side.notify).routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        for _ in range(2):
            assert (await client.get(fetched_by_stranger)).status == 404
            assert "Ada's own house" in await (await client.get(fetched_by_ada)).text()
            await desk.call_off("R-BBBBBB", "S-1")


async def test_where_a_forgotten_customer_was_to_be_met_is_forgotten_with_them(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    await join(staff_side, slack_app, cards[1])
    terms = Terms("visit", staff_side.clock() + timedelta(days=2), 60, "Ada's own house")
    await staff_desk(staff_side).set_appointment("R-BBBBBB", "S-1", terms)
    await staff_side.deliver()
    before = [row.key for row in await staff_side.rows() if "own house" in str(row.payload)]
    now = staff_side.clock()
    done = await staff_side.store.write(lambda session: forget_customer(session, "C-1", now))

    assert {key.split(":")[0] for key in before} == {"appointment", "message"}
    assert not [row.key for row in await staff_side.rows() if "own house" in str(row.payload)]
    assert set(done.cards) == {"R-AAAAAA", "R-BBBBBB"}
    view = await staff_side.store.read(lambda session: load_request_view(session, "R-BBBBBB"))
    assert (view.appointment, view.status.value) == (None, "claimed")


async def test_what_the_stranger_writes_next_is_noted_there_too(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    old, new = cards
    await join(staff_side, slack_app, new)
    now = staff_side.clock()

    def write_on(session: Session) -> None:
        row = session.get_one(ConversationRow, NEW)
        row.last_seq = 3
        author = Author(AuthorKind.CUSTOMER, "Ada at home")
        message = Message(NEW, 3, author, Channel.EMAIL, "And black, please.", now)
        add_messages(session, [message])
        view = load_request_view(session, "R-BBBBBB")
        staff_side.notify.customer_wrote(session, view, message, now, proven=False)

    await staff_side.store.write(write_on)
    await staff_side.deliver()

    assert [m.text for m in await staff_side.written(OLD)][2:] == ["And black, please."]
    assert any("And black, please." in line for line in thread(staff_side, old))
    assert any("unproven sender" in line for line in thread(staff_side, new))


async def test_of_a_long_conversation_each_message_is_noted_once_and_in_order(
    staff_side: StaffSide,
    slack_app: SlackApp,
    cards: tuple[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.joining.SLICE", 3)
    await writes(staff_side, *range(3, 11))
    await join(staff_side, slack_app, cards[1])
    await writes(staff_side, 11, 12)
    await writes(staff_side, 13)

    noted = [(m.seq, m.text) for m in await staff_side.written(OLD)]
    assert [seq for seq, _ in noted] == [*range(1, 14)]
    assert [text for _, text in noted[2:]] == [f"Message {number}" for number in range(3, 14)]


async def test_what_is_noted_already_is_not_read_again(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    await writes(staff_side, *range(3, 600), size=20_000)
    await join(staff_side, slack_app, cards[1])
    tracemalloc.start()
    await writes(staff_side, 600)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (await staff_side.written(OLD))[-1].text == "Message 600"
    assert most < 5_000_000  # all of them are twelve million characters


async def writes(side: StaffSide, *seqs: int, size: int = 0) -> None:
    """The stranger writes on."""
    now = side.clock()

    def unit(session: Session) -> None:
        session.get_one(ConversationRow, NEW).last_seq = seqs[-1]
        author = Author(AuthorKind.CUSTOMER, "Ada at home")
        said = [
            Message(NEW, n, author, Channel.EMAIL, f"Message {n}".ljust(size), now) for n in seqs
        ]
        add_messages(session, said)
        view = load_request_view(session, "R-BBBBBB")
        side.notify.customer_wrote(session, view, said[-1], now, proven=False)

    await side.store.write(unit)


async def test_two_who_press_at_once_join_once(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    assert staff_side.slack is not None
    slack, (old, new) = staff_side.slack, cards
    await asyncio.gather(
        *(slack.press(user, CHANNEL, new.ts, "request.join") for user in ("U0AYA", "U0BEN"))
    )
    await slack_app.drain()
    await staff_side.deliver()

    assert [m.seq for m in await staff_side.written(OLD)] == [1, 2]
    private = [*slack.ephemerals("U0AYA"), *slack.ephemerals("U0BEN")]
    assert ["joined with M-R-AAAAAA already" in one.text for one in private] == [True]
    assert sum("joined M-NEW with this" in line for line in thread(staff_side, old)) == 1


async def test_strangers_in_slack_join_nothing(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    await join(staff_side, slack_app, cards[1], "U0EVE")

    assert await staff_side.written(OLD) == []


async def test_a_circle_is_refused(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    desk = staff_desk(staff_side)
    assert await desk.join(NEW, OLD, "S-1")
    with pytest.raises(NotAllowed):
        await desk.join(OLD, NEW, "S-1")
    assert not await desk.join(NEW, OLD, "S-2")


async def test_slack_asks_before_it_joins(
    staff_side: StaffSide, slack_app: SlackApp, cards: tuple[Any, Any]
) -> None:
    buttons = [
        element
        for block in cards[1].blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    (button,) = [one for one in buttons if one["action_id"] == "request.join"]
    assert "stays unproven" in button["confirm"]["text"]["text"]
    assert "request.join" not in json.dumps(cards[0].blocks)
