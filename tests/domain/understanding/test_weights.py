"""The weights belong to the phrases they are said to come from."""

from __future__ import annotations

import json

import pytest

from tools.phrase_files import phrases
from tools.train_understanding import CLASSES, DATA, ROOT, checksum, train


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_weights_were_made_from_the_present_phrases_and_code(locale: str) -> None:
    stored = json.loads((DATA / f"weights.{locale}.json").read_text(encoding="utf-8"))
    assert stored["source"] == checksum(locale), "run python tools/train_understanding.py"
    assert tuple(stored["classes"]) == CLASSES


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_training_twice_gives_the_same_weights(locale: str) -> None:
    some = phrases(ROOT / "tools" / "phrases" / locale)[::20]
    assert train(locale, some, 2) == train(locale, some, 2)


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_phrase_is_written_out_completely(locale: str) -> None:
    for line in phrases(ROOT / "tools" / "phrases" / locale):
        assert line.intent in CLASSES
        assert not set("[]{}|") & set(line.text), line.text
        assert line.text
