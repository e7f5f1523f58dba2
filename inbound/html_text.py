"""HTML to the lines a person reads, each with what the mailer's marks say about it.

Mailers mark what they quote and what is signature by classes and ids; those marks are surer than
any look at the words, so each line carries them to the reply cutter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from inbound.html_marks import (
    ATTRIBUTION_CLASSES,
    BLOCKS,
    CUT_CLASSES,
    CUT_IDS,
    PARAGRAPHS,
    QUOTE_CLASSES,
    SIGNATURE_CLASSES,
    SIGNATURE_IDS,
    SIGNATURE_NAMES,
    SIGNATURE_WORD,
    SKIPPED,
    UNNESTED,
)

MOST_NODES = 200_000


class Mark(Enum):
    """What the structure says of a line."""

    NONE = 0
    QUOTE = 1  # inside a quoting blockquote
    CUT = 2  # here the earlier mail begins, and goes on to the end
    ATTRIBUTION = 3  # the line over a quote that names its writer
    SIGNATURE = 4
    INDENT = 5  # inside a blockquote of no known mailer: a quotation only if a line says so


@dataclass(slots=True)
class Line:
    text: str
    mark: Mark = Mark.NONE
    depth: int = 0  # levels of quotation


_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_NO_BORDER = re.compile(r"border\s*:\s*(?:none|0)", re.I)  # how a mailer indents own words
_QUOTE_BORDER = re.compile(r"border-left\s*:[^;]*solid", re.I)


class _Writer:
    """Collects words into lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.words: list[str] = []
        self.mark = Mark.NONE
        self.depth = 0
        self.blank_due = False
        self.verbatim = False  # inside <pre>, where blanks count

    def add(self, text: str) -> None:
        if self.verbatim:
            *whole, last = text.replace("\r\n", "\n").split("\n")
            for piece in whole:
                self.words.append(piece)
                self.end_line(blank_counts=True)
            self.words.append(last)
            return
        text = _SPACE.sub(" ", text)
        if text != " " or self.words:
            self.words.append(text)

    def end_line(self, *, blank_counts: bool = False) -> None:
        """Ends the line; an empty one is kept only where `blank_counts`."""
        text = "".join(self.words).replace("\xa0", " ").rstrip()
        self.words.clear()
        if not self.verbatim:
            text = re.sub(r" {2,}", " ", text).removeprefix(" ")
        if not text.strip():
            if blank_counts:
                self.lines.append(Line("", self.mark, self.depth))
            return
        if self.blank_due and self.lines and self.lines[-1].text:
            self.lines.append(Line("", self.mark, self.depth))
        self.blank_due = False
        self.lines.append(Line(text, self.mark, self.depth))

    def cut(self) -> None:
        self.lines.append(Line("", Mark.CUT, self.depth))


def html_lines(html: str) -> list[Line]:
    """The visible lines of an HTML mail with their marks; hidden parts are left out."""
    root = LexborHTMLParser(_shallow(html)).root
    writer = _Writer()
    if root is not None:
        _walk(root, writer)
    writer.end_line()
    return writer.lines


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>")
_DEEPEST = 400  # levels; the parser's time grows with the square of the depth


def _shallow(html: str) -> str:
    """Leaves out the tags that nest deeper than any mail does; their text stays."""
    if html.count("<") < 2 * _DEEPEST:
        return html
    depth, dropped = 0, 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth, dropped
        if tag.group(2).lower() in UNNESTED:
            return tag.group()
        if tag.group(1):
            if dropped:
                dropped -= 1
                return " "
            depth = max(0, depth - 1)
            return tag.group()
        if depth >= _DEEPEST:
            dropped += 1
            return " "
        depth += 1
        return tag.group()

    return _TAG.sub(keep, html)


def html_text(html: str) -> str:
    """The visible text alone."""
    return "\n".join(line.text for line in html_lines(html))


@dataclass(slots=True)
class _Open:
    """An element that is being read, and the state to go back to after it."""

    node: LexborNode
    tag: str
    mark: Mark
    depth: int
    verbatim: bool


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Visits the tree without recursion, so that no depth of nesting hurts."""
    opened: list[_Open] = []
    node: LexborNode | None = root
    for _ in range(MOST_NODES):
        if node is None:
            return
        tag = node.tag
        child = None
        if tag == "-text":
            writer.add(node.text_content or "")
        elif tag == "br":
            writer.end_line(blank_counts=True)
        elif tag is not None and tag not in SKIPPED and tag[0] not in "-!_":
            attributes = node.attributes
            if not _hidden(attributes):
                opened.append(_Open(node, tag, writer.mark, writer.depth, writer.verbatim))
                _enter(tag, attributes, writer)
                child = node.child
                if child is None:
                    _leave(opened.pop(), writer)
        if child is not None:
            node = child
            continue
        following = node.next
        while following is None:
            if not opened:
                return
            last = opened.pop()
            _leave(last, writer)
            following = last.node.next
            if last.node is root:
                return
        node = following


def _hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN.search(style) is not None)


def _enter(tag: str, attributes: dict[str, str | None], writer: _Writer) -> None:
    if tag in BLOCKS:
        writer.end_line()
        if tag in PARAGRAPHS:
            writer.blank_due = True
    if tag == "pre":
        writer.verbatim = True
    elif tag == "li":
        writer.words.append("- ")
    elif tag in ("td", "th") and writer.words:
        writer.words.append(" ")
    elif tag == "img":
        alt = attributes.get("alt") or ""
        if 0 < len(alt) <= 8 and not alt.isascii():
            writer.words.append(alt)  # an emoji as a picture
    if attributes or tag in ("blockquote", "signature"):
        _read_marks(tag, attributes, writer)


def _read_marks(tag: str, attributes: dict[str, str | None], writer: _Writer) -> None:
    classes = (attributes.get("class") or "").lower().split()
    identity = (attributes.get("id") or "").lower()
    if identity.removeprefix("x_") in CUT_IDS or any(
        name.removeprefix("x_") in CUT_CLASSES for name in classes
    ):
        writer.end_line()
        writer.cut()
    elif tag == "blockquote":
        if _quotes(attributes, classes):
            writer.mark, writer.depth = Mark.QUOTE, writer.depth + 1
        elif writer.mark is Mark.NONE:
            writer.mark, writer.depth = Mark.INDENT, writer.depth + 1
    elif any(name.removeprefix("x_") in ATTRIBUTION_CLASSES for name in classes):
        writer.end_line()
        writer.mark = Mark.ATTRIBUTION
    elif tag == "signature" or _signs(identity, classes, attributes.get("name")):
        writer.end_line()
        if writer.mark is Mark.NONE:
            writer.mark = Mark.SIGNATURE


def _signs(identity: str, classes: list[str], name: str | None) -> bool:
    """Whether the mailer says that a signature stands here."""
    return (
        identity.removeprefix("x_") in SIGNATURE_IDS
        or any(one.removeprefix("x_") in SIGNATURE_CLASSES for one in classes)
        or any(SIGNATURE_WORD.search(one) is not None for one in (identity, *classes) if one)
        or (name is not None and name.lower() in SIGNATURE_NAMES)
    )


def _quotes(attributes: dict[str, str | None], classes: list[str]) -> bool:
    """Whether a blockquote quotes a mail; a plain one may be the writer's own indent."""
    style = attributes.get("style") or ""
    return (
        (attributes.get("type") or "").lower() == "cite"
        or "cite" in attributes
        or (any(name in QUOTE_CLASSES for name in classes) and not _NO_BORDER.search(style))
        or _QUOTE_BORDER.search(style) is not None
    )


def _leave(last: _Open, writer: _Writer) -> None:
    if last.tag in BLOCKS or writer.mark is not last.mark:
        writer.end_line()
        if last.tag in PARAGRAPHS:
            writer.blank_due = True
    writer.mark, writer.depth, writer.verbatim = last.mark, last.depth, last.verbatim
