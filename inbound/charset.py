"""Bytes to text when the declared charset may be missing, unknown or a lie."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from inbound.guess import guess
from inbound.jis import decode_jis, looks_like_jis

# What is written in mails, and the codec that reads it as the sender's mailer meant it: the
# Windows superset where there is one, because that is what Windows mailers send under the name.
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "8859_1": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "euc-cn": "gb18030",
    "cp936": "gb18030",
    "x-gb2312": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-japanese": "cp932",
    "x-mac-cyrillic": "mac_cyrillic",
    "utf8mb4": "utf-8",
    "utf8": "utf-8",
    "utf-8n": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode": "utf-16",
    "utf-16": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16-be",
    "cp-1250": "cp1250",
    "cp-1251": "cp1251",
    "cp-1252": "cp1252",
    "win-1251": "cp1251",
    "windows1251": "cp1251",
    "windows-1252http-equivcontent-type": "cp1252",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
}
_JIS = re.compile(r"(?:cs)?iso-?2022-?jp|^jis$|^cp5022|^x-iso-2022-jp")
_SHIFT_JIS = re.compile(
    r"s(?:hift)?[-_]?jis|ms_?kanji|windows-?31j|^cp_?932$|^ms932$|^windows-932$"
)
_EUC_JP = re.compile(r"euc[-_]?jp|^ujis$|packed-?format-?for-?japanese|^cp51932$")
# Charsets whose text is ASCII on the wire although it means something else.
_SEVEN_BIT = {"utf-7", "hz", "iso2022_kr", "utf-16", "utf-16-be", "utf-16-le", "utf-32"}
_NO_CODEC = {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode"}


def decode(data: bytes, declared: str | None = None) -> str:
    """`data` as text, by the declared charset where that can be true, else by its own look.

    Never raises; bytes that no reading explains become U+FFFD.
    """
    if data.isascii() and b"\x1b" not in data:
        codec = _codec(declared) if declared else None
        if codec not in _SEVEN_BIT and b"\x0e" not in data and b"+" not in data[:0]:
            return data.decode("ascii")
    codec = _codec(declared) if declared else None
    if looks_like_jis(data) and codec not in ("iso2022_kr", "utf-16", "utf-16-be", "utf-16-le"):
        return decode_jis(data)
    return _decode_as(data, codec).replace("\ufeff", "")


def decode_beside(data: bytes, declared: str | None) -> str:
    """Raw 8-bit of a field that names no charset, above a text that declares one.

    The declared charset is only likely: what looks more like another is read as that.
    """
    codec = _codec(declared) if declared else None
    if codec in ("cp1252", "utf-8") or codec in _SEVEN_BIT:  # what is written when nobody knows
        codec = None
    return guess(data, prefer="cp932" if codec == "jis" else codec)


def _decode_as(data: bytes, codec: str | None) -> str:
    if codec == "jis":
        # No escape, or 8-bit bytes: it is called JIS and is something else.
        return decode_jis(data) if data.isascii() else guess(data, prefer="cp932")
    if codec in (None, "cp1252"):
        return _western(data, declared=codec is not None)
    if codec == "euc_jp":
        return _euc_jp(data)
    assert codec is not None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return _nearly(data, codec)


def _western(data: bytes, *, declared: bool) -> str:
    """ASCII and Latin-1 are what mailers write when they do not know: UTF-8 is tried first."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return guess(data, prefer="cp1252" if declared else None)


def _nearly(data: bytes, codec: str) -> str:
    """A declared charset that does not fit: a few bad bytes, or quite another charset."""
    lenient = data.decode(codec, "replace")
    if codec == "utf-8" and _mostly_utf8(data, lenient):
        return lenient
    if codec.startswith("utf-16") or codec == "utf-32":
        return lenient if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else guess(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    bad = lenient.count("\ufffd")
    if bad * 20 <= len(lenient) or codec not in ("utf-8", "cp932", "gb18030", "cp949", "cp950"):
        return lenient if codec != "utf-8" else guess(data)
    return guess(data, prefer=None if codec == "utf-8" else codec)


def _mostly_utf8(data: bytes, lenient: str) -> bool:
    """Whether the text is UTF-8 cut or scratched in a few places."""
    good = sum(1 for letter in lenient if letter > "\x7f" and letter != "\ufffd")
    return good > 2 * lenient.count("\ufffd") or (lenient.count("\ufffd") == 1 and good > 0)


def _euc_jp(data: bytes) -> str:
    try:
        return data.decode("euc_jp")
    except UnicodeDecodeError:
        from_rows = _euc_through_windows(data)
        return from_rows if from_rows is not None else guess(data, prefer="euc_jp")


_EUC_PIECE = re.compile(rb"[\x00-\x7f]+|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|[\xa1-\xfe]{2}")


def _euc_through_windows(data: bytes) -> str | None:
    """EUC-JP with the NEC and IBM rows (CP51932, eucJP-ms); None where it is not EUC at all."""
    out, position = [], 0
    for piece in _EUC_PIECE.finditer(data):
        if piece.start() != position:
            return None
        position, run = piece.end(), piece.group()
        if run[0] < 0x80:
            out.append(run.decode("ascii"))
        elif run[0] in (0x8E, 0x8F):
            out.append(run.decode("euc_jp", "replace"))
        else:
            out.append(decode_jis(b"\x1b$B" + bytes(byte & 0x7F for byte in run)))
    return "".join(out) if position == len(data) else None


@lru_cache(maxsize=256)
def _codec(declared: str) -> str | None:
    """The codec for a charset name as found in mails; None where nobody knows it."""
    name = re.sub(r"[\s\"'<>;,]+", "", declared).lower().removeprefix("charset=")
    if _JIS.search(name):
        return "jis"
    if _SHIFT_JIS.search(name):
        return "cp932"
    if _EUC_JP.search(name):
        return "euc_jp"
    if name in _MEANT:
        return _MEANT[name]
    try:
        found = codecs.lookup(name).name
        # Some codecs make no text of bytes (rot13), or fail whatever they are told (undefined).
        b"\xff".decode(name, "replace")
    except (LookupError, ValueError):
        return None
    if found.split("-")[0] in _NO_CODEC or found in ("unicode-escape", "raw-unicode-escape"):
        return None
    return _MEANT.get(found, found)


def fits(data: bytes, declared: str) -> bool:
    """Whether the bytes are text in the charset of that name."""
    codec = _codec(declared)
    if codec is None:
        return False
    try:
        data.decode("iso2022_jp" if codec == "jis" else codec)
    except (UnicodeError, LookupError):
        return False
    return True


def knows(declared: str) -> bool:
    """Whether a charset of this name can be read."""
    return _codec(declared) is not None
