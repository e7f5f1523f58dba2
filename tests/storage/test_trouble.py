"""What is wrong with the database, in one line for who runs a command."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage.database import create_engine_for, open_store
from storage.store import CommitUnknown, StorageBroken
from storage.trouble import DATABASE_FAULTS, fault_in_words


async def test_a_database_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'no folder' / 'office.db'}")

    with pytest.raises(StorageBroken) as raised:
        await store.write(lambda _session: None)
    await store.close()

    words = fault_in_words(raised.value)
    assert len(words.splitlines()) == 1
    assert "unable to open database file" in words


def test_a_database_that_is_not_reached_is_looked_for_in_the_settings(tmp_path: Path) -> None:
    engine = create_engine_for(f"sqlite:///{tmp_path / 'no folder' / 'office.db'}")

    with pytest.raises(DATABASE_FAULTS) as raised, Session(engine) as session:
        session.execute(text("SELECT 1"))

    assert fault_in_words(raised.value) == (
        "the database does not answer: unable to open database file; check DATABASE_URL"
    )


def test_what_a_database_refuses_is_not_blamed_on_its_address(tmp_path: Path) -> None:
    engine = create_engine_for(f"sqlite:///{tmp_path / 'office.db'}")

    with Session(engine) as session:
        session.execute(text("CREATE TABLE area (code TEXT UNIQUE)"))
        with pytest.raises(DATABASE_FAULTS) as raised:
            session.execute(text("INSERT INTO area VALUES ('east'), ('east')"))

    assert fault_in_words(raised.value) == (
        "the database refuses: UNIQUE constraint failed: area.code"
    )


def test_a_commit_nobody_knows_of_is_told_as_it_is() -> None:
    assert fault_in_words(CommitUnknown("server closed\nthe connection")) == (
        "server closed the connection"
    )
