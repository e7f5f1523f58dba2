"""Reading under limits: in a process of its own that is killed when one mail takes too long.

The reader is linear in the size of a mail and never raises, but it stands at the door: a fault in
it, or in the libraries below it, must cost one mail and not the counter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from datetime import datetime

from inbound.framing import FRAME, WILL_HEAR, framed
from inbound.hearing import Hearing
from inbound.mail import InboundMail, Question
from inbound.mime import read_outside

SECONDS = 10.0  # for one mail
MOST_BYTES = 50_000_000  # of one mail; larger ones are known by their headers alone
_SENT_AT_ONCE = 64 * 1024  # bytes: small mails share a write


class LimitedReader:
    """Implements `MailReader` with one worker process, started when the first mail comes.

    Mails are read one after the other. Belongs to the event loop in which it is first used.

    Args:
        seconds, most_bytes: the limits of one mail.
        hearing: asked before each batch; with it mails are understood as well, at the given time.
        will_hear: `hearing` is given later; the worker has the grammars ready by then.
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
        hearing: Callable[[], tuple[Hearing, datetime]] | None = None,
        will_hear: bool = False,
    ) -> None:
        self.seconds = seconds
        self.hearing = hearing
        self._arguments = [WILL_HEAR] if will_hear else []
        self._told: Hearing | None = None
        self._most_bytes = most_bytes
        self._worker: Process | None = None
        self._turn = asyncio.Lock()
        # Who asks us may keep itself to one core later; the worker works beside it, on any.
        self._cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()

    async def __aenter__(self) -> LimitedReader:
        """Start the worker while others get ready."""
        with contextlib.suppress(OSError):  # the first mail tries again
            await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the worker now, so that the first mail does not wait for it."""
        async with self._turn:
            worker = await self._running()
            with contextlib.suppress(OSError):  # the first mail tries again
                self._tell(worker)

    async def get_ready(self) -> None:
        """Wait until the worker has read a mail without words, or could not in its time."""
        await self.read(b"\r\n")

    async def read(self, raw: bytes, own_texts: Sequence[str] = ()) -> InboundMail:
        """Read one mail. Its `error` is `too_large`, `timeout` or `crashed` where limits were met;
        sender, subject and ids are there all the same."""
        [mail] = await self.read_all([(raw, own_texts)])
        return mail

    async def read_all(self, mails: Sequence[Question]) -> list[InboundMail]:
        """Read mails in their order; the limits are those of `read` and hold for each of them."""
        async with self._turn:
            read: list[InboundMail] = []
            while len(read) < len(mails):
                read += await self._read_on(mails[len(read) :])
            return read

    @property
    def worker_pid(self) -> int | None:
        """The process that reads, while there is one."""
        return self._worker.pid if self._worker is not None else None

    async def close(self) -> None:
        """End the worker."""
        async with self._turn:
            await self._kill()

    async def _read_on(self, mails: Sequence[Question]) -> list[InboundMail]:
        """Read until the end, or up to the mail that cost the worker its life."""
        worker = await self._running()
        # The worker has the next mail in its pipe while we take the answer to this one.
        sending = asyncio.ensure_future(self._send(worker, mails))
        read: list[InboundMail] = []
        try:
            for raw, _ in mails:
                if len(raw) > self._most_bytes:
                    read.append(await asyncio.to_thread(read_outside, raw, "too_large"))
                    continue
                trouble, mail = await self._answer(worker)
                if mail is None:
                    read.append(await asyncio.to_thread(read_outside, raw, trouble))
                    await self._kill()
                    break
                read.append(mail)
        except BaseException:
            await self._kill()  # its answers would be taken for those of the next mails
            raise
        finally:
            sending.cancel()
            await asyncio.wait([sending])
        return read

    async def _send(self, worker: Process, mails: Sequence[Question]) -> None:
        assert worker.stdin is not None
        with contextlib.suppress(OSError):  # a worker that is gone gives no answer either
            now = self._tell(worker)
            waiting, size = list[bytes](), 0
            for raw, own_texts in mails:
                if len(raw) > self._most_bytes:
                    continue
                waiting.append(framed((raw, tuple(own_texts), now)))
                size += len(waiting[-1])
                if size >= _SENT_AT_ONCE:
                    worker.stdin.write(b"".join(waiting))
                    await worker.stdin.drain()
                    waiting, size = [], 0
            worker.stdin.write(b"".join(waiting))
            await worker.stdin.drain()

    def _tell(self, worker: Process) -> datetime | None:
        """Tell the worker what it does not know yet; the time at which it listens, if it does."""
        if self.hearing is None:
            return None
        hearing, now = self.hearing()
        if hearing != self._told:
            assert worker.stdin is not None
            worker.stdin.write(framed(hearing))
            self._told = hearing
        return now

    async def _answer(self, worker: Process) -> tuple[str, InboundMail | None]:
        """The next mail, or what went wrong instead."""
        assert worker.stdout is not None
        try:
            async with asyncio.timeout(self.seconds):
                head = await worker.stdout.readexactly(FRAME.size)
                answer = pickle.loads(await worker.stdout.readexactly(FRAME.unpack(head)[0]))
        except TimeoutError:
            return "timeout", None
        except Exception:  # it is gone, or wrote rubbish, which may raise anything
            return "crashed", None
        return ("", answer) if isinstance(answer, InboundMail) else ("crashed", None)

    async def _running(self) -> Process:
        if self._worker is None or self._worker.returncode is not None:
            self._told = None
            self._worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "inbound.reading_worker", *self._arguments),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                start_new_session=True,  # Ctrl-C is for us; the worker ends with its stdin
            )
            if sys.platform == "linux":
                with contextlib.suppress(OSError):  # it has ended, or a sandbox forbids it
                    os.sched_setaffinity(self._worker.pid, self._cores)
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
