"""A raw mail to an `InboundMail`: decoded, cut and classified; nothing here ever raises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbound import bounces
from inbound.addresses import Address, read_addresses
from inbound.bodies import Bodies, read_bodies
from inbound.dates import parse_date
from inbound.headers import Headers, read_headers
from inbound.ids import message_id, message_ids
from inbound.mail import Bounce, InboundMail, MailKind
from inbound.reply_text import Cut, cut_lines, cut_reply
from inbound.screening import LONGEST_LINE, Look, delayed, screen
from inbound.structure import Part, read_structure
from inbound.words import header_text

_MOST_HEADERS = 1_000_000  # bytes of headers looked at where the content is not read
_LOCAL = re.compile(rb"<([A-Za-z0-9._+-]{1,64})>")  # a user of the sending machine itself
_RECIPIENT_FIELDS = (
    *("to", "cc", "delivered-to", "x-original-to", "x-forwarded-to", "envelope-to"),
    *("x-envelope-to", "resent-to", "resent-cc", "x-gm-original-to", "apparently-to"),
)


def read_mail(raw: bytes, *, own_texts: Sequence[str] = ()) -> InboundMail:
    """Reads one mail of any shape. `own_texts` are texts that we sent in its thread.

    What cannot be read is left out and named in `error`; the rest of the mail is still there.
    """
    try:
        return _read(raw, own_texts)
    except Exception as error:  # a poison mail must not stop the door; it is kept raw
        return read_outside(raw, f"{type(error).__name__}: {error}")


def _read(raw: bytes, own_texts: Sequence[str]) -> InboundMail:
    root = read_structure(raw)
    headers = root.headers
    bodies = read_bodies(root)
    sender = _sender(headers)
    subject = header_text(headers.get("subject"))
    kind, bounce = _kind(root, bodies, sender, subject)
    cut = _cut(bodies, own_texts, sender.name)
    in_reply_to = message_ids(headers.get("in-reply-to"))
    reply_to = read_addresses(headers.get("reply-to"))
    return InboundMail(
        message_id=message_id(headers.get("message-id")),
        in_reply_to=in_reply_to[0] if in_reply_to else None,
        references=tuple(message_ids(headers.get("references"))),
        sender=sender.address if _alone(headers) else "",
        claimed_sender=sender.address,
        sender_name=sender.name,
        reply_to=reply_to[0].address if reply_to else "",
        recipients=_recipients(headers),
        subject=subject,
        date=parse_date(header_text(headers.get("date"))),
        text=cut.text,
        quoted=cut.quoted,
        kind=kind,
        attachments=tuple(bodies.attachments),
        bounce=bounce,
        auth_results=_auth_results(headers),
        list_id=header_text(headers.get("list-id")) or None,
        error=None,
    )


def read_outside(raw: bytes, reason: str) -> InboundMail:
    """What the headers alone say of a mail whose content was not read; never raises."""
    try:
        headers, _ = read_headers(raw[:_MOST_HEADERS].lstrip(b"\xef\xbb\xbf\r\n"))
        sender = _sender(headers)
        in_reply_to = message_ids(headers.get("in-reply-to"))
        return InboundMail(
            message_id=message_id(headers.get("message-id")),
            in_reply_to=in_reply_to[0] if in_reply_to else None,
            references=tuple(message_ids(headers.get("references"))),
            sender=sender.address if _alone(headers) else "",
            sender_name=sender.name,
            reply_to="",
            recipients=_recipients(headers),
            subject=header_text(headers.get("subject")),
            date=parse_date(header_text(headers.get("date"))),
            text="",
            quoted="",
            kind=MailKind.PERSON,
            error=reason,
            claimed_sender=sender.address,
        )
    except Exception as error:  # the headers are the poison
        return _nothing(f"{reason}; headers: {type(error).__name__}")


def _nothing(reason: str) -> InboundMail:
    return InboundMail(
        None, None, (), "", "", "", (), "", None, "", "", MailKind.PERSON, error=reason
    )


def _sender(headers: Headers) -> Address:
    """The first person that From names."""
    fields = headers.all("from")
    if not fields:
        return Address("", "")
    people = read_addresses(fields[0])
    if not people:
        return Address("", "")
    found = next((entry for entry in people if entry.address), None)
    if found is None and (local := _LOCAL.search(fields[0])) is not None:
        found = Address(people[0].name, local.group(1).decode("ascii").lower())
    return found or people[0]


def _alone(headers: Headers) -> bool:
    """Whether From is one field with one address."""
    fields = headers.all("from")
    return len(fields) == 1 and len([one for one in read_addresses(fields[0]) if one.address]) == 1


def _recipients(headers: Headers) -> tuple[str, ...]:
    found = [
        entry.address
        for name in _RECIPIENT_FIELDS
        for value in headers.all(name)
        for entry in read_addresses(value)
    ]
    return tuple(dict.fromkeys(address for address in found if address))


def _cut(bodies: Bodies, own_texts: Sequence[str], name: str) -> Cut:
    if bodies.lines is not None:
        return cut_lines(bodies.lines, own_texts, sender_name=name)
    return cut_reply(bodies.text, own_texts, sender_name=name)


def _kind(
    root: Part, bodies: Bodies, sender: Address, subject: str
) -> tuple[MailKind, Bounce | None]:
    look = Look(
        headers=root.headers,
        kind=root.kind,
        report_type=(root.parameters.text("report-type") or "").lower(),
        sender=sender.address,
        subject=subject[:LONGEST_LINE],
        text=bodies.full_text,
        part_kinds=bodies.kinds,
        calendar_method=bodies.calendar_method,
    )
    kind = screen(look)
    if kind is not MailKind.BOUNCE:
        return kind, None
    statuses = bodies.statuses or _inner_statuses(bodies)
    recipients = [one for part in statuses for one in bounces.read_report(part)]
    if recipients:
        bounce = bounces.from_report(recipients, bodies.full_text, bodies.original)
        if bounce is not None:
            return kind, bounce
        late = any(one.action == "delayed" for one in recipients)
        return (MailKind.DELAY if late else MailKind.REPORT), None
    told = bounces.before_original(bodies.full_text)
    if delayed(subject, told):
        return MailKind.DELAY, None
    return kind, bounces.from_text(root.headers, told, bodies.full_text, bodies.original)


def _inner_statuses(bodies: Bodies) -> list[bytes]:
    """The report inside a report: some gateways send a daemon's bounce on as an attachment."""
    mails = [one.content for one in bodies.attachments if one.content_type == "message/rfc822"]
    return read_bodies(read_structure(mails[0])).statuses if mails else []


# A hop inside our own server: handed on by LMTP or from loopback, or taken from nobody. The name
# after `from` is what the client called itself and tells nothing.
_OWN_HOP = re.compile(
    r"^(?:(?!from\b)|from \S+ \((?:\S+ )?\[(?:127\.0\.0\.1|(?:IPv6:)?::1)\]\)"
    r"|from \S+ (?:\(\S+ \[[0-9A-Fa-f.:]+\]\) )?by \S+ with LMTP\b)",
    re.IGNORECASE,
)
_TRACE = re.compile(r"received-spf$|arc-|dkim-|x-|return-path$|delivered-to$|domainkey-|dmarc-")


def _auth_results(headers: Headers) -> tuple[str, ...]:
    """The topmost run of Authentication-Results above the hop that took the mail from outside.

    What stands below that hop came with the mail, and anybody may have written it.
    """
    found: list[str] = []
    for name, value in headers.fields:
        if name == "authentication-results":
            found.append(value.decode("utf-8", "replace"))  # never decoded further: it is no prose
        elif name == "received":
            if not _OWN_HOP.match(header_text(value)):
                break
        elif found and not _TRACE.match(name):
            break
    return tuple(found)
