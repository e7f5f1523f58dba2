"""Is there a way out? Asked at start, so that a wrong address is told before the first customer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.assembly import Counter, create_mail_sender

log = logging.getLogger(__name__)

#: Seconds until a way that was shut is tried again.
RETRY_SECONDS = 30.0


@dataclass(slots=True)
class Way:
    """One way out and what is wrong with it; None where nothing is, or was found out yet.

    It is watched until it was open once; from then on deliveries themselves tell.
    """

    name: str
    probe: Callable[[], Awaitable[str | None]]
    trouble: str | None = None

    async def watch(self) -> None:
        """Try until it works, and say each time in one line that it does not."""
        while (trouble := await self.probe()) is not None:
            self.trouble = " ".join(trouble.split())
            log.warning("%s.unreachable: %s; it is tried again", self.name, self.trouble)
            await asyncio.sleep(RETRY_SECONDS)
        self.trouble = None


def ways_out(counter: Counter) -> list[Way]:
    """The ways that are set up; trying them sends nothing."""
    settings = counter.settings
    found: list[Way] = []
    if settings.smtp_host:
        sender = create_mail_sender(counter, settings.smtp_host)

        async def smtp() -> str | None:
            trouble = await sender.connect()
            return trouble.error if trouble else None

        found.append(Way("smtp", smtp))
    if settings.slack_bot_token is not None:
        found.append(Way("slack", _slack(counter)))
    return found


def _slack(counter: Counter) -> Callable[[], Awaitable[str | None]]:
    import aiohttp
    from slack_sdk.errors import SlackApiError  # as everywhere: only who uses Slack pays for it

    from bot.slack.api import SlackApi

    token = counter.settings.slack_bot_token
    assert token is not None  # asked before

    async def probe() -> str | None:
        api = SlackApi(token.get_secret_value(), counter.settings.slack_api_url)
        try:
            await api.client.api_call("auth.test")
        except SlackApiError as error:
            return f"refuses the token: {error.response.get('error')}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return str(error) or type(error).__name__
        finally:
            await api.close()
        return None

    return probe
