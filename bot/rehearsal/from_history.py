"""Stories made of stored conversations: what was said then, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bot.rehearsal.came import without_ids
from bot.rehearsal.story import Step, Story
from domain.people import Level
from storage.tables import ConversationRow, MessageRow


def stories_since(session: Session, since: datetime) -> Iterator[Story]:
    """One story for each conversation that began since then, oldest first."""
    rows = session.scalars(
        select(ConversationRow)
        .where(col(ConversationRow.created_at) >= since)
        .order_by(col(ConversationRow.created_at), col(ConversationRow.id))
    ).all()
    for row in rows:
        messages = session.scalars(
            select(MessageRow)
            .where(col(MessageRow.conversation_id) == row.id)
            .where(col(MessageRow.internal).is_(False))
            .order_by(col(MessageRow.seq))
        ).all()
        steps = list(_steps(messages, row))
        if steps:
            yield Story(
                story=f"{row.id} of {row.created_at:%Y-%m-%d}",
                customer=row.customer_id,
                level=Level(row.level).name.lower(),
                locale=row.locale or "en",
                steps=steps,
            )


def _steps(messages: Sequence[MessageRow], conversation: ConversationRow) -> Iterator[Step]:
    for position, message in enumerate(messages):
        following = messages[position + 1] if position + 1 < len(messages) else None
        answer = following if following is not None and following.author_kind == "bot" else None
        if message.author_kind == "staff":
            yield Step(staff=message.text)
        elif message.author_kind == "customer":
            yield Step(**_said(message, conversation), **_answered(answer))


def _said(message: MessageRow, conversation: ConversationRow) -> dict[str, Any]:
    understood = message.understood or {}
    if "action" in understood:
        # Ids of requests and orders are drawn anew, those of cards count from one.
        return {"press": understood["action"], "value": understood.get("value")}
    if message.channel != "email":
        return {"say": message.text}
    mail: dict[str, Any] = {"mail": message.text, "proven": message.level >= Level.VERIFIED}
    return mail if conversation.customer_id else {**mail, "sender": conversation.email}


def _answered(answer: MessageRow | None) -> dict[str, Any]:
    if answer is None:
        return {"quiet": True}
    lines = [line for line in without_ids(answer.text).splitlines() if line.strip()]
    return {"says": lines, "cards": [str(part["kind"]) for part in answer.parts]}
