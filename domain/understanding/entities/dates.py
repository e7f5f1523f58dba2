"""Words that state a time: found here, resolved in `calendar`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.understanding.entities import dates_english, dates_japanese
from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar

#: A text longer than this is read around the words that hint at a time, this many letters.
_LONG = 200
_AROUND = 50
#: "Morning, could we ..." is no time.
_GREETS = Grammar(r"(?:morning|afternoon|evening|day)(?: all| team)?[,!\n]")


def _greets(text: str, start: int) -> bool:
    begins = start == 0 or text[max(0, start - 5) : start] == "good "
    return begins and _GREETS.match(text, start) is not None


def take_dates(page: Page) -> None:
    """Hide times behind `D`, and what lies in the past behind `Y` (an entity only as a wish)."""
    if page.locale == "ja":
        japanese = dates_japanese
        _take(page, japanese.SURELY, japanese.HINT, japanese.HINT, japanese.PAST, japanese.WISHED)
    else:
        english = dates_english
        _take(page, english.SURELY, english.SHAPE, english.HINT, english.PAST, english.WISHED)


def _take(
    page: Page, sure: tuple[str, ...], shape: Grammar, hint: Grammar, past: Grammar, wish: Grammar
) -> None:
    plain = any(map(page.masked.__contains__, sure)) or shape.search(page.masked) is not None
    if not plain and past.search(page.masked) is None:
        return
    for match in past.finditer(page.masked):
        if page.free(*match.span()):
            page.hide(*match.span(), "Y")
    english = page.locale == "en"
    if english:
        for match in dates_english.DONE.finditer(page.masked):
            asked = dates_english.ASKED.search(
                page.masked, max(0, match.start() - 50), match.start()
            )
            if page.free(*match.span(1)) and asked is None:
                page.hide(*match.span(1), "Y")
    for match in _finds(page.masked, hint, wish):
        start, end = match.span()
        if not english and dates_japanese.NO_DAY.match(page.masked, start):
            continue
        if not page.free(start, end) or _greets(page.masked, start):
            continue
        words = page.plain[start:end].rstrip(" 、,の")
        if not english or dates_english.states_time(match[0]):
            page.take("datetime", start, start + len(words), words, "D")


def _finds(text: str, hint: Grammar, wish: Grammar) -> Iterator[re.Match[str]]:
    """All times; in a long text only around the words that hint at one."""
    if len(text) < _LONG:
        yield from wish.finditer(text)
        return
    windows: list[tuple[int, int]] = []
    for match in hint.finditer(text):
        start, end = match.start() - _AROUND, match.end() + _AROUND
        if windows and start <= windows[-1][1]:
            start, _ = windows.pop()
        windows.append((start, end))
    for start, end in windows:
        # To the end of a word, unless a text has no spaces: the whole of it would be read each time.
        last = text.find(" ", end, end + _AROUND)
        yield from wish.finditer(text, max(0, start), end if last < 0 else last)
