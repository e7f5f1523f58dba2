"""A regular expression that is compiled when it is first needed.

The grammars of both languages take a quarter of a second to compile; a command that answers one
English line should not wait for the Japanese ones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator


class Grammar:
    """The part of `re.Pattern` that the engine uses.

    `hints` are words of which any find holds one, in small letters: looking for them first is much
    quicker than the expression.
    """

    __slots__ = ("_compiled", "_flags", "_words", "hints")

    def __init__(self, words: str, flags: int = 0, hints: tuple[str, ...] = ()) -> None:
        self._words = words
        self._flags = flags
        self.hints = hints
        self._compiled: re.Pattern[str] | None = None

    def _ready(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._words, self._flags)
        return self._compiled

    def may_occur(self, lowered: str) -> bool:
        """Whether a text in small letters holds one of the hints, where there are any."""
        return not self.hints or any(map(lowered.__contains__, self.hints))

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """All finds from left to right."""
        return (self._compiled or self._ready()).finditer(text, start, end)

    def findall(self, text: str) -> list[str]:
        """The texts of all finds."""
        return (self._compiled or self._ready()).findall(text)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first find."""
        return (self._compiled or self._ready()).search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """A find at `start`."""
        return (self._compiled or self._ready()).match(text, start, end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A find that is the whole text."""
        return (self._compiled or self._ready()).fullmatch(text)

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        """The text with every find replaced."""
        return (self._compiled or self._ready()).sub(by, text)
