"""What a start loads: only what this process needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Parts that cost memory and time, and whom they are for.
NOT_NEEDED = {
    "alembic": "older databases",
    "psycopg": "PostgreSQL",
    "slack_bolt": "Slack",
    "slack_sdk": "Slack",
    "imapclient": "a mailbox",
    "selectolax": "mails that came in",
    "jwt": "signed-in visitors",
    "phonenumbers": "telephone numbers",
    "holidays": "working days",
    "rich": "tables on a terminal",
    "pygments": "colours on a terminal",
    "prometheus_client": "metrics",
    "calamine": "company files",
    "xlsxwriter": "company files",
}
START = """
import asyncio, sys
import bot.cli.serve
from bot.assembly import assemble
from bot.roles import RoleName
from bot.serving import Running, start
from bot.settings import Settings
from pydantic import SecretStr
from storage.database import ensure_schema, open_store

async def run(url, folder):
    ensure_schema(url)
    settings = Settings(database_url=SecretStr(url), data_dir=folder, port=0)
    running = Running(await assemble(settings, open_store(url)))
    await start(running, list(RoleName))
    await running.stop()

asyncio.run(run(sys.argv[1], sys.argv[2]))
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_counter_without_mail_and_slack_does_not_load_their_parts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, f"sqlite:///{tmp_path / 'new.db'}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "aiohttp" in loaded
    assert loaded & NOT_NEEDED.keys() == set()
