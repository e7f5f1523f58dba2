"""The packaged data: concepts and weights, read once."""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache
from importlib.resources import files

from domain.understanding.features import Lexicon, Words
from domain.understanding.model import LinearModel

_DATA = files("domain.understanding") / "data"


@cache
def lexicon(locale: str) -> Lexicon:
    """The concepts of `en` or `ja`."""
    concepts: dict[str, list[str]] = {}
    for line in (_DATA / f"concepts.{locale}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            concept, words = line.split(":", 1)
            concepts[concept] = words.split()
    return Lexicon(concepts, inflect=locale == "en")


@cache
def japanese_words() -> Words:
    """The words by which Japanese clauses are cut."""
    return Words((_DATA / "words.ja.txt").read_text(encoding="utf-8").split())


@cache
def japanese_elsewhere() -> Words:
    """Words of what is asked at other counters."""
    lines = (_DATA / "elsewhere.ja.txt").read_text(encoding="utf-8").splitlines()
    return Words(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def model(locale: str) -> LinearModel:
    """The weights of `en` or `ja`."""
    data = json.loads((_DATA / f"weights.{locale}.json").read_bytes())
    # The room of each form is given back before the next one needs it.
    written = "".join(data.pop("features"))
    packed = base64.b64decode(written)
    del written
    packed = zlib.decompress(packed, bufsize=(4 + len(data["classes"])) * data["count"])
    both = memoryview(packed)
    names = 4 * data["count"]
    return LinearModel(
        data["classes"],
        both[:names],
        both[names:],
        data["bias"],
        data["step"],
        data["source"],
    )


def version() -> str:
    """The name of the engine's rules with the checksum of what it was trained on."""
    return f"2+{model('en').source[:6]}{model('ja').source[:6]}"
