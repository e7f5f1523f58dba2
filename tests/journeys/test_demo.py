"""`madoguchi demo` as a newcomer starts it: one command, then chat and mail, then Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib
import jwt
import pytest

from bot.demo import CATALOG_ADDRESS, IDENTITY_SECRET, start_demo
from tests.hurry import PATIENCE
from tests.journeys.house import Visitor, eventually, part
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


class RunningDemo:
    """The program, known by nothing but what it prints."""

    def __init__(self, process: asyncio.subprocess.Process, http: aiohttp.ClientSession) -> None:
        self.process, self.http = process, http
        self.page = self.shop = ""
        self.smtp_port = 0

    async def read_addresses(self) -> None:
        """Wait for what a newcomer reads; the first address is the page to start with."""
        assert self.process.stdout is not None
        printed = ""
        async with asyncio.timeout(PATIENCE):
            while "Ctrl-C" not in printed:
                line = await self.process.stdout.readline()
                assert line, f"it ended after: {printed}"
                printed += line.decode()
        self.page, self.shop = re.findall(r"http://127\.0\.0\.1:\d+(?=\s)", printed)[:2]
        self.smtp_port = int(re.search(r"SMTP 127\.0\.0\.1:(\d+)", printed)[1])  # type: ignore[index]  # it is there

    async def get(self, path: str, **query: str) -> Any:
        async with self.http.get(self.page + path, params=query) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def letters(self, address: str) -> list[str]:
        """What lies in a mailbox, newest first, as the page shows it."""
        heads = await self.get("/api/mails", address=address)
        return [
            str(await self.get("/api/mail", address=head["address"], id=head["id"]))
            for head in heads
            if head["folder"] != "Sent"
        ]

    async def cards(self, channel: str) -> list[str]:
        """What the app has posted in a channel."""
        state = await self.get("/api/slack")
        return [
            str(message)
            for found in state["channels"]
            if found["name"] == channel
            for message in found["messages"]
            if message["by_bot"]
        ]

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[RunningDemo]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(free_port()),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with aiohttp.ClientSession() as http:
        running = RunningDemo(process, http)
        try:
            await running.read_addresses()
            yield running
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


EMILY = "emily.carter@example-sales.example"
GRACE = "grace.miller@northwind-studio.example"


async def test_a_chat_and_a_mail_reach_the_sales_person_and_sigterm_ends_it(
    demo: RunningDemo,
) -> None:
    async with demo.http.get(demo.page) as page, demo.http.get(demo.shop) as shop:
        assert (page.status, shop.status) == (200, 200)
        assert "widget" in await shop.text()

    await _ask_in_the_chat(demo)
    [told] = await eventually(lambda: demo.letters(EMILY), "the mail to the sales person")
    [card] = await eventually(lambda: demo.cards("sales-us"), "the card in Slack")
    for seen in (told, card):
        assert "Grace Miller" in seen
        assert "about the toner" in seen
    assert (await demo.get("/api/slack"))["lint"] == []

    await _ask_by_mail(demo)
    answers = await eventually(lambda: demo.letters(GRACE), "the answer to the mail")
    assert any("RC-1234" in answer for answer in answers)

    assert await demo.stop() == 0


@pytest.mark.parametrize(("locale", "name"), [("en", "Grace Miller"), ("ja", "青木 陽子")])
async def test_each_language_of_the_shop_has_a_sample_customer_signed_in(
    demo: RunningDemo, locale: str, name: str
) -> None:
    async with demo.http.get(demo.shop, params={"locale": locale}) as answer:
        page = await answer.text()
    async with demo.http.get(demo.shop, params={"locale": locale, "as": "visitor"}) as answer:
        strange = await answer.text()
    [identity] = re.findall(r'data-identity="([^"]+)"', page)

    async with demo.http.ws_connect(f"{demo.shop}/chat/socket") as socket:
        welcome = await Visitor(socket).hello(identity=identity)

    assert welcome["customer"]["name"] == name
    assert name in page
    assert "data-identity" not in strange


async def test_the_database_of_the_demo_is_named_and_kept_where_wanted(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(free_port()), "--folder", "kept",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    printed = ""
    async with asyncio.timeout(PATIENCE):
        while "Ctrl-C" not in printed:
            printed += (await process.stdout.readline()).decode()
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.wait(), PATIENCE)

    assert f"sqlite:///{tmp_path / 'kept' / 'demo.db'}\n" in printed
    assert (tmp_path / "kept" / "demo.db").stat().st_size > 0


async def _ask_in_the_chat(demo: RunningDemo) -> None:
    claims = {"sub": "C-0004", "exp": int(time.time()) + 600, "aud": "madoguchi"}
    identity = jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")
    async with demo.http.ws_connect(f"{demo.shop}/chat/socket") as socket:
        visitor = Visitor(socket)
        welcome = await visitor.hello(identity=identity)
        assert welcome["customer"]["name"] == "Grace Miller"
        answer = await visitor.say("Please have my sales person call me, it is about the toner")
        done = await visitor.send(part(answer, "confirm"))
        assert "Emily Carter" in done["text"]


async def _ask_by_mail(demo: RunningDemo) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Grace Miller <{GRACE}>", CATALOG_ADDRESS
    mail["Subject"] = "Your catalog"
    mail["Message-ID"] = "<a-question@northwind-studio.example>"
    mail.set_content("What does the RC-1234 cost?\n\nGrace")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=demo.smtp_port, start_tls=False)


async def test_a_port_that_is_taken_is_told_in_one_line(demo: RunningDemo) -> None:
    taken = demo.shop.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", taken,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert process.returncode == 1
    assert len(err.decode().splitlines()) == 1
    assert "try: madoguchi demo --port" in err.decode()


async def test_a_demo_that_cannot_start_leaves_nothing_running(tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="address already in use"),
    ):
        await start_demo(tmp_path, port=free_port(), page_port=taken.getsockname()[1])
    left = {thread.name for thread in set(threading.enumerate()) - threads if thread.is_alive()}

    assert {task.get_name() for task in asyncio.all_tasks()} == {asyncio.current_task().get_name()}  # type: ignore[union-attr]  # there is one
    assert [name for name in left if name.startswith("storage")] == []
