"""What Slack makes of the text that a person types."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.sandbox.slack.nouns import Json, User
from bot.sandbox.slack.workspace import new_id


def as_typed(text: str, users: Iterable[User]) -> str:
    """Text as Slack keeps what a person has typed: escaped, links and mentions wrapped."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"https?://[^\s]+", lambda match: f"<{match[0]}>", text)
    text = re.sub(
        r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        lambda match: f"<mailto:{match[0]}|{match[0]}>",
        text,
    )
    for user in users:
        text = text.replace(f"@{user.name}", f"<@{user.id}>")
    return text


def rich_text(text: str) -> Json:
    """The rich_text block that stands beside the text."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": new_id("b"), "elements": [section]}
