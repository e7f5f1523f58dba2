"""Looks for our own message in Slack, after the answer to a post was lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.slack.api import SlackApi, SlackRefused
from bot.slack.card import EVENT_TYPE

_ID = re.compile(r"[CGD][A-Z0-9]{2,}")
#: Our clock and Slack's may differ by this much.
SKEW = timedelta(minutes=5)
#: Apps outside the Marketplace get as few as 15 messages a page; the cursor leads on.
PAGE = 200
MOST_PAGES = 50


class SlackHistory:
    """Finds posts by their metadata, and the ids of channels that are known by name."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._ids: dict[str, str] = {}

    def learn(self, channel: str, channel_id: str) -> None:
        """Remember the id under which Slack answered for a channel."""
        self._ids[channel] = channel_id

    async def channel_id(self, channel: str) -> str | None:
        """The id of a channel given by `#name`, `name` or id; None where there is no such one."""
        if _ID.fullmatch(channel):
            return channel
        if channel not in self._ids:
            await self._read_names()
        return self._ids.get(channel)

    async def _read_names(self) -> None:
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await self._api.read(
                "conversations.list",
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            for found in page.get("channels", ()):
                self._ids.setdefault(f"#{found.get('name')}", str(found.get("id")))
                self._ids.setdefault(str(found.get("name")), str(found.get("id")))
            cursor = _next_cursor(page)
            if not cursor:
                return

    async def find(
        self, channel_id: str, notification_id: str, since: datetime, thread_ts: str | None
    ) -> str | None:
        """The ts of our post of that notification, None if it is not there.

        Raises:
            SlackRefused, SlackAway: it cannot be known.
        """
        arguments: dict[str, str | int | bool] = {
            "channel": channel_id,
            "oldest": f"{(since - SKEW).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
        }
        method = "conversations.history"
        if thread_ts is not None:
            method, arguments["ts"] = "conversations.replies", thread_ts
        for _ in range(MOST_PAGES):
            try:
                page = await self._api.read(method, **arguments)
            except SlackRefused as error:
                if error.code == "thread_not_found":
                    return None
                raise
            found = _with_id(page.get("messages", ()), notification_id)
            if found is not None:
                return found
            cursor = _next_cursor(page)
            if not cursor:
                return None
            arguments["cursor"] = cursor
        return None


def _with_id(messages: Iterable[dict[str, Any]], notification_id: str) -> str | None:
    for message in messages:
        data = message.get("metadata") or {}
        payload = data.get("event_payload") or {}
        if (
            data.get("event_type") == EVENT_TYPE
            and payload.get("notification_id") == notification_id
        ):
            return str(message.get("ts"))
    return None


def _next_cursor(page: dict[str, Any]) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")
