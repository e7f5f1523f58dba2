"""A command whose database breaks in the middle says so in one line, and that the work is open."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from storage.database import create_engine_for, ensure_schema
from storage.tables import OutboxRow

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
#: Bytes that a file may have: enough for the index of SQLite's log, not for what is to be logged.
DISK = 48 * 1024


def full_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, DISK))


def test_a_disk_that_fills_up_in_the_middle_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    ensure_schema(url)
    engine = create_engine_for(url)
    with Session(engine) as session:
        for number in range(60):
            session.add(
                OutboxRow(
                    id=f"n{number}", key=f"k{number}", channel="email", lane="a", kind="answer",
                    recipient="who@customer.example", payload={"text": "x" * 2_000},
                    status="dead", due_at=NOW, created_at=NOW,
                )
            )  # fmt: skip
        session.commit()
    engine.dispose()

    done = subprocess.run(
        [sys.executable, "-m", "bot", "outbox", "retry", "--all"],
        cwd=ROOT,
        env=os.environ | {"MADOGUCHI_DATABASE_URL": url, "MADOGUCHI_DATA_DIR": str(tmp_path)},
        preexec_fn=full_disk,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("the database cannot be relied on: ")
    assert said.endswith("see whether the disk is full or broken, then run the command again")
