"""Slack's Web API with one kept session, and what each of its refusals means for us."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)

#: The token or the app itself: nothing can be posted anywhere until somebody mends it.
OF_APP = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "access_denied",
        "ekm_access_denied",
        "org_login_required",
        "team_access_not_granted",
    }
)
#: One channel: the others go on.
OF_CHANNEL = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "user_not_found",
        "messages_tab_disabled",
    }
)
#: The message that was to be changed or answered is not there any more.
GONE = frozenset(
    {"message_not_found", "cant_update_message", "thread_not_found", "edit_window_closed"}
)
#: Slack says that part of it may have been done (its documentation of `fatal_error`).
UNCERTAIN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class SlackRefused(Exception):
    """Slack has understood and says no. `code` is Slack's word for why."""

    def __init__(self, code: str, needed: str = "") -> None:
        super().__init__(f"{code} (needs {needed})" if needed else code)
        self.code = code


class SlackAway(Exception):
    """No usable answer.

    Attributes:
        may_have_happened: whether the request may have taken effect all the same.
        wait_seconds: the pause that Slack asked for.
    """

    def __init__(
        self, words: str, *, may_have_happened: bool, wait_seconds: float | None = None
    ) -> None:
        super().__init__(words)
        self.may_have_happened = may_have_happened
        self.wait_seconds = wait_seconds


class SlackApi:
    """Calls methods and returns their answers, each tried once: trying again is the outbox's."""

    def __init__(self, token: str, base_url: str, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self._token = token
        self._base_url = base_url if base_url.endswith("/") else base_url + "/"
        self._timeout = timeout
        self._client: AsyncWebClient | None = None

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client. The first use must be on the event loop."""
        if self._client is None:
            self._client = AsyncWebClient(
                token=self._token,
                base_url=self._base_url,
                session=aiohttp.ClientSession(timeout=self._timeout),
                # The SDK would post again by itself when a connection is cut: a second message.
                retry_handlers=[],
            )
        return self._client

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """The answer of one call.

        Raises:
            SlackRefused: Slack's own refusal.
            SlackAway: anything else; whether it may have taken effect stands in it.
        """
        try:
            response = await self.client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise _of_response(error) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise SlackAway(_words(error), may_have_happened=False) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise SlackAway(_words(error), may_have_happened=True) from None
        except (ValueError, AttributeError, TypeError) as error:
            # The SDK stumbles over an answer that is no JSON object.
            raise SlackAway(f"malformed answer: {error}", may_have_happened=True) from None
        return dict(response.data) if isinstance(response.data, dict) else {}

    async def read(self, method: str, **arguments: str | int | bool) -> dict[str, Any]:
        """Like `call`, for methods that take their arguments as a form only."""
        try:
            response = await self.client.api_call(method, data=arguments)
        except SlackApiError as error:
            raise _of_response(error) from None
        except Exception as error:
            raise SlackAway(_words(error), may_have_happened=False) from None
        return dict(response.data) if isinstance(response.data, dict) else {}

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None and self._client.session is not None:
            await self._client.session.close()
            self._client = None


def _of_response(error: SlackApiError) -> SlackRefused | SlackAway:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code == "ratelimited":
        return SlackAway("ratelimited", may_have_happened=False, wait_seconds=_wait(response))
    if status >= 500 or not code or code in UNCERTAIN:
        return SlackAway(f"{status} {code}".strip(), may_have_happened=True)
    needed = str(data.get("needed") or "") if isinstance(data, dict) else ""
    return SlackRefused(code, needed)


def _wait(response: Any) -> float:
    """Retry-After in seconds; a minute at most is believed, a second where it says nothing."""
    headers = {name.lower(): value for name, value in dict(response.headers).items()}
    try:
        return min(max(float(headers.get("retry-after", "1")), 0.0), 600.0)
    except ValueError:
        return 1.0


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
