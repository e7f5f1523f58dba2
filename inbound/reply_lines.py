"""What one line of a mail's text is: quotation, the line above one, a label, a ruler."""

from __future__ import annotations

import re
import unicodedata

from inbound import reply_patterns as words

LONGEST = 500  # characters; no mailer's own line is longer

# Marks that mailers set at direction and around names; they carry nothing for us.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad")
)
_QUOTE = re.compile(r"^[ \t\xa0\u3000]{0,4}(?:>|＞|&gt;)")
_BAR_QUOTE = re.compile(r"^\s{0,4}[|｜](?:\s|$)")

_MONTHS = (
    r"jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|fevr|mars|avr|juin|juil"
    r"|août|aout|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|maj|sty|lut|kwi|cze|lip|sie|wrz"
    r"|paź|lis|gru|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|led|úno|bře"
    r"|dub|kvě|čer|srp|zář|říj|pro|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер"
    r"|кві|тра|чер|лип|сер|вер|жов|лис|гру|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|thg|tháng|月|월"
)
_DATE = re.compile(
    r"(?:19|20)\d\d|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}[:.]\d{2}\b|\d{1,2}[時时点]"
    r"|\b\d{1,2}[.\s]+(?:" + _MONTHS + r")|\b(?:" + _MONTHS + r")\w*\.?\s+\d{1,2}\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{1,2}[:.h時时點点]\s?\d{2}|\d{1,2}\s?(?:am|pm|uhr)\b|오[전후]\s?\d", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,100}@[^\s<>()\[\]\"',;:]{2,100}")

_VERBS = "|".join(sorted((re.escape(one) for one in words.WROTE), key=len, reverse=True))
_VERB = re.compile(
    rf"(?<!\w)(?:{_VERBS})(?!\w)|(?:書きました|のメール|写道|寫道|撰寫|작성|님이 쓴 글)", re.I
)
_VERB_END = re.compile(
    rf"(?:(?<!\w)(?:{_VERBS})|書きました|のメール|のメッセージ|写道|寫道|撰寫|작성(?:한 메시지|함)?)"
    r"(?: le [^:]{0,60}| am [^:]{0,60}| the following| the message| ce qui suit| this)?\s*[:：]?\s*$",
    re.I,
)
_COLON_END = re.compile(r"[:：﹕]\s*$")
_LEAD = re.compile(
    r"^\s*[-–—*>#\[(【]{0,3}\s*(?:on|at|le|am|em|el|il|op|den|dne|dnia|w dniu|pe|på|pada|quoting|in|"
    r"na|na dan|a las|em|no dia|no|der|vào|fecha|von|from|in einer nachricht|in a message|"
    r"a|v|в|on behalf of|the|στις|ma|ti|ke|to|pe|la|su|"
    r"lun|mar|mer|gio|ven|sab|dom|mon|tue|wed|thu|fri|sat|sun)\b",
    re.I,
)

_CATEGORY = {label: category for category, labels in words.LABELS.items() for label in labels}
_LABEL = re.compile(
    r"^[ \t\xa0\u3000>*_|\-–・■●◆【\[]{0,12}([^\s:：*_\]】][^:：\n]{0,30}?)[\s*_\]】]{0,6}[:：][\s*_]*(.*)$"
)
_DIVIDER_WORDS = re.compile(
    "|".join(sorted((re.escape(one) for one in words.DIVIDERS), key=len, reverse=True)), re.I
)
_DIVIDER = re.compile(
    r"^[\s>*]*[-_=*#~+—–―─━ー・<]{1,}[ \t]*(.{3,120}?)[ \t]*[-_=*#~+—–―─━ー・>]{1,}[\s*:：]*$"
)
_FORWARD = re.compile(
    r"^[\s>*_-]*(?:" + "|".join(re.escape(one) for one in words.FORWARDS) + r")\s*[:：]?[\s*_-]*$",
    re.I,
)
_RULER = re.compile(r"^[\s>]*(?:[-_=*~+#—–―─━═＝－＿・･.。･ﾟ°:+☆★◇◆□■○●+*~^\s]|ー){3,}\s*$")
_LINE_RULER = re.compile(r"^\s*(?:_{5,}|-{5,}|={5,}|\*{5,}|[—–―─━═]{3,}|(?:[-_*]\s){3,}[-_*]?)\s*$")
_SIGNATURE_START = re.compile(r"^\s*(?:--+|—|––?|__)\s{0,2}$")
_SENT_FROM = re.compile(
    r"^[\s>*_(\[~—–-]*(?:" + "|".join(re.escape(one) for one in words.SENT_FROM) + r")(?!\w)?", re.I
)
_SENT_FROM_END = re.compile(
    r"(?:"
    + "|".join(re.escape(one) for one in words.SENT_FROM_END)
    + r")[\s。.*_)\]]*(?:<[^>]*>|\[[^\]]*\]|\(?https?://\S+\)?)?\s*$",
    re.I,
)


def plain(line: str) -> str:
    """A line without invisible marks, with ordinary blanks."""
    if line.isascii():
        return line.strip()
    return (
        unicodedata.normalize("NFC", line.translate(_INVISIBLE))
        .replace("\xa0", " ")
        .replace("\u202f", " ")
        .strip()
    )


def is_quoted(line: str) -> bool:
    return _QUOTE.match(line) is not None


def has_date(text: str) -> bool:
    return _DATE.search(text) is not None


def attribution(text: str, *, quote_follows: bool) -> bool:
    """Whether this (joined) line says who wrote what follows.

    A verb alone is not enough, as people write such sentences: it takes a date or an address
    beside it, or the quotation right below.
    """
    if not text or len(text) > LONGEST:
        return False
    verb_end = _VERB_END.search(text) is not None
    colon = _COLON_END.search(text) is not None
    if not (verb_end or colon):
        return False
    verb = verb_end or _VERB.search(text) is not None
    address = ADDRESS.search(text) is not None
    dated = _YEAR.search(text) is not None or (_TIME.search(text) is not None and has_date(text))
    if verb and (address or dated):
        return True
    if verb and quote_follows:
        return True
    return colon and dated and (address or quote_follows) and _TIME.search(text) is not None


def label(line: str) -> str | None:
    """Which header a line of a header block is (`from`, `date`, …), None if it is none."""
    match = _LABEL.match(line)
    if match is None:
        return None
    return _CATEGORY.get(match.group(1).strip().lower())


def is_divider(line: str) -> bool:
    """A line such as `-----Original Message-----`."""
    if len(line) > 200:
        return False
    match = _DIVIDER.match(line)
    if match is not None and _DIVIDER_WORDS.search(match.group(1)) is not None:
        return len(match.group(1)) < 60
    return _FORWARD.match(line) is not None


def is_ruler(line: str) -> bool:
    return len(line) < 300 and _LINE_RULER.match(line) is not None


def is_signature_start(line: str) -> bool:
    return _SIGNATURE_START.match(line) is not None


def is_sent_from(line: str) -> bool:
    if not line or len(line) > 150:
        return False
    return _SENT_FROM.match(line) is not None or _SENT_FROM_END.search(line) is not None
