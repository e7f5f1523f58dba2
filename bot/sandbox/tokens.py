"""A token server on loopback: gives access tokens for a refresh token (RFC 6749, section 6)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from bot.site import Site

HOST = "127.0.0.1"


class SandboxTokens:
    """Answers like Microsoft's and Google's token endpoints; `url` is where.

    Each token it gives is passed to `accept` (for a SandboxMailbox:
    `mailbox.access_tokens.add`). With `rotate` each answer brings a new refresh token and the old
    one dies. `requests` holds every form that came; `refuse_with` is an OAuth error to answer.
    """

    def __init__(self, accept: Callable[[str], None], *, client_id: str, refresh: str) -> None:
        self.client_id, self.refresh_token = client_id, refresh
        self.client_secret = ""
        self.lifetime = 3600
        self.rotate = False
        self.refuse_with: str | None = None
        self.requests: list[dict[str, Any]] = []
        self.url = ""
        self._accept = accept
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(
        cls,
        accept: Callable[[str], None],
        *,
        client_id: str = "sandbox-client",
        refresh_token: str = "sandbox-refresh",
        port: int = 0,
    ) -> Self:
        """Listen on loopback; port 0 takes a free one."""
        tokens = cls(accept, client_id=client_id, refresh=refresh_token)
        app = web.Application()
        app.router.add_post("/token", tokens._serve)
        tokens._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await tokens._runner.setup()
        await Site(tokens._runner, HOST, port).start()
        tokens.url = f"http://{HOST}:{tokens._runner.addresses[0][1]}/token"
        return tokens

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.requests.append(form)
        error = self.refuse_with or self._fault(form)
        if error is not None:
            status = 401 if error == "invalid_client" else 400
            return web.json_response({"error": error}, status=status)
        access_token = "at-" + secrets.token_urlsafe(24)
        self._accept(access_token)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
        }
        if self.rotate:
            self.refresh_token = "rt-" + secrets.token_urlsafe(24)
            answer["refresh_token"] = self.refresh_token
        return web.json_response(answer)

    def _fault(self, form: dict[str, Any]) -> str | None:
        if form.get("grant_type") != "refresh_token":
            return "unsupported_grant_type"
        if form.get("client_id") != self.client_id:
            return "invalid_client"
        if self.client_secret and form.get("client_secret") != self.client_secret:
            return "invalid_client"
        return None if form.get("refresh_token") == self.refresh_token else "invalid_grant"
