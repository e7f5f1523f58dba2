"""Phrase files: one phrase a line under a heading, with choices and slots that are written out.

    == contact            the intent of the lines below
    [please|could you] call me about {prod}
    # a remark

`[a|b|]` is a choice, `{name}` one of the lines of `slots.txt`. A phrase with many forms is written
out in as many samples as its size deserves, always the same ones.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
#: A half-width question mark after kana or a choice makes it optional in the Japanese files.
_MAYBE_CHOICE = re.compile(r"\]\?")
_MAYBE_KANA = re.compile(r"([ぁ-ん、])\?")
MOST = 14
SEED = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One written-out phrase; the weights of all forms of a phrase are kept near one another."""

    text: str
    intent: str
    weight: float
    #: The name of the file, so that what one writer wrote can be held out.
    source: str = ""
    #: Whether it is the first form of its phrase.
    first: bool = True


def phrases(folder: Path) -> list[Line]:
    """Every line of the phrase files of a folder, written out, in a fixed order."""
    slots = _slots(folder / "slots.txt")
    lines: list[Line] = []
    for path in sorted(folder.glob("*.txt")):
        if path.name == "slots.txt":
            continue
        intent = ""
        for raw in path.read_text(encoding="utf-8").splitlines():
            phrase = raw.strip()
            if phrase.startswith("=="):
                intent = phrase[2:].strip()
            elif phrase and not phrase.startswith("#"):
                if folder.name == "ja":
                    phrase = _MAYBE_KANA.sub(r"[\1|]", _MAYBE_CHOICE.sub("|]", phrase))
                lines += _written_out(phrase, intent, slots, path.stem)
    return lines


def _slots(path: Path) -> dict[str, list[str]]:
    slots: dict[str, list[str]] = {}
    for raw in path.read_text(encoding="utf-8").splitlines():
        if ":" in raw and not raw.startswith("#"):
            name, values = raw.split(":", 1)
            slots[name.strip()] = [value.strip() for value in values.split("|")]
    return slots


def _written_out(phrase: str, intent: str, slots: dict[str, list[str]], source: str) -> list[Line]:
    size = _size(phrase, slots)
    wanted = 1 if size == 1 else min(MOST, 2 + round(size**0.4))
    chance = random.Random(f"{SEED} {phrase}")
    seen: dict[str, None] = {}
    for _ in range(wanted * 3):
        seen.setdefault(_one(phrase, slots, chance))
        if len(seen) == wanted:
            break
    weight = (1.0 / len(seen)) ** 0.4
    return [Line(text, intent, weight, source, i == 0) for i, text in enumerate(seen)]


def _size(phrase: str, slots: dict[str, list[str]]) -> int:
    size = 1
    for match in _CHOICE.finditer(phrase):
        size *= match[1].count("|") + 1
    for match in _SLOT.finditer(phrase):
        size *= len(slots[match[1]])
    return size


def _one(phrase: str, slots: dict[str, list[str]], chance: random.Random) -> str:
    for _ in range(4):
        previous = phrase
        phrase = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), phrase)
        phrase = _SLOT.sub(lambda match: chance.choice(slots[match[1]]), phrase)
        if phrase == previous:
            break
    return re.sub(r"  +", " ", phrase).strip()
