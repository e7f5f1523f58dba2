"""The whole counter with the sample company, its mailbox and its Slack, and people who use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import aiosmtplib
import jwt
from sqlmodel import Session

from bot.demo import CATALOG_ADDRESS, IDENTITY_SECRET, Demo, start_demo
from tests.hurry import PATIENCE, without_hurry
from tests.ports import free_port

T = TypeVar("T")


async def eventually(look: Callable[[], Any], what: str) -> Any:
    """Look again and again until there is something to see; fail with `what` if there never is."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        seen = look()
        if asyncio.iscoroutine(seen):
            seen = await seen
        if seen:
            return seen
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what} did not come within {PATIENCE:.0f} s")


@dataclass
class Visitor:
    """A browser on the shop, talking over the socket."""

    socket: aiohttp.ClientWebSocketResponse
    frames: list[dict[str, Any]] = field(default_factory=list)
    keys: Any = field(default_factory=lambda: count(1))
    welcome: dict[str, Any] = field(default_factory=dict)

    async def hello(self, *, customer: str | None = None, **more: Any) -> dict[str, Any]:
        identity = None
        if customer:
            claims = {"sub": customer, "exp": int(time.time()) + 600, "aud": "madoguchi"}
            identity = jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")
        frame = {"type": "hello", "visitor": None, "locale": "en", "identity": identity}
        await self.socket.send_json({**frame, "page": {}, "after": None, **more})
        self.welcome = await self.until(lambda f: f["type"] == "welcome")
        return self.welcome

    async def say(self, text: str, key: str | None = None) -> dict[str, Any]:
        """Write, and give the bot's answer."""
        key = key or f"key-{next(self.keys)}"
        await self.socket.send_json({"type": "message", "key": key, "text": text})
        return await self.answer_to(key)

    async def act(self, action: str, value: Any = None) -> dict[str, Any]:
        """Press or fill in a card, and give the bot's answer."""
        key = f"key-{next(self.keys)}"
        frame = {"type": "action", "key": key, "action": action, "value": value}
        await self.socket.send_json(frame)
        return await self.answer_to(key)

    async def answer_to(self, key: str) -> dict[str, Any]:
        return await self.until(lambda f: f.get("in_reply_to") == key)

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read frames until one fits."""
        while True:
            frame: dict[str, Any] = await self.socket.receive_json(timeout=PATIENCE)
            self.frames.append(frame)
            if wanted(frame):
                return frame

    async def send(self, card: dict[str, Any], *, notify_staff: bool = True) -> dict[str, Any]:
        """Agree to a notice-confirmation."""
        value = {"decision": "send", "notify_staff": notify_staff}
        return await self.act(card["action"], value)


def part(message: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first card of that kind in an answer."""
    found = [p for p in message["parts"] if p["kind"] == kind]
    assert found, f"no {kind} in {message['text']!r} {message['parts']}"
    return found[0]


@dataclass
class House:
    """The running counter and the doors to it."""

    demo: Demo
    http: aiohttp.ClientSession

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        async with self.http.ws_connect(f"{self.demo.shop_url}/chat/socket") as socket:
            yield Visitor(socket)

    async def mails(self, address: str) -> list[EmailMessage]:
        """The mails of a mailbox, read by the standard library."""
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(raw) for raw in await self.demo.mailbox.mails(address)]

    async def mail_to(self, address: str, contains: str = "", number: int = 1) -> EmailMessage:
        """Wait for the `number`th mail to an address whose text or subject holds `contains`."""

        async def look() -> EmailMessage | None:
            found = [m for m in await self.mails(address) if contains in text_of(m)]
            return found[number - 1] if len(found) >= number else None

        mail: EmailMessage = await eventually(look, f"mail {number} to {address} with {contains!r}")
        return mail

    async def write_mail(
        self,
        sender: str,
        text: str,
        *,
        subject: str = "Question",
        to: str = CATALOG_ADDRESS,
        charset: str = "utf-8",
        answers: EmailMessage | None = None,
        message_id: str | None = None,
    ) -> EmailMessage:
        """Send a mail over SMTP, as a mailer does; `answers` makes it a reply."""
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = to
        mail["Subject"] = subject
        mail["Message-ID"] = message_id or f"<{time.time_ns()}@customer.example>"
        if answers is not None:
            mail.replace_header("To", str(answers["Reply-To"] or answers["From"]))
            mail.replace_header("Subject", f"Re: {answers['Subject']}")
            mail["In-Reply-To"] = answers["Message-ID"]
            mail["References"] = answers["Message-ID"]
        mail.set_content(text, charset=charset)
        port = self.demo.mailbox.smtp_port
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)
        return mail

    def cards(self, channel: str) -> Sequence[Any]:
        """The messages in a Slack channel, oldest first."""
        return list(self.demo.slack.channel(channel).messages)

    async def card(self, channel: str, number: int = 1) -> str:
        """Wait for the `number`th message in a channel; as text with everything in it."""

        def look() -> str | None:
            found = self.cards(channel)
            return str(found[number - 1].to_json(metadata=True)) if len(found) >= number else None

        text: str = await eventually(look, f"card {number} in {channel}")
        return text

    async def read(self, unit: Callable[[Session], T]) -> T:
        return await self.demo.running.counter.store.read(unit)

    async def quiet(self) -> None:
        """Wait until nothing is owed any more."""
        from storage.outbox import oldest_open

        async def look() -> bool:
            return await self.read(oldest_open) is None

        await eventually(look, "the empty outbox")


def text_of(mail: EmailMessage) -> str:
    """Subject and plain text of a mail."""
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


@asynccontextmanager
async def open_house(
    database_url: str, folder: Path, *, chat_processes: int = 0
) -> AsyncIterator[House]:
    """Start the counter with everything around it, and wait for processes that hold sockets."""
    demo = await start_demo(
        folder,
        port=free_port(),
        page_port=free_port(),
        database_url=database_url,
        chat_processes=chat_processes,
    )
    try:
        fronts = demo.running.fronts
        assert fronts is not None
        if chat_processes:
            await eventually(lambda: fronts.are_ready, "the process that holds sockets")
        async with aiohttp.ClientSession() as http:
            without_hurry(demo.slack)
            yield House(demo, http)
    finally:
        await demo.stop()
