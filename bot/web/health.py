"""Is it alive, is it ready, and how much does it do."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiohttp import hdrs, web
from sqlalchemy import func, select, text
from sqlmodel import Session, col

from storage.database import schema_state
from storage.held_answers import held_addresses
from storage.outbox import count_outbox, oldest_open
from storage.store import Store
from storage.tables import InboundMailRow, SalesRequestRow

#: A part that works gives None, else what is wrong with it.
Check = Callable[[], Awaitable[str | None]]

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@dataclass(slots=True)
class Health:
    """Answers `/healthz`, `/readyz` and `/metrics`.

    `degraded` are parts without which the counter still takes messages (Slack, IMAP, SMTP):
    they are named, and the answer stays 200.
    """

    store: Store
    database_url: str
    data_dir: Path
    clock: Callable[[], datetime]
    metrics_token: str | None = None
    degraded: dict[str, Check] = field(default_factory=dict)
    followers: Callable[[], int] = lambda: 0

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """The process lives and its loop turns."""
        return web.json_response({"status": "ok"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Each part by name; 503 if one is missing without which nothing can be taken."""
        needed = {
            "database": await self._database(),
            "schema": await self._schema(),
            "disk": self._disk(),
        }
        others = {name: await check() for name, check in self.degraded.items()}
        others["automatic_answers"] = await self._held_answers()
        ready = not any(needed.values())
        status = "ready" if ready else "not_ready"
        if ready and any(others.values()):
            status = "degraded"
        parts = {
            name: {"ok": fault is None, **({"detail": fault} if fault else {})}
            for name, fault in {**needed, **others}.items()
        }
        return web.json_response({"status": status, "parts": parts}, status=200 if ready else 503)

    async def _database(self) -> str | None:
        try:
            await self.store.read(lambda session: session.execute(text("SELECT 1")).scalar())
        except Exception as error:
            return f"does not answer ({type(error).__name__})"
        return None

    async def _schema(self) -> str | None:
        try:
            current, head = await asyncio.to_thread(schema_state, self.database_url)
        except Exception as error:
            return f"cannot be read ({type(error).__name__})"
        return None if current == head else f"is at {current}, needs {head}: madoguchi db upgrade"

    async def _held_answers(self) -> str | None:
        now = self.clock()
        try:
            held = len(await self.store.read(lambda session: held_addresses(session, now)))
        except Exception:
            return None  # the line `database` says so
        addresses = "1 address" if held == 1 else f"{held} addresses"
        return f"held for {addresses}: a robot seems to answer (madoguchi doctor)" if held else None

    def _disk(self) -> str | None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = os.statvfs(self.data_dir)
        except OSError as error:
            return f"{self.data_dir.name} cannot be used ({error.strerror})"
        left = free.f_bavail * free.f_frsize
        return f"only {left // 2**20} MiB are free" if left < 64 * 2**20 else None

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus' text format; with the token, or from this machine without a proxy."""
        if not self._may_read(request):
            raise web.HTTPForbidden(
                text="set METRICS_TOKEN and send it as bearer token to read the metrics"
            )
        # Half a MiB and a web server of its own, which only who is asked for metrics needs.
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        body = await self.store.read(self._collect)
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})

    def _may_read(self, request: web.Request) -> bool:
        if self.metrics_token:
            given = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode(), self.metrics_token.encode())
        # Behind a proxy on the same machine everybody would come from loopback.
        if any(name in request.headers for name in _FORWARDED):
            return False
        try:
            return ipaddress.ip_address(request.remote or "").is_loopback
        except ValueError:
            return False

    def _collect(self, session: Session) -> bytes:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest  # as above

        registry = CollectorRegistry()
        outbox = Gauge(
            "madoguchi_outbox_rows", "Notifications", ["channel", "status"], registry=registry
        )
        for (channel, status), count in count_outbox(session).items():
            outbox.labels(channel, status).set(count)
        oldest = oldest_open(session)
        age = (self.clock() - oldest).total_seconds() if oldest else 0
        Gauge(
            "madoguchi_outbox_oldest_seconds", "Age of the oldest one not sent", registry=registry
        ).set(max(0.0, age))
        mails = Gauge(
            "madoguchi_inbound_mails", "Mails that came in", ["status"], registry=registry
        )
        for status, count in session.execute(
            select(col(InboundMailRow.status), func.count()).group_by(col(InboundMailRow.status))
        ):
            mails.labels(status).set(count)
        requests = Gauge("madoguchi_requests", "Sales requests", ["status"], registry=registry)
        for status, count in session.execute(
            select(col(SalesRequestRow.status), func.count()).group_by(col(SalesRequestRow.status))
        ):
            requests.labels(status).set(count)
        Gauge("madoguchi_chat_sockets", "Open chats", registry=registry).set(self.followers())
        return generate_latest(registry)
