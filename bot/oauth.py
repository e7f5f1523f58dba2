"""Access tokens for mailboxes of Microsoft 365 and Google, by refresh token (RFC 6749, 6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp

from bot.clock import utc_now
from bot.mail_accounts import MailAccount
from bot.settings import Settings

#: Published token endpoints; `common` lets the refresh token name its own tenant.
TOKEN_URLS = {
    "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    "google": "https://oauth2.googleapis.com/token",
}
#: Microsoft wants the rights named again; Google gives what was granted.
SCOPES = {
    "microsoft": (
        "https://outlook.office.com/IMAP.AccessAsUser.All "
        "https://outlook.office.com/SMTP.Send offline_access"
    ),
}
#: A token that ends this soon is not used any more.
_SPARE = timedelta(minutes=2)
_TIMEOUT = aiohttp.ClientTimeout(total=20)


class TokenRefused(OSError):
    """No access token was given. An OSError, since for a mailbox it is trouble to be waited out."""


class OAuthTokens:
    """Gives access tokens and gets new ones when they end. Safe to share by IMAP and SMTP."""

    def __init__(
        self,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        scope: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._url = token_url
        self._form = {"grant_type": "refresh_token", "client_id": client_id}
        if client_secret:
            self._form["client_secret"] = client_secret
        if scope:
            self._form["scope"] = scope
        self._refresh_token = refresh_token
        self._clock = clock
        self._token = ""
        self._ends_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, *, fresh: bool = False) -> str:
        """A token that is good for at least two more minutes; a new one where `fresh` is asked.

        Raises:
            TokenRefused: the provider refused or could not be reached; says what it said.
        """
        async with self._lock:
            if fresh or self._ends_at is None or self._ends_at - _SPARE <= self._clock():
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        form = {**self._form, "refresh_token": self._refresh_token}
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.post(self._url, data=form) as response,
            ):
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TokenRefused(
                f"the token server did not answer: {type(error).__name__}"
            ) from error
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise TokenRefused(f"the token server refused: {_said(answer)}")
        self._token = str(answer["access_token"])
        seconds = int(answer.get("expires_in") or 3600)
        self._ends_at = self._clock() + timedelta(seconds=seconds)
        # Microsoft hands out a new refresh token each time; ours goes on being good as well.
        self._refresh_token = str(answer.get("refresh_token") or self._refresh_token)


def _said(answer: object) -> str:
    """The provider's error code, which holds no secret."""
    if not isinstance(answer, dict):
        return "unreadable answer"
    code = str(answer.get("error", "no access_token"))
    return code[:80] if code.replace("_", "").isalnum() else "unreadable error"


def token_provider(
    access: Settings | MailAccount, clock: Callable[[], datetime] = utc_now
) -> OAuthTokens:
    """Tokens for a mailbox, whose settings say all that is needed where it is used."""
    provider = access.oauth_provider or ""
    secret, refresh = access.oauth_client_secret, access.oauth_refresh_token
    return OAuthTokens(
        token_url=access.oauth_token_url or TOKEN_URLS[provider],
        client_id=access.oauth_client_id,
        client_secret=secret.get_secret_value() if secret else "",
        refresh_token=refresh.get_secret_value() if refresh else "",
        scope=SCOPES.get(provider, ""),
        clock=clock,
    )
