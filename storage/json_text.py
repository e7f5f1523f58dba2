"""JSON as it is stored: compact, and readable in every script."""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump_json(value: object) -> str:
    """`value` as compact JSON text with characters as they are.

    A NUL cannot be stored in PostgreSQL's JSON and is taken out; nobody wrote it on purpose. The
    six characters that stand for one in JSON are text like any other.
    """
    text = _encode(value)
    return _encode(_without_nul(value)) if "\\u0000" in text else text


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(inner) for inner in value]
    return value
