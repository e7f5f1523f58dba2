"""Alembic's entry: runs the revisions on the engine that was handed in."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # imported so that every table is in the metadata

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
