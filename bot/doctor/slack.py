"""The Slack app: its token, its scopes, its channel."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.doctor.finding import Finding, failed, in_one_line, unused, warning, well
from bot.settings import Settings
from bot.slack.api import SlackApi, SlackAway, SlackRefused
from bot.slack.history import SlackHistory

#: What the app must be allowed; docs/slack.md says what each is for.
SCOPES_NEEDED = frozenset(
    {
        *("chat:write", "channels:history", "groups:history", "channels:read", "groups:read"),
        *("users:read", "users:read.email", "commands"),
    }
)


async def check_slack(settings: Settings) -> tuple[list[Finding], datetime | None]:
    """Ask Slack who we are; also what time it is there, for the clock."""
    token = settings.slack_bot_token
    if token is None:
        seen = "staff are told by mail alone" if settings.smtp_host else "nothing goes to Slack"
        return [unused("slack", seen, "see docs/slack.md")], None
    api = SlackApi(token.get_secret_value(), settings.slack_api_url)
    try:
        answer: Any = await api.client.api_call("auth.test")
        headers = {name.lower(): value for name, value in dict(answer.headers).items()}
        findings = [
            well("slack", f"{answer.data.get('team')}, as {answer.data.get('user')}"),
            _scopes(headers.get("x-oauth-scopes", "")),
            await _channel(api, settings.slack_channel),
        ]
        return findings, _date(headers.get("date", ""))
    except SlackApiError as error:
        code = str(error.response.get("error"))
        return [failed("slack", f"refuses the token: {code}", _ADVICE)], None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [
            failed("slack", f"does not answer: {in_one_line(error)}", "check the way to Slack")
        ], None
    finally:
        await api.close()


_ADVICE = "install the app again and copy its Bot User OAuth Token into SLACK_BOT_TOKEN"


def _scopes(given: str) -> Finding:
    missing = sorted(SCOPES_NEEDED - {scope.strip() for scope in given.split(",")})
    if not missing:
        return well("slack scopes", "all that are needed")
    return failed(
        "slack scopes",
        "missing: " + ", ".join(missing),
        "add them under OAuth & Permissions (or take the manifest anew), then reinstall the app",
    )


async def _channel(api: SlackApi, channel: str) -> Finding:
    try:
        found = await SlackHistory(api).channel_id(channel)
    except (SlackRefused, SlackAway) as error:
        return warning("slack channel", f"{channel}: {in_one_line(error)}", "check the scopes")
    if found is None:
        return failed(
            "slack channel",
            f"{channel} is not there, or is private and the app is no member",
            "make it, and write there: /invite @Madoguchi (or set SLACK_CHANNEL)",
        )
    return well("slack channel", channel)


def _date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except ValueError:
        return None
