"""Files from and to visitors, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session

from bot.chat.visitors import Visitors
from bot.web import files as files_module
from bot.web import upload_limits
from bot.web.client_address import believe_proxies
from bot.web.files import Files, disposition
from bot.web.headers import add_security_headers
from bot.web.upload_limits import ADDRESS_FILES_AN_HOUR, FILES_AN_HOUR
from domain.messages import Channel
from domain.people import Level
from domain.signing import Keys, Purpose
from storage.conversations import add_visitor, create_conversation, revoke_visitor
from storage.files import MAX_FILE_BYTES, FileFolder, attach_files, put_file
from storage.store import Store
from tests.clock import NOON

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
KEYS = Keys((b"root of the tests" * 3,))

Client = TestClient[web.Request, web.Application]


class Clock:
    """A clock that the test turns on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> FileFolder:
    return FileFolder(tmp_path)


@pytest.fixture
async def client(store: Store, folder: FileFolder, clock: Clock) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[believe_proxies(["127.0.0.1/32", "10.0.0.0/8"])])
    app.add_routes(Files(store, folder, Visitors(store, KEYS, ()), clock).routes())
    add_security_headers(app, "http://127.0.0.1", frozenset({"https://shop.example"}))
    async with TestClient(TestServer(app)) as client:
        yield client


def bearer(visitor: str, conversation: str = "") -> dict[str, str]:
    token = KEYS.seal(Purpose.VISITOR, f"{visitor}:{conversation or 'M-' + visitor}")
    return {"Authorization": f"Bearer {token}"}


def form(content: bytes, name: str = "photo.png") -> FormData:
    # As browsers write it: UTF-8 as it is, line ends and quotation marks in percent signs.
    for letter in ("\r", "\n", '"'):
        name = name.replace(letter, f"%{ord(letter):02X}")
    data = FormData(quote_fields=False)
    data.add_field("file", content, filename=name)
    return data


def body_of(header: str, content: bytes, after: str = "\r\n--b--\r\n") -> bytes:
    return f"--b\r\n{header}\r\n\r\n".encode() + content + after.encode()


FIELD = 'Content-Disposition: form-data; name="file"'


async def send(client: Client, content: bytes, name: str, visitor: str = "v1") -> dict[str, object]:
    answer = await client.post("/chat/files", data=form(content, name), headers=bearer(visitor))
    assert answer.status == 201, await answer.text()
    described: dict[str, object] = await answer.json()
    return described


async def begin(store: Store, clock: Clock, visitor: str, conversation: str) -> None:
    def unit(session: Session) -> None:
        create_conversation(session, conversation, channel=Channel.CHAT, locale="en", now=clock())
        add_visitor(
            session,
            visitor,
            conversation,
            customer_id=None,
            level=Level.ANONYMOUS,
            now=clock(),
        )

    await store.write(unit)


async def test_a_picture_comes_back_to_the_visitor_who_sent_it(client: Client) -> None:
    sent = await send(client, PNG, "photo.png")
    assert sent["content_type"] == "image/png"
    assert sent["size"] == len(PNG)
    answer = await client.get(f"/chat/files/{sent['file_id']}", headers=bearer("v1"))
    assert answer.status == 200
    assert await answer.read() == PNG
    assert answer.content_type == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_is_not_there_for_another_visitor(client: Client) -> None:
    sent = await send(client, PNG, "photo.png", visitor="v1")
    foreign = await client.get(f"/chat/files/{sent['file_id']}", headers=bearer("v2"))
    unknown = await client.get("/chat/files/F-0000", headers=bearer("v2"))
    assert foreign.status == unknown.status == 404
    assert await foreign.text() == await unknown.text()


async def test_a_file_of_the_conversation_is_there_for_its_visitor_alone(
    client: Client, store: Store, folder: FileFolder, clock: Clock
) -> None:
    await begin(store, clock, "v1", "M-v1")
    await begin(store, clock, "v2", "M-v2")
    kept = folder.keep("F-offer", "offer.pdf", b"%PDF-1.7 offer")
    await store.write(lambda s: put_file(s, kept, now=clock(), staff_id=None))
    await store.write(lambda s: attach_files(s, ["F-offer"], "M-v1"))
    own = await client.get("/chat/files/F-offer", headers=bearer("v1"))
    other = await client.get("/chat/files/F-offer", headers=bearer("v2"))
    assert (own.status, other.status) == (200, 404)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer v1:M-v1"},
        {"Authorization": "Bearer v1:M-v1.aaaaaaaaaaaaaaaa"},
        {"Authorization": f"Bearer {KEYS.seal(Purpose.FILE, 'v1:M-v1')}"},
        {"Authorization": f"Basic {KEYS.seal(Purpose.VISITOR, 'v1:M-v1')}"},
    ],
    ids=["none", "empty", "unsigned", "forged", "other purpose", "other scheme"],
)
async def test_without_a_visitor_token_nothing_is_taken_or_given(
    client: Client, header: dict[str, str]
) -> None:
    sent = await send(client, PNG, "photo.png", visitor="v1")
    up = await client.post("/chat/files", data=form(PNG), headers=header)
    down = await client.get(f"/chat/files/{sent['file_id']}", headers=header)
    assert (up.status, down.status) == (401, 401)
    assert (await up.json())["code"] == "unauthorized"


async def test_a_revoked_visitor_is_shut_out(client: Client, store: Store, clock: Clock) -> None:
    await begin(store, clock, "v1", "M-v1")
    sent = await send(client, PNG, "photo.png")
    await store.write(lambda s: revoke_visitor(s, "v1", clock()))
    answer = await client.get(f"/chat/files/{sent['file_id']}", headers=bearer("v1"))
    assert answer.status == 401


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.png"),
        (b"<!doctype html><script>alert(1)</script>", "offer.txt"),
        (b"plain", "page.html"),
        (b"plain", "page.html\u200b"),
        (b"MZ\x90\x00", "photo.jpg"),
    ],
)
async def test_what_could_run_is_only_handed_out_to_save(
    client: Client, content: bytes, name: str
) -> None:
    sent = await send(client, content, name)
    answer = await client.get(f"/chat/files/{sent['file_id']}", headers=bearer("v1"))
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert await answer.read() == content


NAMES = (
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=1.txt",
    "x" * 300 + ".txt",
    "見積書.txt",
    '"; x="',
    "\u202etxt.exe",
    "",
)


async def test_no_name_breaks_out_of_the_header(client: Client) -> None:
    for name in NAMES:
        sent = await send(client, b"hello", name)
        answer = await client.get(f"/chat/files/{sent['file_id']}", headers=bearer("v1"))
        assert answer.status == 200, name
        assert "Set-Cookie" not in answer.headers, name
        assert "/" not in str(sent["name"]), name
        assert "\u202e" not in str(sent["name"]), name
        assert len(str(sent["name"])) <= 200, name


def test_a_name_in_any_script_survives_in_the_header() -> None:
    assert disposition("見積書.pdf", inline=False) == (
        "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8.pdf"
    )


async def test_a_file_over_the_limit_is_refused_while_it_comes_in(client: Client) -> None:
    received = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal received
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big"\r\n\r\n'
        for _ in range(4 * MAX_FILE_BYTES // 65536):
            received += 65536
            yield bytes(65536)

    headers = {**bearer("v1"), "Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post("/chat/files", data=endless(), headers=headers)
    assert answer.status == 413
    assert received < 2 * MAX_FILE_BYTES


async def test_uploads_together_stay_below_the_memory_they_may_take(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "IN_FLIGHT_BYTES", 300_000)
    sends = (
        client.post("/chat/files", data=form(bytes(200_000), f"{n}"), headers=bearer(f"v{n}"))
        for n in range(4)
    )
    statuses = [answer.status for answer in await asyncio.gather(*sends)]
    assert set(statuses) <= {201, 503}
    # What was refused leaves nothing behind: the next one has the room again.
    await send(client, bytes(200_000), "later")


MALFORMED = (
    b"",
    b"--b--\r\n",
    b"--x\r\n\r\n",
    body_of('Content-Disposition: form-data; name="other"', b"x"),
    body_of(f'{FIELD}; filename="empty"', b""),
    body_of("no header", b"x"),
    body_of(FIELD, b"never ends", after=""),
    body_of("Content-Type: multipart/mixed; boundary=c", b"--c\r\n\r\nx\r\n--c--"),
)


async def test_a_malformed_body_is_an_error_of_the_sender(client: Client) -> None:
    headers = {**bearer("v1"), "Content-Type": "multipart/form-data; boundary=b"}
    for body in MALFORMED:
        answer = await client.post("/chat/files", data=body, headers=headers)
        assert answer.status == 400, body
        assert (await answer.json())["code"] == "bad_input"


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain"])
async def test_another_kind_of_body_is_refused(client: Client, kind: str) -> None:
    headers = {**bearer("v1"), "Content-Type": kind}
    answer = await client.post("/chat/files", data=b"{}", headers=headers)
    assert answer.status in {400, 415}


async def test_one_visitor_may_send_so_many_files_in_an_hour(client: Client, clock: Clock) -> None:
    for number in range(FILES_AN_HOUR):
        await send(client, b"%d" % number, "n.txt")
    refused = await client.post("/chat/files", data=form(b"more"), headers=bearer("v1"))
    assert refused.status == 429
    await send(client, b"other", "n.txt", visitor="v2")
    clock.now += timedelta(hours=1, seconds=1)
    await send(client, b"later", "n.txt")


async def status_from(client: Client, visitor: str, address: str) -> int:
    """What an upload of a fresh visitor is answered that a proxy of ours has passed on."""
    headers = {**bearer(visitor), "X-Forwarded-For": address}
    answer = await client.post("/chat/files", data=form(visitor.encode()), headers=headers)
    return answer.status


async def test_fresh_tokens_do_not_help_an_address_that_has_had_its_share(
    client: Client, clock: Clock
) -> None:
    for number in range(ADDRESS_FILES_AN_HOUR):
        assert await status_from(client, f"v{number}", "192.0.2.7") == 201
    assert await status_from(client, "one-more", "192.0.2.7") == 429
    # What a client writes itself stands left of what the proxies add, and counts for nothing.
    assert await status_from(client, "one-more", "192.0.2.99, 192.0.2.7, 10.1.2.3") == 429
    assert await status_from(client, "neighbour", "192.0.2.8") == 201
    clock.now += timedelta(hours=1, seconds=1)
    assert await status_from(client, "later", "192.0.2.7") == 201


async def test_addresses_of_one_ipv6_line_are_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_limits, "ADDRESS_FILES_AN_HOUR", 1)
    assert await status_from(client, "v1", "2001:db8:0:7::1") == 201
    assert await status_from(client, "v2", "[2001:db8:0:7::ff]:4711") == 429
    assert await status_from(client, "v3", "2001:db8:0:8::1") == 201


async def test_all_visitors_together_may_fill_so_much_in_a_day(
    client: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_limits, "BYTES_A_DAY", 2 * len(PNG))
    assert await status_from(client, "v1", "192.0.2.1") == 201
    await send(client, PNG, "p.png", visitor="v2")
    await send(client, PNG, "p.png", visitor="v3")
    assert await status_from(client, "v4", "192.0.2.4") == 429
    clock.now += timedelta(days=1, seconds=1)
    assert await status_from(client, "v4", "192.0.2.4") == 201


async def test_only_websites_that_embed_the_widget_may_call(client: Client) -> None:
    for origin, allowed in (("https://shop.example", True), ("https://evil.example", False)):
        headers = {**bearer("v1"), "Origin": origin}
        answer = await client.post("/chat/files", data=form(PNG), headers=headers)
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed
