"""Everybody concerned hears of an appointment: customer, staff and the thread, with a calendar
entry that mailers and calendars take."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import babel.dates
from sqlmodel import Session

from bot.customer_mail import CustomerMail, customer_address
from bot.owing import Owing
from domain.appointments import LONGEST_PLACE, Appointment, Terms
from domain.calendar_entry import Entry, Person, calendar_text, method_of
from domain.conversation import Conversation
from domain.languages import known_locale
from domain.messages import Part
from domain.people import Staff
from domain.request_view import RequestView
from domain.signing import Keys, Purpose
from storage.appointments import call_off, move_entry, note_holder, note_place
from storage.conversations import find_conversation
from storage.joining import root_of
from storage.people import find_staff


def state_of(appointment: Appointment) -> str:
    """`set`, `changed` or `called_off`: which words tell of it."""
    if appointment.is_called_off:
        return "called_off"
    return "changed" if appointment.sequence else "set"


class Appointments:
    """Words, calendar entries and mails of appointments."""

    def __init__(self, owing: Owing) -> None:
        self._owing = owing
        settings = owing.settings
        self._zone = settings.zone
        self._organizer = Person(settings.company_name, settings.catalog_address)
        self._mail = CustomerMail(owing.renderer, owing.new_id, settings.company_name)

    def new_uid(self, request_id: str) -> str:
        """A name for calendars that nobody else has (RFC 7986, section 5.3)."""
        host = self._organizer.email.rpartition("@")[2] or "localhost"
        return f"{request_id.lower()}.{secrets.token_hex(8)}@{host}"

    def when(self, terms: Terms, locale: str) -> str:
        """Day, hours and the name of the time zone: the reader may live in another one."""
        start, end = (m.astimezone(self._zone) for m in (terms.starts_at, terms.ends_at))
        day = babel.dates.format_skeleton("yMMMEd", start, locale=locale)
        hours = f"{start:%H:%M}–{end:%H:%M}"
        zone = babel.dates.get_timezone_name(start, width="long", locale=locale)
        return f"{day} {hours} ({zone})"

    def context(self, view: RequestView, appointment: Appointment, locale: str) -> dict[str, Any]:
        """What every text about the appointment needs."""
        staff = view.claimed_by or view.staff
        return {
            "state": state_of(appointment),
            "method": appointment.terms.method,
            "when": self.when(appointment.terms, locale),
            "place": appointment.terms.place,
            "staff": staff.name if staff else "",
            "id": view.id,
        }

    def said(self, view: RequestView, appointment: Appointment, locale: str, note: str) -> str:
        """What stands in the conversation."""
        context = self.context(view, appointment, locale)
        text = self._owing.renderer.say("appointment.said", locale, context)
        return f"{text}\n\n{note.strip()}" if note.strip() else text

    def part(
        self, view: RequestView, appointment: Appointment, locale: str, conversation_id: str
    ) -> Part:
        """The calendar entry as a file of the conversation."""
        return {
            "kind": "file",
            "url": f"/calendar/{seal_calendar(self._owing.keys, view.id, conversation_id)}",
            "name": "appointment.ics",
            "size": len(self.published(view, appointment, locale).encode()),
        }

    def published(self, view: RequestView, appointment: Appointment, locale: str) -> str:
        """The entry for somebody who fetches it: it invites nobody by name."""
        return calendar_text(self._entry(view, appointment, locale, None))

    def tell(
        self,
        session: Session,
        view: RequestView,
        conversation: Conversation,
        appointment: Appointment,
        now: datetime,
        *,
        by: Staff | None,
        note: str = "",
        before: Appointment | None = None,
    ) -> None:
        """Owe the customer and who has the request a mail with the entry, and tell the thread.

        Args:
            by: who set or changed it; None for the customer, who cancelled the request.
            before: as it stood, where it was changed.
        """
        recipient = self._tell_customer(
            session, view, conversation, appointment, now, by=by, note=note
        )
        stood_in = before.told_in if before and not before.is_called_off else None
        if before and stood_in and stood_in != conversation.id:
            # Staff have gone on with another conversation: who was told there hears its end, and
            # nothing of how it stands now.
            former = find_conversation(session, stood_in)
            assert former is not None  # conversations are never deleted
            gone = replace(before, sequence=appointment.sequence, is_called_off=True)
            gone = replace(gone, changed_at=appointment.changed_at)
            self._tell_customer(session, view, former, gone, now, by=by, at="former")
        note_place(session, view.id, conversation.id)
        if not view.consent:
            return
        words = self._owing.words(view.claimed_by or view.staff)
        line = words(
            "thread_appointment",
            by=by.name if by else "",
            **self.context(view, appointment, words.locale),
        )
        if by and not recipient:
            line += f" {words('appointment_no_address')}"
        self._owing.owe_line(
            session, view, f"{view.id}:appointment:{appointment.sequence}", line, now
        )
        holder = self._holder(session, view, appointment)
        if holder:
            self._tell_staff(session, view, holder, appointment, now)
            self._take_back(session, view, holder, appointment, now)
        stands_with = holder.staff_id if holder and not appointment.is_called_off else None
        note_holder(session, view.id, stands_with)

    def _tell_customer(
        self,
        session: Session,
        view: RequestView,
        conversation: Conversation,
        appointment: Appointment,
        now: datetime,
        *,
        by: Staff | None,
        note: str = "",
        at: str = "customer",
    ) -> str:
        """Owe the customer of a conversation a mail with the entry; return the address."""
        own = view if view.conversation_id == conversation.id else None
        recipient = customer_address(session, conversation, own)
        if recipient:
            locale = known_locale(conversation.locale)
            # The name in a request that is joined to this conversation is another person's.
            name = own.contact_name if own else conversation.name
            self._mail.send(
                session,
                f"appointment:{view.id}:{appointment.sequence}:{at}",
                "appointment",
                conversation,
                recipient,
                locale,
                self.context(view, appointment, locale) | {"note": note.strip()},
                now=now,
                auto=None if by else "auto-generated",
                request_id=view.id,
                calendar=self._calendar(view, appointment, locale, Person(name, recipient)),
            )
        return recipient

    def follow(self, session: Session, view: RequestView, now: datetime) -> None:
        """Who has the request now gets its appointment, and it leaves the former one's calendar.

        Both get a new version of it, since calendars may ignore one that they have seen.
        """
        holder = view.claimed_by or view.staff
        if view.appointment is None or holder is None:
            return
        moved = move_entry(session, view.id, holder.staff_id, now)
        if moved is not None:
            self._tell_staff(session, view, holder, moved, now, state="set")
            self._take_back(session, view, holder, moved, now)

    def _holder(
        self, session: Session, view: RequestView, appointment: Appointment
    ) -> Staff | None:
        """Who of staff is to hear of it: who has the request; of its end, who has the entry."""
        former = find_staff(session, appointment.held_by) if appointment.is_called_off else None
        return former or view.claimed_by or view.staff

    def _take_back(
        self,
        session: Session,
        view: RequestView,
        holder: Staff,
        appointment: Appointment,
        now: datetime,
    ) -> None:
        """It leaves the calendar of who had it before `holder`."""
        former = find_staff(session, appointment.held_by)
        if former is not None and former.staff_id != holder.staff_id:
            gone = replace(appointment, is_called_off=True)
            self._tell_staff(session, view, former, gone, now, state="passed_on")

    def _tell_staff(
        self,
        session: Session,
        view: RequestView,
        staff: Staff,
        appointment: Appointment,
        now: datetime,
        *,
        state: str = "",
    ) -> None:
        """Owe a member of staff a mail with the entry; `state` where it is another to them."""
        locale = self._owing.locale(staff)
        customer = view.contact_name or view.customer_name
        self._owing.mail_staff(
            session,
            view,
            staff,
            "staff_appointment",
            self.context(view, appointment, locale)
            | ({"state": state} if state else {})
            | {
                "customer_name": customer,
                "phone": view.contact_phone,
                "room_url": f"{self._owing.settings.base_url}/room/requests/{view.id}",
            },
            now,
            key=f"appointment:{view.id}:{appointment.sequence}:staff:{staff.staff_id}",
            extra={
                "calendar": self._calendar(
                    view, appointment, locale, Person(staff.name, staff.email), with_whom=customer
                )
            },
        )

    def request_cancelled(self, session: Session, view: RequestView, now: datetime) -> None:
        """The customer has cancelled the request: its appointment leaves every calendar."""
        appointment = call_off(session, view.id, now) if view.appointment else None
        if appointment is None:
            return
        conversation = find_conversation(session, self.place_of(session, view, appointment))
        assert conversation is not None  # a request has one by its foreign key
        self.tell(session, view, conversation, appointment, now, by=None)

    def place_of(self, session: Session, view: RequestView, appointment: Appointment) -> str:
        """The conversation whose customer hears of it: its end goes where it was told, the rest
        to where staff go on."""
        told_in = appointment.told_in if appointment.is_called_off else None
        return told_in or root_of(session, view.conversation_id)

    def _calendar(
        self,
        view: RequestView,
        appointment: Appointment,
        locale: str,
        attendee: Person,
        with_whom: str = "",
    ) -> Mapping[str, str]:
        entry = self._entry(view, appointment, locale, attendee, with_whom)
        return {"method": method_of(entry), "text": calendar_text(entry)}

    def _entry(
        self,
        view: RequestView,
        appointment: Appointment,
        locale: str,
        attendee: Person | None,
        with_whom: str = "",
    ) -> Entry:
        context = self.context(view, appointment, locale) | {"with_whom": with_whom}
        say = self._owing.renderer.say
        return Entry(
            appointment,
            say("appointment.summary", locale, context),
            say("appointment.description", locale, context),
            self._organizer,
            attendee,
        )


def wished_place(view: RequestView) -> str:
    """The address for a visit: the one in the request, else the registered one."""
    customer = view.customer
    registered = f"{customer.postal_code} {customer.address}".strip() if customer else ""
    return str(view.details.get("address") or registered)[:LONGEST_PLACE]


def seal_calendar(keys: Keys, request_id: str, conversation_id: str) -> str:
    """The name under which a conversation's customer can fetch the entry of a request."""
    return keys.seal(Purpose.CALENDAR, f"{request_id}:{conversation_id}")


def open_calendar(keys: Keys, sealed: str) -> tuple[str, str] | None:
    """The request and conversation that `seal_calendar` named; None for anything else."""
    request_id, colon, conversation_id = (keys.open(Purpose.CALENDAR, sealed) or "").partition(":")
    return (request_id, conversation_id) if colon else None
