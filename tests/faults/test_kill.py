"""Killed at any moment, the counter loses nothing that it acknowledged and does nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib
import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from bot.demo import CATALOG_ADDRESS, COMPANY
from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.slack import SandboxSlack
from storage.database import open_store
from storage.outbox import oldest_open
from storage.tables import InboundMailRow, MessageRow, OutboxRow, SalesRequestRow
from tests.clock import NOON
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Killed:
    """A counter in a process of its own, and what outlives it: mailbox, Slack, database."""

    url: str
    port: int
    environment: dict[str, str]
    mailbox: SandboxMailbox
    slack: SandboxSlack
    process: asyncio.subprocess.Process | None = None
    acked: list[tuple[str, str]] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)
    stopping: bool = False

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve",
            cwd=ROOT, env=os.environ | self.environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def chat(self, number: int, http: aiohttp.ClientSession) -> None:
        """A visitor who asks again and again to be called; what is not acknowledged is repeated."""
        token: str | None = None
        count = 0
        while not self.stopping:
            count += 1
            word = f"word{number}x{count}"
            text = f"Please call me at 212-555-0147, my name is Ada {word}"
            token, answer = await self._say(http, token, {"text": text}, f"{word}-wish")
            cards = [p for p in answer["parts"] if p["kind"] == "confirm"] if answer else []
            if cards:
                value = {"decision": "send", "notify_staff": True}
                action = {"action": cards[0]["action"], "value": value}
                token, _ = await self._say(http, token, action, f"{word}-send")

    async def _hello(self, http: aiohttp.ClientSession) -> str:
        while True:
            try:
                hello = {"type": "hello", "locale": "en"}
                async with http.post(f"{self.url}/chat/messages", json=hello) as response:
                    frames = (await response.json())["frames"]
            except (aiohttp.ClientError, TimeoutError, OSError):
                await asyncio.sleep(0.1)
                continue
            return str(frames[0]["visitor"])

    async def _say(
        self, http: aiohttp.ClientSession, token: str | None, what: dict[str, Any], key: str
    ) -> tuple[str | None, dict[str, Any] | None]:
        if token is None:  # who has one is known again when the first message is repeated
            token = await self._hello(http)
        kind = "message" if "text" in what else "action"
        frame = {"type": kind, "key": key, "locale": "en", **what}
        url = f"{self.url}/chat/messages"
        while True:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            try:
                async with http.post(url, json=frame, headers=headers) as response:
                    frames = (await response.json())["frames"]
            except (aiohttp.ClientError, TimeoutError, OSError):
                if self.stopping:
                    return token, None
                await asyncio.sleep(0.1)
                continue
            if any(f["type"] == "ack" and f["key"] == key for f in frames):
                self.acked.append((token, key))
                answers = [f for f in frames if f.get("in_reply_to") == key]
                return token, answers[0] if answers else None
            await asyncio.sleep(0.1)

    async def write_mails(self) -> None:
        """Customers who write; the mailbox takes the mails whether the counter lives or not."""
        while not self.stopping:
            word = f"mail{len(self.mailed)}x"
            mail = EmailMessage()
            mail["From"] = "井上 隆 <takashi.inoue@mihon-kogyo.example>"
            mail["To"] = CATALOG_ADDRESS
            mail["Subject"] = f"Question {word}"
            mail["Message-ID"] = f"<{word}.{time.time_ns()}@mihon-kogyo.example>"
            mail.set_content(f"Please have my sales person call me. {word}\n")
            await aiosmtplib.send(
                mail, hostname="127.0.0.1", port=self.mailbox.smtp_port, start_tls=False
            )
            self.mailed.append(word)
            await asyncio.sleep(0.4)


@asynccontextmanager
async def a_counter_to_kill(database: str, folder: Path) -> AsyncIterator[Killed]:
    mailbox = await SandboxMailbox.start()
    slack = await SandboxSlack.start(channels=("#sales", "#sales-tokyo"))
    port = free_port()
    environment = {
        "MADOGUCHI_DATABASE_URL": database,
        "MADOGUCHI_DATA_DIR": str(folder / "files"),
        "MADOGUCHI_PORT": str(port),
        "MADOGUCHI_BASE_URL": f"http://127.0.0.1:{port}",
        "MADOGUCHI_CATALOG_ADDRESS": CATALOG_ADDRESS,
        "MADOGUCHI_IMAP_HOST": "127.0.0.1",
        "MADOGUCHI_IMAP_PORT": str(mailbox.imap_port),
        "MADOGUCHI_IMAP_USER": CATALOG_ADDRESS,
        "MADOGUCHI_IMAP_PASSWORD": mailbox.password,
        "MADOGUCHI_IMAP_SECURITY": "plain",
        "MADOGUCHI_IMAP_POLL_SECONDS": "1",
        "MADOGUCHI_SMTP_HOST": "127.0.0.1",
        "MADOGUCHI_SMTP_PORT": str(mailbox.smtp_port),
        "MADOGUCHI_SMTP_SECURITY": "plain",
        "MADOGUCHI_SLACK_BOT_TOKEN": slack.bot_token,
        "MADOGUCHI_SLACK_SIGNING_SECRET": slack.signing_secret,
        "MADOGUCHI_SLACK_API_URL": slack.url,
    }
    killed = Killed(f"http://127.0.0.1:{port}", port, environment, mailbox, slack)
    try:
        yield killed
    finally:
        if killed.process is not None and killed.process.returncode is None:
            killed.process.terminate()
            await asyncio.wait_for(killed.process.wait(), 20)
        await slack.stop()
        await mailbox.stop()


async def move_in(database: str) -> None:
    store = open_store(database)
    outcome = await import_company(store, [COMPANY], Conventions(), NOON)
    await store.close()
    assert outcome.accepted


async def kill_again_and_again(killed: Killed, rounds: int, chance: random.Random) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as http:
        work = [asyncio.create_task(killed.chat(n, http)) for n in range(3)]
        work.append(asyncio.create_task(killed.write_mails()))
        for _ in range(rounds):
            await killed.start()
            await until_ready(killed, http)
            await asyncio.sleep(chance.uniform(0.2, 2.5))
            await killed.kill()
        killed.stopping = True
        await killed.start()
        await until_ready(killed, http)
        await asyncio.wait_for(asyncio.gather(*work), 60)


async def until_ready(killed: Killed, http: aiohttp.ClientSession) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with http.get(f"{killed.url}/readyz") as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.05)
    raise AssertionError("the counter did not come back")


async def check_everything(killed: Killed, database: str) -> None:
    store = open_store(database)
    try:
        await until_quiet(killed, store.read)
        await store.read(lambda session: check_stored(killed, session))
        requests = await store.read(told_requests)
        check_cards(killed, requests)
        await check_mails(killed, requests)
    finally:
        await store.close()


async def until_quiet(killed: Killed, read: Any) -> None:
    """Wait until every mail is handled and nothing is owed any more."""

    def is_busy(session: Session) -> bool:
        handled = session.scalars(
            select(col(InboundMailRow.subject)).where(col(InboundMailRow.status) == "done")
        ).all()
        return oldest_open(session) is not None or len(handled) < len(killed.mailed)

    ends = time.monotonic() + 120
    while await read(is_busy):
        assert time.monotonic() < ends, "the counter does not come to rest"
        await asyncio.sleep(0.3)


def check_stored(killed: Killed, session: Session) -> None:
    stored = Tally(
        session.scalars(select(col(MessageRow.key)).where(col(MessageRow.key).is_not(None)))
    )
    lost = [key for _, key in killed.acked if stored[key] == 0]
    assert not lost, f"acknowledged and lost: {lost}"
    assert max(stored.values()) == 1
    for conversation, last in session.execute(
        select(MessageRow.conversation_id, col(MessageRow.seq)).order_by(
            col(MessageRow.conversation_id), col(MessageRow.seq)
        )
    ):
        assert last >= 1, conversation
    mails = session.scalars(select(col(InboundMailRow.subject))).all()
    for word in killed.mailed:
        assert sum(word in subject for subject in mails) == 1, f"mail {word}"
    dead = session.scalars(select(col(OutboxRow.key)).where(col(OutboxRow.status) == "dead")).all()
    assert not dead


def told_requests(session: Session) -> list[str]:
    rows = session.scalars(
        select(col(SalesRequestRow.id)).where(col(SalesRequestRow.consent).is_(True))
    )
    return list(rows)


def check_cards(killed: Killed, requests: list[str]) -> None:
    cards: Tally[str] = Tally()
    for name in ("#sales", "#sales-tokyo"):
        for message in killed.slack.channel(name).messages:
            told = message.metadata or {}
            if told.get("event_type") == "madoguchi_request" and not message.thread_ts:
                cards[told["event_payload"]["request_id"]] += 1
    assert requests
    assert {r: cards[r] for r in requests} == dict.fromkeys(requests, 1)


async def check_mails(killed: Killed, requests: list[str]) -> None:
    """One mail a request and person; one whose receipt was lost comes again under the same id."""
    parser = BytesParser(policy=policy.default)
    ids: dict[str, set[str]] = {}
    for address in killed.mailbox.addresses:
        if not address.endswith("@example-sales.example") or address == CATALOG_ADDRESS:
            continue
        for raw in await killed.mailbox.mails(address):
            mail = parser.parsebytes(raw)
            for request in requests:
                if f"[{request}]" in str(mail["Subject"]):
                    ids.setdefault(request, set()).add(str(mail["Message-ID"]))
    assert {r: len(ids.get(r, ())) for r in requests} == dict.fromkeys(requests, 1)


async def _killed_rounds(database: str, folder: Path, rounds: int, seed: int) -> None:
    await move_in(database)
    async with a_counter_to_kill(database, folder) as killed:
        await kill_again_and_again(killed, rounds, random.Random(seed))
        await check_everything(killed, database)


async def test_killed_three_times_nothing_is_lost_or_doubled(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "killed.db"
    shutil.copy(sqlite_template, file)
    await _killed_rounds(f"sqlite:///{file}", tmp_path, rounds=3, seed=11)


@pytest.mark.stress
async def test_killed_twenty_times_nothing_is_lost_or_doubled(
    fresh_database: str, tmp_path: Path
) -> None:
    await _killed_rounds(fresh_database, tmp_path, rounds=20, seed=time.time_ns() % 10_000)
