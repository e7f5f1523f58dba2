"""Mails that did not arrive: reports by the standard (RFC 3464) and the many that are not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbound.addresses import read_addresses
from inbound.headers import Headers, read_headers
from inbound.ids import message_id
from inbound.mail import Bounce
from inbound.words import header_text

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.\-:])([45]\d\d)(?:[ -]|$)")
_ADDRESS = re.compile(
    r"<?([^\s<>()\[\]\"',;:]{1,100}@[^\s<>()\[\]\"',;:]{2,200}?)[>:.,;)]*(?=\s|$|[>:,;)\"'])"
)
_TEMPORARY = re.compile(
    r"(?i)will (?:be )?(?:keep|continue|retr)|still trying|temporar|deferred|try again|over ?quota"
    r"|mailbox (?:is )?full|quota exceeded|一時的|容量|満杯"
)
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


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


def from_text(headers: Headers, text: str, original: Headers | None) -> Bounce:
    """The bounce told only in words."""
    listed = read_addresses(headers.get("x-failed-recipients"))
    status = _status_in(text)
    return Bounce(
        address=(listed[0].address if listed else None) or _failed_address(text) or _to(original),
        permanent=_permanent(status, text),
        status=status,
        diagnostic=_diagnostic(text),
        original_message_id=_original_id(original, text),
    )


def _status_in(text: str) -> str | None:
    match = _STATUS.search(text[:20_000])
    if match is not None:
        return match.group()
    code = _REPLY_CODE.search(text[:20_000])
    return f"{code.group(1)[0]}.0.0" if code else None


def _permanent(status: str | None, text: str) -> bool:
    if status is not None and status[0] in "45":
        return status[0] == "5"
    return _TEMPORARY.search(text[:5_000]) is None


def _failed_address(text: str) -> str | None:
    listed = re.search(
        r"\"emailAddress\"\s*:\s*\"([^\"@\s]{1,100}@[^\"\s]{2,200})\"", text[:20_000]
    )
    if listed is not None:
        return listed.group(1).lower()
    for line in text[:20_000].split("\n"):
        if re.match(r"(?i)\s*(?:from|message-id|return-path|received|reply-to|sender)\s*:", line):
            continue
        match = _ADDRESS.search(line[:500])
        if match is not None and not re.match(r"(?i)(?:mailer-daemon|postmaster)@", match.group(1)):
            return match.group(1).lower()
    return None


def _diagnostic(text: str) -> str:
    for line in text[:20_000].split("\n"):
        if _STATUS.search(line) or _REPLY_CODE.search(line):
            return line.strip()[:1_000]
    return ""


def _to(original: Headers | None) -> str | None:
    addresses = read_addresses(original.get("to")) if original is not None else []
    return addresses[0].address or None if addresses else None


def _original_id(original: Headers | None, text: str) -> str | None:
    if original is not None and original.get("message-id"):
        return message_id(original.get("message-id"))
    match = re.search(r"(?im)^\s*(?:original-)?message-id\s*:\s*<([^<>\s]{1,500})>", text[:200_000])
    return match.group(1) if match else None
