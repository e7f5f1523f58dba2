"""An appointment as an iCalendar object that calendars and mailers take (RFC 5545, RFC 5546)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.appointments import Appointment

#: Octets of a line without its line break (RFC 5545, section 3.1).
MOST_OCTETS = 75
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a calendar entry."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows of an appointment, in the language of who gets it."""

    appointment: Appointment
    summary: str
    description: str
    organizer: Person
    attendee: Person | None


def method_of(entry: Entry) -> str:
    """The iTIP method (RFC 5546): REQUEST invites, CANCEL takes back; PUBLISH where nobody is
    named."""
    if entry.appointment.is_called_off:
        return "CANCEL"
    return "REQUEST" if entry.attendee else "PUBLISH"


def calendar_text(entry: Entry) -> str:
    """The object, lines ended by CRLF and folded. All times are UTC, so no zone is defined.

    The same appointment in the same words gives the same text.
    """
    lines = (folded for line in _lines(entry) for folded in _folded(line))
    return "".join(f"{line}\r\n" for line in lines)


def _lines(entry: Entry) -> Iterator[str]:
    appointment = entry.appointment
    terms = appointment.terms
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Madoguchi//Counter//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{method_of(entry)}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(appointment.uid)}"
    yield f"SEQUENCE:{appointment.sequence}"
    yield f"DTSTAMP:{_utc(appointment.changed_at)}"
    yield f"DTSTART:{_utc(terms.starts_at)}"
    yield f"DTEND:{_utc(terms.ends_at)}"
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_text(entry.description)}"
    if terms.place:
        yield f"LOCATION:{_text(terms.place)}"
    yield f"ORGANIZER{_person(entry.organizer)}"
    if entry.attendee:
        # It is agreed already: nobody is asked to answer, and mailers send no answer by themselves.
        role = ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE"
        yield f"ATTENDEE{role}{_person(entry.attendee)}"
    yield f"STATUS:{'CANCELLED' if appointment.is_called_off else 'CONFIRMED'}"
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, section 3.3.11)."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _CONTROLS.sub("", lines.encode("utf-8", "replace").decode("utf-8"))
    return "".join(_ESCAPED.get(char, char) for char in cleaned)


def _person(person: Person) -> str:
    # A quoted parameter may hold anything but quotes and controls (section 3.2).
    name = " ".join(re.sub(r'[\x00-\x1f\x7f"]', " ", person.name).split())
    named = f';CN="{name}"' if name else ""
    address = re.sub(r"[\x00-\x20\x7f]", "", person.email)
    return f"{named}:mailto:{address}"


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets; no character is split, pieces go on with a blank."""
    piece, room = "", MOST_OCTETS
    for char in line:
        size = len(char.encode("utf-8", "replace"))
        if size > room:
            yield piece
            piece, room = " ", MOST_OCTETS - 1
        piece += char
        room -= size
    yield piece
