"""The chat door: durable, once each, in step on every tab, and not to be fooled."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from yarl import URL

import bot.chat.pace
from bot.chat.talk import HEARTBEAT_SECONDS
from bot.demo import IDENTITY_SECRET
from domain.messages import Channel, StaffMessage
from storage.conversations import history
from tests.clock import NOON
from tests.hurry import PATIENCE
from tests.journeys.house import House, Visitor, open_house


@pytest.fixture(params=[0, 1], ids=["sockets here", "sockets in a process"])
async def house(
    request: pytest.FixtureRequest, fresh_database: str, tmp_path: Path
) -> AsyncIterator[House]:
    async with open_house(fresh_database, tmp_path, chat_processes=request.param) as opened:
        yield opened


async def test_the_same_key_is_handled_once_and_acknowledged_with_the_same_seq(
    house: House,
) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.say("Hello", key="once")
        first = next(f for f in visitor.frames if f["type"] == "ack")
        await visitor.socket.send_json({"type": "message", "key": "once", "text": "Hello"})
        again = await visitor.until(lambda f: f["type"] == "ack")
        conversation = visitor.welcome["conversation"]
    assert again == first
    assert len(await house.read(lambda s: history(s, conversation))) == 2


async def test_who_comes_back_with_the_token_gets_what_was_missed(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        await visitor.say("Hello")
        await visitor.say("Thank you")
    async with house.visitor() as again:
        back = await again.hello(visitor=welcome["visitor"], after=2)
    assert back["conversation"] == welcome["conversation"]
    assert [m["seq"] for m in back["messages"]] == [3, 4]


async def test_two_tabs_of_a_visitor_are_in_step(house: House) -> None:
    async with house.visitor() as one, house.visitor() as two:
        welcome = await one.hello()
        await one.say("Hello")
        await two.hello(visitor=welcome["visitor"])
        assert [m["seq"] for m in two.welcome["messages"]] == [1, 2]
        await one.say("Thank you")
        said = await two.until(lambda f: f["type"] == "message" and f["seq"] == 3)
        answered = await two.until(lambda f: f["type"] == "message" and f["seq"] == 4)
    assert said["text"] == "Thank you"
    assert answered["author"]["kind"] == "bot"


async def test_plain_http_carries_the_same_frames(house: House) -> None:
    url = f"{house.demo.shop_url}/chat/messages"
    frame = {"type": "message", "key": "k1", "text": "Hello", "locale": "en"}
    async with house.http.post(url, json=frame) as answer:
        frames = (await answer.json())["frames"]
    token = next(f["visitor"] for f in frames if f["type"] == "welcome")
    assert [f["type"] for f in frames] == ["welcome", "ack", "message", "message"]
    headers = {"Authorization": f"Bearer {token}"}
    async with house.http.get(url, params={"after": "1"}, headers=headers) as answer:
        assert [f["seq"] for f in (await answer.json())["messages"]] == [2]
    async with house.http.get(url, headers={"Authorization": "Bearer forged.token"}) as answer:
        assert answer.status == 401


def signed(secret: str = IDENTITY_SECRET, **claims: Any) -> str:
    usual = {"sub": "C-0001", "exp": int(time.time()) + 600}
    return jwt.encode(usual | claims, secret, algorithm="HS256")


WRONG_IDENTITIES: list[Any] = [
    "nonsense",
    signed(secret="another secret of somebody else, 32 bytes"),
    signed(exp=int(time.time()) - 1),
    signed(exp=int(time.time()) + 3 * 86_400),  # too far ahead
    signed(aud="another-product"),
    signed(sub="C-9999"),  # nobody
    jwt.encode({"sub": "C-0001", "exp": int(time.time()) + 600}, None, algorithm="none"),
    17,
]


async def test_a_wrong_identity_leaves_the_visitor_anonymous_with_an_error(house: House) -> None:
    for identity in WRONG_IDENTITIES:
        async with house.visitor() as visitor:
            welcome = await visitor.hello(identity=identity)
        assert welcome["customer"] is None, identity
        [error] = [f for f in visitor.frames if f["type"] == "error"]
        assert error["code"] == "unauthorized"


async def test_a_right_identity_is_greeted_by_name(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello(customer="C-0001")
    assert welcome["customer"]["name"] == "青木 陽子"


async def test_a_foreign_or_forged_token_opens_nobodys_conversation(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello(customer="C-0001")
        await visitor.say("Hello")
    name, _, mac = welcome["visitor"].rpartition(".")
    other_mac = mac[:-1] + ("b" if mac[-1] == "a" else "a")
    for forged in (
        f"{name}x.{mac}",
        f"{name}.{other_mac}",
        name,
        "",
        "a" * 5_000,
        "v-1:M-1.x",
    ):
        async with house.visitor() as other:
            got = await other.hello(visitor=forged)
            assert got["conversation"] != welcome["conversation"]
            assert got["customer"] is None


async def test_a_token_that_was_given_back_is_worth_nothing(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello(customer="C-0001")
        await visitor.say("Hello")
    headers = {"Authorization": f"Bearer {welcome['visitor']}"}
    async with house.http.delete(f"{house.demo.shop_url}/chat/visitor", headers=headers) as done:
        assert done.status == 204
    async with house.visitor() as again:
        back = await again.hello(visitor=welcome["visitor"])
    assert back["customer"] is None
    assert back["messages"] == []


HOSTILE: list[Any] = [
    "no json",
    "[]",
    "null",
    '"text"',
    "{}",
    '{"type":"unknown"}',
    '{"type":17}',
    '{"type":"message"}',
    '{"type":"message","key":null,"text":"x"}',
    '{"type":"message","key":"","text":"x"}',
    '{"type":"message","key":"k","text":17}',
    '{"type":"message","key":"k","text":{"a":1}}',
    '{"type":"message","key":"k","text":""}',
    '{"type":"message","key":"k","text":"x","files":"F-1"}',
    '{"type":"message","key":"k","text":"x","files":[1]}',
    '{"type":"action","key":"k"}',
    '{"type":"action","key":"k","action":["x"]}',
    '{"type":"action","key":"k","action":"x","value":"y"}',
    '{"type":"message","key":' + '"k"' * 3 + "}",
    "[" * 5_000,
    '{"type":"action","key":"k","action":"x","value":' + '{"a":' * 900 + "1" + "}" * 901,
    '{"type":"message","key":"' + "k" * 300 + '","text":"x"}',
    '{"type":"message","key":"k","text":"' + "x" * 30_000 + '"}',
]


async def test_bad_frames_get_an_error_and_the_socket_stays(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        for bad in HOSTILE:
            await visitor.socket.send_str(bad)
            error = await visitor.until(lambda f: f["type"] == "error")
            assert error["code"] in {"bad_frame", "too_long"}, bad[:60]
            assert "Traceback" not in error["message"]
        await visitor.socket.send_bytes(b"\x00\x01")
        await visitor.until(lambda f: f["type"] == "error")
        answer = await visitor.say("Hello")
    assert answer["author"]["kind"] == "bot"


ODD_TEXTS = [
    "\0\0 nul \0",
    "word" * 4_000,
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<!channel> <@U0SATO> <http://evil.example|click>",
    "{{7*7}} {% raw %} {0.__class__}",
    "\u202eright to left\u202c \u200b zero width",
    "\ud800 lone surrogate",
    "Subject: x\r\nBcc: victim@customer.example\r\n\r\n",
    "'; DROP TABLE messages; --",
    "🙂" * 500,
    # Whoever looks for a price, a word or a number at each letter anew is not back in time.
    "x1 " + "…" * 10_000,
    "7" * 20_000,
    "1," * 10_000,
    "printer for my " + "と" * 10_000 + " toner",
    "under " + " " * 19_000 + "$",
    "order a" + "\u0301\u0316" * 5_000,
]


async def test_odd_texts_are_stored_and_answered(house: House) -> None:
    for number, text in enumerate(ODD_TEXTS):
        async with house.visitor() as visitor:
            await visitor.hello()
            frame = json.dumps({"type": "message", "key": f"odd-{number}", "text": text})
            await visitor.socket.send_str(frame)
            answer = await visitor.answer_to(f"odd-{number}")
        assert answer["text"], text[:40]
        assert "49" not in answer["text"]  # nothing was evaluated


async def test_hellos_without_end_are_slowed(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        again = {"type": "hello", "visitor": welcome["visitor"], "locale": "en", "page": {}}
        for _ in range(100):
            await visitor.socket.send_json(again)
        refused = await visitor.until(lambda frame: frame["type"] == "error")
    assert refused["code"] == "rate_limited"


async def test_reading_over_plain_http_without_end_is_slowed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.chat.pace, "BURST", 10.0)
    url = f"{house.demo.shop_url}/chat/messages"
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer nobody"}) as browser:
        seen = []
        for _ in range(200):
            async with browser.get(url) as answer:
                seen.append(answer.status)
                told = await answer.json()
            if answer.status == 429:
                break
    assert seen[0] == 401
    assert [frame["code"] for frame in told["frames"]] == ["rate_limited"]


async def test_an_identity_that_is_no_text_costs_nobody_else_anything(house: House) -> None:
    nested = json.loads("[" * 900 + "]" * 900)
    async with house.visitor() as visitor, house.visitor() as other:
        await other.hello()
        hello = {"type": "hello", "visitor": nested, "identity": nested, "page": {}}
        await visitor.socket.send_json(hello)
        await other.say("Hello")
        refused = await visitor.until(lambda frame: frame["type"] == "error")
        await visitor.until(lambda frame: frame["type"] == "welcome")
        await visitor.say("Hello")
    assert refused["code"] == "unauthorized"


async def test_a_frame_over_64_kib_closes_only_that_socket(house: House) -> None:
    async with house.visitor() as visitor, house.visitor() as other:
        await visitor.hello()
        await other.hello()
        await visitor.socket.send_str("x" * 70_000)
        closed = await visitor.socket.receive(timeout=PATIENCE)
        assert closed.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
        await other.say("Hello")


async def test_a_foreign_website_may_not_open_the_socket(house: House) -> None:
    for origin in ("https://evil.example", "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with house.http.ws_connect(
                f"{house.demo.shop_url}/chat/socket", headers={"Origin": origin}
            ):
                pass
        assert refused.value.status == 403


async def test_actions_on_cards_of_somebody_else_change_nothing(house: House) -> None:
    async with house.visitor() as one, house.visitor() as two:
        await one.hello(customer="C-0001")
        answer = await one.say("Please have my sales person call me about RC-1234")
        [card] = [p for p in answer["parts"] if p["kind"] == "confirm"]
        await two.hello()
        await _act_and_see_nothing(two, card["action"])
    await asyncio.sleep(0.2)
    assert not house.cards("#sales-tokyo")


async def _act_and_see_nothing(visitor: Visitor, action: str) -> None:
    answer = await visitor.act(action, {"decision": "send", "notify_staff": True})
    assert not any(part["kind"] == "confirm" for part in answer["parts"])


def address_of(house: House) -> tuple[str, int]:
    url = URL(house.demo.shop_url)
    assert url.host is not None
    assert url.port is not None
    return url.host, url.port


async def test_a_browser_that_does_not_read_is_cut_off(house: House) -> None:
    counter = house.demo.running.counter
    reader, writer = await asyncio.open_connection(*address_of(house))
    head = (
        "GET /chat/socket HTTP/1.1",
        "Host: shop.example",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {'A' * 22}==",
    )
    writer.write("\r\n".join([*head, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    for frame in (
        b'{"type":"hello","visitor":null,"locale":"en","page":{},"after":null}',
        b'{"type":"message","key":"k","text":"Hello"}',
    ):
        writer.write(bytes((0x81, 0x80 | len(frame), 0, 0, 0, 0)) + frame)
    size = (await reader.readexactly(4))[2:]
    welcome = json.loads(await reader.readexactly(int.from_bytes(size)))
    await reader.readuntil(b'"in_reply_to":"k"')
    for number in range(600):  # more than fits in between and may wait
        await counter.desk.staff_says(
            StaffMessage(
                channel=Channel.SLACK,
                channel_message_id=f"T1/C1/{number}.0",
                staff_id="S-001",
                conversation_id=welcome["conversation"],
                text="お読みください。" * 2_000,
                sent_at=NOON,
            )
        )
    with contextlib.suppress(ConnectionResetError):
        async with asyncio.timeout(
            HEARTBEAT_SECONDS
        ):  # who only does not answer pings stays longer
            while await reader.read(1 << 20):
                pass
    writer.close()
