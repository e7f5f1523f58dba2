"""`madoguchi conversations join`: the same as the button, from a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from domain.messages import Author, AuthorKind, Channel, Message
from storage.conversations import add_messages
from storage.database import create_engine_for, upgrade
from storage.tables import ConversationRow, StaffRow

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def run(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MADOGUCHI_DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "-m", "bot", "conversations", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_two_conversations_are_joined_once_and_by_staff_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'counter.db'}"
    upgrade(url)
    engine = create_engine_for(url)
    with Session(engine) as session:
        session.add(StaffRow(staff_id="S-1", name="Aya Mori"))
        for name in ("M-OLD", "M-NEW"):
            session.add(ConversationRow(id=name, last_seq=1, created_at=NOW, updated_at=NOW))
        session.flush()
        for name in ("M-OLD", "M-NEW"):
            author = Author(AuthorKind.CUSTOMER, "Ada")
            add_messages(session, [Message(name, 1, author, Channel.EMAIL, f"in {name}", NOW)])
        session.commit()
    engine.dispose()

    stranger = run(url, "join", "M-NEW", "M-OLD", "--as", "S-9", "--yes")
    assert (stranger.returncode, "S-9 is not in staff" in stranger.stderr) == (1, True)
    asked = run(url, "join", "M-NEW", "M-OLD", "--as", "S-1", "--no-input")
    assert (asked.returncode, "--yes" in asked.stderr) == (1, True)
    first = run(url, "join", "M-NEW", "M-OLD", "--as", "S-1", "--yes")
    again = run(url, "join", "M-NEW", "M-OLD", "--as", "S-1", "--yes")
    assert first.stdout == "M-NEW is joined with M-OLD\n"
    assert again.stdout == "M-NEW was joined before with M-OLD\n"
    shown = [json.loads(line) for line in run(url, "show", "M-OLD", "--json").stdout.splitlines()]
    assert [(m["seq"], m["text"], m["internal"]) for m in shown] == [
        (1, "in M-OLD", False),
        (2, "in M-NEW", True),
    ]
