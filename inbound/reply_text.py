"""What the sender newly wrote, and what of the mail is quotation, signature or small print.

When the signs are weak the text stays: a quotation too much is a nuisance, a lost sentence of a
customer is a lost order. What is cut is given back as well, so that a reader can unfold it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
from inbound.header_block import block_end, is_divider, is_framed, is_header_block
from inbound.html_text import Line, Mark
from inbound.own_words import OwnWords

MOST_LINES = 50_000  # lines looked at; what comes after is taken for quotation
_SIGNATURE_REACH = 24  # lines; a longer block is no signature
_FOLDED = 4  # lines over which the line above a quotation may be folded
_QUOTED = re.compile(r"^[ \t\u3000]{0,4}[>＞]")
_NO_QUOTE = re.compile(r"^>+\d|^>{2,} >{2,}")
_BAR = re.compile(r"^[|｜](?:\s|$)")
_INITIALS = re.compile(r"^([A-Za-z]{1,8})>(?:\s|$)")
_TAIL_OF_LINK = re.compile(r"^\(?<?https?://\S+[)>\s]*$|^[^\s()]+[)>]+$")


@dataclass(frozen=True, slots=True)
class Cut:
    """`text` is new, `quoted` is all that was taken away."""

    text: str
    quoted: str


def cut_reply(text: str, own_texts: Sequence[str] = ()) -> Cut:
    """Cuts a plain text; `own_texts` are what we sent in this thread."""
    return cut_lines([Line(line) for line in text.split("\n")], own_texts)


def cut_lines(lines: list[Line], own_texts: Sequence[str] = ()) -> Cut:
    """Cuts lines that may carry the marks of their HTML."""
    return _Reading(lines).cut(own_texts) if lines else Cut("", "")


class _Reading:
    """One text on its way through the cutter; `gone` says which lines are not the sender's."""

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

    def cut(self, own_texts: Sequence[str]) -> Cut:
        self._drop_marked()
        self._drop_own(own_texts)
        self._drop_banner()
        self._drop_quotes()
        self._drop_history()
        self._drop_footers()
        self._drop_signature()
        new = _joined(self.lines, self.gone, wanted=False)
        old = _joined(self.lines, self.gone, wanted=True)
        if self.rest:
            old = "\n".join([old, *(line.text for line in self.rest)])
        return Cut(new, old)

    # -- what is quoted ------------------------------------------------------

    def _seek_quotes(self) -> None:
        """Which lines carry a quote mark, and are sure to mean it."""
        count = len(self.plain)
        self.quoted = [_QUOTED.match(line) is not None for line in self.plain]
        for index in range(count):
            if self.quoted[index]:
                alone = not self._marked(index - 1) and not self._marked(index + 1)
                if alone and _NO_QUOTE.match(self.plain[index]):
                    self.quoted[index] = False
        self._seek_runs(_BAR)
        self._seek_runs(_INITIALS)

    def _seek_fences(self) -> list[bool]:
        """Which lines stand in a fenced piece of code, where signs mean themselves."""
        inside, found = False, []
        for line in self.plain:
            fence = line.startswith(("```", "~~~"))
            found.append(inside or fence)
            inside = inside is not fence
        return found if not inside else [False] * len(self.plain)

    def _marked(self, index: int) -> bool:
        return 0 <= index < len(self.plain) and _QUOTED.match(self.plain[index]) is not None

    def _seek_runs(self, pattern: re.Pattern[str]) -> None:
        """Marks that count only where two lines in a row have them."""
        hits = [pattern.match(line) is not None for line in self.plain]
        for index, hit in enumerate(hits):
            if hit and (hits[index - 1 : index] == [True] or hits[index + 1 : index + 2] == [True]):
                self.quoted[index] = True

    def _drop_marked(self) -> None:
        """What the HTML itself says."""
        # Some write below their signature's mark, inside it: then it is the text.
        signed = any(self.plain[at] and not line.mark.value for at, line in enumerate(self.lines))
        for index, line in enumerate(self.lines):
            if line.mark is Mark.QUOTE or (line.mark is Mark.SIGNATURE and signed):
                self.gone[index] = True
            elif line.mark is Mark.CUT or (line.mark is Mark.ATTRIBUTION and self.plain[index]):
                if line.mark is Mark.ATTRIBUTION and self._marked_below(index):
                    self.gone[index] = True
                elif self._new_above(index):
                    self._drop(index, len(self.lines))
                    return

    def _marked_below(self, index: int) -> bool:
        """Whether a quotation stands right below, past other lines of the attribution."""
        for at in range(index + 1, min(index + 12, len(self.lines))):
            if self.plain[at] and self.lines[at].mark is not Mark.ATTRIBUTION:
                return self.lines[at].mark in (Mark.QUOTE, Mark.INDENT)
        return False

    def _drop_own(self, own_texts: Sequence[str]) -> None:
        """Lines that we sent ourselves, also where no mark is left on them."""
        if own_texts:
            for start, stop in OwnWords(own_texts).runs(self.plain):
                self._drop(start, stop)

    def _drop_quotes(self) -> None:
        """Marked lines, and the lines that announce them."""
        index = 0
        while index < len(self.lines):
            if self.gone[index] or not self.plain[index]:
                index += 1
                continue
            if self.quoted[index]:
                if self._pasted(index):
                    index = self._run_end(index)
                    continue
                self.gone[index] = True
                index = self._drop_torn(index) + 1
                continue
            taken = self._attribution_at(index)
            if taken and self._quote_at(index + taken):
                self._drop(index, index + taken)
                self._drop_indented(index + taken)
            elif is_divider(self.plain[index]) and self._quote_at(index + 1):
                self.gone[index] = True
            index += max(1, taken)

    def _drop_indented(self, index: int) -> None:
        """An indented run below an attribution is the quotation."""
        while index < len(self.lines) and not self.plain[index]:
            index += 1
        while index < len(self.lines) and self.lines[index].mark is Mark.INDENT:
            self.gone[index] = True
            index += 1

    def _pasted(self, index: int) -> bool:
        """Whether the sender put it in: `here is the code:` above, the real quote below."""
        above = index - 1
        while above >= 0 and not self.plain[above]:
            above -= 1
        if above < 0 or self.gone[above] or not self.plain[above].endswith((":", "：")):
            return False
        return self._last_attribution() > index

    def _last_attribution(self) -> int:
        """The last line that announces a quotation; asked for rarely, so sought only then."""
        if self._announced is None:
            places = range(len(self.lines) - 1, -1, -1)
            self._announced = next((at for at in places if self._attribution_at(at)), -1)
        return self._announced

    def _run_end(self, index: int) -> int:
        while index < len(self.lines) and self.quoted[index]:
            index += 1
        return index

    def _drop_torn(self, index: int) -> int:
        """The rest of a quoted line that was folded without a mark; returns the last such line."""
        at = index + 1
        if at + 1 >= len(self.lines) or not self.plain[at] or self.quoted[at]:
            return index
        between = self.quoted[at + 1]
        torn = (
            len(self.plain[index]) >= 60
            and self.plain[at][0].islower()
            and len(self.plain[at]) < 76
        )
        unfinished = not self.plain[index].endswith((".", "?", "!", ":", "。", "？"))
        if between and ((torn and unfinished) or _TAIL_OF_LINK.match(self.plain[at])):
            self.gone[at] = True
            return at
        return index

    def _attribution_at(self, index: int) -> int:
        """How many lines from here say who wrote what follows; 0 if none do."""
        joined = ""
        if not any(self.ends[index : index + _FOLDED]):
            return 0
        for at in range(index, min(index + _FOLDED, len(self.lines))):
            line = self.plain[at]
            if not line or self.quoted[at] or self.gone[at]:
                return 0
            if at > index and (not starts_one(self.plain[index]) or self._better_start(index, at)):
                return 0
            joined = f"{joined} {line}" if joined else line
            if len(joined) > LONGEST:
                return 0
            if not self.ends[at]:
                continue
            below = at + 1
            if is_attribution(
                joined,
                quoted_below=self._quote_at(below),
                blank_below=below >= len(self.lines) or not self.plain[below],
            ):
                return at - index + 1
        return 0

    def _better_start(self, index: int, at: int) -> bool:
        """Whether the attribution rather begins at the later line `at`."""
        line = self.plain[at]
        return starts_one(line) and line[0].isupper() and not is_bare_date(self.plain[index])

    def _quote_at(self, index: int) -> bool:
        """Whether the next line that says something is quoted."""
        for at in range(index, min(index + 4, len(self.lines))):
            if self.plain[at]:
                return self.gone[at] or self.quoted[at] or self.lines[at].mark is Mark.INDENT
        return False

    # -- an earlier mail without marks --------------------------------------

    def _drop_history(self) -> None:
        """From the first line of an earlier mail to the end."""
        for index, line in enumerate(self.plain):
            if self.fenced[index] or self.gone[index] or not line or not self._history_at(index):
                continue
            if self._new_above(index):
                self._drop(self._above(index), len(self.lines))
            elif is_header_block(self.plain, index):
                # The mail begins with it: whose the words below are, nobody can say, so they stay.
                self._drop(index, block_end(self.plain, index))
            return

    def _history_at(self, index: int) -> bool:
        line = self.plain[index]
        if is_divider(line) or is_header_block(self.plain, index):
            return True
        return self._attribution_at(index) > 0

    def _above(self, index: int) -> int:
        """The first line of rulers, blanks and titles in dashes right above."""
        while index > 0 and (
            not self.plain[index - 1]
            or sign.is_ruler(self.plain[index - 1])
            or is_framed(self.plain[index - 1])
        ):
            index -= 1
        return index

    # -- what mailers and servers add ----------------------------------------

    def _drop_banner(self) -> None:
        """A warning on top, only where something follows it."""
        for start, stop in self._paragraphs():
            if self._new_above(start) or not sign.is_banner(" ".join(self.plain[start:stop])):
                return
            if self._new_below(stop):
                self._drop(start, stop)

    def _drop_footers(self) -> None:
        """Disclaimers, with the ruler over them."""
        for start, stop in self._paragraphs():
            if sign.is_disclaimer(" ".join(self.plain[start:stop])) and self._new_above(start):
                above = start
                while (
                    above > 0
                    and not self.gone[above - 1]
                    and (not self.plain[above - 1] or sign.is_ruler(self.plain[above - 1]))
                ):
                    above -= 1
                self._drop(above, stop)

    def _paragraphs(self) -> list[tuple[int, int]]:
        """Runs of lines that are still there, without blanks and rulers."""
        runs, start = [], -1
        for index in range(len(self.lines) + 1):
            inside = (
                index < len(self.lines)
                and not self.gone[index]
                and bool(self.plain[index])
                and not sign.is_ruler(self.plain[index])
            )
            if inside and start < 0:
                start = index
            elif not inside and start >= 0:
                runs.append((start, index))
                start = -1
        return runs

    def _drop_signature(self) -> None:
        self._drop_device_lines()
        if not self._drop_delimited():
            self._drop_under_ruler()
        self._drop_closing()

    def _drop_device_lines(self) -> None:
        for index, line in enumerate(self.plain):
            if self.gone[index] or not sign.is_sent_from(line):
                continue
            if sign.is_app_line(line) and self._new_above(index):
                self._drop(index, len(self.lines))
                return
            if self._new_above(index) or self._new_below(index + 1):
                self.gone[index] = True

    def _drop_delimited(self) -> bool:
        """Below `-- ` to the end. Other dashes count only where a signature follows."""
        tail = self._tail()
        for index, line in enumerate(self.plain):
            if self.gone[index] or self.fenced[index] or not sign.is_delimiter(line):
                continue
            if self._new_above(index) and self._delimits(index, tail):
                self._drop(index, len(self.lines))
                return True
        return False

    def _delimits(self, index: int, tail: list[int]) -> bool:
        """Whether dashes are the delimiter: `-- ` always, `--` unless a letter follows it."""
        if self.lines[index].text == "-- ":
            return True
        if self.plain[index] != "--":
            return self._signature_below(index, tail)
        return not sign.says_much([self.plain[at] for at in tail if at > index])

    def _drop_under_ruler(self) -> None:
        """A ruler with who somebody is below it; a closing ruler may follow."""
        for index in self._rulers():
            tail = self._tail()
            if self._signature_below(index, tail) or self._closed_above(index):
                self._drop(index, len(self.lines))
                return

    def _rulers(self) -> list[int]:
        """The rulers near the end that have something new above them."""
        start = (self._tail() or [0])[0]
        return [
            at
            for at in range(max(0, start - _SIGNATURE_REACH), len(self.lines))
            if not self.gone[at]
            and not self.fenced[at]
            and sign.is_ruler(self.plain[at])
            and self._new_above(at)
        ]

    def _closed_above(self, index: int) -> bool:
        """`Thanks,` above the ruler and a name with what belongs to it below: whatever then follows
        is printed under every mail of that house."""
        above = index - 1
        while above > 0 and not self.plain[above]:
            above -= 1
        if not (sign.is_closing(self.plain[above]) or sign.is_thanks(self.plain[above])):
            return False
        below = index + 1
        while (
            below < len(self.lines) and self.plain[below] and not sign.is_ruler(self.plain[below])
        ):
            below += 1
        return sign.looks_like_signature(self.plain[index + 1 : below], strict=True)

    def _signature_below(self, index: int, tail: list[int]) -> bool:
        """Whether all that is left below is a signature, or nothing is."""
        if not tail or index < tail[0]:
            return not tail
        below = [self.plain[at] for at in tail if at > index]
        return not below or sign.looks_like_signature(below)

    def _drop_closing(self) -> None:
        """`Regards, Name` at the end, with the lines that belong to the name."""
        left = self._tail()
        for place in range(len(left) - 1, max(0, len(left) - 12), -1):
            line, below = self.plain[left[place]], [self.plain[at] for at in left[place + 1 :]]
            closing = sign.is_closing(line)
            if not closing and not (sign.is_thanks(line) and below and sign.is_name(below[0])):
                continue
            if below and not self._names(below):
                return
            self._drop(left[place], len(self.lines))
            return

    def _names(self, below: list[str]) -> bool:
        if len(below) <= 3 and all(sign.is_name(line) for line in below):
            return True
        return sign.looks_like_signature(below) and (sign.is_name(below[0]) or len(below) <= 6)

    # -- the lines -----------------------------------------------------------

    def _new_above(self, index: int) -> bool:
        """Whether something new stands above. The pointer only moves on: no line returns."""
        while self._first < len(self.lines) and not self._is_new(self._first):
            self._first += 1
        return self._first < index

    def _new_below(self, index: int) -> bool:
        """Whether something new stands at `index` or below."""
        while self._last >= 0 and not self._is_new(self._last):
            self._last -= 1
        return self._last >= index

    def _is_new(self, index: int) -> bool:
        line = self.plain[index]
        return bool(line) and not self.gone[index] and not sign.is_ruler(line)

    def _tail(self) -> list[int]:
        """The last lines that are left and say something, as far as a signature can reach."""
        tail: list[int] = []
        for index in range(len(self.lines) - 1, -1, -1):
            if self.plain[index] and not self.gone[index]:
                tail.append(index)
                if len(tail) == _SIGNATURE_REACH:
                    break
        return tail[::-1]

    def _drop(self, start: int, stop: int) -> None:
        for index in range(start, min(stop, len(self.gone))):
            self.gone[index] = True


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


def _joined(lines: list[Line], gone: list[bool], *, wanted: bool) -> str:
    out: list[str] = []
    for line, is_gone in zip(lines, gone, strict=True):
        if is_gone is not wanted:
            continue
        text = line.text.rstrip()
        if text or (out and out[-1]):
            out.append(text)
    return "\n".join(out).strip("\n")
