"""Sockets in a process of their own: the same to browsers, and whatever ends ends nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlmodel import Session, text

import bot.chat.fronts
from bot.chat.fronts import Fronts
from bot.chat.link import Link
from domain.messages import Channel, StaffMessage
from storage.company_snapshot import bump_company
from storage.conversations import history
from storage.store import Unit
from storage.tables import ProductRow
from tests.clock import NOON
from tests.hurry import PATIENCE
from tests.journeys.house import House, Visitor, eventually, open_house
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def house(fresh_database: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(fresh_database, tmp_path, chat_processes=1) as opened:
        yield opened


def fronts_of(house: House) -> Fronts:
    fronts = house.demo.running.fronts
    assert fronts is not None
    return fronts


async def test_a_talk_is_held_elsewhere_and_costs_no_reading(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, reads = house.demo.running.counter, 0
    read = counter.store.read

    async def counted(unit: Unit[Any]) -> Any:
        nonlocal reads
        reads += "history" in repr(unit)
        return await read(unit)

    monkeypatch.setattr(counter.store, "read", counted)
    hinted: list[Any] = []
    send = Link.send

    def noted(link: Link, item: Any) -> None:
        hinted.extend([item] if item[0] == "hints" else [])
        send(link, item)

    monkeypatch.setattr(Link, "send", noted)
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        for words in ("Hello", "Please have somebody call me", "Thank you"):
            await visitor.say(words)
        assert len(counter.hub) == 0
        await eventually(lambda: fronts_of(house).sockets == 1, "the count of sockets")
    stored = await read(lambda s: history(s, welcome["conversation"]))
    assert [m["seq"] for m in visitor.frames if m["type"] == "message"] == [1, 2, 3, 4, 5, 6]
    assert [message.seq for message in stored] == [1, 2, 3, 4, 5, 6]
    if counter.store.engine.dialect.name == "sqlite":  # elsewhere every commit is looked after
        assert reads == 0
        assert hinted == []  # it is told with the answers
    await eventually(lambda: fronts_of(house).sockets == 0, "the count without sockets")


async def test_what_staff_write_is_shown_there(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        await visitor.say("Hello")
        await house.demo.running.counter.desk.staff_says(
            StaffMessage(
                channel=Channel.SLACK,
                channel_message_id="T1/C1/1.0",
                staff_id="S-001",
                conversation_id=welcome["conversation"],
                text="Good morning from your sales person",
                sent_at=NOON,
            )
        )
        said = await visitor.until(lambda f: f["type"] == "message" and f["seq"] == 3)
    assert said["author"]["kind"] == "staff"
    assert said["text"] == "Good morning from your sales person"


async def test_a_database_that_refuses_is_told_as_such_and_the_talk_goes_on(house: House) -> None:
    async def rename(old: str, new: str) -> None:
        def unit(session: Session) -> None:
            session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

        await house.demo.running.counter.store.write(unit)

    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.say("Hello")
        await rename("messages", "messages_away")
        await visitor.socket.send_json({"type": "message", "key": "k", "text": "Are you there?"})
        refused = await visitor.until(lambda f: f["type"] == "error")
        await rename("messages_away", "messages")
        answer = await visitor.say("Are you there?", key="k")
    assert (refused["code"], refused["key"]) == ("unavailable", "k")
    assert answer["seq"] == 4


async def test_a_product_that_was_imported_meanwhile_is_understood_there(house: House) -> None:
    counter = house.demo.running.counter

    def unit(session: Session) -> None:
        session.add(ProductRow(model_number="QQ", name="Quiet copier", category="copier"))
        bump_company(session)

    async with house.visitor() as visitor:
        await visitor.hello()
        assert "Quiet" not in (await visitor.say("What do you know about the qq?"))["text"]
        await counter.store.write(unit)
        await counter.engine.look()

        async def understood() -> bool:
            answer = await visitor.say("What do you know about the qq?")
            return "Quiet copier" in answer["text"]

        await eventually(understood, "the new number")


async def test_a_process_that_is_killed_costs_a_reconnection_and_no_message(house: House) -> None:
    async with house.visitor() as visitor:
        welcome = await visitor.hello()
        await visitor.say("Hello")
        [pid] = fronts_of(house).pids
        os.kill(pid, signal.SIGKILL)
        gone = await visitor.socket.receive(timeout=PATIENCE)
        assert gone.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    await eventually(lambda: not fronts_of(house).are_ready, "the news of its end")
    async with house.visitor() as again:  # answered here until there is another
        back = await again.hello(visitor=welcome["visitor"], after=1)
        assert [m["seq"] for m in back["messages"]] == [2]
        assert len(house.demo.running.counter.hub) == 1
        await eventually(lambda: fronts_of(house).are_ready, "another process")
        assert fronts_of(house).pids != [pid]
        async with house.visitor() as there:  # both tabs are in step, each in its process
            await there.hello(visitor=welcome["visitor"], after=2)
            await again.say("Thank you", key="again-1")
            await there.until(lambda f: f["type"] == "message" and f["seq"] == 4)
            await there.say("Goodbye", key="there-1")
            await again.until(lambda f: f["type"] == "message" and f["seq"] == 6)


async def loading_again(house: House) -> int:
    """The process that is started in place of one that was killed, before it can take anybody."""
    fronts = fronts_of(house)
    [pid] = fronts.pids
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: fronts.are_loading and fronts.pids != [pid], "another process")
    [pid] = fronts.pids
    return pid


async def test_who_comes_while_a_process_loads_waits_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.chat.fronts, "LOADING_SECONDS", PATIENCE)
    pid = await loading_again(house)
    async with house.visitor() as visitor, house.visitor() as other:
        await visitor.hello()
        await other.hello()
        await visitor.say("Hello", key="k-1")
        assert fronts_of(house).pids == [pid]
        assert len(house.demo.running.counter.hub) == 0


async def test_who_comes_while_a_process_does_not_get_ready_is_answered_here(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.chat.fronts, "LOADING_SECONDS", 0.2)
    pid = await loading_again(house)
    os.kill(pid, signal.SIGSTOP)
    async with house.visitor() as visitor:
        await visitor.hello()
        await visitor.say("Hello")
        assert len(house.demo.running.counter.hub) == 1


async def test_who_waits_when_the_counter_stops_is_sent_away(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.chat.fronts, "LOADING_SECONDS", PATIENCE)
    async with aiohttp.ClientSession() as browser:
        async with open_house(fresh_database, tmp_path, chat_processes=1) as house:
            os.kill(await loading_again(house), signal.SIGSTOP)
            url = f"{house.demo.shop_url}/chat/socket"
            waiting = asyncio.create_task(browser.ws_connect(url))
            await asyncio.sleep(0.5)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await waiting
    assert refused.value.status == 503


async def test_who_leaves_while_a_process_loads_is_no_fault(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.chat.fronts, "LOADING_SECONDS", 0.5)
    os.kill(await loading_again(house), signal.SIGSTOP)
    leaving = asyncio.create_task(house.http.ws_connect(f"{house.demo.shop_url}/chat/socket"))
    await asyncio.sleep(0.2)
    leaving.cancel()
    await asyncio.sleep(0.6)
    assert "Error handling request" not in caplog.text


async def test_a_stop_while_a_process_is_being_ended_ends_it_all_the_same(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.chat.fronts, "SILENT_LOOKS", 1)
    monkeypatch.setattr(bot.chat.fronts, "END_SECONDS", 10 * PATIENCE)
    async with open_house(fresh_database, tmp_path, chat_processes=1) as house:
        [pid] = fronts_of(house).pids
        os.kill(pid, signal.SIGSTOP)
        await eventually(lambda: not fronts_of(house).pids, "that it is given up")
        assert is_alive(pid)
    await eventually(lambda: not is_alive(pid), "its end")


async def test_a_process_that_hangs_is_ended_and_another_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.chat.fronts, "SILENT_LOOKS", 2)
    async with house.visitor() as visitor:
        await visitor.hello()
        [pid] = fronts_of(house).pids
        os.kill(pid, signal.SIGSTOP)
        gone = await visitor.socket.receive(timeout=PATIENCE)
        assert gone.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    await eventually(lambda: fronts_of(house).pids not in ([], [pid]), "another process")


async def test_a_connection_is_handed_over_for_its_handshake_alone(house: House) -> None:
    """A proxy may say that it keeps the connection; what comes behind must not get round us."""
    host, port = house.demo.shop_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [
        "GET /chat/socket HTTP/1.1",
        f"Host: {host}:{port}",
        "Connection: keep-alive",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    assert head.startswith(b"HTTP/1.1 101 ")
    # The answer that RFC 6455, section 1.3 gives for this key.
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    assert len(house.demo.running.counter.hub) == 0


@asynccontextmanager
async def serving(
    folder: Path, port: int | None = None, stderr: int = asyncio.subprocess.DEVNULL
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`madoguchi serve --role web` with two processes for sockets, and its address."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "MADOGUCHI_DATABASE_URL": f"sqlite:///{folder / 'counter.db'}",
        "MADOGUCHI_DATA_DIR": str(folder / "files"),
        "MADOGUCHI_PORT": str(port),
        "MADOGUCHI_BASE_URL": url,
        "MADOGUCHI_CHAT_PROCESSES": "2",
        "MADOGUCHI_LOG_FORMAT": "json",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--role", "web"),
        cwd=ROOT,
        env=os.environ | environment,
        stderr=stderr,
    )
    try:
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def children(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [int(child) for child in found]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def holder(visitor: Visitor, candidates: list[int]) -> int | None:
    """Which of these processes has the other end of a visitor's connection (proc_net(5))."""
    port = visitor.socket.get_extra_info("sockname")[1]
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(f":{port:04X}")}
    for pid in candidates:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if str(descriptor.readlink()) in ends:
                    return pid
            except FileNotFoundError:  # closed since
                continue
    return None


async def visitors_of_both(
    http: aiohttp.ClientSession, url: str, processes: list[int]
) -> list[Visitor]:
    """Visitors who have said hello, some of them at each process."""
    visitors: list[Visitor] = []

    async def connected() -> bool:
        try:
            visitor = Visitor(await http.ws_connect(f"{url}/chat/socket"))
        except aiohttp.ClientError:
            return False
        await visitor.hello()
        visitors.append(visitor)
        return {holder(visitor, processes) for visitor in visitors} >= set(processes)

    await eventually(connected, "sockets at both processes")
    return visitors


async def test_a_stop_says_goodbye_to_browsers_of_all_processes(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, url), aiohttp.ClientSession() as http:
        await eventually(lambda: len(children(process.pid)) == 2, "two processes")
        pids = children(process.pid)
        visitors = await visitors_of_both(http, url, pids)
        process.terminate()
        goodbyes = [await visitor.socket.receive(timeout=PATIENCE) for visitor in visitors]
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
        assert {goodbye.data for goodbye in goodbyes} == {aiohttp.WSCloseCode.GOING_AWAY}
        await eventually(lambda: not any(map(is_alive, pids)), "the end of both")


async def test_a_start_that_fails_leaves_none_behind(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:  # somebody else has the port
        port = other.getsockname()[1]
        async with serving(tmp_path, port, stderr=asyncio.subprocess.PIPE) as (process, _):
            ended = asyncio.ensure_future(process.communicate())
            seen: set[int] = set()
            while not ended.done():
                seen.update(children(process.pid))
                await asyncio.sleep(0.01)
            _, said = ended.result()
    assert process.returncode == 1
    assert b"cannot listen on" in said
    assert len(seen) == 2
    await eventually(lambda: not any(map(is_alive, seen)), "the end of both")


async def test_they_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    async with serving(tmp_path) as (process, url), aiohttp.ClientSession() as http:
        await eventually(lambda: len(children(process.pid)) == 2, "two processes")
        pids = children(process.pid)
        await visitors_of_both(http, url, pids)
        process.kill()
        await process.wait()
        await eventually(lambda: not any(map(is_alive, pids)), "the end of both")
