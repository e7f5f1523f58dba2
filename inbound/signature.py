"""Signatures and closing formulas: what stands under every mail of a sender."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from inbound import reply_patterns as words
from inbound.device_lines import is_sent_from
from inbound.remembering import remembered
from inbound.signature_words import (
    ANNOUNCING,
    CONTACT,
    ORDERED,
    POINTING,
    ROLE,
    SENTENCE,
)

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "đ": "d", "ı": "i"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _unaccented(text: str) -> str:
    """Letters without their marks: formulas are often typed without them."""
    if text.isascii():
        return text
    bare = [one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)]
    return unicodedata.normalize("NFC", "".join(bare)).translate(_LETTERS)


def _formulas(entries: Sequence[str]) -> str:
    """The alternatives of a pattern, longest first, with ue for ü and so on."""
    bare = {_unaccented(form) for one in entries for form in (one, one.translate(_UMLAUTS))}
    return "|".join(sorted(map(re.escape, bare), key=len, reverse=True))


_DELIMITER = re.compile(r"^(?:--|---|—|–|––|——|-- -|__)$")
_NO_RULER = re.compile(r"^[\s.…?!？！。、,，>〉)(（）]*$")
_SPACED = re.compile(r"^…{8,}$|^(?:[*_-] ){2,60}[*_-]$")
_ORNAMENT = re.compile(r"(?<=[^\w\s])[oO0xX](?=[^\w\s])")  # a letter drawn between signs
_EMOJI = re.compile(r"[\U0001f000-\U0001ffff]")
_WORD = re.compile(r"[^\W_ーﾟﾞ゛゜]")
_NUMBER = re.compile(r"^\W*(?:\w{1,8}[.:]?\s*)?\+?\(?\d[\d\s()./-]{6,}\d\W*$")
_LONG_SENTENCE = re.compile(r"^(?:\S+\s+){6,}\S*[.!]$")

_CLOSING = re.compile(
    r"^[\s,.\-–—/*_]*(?:" + _formulas(words.CLOSINGS) + r")"
    r"(?P<rest>[\s,.!;:–—*_-]*|[\s,.!;:–—/|-]+(?P<name>[^?\n]{1,40}))$",
    re.IGNORECASE,
)
_CLOSING_ALONE = re.compile(  # in a second language
    rf"^(?:{_formulas(words.CLOSINGS)})[\s,.!*_-]*$", re.IGNORECASE
)
_THANKS = re.compile(
    r"^[\s*_]*(?:" + _formulas(words.THANKS) + r")[\s,.!;:–—*_-]*$",
    re.IGNORECASE,
)
_FROM_PLACE = re.compile(
    r"^(?:aus|from|uit|da|de|fra|fran|z)\s(?:dem\s|der\s|het\s)?", re.IGNORECASE
)
_ON_BEHALF = re.compile(r"^(?:i\. ?[av]\.|ppa\.|p\. ?p\.)\s?", re.IGNORECASE)
_DASHED = re.compile(r"^(?:[-–—/~]{1,2}|[–—] )(?=[^\W\d_])")
_PARTICLES = frozenset(
    {"van", "von", "de", "der", "den", "di", "da", "la", "le", "el", "al", "bin", "zu"}
)
_NAME = re.compile(r"^[\W_]{0,3}[^\W\d_][\w.'’-]*(?: [^\W\d_(][\w.'’)-]*){0,3}[\W_]{0,3}$")


@remembered
def is_delimiter(line: str) -> bool:
    """`-- ` and its relatives."""
    return _DELIMITER.match(line) is not None


@remembered
def is_ruler(line: str) -> bool:
    """A line drawn with signs: at least four, no letter or digit among them."""
    if len(line) < 3 or len(line) > 300 or _WORD.match(line):
        return False
    if _SPACED.match(line):
        return True
    if _WORD.search(_ORNAMENT.sub("", line)) or _NO_RULER.match(line):
        return False
    if _EMOJI.search(line):
        return False
    return len(line.replace(" ", "")) >= (3 if not line.isascii() else 4)


def looks_like_signature(lines: Sequence[str], *, strict: bool = False) -> bool:
    """Whether these lines (blank ones among them) are who somebody is, not what he says.

    `strict` asks for a telephone, address, company or the like.
    """
    spoken = [line for line in lines if line and not is_ruler(line)]
    if not spoken or len(spoken) > 16:
        return False
    if any(len(line) > 100 and "http" not in line for line in spoken):
        return False
    if any(ORDERED.search(line) for line in spoken):
        return False  # an address to deliver to looks like a signature and is none
    says = sum(
        1
        for line in spoken
        if (SENTENCE.search(line) or _LONG_SENTENCE.match(line)) and not is_sent_from(line)
    )
    contacts = sum(
        1 for line in spoken if CONTACT.search(line) or ROLE.search(line) or _NUMBER.match(line)
    )
    if says:
        return says == 1 and contacts >= 3 and len(spoken) >= 4
    if strict:
        return contacts >= 1
    return contacts >= 1 or (len(spoken) <= 3 and all(is_name(line) for line in spoken))


def is_own_block(lines: Sequence[str], sender_name: str, *, alone: bool = False) -> bool:
    """Whether these lines are the sender's name near the top, and how to reach him below.

    `alone` says that the name by itself will do.
    """
    name = _letters(sender_name)
    if len(name) < (3 if name.isascii() else 2) or len(lines) > 10:
        return False
    if len(lines) == 1:
        return alone and _letters(lines[0]) == name
    named = any(name in _letters(line) and len(line) <= 60 for line in lines[:3])
    return named and looks_like_signature(lines, strict=True)


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def points_to_contacts(lines: Sequence[str]) -> bool:
    """Whether the text speaks of an address or number that may stand below it."""
    return any(POINTING.search(line) for line in lines) or (
        bool(lines) and lines[-1].endswith((":", "："))
    )


def announces(line: str) -> bool:
    """Whether a line points to what stands right below it."""
    return ANNOUNCING.search(line) is not None


@remembered
def is_closing(line: str) -> bool:
    """A closing formula, alone or with a name in the same line."""
    match = _CLOSING.match(_unaccented(line))
    if match is None:
        return False
    name = match.group("name")
    if name is None:
        return True
    return is_name(_FROM_PLACE.sub("", name.strip())) or _CLOSING_ALONE.match(name) is not None


@remembered
def is_thanks(line: str) -> bool:
    return _THANKS.match(_unaccented(line)) is not None


@remembered
def is_name(line: str) -> bool:
    """Whether a line can be somebody's name: capitals, or a script without them."""
    line = _ON_BEHALF.sub("", line)
    if len(line) > 40 or _NAME.match(line) is None or SENTENCE.search(line):
        return False
    words = [word for word in re.split(r"[\s\W]+", line) if word]
    small = [word for word in words if word[0].islower() and word not in _PARTICLES]
    return not small or len(words) == 1


@remembered
def is_titled_name(line: str) -> bool:
    """`Mina Berg | Purchasing Manager`, as begins a signature without any sign above it."""
    name, bar, title = line.partition("|")
    return bool(bar) and " " in name.strip() and is_name(name.strip()) and bool(ROLE.search(title))


def is_dashed_name(line: str) -> bool:
    """`-Mina Berg` or `/Mina`, as some sign; scripts without capitals are no help here."""
    dash = _DASHED.match(line)
    if dash is None:
        return False
    name = line[dash.end() :]
    return name[0].isupper() and is_name(name)


def says_much(lines: Sequence[str]) -> bool:
    """Whether these are sentences, as in no signature: three of them, or two with a question."""
    says = [line for line in lines if SENTENCE.search(line) or _LONG_SENTENCE.match(line)]
    return len(says) >= 3 or (len(says) == 2 and any(line.endswith(("?", "？")) for line in says))
