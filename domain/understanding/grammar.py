"""A regular expression that is compiled when it is first needed.

The grammars of both languages take a quarter of a second to compile; a command that answers one
English line should not wait for the Japanese ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator


class Grammar:
    """The part of `re.Pattern` that the engine uses, compiled by the first use of any method.

    From then on the methods are those of the pattern itself: a message calls some sixty of them.
    `hints` are words of which any find holds one, in small letters: looking for them first is much
    quicker than the expression.
    """

    __slots__ = (
        "_flags",
        "_words",
        "findall",
        "finditer",
        "fullmatch",
        "hints",
        "match",
        "search",
        "sub",
    )

    findall: Callable[..., list[str]]
    finditer: Callable[..., Iterator[re.Match[str]]]
    fullmatch: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]
    sub: Callable[..., str]

    def __init__(self, words: str, flags: int = 0, hints: tuple[str, ...] = ()) -> None:
        self._words = words
        self._flags = flags
        self.hints = hints

    def __getattr__(self, name: str) -> object:
        """Compile; called only for a method that is not there yet."""
        if name not in Grammar.__slots__:
            raise AttributeError(name)
        compiled = re.compile(self._words, self._flags)
        for method in ("findall", "finditer", "fullmatch", "match", "search", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def may_occur(self, lowered: str) -> bool:
        """Whether a text in small letters holds one of the hints, where there are any."""
        for hint in self.hints:  # a loop costs less than `any` for the few hints that most have
            if hint in lowered:
                return True
        return not self.hints
