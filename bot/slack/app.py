"""The Slack app: slack-bolt behind `POST /slack/events`, or over Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.rendering import Renderer
from bot.settings import Settings
from bot.slack.api import SlackApi, SlackAway, SlackRefused
from bot.slack.appointment_form import APPOINTMENT
from bot.slack.command import Command
from bot.slack.home import HomeTab
from bot.slack.modals import REASSIGN, REPLY, Modals
from bot.slack.people import StaffOfSlack
from bot.slack.ports import RequestDesk
from bot.slack.presses import Press, Presses, read_press
from bot.slack.privately import Privately
from bot.slack.request_buttons import RequestButtons
from bot.slack.said import Thread, read_said
from bot.slack.shape import is_known_shape
from bot.slack.submissions import Submissions, read_submission
from domain.signing import Keys
from storage.slack_cards import forget_old_events
from storage.store import Store

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 8.0
RECONNECT_SECONDS = 5.0
#: Slack's own requests stay far below this.
MAX_BODY = 512 * 1024

#: The buttons that do something here; links and menus are only acknowledged.
PRESSED = r"request\.(claim|done|reply|reassign|appointment|call_off|join)|thread\.(send|join)"

Ack = Callable[..., Awaitable[Any]]


class SlackApp:
    """Takes what happens in Slack.

    Presses are acknowledged first and worked on afterwards, since nobody repeats them and a
    person waits. Messages are stored first and acknowledged then, since Slack repeats them.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        desk: RequestDesk,
        renderer: Renderer,
        keys: Keys,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        token = settings.slack_bot_token
        if token is None:
            raise ValueError("Slack is not set up: there is no bot token")
        self._token = token.get_secret_value()
        secret = settings.slack_signing_secret
        self._secret = secret.get_secret_value() if secret else ""
        app_token = settings.slack_app_token
        self._app_token = app_token.get_secret_value() if app_token else ""
        self._api_url = settings.slack_api_url
        self._store, self._clock = store, clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._socket: Any = None
        self._connecting: asyncio.Task[None] | None = None
        self._api = SlackApi(self._token, settings.slack_api_url)
        people = StaffOfSlack(self._api, store)
        privately = Privately(self._api, renderer, settings.default_locale)
        self._thread = Thread(store, desk, people, privately)
        modals = Modals(self._api, store, privately, settings)
        buttons = RequestButtons(store, desk, privately, modals, keys)
        on_press = {**buttons.on_press, "thread.send": self._thread.send_note}
        self._presses = Presses(store, people, privately, on_press, clock)
        self._home = HomeTab(self._api, store, people, privately, keys, settings.base_url, clock)
        self._command = Command(store, people, privately, settings.base_url, clock)
        self._submissions = Submissions(store, desk, people, privately, keys, clock, settings.zone)
        self._bolt = self._create_bolt()

    def routes(self) -> list[web.RouteDef]:
        """`POST /slack/events`; none where events come by Socket Mode alone."""
        return [web.post("/slack/events", self._serve)] if self._secret else []

    @property
    def is_connected(self) -> bool:
        """Whether events can arrive: over HTTP always, by Socket Mode while the socket is up."""
        if not self._app_token:
            return True
        client = self._socket.client if self._socket else None
        session = getattr(client, "current_session", None)
        return session is not None and not session.closed

    async def start(self) -> None:
        """Connect by Socket Mode where an app token is set; goes on trying if that fails."""
        self._later(self._forget_old_events())
        if self._app_token:
            self._connecting = asyncio.create_task(self._connect())

    async def stop(self) -> None:
        """Take nothing more, and finish what was acknowledged."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._socket is not None:
            with contextlib.suppress(Exception):
                await self._socket.close_async()
        await self.drain()
        await self._api.close()

    async def drain(self) -> None:
        """Finish what was acknowledged and is still being worked on."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)

    async def _connect(self) -> None:
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        while True:
            handler: Any = AsyncSocketModeHandler(self._bolt, self._app_token)
            try:
                await handler.connect_async()
            except Exception as error:  # the SDK raises many kinds; none must end the counter
                log.warning("slack.socket_failed", error=repr(error))
                with contextlib.suppress(Exception):
                    await handler.close_async()
                await asyncio.sleep(RECONNECT_SECONDS)
            else:
                self._socket = handler
                log.info("slack.socket_connected")
                return  # from here on the SDK reconnects by itself

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        from slack_bolt.adapter.aiohttp import to_aiohttp_response
        from slack_bolt.request.async_request import AsyncBoltRequest

        if (request.content_length or 0) > MAX_BODY:
            return web.Response(status=413)
        raw = await request.read()
        # Before anything is parsed: bolt answers some malformed requests with a 500.
        if not self._is_signed(raw, request):
            return web.Response(status=401)
        try:
            bolt_request = AsyncBoltRequest(
                body=raw.decode("utf-8"),
                query=request.query_string,
                headers=dict(request.headers.items()),
            )
        except (ValueError, AttributeError):
            return web.Response(status=400)
        if not is_known_shape(bolt_request.body):
            return web.Response(status=400)
        return await to_aiohttp_response(await self._bolt.async_dispatch(bolt_request))

    def _is_signed(self, raw: bytes, request: web.Request) -> bool:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        try:
            return SignatureVerifier(self._secret).is_valid(raw, timestamp, signature)
        except (ValueError, TypeError):  # a signature that is not ASCII
            return False

    def _create_bolt(self) -> AsyncApp:
        from slack_bolt.async_app import AsyncApp
        from slack_bolt.authorization import AuthorizeResult
        from slack_sdk.web.async_client import AsyncWebClient

        async def authorize(
            enterprise_id: str | None, team_id: str | None, user_id: str | None
        ) -> AuthorizeResult:
            # Without asking Slack: a slow answer there would cost the three seconds of a press.
            return AuthorizeResult(
                enterprise_id=enterprise_id, team_id=team_id, bot_token=self._token
            )

        bolt = AsyncApp(
            client=AsyncWebClient(base_url=self._api_url),
            signing_secret=self._secret,
            authorize=authorize,
            # Event listeners run to their end before Slack is answered; presses see below.
            process_before_response=True,
        )
        self._listen(bolt)
        return bolt

    def _listen(self, bolt: AsyncApp) -> None:
        async def pressed(ack: Ack, body: dict[str, Any]) -> None:
            await ack()
            self._later(self._pressed(read_press(body)))

        async def home_opened(event: dict[str, Any]) -> None:
            if event.get("tab", "home") == "home":
                self._later(self._show_home(str(event.get("user") or "")))

        async def asked(ack: Ack, body: dict[str, Any]) -> None:
            answer = await self._command.answer(body)
            await ack(**answer.as_ack())

        async def said(body: dict[str, Any]) -> None:
            message = read_said(body)
            if message is not None:
                await self._thread.take(message)

        async def submitted(ack: Ack, body: dict[str, Any]) -> None:
            faults = await self._submissions.handle(read_submission(body))
            if faults:
                await ack(response_action="errors", errors=faults)
            else:
                await ack()

        async def nothing(ack: Ack) -> None:
            await ack()

        bolt.action(re.compile(rf"({PRESSED})\Z"))(pressed)
        bolt.view(REPLY)(submitted)
        bolt.view(APPOINTMENT)(submitted)
        bolt.view(REASSIGN)(submitted)
        bolt.event("message")(said)
        bolt.event("app_home_opened")(home_opened)
        bolt.command("/madoguchi")(asked)
        # Answered, or Slack would repeat them and show people an error.
        bolt.action(re.compile(".*", re.S))(nothing)
        bolt.event(re.compile(".*", re.S))(nothing)

    async def _forget_old_events(self) -> None:
        now = self._clock()
        with contextlib.suppress(Exception):  # nothing rests on it, and the next start comes
            await self._store.write(lambda session: forget_old_events(session, now))

    async def _pressed(self, press: Press) -> None:
        await self._presses.handle(press)
        if press.in_view:
            await self._show_home(press.place.user_id)

    async def _show_home(self, user_id: str) -> None:
        try:
            await self._home.publish(user_id)
        except (SlackAway, SlackRefused) as error:  # opened again, it is published again
            log.warning("slack.home_not_shown", user=user_id, error=str(error))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
