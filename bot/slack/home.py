"""The Home tab: the open requests of who looks at it, with what can be done about each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.request_facts import describe
from bot.slack.api import SlackApi
from bot.slack.people import StaffOfSlack
from bot.slack.privately import Privately
from bot.slack.request_buttons import seal_for
from bot.slack.text import BUTTON, HEADER, escape, escape_within, mrkdwn, plain
from bot.staff_words import StaffWords
from domain.people import Staff
from domain.request_view import RequestStatus, RequestView
from domain.signing import Keys
from storage.request_views import load_request_view
from storage.requests import requests_of_staff
from storage.store import Store

#: A view has at most 100 blocks; each request takes three.
MAX_SHOWN = 30


class HomeTab:
    """Publishes the tab when somebody opens it, and again after that person has pressed in it."""

    def __init__(
        self,
        api: SlackApi,
        store: Store,
        people: StaffOfSlack,
        privately: Privately,
        keys: Keys,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._store = store
        self._people = people
        self._privately = privately
        self._keys = keys
        self._base_url = base_url
        self._clock = clock

    async def publish(self, user_id: str) -> None:
        """Show the tab as it is now. Raises SlackRefused or SlackAway."""
        staff = await self._people.find(user_id)
        words = self._privately.words(staff)
        if staff is None:
            blocks = [{"type": "section", "text": plain(words("home_stranger"), 500)}]
        else:
            total, views = await open_requests(self._store, staff, MAX_SHOWN)
            blocks = [*self._blocks(user_id, total, views, words)]
        view = {"type": "home", "blocks": blocks}
        await self._api.call("views.publish", user_id=user_id, view=view)

    def _blocks(
        self, user_id: str, total: int, views: Sequence[RequestView], words: StaffWords
    ) -> Iterator[dict[str, Any]]:
        yield {"type": "header", "text": plain(words("home_title"), HEADER)}
        as_of = words("home_as_of", at=self._clock())
        yield {"type": "context", "elements": [plain(as_of, 200)]}
        if not views:
            yield {"type": "section", "text": plain(words("home_none"), 500)}
        for view in views:
            yield {"type": "divider"}
            yield request_line(view, words, self._base_url)
            yield self._buttons(view, user_id, words)
        if total > len(views):
            more = words("and_more", number=total - len(views))
            yield {"type": "context", "elements": [plain(more, 200)]}

    def _buttons(self, view: RequestView, user_id: str, words: StaffWords) -> dict[str, Any]:
        sealed = seal_for(self._keys, view.id, user_id)
        first = "claim" if view.status is RequestStatus.OPEN else "done"
        buttons: list[dict[str, Any]] = [
            {
                "type": "button",
                "action_id": f"request.{name}",
                "text": plain(words(f"button_{name}"), BUTTON),
                "value": sealed,
            }
            for name in (first, "reply", "reassign")
        ]
        buttons.append(
            {
                "type": "button",
                "action_id": "request.room",
                "text": plain(words("button_room"), BUTTON),
                "url": f"{self._base_url}/room/requests/{view.id}",
            }
        )
        return {"type": "actions", "block_id": f"request:{view.id}", "elements": buttons}


def request_line(view: RequestView, words: StaffWords, base_url: str) -> dict[str, Any]:
    """A request in two lines: what and who, how it stands."""
    facts = describe(view, words, base_url)
    line = f"*{escape_within(facts.headline, 500)}*\n{escape(f'{view.id} · {facts.status}')}"
    return {"type": "section", "text": mrkdwn(line)}


async def open_requests(store: Store, staff: Staff, limit: int) -> tuple[int, list[RequestView]]:
    """How many open requests somebody has, and the newest of them."""

    def unit(session: Session) -> tuple[int, list[RequestView]]:
        ids = requests_of_staff(session, staff.staff_id)
        return len(ids), [load_request_view(session, one) for one in ids[:limit]]

    return await store.read(unit)
