"""Message-IDs: how a mail names itself and the mails it follows."""

from __future__ import annotations

import re

from inbound.words import header_text

_BRACKETED = re.compile(r"<([^<>]+)>")
_BARE = re.compile(r"[^\s<>,;\"'()]+")
_BLANKS = re.compile(r"\s+")
_LONGEST = 2_000  # characters of one id; RFC 5322, 2.1.1 allows 998 in a line
_MOST = 5_000


def message_id(value: bytes | None) -> str | None:
    """The one id of Message-ID, without brackets; blanks that folding put in are taken out."""
    if value is None:
        return None
    ids = message_ids(value)
    if ids:
        return ids[0]
    text = _BLANKS.sub("", header_text(value)).strip("<>")
    return text if 0 < len(text) <= _LONGEST else None


def message_ids(value: bytes | None) -> list[str]:
    """The ids of In-Reply-To or References in order; prose, comments and commas are passed over."""
    if not value:
        return []
    text = header_text(value)
    if "(" in text:
        text = _without_comments(text)
    found = [_BLANKS.sub("", one) for one in _BRACKETED.findall(text)]
    if not found:
        found = [one for one in _BARE.findall(text) if "@" in one[1:-1]]
    return [one for one in dict.fromkeys(found) if 0 < len(one) <= _LONGEST][:_MOST]


def _without_comments(text: str) -> str:
    """Drops comments outside of brackets; a parenthesis inside an id stays."""
    out, depth, inside = [], 0, False
    for letter in text:
        if letter == "<" and depth == 0:
            inside = True
        elif letter == ">" and inside:
            inside = False
        elif letter == "(" and not inside:
            depth += 1
        if depth == 0:
            out.append(letter)
        if letter == ")" and not inside and depth:
            depth -= 1
    return "".join(out)
