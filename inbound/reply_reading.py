"""One text on its way through the reply cutter: its lines, and which are still the sender's.

Nothing here decides what goes; the questions that every step asks are answered in one place.
"""

from __future__ import annotations

import re

from inbound import signature as sign
from inbound.attribution import (
    LONGEST,
    LONGEST_LINE,
    is_attribution,
    is_bare_date,
    may_end_one,
    plain,
    shared_line,
    starts_one,
)
from inbound.header_block import is_angled
from inbound.html_text import Line, Mark

MOST_LINES = 50_000  # lines looked at; what comes after is taken for quotation
SIGNATURE_REACH = 24  # lines; a longer block is no signature
_FOLDED = 4  # lines over which the line above a quotation may be folded
_QUOTED = re.compile(r"^[ \t\u3000]{0,4}[>＞]")
_NO_QUOTE = re.compile(r"^>+\d|^>{2,} >{2,}")
_END_OF_ADDRESS = re.compile(r"^>{1,2}[^>]{0,80}[:：]$")
_BAR = re.compile(r"^[|｜][^|｜]*$")  # with a second bar it is a table's row
_ANGLE = re.compile(r"^[》≫»]")
_FENCE = re.compile(r"^(?:```|~~~(?!~))")
_INITIALS = re.compile(r"^([A-Za-z]{1,8})>(?:\s|$)")


class Reading:
    """`gone` says which lines are not the sender's new words."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = _part_shared_lines(lines[:MOST_LINES])
        self.rest = lines[MOST_LINES:]
        self.plain = [plain(line.text[:LONGEST_LINE]) for line in self.lines]
        self.gone = [False] * len(self.lines)
        self._announced: int | None = None
        self._first, self._last = 0, len(self.lines) - 1
        self.ends = [may_end_one(line) for line in self.plain]
        self.fenced = self._seek_fences()
        self._seek_quotes()

    def _seek_quotes(self) -> None:
        """Which lines carry a quote mark, and are sure to mean it."""
        count = len(self.plain)
        self.quoted = [
            _QUOTED.match(line) is not None and not fenced and not is_angled(line)
            for line, fenced in zip(self.plain, self.fenced, strict=True)
        ]
        for index in range(count):
            if self.quoted[index]:
                alone = not self.marked(index - 1) and not self.marked(index + 1)
                if (alone and _NO_QUOTE.match(self.plain[index])) or self._closes_address(index):
                    self.quoted[index] = False
        self._seek_runs(_BAR)
        self._seek_runs(_ANGLE)
        self._seek_runs(_INITIALS)

    def _closes_address(self, index: int) -> bool:
        """Whether `>` is no mark but ends an address that the line above broke off: `> wrote:`."""
        if _END_OF_ADDRESS.match(self.plain[index]) is None:
            return False
        opened = 0
        for at in range(index - 1, max(-1, index - _FOLDED), -1):
            line = self.plain[at]
            if not line or self.quoted[at]:
                return False
            opened += line.count("<") - line.count(">")
            if opened > 0:
                return True
        return False

    def _seek_fences(self) -> list[bool]:
        """Which lines stand in a fenced piece of code, where signs mean themselves."""
        inside, found = False, []
        for line in self.plain:
            fence = _FENCE.match(line) is not None
            found.append(inside or fence)
            inside = inside is not fence
        return found if not inside else [False] * len(self.plain)

    def marked(self, index: int) -> bool:
        return 0 <= index < len(self.plain) and _QUOTED.match(self.plain[index]) is not None

    def _seek_runs(self, pattern: re.Pattern[str]) -> None:
        """Marks that count only where two lines in a row have them."""
        hits = [pattern.match(line) is not None for line in self.plain]
        for index, hit in enumerate(hits):
            if hit and (hits[index - 1 : index] == [True] or hits[index + 1 : index + 2] == [True]):
                self.quoted[index] = True

    def attribution_at(self, index: int) -> int:
        """How many lines from here say who wrote what follows; 0 if none do."""
        if not any(self.ends[index : index + _FOLDED + 1]):
            return 0
        joined, folded = "", 0
        for at in range(index, min(index + _FOLDED + 1, len(self.lines))):
            if joined and self._blank_before_address(at):
                continue
            folded += 1
            if folded > _FOLDED or not self._may_fold(index, at, joined):
                return 0
            joined = _folded(joined, self.plain[at])
            if len(joined) > LONGEST:
                return 0
            below = at + 1
            if self.ends[at] and is_attribution(
                joined,
                quoted_below=self.quote_at(below),
                blank_below=below >= len(self.lines) or not self.plain[below],
            ):
                return below - index
        return 0

    def _may_fold(self, index: int, at: int, joined: str) -> bool:
        """Whether the line `at` can belong to an attribution that begins at `index`."""
        line = self.plain[at]
        if not line or self.quoted[at] or self.gone[at]:
            return False
        if at == index:
            return True
        if at == index + 1 and not starts_one(self.plain[index]):
            return False
        return not (line[0].isupper() and starts_one(line) and not is_bare_date(joined))

    def _blank_before_address(self, at: int) -> bool:
        """Whether a blank line only parts a name from its address in brackets."""
        return not self.plain[at] and self.plain[at + 1 : at + 2] == ["<"]

    def quote_at(self, index: int) -> bool:
        """Whether the next line that says something is quoted."""
        for at in range(index, min(index + 4, len(self.lines))):
            if self.plain[at]:
                return self.gone[at] or self.quoted[at] or self.lines[at].mark is Mark.INDENT
        return False

    def new_above(self, index: int) -> bool:
        """Whether something new stands above. The pointer only moves on: no line returns."""
        while self._first < len(self.lines) and not self.is_new(self._first):
            self._first += 1
        return self._first < index

    def new_below(self, index: int) -> bool:
        """Whether something new stands at `index` or below."""
        while self._last >= 0 and not self.is_new(self._last):
            self._last -= 1
        return self._last >= index

    def is_new(self, index: int) -> bool:
        line = self.plain[index]
        return bool(line) and not self.gone[index] and not sign.is_ruler(line)

    def tail(self) -> list[int]:
        """The last lines that are left and say something, as far as a signature can reach."""
        tail: list[int] = []
        for index in range(len(self.lines) - 1, -1, -1):
            if self.plain[index] and not self.gone[index]:
                tail.append(index)
                if len(tail) == SIGNATURE_REACH:
                    break
        return tail[::-1]

    def drop(self, start: int, stop: int) -> None:
        for index in range(start, min(stop, len(self.gone))):
            self.gone[index] = True

    def last_attribution(self) -> int:
        """The last line that announces a quotation; asked for rarely, so sought only then."""
        if self._announced is None:
            places = range(len(self.lines) - 1, -1, -1)
            self._announced = next((at for at in places if self.attribution_at(at)), -1)
        return self._announced


def _folded(joined: str, line: str) -> str:
    """Two lines as one; `=` at the end is left of quoted-printable that nobody decoded."""
    if joined.endswith("="):
        return joined[:-1] + line
    return f"{joined} {line}" if joined else line


def _part_shared_lines(lines: list[Line]) -> list[Line]:
    """Puts an attribution that shares a line with the reply on a line of its own."""
    out: list[Line] = []
    for line in lines:
        at = shared_line(line.text) if " wrote" in line.text and line.mark is Mark.NONE else None
        if at is None:
            out.append(line)
        else:
            out.append(Line(line.text[:at].rstrip(" -"), line.mark, line.depth))
            out.append(Line(line.text[at:].lstrip(" -"), line.mark, line.depth))
    return out
