"""The line over a quotation that says who wrote it, as every mailer words it differently.

People write such sentences too ("On Monday your colleague wrote: …"), so a verb alone is never
enough: it takes an address, a time, or the quotation right below.
"""

from __future__ import annotations

import re
import unicodedata

from inbound import reply_patterns as words
from inbound.remembering import remembered

LONGEST_LINE = 1_000  # characters of any line that are looked at
LONGEST = 400  # characters of one such line with its folded parts
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,100}@[^\s<>()\[\]\"',;:]{2,100}")

_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAD]
)
_VERBS = "|".join(sorted({re.escape(one) for one in words.WROTE}, key=len, reverse=True))
_ASIAN_VERB = (
    r"書きました|書き込みました|送信したメッセージ|のメール|のメッセージ|写道|寫道|撰寫|작성"
    r"|님이 쓴 글|さんwrote"
)
_VERB = re.compile(rf"(?<!\w)(?:{_VERBS})(?!\w)|{_ASIAN_VERB}", re.IGNORECASE)
_VERB_END = re.compile(
    rf"(?:(?<!\w)(?:{_VERBS}|sent|says|posted)|(?:{_ASIAN_VERB})(?:한 메시지|함)?)"
    r"(?: (?:the following|the message|ce qui suit|this|le|am)\b[^:]{0,60})?"
    r"\s*[:：﹕;]?[\s\-_>*]*$",
    re.IGNORECASE,
)
_VERB_LAST = re.compile(
    rf"(?:(?<!\w)(?:{_VERBS}|sent|says|posted)|{_ASIAN_VERB})\w{{0,6}}$", re.IGNORECASE
)
_COLON_END = re.compile(r"[:：﹕][\s\-_>*]*$")
_TIME = re.compile(
    r"(?<![\d.])\d{1,2}[:.h時时點点]\s?[0-5]\d(?!\d)|\b\d{1,2}\s?(?:am|pm|uhr)\b|오[전후]\s?\d|[上下]午\s?\d"
    r"|\d{1,2}時|\bklo? \d|[ap]\.\s?m\.",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_LEADS = "|".join(sorted({re.escape(one) for one in words.LEADS}, key=len, reverse=True))
_DAYS = "|".join(sorted({re.escape(one) for one in words.WEEKDAYS}, key=len, reverse=True))
_START = re.compile(
    rf"^[\s>\-_*\"'«„(\[<]*(?:(?:{_LEADS})(?!\w)|(?:{_DAYS})\w{{0,6}}[.,]?(?!\w)|\d{{1,4}}\s?[-./:年])",
    re.IGNORECASE,
)
# A date in digits with an address and no verb is how some webmails say it.
_DATE_ADDRESS = re.compile(
    r"^[\s>\-*]*(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月].{0,200}<[^<>@\s]+@[^<>\s]+>\s*:?$"
)
_DATE_NAME = re.compile(
    r"^[\s>]*20\d\d-\d\d-\d\d \d\d?:\d\d (?:GMT|UTC)?[+-]?\d*:?\d* ?[^:]{1,60}:?$"
)
_ADDRESS_LAST = re.compile(r"@[^\s<>:]{2,100}[>)\]\"'\s]*[:：﹕][\s\-_>*]*$")
_POSTED = re.compile(
    r"^[\s>]*(?:posted by .{1,80} on \d|.{1,60} via .{1,60} (?:wrote|schrieb):?$)", re.I
)
_PERSONAL = re.compile(
    r"(?i)(?<!\w)(?:you|i(?!\.)|we|they|he|she|your|my|our|ihr|sie|ich|wir|vous|nous|je)(?!\w)"
)
# Some mailers name the reader so; with the minute before it no person writes that line.
_YOU_WROTE = re.compile(
    r"(?i)\d[^\w\n]{0,4}(?:[ap]m\W{1,3})?(?:you wrote|schrieben sie|vous avez écrit)\s?[:：]$"
)
_QUOTING = re.compile(
    r"^[\s>\-*]*(?:" + "|".join(map(re.escape, words.QUOTING)) + r")\s[^\n]{1,160}[:：]$",
    re.IGNORECASE,
)
# Only a mailer ends a line like this; a person goes on in the same line.
_JAPANESE = re.compile(
    r"^[「『\"]?[^、。:：]{1,30}さん ?(?:[はが]書き(?:込み)?ました|wrote) ?[:：]$"
)
# A name with its address, then the date: how the web form of a mailer puts it.
_TIME_LAST = re.compile(
    r"\d{1,2}[:.時]\d\d(?:[:.]\d\d)?(?:\s?[ap]m)?[)\]]?\s?[:：]$", re.IGNORECASE
)
# The reply and the line over the quotation may share a line.
_INSIDE = re.compile(
    r"(?<=\S)(?:-{2,80}\s*|\s+)(?=On (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,|\d{1,2}[/.-]\d"
    r"|\d{1,2} \w{3}|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* \d))"
)


@remembered
def plain(line: str) -> str:
    """A line without invisible marks, with ordinary blanks."""
    if line.isascii():
        return line.strip()
    line = unicodedata.normalize("NFC", line.translate(_INVISIBLE))
    return line.replace("\xa0", " ").replace("\u202f", " ").strip()


@remembered
def may_end_one(line: str) -> bool:
    """A quick look whether an attribution can end with this line."""
    return bool(line) and (
        line[-1] in ":：﹕>*-_;"
        or _DATE_NAME.match(line) is not None
        or _VERB_LAST.search(line) is not None
        or _POSTED.match(line) is not None
    )


@remembered
def starts_one(line: str) -> bool:
    """Whether the first of several folded lines can begin here."""
    return _START.match(line) is not None or (
        ADDRESS.search(line) is not None and _VERB.search(line) is not None
    )


def is_bare_date(line: str) -> bool:
    """Whether a line is little more than a date and time, as over `Name wrote:`."""
    return (
        len(line) < 60
        and _START.match(line) is not None
        and _TIME.search(line) is not None
        and (_YEAR.search(line) is not None)
    )


def is_attribution(text: str, *, quoted_below: bool, blank_below: bool = False) -> bool:
    """Whether this (joined) line says who wrote what follows."""
    if not text or len(text) > LONGEST:
        return False
    if _DATE_ADDRESS.match(text) or _JAPANESE.match(text):
        return True
    verb_end = _VERB_END.search(text) is not None
    if not verb_end and _COLON_END.search(text) is None:
        return quoted_below and (_DATE_NAME.match(text) or _POSTED.match(text)) is not None
    address = ADDRESS.search(text) is not None
    if _QUOTING.match(text) is not None:
        return address or quoted_below
    timed = _TIME.search(text) is not None
    dated = _YEAR.search(text) is not None
    if verb_end or _VERB.search(text) is not None:
        if address and (dated or timed or quoted_below or (len(text) < 200 and not _tells(text))):
            return True
        if timed and (dated or _START.match(text) is not None) and not _tells(text):
            return True
        if quoted_below:
            return dated or _START.match(text) is not None or len(text) < 120
        return dated and blank_below and _START.match(text) is not None and not _tells(text)
    if not (timed and dated):
        return False
    time_last = _TIME_LAST.search(text) is not None and not _tells(text)
    if address and (quoted_below or time_last):
        return True
    if time_last and quoted_below and len(text) < 100:
        return True
    if _START.match(text) is None:
        return False
    return quoted_below or (_ADDRESS_LAST.search(text) is not None and not _tells(text))


def _tells(text: str) -> bool:
    """Whether the line tells something of its own: `On 3 May you wrote:` is a sentence."""
    if _YOU_WROTE.search(text) is not None and _YEAR.search(text) is not None:
        return False
    return _PERSONAL.search(ADDRESS.sub(" ", text)) is not None


def shared_line(line: str) -> int | None:
    """Where the reply ends in a line that goes on with an attribution; None if it doesn't."""
    if len(line) > LONGEST:
        return None
    inside = _INSIDE.search(line)
    if inside is None or not is_attribution(line[inside.end() :], quoted_below=True):
        return None
    return inside.start()
