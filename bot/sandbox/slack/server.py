"""The Slack stand-in as the demo and the tests start it: Web API in, signed events out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.events import Answer, EventSender
from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.lint import LintWarning
from bot.sandbox.slack.nouns import BOT_USER_ID, Channel, Json, Message, User, View
from bot.sandbox.slack.people import People
from bot.sandbox.slack.web import SlackWeb
from bot.sandbox.slack.web_api import WebApi
from bot.sandbox.slack.workspace import Workspace
from bot.site import Site

HOST = "127.0.0.1"
T = TypeVar("T")


class SandboxSlack(People):
    """A workspace on loopback that a real Slack app can talk to.

    `url` is what SLACK_API_URL takes. `calls` is the history of the Web API, `lint` what a careful
    app would not do, `faults` takes orders for what is to go wrong, `events` sends (its
    `deliveries` are the history of what people did and how the app answered). `events_url` may be
    set later, when the app's port is known.
    """

    def __init__(self, *, signing_secret: str, bot_token: str, app_token: str) -> None:
        self.signing_secret = signing_secret
        self.bot_token, self.app_token = bot_token, app_token
        self.workspace = Workspace()
        self.events = EventSender(signing_secret, None)
        super().__init__(self.workspace, self.events)
        self.faults = SlackFaults()
        self.echo = True
        self.port = 0
        self._api = WebApi(
            self.workspace, bot_token=bot_token, app_token=app_token, echo=self._echo
        )
        self._web = SlackWeb(self._api, self.faults, self.events, self.responses)
        self._runner: web.AppRunner | None = None
        self._background: set[asyncio.Task[Answer]] = set()

    @classmethod
    async def start(
        cls,
        *,
        port: int = 0,
        signing_secret: str = "sandbox-signing-secret",
        events_url: str | None = None,
        bot_token: str = "xoxb-sandbox",
        app_token: str = "xapp-sandbox",
        channels: Iterable[str] = ("#sales", "#general"),
        users: Iterable[User] = (),
    ) -> Self:
        """Listen on loopback (port 0 takes a free one) with these channels and people."""
        slack = cls(signing_secret=signing_secret, bot_token=bot_token, app_token=app_token)
        slack.events_url = events_url
        for user in users:
            slack.workspace.add_user(user)
        for name in channels:
            slack.workspace.add_channel(name)
        runner = web.AppRunner(
            slack._web.app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.2
        )
        await runner.setup()
        site = Site(runner, HOST, port)
        await site.start()
        slack._runner = runner
        slack.port = runner.addresses[0][1]
        slack._api.base = slack.responses.base = f"http://{HOST}:{slack.port}"
        return slack

    async def stop(self) -> None:
        """Stop listening; events still on their way are given up."""
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.events.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Base of the Web API."""
        return f"{self._api.base}/api/"

    @property
    def events_url(self) -> str | None:
        """Where the app listens for events, interactions and commands; None sends nothing."""
        return self.events.url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.events.url = url

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API, in order."""
        return self._web.calls

    @property
    def lint(self) -> list[LintWarning]:
        """What a careful app would not have posted."""
        return self._api.lint

    @property
    def scopes(self) -> frozenset[str]:
        """What the bot token may do; set it to try a missing scope."""
        return self._api.scopes

    @scopes.setter
    def scopes(self, scopes: Iterable[str]) -> None:
        self._api.scopes = frozenset(scopes)

    def add_user(self, user_id: str, name: str, email: str | None = None, **more: Any) -> User:
        """A new person in every channel; `more` are the fields of User."""
        return self.workspace.add_user(User(user_id, name, email, **more))

    def add_channel(self, name: str, **more: Any) -> Channel:
        """A new channel (`is_private`, `bot_is_member`, `id`)."""
        return self.workspace.add_channel(name, **more)

    def channel(self, reference: str) -> Channel:
        """A channel by id or `#name`, or the bot's direct conversation by user id."""
        return self._place(reference)

    def messages(self, channel: str) -> list[Message]:
        """Top-level messages of a channel that everybody in it sees, oldest first."""
        return self._place(channel).history()

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A parent and its replies, oldest first."""
        return self._place(channel).thread(ts)

    def ephemerals(self, user_id: str) -> list[Message]:
        """What only this person sees, oldest first."""
        return sorted(
            (
                message
                for channel in self.workspace.channels.values()
                for message in channel.messages
                if message.ephemeral_to == user_id
            ),
            key=lambda message: message.ts,
        )

    def modal(self, user_id: str) -> View | None:
        """The modal this person has on top, if any."""
        stack = self.workspace.modals.get(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> View | None:
        """The App Home of this person, once published."""
        return self.workspace.homes.get(user_id)

    def calls_of(self, method: str) -> list[Call]:
        """Calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], T], seconds: float = 60) -> T:
        """Wait for a truthy value of `condition`, e.g. `lambda: slack.messages("#sales")`.

        It is looked at again after each change of the workspace. Raises TimeoutError.
        """
        return await self.workspace.changes.until(condition, seconds)

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """End every Socket Mode connection as Slack does before a refresh."""
        for socket in list(self.events.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason})
            await socket.close()

    async def settle(self) -> None:
        """Wait until every event that is on its way has been answered or given up."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    def _echo(self, method: str, answer: Json, before: Json) -> None:
        """Send the app its own message back as an event, as Slack does."""
        channel = self.workspace.channels.get(str(answer.get("channel")))
        listening = self.events.url is not None or bool(self.events.sockets)
        if channel is None or not listening or not self.echo:
            return
        message = channel.message(str(answer.get("ts")))
        if method == "chat.postMessage" and message is not None:
            self._later(self.tell_new(channel, message))
        elif method == "chat.update" and message is not None:
            self._later(self.tell_changed(channel, message, before))
        elif method == "chat.delete":
            gone = Message(channel.id, str(answer["ts"]), BOT_USER_ID, before.get("text", ""))
            self._later(self.tell_deleted(channel, gone))

    def _later(self, sending: Coroutine[Any, Any, Answer]) -> None:
        task: asyncio.Task[Answer] = asyncio.ensure_future(sending)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
