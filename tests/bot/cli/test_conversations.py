"""`conversations show`: readable for a person, whole for a machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from bot.cli.main import create_app
from storage.database import create_engine_for, upgrade
from storage.tables import ConversationRow, MessageRow

AT = datetime(2026, 3, 2, 0, 30, 15, 123456, tzinfo=UTC)
APP = create_app(["conversations", "requests", "log"])


@pytest.fixture
def conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A question, an answer with a card, and a note between colleagues."""
    url = f"sqlite:///{tmp_path / 'talk.db'}"
    upgrade(url)
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL", url)
    monkeypatch.setenv("MADOGUCHI_TIMEZONE", "Asia/Tokyo")
    monkeypatch.setenv("COLUMNS", "200")
    said = [
        MessageRow(conversation_id="K-1", seq=1, author_kind="customer", author_name="Mina Hart",
                   channel="chat", text="Two boxes,\nplease.\x1b[31m", at=AT),
        MessageRow(conversation_id="K-1", seq=2, author_kind="bot", channel="chat", at=AT,
                   text="Here it is.", parts=[{"kind": "product"}, {"kind": "choices"}]),
        MessageRow(conversation_id="K-1", seq=3, author_kind="staff", author_name="佐藤 美咲",
                   channel="slack", text="Has she paid?", internal=True, at=AT),
    ]  # fmt: skip
    engine = create_engine_for(url)
    with Session(engine) as session:
        session.add(ConversationRow(id="K-1", channel="chat", created_at=AT, updated_at=AT))
        session.flush()
        session.add_all(said)
        session.commit()
    engine.dispose()
    return "K-1"


def test_a_person_reads_when_who_where_and_what_and_sees_which_is_a_note(conversation: str) -> None:
    done = CliRunner().invoke(APP, ["conversations", "show", conversation])

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "2026-03-02 09:30:15+09:00  1. Mina Hart (customer), chat",
        "    Two boxes,",
        "    please.[31m",
        "2026-03-02 09:30:15+09:00  2. (bot), chat",
        "    Here it is.",
        "    [product, choices]",
        "2026-03-02 09:30:15+09:00  3. 佐藤 美咲 (staff), slack [note]",
        "    Has she paid?",
    ]


def test_a_machine_gets_everything(conversation: str) -> None:
    done = CliRunner().invoke(APP, ["conversations", "show", conversation, "--json"])

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[1]["parts"] == [{"kind": "product"}, {"kind": "choices"}]
    assert rows[2]["author"] == {"kind": "staff", "name": "佐藤 美咲", "staff_id": None}
    assert [row["internal"] for row in rows] == [False, False, True]
    assert datetime.fromisoformat(rows[0]["at"]) == AT
