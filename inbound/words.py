"""Text of header fields: encoded-words (RFC 2047) as they are really sent, and raw 8-bit."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error

from inbound.charset import decode
from inbound.guess import guess

# A question mark inside a word is wrong and is met; the counts keep the search linear.
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]{0,75}){0,3})\?=")
_BETWEEN = re.compile(rb"[ \t\r\n]*\Z")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
# Words found in a field keep their place as letters of the private plane, so that a comma inside
# one never parts an address list.
_PLACE = 0xF0000
_PLACES = re.compile("[\U000f0000-\U000ffffd]")


def header_text(value: bytes | None) -> str:
    """A field's value as one line of text."""
    if value is None:
        return ""
    if value.isascii() and b"=?" not in value and b"\x1b" not in value:
        return _CONTROL.sub(" ", value.decode("ascii")).strip()
    return Worded(value).whole()


class Worded:
    """A field whose encoded-words are decoded but still told apart from what stood plain."""

    __slots__ = ("_words", "text")

    def __init__(self, value: bytes) -> None:
        self._words: list[str] = []
        self.text = self._read(value)

    def whole(self) -> str:
        return self.fill(self.text)

    def fill(self, text: str) -> str:
        """Puts the words back into a piece of `text`."""
        filled = _PLACES.sub(self._word, text) if self._words else text
        return _CONTROL.sub(" ", filled).strip()

    def _word(self, place: re.Match[str]) -> str:
        index = ord(place.group()) - _PLACE
        return self._words[index] if index < len(self._words) else ""

    def _read(self, value: bytes) -> str:
        if b"=?" not in value:
            return _plain(value)
        out: list[str] = []
        run: list[tuple[str, bytes]] = []  # neighbours of one charset, joined before decoding
        position = 0
        for match in _WORD.finditer(value):
            between = value[position : match.start()]
            if not run or not _BETWEEN.match(between):
                self._close(run, out)
                out.append(_plain(between))
            charset = match.group(1).decode("latin-1").split("*")[0].lower()
            data = _content(match.group(2), match.group(3))
            if run and run[-1][0] != charset:
                self._close(run, out)
            run.append((charset, data))
            position = match.end()
        self._close(run, out)
        out.append(_plain(value[position:]))
        return "".join(out)

    def _close(self, run: list[tuple[str, bytes]], out: list[str]) -> None:
        if run and len(self._words) < 0xFFF0:
            self._words.append(decode(b"".join(data for _, data in run), run[0][0]))
            out.append(chr(_PLACE + len(self._words) - 1))
        run.clear()


def _plain(raw: bytes) -> str:
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return _PLACES.sub("", guess(raw))


def _content(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"qQ":
        return _HEX.sub(lambda match: bytes((int(match.group(1), 16),)), text.replace(b"_", b" "))
    text = _NOT_BASE64.sub(b"", text)
    if len(text) % 4 == 1:
        text = text[:-1]
    try:
        return b64decode(text + b"=" * (-len(text) % 4))
    except Base64Error:
        return text
