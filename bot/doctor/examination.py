"""All checks, those that wait for somebody else side by side."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from bot.assembly import assemble
from bot.doctor.company import check_company, check_ways_to_staff
from bot.doctor.finding import Finding
from bot.doctor.mail import check_imap, check_smtp
from bot.doctor.settings import check_settings
from bot.doctor.slack import check_slack
from bot.doctor.storage import check_clock, check_database, check_disk
from bot.settings import Settings
from storage.database import ensure_schema, open_store


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, change nothing, and tell it in the order in which to mend it."""
    database, company, imap, smtp, (slack, slack_says) = await asyncio.gather(
        asyncio.to_thread(check_database, settings),
        asyncio.to_thread(check_company, settings),
        check_imap(settings),
        _smtp(settings),
        check_slack(settings),
    )
    return [
        *check_settings(settings, os.environ),
        *database,
        check_disk(settings),
        await asyncio.to_thread(check_clock, settings, slack_says),
        *imap,
        smtp,
        *slack,
        *check_ways_to_staff(settings),
        *company,
    ]


async def _smtp(settings: Settings) -> Finding:
    """The way out is tried with the counter's own parts, on a database that is thrown away.

    The company's own may be the very thing that is ill.
    """
    with tempfile.TemporaryDirectory(prefix="madoguchi-doctor-") as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        await asyncio.to_thread(ensure_schema, url)
        store = open_store(url)
        try:
            return await check_smtp(await assemble(settings, store))
        finally:
            await store.close()
