"""Which area an address lies in: by postal code, else by place names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from domain.people import Area

_JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
#: Digits of a postal code in Japan; five or nine are a ZIP code of the United States.
_JAPANESE_DIGITS = 7


def area_of(areas: Sequence[Area], postal_code: str, address: str) -> Area | None:
    """The area of an address, None where neither code nor place names tell.

    Args:
        areas: all areas.
        postal_code: as registered; hyphens, blanks and full width do not matter.
        address: free text in Japanese or English.
    """
    return _by_postal_code(areas, postal_code) or _by_place(areas, address)


def fold_postal_code(text: str) -> str:
    """Letters and digits of a postal code, half width and upper case."""
    if not text:
        return ""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _by_postal_code(areas: Sequence[Area], postal_code: str) -> Area | None:
    code = fold_postal_code(postal_code)
    best: tuple[int, Area] | None = None
    for area in areas if code else ():
        for prefix in area.postal_prefixes:
            folded = _fold_prefix(prefix)
            if not folded or not code.startswith(folded):
                continue
            if (best is None or len(folded) > best[0]) and _same_country(area, code):
                best = (len(folded), area)
    return best[1] if best else None


#: The prefixes and places of all areas are the same for every message.
_fold_prefix = lru_cache(maxsize=50_000)(fold_postal_code)


def _same_country(area: Area, code: str) -> bool:
    """Prefixes carry no country: Sendai's 980 must not lie in the state of Washington (98)."""
    if not code.isdigit():
        return True
    return _is_japanese(area) == (len(code) == _JAPANESE_DIGITS)


def _is_japanese(area: Area) -> bool:
    return any(_JAPANESE.search(text) for text in (area.name, *area.places))


def _by_place(areas: Sequence[Area], address: str) -> Area | None:
    if not areas or not address:
        return None
    text = unicodedata.normalize("NFKC", address)
    if not text.strip():
        return None
    best: tuple[int, int] | None = None
    found: Area | None = None
    for area in areas:
        for place in area.places:
            position = _position(text, _fold_place(place))
            if position is None:
                continue
            # The longer name says more. Between equals Japanese narrows down to the right
            # (prefecture, city, ward), English to the left.
            rank = (len(place), position if _JAPANESE.search(place) else -position)
            if best is None or rank > best:
                best, found = rank, area
    return found


@lru_cache(maxsize=50_000)
def _fold_place(place: str) -> str:
    return unicodedata.normalize("NFKC", place)


def _position(text: str, place: str) -> int | None:
    if not place:
        return None
    if _JAPANESE.search(place):
        position = text.find(place)
        return None if position < 0 else position
    if place.lower() not in text.lower():
        return None
    # Two capital letters are a state's code: only as written, or "or" would be Oregon.
    flags = re.ASCII if len(place) <= 2 else re.ASCII | re.IGNORECASE
    match = re.search(rf"(?<![A-Za-z0-9]){re.escape(place)}(?![A-Za-z0-9])", text, flags)
    return match.start() if match else None
