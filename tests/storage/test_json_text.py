"""What people write comes back from stored JSON as they wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storage.json_text import Encoded, dump_json, load_json


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("what does \\u0000 mean?", "what does \\u0000 mean?"),
        ("C:\\u0000\0", "C:\\u0000"),
        ("a\0b", "ab"),
        ("見積もり 🙂", "見積もり 🙂"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda text: {text: [text]}, lambda text: Encoded([text])])
def test_a_nul_is_taken_out_and_the_six_characters_for_it_stay(
    written: str, kept: str, wrap: Any
) -> None:
    text = dump_json(wrap(written))

    assert load_json(text) == json.loads(text)
    assert load_json(text) in ({kept: [kept]}, [kept])
