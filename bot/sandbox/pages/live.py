"""Telling open pages at once that a mailbox or Slack has changed (server-sent events)."""

from __future__ import annotations

import asyncio
import contextlib
import json

from aiohttp import web

from bot.sandbox.waiting import Changes

GATHER_SECONDS = 0.05  # several changes at a time are told as one
HEARTBEAT_SECONDS = 20.0


class LiveFeed:
    """Sends the counts of changes; the page reads anew what has grown."""

    def __init__(self, **sources: Changes) -> None:
        self._sources = sources
        self._open: set[asyncio.Task[None]] = set()

    async def close(self, app: web.Application) -> None:
        """End every open feed, so that the server can stop."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One page listens until it goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.headers["Cache-Control"] = "no-store"
        await response.prepare(request)
        task = asyncio.ensure_future(self._feed(response))
        self._open.add(task)
        try:
            await task
        except asyncio.CancelledError:
            task.cancel()
        except ConnectionError:
            pass  # the page has gone away
        finally:
            self._open.discard(task)
        return response

    async def _feed(self, response: web.StreamResponse) -> None:
        changed = asyncio.Event()
        stops = [source.listen(changed.set) for source in self._sources.values()]
        try:
            while True:
                counts = {name: source.count for name, source in self._sources.items()}
                await response.write(f"data: {json.dumps(counts)}\n\n".encode())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await changed.wait()
                await asyncio.sleep(GATHER_SECONDS)
                changed.clear()
        finally:
            for stop in stops:
                stop()
