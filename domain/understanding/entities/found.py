"""One find of a grammar, and the text in which finds are hidden from later grammars."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.understanding.result import EntityValue

#: Stands for every character of a find after its first, so that places stay the same.
FILL = "\x00"
#: Hiding copies the page; a text that names more things than this is no message to a counter.
MOST_FINDS = 150


@dataclass(frozen=True, slots=True)
class Find:
    """An entity in the plain text. `sign` is the capital letter that stands for it."""

    name: str
    start: int
    end: int
    value: EntityValue
    sign: str


@dataclass(slots=True)
class Page:
    """A plain text and its masked twin of the same length.

    The twin is in lower case; each find is one capital letter and fillers. So capital letters in
    the twin are always signs, and a grammar cannot find what an earlier one has taken.
    """

    plain: str
    locale: str
    masked: str = ""
    finds: list[Find] = field(default_factory=list)
    hidden: int = 0

    def __post_init__(self) -> None:
        lowered = self.plain.lower()
        # A few letters (İ) grow in lower case; then places would slip.
        self.masked = lowered if len(lowered) == len(self.plain) else self.plain.casefold()
        if len(self.masked) != len(self.plain):
            self.masked = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.plain)

    def take(self, name: str, start: int, end: int, value: EntityValue, sign: str) -> None:
        """Note a find and hide it, up to `MOST_FINDS`."""
        if self.hidden >= MOST_FINDS:
            return
        self.finds.append(Find(name, start, end, value, sign))
        self.hide(start, end, sign)

    def hide(self, start: int, end: int, sign: str) -> None:
        """Put `sign` in place of the text from `start` to `end`."""
        if self.hidden >= MOST_FINDS:
            return
        self.hidden += 1
        cover = sign + FILL * (end - start - 1)
        self.masked = self.masked[:start] + cover + self.masked[end:]

    def free(self, start: int, end: int) -> bool:
        """Whether no find lies in that span."""
        return FILL not in self.masked[start:end]
