"""A joining in words, as staff write it by mail: `join: M-7K3QM4XW9C`."""

from __future__ import annotations

import re

_JOIN = re.compile(
    r"\s*(?:join|まとめる?|統合)\s*[:：]\s*([\w-]{1,40})[.。]?\s*(?:\n|$)", re.IGNORECASE
)


def read_join(text: str) -> str | None:
    """The conversation that the first line of a text names; None for every other text."""
    found = _JOIN.match(text)
    return found[1].upper() if found else None


def says_more(text: str) -> bool:
    """Whether words of one's own, no marked quotation, stand below the line that names it."""
    found = _JOIN.match(text)
    below = text[found.end() :].splitlines() if found else []
    return any(line.strip() and not line.lstrip().startswith(">") for line in below)
