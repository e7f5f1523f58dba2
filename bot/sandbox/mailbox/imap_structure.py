"""BODY and BODYSTRUCTURE: the parts of a mail as IMAP writes them (RFC 3501 section 7.4.2)."""

from __future__ import annotations

from email import policy
from email.message import Message
from email.parser import BytesParser

from bot.sandbox.mailbox.imap_syntax import quote
from bot.sandbox.mailbox.store import StoredMail


def structure(mail: StoredMail, *, extended: bool) -> str:
    """The structure of a mail; `extended` adds what BODYSTRUCTURE has beyond BODY."""
    return _part(BytesParser(policy=policy.compat32).parsebytes(mail.raw), extended)


def _part(part: Message, extended: bool) -> str:
    inner = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inner, list) and inner:
        parts = "".join(_part(one, extended) for one in inner if isinstance(one, Message))
        fields = [f"{parts} {_string(part.get_content_subtype())}"]
        if extended:
            fields += [_parameters(part.get_params()), _disposition(part), "NIL", "NIL"]
        return f"({' '.join(fields)})"
    return f"({' '.join(_leaf(part, extended))})"


def _leaf(part: Message, extended: bool) -> list[str]:
    content = _encoded_content(part)
    fields = [
        _string(part.get_content_maintype()),
        _string(part.get_content_subtype()),
        _parameters(part.get_params()) if "Content-Type" in part else '("CHARSET" "US-ASCII")',
        _string(part.get("Content-ID")),
        _string(part.get("Content-Description")),
        _string(part.get("Content-Transfer-Encoding") or "7BIT"),
        str(len(content)),
    ]
    if part.get_content_maintype() == "text":
        fields.append(str(content.count(b"\n")))
    if extended:
        fields += [_string(part.get("Content-MD5")), _disposition(part), "NIL", "NIL"]
    return fields


def _encoded_content(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        # An attached mail: its size is what counts here, its inner structure is not told.
        return b"".join(one.as_bytes() for one in payload if isinstance(one, Message))
    return str(payload).encode("utf-8", "surrogateescape")


def _parameters(params: object) -> str:
    pairs = list(params)[1:] if isinstance(params, list) else []
    if not pairs:
        return "NIL"
    words = [f"{_string(str(name).upper())} {_string(value)}" for name, value in pairs]
    return f"({' '.join(words)})"


def _disposition(part: Message) -> str:
    kind = part.get_content_disposition()
    if kind is None:
        return "NIL"
    return f"({_string(kind)} {_parameters(part.get_params(header='Content-Disposition'))})"


def _string(value: object) -> str:
    if value is None:
        return "NIL"
    text = value[2] if isinstance(value, tuple) else str(value)
    return quote(" ".join(text.split()).encode("ascii", "replace").decode())
