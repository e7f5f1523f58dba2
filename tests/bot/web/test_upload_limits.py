"""How much may be uploaded is asked before every file, so it must not look at all there are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlmodel import Session

from bot.web.upload_limits import FILES_AN_HOUR, has_room
from storage.store import Store
from storage.tables import FileRow

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
OLD, BUSY = 20_000, 40


def file(number: int, visitor_id: str | None, at: datetime) -> dict[str, Any]:
    return {
        "id": f"F-{number}", "visitor_id": visitor_id, "name": "a.txt", "size": 10,
        "content_type": "text/plain", "sha256": "0" * 64, "inline": False, "created_at": at,
    }  # fmt: skip


@pytest.fixture
async def years(store: Store) -> Store:
    """Files of some years, by visitors and by mail, and those of a busy hour."""
    rows = [
        file(n, None if n % 2 else f"V-{n % 500}", NOW - timedelta(days=2, hours=n))
        for n in range(OLD)
    ]
    rows += [file(OLD + n, "V-busy", NOW - timedelta(minutes=n)) for n in range(BUSY)]

    def fill(session: Session) -> None:
        session.execute(insert(FileRow), rows)
        session.execute(text("ANALYZE files"))

    await store.write(fill)
    return store


async def test_who_has_sent_their_share_has_no_room_and_others_have(years: Store) -> None:
    assert BUSY > FILES_AN_HOUR
    assert not await years.read(lambda session: has_room(session, "V-busy", NOW))
    assert await years.read(lambda session: has_room(session, "V-2", NOW))


async def test_what_was_sent_lately_is_found_by_index_alone(years: Store) -> None:
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    def explain(session: Session) -> list[str]:
        event.listen(years.engine, "before_cursor_execute", listen)
        has_room(session, "V-2", NOW)
        event.remove(years.engine, "before_cursor_execute", listen)
        how = "EXPLAIN QUERY PLAN" if years.engine.dialect.name == "sqlite" else "EXPLAIN"
        connection = session.connection()
        return [
            "\n".join(str(row) for row in connection.exec_driver_sql(f"{how} {query}", values))
            for query, values in asked
        ]

    plans = await years.read(explain)
    assert len(plans) == 2
    for plan in plans:
        assert re.search(
            r"SEARCH files USING COVERING INDEX ix_files_of_visitors \(created_at>"
            r"|Index (Only )?Scan using ix_files_of_visitors",
            plan,
        ), plan
