"""What is sent with the forms: done first and answered then, so that a fault shows in its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.notify import MODAL_PREFIX
from bot.slack.appointment_form import APPOINTMENT, terms_of
from bot.slack.modals import MAX_REPLY, REASSIGN, REPLY
from bot.slack.people import StaffOfSlack
from bot.slack.ports import RequestDesk
from bot.slack.privately import Privately
from bot.slack.request_buttons import open_for
from bot.slack.text import clean
from domain.errors import MadoguchiError, NotAllowed, NotFound
from domain.messages import Channel, StaffMessage
from domain.people import Staff
from domain.signing import Keys
from storage.request_views import load_request_view
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Submission:
    """A form as it was sent."""

    callback_id: str
    view_id: str
    user_id: str
    sealed: str
    values: Mapping[str, Mapping[str, Any]]

    def text(self, block_id: str) -> str:
        """What was typed into the text field of a block."""
        return clean(str((self.values.get(block_id) or {}).get("text", {}).get("value") or ""))

    def chosen(self, block_id: str, action_id: str) -> str:
        """What was chosen in a menu."""
        option = (self.values.get(block_id) or {}).get(action_id, {}).get("selected_option")
        return str((option or {}).get("value") or "")


def read_submission(body: Mapping[str, Any]) -> Submission:
    """The form in the body of a `view_submission`."""
    view = body.get("view") or {}
    return Submission(
        callback_id=str(view.get("callback_id") or ""),
        view_id=str(view.get("id") or ""),
        user_id=str((body.get("user") or {}).get("id") or ""),
        sealed=str(view.get("private_metadata") or ""),
        values=(view.get("state") or {}).get("values") or {},
    )


class Submissions:
    """Takes forms to the desk. A form sent again, because the answer was lost, acts once."""

    def __init__(
        self,
        store: Store,
        desk: RequestDesk,
        people: StaffOfSlack,
        privately: Privately,
        keys: Keys,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._desk = desk
        self._people = people
        self._privately = privately
        self._keys = keys
        self._clock = clock
        self._zone = zone

    async def handle(self, sent: Submission) -> dict[str, str]:
        """Do what the form says; faults by block_id, none where all is well."""
        staff: Staff | None = None
        block = {REPLY: "reply", REASSIGN: "to", APPOINTMENT: "date"}[sent.callback_id]
        try:
            staff = await self._people.find(sent.user_id)
            if staff is None:
                raise NotAllowed(f"{sent.user_id} is not in staff")
            request_id = open_for(self._keys, sent.sealed, sent.user_id)
            if sent.callback_id == REPLY:
                return await self._reply(sent, staff, request_id)
            if sent.callback_id == APPOINTMENT:
                return await self._appointment(sent, staff, request_id)
            return await self._reassign(sent, staff, request_id)
        except MadoguchiError as error:
            return {block: self._privately.explain(staff, error)}
        except Exception as error:
            log.exception("slack.submission_failed", form=sent.callback_id)
            return {block: self._privately.explain(staff, error)}

    async def _reply(self, sent: Submission, staff: Staff, request_id: str) -> dict[str, str]:
        text = sent.text("reply").strip()
        words = self._privately.words(staff)
        if not text:
            return {"reply": words("private_no_text")}
        if len(text) > MAX_REPLY:
            return {"reply": words("private_too_long")}
        view = await self._store.read(lambda session: load_request_view(session, request_id))
        await self._desk.staff_says(
            StaffMessage(
                channel=Channel.SLACK,
                channel_message_id=f"{MODAL_PREFIX}{sent.view_id}",
                staff_id=staff.staff_id,
                conversation_id=view.conversation_id,
                text=text,
                sent_at=self._clock(),
                request_id=request_id,
            )
        )
        return {}

    async def _appointment(self, sent: Submission, staff: Staff, request_id: str) -> dict[str, str]:
        terms = terms_of(sent.values, self._zone)
        if terms is None:
            raise NotFound("no date and time were chosen")
        if terms.starts_at <= self._clock():
            return {"date": self._privately.words(staff)("private_in_the_past")}
        note = sent.text("note")[:1_000]
        await self._desk.set_appointment(request_id, staff.staff_id, terms, note)
        return {}

    async def _reassign(self, sent: Submission, staff: Staff, request_id: str) -> dict[str, str]:
        to = sent.chosen("to", "staff_id")
        if not to:
            raise NotFound("nobody was chosen")
        note = sent.text("note")[:1_000]
        await self._desk.reassign(request_id, staff.staff_id, to, note)
        return {}
