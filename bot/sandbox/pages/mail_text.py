"""Mails for the page: read tolerant of anything, written as a mail program would."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header, decode_header, make_header
from email.message import Message
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, getaddresses, parseaddr

from bot.sandbox.slack.nouns import Json

MAX_SHOWN = 200_000


class Unwritable(ValueError):
    """The text has letters that the wished charset does not have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to send."""

    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    charset: str = "utf-8"


def head(raw: bytes) -> Json:
    """Sender, recipients, subject and date for a list, as readable text."""
    mail = message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=policy.compat32)
    return {
        name.lower(): readable(mail.get(name))
        for name in ("From", "To", "Cc", "Subject", "Date", "Reply-To")
    }


def opened(raw: bytes) -> Json:
    """The whole mail for reading: header fields, plain text, attachments, whether it has HTML."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    parts = list(_leaves(mail))
    text = next((part for part in parts if _is_body(part, "text/plain")), None)
    return head(raw) | {
        "headers": [[name, readable(value)] for name, value in mail.items()],
        "text": text_of(text)[:MAX_SHOWN] if text is not None else "",
        "html": any(_is_body(part, "text/html") for part in parts),
        "attachments": [
            {
                "part": number,
                "name": readable(part.get_filename()) or part.get_content_type(),
                "type": part.get_content_type(),
                "size": len(_content(part)),
            }
            for number, part in enumerate(parts)
            if not _is_body(part, "text/plain") and not _is_body(part, "text/html")
        ],
    }


def html_of(raw: bytes) -> str:
    """The HTML part, its pictures by content id put in, links opening in a tab of their own."""
    parts = list(_leaves(message_from_bytes(raw, policy=policy.compat32)))
    page = next((text_of(part) for part in parts if _is_body(part, "text/html")), "")
    for part in parts:
        content_id = str(part.get("Content-ID") or "").strip().strip("<>")
        if content_id and part.get_content_maintype() == "image":
            data = base64.b64encode(_content(part)).decode()
            page = page.replace(
                f"cid:{content_id}", f"data:{part.get_content_type()};base64,{data}"
            )
    return f'<base target="_blank">{page}'


def attachment(raw: bytes, number: int) -> tuple[str, bytes] | None:
    """File name and bytes of a part, None where there is none."""
    parts = list(_leaves(message_from_bytes(raw, policy=policy.compat32)))
    if not 0 <= number < len(parts):
        return None
    return readable(parts[number].get_filename()) or "part", _content(parts[number])


def written(draft: Draft, *, answers: bytes | None = None) -> bytes:
    """The draft as a mail; with `answers` it is a reply in that mail's thread.

    Raises Unwritable where the charset lacks a letter.
    """
    try:
        draft.text.encode(draft.charset)
        mail = MIMEText(draft.text, "plain", draft.charset)
        mail["From"] = formataddr((draft.sender_name, draft.sender), draft.charset)
        mail["Subject"] = Header(draft.subject, draft.charset).encode()
    except UnicodeError as error:
        raise Unwritable(draft.charset) from error
    mail["To"] = draft.to
    mail["Date"] = format_datetime(datetime.now(UTC))
    domain = draft.sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{secrets.token_hex(12)}@{domain}>"
    if answers is not None:
        original = message_from_bytes(answers, policy=policy.compat32)
        message_id = str(original.get("Message-ID") or "").strip()
        if message_id:
            before = str(original.get("References") or original.get("In-Reply-To") or "")
            mail["In-Reply-To"] = message_id
            mail["References"] = " ".join([*before.split(), message_id])
    return mail.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def answer_to(raw: bytes, *, sender: str, sender_name: str, text: str, charset: str) -> Draft:
    """The reply that a mail program prepares: to Reply-To or From, the old text quoted below."""
    fields = head(raw)
    subject = fields["subject"]
    if not re.match(r"(?i)re:", subject):
        subject = f"Re: {subject}"
    quoted = "\n".join(f"> {line}" for line in opened(raw)["text"].splitlines())
    intro = f"{fields['date']} {fields['from']}:" if charset == "utf-8" else fields["date"]
    return Draft(
        sender=sender,
        sender_name=sender_name,
        to=parseaddr(fields["reply-to"] or fields["from"])[1],
        subject=subject,
        text=f"{text}\n\n{intro}\n{quoted}\n",
        charset=charset,
    )


def recipients(to: str) -> list[str]:
    """Addresses of a To line."""
    return [address for _, address in getaddresses([to]) if "@" in address]


def readable(value: object) -> str:
    """A header value with its encoded words decoded, on one line."""
    if value is None:
        return ""
    text = re.sub(r"\s*\r?\n\s*", " ", str(value))
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError):
        return text


def text_of(part: Message) -> str:
    """A text part, decoded; what its charset cannot explain becomes replacement marks."""
    charset = part.get_content_charset() or "utf-8"
    try:
        return _content(part).decode(charset, "replace")
    except LookupError:
        return _content(part).decode("utf-8", "replace")


def _leaves(mail: Message) -> Iterator[Message]:
    return (part for part in mail.walk() if not part.is_multipart())


def _is_body(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and part.get_content_disposition() != "attachment"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
