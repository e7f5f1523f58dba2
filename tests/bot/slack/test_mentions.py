"""A stranger's mail that speaks of a conversation and asks for nothing: staff there hear of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import Session

from bot.desk import new_notification_id
from bot.mail_notices import DoorNotices
from bot.mentions import told_request
from bot.slack.app import SlackApp
from domain.errors import NotFound
from domain.messages import Author, AuthorKind, Channel, Message, StaffMessage
from storage.conversations import add_messages
from storage.forgetting import forget_customer
from storage.tables import ConversationRow, CustomerRow
from tests.bot.slack.conftest import staff_desk
from tests.bot.staff_side import CHANNEL, StaffSide

ADA, STRANGER, STAFF = "ada@customer.example", "ada.private@elsewhere.example", "aya@sales.example"
OLD, NEW = "M-R-AAAAAA", "M-NEW"
SAID = "I read [M-R-AAAAAA], how kind of you."


async def come(side: StaffSide, *, refused: bool = False, **conversation: Any) -> None:
    """A customer has a request; a stranger's mail speaks of it, and is handled twice."""
    now = side.clock()

    def unit(session: Session) -> None:
        session.add(
            ConversationRow(
                id=NEW, level=0, channel="email", email=STRANGER, locale="en", last_seq=1,
                created_at=now, updated_at=now, **conversation,
            )
        )  # fmt: skip
        session.flush()
        author = Author(AuthorKind.CUSTOMER, "")
        add_messages(session, [Message(NEW, 1, author, Channel.EMAIL, SAID, now)])

    await side.open_request()
    await side.store.write(unit)
    if refused:
        await side.open_request("R-CCCCCC", conversation_id=NEW, customer_id=None, consent=False)
    for _ in range(2):
        await door(side).conversation_mentioned(NEW, 1, OLD)


@pytest.fixture
async def thread(staff_side: StaffSide, slack_app: SlackApp) -> str:
    """The thread of a customer's request of which a stranger's mail has spoken."""
    await come(staff_side)
    await staff_side.deliver()
    (card,) = staff_side.cards()
    return str(card.ts)


def door(side: StaffSide) -> DoorNotices:
    return DoorNotices(
        side.store, side.settings, side.renderer, side.notify, new_notification_id, side.clock
    )


def told_in(side: StaffSide, thread: str) -> list[Any]:
    assert side.slack is not None
    return [m for m in side.slack.thread(CHANNEL, thread)[1:] if "thread.join" in str(m.blocks)]


async def press(side: StaffSide, app: SlackApp, thread: str, user: str = "U0AYA") -> None:
    assert side.slack is not None
    (told,) = told_in(side, thread)
    await side.slack.press(user, CHANNEL, told.ts, "thread.join")
    await app.drain()
    await side.deliver()


async def noted(side: StaffSide) -> list[str]:
    """What stands in the customer's conversation as notes of the other one."""
    rows = await side.written(OLD)
    return [row.text for row in rows if str(row.channel_message_id).startswith("joined:")]


async def test_who_has_the_request_hears_of_it_once_in_the_thread_and_by_mail(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    (told,) = told_in(staff_side, thread)
    assert f"{STRANGER} (unproven sender) wrote in another conversation, M-NEW" in told.text
    assert SAID in json.dumps(told.blocks)
    assert "Who wrote there stays unproven" in json.dumps(told.blocks)
    (row,) = await staff_side.rows(kind="staff_mention")
    assert row.recipient == STAFF
    assert SAID in row.payload["text"]
    assert "join: M-NEW" in row.payload["text"]
    assert await staff_side.written(OLD) == []
    assert await staff_side.mails(ADA) == []


async def test_words_that_are_still_being_asked_about_are_kept_back(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await come(staff_side, state={"tasks": [{"id": "t1", "kind": "purchase"}]})
    await staff_side.deliver()

    (told,) = told_in(staff_side, staff_side.cards()[0].ts)
    assert "speaks of this one" in told.text
    (row,) = await staff_side.rows(kind="staff_mention")
    for shown in (told.text, json.dumps(told.blocks), json.dumps(row.payload)):
        assert SAID not in shown


async def test_of_a_wish_that_staff_are_not_to_know_of_nobody_is_told(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await come(staff_side, refused=True)
    await staff_side.deliver()

    assert told_in(staff_side, staff_side.cards()[0].ts) == []
    assert await staff_side.rows(kind="staff_mention") == []


async def test_the_button_joins_the_two_and_says_so_when_that_is_done_already(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    assert staff_side.slack is not None
    await press(staff_side, slack_app, thread)
    await press(staff_side, slack_app, thread)

    assert await noted(staff_side) == [SAID]
    lines = [reply.text for reply in staff_side.slack.thread(CHANNEL, thread)]
    assert sum("joined M-NEW with this" in line for line in lines) == 1
    private = [one.text for one in staff_side.slack.ephemerals("U0AYA")]
    assert any("joined with M-R-AAAAAA already" in line for line in private)


async def test_who_is_not_of_staff_joins_nothing(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    await press(staff_side, slack_app, thread, "U0EVE")

    assert await noted(staff_side) == []


async def test_a_button_is_not_believed_where_nothing_was_told(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    await staff_side.open_request("R-BBBBBB")
    for request_id, conversation_id in ((None, NEW), ("R-BBBBBB", NEW), ("R-AAAAAA", "M-NE")):
        with pytest.raises(NotFound):
            await staff_side.store.read(
                lambda s, r=request_id, c=conversation_id: told_request(s, r, c)  # type: ignore[misc]  # bound early
            )


def by_mail(side: StaffSide, text: str, request_id: str = "R-AAAAAA", **more: Any) -> StaffMessage:
    conversation_id = more.pop("conversation_id", OLD)
    return StaffMessage(
        Channel.EMAIL, f"mail-{text}", "S-1", conversation_id, text, side.clock(),
        request_id=request_id, **more,
    )  # fmt: skip


@pytest.mark.parametrize("line", ["join: M-NEW", "Join: m-new.\n\n> the mail", "まとめる：M-NEW"])
async def test_a_line_by_mail_joins_the_two_and_the_customer_hears_nothing(
    staff_side: StaffSide, slack_app: SlackApp, thread: str, line: str
) -> None:
    for _ in range(2):  # a mail may be handed over again
        await staff_desk(staff_side).staff_says(by_mail(staff_side, line))
    await staff_side.deliver()

    assert await noted(staff_side) == [SAID]
    assert all(row.internal for row in await staff_side.written(OLD))
    assert await staff_side.rows(kind="staff_not_understood") == []
    assert await staff_side.mails(ADA) == []


async def test_who_writes_more_below_the_line_hears_that_it_did_not_go_out(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    more = "join: M-NEW\n\nDear Ada, the price is 300 euros.\n\n> the mail"
    for _ in range(2):  # a mail may be handed over again
        await staff_desk(staff_side).staff_says(by_mail(staff_side, more))
    await staff_side.deliver()

    (back,) = await staff_side.rows(kind="staff_not_understood")
    assert back.payload["subject"].startswith("Joined, but not sent")
    assert "was not sent to the customer" in back.payload["text"]
    assert "the price is 300 euros" in back.payload["text"]
    assert await noted(staff_side) == [SAID]
    assert await staff_side.mails(ADA) == []


async def test_a_line_that_names_a_conversation_without_a_part_in_it_comes_back(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    await staff_side.open_request("R-BBBBBB")
    await staff_desk(staff_side).staff_says(by_mail(staff_side, "join: M-R-BBBBBB"))
    await staff_side.deliver()

    (back,) = await staff_side.rows(kind="staff_not_understood")
    assert "Not joined" in back.payload["subject"]
    assert "M-R-BBBBBB do not speak of each other" in back.payload["text"]
    assert await noted(staff_side) == []
    assert await staff_side.mails(ADA) == []


async def test_a_mail_that_is_not_proven_joins_nothing(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    forged = by_mail(staff_side, "join: M-NEW", proven=False, internal=True)
    await staff_desk(staff_side).staff_says(forged)

    assert await noted(staff_side) == []


async def test_a_request_that_speaks_of_another_conversation_is_joined_by_mail_too(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    await staff_side.open_request(
        "R-BBBBBB", conversation_id=NEW, customer_id=None, level=0, channel="email",
        details={"email": STRANGER, "mentions": OLD, "text": SAID},
    )  # fmt: skip
    await door(staff_side).conversation_mentioned(NEW, 1, OLD)
    told = [row for row in await staff_side.rows(kind="staff_request") if row.recipient == STAFF]
    assert "join: M-R-AAAAAA" in told[-1].payload["text"]
    assert "join: M-R-AAAAAA" in told[-1].payload["html"]
    line = by_mail(staff_side, "join: M-R-AAAAAA", "R-BBBBBB", conversation_id=NEW)
    await staff_desk(staff_side).staff_says(line)

    assert SAID in await noted(staff_side)


async def test_what_was_told_goes_when_the_one_who_wrote_is_forgotten(
    staff_side: StaffSide, slack_app: SlackApp, thread: str
) -> None:
    now = staff_side.clock()
    stranger = CustomerRow(customer_id="C-9", name="Ada", email=STRANGER)
    await staff_side.store.write(lambda session: session.add(stranger))
    await staff_side.store.write(lambda session: forget_customer(session, "C-9", now))

    told = [row for row in await staff_side.rows() if ":mentioned:" in row.key]
    assert [row.payload for row in told] == [{}, {}]
