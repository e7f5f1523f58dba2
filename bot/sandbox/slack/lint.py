"""What Slack takes but a careful app avoids; each finding is one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.slack.nouns import Json

_ANGLE = re.compile(r"<([^<>]*)>")
_GOOD_ANGLE = re.compile(
    r"(?:@[UW][A-Z0-9]+(?:\|[^|]*)?|#[CG][A-Z0-9]+(?:\|[^|]*)?|!subteam\^[A-Z0-9]+(?:\|[^|]*)?"
    r"|!date\^[^|]+\|.*|(?:https?|mailto|tel):[^|]+(?:\|[^|]*)?)\Z",
    re.S,
)
_RAW_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_EVENT_TYPE = re.compile(r"[A-Za-z0-9_]+\Z")
_CUT_ENTITY = re.compile(r"&(?:a(?:m(?:p)?)?|l(?:t)?|g(?:t)?)?\Z")


@dataclass(frozen=True, slots=True)
class LintWarning:
    """A habit that will hurt: in which call, which rule, and what was seen."""

    method: str
    code: str
    detail: str


def lint(method: str, arguments: Json) -> list[LintWarning]:
    """Findings for one call that posts or updates a message."""
    return [LintWarning(method, code, detail) for code, detail in _findings(method, arguments)]


def _findings(method: str, arguments: Json) -> Iterator[tuple[str, str]]:
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if blocks and not text:
        yield "no_fallback_text", "blocks without a text for notifications and screen readers"
    if method == "chat.update" and text and arguments.get("blocks") is None:
        yield "update_without_blocks", "the old blocks stay as they are"
    for name in ("link_names", "parse"):
        if str(arguments.get(name) or "").lower() in ("1", "true", "full"):
            yield "loose_parsing", f"{name} lets text ring people"
    metadata = arguments.get("metadata")
    if isinstance(metadata, dict) and not _EVENT_TYPE.match(str(metadata.get("event_type"))):
        yield "metadata_event_type", "Slack drops this metadata without a word"
    yield from _markup("text", text)
    for number, words in enumerate(_mrkdwn(blocks)):
        yield from _markup(f"mrkdwn {number}", words)


def _mrkdwn(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn" and isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _mrkdwn(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mrkdwn(inner)


def _markup(place: str, words: str) -> Iterator[tuple[str, str]]:
    if re.search(r"<!(?:channel|here|everyone)\b", words):
        yield "rings_everybody", f"{place}: {words[:80]}"
    for inside in _ANGLE.findall(words):
        if not _GOOD_ANGLE.match(inside) and not inside.startswith("!"):
            yield "unescaped", f"{place}: <{inside[:60]}>"
    if _RAW_AMPERSAND.search(words) or re.search(r"<(?![^<>]*>)", words):
        yield "unescaped", f"{place}: {words[:80]}"
    if "&amp;amp;" in words or "&amp;lt;" in words or "&amp;gt;" in words:
        yield "escaped_twice", f"{place}: {words[:80]}"
    if _CUT_ENTITY.search(words.rstrip("…. ")):
        yield "cut_entity", f"{place}: …{words[-20:]}"
