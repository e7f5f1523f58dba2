"""Reading under limits: in a process of its own that is killed when one mail takes too long.

The reader is linear in the size of a mail and never raises, but it stands at the door: a fault in
it, or in the libraries below it, must cost one mail and not the counter.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from inbound.mail import InboundMail
from inbound.mime import read_outside

SECONDS = 10.0  # for one mail
MOST_BYTES = 50_000_000  # of one mail; larger ones are known by their headers alone
FRAME = struct.Struct(">Q")  # the length before each pickled message, both ways


class LimitedReader:
    """Implements `MailReader` with one worker process, started when the first mail comes.

    Mails are read one after the other. Belongs to the event loop in which it is first used.
    """

    def __init__(self, *, seconds: float = SECONDS, most_bytes: int = MOST_BYTES) -> None:
        self.seconds = seconds
        self._most_bytes = most_bytes
        self._worker: Process | None = None
        self._turn = asyncio.Lock()

    async def read(self, raw: bytes, own_texts: Sequence[str] = ()) -> InboundMail:
        """Read one mail. Its `error` is `too_large`, `timeout` or `crashed` where limits were met;
        sender, subject and ids are there all the same."""
        if len(raw) > self._most_bytes:
            return read_outside(raw, "too_large")
        async with self._turn:
            try:
                return await asyncio.wait_for(self._ask(raw, own_texts), self.seconds)
            except TimeoutError:
                await self._kill()
                return read_outside(raw, "timeout")
            except (OSError, EOFError, pickle.UnpicklingError):
                await self._kill()
                return read_outside(raw, "crashed")
            except asyncio.CancelledError:
                await self._kill()  # its answer would be taken for that of the next mail
                raise

    @property
    def worker_pid(self) -> int | None:
        """The process that reads, while there is one."""
        return self._worker.pid if self._worker is not None else None

    async def close(self) -> None:
        """End the worker."""
        async with self._turn:
            await self._kill()

    async def _ask(self, raw: bytes, own_texts: Sequence[str]) -> InboundMail:
        worker = await self._running()
        assert worker.stdin is not None
        assert worker.stdout is not None
        question = pickle.dumps((raw, tuple(own_texts)), pickle.HIGHEST_PROTOCOL)
        worker.stdin.write(FRAME.pack(len(question)))
        worker.stdin.write(question)
        await worker.stdin.drain()
        head = await worker.stdout.readexactly(FRAME.size)
        answer = pickle.loads(await worker.stdout.readexactly(FRAME.unpack(head)[0]))
        if not isinstance(answer, InboundMail):
            raise pickle.UnpicklingError("not a mail")
        return answer

    async def _running(self) -> Process:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "inbound.reading_worker"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                start_new_session=True,  # Ctrl-C is for us; the worker ends with its stdin
            )
        return self._worker

    async def _kill(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()
        if worker.stdin is not None:
            worker.stdin.close()
