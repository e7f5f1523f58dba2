"""The token server stand-in, together with the mailbox that believes its tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.tokens import SandboxTokens

FORM = {
    "grant_type": "refresh_token",
    "client_id": "sandbox-client",
    "refresh_token": "sandbox-refresh",
}


@pytest.fixture
async def mailbox() -> AsyncIterator[SandboxMailbox]:
    box = await SandboxMailbox.start()
    yield box
    await box.stop()


@pytest.fixture
async def tokens(mailbox: SandboxMailbox) -> AsyncIterator[SandboxTokens]:
    server = await SandboxTokens.start(mailbox.access_tokens.add)
    yield server
    await server.stop()


async def asked(tokens: SandboxTokens, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(tokens.url, data=form) as response,
    ):
        return response.status, await response.json()


async def test_a_refresh_token_brings_a_token_that_the_mailbox_accepts(
    tokens: SandboxTokens, mailbox: SandboxMailbox
) -> None:
    status, answer = await asked(tokens, FORM)
    assert status == 200
    assert mailbox.access_tokens == {answer["access_token"]}
    assert answer["expires_in"] == 3600


async def test_a_rotated_refresh_token_replaces_the_old_one(tokens: SandboxTokens) -> None:
    tokens.rotate = True
    _, answer = await asked(tokens, FORM)
    assert await asked(tokens, FORM) == (400, {"error": "invalid_grant"})
    status, _ = await asked(tokens, FORM | {"refresh_token": answer["refresh_token"]})
    assert status == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "other"}, "invalid_client"),
        ({"refresh_token": "other"}, "invalid_grant"),
    ],
)
async def test_a_faulty_request_gets_its_oauth_error(
    tokens: SandboxTokens, mailbox: SandboxMailbox, changed: dict[str, str], error: str
) -> None:
    _, answer = await asked(tokens, FORM | changed)
    assert answer == {"error": error}
    assert mailbox.access_tokens == set()


async def test_the_server_refuses_as_told(tokens: SandboxTokens) -> None:
    tokens.refuse_with = "temporarily_unavailable"
    assert await asked(tokens, FORM) == (400, {"error": "temporarily_unavailable"})
