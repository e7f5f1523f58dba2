"""Keeps cells inert and unchanged in a spreadsheet, and takes the guard off again.

A text that a spreadsheet would take for a formula, or turn into another value (leading zeros,
long numbers, "1-2" as a date), gets an apostrophe in front when it is written to a CSV file. When
a file is read, an apostrophe in front of exactly such a text is taken off. A text that itself
begins with an apostrophe before such a text gets one more, so that every value comes back.
"""

from __future__ import annotations

import re

#: OWASP, "CSV injection": these begin a formula or lead to one; the full-width forms count in
#: Japanese editions of Excel.
_FORMULA = "=+-@\t\r\n＝＋－＠"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_REWRITTEN = re.compile(
    r"0\d+"  # 0123 becomes 123
    r"|\d{12,}"  # becomes 1.23457E+11
    r"|\d+(?:\.\d+)?e[+-]?\d+"  # 12E3 becomes 12000
    r"|\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?"  # 1-2 becomes a day in February
    rf"|{_MONTH}[ -]?\d{{1,4}}|\d{{1,2}}[ -]?{_MONTH}(?:[ -]?\d{{1,4}})?"  # MAR1
    r"|\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d+ \d+/\d+",
    re.IGNORECASE | re.ASCII,
)


def needs_guard(text: str) -> bool:
    """Whether a spreadsheet would run or rewrite `text`, or our reader take it for guarded."""
    if not text:
        return False
    if text[0] in _FORMULA:
        return True
    if text[0] == "'":
        return needs_guard(text.lstrip("'"))
    return _REWRITTEN.fullmatch(text) is not None


def guard(text: str) -> str:
    """`text` as it is safe in a CSV cell."""
    return "'" + text if needs_guard(text) else text


def guard_typed(text: str) -> str:
    """`text` for a cell that is typed as text, where only our own apostrophe could mislead."""
    return "'" + text if text.startswith("'") and needs_guard(text) else text


def unguard(text: str) -> str:
    """The value of a cell that `guard` or `guard_typed` wrote, or that a person typed."""
    return text[1:] if text.startswith("'") and needs_guard(text[1:]) else text
