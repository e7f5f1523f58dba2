"""What the sender newly wrote, and what of the mail is quotation, signature or small print.

When the signs are weak the text stays: a quotation too much is a nuisance, a lost sentence of a
customer is a lost order. What is cut is given back as well, so that a reader can unfold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inbound import reply_lines as look
from inbound.html_text import Line, Mark

MOST_LINES = 20_000  # lines looked at; what comes after is kept as it is


@dataclass(frozen=True, slots=True)
class Cut:
    """`text` is new, `quoted` is all that was taken away."""

    text: str
    quoted: str


def cut_reply(text: str, own_texts: Sequence[str] = ()) -> Cut:
    """Cuts a plain text."""
    return cut_lines([Line(line) for line in text.split("\n")], own_texts)


def cut_lines(lines: list[Line], own_texts: Sequence[str] = ()) -> Cut:
    """Cuts lines that may carry the marks of their HTML."""
    if not lines:
        return Cut("", "")
    reading = _Reading(lines)
    return reading.cut(own_texts)


class _Reading:
    """One text on its way through the cutter; `gone` says which lines are not the sender's."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.plain = [look.plain(line.text) for line in lines]
        self.gone = [False] * len(lines)

    def cut(self, own_texts: Sequence[str]) -> Cut:
        self._drop_marked()
        self._drop_quotes()
        self._drop_history()
        self._drop_signature()
        new = _joined(self.lines, self.gone, wanted=False)
        old = _joined(self.lines, self.gone, wanted=True)
        return Cut(new, old)

    def _drop_marked(self) -> None:
        """What the HTML itself says."""
        for index, line in enumerate(self.lines):
            if line.mark is Mark.CUT and any(self.plain[:index]):
                self._drop(index, len(self.lines))
                return
            if line.mark in (Mark.QUOTE, Mark.SIGNATURE, Mark.ATTRIBUTION):
                self.gone[index] = True

    def _drop_quotes(self) -> None:
        """Quote marks and the lines that announce them."""
        index = 0
        while index < len(self.lines):
            if self.gone[index] or not self.plain[index]:
                index += 1
                continue
            if look.is_quoted(self.plain[index]):
                self.gone[index] = True
                index += 1
                continue
            taken = self._attribution_at(index)
            if taken and self._quote_at(index + taken):
                self._drop(index, index + taken)
            index += max(1, taken)

    def _attribution_at(self, index: int) -> int:
        """How many lines from here say who wrote what follows; 0 if none do."""
        joined = ""
        for taken in range(1, 5):
            at = index + taken - 1
            if (
                at >= len(self.lines)
                or not self.plain[at]
                or (taken > 1 and look.is_quoted(self.plain[at]))
            ):
                return 0
            joined = f"{joined} {self.plain[at]}".strip()
            if len(joined) > look.LONGEST:
                return 0
            if look.attribution(joined, quote_follows=self._quote_at(at + 1)):
                return taken
        return 0

    def _quote_at(self, index: int) -> bool:
        """Whether the next line that says something is quoted."""
        for at in range(index, min(index + 4, len(self.lines))):
            if self.plain[at]:
                return self.gone[at] or look.is_quoted(self.plain[at])
        return False

    def _drop_history(self) -> None:
        """An earlier mail without quote marks: from its first line to the end."""
        for index in range(len(self.lines)):
            if self.gone[index] or not self.plain[index]:
                continue
            if self._history_at(index):
                if self._any_new(0, index):
                    self._drop(self._above(index), len(self.lines))
                return

    def _history_at(self, index: int) -> bool:
        line = self.plain[index]
        if look.is_divider(line) or self._header_block(index):
            return True
        taken = self._attribution_at(index)
        return taken > 0 and self._strong(index, taken)

    def _strong(self, index: int, taken: int) -> bool:
        joined = " ".join(self.plain[index : index + taken])
        return look.attribution(joined, quote_follows=False)

    def _header_block(self, index: int) -> bool:
        first = look.label(self.plain[index])
        if first is None:
            return False
        found, misses = {first}, 0
        for at in range(index + 1, min(index + 9, len(self.lines))):
            category = look.label(self.plain[at])
            if category is None:
                misses += 1
                if misses > 1 or not self.plain[at]:
                    break
                continue
            found.add(category)
        found.discard("other")
        return len(found) >= 3 or (first == "from" and len(found) >= 2)

    def _above(self, index: int) -> int:
        """The first line of rulers and blanks right above."""
        while index > 0 and (not self.plain[index - 1] or look.is_ruler(self.plain[index - 1])):
            index -= 1
        return index

    def _drop_signature(self) -> None:
        for index, line in enumerate(self.plain):
            if self.gone[index]:
                continue
            if look.is_signature_start(line) and self._any_new(0, index):
                self._drop(index, len(self.lines))
                return
            if look.is_sent_from(line):
                self.gone[index] = True

    def _any_new(self, start: int, stop: int) -> bool:
        return any(
            self.plain[at] and not self.gone[at] and not look.is_ruler(self.plain[at])
            for at in range(start, stop)
        )

    def _drop(self, start: int, stop: int) -> None:
        for index in range(start, min(stop, len(self.gone))):
            self.gone[index] = True


def _joined(lines: list[Line], gone: list[bool], *, wanted: bool) -> str:
    out: list[str] = []
    for line, is_gone in zip(lines, gone, strict=True):
        if is_gone is not wanted:
            continue
        text = line.text.rstrip()
        if text or (out and out[-1]):
            out.append(text)
    return "\n".join(out).strip("\n")
