"""What of a reply is quoted: marked lines, the lines that announce them, and our own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbound.header_block import is_divider
from inbound.html_text import Mark
from inbound.own_words import OwnWords
from inbound.reply_reading import Reading

_TAIL_OF_LINK = re.compile(r"^\(?<?https?://\S+[)>\s]*$|^[^\s()]+[)>]+$")


def drop_marked(reading: Reading) -> None:
    """What the HTML itself says."""
    # Some write below their signature's mark, inside it: then it is the text.
    signed = any(reading.plain[at] and not line.mark.value for at, line in enumerate(reading.lines))
    for index, line in enumerate(reading.lines):
        if line.mark is Mark.QUOTE or (line.mark is Mark.SIGNATURE and signed):
            reading.gone[index] = True
        elif line.mark is Mark.CUT or (line.mark is Mark.ATTRIBUTION and reading.plain[index]):
            if line.mark is Mark.ATTRIBUTION and _marked_below(reading, index):
                reading.gone[index] = True
            elif reading.new_above(index):
                reading.drop(index, len(reading.lines))
                return


def _marked_below(reading: Reading, index: int) -> bool:
    """Whether a quotation stands right below, past other lines of the attribution."""
    for at in range(index + 1, min(index + 12, len(reading.lines))):
        if reading.plain[at] and reading.lines[at].mark is not Mark.ATTRIBUTION:
            return reading.lines[at].mark in (Mark.QUOTE, Mark.INDENT)
    return False


def drop_own(reading: Reading, own_texts: Sequence[str]) -> None:
    """Lines that we sent ourselves, also where no mark is left on them."""
    if own_texts:
        for start, stop in OwnWords(own_texts).runs(reading.plain):
            reading.drop(start, stop)


def drop_quotes(reading: Reading) -> None:
    """Marked lines, and the lines that announce them."""
    index = 0
    while index < len(reading.lines):
        if reading.gone[index] or not reading.plain[index]:
            index += 1
            continue
        if reading.quoted[index]:
            if _pasted(reading, index):
                index = _run_end(reading, index)
                continue
            reading.gone[index] = True
            index = _drop_torn(reading, index) + 1
            continue
        taken = reading.attribution_at(index)
        if taken and reading.quote_at(index + taken):
            reading.drop(index, index + taken)
            _drop_indented(reading, index + taken)
        elif is_divider(reading.plain[index]) and reading.quote_at(index + 1):
            reading.gone[index] = True
        index += max(1, taken)


def _drop_indented(reading: Reading, index: int) -> None:
    """An indented run below an attribution is the quotation."""
    while index < len(reading.lines) and not reading.plain[index]:
        index += 1
    while index < len(reading.lines) and reading.lines[index].mark is Mark.INDENT:
        reading.gone[index] = True
        index += 1


def _pasted(reading: Reading, index: int) -> bool:
    """Whether the sender put it in: `here is the code:` above, the real quote below."""
    above = index - 1
    while above >= 0 and not reading.plain[above]:
        above -= 1
    if above < 0 or reading.gone[above] or not reading.plain[above].endswith((":", "：")):
        return False
    return reading.last_attribution() > index


def _run_end(reading: Reading, index: int) -> int:
    while index < len(reading.lines) and reading.quoted[index]:
        index += 1
    return index


def _drop_torn(reading: Reading, index: int) -> int:
    """The rest of a quoted line that was folded without a mark; returns the last such line."""
    at = index + 1
    if at + 1 >= len(reading.lines) or not reading.plain[at] or reading.quoted[at]:
        return index
    between = reading.quoted[at + 1]
    torn = (
        len(reading.plain[index]) >= 60
        and reading.plain[at][0].islower()
        and len(reading.plain[at]) < 76
    )
    if between and reading.plain[index].endswith("="):
        torn = True  # quoted-printable that nobody decoded
    unfinished = not reading.plain[index].endswith((".", "?", "!", ":", "。", "？"))
    if between and ((torn and unfinished) or _TAIL_OF_LINK.match(reading.plain[at])):
        reading.gone[at] = True
        return at
    return index
