"""Mails in many languages, two pollers, and everything that can go wrong between them."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import os
import random
import signal
import sys
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.clock import utc_now
from storage.store import Store
from storage.tables import (
    ConsentRow,
    InboundMailRow,
    MailCursorRow,
    MessageRow,
    OutboxRow,
    SalesRequestRow,
)
from tests.dovecot import PASSWORD, Dovecot, running_dovecot

ROOT = Path(__file__).resolve().parents[2]
USER = "catalog"
#: Nothing takes so long unless it has stopped for good.
MOST_SECONDS = 900
#: What people write, with the charset their mailers use. The first of each asks to be called.
LANGUAGES = (
    ("utf-8", "Please call me at 212-555-0147, my name is Ada Example."),
    ("utf-8", "What does the projector cost, and is it in stock?"),
    ("iso-2022-jp", "新しい複合機について、03-5555-0147までお電話をください。"),
    ("shift_jis", "プロジェクターの価格と在庫を教えてください。"),
    ("euc-jp", "カタログを一部お送りください。"),
    ("gb18030", "请问这台投影仪多少钱？有现货吗？"),
    ("euc-kr", "프로젝터 가격이 얼마인가요?"),
    ("iso-8859-1", "Combien coûte le projecteur ? Merci d'avance."),
    ("windows-1252", "Was kostet der Beamer? Können Sie liefern?"),
)


def storm_mails(count: int, seed: int) -> dict[str, bytes]:
    """Mails by a word that stands in each of them alone."""
    rnd = random.Random(seed)
    mails = {}
    for number in range(count):
        word = f"storm{seed}x{number:05d}"
        charset, text = LANGUAGES[number % len(LANGUAGES)]
        mail = EmailMessage()
        mail["From"] = f"Writer {number} <{word}@writers.example>"
        mail["To"] = "catalog@sales.example"
        mail["Subject"] = f"A question {word}"
        mail["Date"] = format_datetime(utc_now())
        mail["Message-ID"] = f"<{word}@writers.example>"
        long = "\n".join(f"Line {line} of what else there is to say." for line in range(40))
        body = f"{text}\n{word}\n" + (f"\n{long}\n" if rnd.random() < 0.05 else "")
        mail.set_content(body, charset=charset)
        mails[word] = mail.as_bytes()
    return mails


class CuttingProxy:
    """Stands before a server and cuts connections in the middle of what it says."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.cuts = 0
        self._target = target
        self._cut_after: int | None = None
        self._fell = asyncio.Event()
        self._open: set[asyncio.WriteTransport] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[CuttingProxy]:
        """Take connections until the end."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._abort()

    def cut(self, after: int) -> None:
        """Cut every connection once the server has said that many bytes more."""
        self._cut_after = after
        self._fell.clear()

    async def until_cut(self) -> None:
        """Wait until the cut has fallen."""
        async with asyncio.timeout(MOST_SECONDS):
            await self._fell.wait()

    def _abort(self) -> None:
        for transport in list(self._open):
            transport.abort()  # a reset, as a cut cable or a firewall gives

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, onwards = await asyncio.open_connection("127.0.0.1", self._target)
        mine = {back.transport, onwards.transport}
        self._open |= mine
        try:
            await asyncio.gather(self._pass(near, onwards, said=False), self._pass(far, back))
        finally:
            self._open -= mine
            for writer in (back, onwards):
                writer.transport.abort()

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, said: bool = True
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if said and self._cut_after is not None:
                    whole, data = data, data[: self._cut_after]
                    self._cut_after -= len(data)
                    if len(whole) > len(data) or self._cut_after == 0:
                        self._cut_after = None
                        self.cuts += 1
                        self._fell.set()
                        target.write(data)
                        self._abort()
                        return
                target.write(data)
                await target.drain()
        target.transport.abort()


@dataclass
class Storm:
    """A mailbox that is read by two processes, which are killed and cut off again and again."""

    server: Dovecot
    proxy: CuttingProxy
    database: str
    store: Store
    folder: Path
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)
    kills: int = 0

    def deliver(self, raws: Sequence[bytes]) -> None:
        """Put mails into the mailbox as a mail server does, which tries again where it must."""
        client: imaplib.IMAP4 | None = None
        for raw in raws:
            for _ in range(50):
                try:
                    client = client or self.server.login(USER)
                    if client.append("INBOX", "", "", raw)[0] == "OK":
                        break
                except (imaplib.IMAP4.error, OSError):
                    client = None
                time.sleep(0.1)
            else:
                raise AssertionError("the mailbox takes no mail")
        if client is not None:
            client.logout()

    async def start(self) -> None:
        """One more process that follows the mailbox."""
        settings = {
            "DATABASE_URL": self.database,
            "DATA_DIR": str(self.folder / "var"),
            "CATALOG_ADDRESS": "catalog@sales.example",
            "IMAP_HOST": "127.0.0.1",
            "IMAP_PORT": str(self.proxy.port),
            "IMAP_SECURITY": "plain",
            "IMAP_USER": USER,
            "IMAP_PASSWORD": PASSWORD,
            "IMAP_POLL_SECONDS": "2",
        }
        with (self.folder / "readers.log").open("ab") as told:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve", "--role", "inbound"),
                cwd=self.folder,
                env=os.environ
                | {f"MADOGUCHI_{name}": value for name, value in settings.items()}
                | {"PYTHONPATH": str(ROOT)},
                stdout=told,
                stderr=told,
            )
        self.processes.append(process)

    async def kill_the_reader(self) -> None:
        """End the process that reads the mailbox now with kill -9, and start another one."""
        holder = await self.store.read(
            lambda session: session.scalar(select(col(MailCursorRow.holder)))
        )
        number = (holder or "").split("/")[1:2]
        reader = [p for p in self.processes if [str(p.pid)] == number] or self.processes[:1]
        reader[0].send_signal(signal.SIGKILL)
        await reader[0].wait()
        self.processes.remove(reader[0])
        self.kills += 1
        await self.start()

    async def stop(self) -> None:
        """End the processes as an administrator does."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self.processes:
            await asyncio.wait_for(process.wait(), 60)

    async def until_done(self, mails: int) -> None:
        """Wait until so many mails are done."""
        async with asyncio.timeout(MOST_SECONDS):
            while (await self.statuses())["done"] < mails:  # noqa: ASYNC110  # other processes do it
                await asyncio.sleep(0.1)

    async def until_nothing_waits(self) -> None:
        """Wait until every stored mail has come to its end."""
        async with asyncio.timeout(MOST_SECONDS):
            while (await self.statuses())["stored"]:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.1)

    async def statuses(self) -> Tally[str]:
        """How many mails there are of each status."""

        def ask(session: Session) -> Tally[str]:
            status = col(InboundMailRow.status)
            rows = session.execute(select(status, func.count()).group_by(status))
            return Tally({row[0]: row[1] for row in rows})

        return await self.store.read(ask)


@asynccontextmanager
async def raging_storm(database: str, store: Store, folder: Path) -> AsyncIterator[Storm]:
    """A mailbox and two processes that follow it; at the end none of them is left."""
    with running_dovecot([USER]) as server:
        async with CuttingProxy(server.port).running() as proxy:
            storm = Storm(server, proxy, database, store, folder)
            try:
                await storm.start()
                await storm.start()
                yield storm
                await storm.stop()
            finally:
                for process in storm.processes:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()


@dataclass(frozen=True)
class Outcome:
    """What lies in the database when the storm is over: how often each thing is there."""

    messages: Tally[str]
    answers: Tally[str]
    answered_by_mail: Tally[str]
    requests: Tally[str]
    consents: Tally[str]
    notifications: Tally[str]
    statuses: Tally[str]

    @classmethod
    async def of(cls, store: Store) -> Outcome:
        """Read it."""
        return await store.read(cls._read)

    @classmethod
    def _read(cls, session: Session) -> Outcome:
        def ask(*columns: Any, **having: Any) -> list[Any]:
            return list(session.execute(select(*columns).filter_by(**having)).all())

        return cls(
            messages=Tally(
                _word(text) for (text,) in ask(col(MessageRow.text), author_kind="customer")
            ),
            answers=Tally(
                one for (one,) in ask(col(MessageRow.conversation_id), author_kind="bot")
            ),
            answered_by_mail=Tally(
                _word(one) for (one,) in ask(col(OutboxRow.recipient), kind="answer")
            ),
            requests=Tally(one for (one,) in ask(col(SalesRequestRow.conversation_id))),
            consents=Tally(one for (one,) in ask(col(ConsentRow.request_id))),
            notifications=Tally(
                f"{kind} {conversation} {recipient}"
                for kind, conversation, recipient in ask(
                    col(OutboxRow.kind), col(OutboxRow.conversation_id), col(OutboxRow.recipient)
                )
            ),
            statuses=Tally(one for (one,) in ask(col(InboundMailRow.status))),
        )


def _word(text: str) -> str:
    found = [word for word in text.replace("@", " ").split() if word.startswith("storm")]
    assert len(set(found)) == 1, text
    return found[0]
