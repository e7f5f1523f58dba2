"""Talks in the process that stores: what they ask goes to the desk and the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlmodel import Session, col

from bot.chat.backend import Refused, Shown, Taken, Unavailable, Visitor
from bot.chat.frames import shown
from bot.chat.visitors import Visitors
from bot.desk import Desk
from domain.errors import MadoguchiError
from domain.messages import IncomingMessage
from storage.conversations import history
from storage.store import Store, Unit
from storage.tables import ConversationRow
from storage.trouble import DATABASE_TROUBLE

T = TypeVar("T")


@contextmanager
def _trouble_told() -> Iterator[None]:
    """Have the database's own errors said in the words of a `ChatBackend`."""
    try:
        yield
    except DATABASE_TROUBLE as error:
        raise Unavailable(type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class StoredTalks:
    """Implements `Histories` on a store."""

    store: Store

    async def note_read(self, conversation_id: str, seq: int, now: datetime) -> None:
        def unit(session: Session) -> None:
            session.execute(
                update(ConversationRow)
                .where(col(ConversationRow.id) == conversation_id)
                .where(col(ConversationRow.read_seq) < seq)
                .where(col(ConversationRow.last_seq) >= seq)
                .values(read_seq=seq, seen_at=now)
            )

        with _trouble_told():
            await self.store.write(unit)

    async def history(self, conversation_id: str, after: int) -> Sequence[Shown]:
        messages = await self._read(lambda s: history(s, conversation_id, after=after))
        return list(map(shown, messages))

    async def newest(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        def unit(session: Session) -> dict[str, int]:
            rows = session.execute(
                select(col(ConversationRow.id), col(ConversationRow.last_seq)).where(
                    col(ConversationRow.id).in_(conversation_ids)
                )
            )
            return dict(rows.all())

        return await self._read(unit)

    async def _read(self, unit: Unit[T]) -> T:
        with _trouble_told():
            return await self.store.read(unit)


@dataclass(frozen=True, slots=True)
class DeskBackend(StoredTalks):
    """Implements `ChatBackend` on a desk and its store."""

    desk: Desk
    visitors: Visitors

    async def hello(
        self, token: object, identity: object, after: int | None, now: datetime
    ) -> Visitor:
        with _trouble_told():
            return await self.visitors.hello(token, identity, after, now)

    async def receive(self, incoming: IncomingMessage) -> Taken:
        try:
            receipt = await self.desk.receive(incoming)
        except MadoguchiError as error:
            raise Refused(error.code, str(error)) from error
        return Taken(receipt.seq, list(map(shown, receipt.messages)), receipt.sender)
