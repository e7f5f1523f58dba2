"""Calendar entries that every calendar can read: RFC 5545 and 5546 by the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.appointments import Appointment, Terms
from domain.calendar_entry import Entry, Person, calendar_text, method_of

TOKYO = timezone(timedelta(hours=9))
TERMS = Terms("visit", datetime(2026, 11, 24, 14, 0, tzinfo=TOKYO), 90, "東京都千代田区見本町1-2-3")
APPOINTMENT = Appointment(
    "R-1", "r-1.abc@sales.example", 0, TERMS, datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
)
ENTRY = Entry(
    APPOINTMENT,
    "ご訪問：見本商事",
    "担当：渚\n受付番号：R-1",
    Person('Example "Sales", Inc.', "catalog@sales.example"),
    Person("青木 陽子", "aya@customer.example"),
)


def unfolded(text: str) -> list[str]:
    """The content lines, as a reader gets them (RFC 5545, section 3.1)."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def field(text: str, name: str) -> str:
    (line,) = [one for one in unfolded(text) if one.partition(":")[0].partition(";")[0] == name]
    return line


def test_times_are_utc_and_the_end_follows_from_the_length() -> None:
    text = calendar_text(ENTRY)
    assert field(text, "DTSTART") == "DTSTART:20261124T050000Z"
    assert field(text, "DTEND") == "DTEND:20261124T063000Z"
    assert field(text, "DTSTAMP") == "DTSTAMP:20261122T010203Z"


def test_an_invitation_names_who_invites_and_who_comes() -> None:
    text = calendar_text(ENTRY)
    assert field(text, "METHOD") == "METHOD:REQUEST"
    assert field(text, "STATUS") == "STATUS:CONFIRMED"
    assert field(text, "ORGANIZER") == (
        'ORGANIZER;CN="Example Sales , Inc.":mailto:catalog@sales.example'
    )
    assert field(text, "ATTENDEE").endswith(';CN="青木 陽子":mailto:aya@customer.example')
    assert field(text, "LOCATION") == "LOCATION:東京都千代田区見本町1-2-3"


def test_what_is_called_off_is_the_same_entry_with_a_higher_sequence() -> None:
    off = replace(APPOINTMENT, sequence=2, is_called_off=True)
    text = calendar_text(replace(ENTRY, appointment=off))
    assert field(text, "METHOD") == "METHOD:CANCEL"
    assert field(text, "STATUS") == "STATUS:CANCELLED"
    assert field(text, "SEQUENCE") == "SEQUENCE:2"
    assert field(text, "UID") == "UID:r-1.abc@sales.example"


def test_without_an_attendee_it_is_published() -> None:
    published = replace(ENTRY, attendee=None)
    assert method_of(published) == "PUBLISH"
    assert "ATTENDEE" not in calendar_text(published)


@pytest.mark.parametrize("char", ["漢", "😀", "é", "x", "\\", ";"])
def test_lines_have_75_octets_at_most_and_no_character_is_split(char: str) -> None:
    entry = replace(ENTRY, summary=char * 300)
    text = calendar_text(entry)
    lines = text.encode().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)
    value = field(text, "SUMMARY").removeprefix("SUMMARY:")
    assert value.replace("\\\\", "\\").replace("\\;", ";") == char * 300


def test_text_cannot_begin_a_line_or_a_property_of_its_own() -> None:
    evil = "a;b,c\\d\r\nATTENDEE:mailto:eve@elsewhere.example\nBEGIN:VALARM\x00"
    person = Person('Eve":mailto:x\r\nX-EVIL:1', "eve@elsewhere.example\r\nX-EVIL:2")
    text = calendar_text(
        Entry(replace(APPOINTMENT, terms=replace(TERMS, place=evil)), evil, evil, person, person)
    )
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded(text)]
    assert names == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP",
        "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "ORGANIZER", "ATTENDEE",
        "STATUS", "TRANSP", "END", "END",
    ]  # fmt: skip
    assert r"a\;b\,c\\d\nATTENDEE" in field(text, "SUMMARY")
    assert "\0" not in text


@pytest.mark.parametrize(
    ("method", "minutes", "place"),
    [("phone", 60, ""), ("visit", 0, ""), ("visit", 1_441, ""), ("online", 60, "x" * 501)],
)
def test_terms_that_are_none_are_refused(method: str, minutes: int, place: str) -> None:
    with pytest.raises(ValueError, match=r"visit|minutes|characters"):
        Terms(method, TERMS.starts_at, minutes, place)
