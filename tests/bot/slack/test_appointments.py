"""Appointments from the card: set, changed and called off; all concerned get them."""

from __future__ import annotations

import json
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session

from bot.slack.app import SlackApp
from bot.web.calendar import Calendar
from domain.messages import Channel, StaffMessage
from domain.people import Level
from storage.access_log import read_log
from storage.request_views import load_request_view
from storage.requests import cancel_request
from storage.tables import ConversationRow
from tests.bot.slack.conftest import staff_desk
from tests.bot.staff_side import CHANNEL, StaffSide

WISH = {
    "name": "Ada Obi", "contact_method": "visit", "address": "7 Sample Road, Exampleton",
    "datetime": "tomorrow at 3 pm",
}  # fmt: skip
CUSTOMER, STAFF, BEN = "ada@customer.example", "aya@sales.example", "ben@sales.example"
#: A mail that has no file in it.
ALTERNATIVE = "multipart/alternative"


@pytest.fixture
async def card(staff_side: StaffSide, slack_app: SlackApp) -> Any:
    """The card of a customer who wishes to be visited tomorrow at three."""
    await staff_side.open_request(details=WISH)
    await staff_side.deliver()
    (card,) = staff_side.cards()
    return card


def in_days(side: StaffSide, days: int) -> str:
    return f"{side.clock() + timedelta(days=days):%Y-%m-%d}"


async def form_of(side: StaffSide, app: SlackApp, card: Any, user: str = "U0AYA") -> Any:
    assert side.slack is not None
    await side.slack.press(user, CHANNEL, card.ts, "request.appointment")
    await app.drain()
    form = side.slack.modal(user)
    assert form is not None
    return form


async def appoint(side: StaffSide, app: SlackApp, card: Any, **values: Any) -> Any:
    """Fill the form in, send it and deliver what follows."""
    assert side.slack is not None
    form = await form_of(side, app, card)
    answer = await side.slack.submit_view(form.id, "U0AYA", values)
    await side.deliver()
    return answer


def entry_in(mail: EmailMessage) -> dict[str, str]:
    """The calendar entry of a mail, by property; both copies of it must be the same."""
    (face,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (file,) = list(mail.iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("invite.ics", "application/ics")
    text = file.get_content().decode()
    assert face.get_content().replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()
    lines = text.replace("\r\n ", "").splitlines()
    found = {line.partition(":")[0].partition(";")[0]: line.partition(":")[2] for line in lines}
    assert face.get_param("method") == found["METHOD"]
    return found


def initial(form: Any, name: str) -> Any:
    (block,) = [b for b in form.content["blocks"] if b.get("block_id") == name]
    element = block["element"]
    return next((element[key] for key in element if key.startswith("initial_")), None)


async def test_the_form_is_filled_with_what_the_customer_wished(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    form = await form_of(staff_side, slack_app, card)

    assert initial(form, "date") == in_days(staff_side, 1)
    assert initial(form, "time") == "15:00"
    assert initial(form, "how")["value"] == "visit"
    assert initial(form, "place") == "7 Sample Road, Exampleton"
    assert "tomorrow at 3 pm" in json.dumps(form.content)


async def test_customer_and_staff_get_it_by_mail_and_the_conversation_and_card_show_it(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    answer = await appoint(staff_side, slack_app, card, note="I bring the sample.")
    assert answer.acknowledged

    day = staff_side.clock() + timedelta(days=1)
    (mail,) = await staff_side.mails(CUSTOMER)
    entry = entry_in(mail)
    assert entry["METHOD"] == "REQUEST"
    assert entry["SEQUENCE"] == "0"
    assert entry["DTSTART"] == f"{day:%Y%m%d}T150000Z"
    assert entry["DTEND"] == f"{day:%Y%m%d}T160000Z"
    assert entry["LOCATION"] == r"7 Sample Road\, Exampleton"
    assert entry["ATTENDEE"] == f"mailto:{CUSTOMER}"
    assert "15:00–16:00 (Coordinated Universal Time)" in str(mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert "I bring the sample." in body.get_content()
    to_staff = (await staff_side.mails(STAFF))[-1]
    assert entry_in(to_staff)["UID"] == entry["UID"]
    assert entry_in(to_staff)["SUMMARY"] == "Visit: Ada Obi"

    (said,) = await staff_side.written()

    def seen(session: Session) -> tuple[str, list[Any], str]:
        view = load_request_view(session, "R-AAAAAA")
        assert view.claimed_by is not None  # who sets it has taken the request
        actions = [row.action for row in read_log(session)]
        return said.text, said.parts, actions[-1]

    text, parts, action = await staff_side.store.read(seen)
    assert "15:00–16:00" in text
    assert "7 Sample Road, Exampleton" in text
    assert parts[0]["name"] == "appointment.ics"
    assert action == "appointment.set"
    (shown,) = staff_side.cards()
    assert "15:00 (60 minutes), 7 Sample Road, Exampleton" in json.dumps(
        shown.blocks, ensure_ascii=False
    )
    assert staff_side.slack is not None
    replies = [reply.text for reply in staff_side.slack.thread(CHANNEL, card.ts)[1:]]
    assert any("Aya Mori set the appointment" in reply for reply in replies)


async def test_a_change_updates_the_same_entry_and_the_same_form_again_changes_nothing(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    await appoint(staff_side, slack_app, card)
    changed = await appoint(
        staff_side, slack_app, card,
        date=in_days(staff_side, 3), how="online", place="https://meet.example/ada",
    )  # fmt: skip
    await staff_side.slack.events.again(changed)
    await appoint(staff_side, slack_app, card)  # as it stands
    await staff_side.deliver()

    first, second = [entry_in(mail) for mail in await staff_side.mails(CUSTOMER)]
    assert (first["UID"], first["SEQUENCE"]) == (second["UID"], "0")
    assert (second["SEQUENCE"], second["METHOD"]) == ("1", "REQUEST")
    assert second["LOCATION"] == "https://meet.example/ada"
    assert second["SUMMARY"] == "Meeting online: Example Sales"


async def test_it_is_called_off_from_the_card(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    assert staff_side.slack is not None
    await appoint(staff_side, slack_app, card)
    for _ in range(2):
        await staff_side.slack.press("U0BEN", CHANNEL, card.ts, "request.call_off")
        await slack_app.drain()
    await staff_side.deliver()

    _, off = [entry_in(mail) for mail in await staff_side.mails(CUSTOMER)]
    assert (off["METHOD"], off["STATUS"], off["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
    assert entry_in((await staff_side.mails(STAFF))[-1])["METHOD"] == "CANCEL"
    view = await staff_side.store.read(lambda s: load_request_view(s, "R-AAAAAA"))
    assert view.status.value == "claimed"  # the request itself goes on
    (shown,) = staff_side.cards()
    names = [e["action_id"] for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]
    assert "request.appointment" in names
    assert "request.call_off" not in names


async def test_a_customer_who_cancels_takes_it_out_of_every_calendar(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    now = staff_side.clock()

    def cancel(session: Session) -> None:
        assert cancel_request(session, "R-AAAAAA", now)
        staff_side.notify.request_changed(session, load_request_view(session, "R-AAAAAA"), now)

    await staff_side.store.write(cancel)
    await staff_side.deliver()

    assert entry_in((await staff_side.mails(CUSTOMER))[-1])["METHOD"] == "CANCEL"
    assert entry_in((await staff_side.mails(STAFF))[-1])["METHOD"] == "CANCEL"


async def entries_of(side: StaffSide, address: str) -> list[tuple[str, str]]:
    """Method and sequence of every calendar entry that an address has got."""
    await side.deliver()
    found = [entry_in(m) for m in await side.mails(address) if m.get_content_type() != ALTERNATIVE]
    return [(entry["METHOD"], entry["SEQUENCE"]) for entry in found]


async def test_who_hands_a_request_over_loses_the_entry_and_who_gets_it_has_it(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    for _ in range(2):
        await staff_desk(staff_side).reassign("R-AAAAAA", "S-1", "S-2")

    assert await entries_of(staff_side, STAFF) == [("REQUEST", "0"), ("CANCEL", "1")]
    assert await entries_of(staff_side, BEN) == [("REQUEST", "1")]
    assert await entries_of(staff_side, CUSTOMER) == [("REQUEST", "0")]
    gone = (await staff_side.mails(STAFF))[-1]
    assert "Passed on" in str(gone["Subject"])
    body = gone.get_body(("plain",))
    assert body is not None
    assert "Ben Okafor has the request now." in body.get_content()


async def test_an_entry_that_comes_back_is_a_new_one_for_the_calendar(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    desk = staff_desk(staff_side)
    await desk.reassign("R-AAAAAA", "S-1", "S-2")
    await desk.reassign("R-AAAAAA", "S-2", "S-1")
    await desk.call_off("R-AAAAAA", "S-1")

    mine = [("REQUEST", "0"), ("CANCEL", "1"), ("REQUEST", "2"), ("CANCEL", "3")]
    assert await entries_of(staff_side, STAFF) == mine
    assert await entries_of(staff_side, BEN) == [("REQUEST", "1"), ("CANCEL", "2")]
    assert await entries_of(staff_side, CUSTOMER) == [("REQUEST", "0"), ("CANCEL", "3")]


async def test_a_colleague_who_takes_a_request_that_was_passed_to_another_has_the_entry(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    desk = staff_desk(staff_side)
    await desk.reassign("R-AAAAAA", "S-1", "S-2")
    await desk.claim("R-AAAAAA", "S-3")

    assert await entries_of(staff_side, BEN) == [("REQUEST", "1"), ("CANCEL", "2")]
    assert await entries_of(staff_side, "nagisa@sales.example") == [("REQUEST", "2")]


async def test_who_changes_what_a_colleague_was_passed_has_it_and_the_colleague_not(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    await staff_desk(staff_side).reassign("R-AAAAAA", "S-1", "S-2")
    await appoint(staff_side, slack_app, card, time="09:30")  # and takes it with that

    assert await entries_of(staff_side, BEN) == [("REQUEST", "1"), ("CANCEL", "2")]
    mine = [("REQUEST", "0"), ("CANCEL", "1"), ("REQUEST", "2")]
    assert await entries_of(staff_side, STAFF) == mine
    assert await entries_of(staff_side, CUSTOMER) == [("REQUEST", "0"), ("REQUEST", "2")]


async def test_what_is_over_stays_in_the_calendar_of_who_was_there(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    staff_side.clock.advance(3 * 24 * 3600)
    await staff_desk(staff_side).reassign("R-AAAAAA", "S-1", "S-2")

    assert await entries_of(staff_side, STAFF) == [("REQUEST", "0")]
    assert await entries_of(staff_side, BEN) == []


async def test_a_time_that_is_over_comes_back_at_its_field(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    answer = await appoint(staff_side, slack_app, card, date=in_days(staff_side, -1))

    assert answer.json["response_action"] == "errors"
    assert set(answer.json["errors"]) == {"date"}
    assert await staff_side.mails(CUSTOMER) == []


async def test_in_japanese_the_customer_reads_japanese(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    def speak(session: Session) -> None:
        session.get_one(ConversationRow, "M-R-AAAAAA").locale = "ja"

    await staff_side.store.write(speak)
    await appoint(staff_side, slack_app, card)

    (mail,) = await staff_side.mails(CUSTOMER)
    assert str(mail["Subject"]).startswith("お約束の日時：")
    assert "（協定世界時）" in str(mail["Subject"]) or "(協定世界時)" in str(mail["Subject"])
    assert entry_in(mail)["SUMMARY"] == "ご訪問: Example Sales"


async def test_requests_that_ask_for_no_meeting_have_no_such_button(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await staff_side.open_request("R-BBBBBB")
    await staff_side.deliver()
    (card,) = staff_side.cards()
    assert "request.appointment" not in json.dumps(card.blocks)


async def test_the_entry_can_be_fetched_as_it_stands_now(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await appoint(staff_side, slack_app, card)
    url = (await staff_side.written())[0].parts[0]["url"]
    await appoint(staff_side, slack_app, card, time="09:30")
    app = web.Application()
    app.add_routes(Calendar(staff_side.store, staff_side.notify).routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        found = await client.get(url)
        assert found.content_type == "text/calendar"
        text = await found.text()
        forged = await client.get(url.replace("R-AAAAAA", "R-BBBBBB"))
    assert "T093000Z" in text
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert forged.status == 404


async def test_an_unproven_customer_is_told_at_the_registered_address(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    now = staff_side.clock()

    def come(session: Session) -> None:
        session.add(
            ConversationRow(
                id="M-CLAIMED", customer_id="C-1", level=Level.CLAIMED.value,
                email="eve@elsewhere.example", locale="en", created_at=now, updated_at=now,
            )
        )  # fmt: skip

    await staff_side.store.write(come)
    await staff_side.open_request(
        conversation_id="M-CLAIMED", level=Level.CLAIMED.value,
        details=WISH | {"email": "eve@elsewhere.example"},
    )  # fmt: skip
    await staff_side.deliver()
    (card,) = staff_side.cards()
    await appoint(staff_side, slack_app, card)

    assert await staff_side.mails("eve@elsewhere.example") == []
    assert len(await staff_side.mails(CUSTOMER)) == 1


def by_mail(side: StaffSide, text: str, number: int = 1, **changes: Any) -> StaffMessage:
    given: dict[str, Any] = {"request_id": "R-AAAAAA"} | changes
    return StaffMessage(
        Channel.EMAIL, f"mail-{number}", "S-3", "M-R-AAAAAA", text, side.clock(), **given
    )


async def test_who_calls_off_by_mail_what_does_not_stand_is_told(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await staff_desk(staff_side).staff_says(by_mail(staff_side, "appointment: cancel"))

    (told,) = await staff_side.rows(kind="staff_not_understood")
    assert "取り消す予定がありません" in told.payload["text"]
    assert await staff_side.rows(kind="appointment") == []


async def test_who_works_by_mail_sets_and_calls_off_an_appointment_in_words(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    desk = staff_desk(staff_side)
    said = by_mail(staff_side, "予定：明日の14時、90分\n見本をお持ちします。")
    for _ in range(2):  # a mail may be handed over again
        await desk.staff_says(said)
    await desk.staff_says(by_mail(staff_side, "appointment: cancel", 2))
    await staff_side.deliver()

    first, off = await staff_side.mails(CUSTOMER)
    day = staff_side.clock() + timedelta(days=1)
    assert entry_in(first)["DTSTART"] == f"{day:%Y%m%d}T140000Z"
    assert entry_in(first)["DTEND"] == f"{day:%Y%m%d}T153000Z"
    assert entry_in(off)["METHOD"] == "CANCEL"
    body = first.get_body(("plain",))
    assert body is not None
    assert "見本をお持ちします。" in body.get_content()
    rows = [(row.seq, row.internal) for row in await staff_side.written()]
    assert rows == [(1, True), (2, False), (3, True), (4, False)]


async def test_an_appointment_that_nobody_had_wished_is_one_like_the_others(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    await staff_side.open_request()  # asks for a call
    await staff_side.deliver()
    said = by_mail(staff_side, "appointment: tomorrow 14:00, 12 Sample Lane")
    await staff_desk(staff_side).staff_says(said)
    await staff_side.deliver()

    view = await staff_side.store.read(lambda s: load_request_view(s, "R-AAAAAA"))
    assert view.appointment is not None
    assert view.appointment.terms.place == "12 Sample Lane"
    (card,) = staff_side.cards()
    assert "request.call_off" in json.dumps(card.blocks)
    now = staff_side.clock()

    def cancel(session: Session) -> None:
        assert cancel_request(session, "R-AAAAAA", now)
        staff_side.notify.request_changed(session, load_request_view(session, "R-AAAAAA"), now)

    await staff_side.store.write(cancel)
    await staff_side.deliver()
    assert entry_in((await staff_side.mails(CUSTOMER))[-1])["METHOD"] == "CANCEL"


async def test_a_line_without_a_time_comes_back_and_the_customer_hears_nothing(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    await staff_desk(staff_side).staff_says(by_mail(staff_side, "appointment: some day"))
    await staff_side.deliver()

    assert await staff_side.mails(CUSTOMER) == []
    (back,) = await staff_side.mails("nagisa@sales.example")
    assert str(back["Subject"]).startswith("予定を読み取れませんでした")


async def test_a_mail_that_is_not_proven_sets_nothing(
    staff_side: StaffSide, slack_app: SlackApp, card: Any
) -> None:
    forged = by_mail(staff_side, "appointment: tomorrow 14:00", proven=False, internal=True)
    await staff_desk(staff_side).staff_says(forged)
    await staff_side.deliver()

    assert await staff_side.mails(CUSTOMER) == []
