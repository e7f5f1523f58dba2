"""Whether two subjects name one matter, and the references that stand in them."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

# What mailers and gateways put before a subject when answering or forwarding.
_ANSWERING = (
    "re|res|ref|aw|antw|sv|vs|vl|odp|ynt|rif|r|fw|fwd|wg|tr|rv|enc|i|doorst|pd|ilt|vb"
    "|返信|転送|回复|回覆|答复|答覆|转发|轉寄|회신|전달|отв|на"
)
_PREFIX = re.compile(
    rf"^\s*(?:(?:{_ANSWERING})\s*(?:\[\d+\]|\(\d+\)|\^\d+|\d+)?\s*:|\[[^\[\]]{{1,40}}\]|\*+[^*]+\*+)\s*",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
#: `[M-7K3QM4]`: how a conversation is named where people can read it.
_REFERENCE = re.compile(r"\[([A-Z]{1,2}-[0-9A-Z]{4,16})\]", re.IGNORECASE)
_ALIKE = 0.6
_LONGEST = 200
_LOOKED_THROUGH = 20_000  # letters of a text that may name a conversation


def plain_subject(subject: str) -> str:
    """The subject without what mailers add to it, for comparing."""
    text = unicodedata.normalize("NFKC", subject[: 4 * _LONGEST])
    text = _REFERENCE.sub(" ", text)[: 2 * _LONGEST]
    while (cut := _PREFIX.sub("", text)) != text:
        text = cut
    return _SPACE.sub(" ", text).strip().casefold()[:_LONGEST]


def same_subject(one: str, other: str) -> bool:
    """Whether both subjects are the same matter without doubt; empty ones never are."""
    plain = plain_subject(one)
    return bool(plain) and plain == plain_subject(other)


def other_matter(subject: str, earlier: str) -> bool:
    """Whether an answer's subject was exchanged for another one.

    People shorten subjects, add to them and empty them; none of that begins a new matter.
    """
    new, old = plain_subject(subject), plain_subject(earlier)
    if not new or not old or new in old or old in new:
        return False
    return SequenceMatcher(None, new, old, autojunk=False).ratio() < _ALIKE


def named_references(*texts: str) -> list[str]:
    """References such as `[M-7K3QM4]` in order, upper case, without brackets."""
    found = (
        match.group(1).upper()
        for text in texts
        for match in _REFERENCE.finditer(text[:_LOOKED_THROUGH])
    )
    return list(dict.fromkeys(found))[:5]
