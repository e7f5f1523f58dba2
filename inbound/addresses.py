"""Addresses as people's mailers write them: RFC 5322 and what only looks like it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.values import value
from inbound.remembering import remembered
from inbound.words import Worded

# Looked for where a run of such letters begins: trying each of them again costs the square.
_ADDRESS = re.compile(r"(?<![^\s<>()\"',;:\[\]@])[^\s<>()\"',;:\[\]@]++@[^\s<>()\"',;:@]+")
_AROUND_AT = re.compile(r"(?<!\s)\s*+@\s*")
_QUOTED_LOCAL = re.compile(r'^"((?:[^"\\]|\\.)*)"@([^\s<>()",;]+)$')
_NEEDS_QUOTES = re.compile(r'[\s<>()\[\],;:@\\"]')
_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*+(?:"|\\?$)(?:@[^\s<>(),;"]+)?)|(?P<comment>\()'
    r"|(?P<angle><[^<>]*(?:>|$))|(?P<cut>[,;])|(?P<plain>[^\"(<,;]+)"
)
_MOST = 2_000  # entries read of one field; more is no letter to us
_LONGEST = 200_000  # bytes read of one field


@value
class Address:
    """`address` is lower case and may be empty; `name` is what the sender calls himself."""

    name: str
    address: str


@dataclass(slots=True)
class _Entry:
    names: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.names or self.comments or self.angles or self.bare)


def read_addresses(value: bytes | None) -> Sequence[Address]:
    """Every mailbox of an address field, in order; groups are opened, empty entries dropped."""
    return _addresses(value[:_LONGEST]) if value else ()


@remembered
def _addresses(value: bytes) -> Sequence[Address]:
    if plain := _PLAIN.fullmatch(value):
        name, address = plain.group(1) or plain.group(2) or b"", plain.group(3) or plain.group(4)
        return [Address(name.decode("ascii").rstrip(), address.decode("ascii").lower())]
    worded = Worded(value)
    found = _read(worded)
    if not any(entry.address for entry in found) and "@" in worded.whole():
        # The whole of `Name <a@b>` stands inside one encoded-word.
        again = _read(Worded(worded.whole().encode("utf-8")))
        return again if any(entry.address for entry in again) else found
    return found


#: `a@b.example`, `<a@b.example>`, `Mina Sol <a@b.example>`, `"Sol" <a@b.example>`: nearly all.
_PLAIN = re.compile(
    rb"(?:\"([A-Za-z0-9-]++(?: [A-Za-z0-9-]++)*+)\" |((?:[A-Za-z0-9-]++ )*+))"
    rb"(?:<([A-Za-z0-9._+-]++@[A-Za-z0-9.-]*[A-Za-z0-9])>"
    rb"|(?<! )([A-Za-z0-9._+-]++@[A-Za-z0-9.-]*[A-Za-z0-9]))"
)


def _read(worded: Worded) -> list[Address]:
    grouped = ";" in worded.text
    found: list[Address] = []
    surname = ""
    for entry in _entries(worded.text):
        mailbox = _mailbox(entry, worded, grouped)
        if not mailbox.address and mailbox.name and not grouped:
            # `Smith, Jane <jane@x.example>`: the comma was meant as part of the name.
            surname = f"{surname}, {mailbox.name}" if surname else mailbox.name
            continue
        if surname and mailbox.name:
            mailbox = Address(f"{surname}, {mailbox.name}", mailbox.address)
        surname = ""
        if mailbox.name or mailbox.address:
            found.append(mailbox)
        if len(found) >= _MOST:
            break
    if surname:
        found.append(Address(surname, ""))
    return found


def _entries(text: str) -> Iterator[_Entry]:
    entry, position = _Entry(), 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            position += 1
            continue
        position, kind, piece = token.end(), token.lastgroup, token.group()
        if kind == "comment":
            position = _comment_end(text, token.start())
            entry.comments.append(text[token.start() + 1 : position].removesuffix(")"))
        elif kind == "cut":
            if entry:
                yield entry
            entry = _Entry()
        elif kind == "angle":
            entry.angles.append(piece.strip("<> \t"))
        elif kind == "quoted" and _QUOTED_LOCAL.match(piece):
            entry.bare.append(piece)
        elif kind == "quoted":
            entry.names.append(_unquote(piece))
        elif piece.strip():
            entry.names.append(piece.strip())
    if entry:
        yield entry


def _comment_end(text: str, start: int) -> int:
    depth = 0
    for position in range(start, min(len(text), start + 1_000)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0:
            return position + 1
    return min(len(text), start + 1_000)


def _unquote(piece: str) -> str:
    inner = piece[1:].removesuffix('"')
    return re.sub(r"\\(.)", r"\1", inner).strip()


def _mailbox(entry: _Entry, worded: Worded, grouped: bool) -> Address:
    name = " ".join(entry.names)
    if grouped and ":" in name:
        name = name.rpartition(":")[2].strip()
    for angle in reversed(entry.angles):
        if "@" in worded.fill(angle):
            others = [f"<{other}>" for other in entry.angles if other is not angle and other]
            return Address(
                _clean_name(worded.fill(" ".join([name, *others])), entry, worded),
                _clean_address(worded.fill(angle)),
            )
    if entry.bare:
        return Address(_clean_name(worded.fill(name), entry, worded), _clean_address(entry.bare[0]))
    match = _ADDRESS.search(name)
    if match is None and entry.comments:
        name = _AROUND_AT.sub("@", name)  # a comment stood inside the address (RFC 5322 A.5)
        match = _ADDRESS.search(name)
    if match is None:
        return Address(_clean_name(worded.fill(name), entry, worded), "")
    rest = f"{name[: match.start()]} {name[match.end() :]}".strip(" \t'\"[]:")
    return Address(_clean_name(worded.fill(rest), entry, worded), _clean_address(match.group()))


def _clean_name(name: str, entry: _Entry, worded: Worded) -> str:
    name = name.strip(" \t'") if name.startswith("'") and name.endswith("'") else name.strip()
    if not name and entry.comments:
        name = worded.fill(entry.comments[-1]).strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return re.sub(r"\s+", " ", name)


def _clean_address(address: str) -> str:
    address = address.strip(" \t'").removeprefix("mailto:").removeprefix("MAILTO:")
    if address.startswith("@") and ":" in address:
        address = address.partition(":")[2]  # the source route of RFC 822
    quoted = _QUOTED_LOCAL.match(address)
    if quoted and not _NEEDS_QUOTES.search(quoted.group(1)):
        address = f"{quoted.group(1)}@{quoted.group(2)}"  # docomo's `"a..b."@` is `a..b.@`
    if quoted is None or not address.startswith('"'):
        address = re.sub(r"\s+", "", address)
    return address.lower().rstrip(".") if "@" in address else ""
