"""Lines that a phone or a mail program puts under a mail by itself: `Sent from my iPhone`."""

from __future__ import annotations

import re

from inbound import reply_patterns as words
from inbound.remembering import remembered


def _plain_quotes(text: str) -> str:
    return text.replace("’", "'")


_SENT_FROM = re.compile(
    "(?:"
    + "|".join(
        sorted((_plain_quotes(re.escape(one)) for one in words.SENT_FROM), key=len, reverse=True)
    )
    + r")",
    re.IGNORECASE,
)
_SENT_FROM_END = re.compile(
    r"(?:" + "|".join(sorted(map(re.escape, words.SENT_FROM_END), key=len, reverse=True)) + r")"
    r"[\s。.!*_)\]]*(?:\(?<?https?://\S+|<[^>]*>|\[[^\]]*\])?\s*$",
    re.IGNORECASE,
)
# Of scripts that put blanks between words; in the others a name may touch its neighbours.
_LETTER = r"[a-z0-9\u00df-\u024f\u0370-\u052f]"
_LEAD = " \t>*_([<~—–-"
_DEVICE = re.compile(
    rf"(?<!{_LETTER})(?:"
    + "|".join(sorted(map(re.escape, words.DEVICES), key=len, reverse=True))
    + rf")\w{{0,6}}(?!{_LETTER})",
    re.IGNORECASE,
)
_MY_OWN = re.compile(
    r"(?i)\b(?:my|mein\w*|mon|ma|mi|min|mijn|mio|meu|moj\w*)\s+\S{1,20}"
    r"(?:(?:\s\S{1,20})?|(?-i:\s[A-Z0-9]\S{0,19}){2,4})\.?$"
)
_LONGEST_DEVICE = 14  # words; a line that goes on longer tells something
_CLAUSE_END = re.compile(r"[,;、，]")
_CLIENT = re.compile(
    r"(?i)sent (?:from|via|with|using) (?:the )?(?:"
    + "|".join(map(re.escape, words.CLIENTS))
    + r")(?: (?:app|mail|for (?:ios|android|mac|iphone)))?[\s.!)\]>]*$"
)
_SENT_BETWEEN = re.compile(r"(?i)^von (?:meinem |meiner )?\S{1,30} gesendet\W*$")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,80})\]\([^()\s]{1,400}\)")
_TELLS_JAPANESE = re.compile(r"[はが、]")
_FROM_MOBILE = re.compile(
    r"(?i)^(?:(?:via|from) (?:mobile|phone)|from my .{1,20}|\w+(?: \w+)? from (?:my )?mobile)$"
)
_APP_LINK = re.compile(r"(?i)(?:outlook|yahoo mail|spark|bluemail|proton).{0,60}https?://\S+")


@remembered
def is_sent_from(line: str) -> bool:
    """A line that a phone or program put in by itself; `Sent by DHL` is none."""
    if "](" in line[:600]:
        line = _MARKDOWN_LINK.sub(r"\1", line[:600])
    if not line or len(line) > 160:
        return False
    line = _plain_quotes(line).lstrip(_LEAD)
    if _CLIENT.match(line) is not None:
        return True
    if _SENT_BETWEEN.match(line) is not None:
        return _DEVICE.search(line) is not None
    begin = _SENT_FROM.match(line)
    if begin is not None:
        rest = line[begin.end() :]
        if line.endswith(("?", "？")) or len(rest.split()) > _LONGEST_DEVICE:
            return False
        near = " ".join(_CLAUSE_END.split(rest, maxsplit=1)[0].split()[:4])
        return _DEVICE.search(f"{begin.group()} {near}") is not None or (
            _MY_OWN.search(line) is not None and len(rest.split()) <= 5 and "," not in rest
        )
    if _FROM_MOBILE.match(line):
        return True
    if len(line) >= 80 or _SENT_FROM_END.search(line) is None or _DEVICE.search(line) is None:
        return False
    return _TELLS_JAPANESE.search(line) is None or line.startswith(("このメール", "本メール"))


def is_app_line(line: str) -> bool:
    """A device line with the program's own link: nobody writes on below it."""
    return is_sent_from(line) and _APP_LINK.search(line) is not None
