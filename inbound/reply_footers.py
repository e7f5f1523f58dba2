"""What mail servers add to a reply: a warning on top, small print below."""

from __future__ import annotations

from inbound import signature as sign
from inbound.reply_reading import Reading
from inbound.small_print import is_banner, is_disclaimer


def drop_banner(reading: Reading) -> None:
    """A warning on top, only where something follows it."""
    for start, stop in _paragraphs(reading):
        if reading.new_above(start) or not is_banner(" ".join(reading.plain[start:stop])):
            return
        if reading.new_below(stop):
            reading.drop(start, stop)


def drop_footers(reading: Reading) -> None:
    """Disclaimers, with the ruler over them."""
    for start, stop in _paragraphs(reading):
        if is_disclaimer(" ".join(reading.plain[start:stop])) and reading.new_above(start):
            above = start
            while (
                above > 0
                and not reading.gone[above - 1]
                and (not reading.plain[above - 1] or sign.is_ruler(reading.plain[above - 1]))
            ):
                above -= 1
            reading.drop(above, stop)


def _paragraphs(reading: Reading) -> list[tuple[int, int]]:
    """Runs of lines that are still there, without blanks and rulers."""
    runs, start = [], -1
    for index in range(len(reading.lines) + 1):
        inside = (
            index < len(reading.lines)
            and not reading.gone[index]
            and bool(reading.plain[index])
            and not sign.is_ruler(reading.plain[index])
        )
        if inside and start < 0:
            start = index
        elif not inside and start >= 0:
            runs.append((start, index))
            start = -1
    return runs
