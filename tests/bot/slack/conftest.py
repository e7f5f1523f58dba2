"""The Slack app on a port of loopback, with the desk's staff side behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.customer_mail import CustomerMail
from bot.desk import new_notification_id, new_request_id
from bot.effects import Effects
from bot.proofs import Proofs
from bot.site import Site
from bot.slack.app import SlackApp
from bot.staff_desk import StaffDesk
from tests.bot.staff_side import KEYS, StaffSide


def staff_desk(side: StaffSide) -> StaffDesk:
    """The real desk, as far as staff use it."""
    mail = CustomerMail(side.renderer, new_notification_id, "Example Sales")
    proofs = Proofs(side.renderer, new_notification_id, "https://counter.example", b"pepper")
    effects = Effects(side.renderer, side.notify, mail, proofs, new_request_id, "en", None)
    return StaffDesk(side.store, side.notify, mail, effects, side.clock)


@pytest.fixture
async def slack_app(staff_side: StaffSide) -> AsyncIterator[SlackApp]:
    """The app, reachable by the workspace's events over HTTP."""
    side = staff_side
    assert side.slack is not None
    app = SlackApp(
        side.settings, side.store, staff_desk(side), side.renderer, KEYS, clock=side.clock
    )
    site = web.Application()
    site.add_routes(app.routes())
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await Site(runner, "127.0.0.1", 0).start()
    side.slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await app.start()
    yield app
    await side.slack.settle()
    side.slack.events_url = None
    await app.stop()
    await runner.cleanup()
