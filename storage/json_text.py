"""JSON as it is stored and sent: compact, and readable in every script."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import orjson

load_json = orjson.loads


class Encoded(tuple[Any, ...]):
    """A JSON array whose text is made once, although it is stored and sent to every tab."""

    text: str

    def __new__(cls, values: Iterable[Any]) -> Encoded:
        made = tuple.__new__(cls, values)
        made.text = dump_json(list(made))
        return made


def dump_json(value: object) -> str:
    """`value` as compact JSON text with characters as they are; a dataclass is an object.

    A NUL cannot be stored in PostgreSQL's JSON and is taken out; nobody wrote it on purpose. The
    six characters that stand for one in JSON are text like any other.
    """
    if value is None:
        return "null"
    if isinstance(value, Encoded):
        return value.text
    text = _dumped(value)
    return _dumped(_without_nul(json.loads(text))) if "\\u0000" in text else text


def _dumped(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # Whole numbers beyond 64 bits and keys that are no text, which JSON can say as well.
        return _encode(value)


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
