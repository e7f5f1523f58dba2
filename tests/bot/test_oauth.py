"""Access tokens by refresh token, against a token server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.oauth import OAuthTokens, TokenRefused, token_provider
from bot.settings import load_settings

START = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


class TokenServer:
    """Gives `token-1`, `token-2`, ...; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.refusal: dict[str, str] | None = None
        self.now = START
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        if self.refusal is not None:
            return web.json_response(self.refusal, status=400)
        number = len(self.asked)
        return web.json_response(
            {"access_token": f"token-{number}", "expires_in": 3600, "refresh_token": f"r-{number}"}
        )

    def tokens(self) -> OAuthTokens:
        return OAuthTokens(
            token_url=self.url, client_id="client", client_secret="hush", refresh_token="r-0",
            scope="mail", clock=lambda: self.now,
        )  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[TokenServer]:
    tokens = TokenServer()
    app = web.Application()
    app.router.add_post("/token", tokens.answer)
    running = TestServer(app, host="127.0.0.1")
    await running.start_server()
    tokens.url = str(running.make_url("/token"))
    yield tokens
    await running.close()


async def test_a_token_is_kept_until_shortly_before_its_end(server: TokenServer) -> None:
    tokens = server.tokens()
    assert [await tokens(), await tokens()] == ["token-1", "token-1"]
    server.now += timedelta(minutes=59)
    assert await tokens() == "token-2"
    assert server.asked[0] == {
        "grant_type": "refresh_token", "client_id": "client", "client_secret": "hush",
        "refresh_token": "r-0", "scope": "mail",
    }  # fmt: skip


async def test_a_new_refresh_token_takes_the_place_of_the_old(server: TokenServer) -> None:
    tokens = server.tokens()
    await tokens()
    assert await tokens(fresh=True) == "token-2"
    assert server.asked[1]["refresh_token"] == "r-1"


async def test_a_refusal_names_the_code_and_no_secret(server: TokenServer) -> None:
    server.refusal = {"error": "invalid_grant", "error_description": "r-0 has expired"}
    with pytest.raises(TokenRefused, match="invalid_grant") as refused:
        await server.tokens()()
    assert "r-0" not in str(refused.value)


async def test_a_server_that_is_away_is_trouble_like_any_other_of_a_mailbox() -> None:
    tokens = OAuthTokens(
        token_url="http://127.0.0.1:9/token", client_id="c", client_secret="", refresh_token="r",
        scope="", clock=lambda: START,
    )  # fmt: skip
    with pytest.raises(OSError, match="did not answer"):
        await tokens()


async def test_the_settings_name_the_provider(server: TokenServer) -> None:
    settings = load_settings(
        imap_auth="xoauth2",
        oauth_provider="google",
        oauth_client_id="client",
        oauth_refresh_token="r-0",
        oauth_token_url=server.url,
    )
    assert await token_provider(settings)() == "token-1"
    assert "client_secret" not in server.asked[0]
