"""Which member of staff a Slack user is."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from bot.slack.api import SlackApi, SlackAway, SlackRefused
from domain.people import Staff
from storage.people import find_staff_by_email, find_staff_by_slack
from storage.store import Store

log = structlog.get_logger(__name__)

#: How long an address that Slack has told us is believed.
ADDRESS_SECONDS = 300.0


class StaffOfSlack:
    """Knows staff by their `slack_user_id`, else by the e-mail that Slack has verified."""

    def __init__(
        self, api: SlackApi, store: Store, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._store = store
        self._monotonic = monotonic
        self._addresses: dict[str, tuple[float, str]] = {}

    async def find(self, slack_user_id: str) -> Staff | None:
        """The member of staff, None for everybody else."""
        if not slack_user_id:
            return None
        staff = await self._store.read(lambda session: find_staff_by_slack(session, slack_user_id))
        if staff is not None:
            return staff
        email = await self._verified_email(slack_user_id)
        if not email:
            return None
        staff = await self._store.read(lambda session: find_staff_by_email(session, email))
        # A link by id that names another Slack user is explicit, and beats the address.
        return staff if staff is not None and not staff.slack_user_id else None

    async def _verified_email(self, slack_user_id: str) -> str:
        until, email = self._addresses.get(slack_user_id, (0.0, ""))
        if self._monotonic() < until:
            return email
        try:
            answer = await self._api.read("users.info", user=slack_user_id)
        except (SlackRefused, SlackAway) as error:
            log.warning("slack.user_unknown", user=slack_user_id, error=str(error))
            return ""
        email = _email_of(answer.get("user") or {})
        if len(self._addresses) > 10_000:
            self._addresses.clear()
        self._addresses[slack_user_id] = (self._monotonic() + ADDRESS_SECONDS, email)
        return email


def _email_of(user: dict[str, object]) -> str:
    """The address of a full member of the workspace, if Slack says that it is confirmed."""
    stands_aside = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    if any(user.get(flag) for flag in stands_aside) or not user.get("is_email_confirmed"):
        return ""
    profile = user.get("profile")
    return str(profile.get("email") or "").lower() if isinstance(profile, dict) else ""
