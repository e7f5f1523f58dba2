"""Cut a message into sentences and clauses, leaving out what others wrote and how one signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.understanding.entities.found import FILL
from domain.understanding.grammar import Grammar

#: A mail may hold this many sentences that are judged; more is a pasted document.
MAX_SENTENCES = 60
#: A sentence longer than this is judged by its beginning and its end.
MAX_CLAUSE = 400

_QUOTE = Grammar(
    r"^(?:>.*|-{2,} ?original message ?-{2,}[\s\S]*|on .{5,80} wrote:\s*$[\s\S]*|-- ?$[\s\S]*|_{8,}[\s\S]*|.{0,40}\d.{0,40}のメール:[\s\S]*)",
    re.MULTILINE,
)
# Every expression looks first whether a letter stands there with which a cut may begin.
_ENGLISH_END = Grammar(
    # The sign first: the words before it are looked at only where one stands.
    r"(?:(?=[.!?…。！？\n; ])|^(?![.!?…。！？\n; ]))(?:"
    r"(?=[.!?…])(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bdr)(?<!\bno)(?<!\bnos)(?<!\bltd)(?<!\bst)(?<!\be\.g)(?<!\bi\.e)(?<!\ba\.m)(?<!\bp\.m)(?<!\bvs)(?<!\binc)(?<!\bco)"
    r"[.!?…]+[)\"']*(?=\s|$)|[。！？]+|\n\s*\n|\n(?=[^a-z])|(?<=[.,:;])\n|;|\?(?=[a-z])| - | -- |^(?:dear|hi|hello|good \w+)[^,.!?\n]{0,30},\n)"
)
_JAPANESE_END = Grammar(
    r"(?=[。！？!?…\n .♪☆★笑wｗ])(?:[。！？!?…]+[」)]?|\n(?<!、\n)|(?<=[ぁ-ん])  ?(?=[^\s])|\.(?=\s|$)|[♪☆★笑]\s?|(?<=[ぁ-んァ-ン一-龥])[wｗ]+$)"
)
_ENGLISH_CUT = Grammar(
    r"(?=[, ])(?:(?:,? (?:and also|and then|and|but|plus|also|so|then|or|while|meanwhile|because|since|as well as)|,| \+| &)(?= (?:also |then |please |maybe |perhaps |if (?:possible|so),? |meanwhile |while you're at it,? |kindly |just |pls )*"
    r"(?:can|could|would|will|may|please|pls|kindly|i|i'd|i'll|i'm|i've|we|we'd|we'll|we're|we've|what|what's|when|where|where's|how|who|which|why|is|are|do|does|did|has|have someone|have a|have your|send|call|ring|mail|email|e-mail|order|cancel|stop|tell|give|let|put|add|ship|take|remove|change|update|replace|note|ask|get|book|come|phone|fix|repair|drop|forward|maybe|my|our|the|it|its|it's|that|no|not|don't|dont|never|someone|somebody|there|you|your|Q|unsubscribe|delete|make|set|arrange|schedule|connect|transfer|quote|a quote|a quotation|a price|a brochure|a catalogue?|also|need|want|meanwhile|have)(?![a-z]))"
    r"|(?<= (?:hi|ok|no)),? |(?<=^no), |(?<=^yes), |(?<=^nope), |(?<=^hi), |(?<=^hello), |(?<=^hi) (?=[a-z])|(?<=^hello) (?=[a-z])|(?<=^thanks), |(?<=^ok), |(?<=^yeah), )"
)
_JAPANESE_CUT = Grammar(
    r"(?:(?=[、 あそつ併ちけが])|(?<=[でども])(?![、 あそつ併ちけが]))(?:"
    r"(?<=ので)(?![すしはもあご])、?|(?<=のと)、|(?<=[てでっ])、|(?<=が)、|(?<=し)、|(?<=から)、|(?<=けど)、?|(?<=けれど)、?|(?<=けれども)、?|(?<=たら)、|(?<=れば)、|(?<=なら)、|(?<=ため)、|(?<=たく)、|(?<=き)、|(?<=り)、"
    r"|(?:、| )?(?=(?:あと|それと|それから|ついでに|併せて|あわせて|ちなみに|そのうえで|その上で)[、はでに]?)|[、 ](?=(?:また|さらに|合わせて|なお|ただ|でも|それに|加えて)[、はでに]?)|(?<=はい)、|(?<=いえ)、|(?<=いいえ)、|(?<=いや)、|(?<=こんにちは)、|(?<=こんばんは)、|(?<=はじめまして)、|(?<=ます)(?=けど|が)(?:けど|が)| )"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the masked text, its fillers removed in `words`."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the clauses in it; one clause stands for itself."""

    whole: Clause
    parts: tuple[Clause, ...]


def sentences(masked: str, locale: str) -> list[Sentence]:
    """The sentences of a masked text, at most `MAX_SENTENCES`."""
    text = _QUOTE.sub(lambda match: FILL * len(match[0]), masked) if "\n" in masked else masked
    end, cut = (_JAPANESE_END, _JAPANESE_CUT) if locale == "ja" else (_ENGLISH_END, _ENGLISH_CUT)
    found: list[Sentence] = []
    for start, stop in _stretches(text, end, 0, len(text)):
        whole = _clause(text, start, stop)
        if whole is None:
            continue
        found.append(Sentence(whole, _parts(text, whole, cut)))
        if len(found) >= MAX_SENTENCES:
            break
    return found


def _parts(text: str, whole: Clause, cut: Grammar) -> tuple[Clause, ...]:
    stretches = _stretches(text, cut, whole.start, min(whole.end, whole.start + MAX_CLAUSE))
    parts = [_clause(text, start, stop) for start, stop in stretches]
    kept = tuple(part for part in parts if part is not None)
    return kept if len(kept) > 1 else ()


def _stretches(text: str, cut: Grammar, start: int, stop: int) -> list[tuple[int, int]]:
    places = []
    last = start
    for match in cut.finditer(text, start, stop):
        # The sign that ends a question belongs to it.
        end = (
            match.end() if match[0].strip()[:1] in "?!？！" and match[0].strip() else match.start()
        )
        if end > last:
            places.append((last, end))
        last = match.end()
    if stop > last:
        places.append((last, stop))
    return places


def _clause(text: str, start: int, stop: int) -> Clause | None:
    words = text[start:stop].replace(FILL, "").strip(" \n,、:;-")
    if not words or words in ("?", "!"):
        return Clause(start, stop, words) if words and stop - start == len(text) else None
    if len(words) > MAX_CLAUSE:
        words = words[: MAX_CLAUSE // 2] + " " + words[-MAX_CLAUSE // 2 :]
    return Clause(start, stop, words)
