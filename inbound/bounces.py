"""Mails that did not arrive: reports by the standard (RFC 3464) and the many that are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inbound.addresses import read_addresses
from inbound.headers import Headers, read_headers
from inbound.ids import message_id
from inbound.mail import Bounce
from inbound.words import header_text

_STATUS = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.\-:])([45]\d\d)(?:[ -]|$)")
_ADDRESS = re.compile(
    r"[^\s<>()\[\]\"',;:=|]{1,100}@[^\s<>()\[\]\"',;:.@|]{1,63}(?:\.[^\s<>()\[\]\"',;:.@|]{1,63}){1,8}"
)
_TEMPORARY = re.compile(
    r"(?i)will (?:be )?(?:keep|continue|retr)|still trying|temporar|deferred|try again|over ?quota"
    r"|mail(?:box|folder) (?:is )?full|quota exceeded|exceed\w* [^.]{0,40}(?:quota|limit|storage)"
    r"|not enough (?:disk )?space|insufficient (?:disk|system)|timed out|timeout"
    r"|一時的|容量|満杯|一杯|いっぱい"
)
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_LOOKED_AT = 20_000
# Where a daemon's own words end and the mail that it gives back begins.
_ORIGINAL = re.compile(
    r"(?im)^(?:received|return-path|dkim-signature|mime-version):\s"
    r"|^[^\w\n]{0,80}(?:below this line"
    r"|(?:this is |here is |included is )?(?:a )?copy of (?:the|your)"
    r"|(?:the )?headers? of the original|(?:old|original|returned|unsent) (?:e-?mail|message)"
    r"|message (?:headers?|text|body) follows?|元の(?:メール|メッセージ))\b"
)
# Lines by what they say of the addresses in them, the surest first.
_NAMED = re.compile(
    r"(?i)(?:\brecipients?(?: address)?|addressed to|\brcpt to|intended (?:recipient|for)"
    r"|(?:sent|deliver(?:ed|y|able|ing)?)(?: (?:your )?(?:e-?mail|message|mail))? to(?: address)?"
    r"|(?:unknown|invalid|no such) (?:user|recipient|address|mailbox)|user unknown|for)"
    r"\s*[:<>\"(]{0,3}\s*$"
)
_LISTED = re.compile(r"[\s>*<\"'\-•|(\[]*(?:smtp:)?$", re.IGNORECASE)
_SENT_BY = re.compile(
    r"(?i)^\W*(?:from|message-id|return-path|received|reply-to|sender|original sender|cc|subject"
    r"|x-[\w-]+|errors-to)\s*:|\bmail from\b|^\s*from\s|\b(?:mail|message|e-?mail)s? from\s\S*$"
)
_ABOUT = re.compile(r"(?i)^\W*to\s*:")
_NOBODY = re.compile(r"(?i)(?:mailer-daemon|postmaster|abuse|support|helpdesk|hostmaster)@")
_HEADING = re.compile(
    r"(?i)(?:following|these|failed) (?:\w+ ){0,3}(?:address|recipient|user|mailbox)"
    r"|fatal errors|delivery (?:problems|errors)|did not reach|以下の|次の"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient group of a delivery report."""

    address: str | None
    action: str
    status: str | None
    diagnostic: str


def read_report(status_part: bytes) -> list[Recipient]:
    """The recipients of a `message/delivery-status` part, in order."""
    found: list[Recipient] = []
    position = 0
    while position < len(status_part) and len(found) < 500:
        group, following = read_headers(status_part, position)
        position = max(following, position + 1)
        recipient = _recipient(group)
        if recipient is not None:
            found.append(recipient)
    return found


def _recipient(group: Headers) -> Recipient | None:
    if (
        "final-recipient" not in group
        and "action" not in group
        and "original-recipient" not in group
    ):
        return None
    status = _STATUS.search(header_text(group.get("status")))
    action = header_text(group.get("action")).lower().split(" ")[0].strip(".;")
    return Recipient(
        _typed_address(group.get("original-recipient"))
        or _typed_address(group.get("final-recipient")),
        action if action in _ACTIONS else "failed",
        status.group() if status else None,
        header_text(group.get("diagnostic-code"))[:1_000],
    )


def _typed_address(value: bytes | None) -> str | None:
    """The address of `rfc822; a@b` (also with the type left out)."""
    if value is None:
        return None
    addresses = read_addresses(value.split(b";", 1)[-1])
    return addresses[0].address or None if addresses else None


def from_report(recipients: list[Recipient], text: str, original: Headers | None) -> Bounce | None:
    """The bounce of a report that has failed recipients; None if all went well so far."""
    failed = [one for one in recipients if one.action == "failed"]
    if not failed:
        return None
    first = next((one for one in failed if one.address), failed[0])
    status = first.status or _status_in(first.diagnostic) or _status_in(text)
    return Bounce(
        address=first.address or _failed_address(text),
        permanent=_permanent(status, first.diagnostic or text),
        status=status,
        diagnostic=first.diagnostic or _diagnostic(text),
        original_message_id=_original_id(original, text),
    )


def before_original(text: str) -> str:
    """What a daemon itself says: `text` up to the mail that it gives back."""
    begin = _ORIGINAL.search(text, 1, 200_000)
    return text[: begin.start()] if begin is not None else text


def from_text(headers: Headers, told: str, text: str, original: Headers | None) -> Bounce:
    """The bounce told only in words: `told` by the daemon, `text` with the mail it gives back."""
    listed = read_addresses(headers.get("x-failed-recipients"))
    own = [one.address for one in read_addresses(headers.get("to"))]
    status = _status_in(told)
    return Bounce(
        address=(listed[0].address if listed else None)
        or _failed_address(told, own)
        or _to(original)
        or _to(read_headers(text[len(told) :].lstrip().encode("utf-8", "replace")[:_LOOKED_AT])[0])
        or _failed_address(text, own),
        permanent=_permanent(status, told),
        status=status,
        diagnostic=_diagnostic(told),
        original_message_id=_original_id(original, text),
    )


def _status_in(text: str) -> str | None:
    for match in _STATUS.finditer(text[:_LOOKED_AT]):
        if match.group(1) != "2":
            return match.group()
    code = _REPLY_CODE.search(text[:_LOOKED_AT])
    return f"{code.group(1)[0]}.0.0" if code else None


def _permanent(status: str | None, text: str) -> bool:
    if status is not None and status[0] in "45":
        return status[0] == "5"
    return _TEMPORARY.search(text[:5_000]) is None


def _failed_address(text: str, own: Sequence[str] = ()) -> str | None:
    """The address that a text says failed: one that is named as such, one in a list of such, one
    beside an error, or at last any that is not known to be somebody else's."""
    listed = re.search(
        r"\"emailAddress\"\s*:\s*\"([^\"@\s]{1,100}@[^\"\s]{2,200})\"", text[:_LOOKED_AT]
    )
    if listed is not None:
        return listed.group(1).lower()
    best: tuple[int, str] | None = None
    announced = False
    for line in text[:_LOOKED_AT].split("\n"):
        line = line[:500]
        for match in _ADDRESS.finditer(line):
            address = match.group().strip(".*").lower()
            rank = _rank(line, match.start(), announced, address in own)
            if rank is not None and (best is None or rank < best[0]):
                best = rank, address
        announced = announced or _HEADING.search(line) is not None
        if best is not None and best[0] == 0:
            break
    return best[1] if best is not None else None


def _rank(line: str, start: int, announced: bool, own: bool) -> int | None:
    """How surely an address in a line is the one that failed, 0 is the surest; None: it is not."""
    before = line[:start]
    if _SENT_BY.search(before) or _NOBODY.match(line, start):
        return None
    if own:
        return 6  # to whom the bounce goes; it may be that we wrote to ourselves
    if _NAMED.search(before):
        return 0
    if _LISTED.fullmatch(before):
        return 0 if announced else 1
    if _ABOUT.match(line):
        return 4
    if _STATUS.search(line) or _REPLY_CODE.search(line):
        return 2
    return 3 if announced else 5


def _diagnostic(text: str) -> str:
    for line in text[:_LOOKED_AT].split("\n"):
        if _STATUS.search(line) or _REPLY_CODE.search(line):
            return line.strip()[:1_000]
    return ""


def _to(original: Headers | None) -> str | None:
    addresses = read_addresses(original.get("to")) if original is not None else []
    return addresses[0].address or None if addresses else None


def _original_id(original: Headers | None, text: str) -> str | None:
    if original is not None and original.get("message-id"):
        return message_id(original.get("message-id"))
    match = re.search(
        r"(?im)^[ \t]*(?:original-)?message-id[ \t]*:\s{0,4}<([^<>\s]{1,500})>", text[:200_000]
    )
    return match.group(1) if match else None
