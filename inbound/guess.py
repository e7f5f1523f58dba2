"""Which charset bytes are in that nobody declared, by how common the letters would be."""

from __future__ import annotations

import codecs
import re

from inbound.frequent_letters import CYRILLIC, HANGUL, HANZI, KANJI
from inbound.jis import decode_jis, looks_like_jis

_SAMPLE = 20_000  # bytes looked at; a longer text does not make the guess better
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# What Latin writing has of high bytes: a letter or sign that stands alone, or two inside a word.
_SIGNS = rb"\x80\x82\x84\x85\x91-\x97\x99\xa0\xa1\xa3\xa7\xa9-\xab\xae\xb0\xb4\xb7\xba\xbb\xbf"
_LATIN = re.compile(
    rb"(?<![\x80-\xff])(?:[\xc0-\xff" + _SIGNS + rb"]"
    rb"|(?<=[a-z])[\xc0-\xff" + _SIGNS + rb"][\xc0-\xff](?=[a-z]))(?![\x80-\xff])"
)
_ACCENT = re.compile(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]")


def guess(data: bytes, prefer: str | None = None) -> str:
    """Reads `data` in the most likely charset; `prefer` wins where the signs are even."""
    if data[:3] == codecs.BOM_UTF8:
        return data[3:].decode("utf-8", "replace")
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", "replace")
    if looks_like_jis(data):
        return decode_jis(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_likeliest(data[:_SAMPLE], prefer), "replace")


def _likeliest(sample: bytes, prefer: str | None) -> str:
    if _surely_western(sample) and prefer in (None, "cp1252"):
        return "cp1252"
    scores = {codec: _score(sample, codec) for codec in ("cp932", "euc_jp", "gb18030", "cp949")}
    if prefer == "cp1252" or _looks_western(sample):
        scores["cp1252"] = 0.65 if any(map(_one_sign, _HIGH_RUN.findall(sample))) else 0.5
    for codec in ("cp1251", "koi8_r"):
        scores[codec] = _cyrillic(sample, codec)
    if prefer in scores:
        scores[prefer] += 0.15
    elif prefer is not None and _decodes(sample, prefer):
        scores[prefer] = 0.85
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > 0.3 else (prefer or "cp1252")


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        sample.decode(codec)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4 and len(sample) == _SAMPLE
    return True


def _surely_western(sample: bytes) -> bool:
    """Whether accents stand beside plain letters and no high byte stands where Latin has none.

    Shift_JIS can look like that only where all of its letters are of the rarest.
    """
    return _ACCENT.search(sample) is not None and (
        len(_LATIN.findall(sample)) == len(_HIGH_RUN.findall(sample))
    )


def _looks_western(sample: bytes) -> bool:
    """Accents stand alone between ASCII letters; a sign may be written several times."""
    runs = _HIGH_RUN.findall(sample)
    return sum(len(run) == 1 or _one_sign(run) for run in runs) >= 0.7 * len(runs)


def _one_sign(run: bytes) -> bool:
    """Whether a run is one byte again and again that no Japanese letter is made of twice."""
    return len(run) > 1 and run[0] >= 0x99 and run == run[:1] * len(run)


def _score(sample: bytes, codec: str) -> float:
    """0 to 1: the share of letters that a text in this charset commonly has."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:
            return 0.0
        text = sample[: error.start].decode(codec, "ignore")
    letters = [letter for letter in text if letter > "\x7f"]
    if not letters:
        return 0.0
    return sum(_weight(letter, codec) for letter in letters) / len(letters)


def _weight(letter: str, codec: str) -> float:
    if codec in ("cp932", "euc_jp"):
        if "\u3041" <= letter <= "\u30ff" or letter in "、。「」『』【】〒ー々・（）！？：～〜　":
            return 1.0
        if "\u4e00" <= letter <= "\u9fff":
            return 0.8 if letter in KANJI else 0.55
        if "\uff61" <= letter <= "\uff9f":
            return 0.25  # half-width kana is what EUC looks like when read as Shift_JIS
        if "\uff01" <= letter <= "\uff5e":
            return 0.6
        return 0.3 if "\u2460" <= letter <= "\u2473" else 0.0
    if codec == "cp949":
        if "\uac00" <= letter <= "\ud7a3" and _common_hangul(letter):
            return 0.9 if letter in HANGUL else 0.45
        return 0.0
    common = "\u4e00" <= letter <= "\u9fff" or letter in "，。、：；！？（）“”　"
    if not common or len(letter.encode("gb2312", "ignore")) != 2:
        return 0.0
    return 0.85 if letter in HANZI else 0.45


def _common_hangul(letter: str) -> bool:
    return len(letter.encode("euc_kr", "ignore")) == 2


def _cyrillic(sample: bytes, codec: str) -> float:
    """Cyrillic text is long runs of letters; the charsets of it differ in which are frequent."""
    text = sample.decode(codec, "replace")
    letters = [letter for letter in text if letter > "\x7f"]
    if not letters or _looks_western(sample):
        return 0.0
    small = sum("а" <= letter <= "я" for letter in letters)
    great = sum("А" <= letter <= "Я" for letter in letters)
    frequent = sum(letter in CYRILLIC for letter in letters)
    return (0.4 * max(small, great) + 0.05 * small + 0.4 * frequent) / len(letters)
