"""Which parts of a mail are its text and which are attachments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inbound.attachments import attachment, file_name
from inbound.charset import decode
from inbound.headers import Headers, read_headers
from inbound.html_text import Line, html_lines
from inbound.mail import MailAttachment
from inbound.structure import Part
from inbound.transfer import decode_transfer, take_uuencoded

_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.I)
_STUB = re.compile(
    r"(?i)\b(?:html|view (?:this|it|the) (?:e-?mail|message|in)|mail client|mail program|browser)\b"
    r"|HTMLメール|HTML形式"
)
_TEXTS = (
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-markdown",
)
_STATUS_KINDS = ("message/delivery-status", "message/global-delivery-status")
_LONGEST = 5_000_000  # bytes of text that are read; the rest of such a part stays in the raw mail


@dataclass(slots=True)
class _Text:
    """A text part on its way: which alternative it belongs to."""

    part: Part
    group: int  # number of the outermost alternative, 0 for none
    data: bytes


@dataclass(slots=True)
class Bodies:
    """The content of a mail. `lines` is set where the text comes from HTML."""

    text: str = ""
    lines: list[Line] | None = None
    attachments: list[MailAttachment] = field(default_factory=list)
    statuses: list[bytes] = field(default_factory=list)
    original: Headers | None = None  # of the mail inside a report
    kinds: frozenset[str] = frozenset()
    calendar_method: str = ""

    @property
    def full_text(self) -> str:
        """All of the text, nothing cut."""
        if self.lines is None:
            return self.text
        return "\n".join(line.text for line in self.lines)


def read_bodies(root: Part) -> Bodies:
    """Sorts every part of the mail."""
    bodies = Bodies()
    texts: list[_Text] = []
    kinds: set[str] = set()
    stack: list[tuple[Part, int, bool]] = [(root, 0, False)]
    groups = 0
    while stack:
        part, group, related = stack.pop()
        kinds.add(part.kind)
        if part.children:
            if part.kind == "multipart/alternative" and not group:
                groups += 1
                group = groups
            inside = part.kind == "multipart/related"
            stack.extend((child, group, inside) for child in reversed(part.children))
            continue
        _sort(part, group, related, bodies, texts)
    bodies.kinds = frozenset(kinds)
    _compose(bodies, texts)
    _mark_inline(bodies, texts)
    return bodies


def _sort(part: Part, group: int, related: bool, bodies: Bodies, texts: list[_Text]) -> None:
    """Puts one leaf where it belongs."""
    data, broken = decode_transfer(part.body, part.headers.text("content-transfer-encoding"))
    if part.kind in _STATUS_KINDS:
        bodies.statuses.append(data)
        return
    if part.kind in ("message/feedback-report", "message/disposition-notification"):
        return
    if part.kind in (
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
    ):
        if bodies.original is None:
            bodies.original = read_headers(data.lstrip(b"\r\n"))[0]
        if part.kind.startswith("text/"):
            return
    if part.kind == "text/calendar":
        bodies.calendar_method = (part.parameters.text("method") or "").lower()
    if _is_text(part, group, texts):
        if part.kind == "text/plain":
            data, files = take_uuencoded(data)
            for name, content in files:
                bodies.attachments.append(attachment(part, content, name=decode(name)))
        texts.append(_Text(part, group, data[:_LONGEST]))
        return
    if group and part.kind in ("text/x-amp-html", "text/x-watch-html"):
        return
    bodies.attachments.append(attachment(part, data, broken=broken, related=related))


def _is_text(part: Part, group: int, texts: list[_Text]) -> bool:
    if part.kind not in _TEXTS:
        return False
    disposition = part.headers.text("content-disposition").lower()
    if disposition.startswith("attachment"):
        return False
    named = file_name(part) is not None
    if not named:
        return True
    if disposition.startswith("inline"):
        return not texts or bool(group)
    return not texts or bool(group)


def _compose(bodies: Bodies, texts: list[_Text]) -> None:
    """Chooses the text of each alternative and puts the pieces one after the other."""
    pieces: list[list[Line] | str] = []
    seen: set[int] = set()
    for entry in texts:
        if entry.group:
            if entry.group not in seen:
                seen.add(entry.group)
                pieces.extend(_choose([one for one in texts if one.group == entry.group]))
            continue
        pieces.append(_lines(entry) if _is_html(entry) else _plain(entry))
    pieces = _without_doubles([piece for piece in pieces if _says_something(piece)])
    if any(isinstance(piece, list) for piece in pieces):
        bodies.lines = []
        for piece in pieces:
            if bodies.lines:
                bodies.lines.append(Line(""))
            bodies.lines.extend(
                piece if isinstance(piece, list) else [Line(line) for line in piece.split("\n")]
            )
    else:
        bodies.text = "\n\n".join(piece for piece in pieces if isinstance(piece, str))


def _choose(entries: list[_Text]) -> list[list[Line] | str]:
    """The plain form of an alternative, or the HTML where the plain one is empty or a stub."""
    plains = [_plain(entry) for entry in entries if not _is_html(entry)]
    spoken = [text for text in plains if text.strip()]
    htmls = [entry for entry in entries if _is_html(entry)]
    if spoken and not (htmls and _is_stub("\n".join(spoken))):
        return list(spoken)
    lines: list[list[Line] | str] = [_lines(entry) for entry in htmls]
    if any(_says_something(piece) for piece in lines):
        return lines
    return list(spoken)


def _is_stub(text: str) -> bool:
    return len(text) < 300 and _STUB.search(text) is not None


def _is_html(entry: _Text) -> bool:
    return entry.part.kind == "text/html" or (
        not entry.part.declared
        and entry.data[:200].lstrip()[:14].lower().startswith((b"<html", b"<!doctype html"))
    )


def _says_something(piece: list[Line] | str) -> bool:
    if isinstance(piece, str):
        return bool(piece.strip())
    return any(line.text.strip() for line in piece)


def _without_doubles(pieces: list[list[Line] | str]) -> list[list[Line] | str]:
    """Drops a piece that says the same as one before it."""
    kept: list[list[Line] | str] = []
    seen: set[str] = set()
    for piece in pieces:
        words = piece if isinstance(piece, str) else " ".join(line.text for line in piece)
        key = re.sub(r"\W+", "", words)
        if key in seen and key:
            continue
        seen.add(key)
        kept.append(piece)
    return kept


def _plain(entry: _Text) -> str:
    charset = entry.part.parameters.text("charset")
    text = decode(entry.data, charset).replace("\x00", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if entry.part.kind in ("text/enriched", "text/richtext"):
        return re.sub(r"<[^<>]{0,100}>", "", text)
    if (entry.part.parameters.text("format") or "").lower() == "flowed":
        return _unflow(text, (entry.part.parameters.text("delsp") or "").lower() == "yes")
    return text


def _unflow(text: str, delete_space: bool) -> str:
    """Joins the soft-broken lines of format=flowed (RFC 3676)."""
    out: list[str] = []
    joining = False
    depth = 0
    for line in text.split("\n"):
        marks = len(line) - len(line.lstrip(">"))
        content = line[marks:]
        if (marks and content.startswith(" ")) or (not marks and content.startswith(" ")):
            content = content[1:]
        soft = content.endswith(" ") and content != "-- "
        kept = content[:-1] if soft and delete_space else content
        if joining and marks == depth and out:
            out[-1] += kept
        else:
            out.append((">" * marks + " " if marks else "") + kept)
        joining, depth = soft, marks
    return "\n".join(out)


def _lines(entry: _Text) -> list[Line]:
    charset = entry.part.parameters.text("charset")
    meta = _META_CHARSET.search(entry.data[:4_000])
    if (charset is None or charset.lower() in ("us-ascii", "ascii")) and meta is not None:
        charset = meta.group(1).decode("ascii")
    return html_lines(decode(entry.data, charset).replace("\x00", ""))


def _mark_inline(bodies: Bodies, texts: list[_Text]) -> None:
    """A picture whose content-id the HTML shows is inline, whatever its disposition says."""
    if not any(one.content_id and not one.inline for one in bodies.attachments):
        return
    html = b"".join(entry.data for entry in texts if _is_html(entry)).lower()
    for index, one in enumerate(bodies.attachments):
        if one.content_id and not one.inline:
            shown = b"cid:" + one.content_id.lower().encode("utf-8", "replace") in html
            if shown:
                bodies.attachments[index] = _inline(one)


def _inline(one: MailAttachment) -> MailAttachment:
    return MailAttachment(
        one.filename, one.content_type, one.size, True, one.content, one.content_id, one.note
    )
