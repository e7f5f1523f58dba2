"""What the model looks at in a clause: words, letters, and concepts in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

_WORD = re.compile(r"[a-z]+|[A-Z]|\d+|[?!]")
_APOSTROPHE = re.compile(r"(?<=[a-z])'(?=[a-z])")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_VOWELS = re.compile("[aeiouyh]")
#: Pairs of concepts further apart than this say little about each other.
REACH = 4
MAX_WORDS = 60
MAX_LETTERS = 120


class Lexicon:
    """Words of one language and the concept that each of them names."""

    def __init__(self, concepts: Mapping[str, Iterable[str]], *, inflect: bool) -> None:
        self.names: dict[str, str] = {}
        for concept, words in concepts.items():
            for word in words:
                self._add(word, concept, inflect)
        self._lengths: dict[str, list[int]] = {}
        for word in self.names:
            lengths = self._lengths.setdefault(word[0], [])
            if len(word) not in lengths:
                lengths.append(len(word))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)
        self._skeletons: dict[str, str] = {}
        if inflect:
            for word in self.names:
                if len(word) >= 5:
                    self._skeletons.setdefault(skeleton(word), word)

    def _add(self, word: str, concept: str, inflect: bool) -> None:
        if not (inflect and word.endswith("+")):
            self.names.setdefault(word, concept)
            return
        stem = word[:-1]
        for form in _present(stem):
            self.names.setdefault(form, concept)
        for form in _past(stem):
            self.names.setdefault(form, f"{concept}_")

    def repaired(self, word: str) -> str:
        """The known word that `word` is probably a slip of, else `word` itself."""
        if len(word) < 4 or word in self.names:
            return word
        return self._skeletons.get(skeleton(word), word)

    def in_text(self, text: str) -> list[str]:
        """Concepts of a text without spaces, longest first at every place."""
        found = []
        place, end = 0, len(text)
        names, lengths = self.names, self._lengths
        while place < end:
            for length in lengths.get(text[place], ()):
                concept = names.get(text[place : place + length])
                if concept is not None:
                    found.append(concept)
                    place += length
                    break
            else:
                if text[place].isupper():
                    found.append(text[place])
                place += 1
        return found


def skeleton(word: str) -> str:
    """First letter and the set of consonants: equal for most slips of the keyboard."""
    return word[0] + "".join(sorted(set(_VOWELS.sub("", word[1:])))) + str(len(word) // 4)


def _present(stem: str) -> tuple[str, ...]:
    if stem.endswith("e"):
        return stem, f"{stem}s", f"{stem[:-1]}ing"
    if stem.endswith("y") and stem[-2] not in "aeou":
        return stem, f"{stem[:-1]}ies", f"{stem}ing"
    ending = "es" if stem.endswith(("s", "x", "ch", "sh")) else "s"
    return stem, f"{stem}{ending}", f"{stem}ing", f"{stem}{stem[-1]}ing"


def _past(stem: str) -> tuple[str, ...]:
    if stem.endswith("e"):
        return (f"{stem}d",)
    if stem.endswith("y") and stem[-2] not in "aeou":
        return (f"{stem[:-1]}ied",)
    return f"{stem}ed", f"{stem}{stem[-1]}ed"


def english_words(clause: str, lexicon: Lexicon) -> list[str]:
    """The words of a masked clause, slips of known words mended."""
    plain = _APOSTROPHE.sub("", clause)
    if _LONG_RUN.search(plain):
        plain = _LONG_RUN.sub(r"\1", plain)
    words = _WORD.findall(plain)[:MAX_WORDS]
    names = lexicon.names
    return [word if word in names else lexicon.repaired(word) for word in words]


_DENIES = frozenset({"not", "stop"})
_TURNS = frozenset({"just", "but", "instead", "use", "rather", "only", "then"})
#: How many words a "not" reaches forward (English), or concepts backward (Japanese).
_DENIED = 4


def _denied(words: list[str], names: Mapping[str, str]) -> list[str]:
    """The words with "!" before those that a negation covers: "!call" is not "call"."""
    marked = []
    left = 0
    for word in words:
        if names.get(word) in _DENIES:
            left = _DENIED
            marked.append(word)
        elif word in _TURNS or not left:
            left = 0
            marked.append(word)
        else:
            left -= 1
            marked.append(f"!{word}")
    return marked


def _denied_before(concepts: list[str]) -> list[str]:
    """Japanese denies at the end: "!" before the concepts that lead up to a negation."""
    marked = []
    left = 0
    for concept in reversed(concepts):
        if concept in ("not", "noneed"):
            left = _DENIED
            marked.append(concept)
        elif left:
            left -= 1
            marked.append(f"!{concept}")
        else:
            marked.append(concept)
    return marked[::-1]


def english_features(clause: str, lexicon: Lexicon) -> set[str]:
    """Words, pairs and triples of words, their beginnings, concepts and their ordered pairs."""
    words = english_words(clause, lexicon)
    names = lexicon.names
    concepts = [
        sign[: len(sign) - len(word)] + names.get(word, word)
        for word, sign in zip(words, _denied(words, names), strict=True)
        if word in names or word.isupper() or word == "?"
    ]
    framed = ["^", *words, "$"]
    stems = [word[:5] for word in words]
    found = set(words)
    found.update(map("{} {}".format, framed, framed[1:]))
    found.update(map("{} {} {}".format, framed, framed[1:], framed[2:]))
    found.update(map("~{}".format, stems))
    found.update(map("~{}_{}".format, stems, stems[1:]))
    found.update(map("~{}__{}".format, stems, stems[2:]))
    _add_concepts(found, concepts)
    return found


def japanese_features(clause: str, lexicon: Lexicon) -> set[str]:
    """Runs of one to five letters, concepts and their ordered pairs."""
    plain = clause.replace(" ", "")
    if _LONG_RUN.search(plain):
        plain = _LONG_RUN.sub(r"\1\1", plain)
    if len(plain) > MAX_LETTERS:
        plain = plain[: MAX_LETTERS // 2] + plain[-MAX_LETTERS // 2 :]
    concepts = _denied_before(lexicon.in_text(plain))
    framed = f"^{plain}$"
    found = set(plain)
    found.update(map("".join, pairwise(framed)))
    found.update(map("".join, zip(framed, framed[1:], framed[2:], strict=False)))
    found.update(map("".join, zip(framed, framed[1:], framed[2:], framed[3:], strict=False)))
    _add_concepts(found, concepts)
    return found


def _add_concepts(found: set[str], concepts: list[str]) -> None:
    found.update(map("*{}".format, concepts))
    framed = ["<", *concepts, ">"]
    for gap in range(1, REACH + 1):
        found.update(map("*{}>{}".format, framed, framed[gap:]))
    found.update(map("*{}>{}>{}".format, framed, framed[1:], framed[2:]))
