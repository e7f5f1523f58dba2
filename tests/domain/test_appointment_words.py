"""Appointments as staff write them in a mail."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.appointment_words import AppointmentWords, read_appointment

ZONE = ZoneInfo("Asia/Tokyo")
#: A Sunday.
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZONE)
HOME = "1 Sample Road"


def read(text: str) -> AppointmentWords | None:
    return read_appointment(text, now=NOW, zone=ZONE, method="visit", place=HOME)


@pytest.mark.parametrize(
    ("text", "when", "minutes", "method", "place"),
    [
        ("appointment: 2026-11-24 14:00", "2026-11-24 14:00", 60, "visit", HOME),
        ("Appointment: Tuesday at 2:30 pm, 90 minutes", "2026-11-24 14:30", 90, "visit", HOME),
        ("appointment: tomorrow 15:00, 2 hours, at your office", "2026-11-23 15:00", 120, "visit",
         "at your office"),
        ("appointment: Nov 24, 14:00, 30 min", "2026-11-24 14:00", 30, "visit", HOME),
        ("appointment: tomorrow 9:00, online, 45 min, https://meet.example/a",
         "2026-11-23 09:00", 45, "online", "https://meet.example/a"),
        ("appointment: tomorrow 9:00, online", "2026-11-23 09:00", 60, "online", ""),
        ("予定：11月24日14時30分、60分", "2026-11-24 14:30", 60, "visit", HOME),
        ("予定: 明日の15時、1.5時間、訪問、見本町1-2-3", "2026-11-23 15:00", 90, "visit",
         "見本町1-2-3"),
        ("アポ：火曜 10:00、オンライン", "2026-11-24 10:00", 60, "online", ""),
    ],
)  # fmt: skip
def test_time_length_way_and_place_are_read(
    text: str, when: str, minutes: int, method: str, place: str
) -> None:
    words = read(text)
    assert words is not None
    assert words.terms is not None
    terms = words.terms
    assert f"{terms.starts_at.astimezone(ZONE):%Y-%m-%d %H:%M}" == when
    assert (terms.minutes, terms.method, terms.place) == (minutes, method, place)


@pytest.mark.parametrize(
    "text",
    [
        "appointment: soon", "appointment: Tuesday", "appointment: 2026-11-20 14:00",
        "appointment:", "予定：来週",
    ],
)  # fmt: skip
def test_what_names_no_moment_ahead_is_no_appointment(text: str) -> None:
    assert read(text) == AppointmentWords(None)


@pytest.mark.parametrize("text", ["appointment: cancel", "Appointment: off", "予定：取り消し"])
def test_it_can_be_called_off(text: str) -> None:
    assert read(f"{text}\n") == AppointmentWords(None, calls_off=True)


def test_what_follows_is_for_the_customer() -> None:
    words = read("appointment: tomorrow 15:00\n\nI bring the sample.\n")
    assert words is not None
    assert words.note == "I bring the sample."


@pytest.mark.parametrize("text", ["We have an appointment: ...", "Hello", "", "予定が変わりました"])
def test_other_texts_are_other_texts(text: str) -> None:
    assert read(text) is None
