"""What the names of Japanese firms end in: their trade, or the kind of house they are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _trades() -> tuple[frozenset[str], frozenset[str]]:
    """Those that tell a firm, and those that are said without one too."""
    path = files("domain.understanding") / "data" / "trades.ja.txt"
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("=="):
            words = found.setdefault(line.removeprefix("==").strip(), set())
        elif not line.startswith("#"):
            words.update(line.split())
    return frozenset(found["ends"]), frozenset(found["loose"])


def ends_in_trade(words: str) -> bool:
    """Whether a name ends in a trade and is more than that."""
    ends, _ = _trades()
    if _ends_in(words, ends):
        return words not in ends
    return len(words) > 3 and words.endswith("店")


def ends_loosely(words: str) -> bool:
    """Whether a name ends in a trade, or in what else firms are; enough only before a person."""
    return any(_ends_in(words, known) for known in _trades())


def _ends_in(words: str, known: frozenset[str]) -> bool:
    return any(words[start:] in known for start in range(len(words)))
