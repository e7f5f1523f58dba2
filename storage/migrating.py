"""Alembic, apart from the rest: loading it costs every start a third of a second and 20 MiB."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade_engine(engine: Engine) -> None:
    """Bring the schema to the newest revision."""
    config = alembic_config()
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def known_revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
