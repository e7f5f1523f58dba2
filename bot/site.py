"""A web server's place to listen, which can be given up at any moment."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web


class Site(web.TCPSite):
    """Listens as `TCPSite` does, and lets who has just come in finish coming in before it closes.

    Until Python 3.12 asyncio forgets a connection, open, which it accepts in the same step of the
    event loop in which the listening socket is closed: nobody ever answers or closes it.
    """

    async def stop(self) -> None:
        """Take in nobody any more, then close."""
        loop = asyncio.get_running_loop()
        sockets = self._server.sockets if isinstance(self._server, asyncio.Server) else ()
        with contextlib.suppress(NotImplementedError):  # only loops with selectors can, or need to
            for socket in sockets:
                loop.remove_reader(socket.fileno())
        # Who was accepted is given a transport in the next step, and told of it in the one behind.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await super().stop()
