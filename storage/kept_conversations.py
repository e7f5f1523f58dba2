"""Conversations as they were last stored, so that the next message need not load them again.

Only for a database with one writing connection, which sees everything that could change them:
its own statements, and by SQLite's `data_version` that another process wrote.
"""

from __future__ import annotations

from sqlmodel import Session

from domain.conversation import Conversation

#: Talks that go on at a time; those longest silent are loaded again.
MOST = 2_000
_KEPT = "kept_conversations"
#: What a browser notes after every answer, in columns that are not kept.
_READ = "UPDATE conversations SET read_seq=?, seen_at=? WHERE"

#: What changes conversations without naming them: what goes with a deleted row, and savepoints.
_UNNAMED = ("DELETE", "ROLLBACK")


class KeptConversations:
    """Conversations by id. Each belongs to one: to us, or to who took it until it is kept again."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[str, Conversation] = {}
        self._version = -1

    def lend(self, session: Session) -> None:
        """Have `session`, which is the one that writes, take and keep."""
        session.info[_KEPT] = self

    def forget_if_changed(self, version: int) -> None:
        """Forget all where `version`, the database's, is not the one seen before."""
        if version != self._version:
            self._version = version
            self.forget()

    def forget_after(self, statement: str) -> None:
        """Forget all where an SQL statement may change conversations, or undo a change."""
        if statement.startswith(("SELECT", _READ)):
            return
        if "conversations" in statement or statement.startswith(_UNNAMED):
            self.forget()

    def forget(self) -> None:
        """Forget all: something was rolled back, or written by others."""
        self._kept.clear()

    def take(self, conversation_id: str) -> Conversation | None:
        """The conversation, to be changed by who asked until it is kept again."""
        return self._kept.pop(conversation_id, None)

    def keep(self, conversation: Conversation) -> None:
        """Keep a conversation as it was stored this moment; nobody else may change it any more."""
        self._kept[conversation.id] = conversation
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]


def kept_in(session: Session) -> KeptConversations | None:
    """What the session may take and keep; None where others write beside it."""
    found: KeptConversations | None = session.info.get(_KEPT)
    return found
