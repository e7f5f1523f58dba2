"""Fold a message into one plain form without losing where each character came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: More than this is not read: a customer's wish stands near the top of what they wrote.
MAX_READ = 20_000

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_QUOTES = {ord("’"): "'", ord("‘"): "'", ord("`"): "'", ord("“"): '"', ord("”"): '"', 0x3000: " "}
# NUL stands for what an entity was read from: in a customer's own words it is a blank.
_SINGLE = {**_DASHES, **_QUOTES, ord("\r"): "\n", ord("\t"): " ", ord("〜"): "~", 0: " "}
# Full-width ASCII keeps its length, so a plain table folds most Japanese text.
_SINGLE |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in _SINGLE}

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f]"
)
#: A kana or sign of half width, with the sound mark that belongs to it.
_CLUSTER = re.compile("[ｱ-ﾝ][ﾞﾟ]?|.", re.DOTALL)
_CHANGES_LENGTH = re.compile("[｡-ﾟ\u3200-\u33ff\u2100-\u214f\u2460-\u24ff㈱\ufb00-\ufb06…½¼¾²³]")

_KANA = re.compile("[ぁ-ゖァ-ヺー]")
_HAN = re.compile("[一-鿿々〆]")
_LATIN = re.compile("[A-Za-z]")
#: Below this share of Japanese letters a message is English that names something Japanese.
_SOME_JAPANESE = 0.15


@dataclass(frozen=True, slots=True)
class Folded:
    """A message in plain form; `origin[i]` is the span in the original behind `plain[i]`."""

    plain: str
    origin: list[tuple[int, int]] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind `plain[start:end]`."""
        if self.origin is None:
            return start, end
        return self.origin[start][0], self.origin[end - 1][1]


def fold(text: str) -> Folded:
    """NFKC, one kind of dash and quote, no invisible signs; linear in the length of `text`."""
    text = text[:MAX_READ]
    if text.isascii():
        plain = text.replace("\t", " ").replace("\r", "\n").replace("`", "'")
        return Folded(plain.replace("\0", " "))
    if _CHANGES_LENGTH.search(text) is None and _INVISIBLE.search(text) is None:
        return Folded(text.translate(_SINGLE))
    return _fold_slowly(text)


def _fold_slowly(text: str) -> Folded:
    letters: list[str] = []
    origin: list[tuple[int, int]] = []
    for match in _CLUSTER.finditer(text):
        if _INVISIBLE.match(match[0]):
            continue
        folded = unicodedata.normalize("NFKC", match[0]).translate(_SINGLE)
        letters.append(folded)
        origin += [match.span()] * len(folded)
    return Folded("".join(letters), origin)


def detect_locale(plain: str, fallback: str | None) -> str:
    """`ja` or `en` by the script; `fallback` (else `en`) where the text has no letters."""
    head = plain[:1000]
    if head.isascii() and _LATIN.search(head):
        return "en"
    kana = len(_KANA.findall(head))
    han = len(_HAN.findall(head))
    latin = len(_LATIN.findall(head))
    japanese = kana + han
    if japanese and (japanese >= _SOME_JAPANESE * (japanese + latin) or not latin):
        return "ja"
    if latin:
        return "en"
    return "ja" if (fallback or "en").startswith("ja") else "en"
