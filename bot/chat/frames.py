"""The frames of the chat, as they come in and go out (docs/interfaces of the chat door)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from struct import Struct
from typing import Any

import orjson

from bot.chat.backend import Shown
from domain.messages import MAX_TEXT, Action, Message
from domain.plain_text import stream_safe
from domain.values import digits_of, remembering
from storage.json_text import Encoded, json_bytes

#: A frame of the interface is at most 64 KiB.
MAX_FRAME_BYTES = 64 * 1024
MAX_KEY = 200
MAX_FILES = 10
TYPES = frozenset({"hello", "message", "action", "typing", "read"})

Frame = Mapping[str, Any]

_MEDIUM_HEAD = Struct(">HH").pack


class BadFrame(Exception):
    """A frame that cannot be taken. `code` is one of the interface; `key` echoes the frame's."""

    def __init__(self, code: str = "bad_frame", key: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.key = key


def parse_frame(text: str | bytes) -> Frame:
    """A frame with a known type.

    Raises:
        BadFrame: it is no JSON object with a known type.
    """
    try:
        frame = orjson.loads(text)
    except ValueError:
        frame = _load_leniently(text)
    kind = frame.get("type") if isinstance(frame, dict) else None
    if not isinstance(kind, str) or kind not in TYPES:
        raise BadFrame(key=_key_or_none(frame))
    found: Frame = frame
    return found


def _load_leniently(text: str | bytes) -> Any:
    try:
        # Half of an emoji, as a browser cuts it off, is JSON although it is no character.
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadFrame from None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")  # RFC 8259, section 6


def _key_or_none(frame: object) -> str | None:
    key = frame.get("key") if isinstance(frame, dict) else None
    if not isinstance(key, str) or len(key) > MAX_KEY or storable(key) != key:
        return None
    return key


def key_of(frame: Frame) -> str:
    """The client's key of a message or action.

    Raises:
        BadFrame: there is none, or it is too long.
    """
    key = _key_or_none(frame)
    if not key:
        raise BadFrame
    return key


def text_of(frame: Frame) -> str:
    """The text of a message, trimmed; NUL, which no database keeps, is taken out.

    Raises:
        BadFrame: it is no text, or (`too_long`) longer than a message may be.
    """
    text = frame.get("text", "")
    if not isinstance(text, str):
        raise BadFrame(key=_key_or_none(frame))
    text = storable(text).strip()
    if len(text) > MAX_TEXT:
        raise BadFrame("too_long", _key_or_none(frame))
    return text


def storable(text: str) -> str:
    """The text without NUL, with lone surrogates, which are no characters, replaced, and without
    more marks on a letter than any writing has."""
    text = text.replace("\0", "")
    if text.isascii():
        return text
    return stream_safe(text.encode("utf-8", "replace").decode("utf-8"))


def files_of(frame: Frame) -> tuple[str, ...]:
    """The ids of uploaded files that a message carries.

    Raises:
        BadFrame: they are no list of ids.
    """
    files = frame.get("files")
    if not files:
        return ()
    if (
        not isinstance(files, list)
        or len(files) > MAX_FILES
        or not all(isinstance(file, str) and len(file) <= 64 for file in files)
    ):
        raise BadFrame(key=_key_or_none(frame))
    return tuple(files)


def action_of(frame: Frame) -> Action:
    """The answer to a part.

    Raises:
        BadFrame: action or value have another type.
    """
    action, value = frame.get("action"), frame.get("value")
    if not isinstance(action, str) or not action or len(action) > 200:
        raise BadFrame(key=_key_or_none(frame))
    if value is not None and not isinstance(value, dict):
        raise BadFrame(key=_key_or_none(frame))
    try:
        return Action(storable(action), _cleaned(value) if value else value)
    except RecursionError:
        raise BadFrame(key=_key_or_none(frame)) from None


def _cleaned(value: Mapping[str, Any]) -> dict[str, Any]:
    return {storable(str(name))[:100]: _clean(item) for name, item in value.items()}


def _clean(item: Any) -> Any:
    match item:
        case str():
            return storable(item)
        case dict():
            return _cleaned(item)
        case list():
            return [_clean(one) for one in item]
        case _:
            return item


def seq_of(value: object) -> int | None:
    """A seq, None where nothing (or nothing sensible) is given."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
        return value
    return None


def dump(frame: Frame) -> bytes:
    """A frame as text for the wire, in UTF-8."""
    return orjson.dumps(frame)


def text_frames(texts: Sequence[bytes]) -> bytes:
    """The texts as unmasked, uncompressed WebSocket text frames (RFC 6455, section 5.2)."""
    pieces: list[bytes] = []
    for text in texts:
        size = len(text)
        if size < 126:
            pieces.append(b"\x81%c" % size)
        elif size < 2**16:
            pieces.append(_MEDIUM_HEAD(0x817E, size))
        else:
            pieces.append(b"\x81\x7f" + size.to_bytes(8, "big"))
        pieces.append(text)
    return b"".join(pieces)


def welcome(
    visitor: str, conversation_id: str, customer_name: str | None, messages: Sequence[Shown]
) -> Frame:
    """The answer to hello."""
    return {
        "type": "welcome",
        "visitor": visitor,
        "conversation": conversation_id,
        "customer": None if customer_name is None else {"name": customer_name},
        "messages": list(map(message, messages)),
    }


def message(shown: Shown) -> Any:
    """A message within a frame or an answer."""
    return orjson.Fragment(shown.frame)


def ack(key: str, seq: int) -> Frame:
    """The message with that key is stored durably."""
    return {"type": "ack", "key": key, "seq": seq}


#: A message on its way to who shows it: all that its frame says, the parts as JSON.
Sent = tuple[int, bool, str | None, str | None, str, str, str, bytes, str]


def sent(message: Message) -> Sent:
    """The message with no more than browsers are told; ids of staff stay inside."""
    author, parts = message.author, message.parts
    return (
        message.seq,
        message.internal,
        message.key,
        message.in_reply_to,
        author.kind._value_,
        author.name,
        message.text,
        parts.json if isinstance(parts, Encoded) else json_bytes(list(parts)) if parts else b"[]",
        _moment(message.at),
    )


def shown(message: Message) -> Shown:
    """The message as browsers are shown it."""
    return shown_of(sent(message))


def shown_of(message: Sent) -> Shown:
    """What was sent as browsers are shown it; a note of staff is shown to nobody."""
    seq, internal, key, in_reply_to, kind, name, text, parts, at = message
    if internal:
        return Shown(seq, internal, b"")
    frame = {
        "type": "message",
        "seq": seq,
        "key": key,
        "in_reply_to": in_reply_to,
        "author": {"kind": kind, "name": name},
        "text": text,
        "parts": orjson.Fragment(parts),
        "at": at,
    }
    return Shown(seq, internal, orjson.dumps(frame))


@remembering
def _moment(at: datetime) -> str:
    """ "2026-11-21T09:30:00.250" of UTC, with the letter instead of "+00:00"."""
    return digits_of(at, "T")[:23] + "Z"


def error(code: str, message: str, key: str | None = None) -> Frame:
    """Something was refused."""
    return {"type": "error", "key": key, "code": code, "message": message}
