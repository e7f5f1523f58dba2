"""A request that nobody takes goes to the deputy after a while of working time, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session

from bot.assembly import Counter, assemble
from bot.escalation import Escalation
from bot.settings import Settings
from domain.messages import Channel, IncomingMessage, Sender
from domain.people import Level
from storage.company_snapshot import bump_company
from storage.outbox import list_outbox
from storage.requests import list_requests
from storage.store import Store
from storage.tables import CustomerRow, SalesRequestRow, StaffRow

#: A Friday, 17:50, ten minutes before the company closes.
FRIDAY = datetime(2026, 11, 20, 17, 50, tzinfo=UTC)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = FRIDAY

    def __call__(self) -> datetime:
        return self.now


async def a_counter(store: Store, folder: Path, clock: Clock, **more: Any) -> Counter:
    def move_in(session) -> None:  # type: ignore[no-untyped-def]  # a unit of work
        session.add(StaffRow(staff_id="S2", name="Deputy", email="deputy@sales.example"))
        session.flush()
        session.add(StaffRow(staff_id="S1", name="Own", email="own@sales.example", deputy_id="S2"))
        session.flush()
        session.add(
            CustomerRow(customer_id="C1", name="Ada Obi", staff_id="S1", phone="+12125550147")
        )
        bump_company(session)

    await store.write(move_in)
    settings = Settings(database_url=SecretStr("sqlite://"), data_dir=folder, **more)
    counter = await assemble(settings, store, clock)
    sender = Sender(level=Level.VERIFIED, customer_id="C1", visitor_id="v-1", name="Ada Obi")
    await counter.desk.receive(
        IncomingMessage(
            channel=Channel.CHAT,
            channel_message_id="v-1:1",
            sender=sender,
            sent_at=clock(),
            text="I want to talk to a person",
            key="1",
        )
    )
    return counter


def escalation(counter: Counter) -> Escalation:
    return Escalation(
        counter.store, counter.settings, counter.notify, counter.desk.effects, counter.clock
    )


async def the_request(store: Store) -> SalesRequestRow:
    [row] = await store.read(lambda session: list(list_requests(session)))
    return row


async def test_the_weekend_does_not_count(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    counter = await a_counter(store, tmp_path, clock)
    clock.now = FRIDAY + timedelta(days=2, hours=5)  # Sunday night

    assert await escalation(counter).look() == 0
    assert (await the_request(store)).staff_id == "S1"


async def test_after_the_working_minutes_the_deputy_has_it_and_only_once(
    store: Store, tmp_path: Path
) -> None:
    clock = Clock()
    counter = await a_counter(store, tmp_path, clock)
    clock.now = datetime(2026, 11, 23, 9, 21, tzinfo=UTC)  # ten minutes on Friday, 21 on Monday

    assert await escalation(counter).look() == 1
    moved = await the_request(store)
    assert (moved.staff_id, moved.rule, moved.status) == ("S2", "escalated", "open")

    clock.now += timedelta(days=3)
    assert await escalation(counter).look() == 0


async def test_what_somebody_has_taken_stays_with_them(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    counter = await a_counter(store, tmp_path, clock)
    await counter.desk.claim((await the_request(store)).id, "S1")
    clock.now += timedelta(days=5)

    assert await escalation(counter).look() == 0


async def test_where_there_is_nobody_to_pass_it_on_to_the_channel_and_the_default_hear_it(
    store: Store, tmp_path: Path
) -> None:
    clock = Clock()
    slack: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-1"), "slack_signing_secret": SecretStr("s")
    }  # fmt: skip
    counter = await a_counter(store, tmp_path, clock, **slack)

    def alone(session: Session) -> None:
        session.get_one(StaffRow, "S1").deputy_id = None
        session.get_one(StaffRow, "S1").role = "service"  # no manager, and one who sells: S2
        bump_company(session)

    await store.write(alone)
    clock.now += timedelta(days=4)

    assert await escalation(counter).look() == 1
    assert (await the_request(store)).staff_id == "S1"
    rows = await store.read(lambda session: list_outbox(session))
    (line,) = [row for row in rows if row.kind == "channel_notice"]
    assert line.recipient == "#sales"
    assert "Own has no deputy who is there" in line.payload["text"]
    (mail,) = [row for row in rows if row.kind == "staff_waiting"]
    assert mail.recipient == "deputy@sales.example"
    assert "please take it" in mail.payload["text"]
    assert not any("Now assigned" in str(row.payload.get("text")) for row in rows)
    assert await escalation(counter).look() == 0
