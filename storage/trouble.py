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


def fault_in_words(error: Exception) -> str:
    """What is wrong with the database and what to do, in one line for who runs a command."""
    if isinstance(error, StorageBroken):
        return (
            f"the database cannot be relied on: {error}; "
            "see whether the disk is full or broken, then run the command again"
        )
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return f"the database refuses: {' '.join(str(error.orig).split())}; check DATABASE_URL"
    return " ".join(str(error).split())


#: What commands tell in the words above.
DATABASE_FAULTS = (StorageBroken, CommitUnknown, sqlalchemy.exc.DBAPIError)
