"""Text for Slack that nobody can act through, and text from Slack that a customer can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

#: Limits of Slack's blocks, in characters as Slack counts them: after escaping.
SECTION = 3_000
FIELD = 2_000
HEADER = 150
BUTTON = 75
FALLBACK = 3_000

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED = re.compile("[&<>]")


def clean(text: str) -> str:
    """Without characters that hide or turn others: controls, zero width, direction overrides."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", lines))


def escape(text: str) -> str:
    """For places that Slack reads as mrkdwn: no mention, link or channel can be written."""
    return _ESCAPED.sub(lambda match: _ENTITY[match[0]], clean(text))


def escape_within(text: str, limit: int, more: str = "…") -> str:
    """`escape`, cut to `limit` characters between entities, `more` behind what was cut."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    kept = escaped[: limit - len(more)]
    # An entity has at most five characters; half of one would show as rubbish.
    ampersand = kept.rfind("&", len(kept) - 4)
    if ampersand != -1 and ";" not in kept[ampersand:]:
        kept = kept[:ampersand]
    return kept + more


def plain(text: str, limit: int, more: str = "…") -> dict[str, Any]:
    """A plain_text object: nothing in it is read as markup. Never empty, which Slack refuses."""
    cleaned = clean(text).strip() or "-"
    if len(cleaned) > limit:
        cleaned = cleaned[: limit - len(more)] + more
    return {"type": "plain_text", "text": cleaned, "emoji": False}


def mrkdwn(escaped: str) -> dict[str, Any]:
    """A mrkdwn object of text that is escaped already; links are made only where we wrote them."""
    return {"type": "mrkdwn", "text": escaped or "-", "verbatim": True}


def mention(slack_user_id: str, name: str) -> str:
    """Rings that person; the mere name where the person has no (or no valid) Slack id."""
    if re.fullmatch(r"[UW][A-Z0-9]{2,30}", slack_user_id):
        return f"<@{slack_user_id}>"
    return escape(name)


_WRAPPED = re.compile(r"<([^<>]*)>")


def from_slack(text: str, name_of: Callable[[str], str] = lambda user_id: user_id) -> str:
    """What somebody wrote in Slack as a customer reads it: links and mentions unwrapped.

    Args:
        name_of: gives the name of a Slack user id.
    """
    unwrapped = _WRAPPED.sub(lambda match: _unwrapped(match[1], name_of), text)
    for character, entity in reversed(_ENTITY.items()):
        unwrapped = unwrapped.replace(entity, character)
    return clean(unwrapped)


def _unwrapped(inner: str, name_of: Callable[[str], str]) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return "@" + (label or name_of(target[1:]))
    if target.startswith("#"):
        return "#" + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if label in ("", address, target) else f"{label} ({address})"
