"""`madoguchi outbox`: looking at what is owed and trying again what was given up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from bot.cli.outbox import app
from domain.notifications import Notification, OutboxChannel
from storage.database import open_store, upgrade
from storage.leases import bury, claim, finish
from storage.outbox import owe
from tests.clock import NOON


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs the command on a database with one mail of each state."""
    import asyncio

    url = f"sqlite:///{tmp_path / 'outbox.db'}"
    upgrade(url)
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    numbers = count(1)

    def fill(session: Session) -> None:
        for name in ("sent", "dead", "pending"):
            one = Notification(name, OutboxChannel.EMAIL, "answer", f"{name}@customer.example")
            owe(session, one, now=NOON, new_id=lambda: f"n{next(numbers)}")
        sent, dead = claim(session, "email", now=NOON, limit=2, in_order=False)
        finish(session, sent, now=NOON + timedelta(seconds=1), remote_id="id@sales.example")
        bury(session, dead, error="550 no such user")

    async def prepare() -> None:
        store = open_store(url)
        await store.write(fill)
        await store.close()

    asyncio.run(prepare())
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def rows(result: Any) -> list[dict[str, Any]]:
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_row_has_the_keys_that_others_rely_on(run: Callable[..., Any]) -> None:
    listed = rows(run("list", "--json"))

    assert [(row["id"], row["status"]) for row in listed] == [
        ("n1", "sent"), ("n2", "dead"), ("n3", "pending")
    ]  # fmt: skip
    assert listed[1] == {
        "id": "n2",
        "channel": "email",
        "recipient": "dead@customer.example",
        "kind": "answer",
        "request_id": None,
        "status": "dead",
        "state": "dead",
        "attempts": 1,
        "last_error": "550 no such user",
        "created_at": NOON.isoformat(),
        "sent_at": None,
    }


@pytest.mark.parametrize("status", ["pending", "sent", "dead"])
def test_a_status_picks_its_rows(run: Callable[..., Any], status: str) -> None:
    assert [row["status"] for row in rows(run("list", "--json", "--status", status))] == [status]
    assert "n" in run("list", "--status", status).stdout


def test_all_that_was_given_up_is_tried_again(run: Callable[..., Any]) -> None:
    assert rows(run("retry", "--all", "--json")) == [{"retried": ["n2"], "not_retried": []}]

    (row,) = [row for row in rows(run("list", "--json")) if row["id"] == "n2"]
    assert (row["status"], row["attempts"]) == ("pending", 0)


def test_what_was_sent_or_is_unknown_is_named_as_not_tried(run: Callable[..., Any]) -> None:
    result = run("retry", "n1", "n2", "n9")

    assert result.exit_code == 1
    assert "n1, n9" in result.stderr
    assert "1 will be tried again" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["n1", "--all"]])
def test_unclear_wishes_are_a_usage_error(run: Callable[..., Any], arguments: list[str]) -> None:
    assert run("retry", *arguments).exit_code == 2


def test_a_wrong_setting_is_one_line(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADOGUCHI_PORT", "many")

    result = run("list")

    assert result.exit_code == 1
    assert result.stderr.startswith("MADOGUCHI_PORT")
    assert result.stderr.count("\n") == 1
