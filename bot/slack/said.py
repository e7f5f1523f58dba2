"""What staff write in the thread of a card: a note, or an answer to the customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlmodel import Session

from bot.slack.people import StaffOfSlack
from bot.slack.ports import RequestDesk
from bot.slack.presses import Press
from bot.slack.privately import Place, Privately
from bot.slack.text import BUTTON, from_slack, plain
from domain.errors import MadoguchiError, NotAllowed, NotFound
from domain.messages import MAX_TEXT, Channel, StaffMessage
from domain.people import Staff
from storage.conversations import find_by_channel_id
from storage.joining import root_of
from storage.people import find_staff_by_slack
from storage.request_views import load_request_view
from storage.slack_cards import request_of_card
from storage.store import Store
from storage.tables import MessageRow

log = structlog.get_logger(__name__)

_REPLY = re.compile(r"\s*(?:reply|返信)\s*[:：]\s*", re.I)
#: People whose names are looked up for one message; the others stay as Slack writes them.
MOST_NAMES = 50
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)")


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a person wrote in a thread."""

    team_id: str
    user_id: str
    channel_id: str
    ts: str
    thread_ts: str
    text: str

    @property
    def id(self) -> str:
        """What Slack calls the message, unique among all teams."""
        return f"{self.team_id}:{self.channel_id}:{self.ts}"

    @property
    def place(self) -> Place:
        return Place(self.user_id, self.channel_id, self.thread_ts)


def read_said(body: Mapping[str, Any]) -> Said | None:
    """The message in the body of a `message` event, if a person newly wrote it in a thread.

    Edits and deletions change nothing: what was sent is sent, and a note stays as it was.
    """
    event = body.get("event") or {}
    thread_ts, ts = str(event.get("thread_ts") or ""), str(event.get("ts") or "")
    by_person = event.get("user") and not event.get("bot_id") and not event.get("app_id")
    new = event.get("subtype") in (None, "thread_broadcast", "file_share")
    if not by_person or not new or not thread_ts or thread_ts == ts:
        return None
    return Said(
        team_id=str(body.get("team_id") or event.get("team") or ""),
        user_id=str(event["user"]),
        channel_id=str(event.get("channel") or ""),
        ts=ts,
        thread_ts=thread_ts,
        text=str(event.get("text") or ""),
    )


class Thread:
    """Takes what is said in the threads of our cards to the desk."""

    def __init__(
        self, store: Store, desk: RequestDesk, people: StaffOfSlack, privately: Privately
    ) -> None:
        self._store = store
        self._desk = desk
        self._people = people
        self._privately = privately

    async def take(self, said: Said) -> None:
        """Store it, as a note or as an answer. May raise: then Slack sends the event again."""
        request_id = await self._store.read(
            lambda session: request_of_card(session, said.channel_id, said.thread_ts)
        )
        if request_id is None:
            return  # some other thread
        staff = await self._people.find(said.user_id)
        prefix = _REPLY.match(said.text)
        if staff is None:
            if prefix:
                words = self._privately.words(None)
                await self._privately.tell(said.place, words("private_unauthorized"))
            return
        text = await self._readable(said.text[prefix.end() :] if prefix else said.text)
        if not text:
            return
        try:
            await self._say(said, staff, request_id, text, internal=prefix is None)
        except (MadoguchiError, ValueError) as error:
            await self._privately.tell_error(said.place, staff, error)

    async def _say(
        self, said: Said, staff: Staff, request_id: str, text: str, *, internal: bool
    ) -> None:
        view = await self._store.read(lambda session: load_request_view(session, request_id))
        receipt = await self._desk.staff_says(
            StaffMessage(
                channel=Channel.SLACK,
                channel_message_id=said.id,
                staff_id=staff.staff_id,
                conversation_id=view.conversation_id,
                text=text[:MAX_TEXT],
                sent_at=datetime.fromtimestamp(float(said.ts), UTC),
                internal=internal,
                request_id=request_id,
            )
        )
        if not receipt.new:
            return
        if internal:
            await self._offer_to_send(said, staff)
        else:
            words = self._privately.words(staff)
            await self._privately.tell(said.place, words("private_sent"))

    async def _offer_to_send(self, said: Said, staff: Staff) -> None:
        words = self._privately.words(staff)
        button = {
            "type": "button",
            "action_id": "thread.send",
            "text": plain(words("button_send"), BUTTON),
            "value": f"{said.thread_ts}/{said.ts}",
        }
        actions = {"type": "actions", "elements": [button]}
        await self._privately.tell(said.place, words("private_noted"), extra=[actions])

    async def send_note(self, press: Press, staff: Staff) -> None:
        """Send a note to the customer after all: as it is stored, by who wrote it, once."""
        thread_ts, _, ts = press.value.partition("/")
        channel_id = press.place.channel_id
        words = self._privately.words(staff)

        def unit(session: Session) -> tuple[str, MessageRow]:
            request_id = request_of_card(session, channel_id, thread_ts)
            written_as = f"{press.team_id}:{channel_id}:{ts}"
            found = find_by_channel_id(session, Channel.SLACK, written_as)
            if request_id is None or found is None:
                raise NotFound(f"no note {written_as}")
            row = session.get_one(MessageRow, found)
            view = load_request_view(session, request_id)
            places = (view.conversation_id, root_of(session, view.conversation_id))
            if row.staff_id != staff.staff_id or row.conversation_id not in places:
                raise NotAllowed(f"{staff.staff_id} did not write {written_as}")
            session.expunge(row)
            return request_id, row

        request_id, note = await self._store.read(unit)
        receipt = await self._desk.staff_says(
            StaffMessage(
                channel=Channel.SLACK,
                channel_message_id=f"{note.channel_message_id}:sent",
                staff_id=staff.staff_id,
                conversation_id=note.conversation_id,
                text=note.text,
                sent_at=note.at,
                request_id=request_id,
            )
        )
        told = "private_sent" if receipt.new else "private_sent_already"
        await self._privately.tell(press.place, words(told))

    async def _readable(self, text: str) -> str:
        ids = sorted(set(_MENTIONED.findall(text)))[:MOST_NAMES]

        def names(session: Session) -> dict[str, str]:
            found = {one: find_staff_by_slack(session, one) for one in ids}
            return {one: staff.name for one, staff in found.items() if staff}

        known = await self._store.read(names) if ids else {}
        return from_slack(text, lambda one: known.get(one, one)).strip()
