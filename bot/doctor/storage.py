"""Database, disk and clock."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session, col

from bot.doctor.finding import Finding, failed, in_one_line, warning, well
from bot.settings import Settings
from storage.database import create_engine_for, is_made, is_sqlite, schema_state
from storage.sqlite_engine import SAFE_VERSION, sqlite_version
from storage.tables import ConversationRow

#: Less free space than this and the counter is not ready.
LEAST_FREE = 64 * 2**20
LITTLE_FREE = 2**30
#: Clocks may differ by this much before tokens and Slack's signatures are refused.
TOLERANCE = timedelta(minutes=1)


def check_database(settings: Settings) -> list[Finding]:
    """Whether it answers, its schema, and the SQLite library. Blocks; changes nothing."""
    url = settings.database_url.get_secret_value()
    if not is_made(url):
        return [
            well("database", f"{make_url(url).database} is made at the first start"),
            _library(),
        ]
    try:
        current, head = schema_state(url)
    except (SQLAlchemyError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else None
        words = in_one_line(cause or error)
        return [failed("database", f"does not answer: {words}", "start it, and check DATABASE_URL")]
    return [
        _schema(current, head, embedded=is_sqlite(url)),
        *([_library()] if is_sqlite(url) else []),
    ]


def _schema(current: str | None, head: str, *, embedded: bool) -> Finding:
    if current == head:
        return well("database", f"answers, schema {head}")
    seen = f"the schema is at {current or 'none'}, this version needs {head}"
    if embedded and current is None:
        return well("database", "empty; the schema is made at the first start")
    return failed("database", seen, "run: madoguchi db upgrade")


def _library() -> Finding:
    version = sqlite_version()
    name = "SQLite " + ".".join(map(str, version))
    if version >= SAFE_VERSION:
        return well("sqlite", name)
    return warning(
        "sqlite",
        f"{name} can lose a commit beside a checkpoint of another process",
        f"use {'.'.join(map(str, SAFE_VERSION))} or newer (the package pysqlite3 brings it), or "
        "run one process only",
    )


def check_disk(settings: Settings) -> Finding:
    """Whether files can be kept, and for how long."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return failed(
            "disk",
            f"{folder} cannot be written ({error.strerror})",
            "make it writable for this user, or set DATA_DIR",
        )
    seen = f"{folder}: {free / 2**30:.1f} GiB free"
    if free < LEAST_FREE:
        return failed("disk", seen, "free some space; the counter takes nothing below 64 MiB")
    if free < LITTLE_FREE:
        return warning("disk", seen, "free some space, or move DATA_DIR")
    return well("disk", seen)


def check_clock(settings: Settings, slack_says: datetime | None) -> Finding:
    """Compare with who can be asked: Slack, a database server, what was stored last. Blocks."""
    others = {"Slack": slack_says, **_database_times(settings)}
    now = datetime.now(UTC)
    for name, moment in others.items():
        if moment is None:
            continue
        # What was stored last may be long ago; only the future gives it away.
        wrong = moment - now > TOLERANCE or (
            name != "the newest conversation" and now - moment > TOLERANCE
        )
        if wrong:
            return failed(
                "clock",
                f"this machine says {now:%H:%M:%S}, {name} says {moment:%Y-%m-%d %H:%M:%S} UTC",
                "set the clock by NTP (timedatectl set-ntp true)",
            )
    compared = [name for name, moment in others.items() if moment is not None]
    return well("clock", "agrees with " + ", ".join(compared) if compared else "nobody to ask")


def _database_times(settings: Settings) -> dict[str, datetime | None]:
    url = settings.database_url.get_secret_value()
    if not is_made(url):
        return {}
    engine = create_engine_for(url)
    times: dict[str, datetime | None] = {}
    try:
        with Session(engine) as session:
            if not is_sqlite(url):
                times["PostgreSQL"] = session.execute(text("SELECT now()")).scalar_one()
            newest = select(func.max(col(ConversationRow.updated_at)))
            times["the newest conversation"] = session.scalar(newest)
    except SQLAlchemyError:
        return times  # the check of the database says why
    finally:
        engine.dispose()
    return times
