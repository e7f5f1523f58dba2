"""`madoguchi rehearse`: from a file to differences, from history to a file, and nothing leaves."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.assembly import assemble
from bot.cli.main import create_app
from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from bot.demo import COMPANY
from bot.settings import load_settings
from domain.messages import Action, Channel, IncomingMessage, Receipt, Sender
from domain.people import Level
from storage.database import ensure_schema, open_store
from storage.tables import ConversationRow, OutboxRow

GOOD = """
- story: The order shows its total
  customer: C-0001
  steps:
    - say: I'd like to buy 2 TN-1234K
      shows: ["¥25,600"]
    - send: true
      order: [TN-1234K x 2]
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with the sample company, named by the settings."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL", url)
    monkeypatch.setenv("MADOGUCHI_PHONE_REGION", "JP")
    ensure_schema(url)

    async def move_in() -> None:
        store = open_store(url)
        conventions = Conventions(region="JP")
        outcome = await import_company(store, [COMPANY], conventions, datetime.now(UTC))
        await store.close()
        assert outcome.accepted

    asyncio.run(move_in())
    return url


def run(*arguments: str) -> Result:
    return CliRunner().invoke(create_app(["rehearse"]), ["rehearse", *arguments])


def test_what_goes_as_written_exits_with_0_and_leaves_no_trace(
    database: str, tmp_path: Path
) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, "utf-8")
    result = run("good.yaml")
    assert (result.exit_code, result.stdout) == (0, "1 stories, all as written\n")

    async def rows() -> tuple[int, int]:
        store = open_store(database)
        found = await store.read(
            lambda s: (
                len(s.exec(select(OutboxRow)).all()),
                len(s.exec(select(ConversationRow)).all()),
            )
        )
        await store.close()
        return found

    assert asyncio.run(rows()) == (0, 0)


def test_what_differs_is_printed_and_exits_with_1(database: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD.replace("25,600", "25,601"), "utf-8")
    result = run("bad.yaml")
    assert result.exit_code == 1
    assert "The order shows its total: step 1: shows '¥25,601' is missing" in result.stdout
    found = json.loads(run("bad.yaml", "--json").stdout)
    assert [(one["story"], one["step"]) for one in found["differences"]] == [
        ("The order shows its total", 1)
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- story: x", "story 1: steps: Field required"),
        ("- story: x\n  steps: [{shout: hello}]", "story 1: steps.0.shout"),
        ("a: b", "a list of stories is needed"),
        ("- [", "while parsing"),
        ("- story: x\n  customer: C-9999\n  steps: [{say: hi}]", "there is no customer C-9999"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(
    database: str, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "stories.yaml").write_text(content, "utf-8")
    result = run("stories.yaml")
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_named(database: str) -> None:
    result = run("nowhere.yaml")
    assert (result.exit_code, result.stderr) == (
        1,
        "rehearse: nowhere.yaml: No such file or directory\n",
    )


def test_stories_from_history_go_as_they_went(database: str, tmp_path: Path) -> None:
    asyncio.run(_talk(database))
    written = run("history.yaml", "--from-history", "7")
    assert written.exit_code == 0, written.stderr
    text = (tmp_path / "history.yaml").read_text("utf-8")
    assert "TN-1234K" in text
    assert "press: confirm:1" in text
    assert stat.S_IMODE((tmp_path / "history.yaml").stat().st_mode) == 0o600
    assert run("history.yaml").stdout == "1 stories, all as written\n"
    again = run("history.yaml", "--from-history", "7")
    assert again.exit_code == 1
    assert "is there already" in again.stderr


async def _talk(url: str) -> None:
    store = open_store(url)
    counter = await assemble(load_settings(), store)
    sender = Sender(Level.VERIFIED, "C-0001", "v-1", name="青木 陽子", proof="identity")

    async def say(number: int, text: str = "", action: Action | None = None) -> Receipt:
        return await counter.desk.receive(
            IncomingMessage(
                channel=Channel.CHAT,
                channel_message_id=f"m-{number}",
                sender=sender,
                sent_at=datetime.now(UTC),
                text=text,
                key=f"k-{number}",
                action=action,
                locale="en",
            )
        )

    await say(1, "I'd like to buy 2 TN-1234K")
    await say(2, "no, three, not two")
    await say(3, action=Action("confirm:1", {"decision": "send", "notify_staff": True}))
    await say(4, "Thank you")
    await store.close()
