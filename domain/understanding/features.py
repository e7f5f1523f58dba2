"""What the model looks at in a clause: words, letters, and concepts in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from operator import add

_WORD = re.compile(r"[a-z]+|[A-Z]|\d+|[?!]")
_APOSTROPHE = re.compile(r"(?<=[a-z])'(?=[a-z])")
_LONG_RUN = re.compile(r"(.)\1{2,}")
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

    def _add(self, word: str, concept: str, inflect: bool) -> None:
        if not (inflect and word.endswith("+")):
            self.names.setdefault(word, concept)
            return
        stem = word[:-1]
        for form in _present(stem):
            self.names.setdefault(form, concept)
        for form in _past(stem):
            self.names.setdefault(form, f"{concept}_")

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


class Words:
    """A list of words by which a text without spaces is cut, longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}

    def in_text(self, text: str) -> list[str]:
        """The words of a text, each behind "@"; what lies between them is passed over."""
        found = []
        place, end = 0, len(text)
        words, lengths = self._words, self._lengths
        while place < end:
            for length in lengths.get(text[place], ()):
                word = text[place : place + length]
                if word in words:
                    found.append(f"@{word}")
                    place += length
                    break
            else:
                place += 1
        return found


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


def english_words(clause: str) -> list[str]:
    """The words of a masked clause; signs of entities stay capital letters."""
    plain = _APOSTROPHE.sub("", clause)
    if _LONG_RUN.search(plain):
        plain = _LONG_RUN.sub(r"\1", plain)
    return _WORD.findall(plain)[:MAX_WORDS]


@lru_cache(maxsize=4096)
def _letters(word: str) -> tuple[str, ...]:
    """The beginning of a word and its runs of four letters: slips leave most of them whole."""
    if len(word) < 3:
        return (f"~{word}",)
    framed = f"<{word}>"
    return (f"~{word[:5]}", *(f"#{framed[i : i + 4]}" for i in range(len(framed) - 3)))


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
    """Words and pairs, letters of words, concepts in their order, and how long the clause is."""
    words = english_words(clause)
    names = lexicon.names
    concepts = [
        sign[: len(sign) - len(word)] + names.get(word, word)
        for word, sign in zip(words, _denied(words, names), strict=True)
        if word in names or word.isupper() or word == "?"
    ]
    found = {*words, f"={min(len(words), 12) // 2}"}
    found.update(map(" ".join, pairwise(["^", *words, "$"])))
    found.update(*map(_letters, words))
    # Words that name no concept stay themselves, so that "call me" and "ring me" are one.
    mixed = ["<", *map(names.get, words, words), ">"]
    begins = [f"%{word}" for word in mixed]
    found.update(map(" ".join, zip(begins, mixed[1:], strict=False)))
    found.update(map(" ".join, zip(begins, mixed[1:], mixed[2:], strict=False)))
    _add_concepts(found, concepts)
    return found


def japanese_features(clause: str, lexicon: Lexicon, words: Words) -> set[str]:
    """Runs of one to three letters, words, concepts and their ordered pairs."""
    plain = clause.replace(" ", "")
    if _LONG_RUN.search(plain):
        plain = _LONG_RUN.sub(r"\1\1", plain)
    if len(plain) > MAX_LETTERS:
        plain = plain[: MAX_LETTERS // 2] + plain[-MAX_LETTERS // 2 :]
    concepts = _denied_before(lexicon.in_text(plain))
    framed = f"^{plain}$"
    after = framed[1:]
    found = {*plain, *words.in_text(plain)}
    found.update(map(add, framed, after), map("".join, zip(framed, after, after[1:], strict=False)))
    _add_concepts(found, concepts)
    return found


def _add_concepts(found: set[str], concepts: list[str]) -> None:
    framed = ["<", *concepts, ">"]
    begins = [f"*{concept}" for concept in framed]
    found.update(
        begins[1:-1],
        map(">".join, zip(begins, framed[1:], framed[2:], strict=False)),
        *[map(">".join, zip(begins, framed[gap:], strict=False)) for gap in range(1, REACH + 1)],
    )
