"""The sending side of one IMAP connection, with the faults that concern bytes."""

from __future__ import annotations

import asyncio

from bot.sandbox.mailbox.faults import ImapFaults


class Dropped(Exception):
    """The connection was cut as planned."""


class Wire:
    """Writes answers; cuts, splits or swallows them where `faults` says so."""

    def __init__(self, writer: asyncio.StreamWriter, faults: ImapFaults) -> None:
        self.writer = writer
        self._faults = faults
        self._left = faults.take_drop()

    async def send(self, data: bytes) -> None:
        """Send bytes. Raises Dropped once the planned number of them has gone out."""
        if self._faults.mute:
            return
        if self._left is not None:
            if len(data) >= self._left:
                await self._write(data[: self._left])
                raise Dropped
            self._left -= len(data)
        if self._faults.split_lines and len(data) > 3:
            middle = len(data) // 2
            await self._write(data[:middle])
            await asyncio.sleep(0.02)  # long enough that the two pieces arrive apart
            data = data[middle:]
        await self._write(data)

    async def line(self, text: str) -> None:
        """Send one line."""
        await self.send(text.encode() + b"\r\n")

    async def _write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def abort(self) -> None:
        """Cut the connection with a reset, leaving nothing to flush."""
        self.writer.transport.abort()
