"""A part as an attachment: a safe name, its size, and what is special about it."""

from __future__ import annotations

import re
from mimetypes import guess_extension

from inbound.headers import read_headers
from inbound.mail import MailAttachment
from inbound.parameters import Parameters
from inbound.structure import Part
from inbound.words import header_text

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST_NAME = 200
_ENCRYPTED_KINDS = ("application/pgp-encrypted", "multipart/encrypted")


def attachment(
    part: Part,
    content: bytes,
    *,
    name: str | None = None,
    broken: bool = False,
    related: bool = False,
) -> MailAttachment:
    """The attachment that a decoded leaf is."""
    disposition = part.headers.text("content-disposition").lower()
    content_id = part.headers.text("content-id").strip("<> ") or None
    picture = part.kind.startswith("image/")
    inline = (disposition.startswith("inline") and picture) or (
        not disposition and content_id is not None and (related or picture)
    )
    return MailAttachment(
        filename=safe_name(name or file_name(part) or "") or _made_name(part, content),
        content_type=part.kind,
        size=len(content),
        inline=inline,
        content=content,
        content_id=content_id,
        note=_note(part, content, broken),
    )


def file_name(part: Part) -> str | None:
    """The name the sender gave, from Content-Disposition or Content-Type."""
    disposition = part.headers.get("content-disposition")
    if disposition is not None:
        semicolon = disposition.find(b";")
        if semicolon >= 0:
            name = Parameters(disposition[semicolon:]).text("filename")
            if name and name.strip():
                return name
    name = part.parameters.text("name")
    return name if name and name.strip() else None


def safe_name(name: str) -> str:
    """A file name without path, control letters and reversed writing; empty if nothing is left."""
    name = re.split(r"[\\/]", _CONTROL.sub("", name).strip())[-1].strip(" .") if name else ""
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = (
            name[:_LONGEST_NAME]
            if not dot or len(ending) > 10
            else f"{stem[: _LONGEST_NAME - 11]}.{ending}"
        )
    return name


def _made_name(part: Part, content: bytes) -> str:
    if part.kind in ("message/rfc822", "message/global"):
        inner, _ = read_headers(content.lstrip(b"\r\n"))
        subject = re.sub(r"[\\/:*?\"<>|]", "_", header_text(inner.get("subject")))
        return f"{safe_name(subject)[:100] or 'message'}.eml"
    return f"attachment{guess_extension(part.kind) or '.bin'}"


def _note(part: Part, content: bytes, broken: bool) -> str:
    if part.kind in ("message/rfc822", "message/global"):
        return "attached_mail"
    if part.kind in ("application/ms-tnef", "application/vnd.ms-tnef"):
        return "tnef"
    if part.kind in _ENCRYPTED_KINDS or _encrypted(part, content):
        return "encrypted"
    return "truncated" if broken or part.open_ended else ""


def _encrypted(part: Part, content: bytes) -> bool:
    if part.kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return (part.parameters.text("smime-type") or "enveloped-data").lower() == "enveloped-data"
    if content[:4] == b"PK\x03\x04":
        return len(content) > 7 and bool(content[6] & 1)
    if content[:5] == b"%PDF-":
        return b"/Encrypt" in content[-4_096:] or b"/Encrypt" in content[:4_096]
    if content[:8] == b"Rar!\x1a\x07\x01\x00":
        return len(content) > 13 and content[13] == 4  # the archive header itself is encrypted
    return content[:27] == b"-----BEGIN PGP MESSAGE-----"
