"""Tells one person alone, where he or she has just pressed or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.rendering import Renderer
from bot.slack.api import SlackApi, SlackAway, SlackRefused
from bot.slack.text import SECTION, escape_within, plain
from bot.staff_words import StaffWords
from domain.errors import MadoguchiError, RequestAlreadyClaimed
from domain.languages import known_locale
from domain.people import Staff

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody acted; `thread_ts` where that was in a thread."""

    user_id: str
    channel_id: str
    thread_ts: str = ""


class Privately:
    """Sends messages that only one person sees. They may vanish: nothing rests on them."""

    def __init__(self, api: SlackApi, renderer: Renderer, locale: str) -> None:
        self._api = api
        self._renderer = renderer
        self._locale = locale

    def words(self, reader: Staff | None) -> StaffWords:
        """The words in the reader's language."""
        locale = known_locale((reader.locale if reader else "") or self._locale)
        return StaffWords(self._renderer, locale)

    async def tell(
        self, place: Place, line: str, *, extra: list[Mapping[str, Any]] | None = None
    ) -> None:
        """Show `line`, and `extra` blocks below it, to that person alone."""
        arguments: dict[str, Any] = {
            "channel": place.channel_id,
            "user": place.user_id,
            "text": escape_within(line, SECTION),
            "blocks": [{"type": "section", "text": plain(line, SECTION)}, *(extra or [])],
        }
        if place.thread_ts:
            arguments["thread_ts"] = place.thread_ts
        method = "chat.postEphemeral"
        if place.channel_id == place.user_id:  # in the Home tab there is no channel
            method = "chat.postMessage"
            del arguments["user"]
        try:
            await self._api.call(method, **arguments)
        except (SlackAway, SlackRefused) as error:
            log.warning("slack.private_answer_lost", user=place.user_id, error=str(error))

    async def tell_error(self, place: Place, reader: Staff | None, error: Exception) -> None:
        """Say what kept us from doing it, without internals."""
        await self.tell(place, self.explain(reader, error))

    def explain(self, reader: Staff | None, error: Exception) -> str:
        """The sentence for an error."""
        words = self.words(reader)
        match error:
            case RequestAlreadyClaimed(winner=winner):
                return words("private_already_claimed", winner=winner)
            case MadoguchiError(code=code) if code in (
                "already_closed",
                "unauthorized",
                "not_found",
                "too_long",
            ):
                return words(f"private_{code}")
            case _:
                return words("private_failed")
