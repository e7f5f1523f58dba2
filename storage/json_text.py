"""JSON as it is stored: compact, and readable in every script."""

from __future__ import annotations

import json

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump_json(value: object) -> str:
    """`value` as compact JSON text with characters as they are.

    A NUL cannot be stored in PostgreSQL's JSON and is taken out; nobody wrote it on purpose.
    """
    return _encode(value).replace("\\u0000", "")
