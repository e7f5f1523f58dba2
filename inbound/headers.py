"""The header block of a mail or part: found, unfolded, and decoded only when asked for.

Values stay bytes until then, because a header may hold raw Shift_JIS or JIS, and because most
headers of a mail are never looked at.
"""

from __future__ import annotations

import re

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]*(?=[ \t])|\r|\n")
# A block that goes on after a junk line does so with one of these.
_KNOWN = re.compile(
    rb"(?i)(?:received|return-path|from|to|cc|subject|date|message-id|mime-version|reply-to"
    rb"|content-[a-z-]+|x-[a-z0-9-]+|in-reply-to|references|sender|list-[a-z]+)[ \t]*:"
)


_MOST_FOLDS = 20


class Headers:
    """Fields in order; names are lower case, values are unfolded bytes."""

    __slots__ = ("_by_name", "fields")

    def __init__(self, fields: list[tuple[str, bytes]]) -> None:
        self.fields = fields
        by_name: dict[str, list[bytes]] = {}
        for name, value in fields:
            by_name.setdefault(name, []).append(value)
        self._by_name = by_name

    def get(self, name: str) -> bytes | None:
        """The first field of this (lower case) name."""
        values = self._by_name.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[bytes]:
        return self._by_name.get(name, [])

    def text(self, name: str) -> str:
        """The first field of this name as plain text, without decoding; empty if missing."""
        value = self.get(name)
        return value.decode("latin-1").strip() if value is not None else ""

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __bool__(self) -> bool:
        return bool(self.fields)


def read_headers(data: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """Reads the block at `start`; returns it and where the body begins.

    A line that is no field is skipped when known fields follow it; else the body begins there,
    as it does in a part whose blank line was lost.
    """
    end = len(data) if end is None else end
    fields: list[tuple[str, bytes]] = []
    position = start
    while position < end:
        stop, following = _line(data, position, end)
        if stop == position:
            return Headers(fields), following
        match = _FIELD.match(data, position, stop)
        if match is None:
            if not _goes_on(data, following, end, bool(fields), data[position:stop]):
                return Headers(fields), position
            position = following
            continue
        position = following
        while position < end and data[position] in b" \t":
            stop, following = _line(data, position, end)
            blank = not data[position:stop].strip()
            if blank and not _goes_on(data, _unfolded(data, following, end), end, True, b""):
                return _with(fields, match, data, position), following
            position = following
        fields.append(_field(match, data, position))
    return Headers(fields), end


def _unfolded(data: bytes, position: int, end: int) -> int:
    """Where the next line begins that is no continuation, among the next few."""
    for _ in range(_MOST_FOLDS):
        if position >= end or data[position] not in b" \t":
            break
        position = _line(data, position, end)[1]
    return position


def _line(data: bytes, position: int, end: int) -> tuple[int, int]:
    """Where the line at `position` stops, and where the next begins."""
    newline = data.find(b"\n", position, end)
    if newline < 0:
        carriage = data.find(b"\r", position, end)
        return (carriage, carriage + 1) if carriage >= 0 else (end, end)
    if newline > position and data[newline - 1] == 13:
        return newline - 1, newline + 1
    return newline, newline + 1


def _field(match: re.Match[bytes], data: bytes, stop: int) -> tuple[str, bytes]:
    value = data[match.end() : stop]
    if b"\n" in value or b"\r" in value:
        value = _FOLD.sub(b"", value.rstrip(b"\r\n"))
    return match.group(1).decode("ascii").lower(), value.strip(b" \t")


def _with(
    fields: list[tuple[str, bytes]], match: re.Match[bytes], data: bytes, stop: int
) -> Headers:
    return Headers([*fields, _field(match, data, stop)])


def _goes_on(data: bytes, following: int, end: int, begun: bool, line: bytes) -> bool:
    """Whether a junk line stands inside the block and not at its end."""
    if not begun and line.startswith((b"From ", b">From ")):
        return True
    return _KNOWN.match(data, following, min(end, following + 300)) is not None
