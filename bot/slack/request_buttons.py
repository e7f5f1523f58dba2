"""What the buttons of a card do: take a request, finish it, answer, hand over, meet."""

from __future__ import annotations

from sqlmodel import Session

from bot.mentions import told_request
from bot.slack.modals import Modals
from bot.slack.ports import RequestDesk
from bot.slack.presses import OnPress, Press
from bot.slack.privately import Privately
from domain.errors import NotFound, RequestAlreadyClosed
from domain.people import Staff
from domain.request_view import RequestStatus, RequestView
from domain.signing import Keys, Purpose
from storage.request_views import load_request_view
from storage.slack_cards import request_of_card
from storage.store import Store


def seal_for(keys: Keys, request_id: str, user_id: str) -> str:
    """A request named to one Slack user in a view, where we keep no record of what was shown."""
    return keys.seal(Purpose.FORM, f"slack:{user_id}:{request_id}")


def open_for(keys: Keys, sealed: str, user_id: str) -> str:
    """The request that `seal_for` named to that user.

    Raises:
        NotFound: it was not made by us for this user.
    """
    name = keys.open(Purpose.FORM, sealed) or ""
    prefix = f"slack:{user_id}:"
    if not name.startswith(prefix):
        raise NotFound(f"{user_id} was never shown {sealed!r}")
    return name.removeprefix(prefix)


class RequestButtons:
    """Acts on our own record of which card stands where, never on what a button says alone."""

    def __init__(
        self, store: Store, desk: RequestDesk, privately: Privately, modals: Modals, keys: Keys
    ) -> None:
        self._store = store
        self._desk = desk
        self._privately = privately
        self._modals = modals
        self._keys = keys

    @property
    def on_press(self) -> dict[str, OnPress]:
        """What each button does, by its action_id."""
        return {
            "request.claim": self.claim,
            "request.done": self.finish,
            "request.reply": self.reply,
            "request.reassign": self.reassign,
            "request.appointment": self.appointment,
            "request.call_off": self.call_off,
            "request.join": self.join,
            "thread.join": self.join_mention,
        }

    async def claim(self, press: Press, staff: Staff) -> None:
        """Give the request to who pressed, if nobody has it."""
        view = await self._view(press)
        holder = view.claimed_by
        if view.status is RequestStatus.CLAIMED and holder and holder.staff_id == staff.staff_id:
            words = self._privately.words(staff)
            await self._privately.tell(press.place, words("private_already_yours", id=view.id))
            return
        await self._desk.claim(view.id, staff.staff_id)

    async def finish(self, press: Press, staff: Staff) -> None:
        """Close the request; who presses twice has no reason to be told off."""
        view = await self._view(press)
        await self._desk.finish(view.id, staff.staff_id)

    async def reply(self, press: Press, staff: Staff) -> None:
        """Open the form for an answer to the customer."""
        view = await self._view(press)
        sealed = seal_for(self._keys, view.id, press.place.user_id)
        await self._modals.open_reply(press.trigger_id, view, staff, sealed)

    async def reassign(self, press: Press, staff: Staff) -> None:
        """Open the form for handing over."""
        view = await self._view(press)
        if view.status in (RequestStatus.DONE, RequestStatus.CANCELLED):
            raise RequestAlreadyClosed(view.id)
        sealed = seal_for(self._keys, view.id, press.place.user_id)
        await self._modals.open_reassign(press.trigger_id, view, staff, sealed)

    async def appointment(self, press: Press, staff: Staff) -> None:
        """Open the form for a visit or an online meeting."""
        view = await self._view(press)
        if view.status is RequestStatus.CANCELLED:
            raise RequestAlreadyClosed(view.id)
        sealed = seal_for(self._keys, view.id, press.place.user_id)
        await self._modals.open_appointment(press.trigger_id, view, staff, sealed)

    async def call_off(self, press: Press, staff: Staff) -> None:
        """Call the appointment off; Slack has asked whether this is meant."""
        view = await self._view(press)
        await self._desk.call_off(view.id, staff.staff_id)

    async def join(self, press: Press, staff: Staff) -> None:
        """Go on in the conversation that the mail speaks of; Slack has asked whether this is
        meant."""
        view = await self._view(press)
        into = view.details.get("mentions")
        if not isinstance(into, str) or not into:
            raise NotFound(f"request {view.id} speaks of no other conversation")
        if not await self._desk.join(view.conversation_id, into, staff.staff_id):
            words = self._privately.words(staff)
            await self._privately.tell(press.place, words("private_joined_already", id=into))

    async def join_mention(self, press: Press, staff: Staff) -> None:
        """Join the conversation that was told of in a thread with the one whose thread it is."""
        here = press.value

        def unit(session: Session) -> RequestView:
            place = press.place
            request_id = request_of_card(session, place.channel_id, place.thread_ts)
            return told_request(session, request_id, here)

        view = await self._store.read(unit)
        if not await self._desk.join(here, view.conversation_id, staff.staff_id):
            words = self._privately.words(staff)
            into = view.joined_to or view.conversation_id
            await self._privately.tell(press.place, words("private_joined_already", id=into))

    async def _view(self, press: Press) -> RequestView:
        def unit(session: Session) -> RequestView:
            view = load_request_view(session, self._request_of(session, press))
            if not view.consent:
                raise NotFound(f"request {view.id} is not for staff")
            return view

        return await self._store.read(unit)

    def _request_of(self, session: Session, press: Press) -> str:
        if press.in_view:
            return open_for(self._keys, press.value, press.place.user_id)
        request_id = request_of_card(session, press.place.channel_id, press.message_ts)
        if request_id is None or request_id != press.value:
            raise NotFound(f"{press.value!r} was pressed on the card of {request_id}")
        return request_id
