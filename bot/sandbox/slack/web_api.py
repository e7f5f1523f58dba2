"""Carrying out one call of the Web API: token, method, effect, lint, echo."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.slack.calls import Call, Request, SlackError
from bot.sandbox.slack.lint import LintWarning, lint
from bot.sandbox.slack.methods import METHODS, POSTING, SCOPES
from bot.sandbox.slack.nouns import Json
from bot.sandbox.slack.workspace import Workspace, new_id

Echo = Callable[[str, Json, Json], None]


class WebApi:
    """The methods on one workspace; `echo(method, answer, message before)` follows each effect."""

    def __init__(self, workspace: Workspace, *, bot_token: str, app_token: str, echo: Echo) -> None:
        self.workspace = workspace
        self.bot_token, self.app_token = bot_token, app_token
        self.scopes = SCOPES
        self.lint: list[LintWarning] = []
        self.base = ""
        self._echo = echo
        self._tickets: set[str] = set()

    def do(self, call: Call) -> Json:
        """Slack's answer to the call, whose effect has then happened."""
        try:
            self._check_token(call)
            if call.method == "apps.connections.open":
                return {"ok": True, "url": self._socket_url()}
            method = METHODS.get(call.method)
            if method is None:
                raise SlackError("unknown_method", req_method=call.method)
            before = self._message_before(call)
            answer = method(Request(self.workspace, call.arguments, self.scopes, self.base))
        except SlackError as refusal:
            return refusal.answer
        call.took_effect = True
        if call.method in POSTING:
            self.lint += lint(call.method, call.arguments)
        self.workspace.changed()
        self._echo(call.method, answer, before)
        return answer

    def take_ticket(self, ticket: str) -> bool:
        """Whether this ticket for one Socket Mode connection was given out and is unused."""
        known = ticket in self._tickets
        self._tickets.discard(ticket)
        return known

    def _check_token(self, call: Call) -> None:
        if not call.token:
            raise SlackError("not_authed")
        wants_app = call.method == "apps.connections.open"
        if call.token == (self.app_token if wants_app else self.bot_token):
            return
        if call.token in (self.app_token, self.bot_token):
            raise SlackError("not_allowed_token_type")
        raise SlackError("invalid_auth")

    def _message_before(self, call: Call) -> Json:
        if call.method not in ("chat.update", "chat.delete"):
            return {}
        channel = self.workspace.channel(str(call.arguments.get("channel")), by_name=False)
        message = channel.message(str(call.arguments.get("ts"))) if channel else None
        return message.to_json() if message else {}

    def _socket_url(self) -> str:
        ticket = new_id("W")
        self._tickets.add(ticket)
        return f"{self.base.replace('http', 'ws', 1)}/link?ticket={ticket}"
