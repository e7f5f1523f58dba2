"""Errors that are the database's and not those of the work that met them."""

from __future__ import annotations

import sqlalchemy.exc

from storage.store import CommitUnknown, StorageBroken

#: What failed with one of these is tried again later and blamed on nothing else.
DATABASE_TROUBLE = (
    StorageBroken,
    CommitUnknown,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
)
