"""The calendar entry of an appointment, to be fetched from the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlmodel import Session

from bot.appointments import Appointments, open_calendar
from bot.notify import Notify
from domain.languages import known_locale
from storage.conversations import find_conversation
from storage.request_views import load_request_view
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Calendar:
    """Answers `/calendar/<token>` with the appointment as it stands now."""

    store: Store
    notify: Notify

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [web.get("/calendar/{token}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """An iCalendar file; 404 for a token that is not ours or where nothing was agreed."""
        named = open_calendar(self.notify.keys, request.match_info["token"])
        if named is None:
            raise web.HTTPNotFound
        text = await self.store.read(lambda session: self._text(session, *named))
        if text is None:
            raise web.HTTPNotFound
        return web.Response(
            body=text.encode(),
            headers={
                "Content-Type": "text/calendar; charset=utf-8",
                "Content-Disposition": 'attachment; filename="appointment.ics"',
                "Referrer-Policy": "no-referrer",
            },
        )

    def _text(self, session: Session, request_id: str, conversation_id: str) -> str | None:
        view = load_request_view(session, request_id)
        conversation = find_conversation(session, conversation_id)
        if view.appointment is None or conversation is None:
            return None
        # Where staff have gone on with another conversation since, it is its customer's alone.
        if view.appointment.told_in not in (None, conversation_id):
            return None
        locale = known_locale(conversation.locale)
        return Appointments(self.notify).published(view, view.appointment, locale)
