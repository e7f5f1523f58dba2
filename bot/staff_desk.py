"""The staff side of the desk: answers, notes, and who has a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.appointment_desk import AppointmentDesk, access_request
from bot.attached import attach_of_staff
from bot.customer_mail import customer_address
from bot.joining import join, newest_request
from bot.mentions import join_named
from domain.conversation import Conversation
from domain.errors import NotAllowed, NotFound
from domain.join_words import read_join, says_more
from domain.languages import known_locale
from domain.messages import Author, AuthorKind, Channel, Message, Receipt, StaffMessage
from domain.people import Staff
from domain.request_view import RequestView
from domain.routing import Route, Rule
from storage import people
from storage.conversations import (
    add_messages,
    add_once,
    find_by_channel_id,
    lock_conversation,
    save_conversation,
)
from storage.joining import root_of
from storage.request_views import load_request_view
from storage.requests import (
    claim_request,
    finish_request,
    latest_open_request,
    reassign_request,
    set_order_status,
)


@dataclass(frozen=True, slots=True)
class StaffDesk(AppointmentDesk):
    """Takes what staff say and do. All that follows is stored with it."""

    async def staff_says(self, message: StaffMessage) -> Receipt:
        """Take what staff wrote: a note for colleagues, or an answer that the customer gets.

        An answer takes the request, if nobody has it yet: its clock stops.

        Raises:
            NotFound: the conversation or the member of staff does not exist.
        """
        now = self.clock()
        return await self.store.write(lambda session: self._staff_says(session, message, now))

    def _staff_says(self, session: Session, message: StaffMessage, now: datetime) -> Receipt:
        staff = people.find_staff(session, message.staff_id)
        # Where it is joined to another one, staff go on there.
        conversation = lock_conversation(session, root_of(session, message.conversation_id))
        if staff is None or conversation is None:
            raise NotFound(f"no staff {message.staff_id} or conversation {message.conversation_id}")
        asked = self._appointment_in(session, message, now)
        joins = read_join(message.text) if _may_act(message) else None
        if asked is not None or joins is not None:
            message = replace(message, internal=True)  # the customer reads it in our words
        stored = Message(
            conversation_id=conversation.id,
            seq=conversation.last_seq + 1,
            author=Author(AuthorKind.STAFF, staff.name, staff.staff_id),
            channel=message.channel,
            text=message.text,
            at=now,
            internal=message.internal or not message.proven,
            # Files of a note stay inside: tied to the conversation, its customer could open them.
            parts=()
            if message.internal or not message.proven
            else attach_of_staff(session, message.files, conversation.id),
        )
        if not add_once(session, stored, message.channel_message_id):
            found = find_by_channel_id(session, message.channel, message.channel_message_id)
            assert found is not None  # the unique index refused it a moment ago
            return Receipt(found[0], found[1], new=False)
        state = conversation.state
        if not stored.internal:
            state.staff_wrote_at = now.isoformat()
            self._pass_on(session, conversation, stored, message, now)
        save_conversation(session, conversation.id, now, state=state, last_seq=stored.seq)
        action = "note.written" if stored.internal else "answer.sent"
        self._log_staff(session, action, staff, "conversation", conversation.id, conversation, now)
        if asked is not None:
            self._keep_appointment(session, *asked, staff, stored, now)
        elif joins is not None and message.request_id:
            view = load_request_view(session, message.request_id)
            if not join_named(session, self.notify, view, joins, staff, now):
                self.notify.join_unread(session, view, staff, stored, joins, now)
            elif says_more(stored.text):
                self.notify.rest_unsent(session, view, staff, stored, now)
        return Receipt(conversation.id, stored.seq, new=True, messages=(stored,))

    def _pass_on(
        self,
        session: Session,
        conversation: Conversation,
        stored: Message,
        message: StaffMessage,
        now: datetime,
    ) -> None:
        """Owe the customer the answer, and tell the thread of it."""
        request_id = message.request_id or _open_request_id(session, conversation.id)
        view = load_request_view(session, request_id) if request_id else None
        own = view if view and view.conversation_id == conversation.id else None
        recipient = customer_address(session, conversation, own)
        if recipient:
            self.mail.staff_words(
                session,
                conversation,
                stored,
                recipient,
                locale=known_locale(conversation.locale),
                request_id=request_id,
                now=now,
                files=message.files,
            )
        if request_id is None:
            return
        if message.proven:
            self._take_quietly(session, request_id, message.staff_id, now)
        view = load_request_view(session, request_id)
        if view.consent:
            self.notify.staff_wrote(session, view, stored, now)
            if own is None and (other := newest_request(session, conversation.id)) is not None:
                # Below the card of the conversation that it went to, too.
                self.notify.staff_wrote(session, other, stored, now, elsewhere=True)
            if not recipient:
                self.notify.answer_unseen(session, view, stored, now)

    async def claim(self, request_id: str, staff_id: str) -> RequestView:
        """Give the request to the one who asks first.

        Raises:
            NotFound, NotAllowed, RequestAlreadyClaimed (names the winner), RequestAlreadyClosed.
        """
        return await self._move(request_id, staff_id, "request.claimed", claim_request)

    async def finish(self, request_id: str, staff_id: str) -> RequestView:
        """Close the request as done.

        Raises:
            NotFound, NotAllowed, RequestAlreadyClaimed, RequestAlreadyClosed.
        """
        return await self._move(request_id, staff_id, "request.done", finish_request)

    async def _move(
        self,
        request_id: str,
        staff_id: str,
        action: str,
        move: Callable[[Session, str, str, datetime], bool],
    ) -> RequestView:
        now = self.clock()

        def unit(session: Session) -> RequestView:
            staff = access_request(session, request_id, staff_id)
            changed = move(session, request_id, staff.staff_id, now)
            view = load_request_view(session, request_id)
            if changed:
                if set_order_status(session, request_id, "confirmed", now):
                    view = load_request_view(session, request_id)
                self._log_staff(session, action, staff, "request", request_id, view, now)
                self.notify.request_changed(session, view, now)
            return view

        return await self.store.write(unit)

    async def reassign(
        self, request_id: str, staff_id: str, to_staff_id: str, note: str = ""
    ) -> RequestView:
        """Hand the request over; the new person is told and has to take it.

        Raises:
            NotFound, NotAllowed, RequestAlreadyClosed.
        """
        now = self.clock()

        def unit(session: Session) -> RequestView:
            staff = access_request(session, request_id, staff_id)
            to = people.find_staff(session, to_staff_id)
            if to is None:
                raise NotFound(f"no staff {to_staff_id}")
            route = Route(to, Rule.HANDED_OVER)
            changed = reassign_request(
                session,
                request_id,
                to.staff_id,
                rule=route.rule.value,
                route=route.facts(),
                reason=self.effects.reason(route),
                now=now,
            )
            view = load_request_view(session, request_id)
            if changed:
                self._log_staff(
                    session, "request.reassigned", staff, "request", request_id, view, now
                )
                self.notify.request_changed(session, view, now)
                self._add_note(session, view, staff, note, now)
            return view

        return await self.store.write(unit)

    def _add_note(
        self, session: Session, view: RequestView, staff: Staff, note: str, now: datetime
    ) -> None:
        if not note.strip():
            return
        conversation = lock_conversation(session, view.conversation_id)
        assert conversation is not None  # a request has one by its foreign key
        stored = Message(
            conversation_id=conversation.id,
            seq=conversation.last_seq + 1,
            author=Author(AuthorKind.STAFF, staff.name, staff.staff_id),
            channel=Channel.SLACK,
            text=note.strip(),
            at=now,
            internal=True,
        )
        add_messages(session, [stored])
        save_conversation(session, conversation.id, now, last_seq=stored.seq)
        self.notify.staff_wrote(session, view, stored, now)

    async def join(self, conversation_id: str, into: str, staff_id: str) -> bool:
        """Go on with a conversation in another one; False where that is so already.

        Raises:
            NotFound: one of them does not exist.
            NotAllowed: nobody of staff asks, or the two cannot be joined.
        """
        now = self.clock()

        def unit(session: Session) -> bool:
            staff = people.find_staff(session, staff_id)
            if staff is None:
                raise NotAllowed(f"{staff_id} is not in staff")
            return join(session, self.notify, conversation_id, into, staff, now)

        return await self.store.write(unit)


def _may_act(message: StaffMessage) -> bool:
    """Whether it is a proven answer by mail to what we wrote of a request."""
    return bool(message.channel is Channel.EMAIL and message.proven and message.request_id) and (
        not message.internal
    )


def _open_request_id(session: Session, conversation_id: str) -> str | None:
    row = latest_open_request(session, conversation_id)
    return row.id if row else None
