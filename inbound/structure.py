"""The tree of parts of a mail (RFC 2046), built in one pass however deep or broken it is."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from inbound.charset import decode_beside
from inbound.headers import Headers, read_headers
from inbound.parameters import Parameters

_DELIMITER = re.compile(rb"^--[^\r\n]*", re.MULTILINE)
_LEADING = re.compile(rb"(?:[ \t]*\r?\n)+")
_MEDIA_TYPE = re.compile(rb"\s*\"?([\w.+-]+)\s*/\s*([\w.+-]+)")
# What a media type without its other half can only mean.
_HALF_NAMED = {b"html": "text/html", b"text": "text/plain", b"multipart": "multipart/mixed"}
# Where no boundary is named, the first line that looks like one and is followed by a field.
_SNIFFED = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-)", re.MULTILINE | re.IGNORECASE)
_SHOWN = ("from", "subject")  # the fields whose words are shown to people
_MOST_PARTS = 5_000
_MOST_BLIND = 4


@dataclass(slots=True)
class Part:
    """A part: either `children` or a `body`, still in its transfer encoding."""

    headers: Headers
    kind: str  # the media type in lower case
    parameters: Parameters
    declared: bool = True  # whether the part itself named its type
    body: bytes = b""
    children: list[Part] = field(default_factory=list)
    open_ended: bool = False  # the closing delimiter never came


def read_structure(raw: bytes) -> Part:
    """Reads a whole mail; the root's headers are those of the mail."""
    raw = raw.removeprefix(codecs.BOM_UTF8)  # put there by an editor or an export
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")  # stored by an old Macintosh
    leading = _LEADING.match(raw)
    headers, start = read_headers(raw, leading.end() if leading else 0)
    root = _Builder(raw, start).build(_part(headers, "text/plain"))
    root.headers = _in_charset_of_text(root)
    return root


def _in_charset_of_text(root: Part) -> Headers:
    """The fields of a mail; raw 8-bit words in UTF-8, as the charset of the text has them."""
    raw = [name for name in _SHOWN if _raw(root.headers.get(name))]
    if not raw:
        return root.headers
    part = root
    while part.children:
        part = part.children[0]
    charset = part.parameters.text("charset") if part.kind.startswith("text/") else None
    fields = list(root.headers.fields)
    for name in raw:
        place = next(index for index, one in enumerate(fields) if one[0] == name)
        text = decode_beside(fields[place][1], charset)
        fields[place] = (name, text.encode("utf-8", "replace"))
    return Headers(fields)


def _raw(value: bytes | None) -> bool:
    return value is not None and not value.isascii() and b"=?" not in value


def _part(headers: Headers, default: str) -> Part:
    raw = headers.get("content-type")
    if raw is None:
        return Part(headers, default, Parameters(b""), declared=False)
    match = _MEDIA_TYPE.match(raw)
    semicolon = raw.find(b";")
    rest = raw[semicolon:] if semicolon >= 0 else (raw[match.end() :] if match else raw)
    if match is None:
        kind = _HALF_NAMED.get(raw.split(b";")[0].strip().lower(), default)
        return Part(headers, kind, Parameters(rest), declared=False)
    kind = b"/".join(match.groups()).decode("latin-1").lower()
    return Part(headers, kind, Parameters(rest))


def _boundary(part: Part) -> bytes | None:
    if not part.kind.startswith("multipart/"):
        return None
    boundary = part.parameters.raw("boundary")
    return boundary.rstrip() or None if boundary else None


class _Builder:
    """Walks over the delimiter lines once, keeping the open multiparts on a stack."""

    def __init__(self, raw: bytes, start: int, blind: int = 0) -> None:
        self.raw = raw
        self.start = start
        self.blind = blind  # how many multiparts around had to be opened without their boundary
        self.stack: list[tuple[bytes, Part]] = []
        self.active: dict[bytes, list[int]] = {}  # where in the stack, the innermost last
        self.leaf: Part | None = None
        self.leaf_start = start
        self.count = 0

    def build(self, root: Part) -> Part:
        boundary = _boundary(root)
        if not root.kind.startswith("multipart/"):
            root.body = self.raw[self.start :]
            return root
        if boundary is None or b"--" + boundary not in self.raw:
            boundary = self._sniff()
        if boundary is None:
            return self._as_text(root, self.raw[self.start :])
        self._open(boundary, root)
        self._walk()
        self._end_leaf(len(self.raw), cut=True)
        self._close(1)
        if not root.children:
            return self._as_text(root, self.raw[self.start :])
        return root

    def _sniff(self) -> bytes | None:
        match = _SNIFFED.search(self.raw, self.start)
        return match.group(1) if match else None

    @staticmethod
    def _as_text(part: Part, body: bytes) -> Part:
        part.kind, part.body, part.declared = "text/plain", body, False
        return part

    def _open(self, boundary: bytes, part: Part) -> None:
        part.open_ended = True
        self.active.setdefault(boundary, []).append(len(self.stack))
        self.stack.append((boundary, part))

    def _walk(self) -> None:
        position = self.start
        while self.stack and self.count < _MOST_PARTS:
            line = _DELIMITER.search(self.raw, position)
            if line is None:
                return
            position = line.end()
            token = line.group()[2:].rstrip()
            if token in self.active:
                position = self._begin(self.active[token][-1], line)
            elif token.endswith(b"--") and token[:-2].rstrip() in self.active:
                self._finish(token[:-2].rstrip(), line)

    def _begin(self, depth: int, line: re.Match[bytes]) -> int:
        """A new part of the multipart at `depth`; returns where to look on."""
        self._end_leaf(line.start())
        self._close(depth + 1)
        parent = self.stack[depth][1]
        default = "message/rfc822" if parent.kind == "multipart/digest" else "text/plain"
        headers_start = _after_line(self.raw, line.end())
        headers, body_start = read_headers(self.raw, headers_start)
        part = _part(headers, default)
        parent.children.append(part)
        self.count += 1
        boundary = _boundary(part)
        if boundary is not None:
            self._open(boundary, part)
        self.leaf, self.leaf_start = part, body_start  # of a multipart: its preamble
        return max(line.end(), body_start - 2)

    def _finish(self, boundary: bytes, line: re.Match[bytes]) -> None:
        """A closing delimiter. The multipart stays known: some mailers go on after it.

        Where a multipart took over the boundary of the one around it, the inner one ends here.
        """
        depths = self.active[boundary]
        self._end_leaf(line.start())
        self._close(depths[-1] + 1)
        self.stack[depths[-1]][1].open_ended = False
        if len(depths) > 1:
            self._close(depths[-1])

    def _end_leaf(self, stop: int, *, cut: bool = False) -> None:
        leaf, self.leaf = self.leaf, None
        if leaf is None:
            return
        if leaf.children:
            return
        if not leaf.kind.startswith("multipart/"):
            leaf.open_ended = cut
        body = self.raw[self.leaf_start : max(self.leaf_start, stop)]
        if not cut:
            body = body[:-2] if body.endswith(b"\r\n") else body.removesuffix(b"\n")
        leaf.body = body
        if leaf.kind.startswith("multipart/") and _boundary(leaf) is None:
            self._open_blindly(leaf)

    def _open_blindly(self, part: Part) -> None:
        """A multipart in which no delimiter was seen: by one that looks like it, else as text."""
        if self.blind < _MOST_BLIND:
            _Builder(part.body, 0, self.blind + 1).build(part)
        else:
            self._as_text(part, part.body)

    def _close(self, depth: int) -> None:
        """Closes every multipart from `depth` inwards."""
        while len(self.stack) > depth:
            boundary, part = self.stack.pop()
            depths = self.active[boundary]
            depths.pop()
            if not depths:
                del self.active[boundary]
            if not part.children and part.kind.startswith("multipart/"):
                self._open_blindly(part)  # an empty one is nothing at all


def _after_line(raw: bytes, position: int) -> int:
    if raw[position : position + 2] == b"\r\n":
        return position + 2
    return position + 1 if raw[position : position + 1] in (b"\n", b"\r") else position
