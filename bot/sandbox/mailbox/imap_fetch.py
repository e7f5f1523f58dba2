"""What FETCH answers about one mail (RFC 3501 section 6.4.5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from functools import partial

from bot.sandbox.mailbox.imap_structure import structure
from bot.sandbox.mailbox.imap_syntax import BadSyntax, Token, quote, text
from bot.sandbox.mailbox.store import StoredMail

_MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
}
_SECTION = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<section>[^\]]*)\](?:<(?P<first>\d+)\.(?P<size>\d+)>)?$", re.I
)
_FIELDS = re.compile(r"HEADER\.FIELDS(?P<no>\.NOT)? \((?P<names>[^)]*)\)$", re.I)
_OLD_NAMES = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}


def wanted(token: Token, *, uid: bool) -> list[str]:
    """The attributes asked for, macros resolved; with `uid` UID is among them."""
    names = [text(item) for item in token] if isinstance(token, list) else [text(token)]
    if len(names) == 1:
        names = _MACROS.get(names[0].upper(), names)
    if uid and "UID" not in (name.upper() for name in names):
        names = ["UID", *names]
    return names


def marks_seen(names: list[str]) -> bool:
    """Whether fetching these sets \\Seen."""
    return any(
        name.upper() in ("RFC822", "RFC822.TEXT")
        or ((match := _SECTION.match(name)) is not None and not match["peek"])
        for name in names
    )


def fetched(mail: StoredMail, names: list[str]) -> bytes:
    """The parenthesised answer for one mail. Raises BadSyntax for an unknown attribute."""
    return b"(" + b" ".join(_attribute(mail, name) for name in names) + b")"


def _attribute(mail: StoredMail, name: str) -> bytes:
    simple = _SIMPLE.get(name.upper())
    if simple is not None:
        return f"{name.upper()} {simple(mail)}".encode()
    if name.upper() in _OLD_NAMES:
        return _literal(name.upper(), _section(mail.raw, _OLD_NAMES[name.upper()]))
    match = _SECTION.match(name)
    if match is None:
        raise BadSyntax(f"unknown attribute {name}")
    content, label = _section(mail.raw, match["section"]), f"BODY[{match['section']}]"
    if match["first"] is not None:
        first = int(match["first"])
        content, label = content[first : first + int(match["size"])], f"{label}<{first}>"
    return _literal(label, content)


def _literal(label: str, content: bytes) -> bytes:
    return f"{label} {{{len(content)}}}\r\n".encode() + content


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Header with the empty line, and body."""
    match = re.search(rb"(?:\A|\n)\r?\n", raw)
    return (raw[: match.end()], raw[match.end() :]) if match else (raw, b"")


def _section(raw: bytes, section: str) -> bytes:
    header, body = split(raw)
    upper = section.upper()
    if fields := _FIELDS.match(section):
        return _fields(header, fields["names"].lower().split(), keep=not fields["no"])
    if upper in ("", "HEADER", "TEXT"):
        return {"": raw, "HEADER": header, "TEXT": body}[upper]
    numbers = re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.(MIME|HEADER|TEXT))?", upper)
    if numbers is None:
        raise BadSyntax(f"unknown section {section}")
    part = _part(raw, [int(number) for number in numbers[1].split(".")])
    if numbers[2] == "MIME":
        return split(part)[0]
    if numbers[2]:
        return split(split(part)[1])[numbers[2] == "TEXT"]
    return split(part)[1]


def _fields(header: bytes, names: list[str], *, keep: bool) -> bytes:
    lines = re.findall(rb"[^\n]*\n(?:[ \t][^\n]*\n)*", header)
    chosen = [
        line
        for line in lines
        if line.strip()
        and (line.partition(b":")[0].strip().decode("latin-1").lower() in names) is keep
    ]
    return b"".join(chosen) + b"\r\n"


def _part(raw: bytes, numbers: list[int]) -> bytes:
    """The raw bytes of a part, cut at its boundaries; a mail without parts is its own part 1."""
    for number in numbers:
        boundary = (
            BytesParser(policy=policy.compat32).parsebytes(raw, headersonly=True).get_boundary()
        )
        if boundary is None:
            if number != 1:
                return b""
            continue
        mark = re.escape(boundary.encode("latin-1", "replace"))
        pieces = re.split(rb"(?:\A|\r?\n)--" + mark + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", split(raw)[1])
        if not 0 < number < len(pieces):
            return b""
        raw = pieces[number]
    return raw


def _envelope(mail: StoredMail) -> str:
    """ENVELOPE as real servers give it: encoded words stay encoded."""
    parsed = BytesParser(policy=policy.compat32).parsebytes(split(mail.raw)[0])
    sender = _addresses(parsed, "From")
    return "({})".format(
        " ".join(
            [
                _nstring(parsed["Date"]),
                _nstring(parsed["Subject"]),
                sender,
                _addresses(parsed, "Sender") if "Sender" in parsed else sender,
                _addresses(parsed, "Reply-To") if "Reply-To" in parsed else sender,
                *(_addresses(parsed, name) for name in ("To", "Cc", "Bcc")),
                _nstring(parsed["In-Reply-To"]),
                _nstring(parsed["Message-ID"]),
            ]
        )
    )


def _nstring(value: object) -> str:
    if value is None:
        return "NIL"
    return quote(re.sub(r"\s*\r?\n\s*", " ", str(value)).encode("ascii", "replace").decode())


def _addresses(parsed: Message, name: str) -> str:
    found = getaddresses([str(value) for value in parsed.get_all(name, [])])
    if not found:
        return "NIL"
    return "({})".format(
        "".join(
            "({} NIL {} {})".format(
                _nstring(person or None),
                _nstring(address.rpartition("@")[0]),
                _nstring(address.rpartition("@")[2]),
            )
            for person, address in found
        )
    )


_SIMPLE: dict[str, Callable[[StoredMail], str]] = {
    "UID": lambda mail: str(mail.uid),
    "FLAGS": lambda mail: f"({' '.join(sorted(mail.flags))})",
    "RFC822.SIZE": lambda mail: str(len(mail.raw)),
    "INTERNALDATE": lambda mail: f'"{mail.received:%d-%b-%Y %H:%M:%S %z}"',
    "ENVELOPE": _envelope,
    "BODY": partial(structure, extended=False),
    "BODYSTRUCTURE": partial(structure, extended=True),
}
