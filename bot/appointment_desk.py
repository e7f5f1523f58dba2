"""The appointments of requests, as staff set, change and call them off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.appointments import Appointments, wished_place
from bot.customer_mail import CustomerMail
from bot.effects import Effects
from bot.notify import Notify
from domain.appointment_words import AppointmentWords, read_appointment
from domain.appointments import Appointment, Terms, method_wished
from domain.conversation import Conversation
from domain.errors import NotAllowed, NotFound, RequestAlreadyClaimed, RequestAlreadyClosed
from domain.languages import known_locale
from domain.messages import Author, AuthorKind, Channel, Message, StaffMessage
from domain.people import Staff
from domain.request_view import RequestStatus, RequestView
from storage import people
from storage.access_log import record
from storage.appointments import call_off, find_appointment, set_appointment, touch_request
from storage.conversations import add_messages, lock_conversation, save_conversation
from storage.request_views import load_request_view
from storage.requests import claim_request, set_order_status
from storage.store import Store
from storage.tables import SalesRequestRow

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class AppointmentDesk:
    """Takes what staff do about appointments. All that follows is stored with it."""

    store: Store
    notify: Notify
    mail: CustomerMail
    effects: Effects
    clock: Clock

    async def set_appointment(
        self, request_id: str, staff_id: str, terms: Terms, note: str = ""
    ) -> RequestView:
        """Set or change the appointment of a request; all concerned get it for their calendars.

        Whoever sets it takes the request, if nobody has it. The same terms again change nothing.

        Args:
            note: a sentence for the customer.

        Raises:
            NotFound, NotAllowed, RequestAlreadyClosed (the request was cancelled).
        """
        now = self.clock()

        def unit(session: Session) -> RequestView:
            staff = self._lock_request(session, request_id, staff_id)
            self._set(session, request_id, staff, terms, note, now)
            return load_request_view(session, request_id)

        return await self.store.write(unit)

    async def call_off(self, request_id: str, staff_id: str) -> RequestView:
        """Call the appointment of a request off; the request stays as it is.

        Raises:
            NotFound, NotAllowed, RequestAlreadyClosed.
        """
        now = self.clock()

        def unit(session: Session) -> RequestView:
            staff = self._lock_request(session, request_id, staff_id)
            appointment = call_off(session, request_id, now)
            if appointment is not None:
                self._spread(session, appointment, staff, "", now)
            return load_request_view(session, request_id)

        return await self.store.write(unit)

    def _set(
        self,
        session: Session,
        request_id: str,
        staff: Staff,
        terms: Terms,
        note: str,
        now: datetime,
    ) -> None:
        uid = Appointments(self.notify).new_uid(request_id)
        before = find_appointment(session, request_id)
        appointment = set_appointment(
            session, request_id, terms, new_uid=uid, staff_id=staff.staff_id, now=now
        )
        if appointment is not None:
            self._take_quietly(session, request_id, staff.staff_id, now, same_holder=True)
            self._spread(session, appointment, staff, note, now, before)

    def _lock_request(self, session: Session, request_id: str, staff_id: str) -> Staff:
        """The member of staff; nobody else changes the request until the transaction ends."""
        staff = access_request(session, request_id, staff_id)
        row = session.get(SalesRequestRow, request_id, with_for_update=True, populate_existing=True)
        if row is None or row.status == "cancelled":
            raise RequestAlreadyClosed(request_id)
        return staff

    def _spread(
        self,
        session: Session,
        appointment: Appointment,
        staff: Staff,
        note: str,
        now: datetime,
        before: Appointment | None = None,
    ) -> None:
        """Say it in the conversation, and tell everybody concerned."""
        request_id = appointment.request_id
        touch_request(session, request_id)
        view = load_request_view(session, request_id)
        appointments = Appointments(self.notify)
        place = appointments.place_of(session, view, appointment)
        conversation = lock_conversation(session, place)
        assert conversation is not None  # a request has one by its foreign key
        locale = known_locale(conversation.locale)
        said = Message(
            conversation_id=conversation.id,
            seq=conversation.last_seq + 1,
            author=Author(AuthorKind.STAFF, staff.name, staff.staff_id),
            channel=Channel.SLACK,
            text=appointments.said(view, appointment, locale, note),
            at=now,
            parts=(appointments.part(view, appointment, locale, conversation.id),),
        )
        add_messages(session, [said])
        state = conversation.state
        state.staff_wrote_at = now.isoformat()
        save_conversation(session, conversation.id, now, state=state, last_seq=said.seq)
        action = "appointment.called_off" if appointment.is_called_off else "appointment.set"
        self._log_staff(session, action, staff, "request", request_id, view, now)
        appointments.tell(
            session, view, conversation, appointment, now, by=staff, note=note, before=before
        )
        self.notify.request_changed(session, view, now, same_holder=True)

    def _appointment_in(
        self, session: Session, message: StaffMessage, now: datetime
    ) -> tuple[RequestView, AppointmentWords] | None:
        """The appointment that a mail of staff sets; None for every other message."""
        if message.channel is not Channel.EMAIL or message.internal or not message.request_id:
            return None
        view = load_request_view(session, message.request_id)
        stands = view.appointment.terms if view.appointment else None
        words = read_appointment(
            message.text,
            now=now,
            zone=self.notify.settings.zone,
            method=stands.method if stands else method_wished(view.details) or "visit",
            place=stands.place if stands else wished_place(view),
        )
        return None if words is None else (view, words)

    def _keep_appointment(
        self,
        session: Session,
        view: RequestView,
        words: AppointmentWords,
        staff: Staff,
        stored: Message,
        now: datetime,
    ) -> None:
        """Do what the mail says, or tell its writer that it cannot be read."""
        # Two who set the first one at once, by mail and in Slack, take turns.
        session.get(SalesRequestRow, view.id, with_for_update=True, populate_existing=True)
        if view.status is RequestStatus.CANCELLED or not (words.terms or words.calls_off):
            self.notify.appointment_unread(session, view, staff, stored, now)
        elif words.terms:
            self._set(session, view.id, staff, words.terms, words.note, now)
        elif (appointment := call_off(session, view.id, now)) is not None:
            self._spread(session, appointment, staff, words.note, now)
        else:
            self.notify.appointment_unread(session, view, staff, stored, now, none=True)

    def _take_quietly(
        self,
        session: Session,
        request_id: str,
        staff_id: str,
        now: datetime,
        *,
        same_holder: bool = False,
    ) -> None:
        try:
            if claim_request(session, request_id, staff_id, now):
                set_order_status(session, request_id, "confirmed", now)
                view = load_request_view(session, request_id)
                self.notify.request_changed(session, view, now, same_holder=same_holder)
        except (RequestAlreadyClaimed, RequestAlreadyClosed):
            return  # whoever answers may answer; the request stays with who has it

    def _log_staff(
        self,
        session: Session,
        action: str,
        staff: Staff,
        kind: str,
        object_id: str,
        about: RequestView | Conversation,
        now: datetime,
    ) -> None:
        if isinstance(about, Conversation):
            customer_id = about.customer_id
        else:
            customer_id = about.customer.customer_id if about.customer else None
        record(
            session,
            action,
            now=now,
            actor_kind="staff",
            actor_id=staff.staff_id,
            object_kind=kind,
            object_id=object_id,
            customer_id=customer_id,
        )


def access_request(session: Session, request_id: str, staff_id: str) -> Staff:
    """The member of staff, if there is such a request and staff may know of it."""
    staff = people.find_staff(session, staff_id)
    if staff is None:
        raise NotAllowed(f"{staff_id} is not in staff")
    view = load_request_view(session, request_id)
    if not view.consent:
        raise NotFound(f"request {request_id} is not for staff")
    return staff
