"""The people who are to get requests, and what waits to be looked after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.doctor.finding import Finding, failed, unused, warning, well
from bot.settings import Settings
from domain.people import Area, Role, Staff
from storage.database import create_engine_for, is_made, schema_state
from storage.held_answers import held_addresses
from storage.inbound_mails import list_quarantine
from storage.outbox import count_outbox
from storage.people import areas, team


def check_company(settings: Settings) -> list[Finding]:
    """Staff, their coverage and what got stuck. Blocks; says nothing where the database is ill."""
    url = settings.database_url.get_secret_value()
    empty = [unused("staff", "the database is not set up yet", "see the line `database`")]
    if not is_made(url):
        return empty
    try:
        current, head = schema_state(url)
        if current != head:
            return empty
        engine = create_engine_for(url)
        try:
            with Session(engine) as session:
                people = team(session)
                return [
                    *check_staff(settings, people, areas(session)),
                    *_stuck(session),
                ]
        finally:
            engine.dispose()
    except (SQLAlchemyError, OSError):
        return []


def check_ways_to_staff(settings: Settings) -> list[Finding]:
    """Whether staff can be told at all; empty where they can."""
    if settings.smtp_host or settings.has_slack:
        return []
    return [
        warning(
            "telling staff",
            "neither mail nor Slack is set up: staff cannot be told of any request",
            "set SMTP_HOST, SMTP_USER, SMTP_PASSWORD, or SLACK_BOT_TOKEN and "
            "SLACK_SIGNING_SECRET (docs/slack.md), or both",
        )
    ]


def check_staff(settings: Settings, people: list[Staff], known: list[Area]) -> list[Finding]:
    """Whether every request finds somebody who hears of it."""
    if not people:
        return [failed("staff", "there is no staff, so nobody is told", "madoguchi import FOLDER")]
    faults = [
        *_default(settings, people),
        *_unreachable(settings, people),
        *_uncovered(people, known),
    ]
    return faults or [well("staff", f"{len(people)} people, {len(known)} areas")]


def _default(settings: Settings, people: list[Staff]) -> Iterator[Finding]:
    named = settings.default_staff_id
    if named and all(person.staff_id != named for person in people):
        yield failed("staff", f"DEFAULT_STAFF_ID {named} is nobody", "set it to a staff_id")
    if named:
        return
    general = [
        person
        for person in people
        if person.role is Role.MANAGER
        or (person.role is Role.SALES and not person.area_codes and not person.product_categories)
    ]
    if not general:
        yield warning(
            "staff",
            "nobody is there for what no rule assigns",
            "set DEFAULT_STAFF_ID, or import a manager or sales staff without areas and categories",
        )


def _unreachable(settings: Settings, people: list[Staff]) -> Iterator[Finding]:
    by_mail, by_slack = settings.smtp_host, settings.has_slack
    if not (by_mail or by_slack):
        return  # said already, and of nobody in particular
    silent = [
        person.staff_id
        for person in people
        if not (by_mail and person.email) and not (by_slack and person.slack_user_id)
    ]
    if silent:
        yield warning(
            "staff",
            f"neither mail nor Slack reaches {', '.join(silent[:10])}",
            "give them an email or slack_user_id in staff.csv",
        )


def _uncovered(people: list[Staff], known: list[Area]) -> Iterator[Finding]:
    covered = {code for person in people for code in person.area_codes}
    open_areas = [area.area_code for area in known if area.area_code not in covered]
    if open_areas:
        yield warning(
            "staff",
            f"no one covers {', '.join(open_areas[:10])}; their requests go to the default",
            "name the areas in staff.csv, column area_codes",
        )


def _stuck(session: Session) -> Iterator[Finding]:
    dead = sum(count for (_, status), count in count_outbox(session).items() if status == "dead")
    if dead:
        yield warning(
            "outbox",
            f"{dead} notifications could not be delivered",
            "madoguchi outbox list --status dead, then madoguchi outbox retry ID",
        )
    for held in held_addresses(session, datetime.now(UTC)):
        yield warning(
            "automatic answers",
            f"{held.address} gets none until {held.until:%Y-%m-%d %H:%M} UTC: "
            "a robot seems to answer there",
            "nothing; afterwards it is answered again by itself",
        )
    quarantined = len(list_quarantine(session))
    if quarantined:
        yield warning(
            "quarantine",
            f"{quarantined} mails could not be processed",
            "madoguchi quarantine list, then madoguchi quarantine retry ID",
        )
