"""What the Slack pane of the page reads and does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.slack import Answer, Channel, FormRefused, Message, SandboxSlack
from bot.sandbox.slack.nouns import BOT_USER_ID, Json

Doing = Callable[[Json], Awaitable[Answer | None]]


class SlackPane:
    """The workspace as one person sees it, with that person's hands."""

    def __init__(self, slack: SandboxSlack) -> None:
        self._slack = slack

    def routes(self) -> list[web.RouteDef]:
        """The addresses of this pane."""
        doings: dict[str, Doing] = {
            "press": self._press,
            "view-press": self._view_press,
            "submit": self._submit,
            "close": self._close,
            "write": self._write,
            "home": self._home,
        }
        return [
            web.get("/api/slack", self._state),
            *(web.post(f"/api/slack/{name}", _answering(do)) for name, do in doings.items()),
        ]

    async def _state(self, request: web.Request) -> web.Response:
        workspace = self._slack.workspace
        people = [user for user in workspace.users.values() if not user.is_bot]
        user = request.query.get("user") or (people[0].id if people else "")
        modal, home = self._slack.modal(user), self._slack.home(user)
        return web.json_response(
            {
                "user": user,
                "bot": BOT_USER_ID,
                "users": {one.id: one.name for one in workspace.users.values()},
                "people": [one.id for one in people if not one.deleted],
                "channels": [
                    self._channel(channel, user)
                    for channel in workspace.channels.values()
                    if user in channel.members
                ],
                "home": home.to_json() if home else None,
                "modal": modal.to_json() if modal else None,
                "lint": [f"{one.method}: {one.code}: {one.detail}" for one in self._slack.lint],
            }
        )

    def _channel(self, channel: Channel, user: str) -> Json:
        return {
            "id": channel.id,
            "name": channel.name,
            "type": channel.type,
            "archived": channel.is_archived,
            "messages": [
                self._message(message)
                for message in channel.messages
                if message.ephemeral_to in (None, user)
            ],
        }

    def _message(self, message: Message) -> Json:
        return message.to_json() | {
            "by_bot": message.by_bot,
            "private": message.ephemeral_to is not None,
            "thread_ts": message.thread_ts or "",
        }

    async def _press(self, body: Json) -> Answer:
        return await self._slack.press(
            _name(body, "user"),
            _name(body, "channel"),
            _name(body, "ts"),
            _name(body, "action_id"),
            body.get("value"),
            block_id=body.get("block_id"),
        )

    async def _view_press(self, body: Json) -> Answer:
        return await self._slack.press_in_view(
            _name(body, "view_id"),
            _name(body, "user"),
            _name(body, "action_id"),
            body.get("value"),
        )

    async def _submit(self, body: Json) -> Answer:
        values = body.get("values")
        if not isinstance(values, dict):
            raise web.HTTPBadRequest
        filled = {name: value for name, value in values.items() if value not in ("", None)}
        return await self._slack.submit_view(_name(body, "view_id"), _name(body, "user"), filled)

    async def _close(self, body: Json) -> Answer | None:
        return await self._slack.close_view(_name(body, "view_id"), _name(body, "user"))

    async def _write(self, body: Json) -> Answer:
        user, channel, text = (_name(body, name) for name in ("user", "channel", "text"))
        if text.startswith("/"):
            return await self._slack.command(user, text, channel)
        return await self._slack.write(user, channel, text, body.get("thread_ts") or None)

    async def _home(self, body: Json) -> Answer:
        return await self._slack.open_home(_name(body, "user"))


def _name(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value or len(value) > 100_000:
        raise web.HTTPBadRequest
    return value


def _answering(do: Doing) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Carry out what the page asks and say whether the app took it."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body: Any = await request.json()
        except ValueError:
            raise web.HTTPBadRequest from None
        if not isinstance(body, dict):
            raise web.HTTPBadRequest
        try:
            answer = await do(body)
        except FormRefused as refusal:
            return web.json_response({"error": "form", "detail": str(refusal)}, status=422)
        except LookupError:
            return web.json_response({"error": "gone"}, status=422)
        if answer is None:
            return web.json_response({"acknowledged": True, "errors": {}})
        errors = answer.json.get("errors") if answer.kind == "interaction" else None
        return web.json_response({"acknowledged": answer.acknowledged, "errors": errors or {}})

    return handle
