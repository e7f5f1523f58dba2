"""How many: what a text says, and what of it cannot be an order."""

from __future__ import annotations

import re
import unicodedata

from domain.dialogue.cues import meant
from domain.understanding.result import Understanding

#: The largest quantity of one line; more is nearly always a slip, and staff should look at it.
MAX_QUANTITY = 9_999

_VAGUE = re.compile(
    r"\b(?:a lot|lots|plenty|loads|many|several|a few|tons|as (?:many|much) as)\b"
    r"|たくさん|沢山|大量|いくつか|何個か|何本か|数個|数本|多め|適当|あるだけ"
)
_NEGATIVE = re.compile(r"(?:^|[\s×xX])[-−‐](\d+)(?![\d-])|\bminus\s+\w+|マイナス")
_HUGE = re.compile(
    r"(?<![\w.,$¥€£-])(?:\d{5,}|\d{1,3}(?:,\d{3})+|\d+\s*(?:\^|e\+?)\s*\d+)(?![\w-]|\s*(?:円|yen|jpy|usd|dollars))"
    r"|\b(?:thousands?|millions?|billions?)\b|\d\s*[万億]|[百千万億]\s*[個本台箱枚]"
)


def fault(text: str, understood: Understanding) -> str | None:
    """Why the quantity that the text names cannot be ordered; None where it can or there is none.

    Returns:
        `vague` ("a lot"), `quantity` (zero, below, or far too many), or None.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    if _NEGATIVE.search(folded):
        return "quantity"
    named = [int(q) for q in understood.values("quantity")]
    if any(not 1 <= q <= MAX_QUANTITY for q in named):
        return "quantity"
    # Long numbers may as well be a phone number, a postal code or an order number.
    if not named and not understood.values("phone") and not understood.values("postal_code"):
        if _HUGE.search(folded):
            return "quantity"
        if _VAGUE.search(folded):
            return "vague"
    return None


_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_BARE = re.compile(
    r"(?<![\w,.-])(?<!not )(?<!than )(?<!of )(\d{1,4}|" + "|".join(_WORDS) + r")(?![\w-]|[.,]\d)"
)


def bare(text: str) -> list[int]:
    """Numbers without a unit, for answers such as "no, three, not two"; long texts have none."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if len(folded) > 60:
        return []
    found = _BARE.findall(folded)
    return [int(n) if n.isdigit() else _WORDS.index(n) + 1 for n in found]


def named(text: str, understood: Understanding) -> list[int]:
    """The quantities that are meant, in the order of the text: of "three, not two" only three."""
    return [int(q) for q in meant(understood, "quantity", text)]
