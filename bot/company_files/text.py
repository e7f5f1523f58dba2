"""Text of cells: control characters refused, widths of codes folded, lists split."""

from __future__ import annotations

import re
import unicodedata

from bot.company_files.faults import BadCell

# Control characters, half surrogates, non-characters, and the marks that turn the reading
# direction (a name could then be shown as another); tab and line breaks are dealt with apart.
# U+F8F0 to U+F8F3 is what cp932 makes of bytes that it does not know.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\uf8f0-\uf8f3\ufeff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)
# Files from macOS hold か + ゛ for が. The whole text must not be normalised: that would replace
# ideographs in names (U+FA10 by U+585A).
_LOOSE_MARKS = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
_LINE_BREAK = re.compile("\r\n|\r|\x85|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
# Hyphens that look like "-" in a code: hyphen, dashes, minus; the long vowel only between ASCII.
_HYPHENS = re.compile("[\u2010-\u2015\u2212]|(?<=[!-~])ー(?=[!-~])")


def one_line(text: str, limit: int) -> str:
    """`text` on one line, without spaces at its ends.

    Raises:
        BadCell: it holds a control character or is longer than `limit` characters.
    """
    if not text.isprintable():
        text = _SPACES.sub(" ", _checked(text)).strip() if _has_break(text) else _checked(text)
    return _within(_composed(text), limit)


def many_lines(text: str, limit: int) -> str:
    """`text` with its line breaks as `\\n`; otherwise as `one_line`."""
    if not text.isprintable():
        text = _checked(_LINE_BREAK.sub("\n", text))
    return _within(_composed(text), limit)


def code(text: str, limit: int) -> str:
    """An identifier: full-width letters, digits and hyphens become their usual forms."""
    if not text.isascii():
        text = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))
    text = one_line(_SPACES.sub(" ", text).strip(), limit)
    if ";" in text:
        raise BadCell('";" separates several values and cannot be part of one')
    return text


def pieces(text: str) -> list[str]:
    """The values of a cell that holds several, separated by `;` (or its full-width form)."""
    return [piece for part in text.replace("；", ";").split(";") if (piece := part.strip())]


def _has_break(text: str) -> bool:
    return any(mark in text for mark in "\t\r\n\x85\u2028\u2029")


def _checked(text: str) -> str:
    found = _FORBIDDEN.search(text)
    if found:
        raise BadCell(f"holds the control character U+{ord(found.group()):04X}; remove it")
    return text


def _composed(text: str) -> str:
    if text.isascii():
        return text
    return _LOOSE_MARKS.sub(lambda found: unicodedata.normalize("NFC", found.group()), text)


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadCell(f"has {len(text):,} characters; at most {limit:,} are kept")
    return text
