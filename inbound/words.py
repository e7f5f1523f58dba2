"""Text of header fields: encoded-words (RFC 2047) as they are really sent, and raw 8-bit."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import NamedTuple

from inbound.charset import decode, fits
from inbound.guess import guess
from inbound.remembering import remembered

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
    return _text(value) if value else ""


@remembered
def _text(value: bytes) -> str:
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
        run: list[_Encoded] = []  # neighbours of one charset, joined before decoding
        position = 0
        for match in _WORD.finditer(value):
            between = value[position : match.start()]
            if not run or not _BETWEEN.match(between):
                self._close(run, out)
                out.append(_plain(between))
            charset = match.group(1).decode("latin-1").split("*")[0].lower()
            if run and run[-1].charset != charset:
                self._close(run, out)
            run.append(_Encoded(charset, match.group(2) in b"bB", match.group(3)))
            position = match.end()
        self._close(run, out)
        out.append(_plain(value[position:]))
        return "".join(out)

    def _close(self, run: list[_Encoded], out: list[str]) -> None:
        if run and len(self._words) < 0xFFF0:
            self._words.append(decode(_joined(run), run[0].charset))
            out.append(chr(_PLACE + len(self._words) - 1))
        run.clear()


def _plain(raw: bytes) -> str:
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return _PLACES.sub("", guess(raw))


class _Encoded(NamedTuple):
    """One encoded-word: its charset, whether it is base64 (else quoted-printable), its text."""

    charset: str
    base64: bool
    text: bytes

    @property
    def is_torn(self) -> bool:
        """Whether its base64 ends inside a group of four, without the signs that fill it up."""
        return (
            self.base64 and len(_NOT_BASE64.sub(b"", self.text)) % 4 > 0 and b"=" not in self.text
        )


def _joined(run: list[_Encoded]) -> bytes:
    """The bytes of neighbours. Some mailers cut the base64 itself, and not what it stands for."""
    apart = b"".join(_bytes(word) for word in run)
    if not any(word.is_torn for word in run[:-1]) or fits(apart, run[0].charset):
        return apart
    whole: list[_Encoded] = []
    for word in run:
        if whole and whole[-1].is_torn and word.base64:
            word = word._replace(text=whole.pop().text + word.text)
        whole.append(word)
    together = b"".join(_bytes(word) for word in whole)
    return together if fits(together, run[0].charset) else apart


def _bytes(word: _Encoded) -> bytes:
    text = word.text
    if not word.base64:
        return _HEX.sub(lambda match: bytes((int(match.group(1), 16),)), text.replace(b"_", b" "))
    text = _NOT_BASE64.sub(b"", text)
    if len(text) % 4 == 1:
        text = text[:-1]
    try:
        return b64decode(text + b"=" * (-len(text) % 4))
    except Base64Error:
        return text
