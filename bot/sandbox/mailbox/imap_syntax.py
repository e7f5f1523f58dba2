"""Reading IMAP commands (RFC 3501 section 9): atoms, quoted strings, literals and lists."""

from __future__ import annotations

import re
from asyncio import StreamReader
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

Token: TypeAlias = "bytes | list[Token]"
_LITERAL_AT_END = re.compile(rb"\{(\d+)(\+?)\}\r?\n$")
_ATOM_END = b' ()"\r\n'
MAX_LITERAL = 64 * 1024 * 1024


class BadSyntax(Exception):
    """The command cannot be read; the client gets BAD."""


@dataclass(frozen=True, slots=True)
class Literal:
    """The bytes of one `{n}` literal; in a command's pieces it stands between two lines."""

    value: bytes


async def read_pieces(
    reader: StreamReader, go_on: Callable[[], Awaitable[None]]
) -> list[bytes | Literal]:
    """One whole command: its lines and the literals between them; empty at end of stream.

    `go_on` is awaited before each literal that the client waits to be asked for.
    """
    pieces: list[bytes | Literal] = []
    while line := await reader.readline():
        match = _LITERAL_AT_END.search(line)
        if match is None:
            return [*pieces, line.rstrip(b"\r\n")]
        size = int(match[1])
        if size > MAX_LITERAL:
            raise BadSyntax("literal too large")
        pieces.append(line[: match.start()])
        if not match[2]:
            await go_on()
        pieces.append(Literal(await reader.readexactly(size)))
    return []


def parse(pieces: list[bytes | Literal]) -> list[Token]:
    """The words of a command, lists as lists. Raises BadSyntax on unbalanced quotes or brackets."""
    stack: list[list[Token]] = [[]]
    for piece in pieces:
        if isinstance(piece, Literal):
            stack[-1].append(piece.value)
        else:
            _parse_line(piece, stack)
    if len(stack) != 1:
        raise BadSyntax("a bracket is open")
    return stack[0]


def _parse_line(line: bytes, stack: list[list[Token]]) -> None:
    at = 0
    while at < len(line):
        char = line[at : at + 1]
        if char == b" ":
            at += 1
        elif char == b"(":
            inner: list[Token] = []
            stack[-1].append(inner)
            stack.append(inner)
            at += 1
        elif char == b")":
            if len(stack) == 1:
                raise BadSyntax("a bracket too many")
            stack.pop()
            at += 1
        elif char == b'"':
            value, at = _quoted(line, at)
            stack[-1].append(value)
        else:
            value, at = _atom(line, at)
            stack[-1].append(value)


def _quoted(line: bytes, at: int) -> tuple[bytes, int]:
    out = bytearray()
    at += 1
    while at < len(line):
        char = line[at]
        if char == 0x22:
            return bytes(out), at + 1
        if char == 0x5C:
            at += 1
        out += line[at : at + 1]
        at += 1
    raise BadSyntax("a quote is open")


def _atom(line: bytes, at: int) -> tuple[bytes, int]:
    """An atom; what stands in [...] belongs to it with its spaces: BODY[HEADER.FIELDS (A B)]."""
    start, depth = at, 0
    while at < len(line):
        char = line[at]
        if char == 0x5B:
            depth += 1
        elif char == 0x5D:
            depth -= 1
        elif depth <= 0 and char in _ATOM_END:
            break
        at += 1
    return line[start:at], at


def text(token: Token) -> str:
    """A token that must be a string; Latin-1 keeps whatever bytes the client sent."""
    if isinstance(token, list):
        raise BadSyntax("a list where a string belongs")
    return token.decode("latin-1")


def quote(value: str) -> str:
    """A quoted string."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def number_set(token: Token, highest: int) -> Callable[[int], bool]:
    """Whether a number is in a set such as `1,3:5,7:*`; `*` is `highest`."""
    ranges = number_ranges(token, highest)
    return lambda number: any(low <= number <= high for low, high in ranges)


def number_ranges(token: Token, highest: int) -> list[tuple[int, int]]:
    """The ranges of such a set, each from low to high whichever way round it was written."""
    ranges: list[tuple[int, int]] = []
    for part in text(token).split(","):
        first, colon, last = part.partition(":")
        low = _number(first, highest)
        high = _number(last, highest) if colon else low
        ranges.append((min(low, high), max(low, high)))
    return ranges


def _number(word: str, highest: int) -> int:
    if word == "*":
        return highest
    if not word.isdigit() or int(word) == 0:
        raise BadSyntax(f"not a number: {word}")
    return int(word)
