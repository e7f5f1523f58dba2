"""The outgoing side, for tests of delivery and of Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest

from bot.desk import new_notification_id
from bot.notify import Notify
from bot.rendering import Renderer
from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.slack import SandboxSlack
from storage.store import Store
from tests.bot.staff_side import (
    CHANNEL,
    KEYS,
    Clock,
    StaffSide,
    add_people,
    settings_for,
    workspace_users,
)
from tests.hurry import without_hurry


@pytest.fixture
async def staff_side(store: Store) -> AsyncIterator[StaffSide]:
    """People, products, a Slack workspace and a mailbox; a channel for each part of the team."""
    mailbox = await SandboxMailbox.start()
    channels = ("#sales", CHANNEL, "#sales-west")
    slack = without_hurry(await SandboxSlack.start(channels=channels, users=workspace_users()))
    settings = settings_for(slack, mailbox)
    renderer = Renderer(settings.company_name, settings.base_url, ZoneInfo("UTC"))
    notify = Notify(settings, renderer, KEYS, new_notification_id)
    side = StaffSide(store, mailbox, slack, settings, renderer, notify, Clock())
    await store.write(lambda session: add_people(session, side.clock()))
    try:
        yield side
    finally:
        for worker in side.workers:
            worker.stop()
            await worker.close()
        await asyncio.gather(slack.stop(), mailbox.stop())
