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

#: What commands tell in words instead of a stack trace.
DATABASE_FAULTS = (StorageBroken, CommitUnknown, sqlalchemy.exc.DBAPIError)


def fault_in_words(error: Exception) -> str:
    """What is wrong with the database and what to do, in one line for who runs a command."""
    words = str(error)
    if isinstance(error, StorageBroken):
        words = (
            f"the database cannot be relied on: {error}; "
            "see whether the disk is full or broken, then run the command again"
        )
    elif isinstance(error, sqlalchemy.exc.DBAPIError):
        # Without a statement it was not even reached.
        if error.statement is None or error.connection_invalidated:
            words = f"the database does not answer: {error.orig}; check DATABASE_URL"
        else:
            words = f"the database refuses: {error.orig}"
    return " ".join(words.split())
