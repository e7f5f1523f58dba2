"""Content-Transfer-Encoding: what can be read of it is read (RFC 2045, and uuencode)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PURE_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*(?:=\s*){0,2}")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_ENDED_LINE = re.compile(rb"[A-Za-z0-9+/]{2,}={1,2}(?=[^A-Za-z0-9+/=])")
_PROSE = re.compile(rb"\S[ \t]+\S|[^A-Za-z0-9+/=\s]{3}")
_FEWEST = 16  # letters in which base64 is told from a word on a line of its own
_PADDED = re.compile(rb"=+")
_QP = re.compile(rb"=([0-9A-Fa-f]{2})|=[ \t]*(?:\r\n|\n|\r|$)|(?<![ \t])[ \t]++(?=\r?\n)")
_MOST_FILES = 100
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """The decoded bytes, and whether the encoding was cut short or broken."""
    encoding = encoding.strip().lower()
    if encoding.startswith("base64") or encoding == "b":
        return _base64(body)
    if encoding.startswith(("quoted-printable", "quoted printable")) or encoding == "q":
        return _quoted_printable(body), False
    if encoding in ("uuencode", "x-uuencode", "x-uue", "uue"):
        return _whole_uu(body), False
    return body, False


def _base64(body: bytes) -> tuple[bytes, bool]:
    if _PURE_BASE64.fullmatch(body) is None:
        encoded = _without_prose(body)
        if encoded is None:
            return body, False
        body = encoded
    clean = _NOT_BASE64.sub(b"", body)
    stripped = clean.rstrip(b"=")
    if b"=" in stripped:
        # Several encoded texts one after the other, each with its own padding.
        return b"".join(_base64(piece)[0] for piece in _PADDED.split(clean) if piece), False
    broken = len(stripped) % 4 == 1
    if broken:
        stripped = stripped[:-1]
    return b64decode(stripped + b"=" * (-len(stripped) % 4)), broken or len(clean) % 4 != 0


def _without_prose(body: bytes) -> bytes | None:
    """Base64 up to the plain words that a list server or a filter wrote below it.

    None where the text is plain from the start and only called base64. A stray byte in a line is
    no end (RFC 2045 6.8).
    """
    lines = body.split(b"\n")
    letters = 0
    for number, raw in enumerate(lines):
        line = raw.strip()
        if not line or _BASE64_LINE.fullmatch(line):
            letters += len(line)
            continue
        ended = _ENDED_LINE.match(line)
        if ended is not None:
            return b"\n".join([*lines[:number], ended.group()])
        if _PROSE.search(line):
            if letters >= _FEWEST and letters % 4 == 0:
                return b"\n".join(lines[:number])
            return None if _NOT_BASE64.search(b"".join(body.split())) else body
    return body


def _quoted_printable(body: bytes) -> bytes:
    def read(match: re.Match[bytes]) -> bytes:
        digits = match.group(1)
        return bytes((int(digits, 16),)) if digits else b""

    return _QP.sub(read, body) if b"=" in body else body


def take_uuencoded(body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Takes `begin … end` blocks out of a text; returns the rest and (name, content) pairs."""
    if b"begin" not in body:
        return body, []
    files: list[tuple[bytes, bytes]] = []
    out, position = [], 0
    for tries, begin in enumerate(_UU_BEGIN.finditer(body)):
        if tries == _MOST_FILES:
            break
        if begin.start() < position:
            continue
        end = body.find(b"\nend", begin.end() - 1)
        if end < 0:
            break
        content = _uu_lines(body[begin.end() : end + 1])
        if content is None:
            continue
        files.append((begin.group(1).strip(), content))
        out.append(body[position : begin.start()])
        line_end = body.find(b"\n", end + 1)
        position = len(body) if line_end < 0 else line_end + 1
    out.append(body[position:])
    return b"".join(out), files


def _uu_lines(block: bytes) -> bytes | None:
    out = []
    for line in block.splitlines():
        if line in (b"", b"`", b" "):
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return None
    return b"".join(out)


def _whole_uu(body: bytes) -> bytes:
    _, files = take_uuencoded(body)
    return files[0][1] if files else body
