"""`serve`: starts the roles, keeps them running, and drains them when asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy.exc
from aiohttp import web

from bot.assembly import Counter, assemble, create_delivery
from bot.chat.fronts import Fronts
from bot.chat.launch import Launched, front_count
from bot.chat.link import Setup
from bot.chat.talk import Talks
from bot.escalation import Escalation
from bot.one_core import OneCore
from bot.reachability import Way, ways_out
from bot.roles import RoleName
from bot.settings import Settings
from bot.site import Site
from bot.web.health import Health
from bot.web.pages import Pages, SignIn
from bot.web.server import create_app
from bot.web.socket import ChatDoor
from bot.web.widget_script import build_widget
from domain.languages import LOCALES
from domain.loaded import keep_what_is_loaded
from storage.database import ensure_schema, open_store
from storage.files import MAX_FILE_BYTES

log = logging.getLogger(__name__)

#: A stop takes at most this long; what is not finished by then is taken up after the start.
DRAIN_SECONDS = 9.0
RETRY_SECONDS = 2.0
SETTLE_SECONDS = 5.0


class StoppedByStorage(Exception):
    """The database cannot be relied on any more: the process must start again."""


@dataclass(slots=True)
class Running:
    """What runs in this process, and how it is ended."""

    counter: Counter
    fronts: Fronts | None = None
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    stops: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def keep(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run a task until the process stops."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(_tell_of_fault)
        self.tasks.append(task)
        return task

    def followers(self) -> int:
        """How many browsers follow a conversation."""
        return len(self.counter.hub) + (self.fronts.sockets if self.fronts is not None else 0)

    async def stop(self) -> None:
        """End everything in the order in which messages flow: doors first, delivery last."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                for stop in self.stops:
                    await stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.counter.opinion is not None:
            await self.counter.opinion.close()
        await self.counter.store.close()


def _tell_of_fault(task: asyncio.Task[Any]) -> None:
    """What ends by a fault does not run again before the next start: somebody must hear of it."""
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("task.ended: %s", task.get_name(), exc_info=fault)


async def serve(
    settings: Settings,
    roles: Sequence[RoleName],
    *,
    launched: Sequence[Launched] = (),
    shop: bool = False,
    started: Callable[[Running], None] = lambda _running: None,
) -> None:
    """Run the roles until SIGTERM or SIGINT, then drain.

    A database that cannot be reached is waited for; until then `/readyz` says so.

    Args:
        launched: processes for sockets that load already; what lacks is started here.

    Raises:
        SchemaOutdated: the schema must be brought up to date first.
        StoppedByStorage: the database cannot be relied on any more.
    """
    stopping, broken = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)

    def give_up() -> None:
        broken.set()
        stopping.set()

    fronts = Fronts(front_count(settings, roles), launched)
    try:
        counter = await _open(settings, roles, stopping, give_up)
        if counter is None:
            if broken.is_set():
                raise StoppedByStorage(
                    "the database cannot be written to (storage.broken in the log)"
                )
            return
        await _run(Running(counter, fronts), roles, stopping, started, shop=shop)
    finally:
        await fronts.close()
    if broken.is_set():
        raise StoppedByStorage("the database cannot be relied on (storage.broken in the log)")


async def _run(
    running: Running,
    roles: Sequence[RoleName],
    stopping: asyncio.Event,
    started: Callable[[Running], None],
    *,
    shop: bool,
) -> None:
    try:
        await start(running, roles, shop=shop)
        keep_what_is_loaded()
        started(running)
        running.keep(_settle(running), "settling")
        running.keep(OneCore().run(), "core")
        await stopping.wait()
    finally:
        await running.stop()


async def _settle(running: Running) -> None:
    """Do what a start can do without."""
    fronts = running.fronts
    if fronts is not None and fronts.are_loading:  # browsers wait for them: the time is ours
        await asyncio.to_thread(_warm_up_words, running)
    await asyncio.sleep(SETTLE_SECONDS)  # who waited for the doors to open has been served then
    if not running.followers():  # who talks already has what they need loaded as they go
        await asyncio.to_thread(_warm_up, running)
    # The garbage of the imports, 2 MiB, stays: looking for it would hold up everybody for 150 ms.
    _give_back_memory()


def _warm_up(running: Running) -> None:
    """Load what the first customers would have to wait for."""
    if running.fronts is None or not running.fronts.are_ready:  # else they understand for us
        running.counter.engine.warm_up()
    _warm_up_words(running)


def _warm_up_words(running: Running) -> None:
    running.counter.renderer.warm_up()
    importlib.import_module("phonenumbers")


def _give_back_memory() -> None:
    """Return to the system what starting has used and freed: about 4 MiB; only glibc can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


async def _open(
    settings: Settings,
    roles: Sequence[RoleName],
    stopping: asyncio.Event,
    give_up: Callable[[], None],
) -> Counter | None:
    """Open the store and build the parts, however long the database takes to come."""
    url = settings.database_url.get_secret_value()
    waiting: web.AppRunner | None = None
    try:
        while not stopping.is_set():
            try:
                await asyncio.to_thread(ensure_schema, url)
                return await assemble(settings, open_store(url, on_broken=give_up))
            except (sqlalchemy.exc.OperationalError, OSError) as error:
                reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
                log.error("database.unreachable: %s; it is tried again", reason)
                if waiting is None and RoleName.WEB in roles:
                    waiting = await _say_not_ready(settings, reason)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(RETRY_SECONDS):
                        await stopping.wait()
        return None
    finally:
        if waiting is not None:
            await waiting.cleanup()


async def _say_not_ready(settings: Settings, reason: str) -> web.AppRunner:
    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        parts = {"database": {"ok": False, "detail": reason}}
        return web.json_response({"status": "not_ready", "parts": parts}, status=503)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await Site(runner, settings.host, settings.port).start()
    return runner


async def start(
    running: Running,
    roles: Sequence[RoleName],
    *,
    shop: bool = False,
    sign_in: SignIn | None = None,
) -> None:
    """Start the roles in this process; the sample shop only where it is wanted."""
    health = _health(running)
    running.keep(running.counter.engine.run(), "engine")
    if RoleName.WEB in roles:
        await _start_web(running, health, shop=shop, sign_in=sign_in)
    if RoleName.INBOUND in roles:
        await _start_inbound(running, health)
    if RoleName.DELIVERY in roles:
        _start_delivery(running, health)
        _start_escalation(running)


def _health(running: Running) -> Health:
    counter = running.counter
    settings = counter.settings
    token = settings.metrics_token
    return Health(
        store=counter.store,
        database_url=settings.database_url.get_secret_value(),
        data_dir=settings.data_dir,
        clock=counter.clock,
        metrics_token=token.get_secret_value() if token else None,
        followers=running.followers,
    )


async def _start_web(
    running: Running, health: Health, *, shop: bool, sign_in: SignIn | None
) -> None:
    counter = running.counter
    settings = counter.settings
    if running.fronts is None:
        running.fronts = Fronts(front_count(settings, [RoleName.WEB]))
    fronts = running.fronts
    talks = Talks(counter.chat, counter.hub)
    door = ChatDoor(counter.chat, counter.visitors, talks, settings.origins, fronts)
    parts = [door, health, *_pages_of_customers(counter)]
    if settings.has_slack:
        parts.append(await _start_slack(running, health))
    app = create_app(
        parts,
        pages=_pages(counter, shop=shop, sign_in=sign_in),
        renderer=counter.renderer,
        base_url=settings.base_url,
        origins=settings.origins,
        default_locale=settings.default_locale,
        trusted_proxies=settings.trusted_proxies,
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    site = Site(runner, settings.host, settings.port, backlog=1024)
    await site.start()
    running.keep(counter.hub.run(), "hub")
    counter.store.subscribe(fronts.hear)
    counter.engine.listeners.append(fronts.tell)
    running.keep(fronts.lead(counter.backend, lambda: _setup(counter)), "fronts")

    async def stop() -> None:
        await site.stop()  # nobody comes in any more
        await asyncio.gather(fronts.close(), talks.close())
        await runner.cleanup()

    running.stops.append(stop)


def _setup(counter: Counter) -> Setup:
    """What a process that holds sockets has to know."""
    return Setup(
        counter.settings.default_locale,
        counter.settings.log_format,
        {locale: counter.renderer.topic("errors", locale) for locale in LOCALES},
        counter.engine.hearing,
    )


def _pages_of_customers(counter: Counter) -> list[Any]:
    """What links in mails and chats lead to; only who serves the web pays for its parts."""
    from bot.web.answered_mails import AnsweredMails
    from bot.web.calendar import Calendar
    from bot.web.confirm import Confirmations
    from bot.web.files import Files
    from bot.web.room import Room
    from bot.web.unsubscribe import Unsubscribe

    locale = counter.settings.default_locale
    return [
        Room(counter.renderer, locale),
        Files(counter.store, counter.files, counter.visitors, counter.clock),
        Confirmations(counter.store, counter.renderer, locale, counter.clock),
        AnsweredMails(counter.store, counter.renderer, counter.desk, counter.clock),
        Unsubscribe(counter.store, counter.renderer, counter.keys, counter.clock),
        Calendar(counter.store, counter.notify),
    ]


def _pages(counter: Counter, *, shop: bool, sign_in: SignIn | None) -> Pages:
    settings = counter.settings
    widget = build_widget(
        settings.company_name, settings.default_locale, settings.base_url, MAX_FILE_BYTES
    )
    return Pages(
        counter.store,
        counter.renderer,
        widget,
        shop=shop,
        contact=settings.catalog_address,
        root=urlsplit(settings.base_url).path,
        default_locale=settings.default_locale,
        sign_in=sign_in,
    )


async def _start_slack(running: Running, health: Health) -> Any:
    from bot.slack.app import SlackApp

    counter = running.counter
    slack = SlackApp(
        counter.settings,
        counter.store,
        counter.desk,
        counter.renderer,
        counter.keys,
        clock=counter.clock,
    )
    await slack.start()
    running.stops.append(slack.stop)
    if counter.settings.slack_app_token:

        async def connected() -> str | None:
            return None if slack.is_connected else "Socket Mode is not connected"

        health.degraded["slack_socket"] = connected
    return slack


async def _start_inbound(running: Running, health: Health) -> None:
    counter = running.counter
    if not counter.settings.mail_accounts:
        return
    from bot.mail_door import create_poller  # only who takes in mail pays for its parts

    poller = create_poller(counter)
    task = running.keep(poller.run(), "mailbox")

    async def stop() -> None:
        poller.stop()
        await asyncio.wait([task], timeout=DRAIN_SECONDS / 2)

    running.stops.append(stop)
    for account in poller.accounts:

        async def trouble(account: str = account) -> str | None:
            return poller.trouble(account)

        health.degraded[account] = trouble


def _start_escalation(running: Running) -> None:
    counter = running.counter
    escalation = Escalation(
        counter.store,
        counter.settings,
        counter.notify,
        counter.desk.effects,
        counter.clock,
    )
    running.keep(escalation.run(), "escalation")


def _start_delivery(running: Running, health: Health) -> None:
    worker = create_delivery(running.counter)
    task = running.keep(worker.run(), "delivery")

    async def stop() -> None:
        worker.stop()
        await asyncio.wait([task], timeout=DRAIN_SECONDS / 2)

    running.stops.append(stop)
    channels = {"smtp": "email", "slack": "slack"}
    for way in ways_out(running.counter):
        running.keep(way.watch(), f"way out: {way.name}")

        async def trouble(way: Way = way) -> str | None:
            return worker.faults.get(channels[way.name]) or way.trouble

        health.degraded[way.name] = trouble
