"""Content-Type and Content-Disposition with their parameters (RFC 2045, 2231) as really sent."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from inbound.charset import decode
from inbound.guess import guess
from inbound.words import Worded

_PARAMETER = re.compile(
    rb"([^\s=;\"]{1,100})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)(?:\"|$)|([^;]*))[^;]*", re.DOTALL
)
# Raw Shift_JIS ends letters in a backslash, raw JIS has quotes inside its letters.
_RAW_PARAMETER = re.compile(
    rb"([^\s=;\"]{1,100})\s*=\s*"
    rb"(?:\"((?:\x1b\$[@B][^\x1b]*\x1b\([BJ]|[^\"])*)(?:\"|$)|([^;]*))[^;]*",
    re.DOTALL,
)
_GAP = re.compile(rb"[;\s]*")
_PIECE = re.compile(r"^(.+?)\*(\d{1,4})(\*?)$")


class Parameters:
    """Parameters by lower-case name; the first of a name wins, RFC 2231 forms win over plain."""

    __slots__ = ("_pieces", "_plain")

    def __init__(self, raw: bytes) -> None:
        self._plain: dict[str, tuple[bytes, bool]] = {}
        self._pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
        for name, value, quoted in _split(raw):
            self._add(name, value, quoted)

    def _add(self, name: str, value: bytes, quoted: bool) -> None:
        piece = _PIECE.match(name)
        if piece is not None:
            pieces = self._pieces.setdefault(piece.group(1), {})
            pieces.setdefault(int(piece.group(2)), (value, bool(piece.group(3))))
        elif name.endswith("*") and len(name) > 1:
            self._pieces.setdefault(name[:-1], {}).setdefault(0, (value, True))
        else:
            self._plain.setdefault(name, (value, quoted))

    def raw(self, name: str) -> bytes | None:
        """A parameter's bytes without decoding, as for a boundary."""
        if name in self._plain:
            return self._plain[name][0]
        if name in self._pieces:
            pieces = self._pieces[name]
            return b"".join(pieces[number][0] for number in sorted(pieces))
        return None

    def text(self, name: str) -> str | None:
        """A parameter as a person reads it, such as a file name; None where missing."""
        if name in self._pieces:
            return _joined(self._pieces[name])
        if name not in self._plain:
            return None
        return _plain_text(*self._plain[name])


def _split(raw: bytes) -> list[tuple[str, bytes, bool]]:
    found: list[tuple[str, bytes, bool]] = []
    position = 0
    pattern = _PARAMETER if raw.isascii() and b"\x1b" not in raw else _RAW_PARAMETER
    while position < len(raw) and len(found) < 500:
        gap = _GAP.match(raw, position)
        match = pattern.match(raw, gap.end() if gap else position)
        if match is None:
            following = raw.find(b";", gap.end() if gap else position)
            if following < 0:
                break
            position = following + 1
            continue
        quoted = match.group(2) is not None
        value = match.group(2) if quoted else match.group(3).strip()
        name = match.group(1).decode("latin-1").lower()
        found.append((name, value, quoted))
        position = match.end()
    return found


def _joined(pieces: dict[int, tuple[bytes, bool]]) -> str:
    """Pieces are joined as bytes first: one may end inside a character or a %-sequence."""
    ordered = [pieces[number] for number in sorted(pieces)]
    charset: str | None = None
    value, encoded = ordered[0]
    rest = b"".join(piece for piece, _ in ordered[1:])
    if encoded or (value.count(b"'") >= 2 and any(flag for _, flag in ordered)):
        parts = value.split(b"'", 2)
        if len(parts) == 3:
            charset = parts[0].decode("latin-1") or None
            value = parts[2]
    whole = value + rest
    if any(flag for _, flag in ordered):
        whole = unquote_to_bytes(whole)
    if b"=?" in whole:
        return Worded(whole).whole()
    return decode(whole, charset)


def _plain_text(value: bytes, quoted: bool) -> str:
    if value.isascii() and b"=?" not in value and b"\x1b" not in value:
        text = value.decode("ascii")
        if b"%" in value and re.search(rb"%[89A-F][0-9A-F]", value, re.IGNORECASE):
            return _percent(value) or text
        return re.sub(r"\\([\"\\])", r"\1", text) if quoted else text
    if b"=?" in value:
        return Worded(value).whole()
    # Raw Shift_JIS or JIS: a backslash may be half of a letter, so nothing is unescaped.
    return guess(value)


def _percent(value: bytes) -> str | None:
    """Some mailers percent-encode a plain parameter."""
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return None
