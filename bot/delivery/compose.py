"""A mail as bytes: made from its outbox row alone, so that every try sends the same bytes."""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from bot.delivery.headers import clean_address, clean_line, encode_ids, encode_mailbox, encode_text
from domain.signing import Keys, Purpose, message_id, reply_address
from storage.leases import Claimed

#: Lines of References that are kept: the first and the newest (RFC 5322 sets no limit, servers do).
MAX_REFERENCES = 30
_DOMAIN_OF_BOUNDARIES = b"boundary:"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; with `cid` a picture that its HTML shows (RFC 2392)."""

    filename: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """Knows in whose name mails go out, and signs what leads back to us."""

    company_name: str
    catalog_address: str
    base_url: str
    keys: Keys

    def compose(self, claimed: Claimed, attachments: Sequence[Attachment] = ()) -> bytes:
        """The mail of that row, CRLF line ends, ready for DATA.

        Raises:
            BadAddress: the recipient is no address that mail can be sent to.
        """
        fields = self._fields(claimed)
        headers, body = _body(claimed.payload, attachments, claimed.id)
        lines = [f"{name}: {value}" for name, value in [*fields, *headers]]
        return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body

    def _fields(self, claimed: Claimed) -> list[tuple[str, str]]:
        payload = claimed.payload
        own = clean_address(self.catalog_address)
        fields = [
            ("From", encode_mailbox(self.company_name, own)),
            ("To", encode_mailbox(str(payload.get("to_name", "")), claimed.recipient)),
            ("Subject", _folded("Subject", str(payload.get("subject", "")))),
            ("Date", _date(claimed.created_at)),
            ("Message-ID", f"<{message_id(self.keys, own, claimed.id)}>"),
        ]
        if payload.get("reply_token"):
            fields.append(("Reply-To", reply_address(self.keys, own, claimed.id)))
        fields += self._thread_fields(payload)
        fields += _automatic_fields(payload.get("auto"))
        if payload.get("list_unsubscribe"):
            fields += self._unsubscribe_fields(claimed.id)
        return [*fields, ("MIME-Version", "1.0")]

    def _thread_fields(self, payload: Mapping[str, Any]) -> list[tuple[str, str]]:
        parent = encode_ids([str(payload.get("in_reply_to") or "")])
        known = [str(one) for one in payload.get("references") or ()]
        if len(known) > MAX_REFERENCES:
            known = [known[0], *known[1 - MAX_REFERENCES :]]
        references = encode_ids(known)
        fields = [("In-Reply-To", parent)] if parent else []
        return [*fields, ("References", references)] if references else fields

    def _unsubscribe_fields(self, notification_id: str) -> list[tuple[str, str]]:
        # RFC 8058: one POST to the address is enough, no page to look at.
        token = self.keys.seal(Purpose.UNSUBSCRIBE, notification_id.lower())
        return [
            ("List-Unsubscribe", f"<{self.base_url}/mail/unsubscribe/{token}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]


def _date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0))


def _folded(name: str, value: str) -> str:
    line = clean_line(value)
    if line.isascii() and "=?" not in line and len(line) < 900:
        return line
    if line.isascii() and "=?" not in line:
        return Header(line, "us-ascii", maxlinelen=200, header_name=name).encode(linesep="\r\n")
    return encode_text(line)


def _automatic_fields(auto: object) -> list[tuple[str, str]]:
    if auto not in ("auto-replied", "auto-generated"):
        return []
    # The second keeps Exchange from answering a robot (RFC 3834 has the first alone).
    return [("Auto-Submitted", str(auto)), ("X-Auto-Response-Suppress", "All")]


Part = tuple[list[tuple[str, str]], bytes]


def _body(payload: Mapping[str, Any], attachments: Sequence[Attachment], seed: str) -> Part:
    """Text, HTML beside it where there is one, files behind both."""
    faces = [_text_part("plain", str(payload.get("text", "")))]
    pictures = [attachment for attachment in attachments if attachment.cid]
    attachments = [attachment for attachment in attachments if not attachment.cid]
    if html := str(payload.get("html") or ""):
        page = _text_part("html", html)
        if pictures:
            shown = [_file_part(picture) for picture in pictures]
            page = _multipart("related", [page, *shown], f"{seed}:r")
        faces.append(page)
    if calendar := payload.get("calendar"):
        # Outlook and Gmail read the entry as one more face, others as the file (RFC 6047, 2.4).
        faces.append(_calendar_part(calendar))
        invite = Attachment("invite.ics", "application/ics", calendar["text"].encode())
        attachments = [*attachments, invite]
    content = faces[0]
    if len(faces) > 1:
        content = _multipart("alternative", faces, f"{seed}:a")
    if attachments:
        files = [_file_part(attachment) for attachment in attachments]
        content = _multipart("mixed", [content, *files], f"{seed}:m")
    return content


def _text_part(subtype: str, text: str) -> Part:
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    raw = lines.encode("utf-8", "replace").replace(b"\n", b"\r\n")
    # Base64 where most is not Latin: a third more instead of three times as much.
    readable = sum(byte < 128 for byte in raw) * 6 >= len(raw) * 5
    if readable:
        encoding, body = "quoted-printable", _quoted_printable(raw)
    else:
        encoding, body = "base64", _base64(raw)
    headers = [
        ("Content-Type", f"text/{subtype}; charset=utf-8"),
        ("Content-Transfer-Encoding", encoding),
    ]
    return headers, body


def _calendar_part(calendar: Mapping[str, str]) -> Part:
    headers, body = _text_part("calendar", calendar["text"])
    method = re.sub(r"[^A-Z]", "", calendar["method"])
    named = [("Content-Type", f"text/calendar; charset=utf-8; method={method}")]
    return [*named, *headers[1:]], body


def _quoted_printable(raw: bytes) -> bytes:
    lines = raw.split(b"\r\n")
    coded = (quopri.encodestring(line, quotetabs=False).replace(b"\n", b"\r\n") for line in lines)
    # A dot or "From " alone at a line's start is mended by careless servers: write it encoded.
    return b"\r\n".join(_safe_start(line) for line in coded)


def _safe_start(line: bytes) -> bytes:
    if line.startswith(b"."):
        return b"=2E" + line[1:]
    if line.startswith(b"From "):
        return b"=46" + line[1:]
    return line


def _base64(raw: bytes) -> bytes:
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _file_part(attachment: Attachment) -> Part:
    name = _parameter("filename", attachment.filename)
    kind = "inline" if attachment.cid else "attachment"
    headers = [
        ("Content-Type", _media_type(attachment.content_type)),
        ("Content-Disposition", f"{kind}; {name}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if attachment.cid:
        headers.append(("Content-ID", encode_ids([attachment.cid])))
    return headers, _base64(attachment.content)


def _media_type(value: str) -> str:
    line = clean_line(value)
    main, slash, sub = line.partition(";")[0].strip().partition("/")
    known = (
        slash and main.isascii() and sub.isascii() and (main + sub).replace("-", "").isprintable()
    )
    if not known or any(char in ' "\\' for char in main + sub):
        return "application/octet-stream"
    charset = "; charset=utf-8" if main == "text" else ""
    return f"{main}/{sub}{charset}"


def _parameter(name: str, value: str) -> str:
    """A MIME parameter: quoted, or by RFC 2231 where it is not ASCII."""
    line = clean_line(value)[:200] or "file"
    if line.isascii():
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{escaped}"'
    return f"{name}*=utf-8''{quote(line, safe='')}"


def _multipart(subtype: str, parts: Sequence[Part], seed: str) -> Part:
    # From the row's id alone: a random one would make every try another mail.
    boundary = "=_" + hashlib.sha256(_DOMAIN_OF_BOUNDARIES + seed.encode()).hexdigest()[:32]
    pieces: list[bytes] = []
    for headers, body in parts:
        head = "\r\n".join(f"{name}: {value}" for name, value in headers).encode("ascii")
        pieces.append(b"--" + boundary.encode() + b"\r\n" + head + b"\r\n\r\n" + body + b"\r\n")
    closing = b"--" + boundary.encode() + b"--\r\n"
    headers = [("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')]
    return headers, b"".join(pieces) + closing
