"""Buttons that people press: taken once, from staff alone, and led to what they do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.slack.people import StaffOfSlack
from bot.slack.privately import Place, Privately
from domain.errors import MadoguchiError
from domain.people import Staff
from storage.slack_cards import take_event
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that somebody pressed; `value` is what the button said, not to be believed."""

    id: str
    action_id: str
    value: str
    team_id: str
    place: Place
    message_ts: str
    in_view: bool
    trigger_id: str


#: What a button does. May raise a MadoguchiError, which the person is told in words.
OnPress = Callable[[Press, Staff], Awaitable[None]]


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
        team_id=str((body.get("team") or {}).get("id") or ""),
        # In the Home tab there is no channel: what is private goes to the person's own.
        place=Place(user_id, channel or user_id, str(container.get("thread_ts") or "")),
        message_ts=ts,
        in_view=container.get("type") == "view",
        trigger_id=str(body.get("trigger_id") or ""),
    )


class Presses:
    """Takes each press once and leads it to what its button does."""

    def __init__(
        self,
        store: Store,
        people: StaffOfSlack,
        privately: Privately,
        on_press: Mapping[str, OnPress],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._people = people
        self._privately = privately
        self._on_press = on_press
        self._clock = clock

    async def handle(self, press: Press) -> None:
        """Do what the button says, once, or tell the person why not."""
        staff: Staff | None = None
        try:
            now = self._clock()
            if not await self._store.write(lambda session: take_event(session, press.id, now)):
                return
            staff = await self._people.find(press.place.user_id)
            if staff is None:
                words = self._privately.words(None)
                await self._privately.tell(press.place, words("private_unauthorized"))
                return
            await self._on_press[press.action_id](press, staff)
        except MadoguchiError as error:
            log.info("slack.refused", action=press.action_id, code=error.code, detail=str(error))
            await self._privately.tell_error(press.place, staff, error)
        except Exception as error:
            log.exception("slack.press_failed", action=press.action_id)
            await self._privately.tell_error(press.place, staff, error)
