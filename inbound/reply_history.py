"""An earlier mail below the reply that carries no marks: from its first line to the end."""

from __future__ import annotations

from inbound import signature as sign
from inbound.header_block import block_end, is_divider, is_framed, is_header_block
from inbound.reply_reading import Reading


def drop_history(reading: Reading) -> None:
    """From the first line of an earlier mail to the end."""
    for index, line in enumerate(reading.plain):
        if reading.fenced[index] or reading.gone[index] or not line:
            continue
        if not _history_at(reading, index):
            continue
        if reading.new_above(index):
            reading.drop(_above(reading, index), len(reading.lines))
            return
        if is_divider(line):
            _drop_head_of_quotation(reading, index)
            return
        if not is_header_block(reading.plain, index):
            return
        # The mail begins with it: whose the words below are, nobody can say, so they stay.
        reading.drop(index, block_end(reading.plain, index))


def _drop_head_of_quotation(reading: Reading, index: int) -> None:
    """A divider and header block on top of marked lines: the reply stands below those."""
    first = index + 1
    while first < len(reading.lines) and not reading.plain[first]:
        first += 1
    if first == len(reading.lines) or not is_header_block(reading.plain, first):
        return
    below = block_end(reading.plain, first)
    while below < len(reading.lines) and not reading.plain[below]:
        below += 1
    if reading.gone[below : below + 1] == [True]:
        reading.drop(index, below)


def _history_at(reading: Reading, index: int) -> bool:
    line = reading.plain[index]
    if is_divider(line) or is_header_block(reading.plain, index):
        return True
    return reading.attribution_at(index) > 0


def _above(reading: Reading, index: int) -> int:
    """The first line of rulers, blanks and titles in dashes right above."""
    while index > 0 and (
        not reading.plain[index - 1]
        or sign.is_ruler(reading.plain[index - 1])
        or is_framed(reading.plain[index - 1])
    ):
        index -= 1
    return index
