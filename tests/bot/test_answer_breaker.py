"""Two robots must not talk with each other: look-alikes hold automatic answers to an address."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from pydantic import SecretStr
from sqlmodel import Session

from bot.assembly import Counter, assemble
from bot.settings import Settings
from bot.web.health import Health
from domain.messages import Channel, IncomingMessage, Sender
from storage.access_log import read_log
from storage.company_snapshot import bump_company
from storage.outbox import list_outbox
from storage.store import Store
from storage.tables import OutboxRow, StaffRow
from tests.clock import NOON

ROBOT, PERSON = "tickets@robot.example", "ada@customer.example"
THANKS = "Thank you for contacting us about your order. We opened ticket no. {}, please wait."
NUMBERS = count(1)


class Post:
    """Mails in, as the mail door hands them over, and what is owed for them."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.now = NOON

    async def write(self, text: str, sender: str = ROBOT, conversation: str | None = None) -> str:
        number = next(NUMBERS)
        receipt = await self.counter.desk.receive(
            IncomingMessage(
                channel=Channel.EMAIL,
                channel_message_id=f"mail-{number}",
                sender=Sender(email=sender),
                sent_at=self.now,
                text=text,
                conversation_id=conversation,
                mail={"subject": "Order", "message_id": f"{number}@robot.example"},
            )
        )
        return receipt.conversation_id

    async def owed(self, kind: str) -> list[OutboxRow]:
        rows = await self.counter.store.read(list_outbox)
        return [row for row in rows if row.kind == kind]

    async def ready(self) -> Any:
        counter = self.counter
        health = Health(counter.store, "sqlite://", counter.settings.data_dir, lambda: self.now)
        answer = await health.readyz(make_mocked_request("GET", "/readyz"))
        return json.loads(answer.text or "")["parts"]["automatic_answers"]


@pytest.fixture
async def post(store: Store, tmp_path: Path) -> Post:
    def move_in(session: Session) -> None:
        session.add(StaffRow(staff_id="S1", name="Own", email="own@sales.example"))
        bump_company(session)

    await store.write(move_in)
    settings = Settings(
        database_url=SecretStr("sqlite://"), data_dir=tmp_path, admin_email="admin@sales.example"
    )
    box: list[Post] = []

    def clock() -> datetime:
        return box[0].now if box else NOON

    box.append(Post(await assemble(settings, store, clock)))
    return box[0]


async def test_a_robot_that_answers_each_mail_gets_two_answers_and_the_administrator_hears(
    post: Post,
) -> None:
    conversation = await post.write(THANKS.format(1))
    for number in range(2, 8):
        post.now += timedelta(seconds=20)
        await post.write(THANKS.format(number), conversation=conversation)

    assert len(await post.owed("answer")) == 2
    (told,) = await post.owed("admin_answers_held")
    assert told.recipient == "admin@sales.example"
    # Who is forgotten is erased by the conversation; a key stays.
    assert (told.conversation_id, ROBOT in told.key) == (conversation, False)
    assert ROBOT in told.payload["subject"]
    assert "look all alike" in told.payload["text"]
    part = await post.ready()
    assert (part["ok"], "1 address" in part["detail"]) == (False, True)
    assert ROBOT not in part["detail"]  # anybody may read it
    log = await post.counter.store.read(read_log)
    assert [row.action for row in log].count("answers.held") == 1


async def test_one_that_begins_a_new_conversation_each_time_is_noticed_as_well(post: Post) -> None:
    for number in range(6):
        post.now += timedelta(seconds=20)
        await post.write(THANKS.format(number))

    assert len(await post.owed("answer")) == 2


async def test_it_is_answered_again_after_its_rest(post: Post) -> None:
    conversation = await post.write(THANKS.format(1))
    for number in range(2, 5):
        await post.write(THANKS.format(number), conversation=conversation)
    answered = len(await post.owed("answer"))
    post.now += timedelta(hours=6, seconds=1)
    assert await post.ready() == {"ok": True}

    await post.write("What does the toner for it cost, please?", conversation=conversation)

    assert len(await post.owed("answer")) == answered + 1


async def test_people_who_repeat_themselves_shortly_are_answered(post: Post) -> None:
    texts = ["yes", "yes", "Do you have toner?", "yes", "Yes.", "Do you have black toner?", "ok"]
    conversation = await post.write("Hello", PERSON)
    for text in texts:
        post.now += timedelta(minutes=1)
        await post.write(text, PERSON, conversation)

    assert await post.owed("admin_answers_held") == []
    assert len(await post.owed("answer")) >= len(texts) - 1


async def test_others_are_answered_while_one_is_held(post: Post) -> None:
    for number in range(4):
        await post.write(THANKS.format(number))
    before = len(await post.owed("answer"))

    await post.write(THANKS.format(9), PERSON)

    assert len(await post.owed("answer")) == before + 1


async def test_a_flood_of_different_mails_is_held_too(post: Post) -> None:
    conversation = await post.write("Start of it all")
    for number in range(30):
        word = ("copier", "toner", "printer", "paper", "fax", "scanner")[number % 6]
        await post.write(f"Any {word} no. {number}?", conversation=conversation)

    (told,) = await post.owed("admin_answers_held")
    assert told.payload["text"].count("no person can have written them") == 1
    assert len(await post.owed("answer")) < 20
