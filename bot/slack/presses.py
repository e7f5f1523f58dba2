"""What the buttons of a card do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from bot.slack.people import StaffOfSlack
from bot.slack.ports import RequestDesk
from bot.slack.privately import Place, Privately
from domain.errors import MadoguchiError, NotFound
from domain.people import Staff
from domain.request_view import RequestStatus
from storage.requests import load_request_view
from storage.slack_cards import request_of_card, take_event
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that somebody pressed; `value` is what the button said, not to be believed."""

    id: str
    action_id: str
    value: str
    place: Place
    message_ts: str
    in_view: bool
    trigger_id: str


def read_press(body: Mapping[str, Any]) -> Press:
    """The press in the body of a `block_actions` interaction."""
    action = body["actions"][0]
    user_id = str(body["user"]["id"])
    container = body.get("container") or {}
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    ts = str(container.get("message_ts") or "")
    where = ts or str(container.get("view_id") or "")
    parts = (user_id, channel, where, action.get("action_id", ""), action.get("action_ts", ""))
    return Press(
        id="press:" + ":".join(str(part) for part in parts),
        action_id=str(action.get("action_id", "")),
        value=str(action.get("value") or ""),
        # What is said privately about a card stands below it, out of the others' way.
        place=Place(user_id, channel or user_id, str(container.get("thread_ts") or "")),
        message_ts=ts,
        in_view=container.get("type") == "view",
        trigger_id=str(body.get("trigger_id") or ""),
    )


class Presses:
    """Claims and finishes requests for those who may."""

    def __init__(
        self,
        store: Store,
        desk: RequestDesk,
        people: StaffOfSlack,
        privately: Privately,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._desk = desk
        self._people = people
        self._privately = privately
        self._clock = clock

    async def handle(self, press: Press) -> None:
        """Do what the button says, once, or tell the person why not."""
        staff: Staff | None = None
        request_id = ""
        try:
            now = self._clock()
            if not await self._store.write(lambda session: take_event(session, press.id, now)):
                return
            staff = await self._people.find(press.place.user_id)
            if staff is None:
                words = self._privately.words(None)
                await self._privately.tell(press.place, words("private_unauthorized"))
                return
            request_id = await self.request_of(press)
            await self._act(press, staff, request_id)
        except MadoguchiError as error:
            log.info("slack.refused", action=press.action_id, code=error.code, detail=str(error))
            await self._privately.tell_error(press.place, staff, error, request_id)
        except Exception as error:
            log.exception("slack.press_failed", action=press.action_id)
            await self._privately.tell_error(press.place, staff, error, request_id)

    async def request_of(self, press: Press) -> str:
        """The request whose card was pressed, by our own record of where cards stand.

        Raises:
            NotFound: there is no such card, or the button names another request.
        """
        if press.in_view:
            return press.value
        request_id = await self._store.read(
            lambda session: request_of_card(session, press.place.channel_id, press.message_ts)
        )
        if request_id is None or request_id != press.value:
            raise NotFound(f"{press.value!r} was pressed on the card of {request_id}")
        return request_id

    async def _act(self, press: Press, staff: Staff, request_id: str) -> None:
        match press.action_id:
            case "request.claim":
                if await self._store.read(lambda session: _is_of(session, request_id, staff)):
                    words = self._privately.words(staff)
                    line = words("private_already_yours", id=request_id)
                    await self._privately.tell(press.place, line)
                    return
                await self._desk.claim(request_id, staff.staff_id)
            case "request.done":
                await self._desk.finish(request_id, staff.staff_id)
            case other:
                log.info("slack.unknown_action", action=other)


def _is_of(session: Session, request_id: str, staff: Staff) -> bool:
    view = load_request_view(session, request_id)
    holder = view.claimed_by
    mine = holder is not None and holder.staff_id == staff.staff_id
    return view.status is RequestStatus.CLAIMED and mine
