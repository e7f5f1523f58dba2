"""What is done to the texts of chat and mail before anything else looks at them."""

from __future__ import annotations

import re
import unicodedata

#: Combining marks behind one letter; no writing has more (Unicode Annex 15, Stream-Safe Text).
MOST_MARKS = 30
_NO_LETTERS = re.compile(rf"[^\w\s]{{{MOST_MARKS + 1},}}")


def stream_safe(text: str) -> str:
    """The text without marks beyond the thirtieth of a letter.

    Unicode has marks put into order, and putting thousands of them costs the square.
    """
    return text if text.isascii() else _NO_LETTERS.sub(_without_more_marks, text)


def _without_more_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for letter in found[0]:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)
