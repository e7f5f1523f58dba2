"""JSON as it is stored and sent: compact, and readable in every script."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import orjson

load_json = orjson.loads

_BACKSLASH = ord("\\")


class Encoded(tuple[Any, ...]):
    """A JSON array whose text (UTF-8) is made once, although it is stored and sent to every tab."""

    json: bytes

    def __new__(cls, values: Iterable[Any]) -> Encoded:
        made = tuple.__new__(cls, values)
        made.json = json_bytes(values if type(values) is list else list(made))
        return made


def dump_json(value: object) -> str:
    """`value` as compact JSON text with characters as they are; a dataclass is an object.

    A NUL cannot be stored in PostgreSQL's JSON and is taken out; nobody wrote it on purpose. The
    six characters that stand for one in JSON are text like any other.
    """
    return json_bytes(value).decode()


def json_bytes(value: object) -> bytes:
    """What `dump_json` says, in UTF-8."""
    if value is None:
        return b"null"
    if isinstance(value, Encoded):
        return value.json
    made = _dumped(value)
    # Few texts have a backslash at all, and a single byte is found in a tenth of the time; it is
    # given by its number, since bytes are tried as a number first, which costs an exception.
    if _BACKSLASH in made and b"\\u0000" in made:
        return _dumped(_without_nul(json.loads(made)))
    return made


def _dumped(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # Whole numbers beyond 64 bits and keys that are no text, which JSON can say as well.
        return _encode(value).encode()


def _as_dictionary(value: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be said in JSON")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_as_dictionary).encode


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_nul(inner) for inner in value]
    return value
