"""One call of the Web API: its arguments as the app meant them, its refusal, its record."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.sandbox.slack.nouns import Channel, Json, User
from bot.sandbox.slack.workspace import Workspace

_NESTED = {"blocks", "metadata", "view", "attachments", "files", "users"}
_SWITCHES = {"include_all_metadata", "inclusive", "exclude_archived", "reply_broadcast"}


class SlackError(Exception):
    """Slack's refusal: `error` as in the answer, `more` for the fields beside it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


@dataclass(slots=True)
class Call:
    """A call as it came, with what was answered; `fault` names the order it fell under."""

    method: str
    arguments: Json
    at: datetime
    token: str
    status: int = 0
    answer: Json = field(default_factory=dict)
    fault: str | None = None
    took_effect: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a method works on: the workspace, the arguments and the address of the stand-in."""

    workspace: Workspace
    arguments: Json
    scopes: frozenset[str]
    base: str

    def text(self, name: str) -> str:
        """An argument that must be there. Raises SlackError invalid_arguments."""
        value = self.arguments.get(name)
        if value in (None, ""):
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return str(value)

    def number(self, name: str, default: int, most: int) -> int:
        """A count between 1 and `most`. Raises SlackError invalid_limit."""
        try:
            value = int(self.arguments.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments") from None
        if value < 1:
            raise SlackError("invalid_limit")
        return min(value, most)

    def channel(self, *, by_name: bool = False) -> Channel:
        """The channel named. Raises SlackError channel_not_found."""
        if not self.arguments.get("channel"):
            raise SlackError("channel_not_found")
        found = self.workspace.channel(str(self.arguments["channel"]), by_name=by_name)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def user(self, reference: str) -> User:
        """The person with that id. Raises SlackError user_not_found."""
        found = self.workspace.users.get(reference)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def need(self, *scopes: str) -> None:
        """Raises SlackError missing_scope unless one of `scopes` was granted."""
        if not self.scopes & set(scopes):
            raise SlackError(
                "missing_scope", needed=scopes[0], provided=",".join(sorted(self.scopes))
            )


async def read_arguments(request: web.Request) -> Json:
    """Arguments from the query, a form or a JSON body; nested JSON and switches are decoded."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        if not isinstance(body, dict):
            raise ValueError("a JSON object was expected")
        arguments |= body
    elif request.can_read_body:
        arguments |= dict(await request.post())
    return {name: _decoded(name, value) for name, value in arguments.items() if value is not None}


def _decoded(name: str, value: Any) -> Any:
    if name in _NESTED and isinstance(value, str) and value[:1] in ("[", "{"):
        return json.loads(value)
    if name in _SWITCHES:
        return str(value).lower() in ("1", "true")
    return value
