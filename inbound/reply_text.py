"""What the sender newly wrote, and what of the mail is quotation, signature or small print.

When the signs are weak the text stays: a quotation too much is a nuisance, a lost sentence of a
customer is a lost order. What is cut is given back as well, so that a reader can unfold it.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.values import value
from inbound.html_text import Line
from inbound.reply_footers import drop_banner, drop_footers
from inbound.reply_history import drop_history
from inbound.reply_quotes import drop_marked, drop_own, drop_quotes
from inbound.reply_reading import Reading
from inbound.reply_signature import drop_signature


@value
class Cut:
    """`text` is new, `quoted` is all that was taken away."""

    text: str
    quoted: str


def cut_reply(text: str, own_texts: Sequence[str] = (), *, sender_name: str = "") -> Cut:
    """Cuts a plain text; `own_texts` are what we sent in this thread, `sender_name` is the name
    in the mail's header, by which a signature without any sign is known."""
    lines = [Line(line) for line in text.split("\n")]
    return cut_lines(lines, own_texts, sender_name=sender_name)


def cut_lines(lines: list[Line], own_texts: Sequence[str] = (), *, sender_name: str = "") -> Cut:
    """Cuts lines that may carry the marks of their HTML."""
    if not lines:
        return Cut("", "")
    reading = Reading(lines)
    drop_marked(reading)
    drop_own(reading, own_texts)
    drop_banner(reading)
    drop_quotes(reading)
    drop_history(reading)
    drop_footers(reading)
    drop_signature(reading, sender_name)
    new = _joined(reading.lines, reading.gone, wanted=False)
    old = _joined(reading.lines, reading.gone, wanted=True)
    if reading.rest:
        old = "\n".join([old, *(line.text for line in reading.rest)])
    return Cut(new, old)


def _joined(lines: list[Line], gone: list[bool], *, wanted: bool) -> str:
    out: list[str] = []
    for line, is_gone in zip(lines, gone, strict=True):
        if is_gone is not wanted:
            continue
        text = line.text.rstrip()
        if text or (out and out[-1]):
            out.append(text)
    return "\n".join(out).strip("\n")
