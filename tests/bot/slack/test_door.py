"""The door for events: who may come in, and what happens to what is malformed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from bot.slack.app import SlackApp
from storage.tables import SalesRequestRow
from tests.bot.slack.conftest import staff_desk
from tests.bot.staff_side import CHANNEL, KEYS, StaffSide

ROOT = Path(__file__).parents[3]


def form(payload: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(secret: str, body: bytes, timestamp: str) -> dict[str, str]:
    mac = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": "v0=" + mac.hexdigest(),
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def a_press(side: StaffSide) -> bytes:
    """The body of a press on the card of an open request."""
    assert side.slack is not None
    await side.open_request()
    await side.deliver()
    (card,) = side.cards()
    return form(
        {
            "type": "block_actions",
            "team": {"id": "T0SANDBOX"},
            "user": {"id": "U0AYA"},
            "trigger_id": "1.2.3",
            "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel},
            "actions": [
                {
                    "type": "button",
                    "action_id": "request.claim",
                    "block_id": "request",
                    "value": "R-AAAAAA",
                    "action_ts": "1.1",
                }
            ],
        }
    )


async def is_open(side: StaffSide) -> bool:
    row = await side.store.read(lambda s: s.get_one(SalesRequestRow, "R-AAAAAA"))
    return row.status == "open"


async def test_a_genuine_press_passes_until_five_minutes_old(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    body = await a_press(staff_side)

    stale = signed(slack.signing_secret, body, str(int(time.time()) - 60 * 6))
    assert (await slack.events.post(body, stale))[0] == 401
    assert await is_open(staff_side)
    recent = signed(slack.signing_secret, body, str(int(time.time()) - 60 * 4))
    assert (await slack.events.post(body, recent))[0] == 200
    await slack_app.drain()
    assert not await is_open(staff_side)


async def test_what_was_tampered_with_is_refused_without_effect(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    body = await a_press(staff_side)
    now = str(int(time.time()))
    good = signed(slack.signing_secret, body, now)
    tampered: list[tuple[bytes, dict[str, str]]] = [
        (body, {"Content-Type": good["Content-Type"]}),
        (body, signed("another secret", body, now)),
        (body + b"&x=1", good),
        (body.replace(b"U0AYA", b"U0BEN"), good),
        (body, good | {"X-Slack-Signature": ""}),
        (body, good | {"X-Slack-Signature": good["X-Slack-Signature"][:-1]}),
        (body, good | {"X-Slack-Signature": "v1=" + good["X-Slack-Signature"][3:]}),
        (body, good | {"X-Slack-Signature": "v0=é"}),
        (body, signed(slack.signing_secret, body, str(int(now) + 3600))),
        *(
            (body, signed(slack.signing_secret, body, given))
            for given in ("", "now", "1e9", "-1", "9" * 30, "٣" * 10, now + ".0")
        ),
    ]

    for sent, headers in tampered:
        status, text = await slack.events.post(sent, headers)
        assert status == 401, headers
        assert text == ""
    await slack_app.drain()
    assert await is_open(staff_side)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"payload=%7B",
        b"payload=[]",
        b"[]",
        b"null",
        b"payload=null",
        b"\xff\xfe",
        b'{"type":"event_callback"}',
        b'{"type":"event_callback","event":null}',
        b'{"type":"event_callback","event":{"type":"message","ts":7,"thread_ts":{}}}',
        b'{"type":"event_callback","event":{"type":"no_such_event"}}',
        form({"type": "block_actions", "actions": []}),
        form({"type": "block_actions", "user": {"id": "U0AYA"}, "actions": [{"type": "button"}]}),
        form({"type": "view_submission", "view": {"callback_id": "request.reply", "state": []}}),
        form({"type": "view_submission", "user": {"id": "U0AYA"}, "view": {"callback_id": "x"}}),
        b"command=%2Fmadoguchi",
    ],
)
async def test_a_malformed_body_with_a_right_signature_does_no_harm(
    staff_side: StaffSide, slack_app: SlackApp, body: bytes
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await staff_side.open_request()
    headers = signed(slack.signing_secret, body, str(int(time.time())))
    if body[:1] in (b"{", b"[", b"n"):
        headers["Content-Type"] = "application/json"

    status, _ = await slack.events.post(body, headers)

    await slack_app.drain()
    assert status < 500
    assert await is_open(staff_side)


async def test_a_body_beyond_all_measure_is_refused(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    body = b"x" * (600 * 1024)
    headers = signed(staff_side.slack.signing_secret, body, str(int(time.time())))

    assert (await staff_side.slack.events.post(body, headers))[0] == 413


async def test_the_address_is_confirmed_to_slack(
    staff_side: StaffSide, slack_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    body = json.dumps({"type": "url_verification", "challenge": "c0ffee"}).encode()
    headers = signed(staff_side.slack.signing_secret, body, str(int(time.time())))
    headers["Content-Type"] = "application/json"

    status, text = await staff_side.slack.events.post(body, headers)

    assert status == 200
    assert "c0ffee" in text


@pytest.fixture
async def socket_app(staff_side: StaffSide) -> AsyncIterator[SlackApp]:
    """The app by Socket Mode."""
    side = staff_side
    assert side.slack is not None
    token = SecretStr(side.slack.app_token)
    settings = side.settings.model_copy(update={"slack_app_token": token})
    app = SlackApp(settings, side.store, staff_desk(side), side.renderer, KEYS, clock=side.clock)
    await app.start()
    await side.slack.until(lambda: side.slack and side.slack.events.sockets)
    yield app
    await side.slack.settle()
    await app.stop()


async def test_presses_arrive_by_socket_mode_and_after_a_refresh(
    staff_side: StaffSide, socket_app: SlackApp
) -> None:
    assert staff_side.slack is not None
    slack = staff_side.slack
    await staff_side.open_request()
    await staff_side.deliver()
    (card,) = staff_side.cards()

    answer = await slack.press("U0AYA", CHANNEL, card.ts, "request.claim")
    assert (answer.via, answer.acknowledged) == ("socket", True)
    await socket_app.drain()
    assert not await is_open(staff_side)

    await slack.disconnect_sockets()
    await slack.until(lambda: slack.events.sockets)
    await asyncio.sleep(0)
    again = await slack.press("U0AYA", CHANNEL, card.ts, "request.done")
    assert again.acknowledged
    await socket_app.drain()
    row = await staff_side.store.read(lambda s: s.get_one(SalesRequestRow, "R-AAAAAA"))
    assert row.status == "done"


@pytest.mark.parametrize("name", ["slack-app-manifest.json", "slack-app-manifest.socket-mode.json"])
def test_the_manifests_name_what_the_app_uses(name: str) -> None:
    manifest = json.loads((ROOT / name).read_text())
    sources = "".join(file.read_text() for file in (ROOT / "bot" / "slack").rglob("*.py"))
    sources += (ROOT / "bot" / "delivery" / "slack.py").read_text()

    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events == {"app_home_opened", "message.channels", "message.groups"}
    (command,) = manifest["features"]["slash_commands"]
    assert f'bolt.command("{command["command"]}")' in sources
    needed = {
        "chat.postMessage": {"chat:write"},
        "conversations.history": {"channels:history", "groups:history"},
        "conversations.list": {"channels:read", "groups:read"},
        "users.info": {"users:read", "users:read.email"},
    }
    scopes = set().union(*(needed[method] for method in needed if f'"{method}"' in sources))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == scopes | {"commands"}
