"""What people write comes back from stored JSON as they wrote it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Said:
    text: str
    inner: list[_Said] = field(default_factory=list)
    number: int = 0


@pytest.mark.parametrize("number", [3, 2**70])
def test_a_dataclass_is_stored_as_an_object(number: int) -> None:
    text = dump_json({"said": _Said("a\0b", [_Said("見積もり")], number)})

    assert load_json(text.replace(str(number), "3")) == {
        "said": {
            "text": "ab",
            "inner": [{"text": "見積もり", "inner": [], "number": 0}],
            "number": 3,
        }
    }


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match="set cannot be said in JSON"):
        dump_json({"numbers": {1, 2}})
