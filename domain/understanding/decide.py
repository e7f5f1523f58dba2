"""From the scores of clauses to the intents of a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.understanding.borders import (
    ASKS,
    AWAY,
    COMES,
    DONE,
    GIVES,
    GOODS,
    NAMES_ONLY,
    QUESTION,
    REFUSES,
    TALKS,
    WAITS,
    is_elsewhere,
    is_not_ours,
)
from domain.understanding.borders_japanese import is_told, tells
from domain.understanding.clauses import Clause, Sentence
from domain.understanding.model import FOREIGN

#: The likeliest wish of a message stands from here on (the band then asks or calls a person).
LIKELY = 0.3
#: ... and one that sets something going from here.
LIKELY_ACT = 0.35
#: ... in Japanese from here: below, one in two is outside.
LIKELY_ACT_JAPANESE = 0.45
#: A further wish, or a word of courtesy, must be surer.
SURE = 0.5
#: A clause inside a sentence that disagrees with the whole must be surer.
PART_SURE = 0.7
#: Sentences of a mail are mostly background, so that a wish must be plain.
MAIL_SURE = 0.5
#: A further wish of a mail, beside its surest.
MAIL_BESIDE = 0.6
#: What a mail tells, without asking, weighs this much of what it asks.
MAIL_TOLD = 0.8
FOREIGN_SURE = 0.6
#: What speaks for other people's business must weigh at least this share of what speaks for wishes.
FOREIGN_SHARE = 0.5
#: So plainly foreign, one sentence of a chat is weighed against the others as in a mail.
FOREIGN_PLAIN = 0.9
#: Beside a sentence of a chat so plainly outside ...
OUTSIDE_PLAIN = 0.9
#: ... a wish must be so sure: "黒い傘です。届いていますか" goes on about the umbrella.
BESIDE_OUTSIDE = 0.65
#: Who ends with plain thanks, and wants nothing, wrote to thank.
THANKS_SURE = 0.9
#: The main wish of a mail is not much less plain than its plainest.
MAIL_MAIN = 0.03
#: Words exchanged, not wishes: they count only beside nothing heavier, or before it.
SMALL = ("affirm", "deny", "greet", "thanks")

#: Wishes that change, order, send or call off something.
ACTING = frozenset(
    {"contact", "update_details", "purchase", "document_request", "unsubscribe", "cancel"}
)

#: Wishes that sellers and applicants do not have.
_OF_CUSTOMERS = frozenset(
    {
        "purchase",
        "document_request",
        "product_info",
        "support",
        "status",
        "update_details",
        "unsubscribe",
        "cancel",
    }
)
#: How plain such a wish must be to tell a customer from a stranger ...
OURS_PLAIN = 0.85
#: ... and by how much plainer than the stranger where no goods are named.
PLAINER = 0.2

#: An alarm that rings in a machine is no alarm clock.
_HERE = frozenset({"support", "other", FOREIGN, "human", *SMALL})
#: These are not undone by a word of refusal or of something done.
_NO_REFUSAL = frozenset({"other", FOREIGN, "cancel", "unsubscribe", "human", *SMALL})
#: How sure such a clause is of being outside.
ELSEWHERE_SURE = 0.7
#: ... and a sentence that plainly asks for nothing; surer than what its clauses may hold.
NOTHING_SURE = 0.85

#: Wishes that are told rather than asked for: what broke, what changed, what is to end.
_TOLD_WISHES = frozenset({"support", "cancel", "unsubscribe", "update_details"})
#: Signs of what a record may hold.
_DETAILS = frozenset("APEZHCB")

Score = Callable[[str], dict[str, float]]


@dataclass(slots=True)
class Verdict:
    """The judgement of one clause."""

    clause: Clause
    intent: str
    confidence: float
    scores: dict[str, float] = field(default_factory=dict)


def judge(found: list[Sentence], score: Score) -> list[Verdict]:
    """One verdict a sentence, or one for each clause where clauses plainly differ from it."""
    telling = [s for s in found if not NAMES_ONLY.fullmatch(s.whole.words)]
    if not telling:
        # Who only says who they are may be anybody: nothing makes them a stranger.
        return [_without_foreign(v) for v in (_verdict(s.whole, score) for s in found)]
    verdicts: list[Verdict] = []
    for sentence in telling:
        whole = _verdict(sentence.whole, score)
        named = (p for p in sentence.parts if not NAMES_ONLY.fullmatch(p.words))
        parts = [_verdict(part, score) for part in named]
        verdicts += _merge(whole, parts)
    return verdicts


def _without_foreign(verdict: Verdict) -> Verdict:
    if verdict.intent != FOREIGN:
        return verdict
    return Verdict(verdict.clause, "other", SURE, verdict.scores)


def _verdict(clause: Clause, score: Score) -> Verdict:
    scores = score(clause.words)
    best = max(scores, key=scores.__getitem__)
    if best not in _HERE and "M" not in clause.words and is_elsewhere(clause.words):
        return Verdict(clause, "other", max(ELSEWHERE_SURE, scores["other"]), scores)
    if best in ("support", "status") and "M" not in clause.words and is_not_ours(clause.words):
        return Verdict(clause, "other", max(ELSEWHERE_SURE, scores["other"]), scores)
    if AWAY.may_occur(clause.words) and AWAY.search(clause.words):
        return Verdict(clause, FOREIGN, max(ELSEWHERE_SURE, scores[FOREIGN]), scores)
    if best not in _NO_REFUSAL and _asks_nothing(clause.words, best):
        return Verdict(clause, "other", max(NOTHING_SURE, scores["other"]), scores)
    return Verdict(clause, best, scores[best], scores)


def _asks_nothing(words: str, best: str) -> bool:
    """Whether a clause only refuses, or tells what is done."""
    if best in ("contact", "document_request", "purchase") and REFUSES.fullmatch(words):
        return True
    if best in ("purchase", "document_request") and is_told(words, best):
        return True
    if best in ("contact", "document_request", "purchase") and tells(words):
        return True
    return DONE.may_occur(words) and bool(DONE.fullmatch(words)) and not ASKS.search(words)


def _merge(whole: Verdict, parts: list[Verdict]) -> list[Verdict]:
    strong = [p for p in parts if p.confidence >= PART_SURE and p.intent not in ("other", FOREIGN)]
    names = {p.intent for p in strong}
    if not names - {whole.intent}:
        return [whole]
    if whole.intent in ("other", FOREIGN) and whole.confidence > 0.8:
        return [whole]
    if whole.intent not in names and whole.confidence >= 0.75:
        return [whole, *strong]
    return [p for p in parts if p in strong or p.intent in ("other", FOREIGN)]


def foreign(verdicts: list[Verdict]) -> list[Verdict]:
    """The same clauses as other people's business: the message says so elsewhere."""
    return [
        Verdict(v.clause, FOREIGN, max(FOREIGN_PLAIN, v.scores.get(FOREIGN, 0.0)), v.scores)
        for v in verdicts
    ]


def not_foreign(verdicts: list[Verdict], *, ours: bool) -> list[Verdict]:
    """Without other people's business, where a wish of a customer is plainer than that.

    Who tells of their firm and then orders is a customer; `ours` says that goods or papers of ours
    are asked for.
    """
    strange = max((v.confidence for v in verdicts if v.intent == FOREIGN), default=0.0)
    wish = max((v.confidence for v in verdicts if v.intent in _OF_CUSTOMERS), default=0.0)
    if not strange or not (wish >= OURS_PLAIN and (ours or wish - strange >= PLAINER)):
        return verdicts
    return [_without_foreign(v) for v in verdicts]


def combine(verdicts: list[Verdict], channel: str, locale: str) -> dict[str, float]:
    """The intents of the message with their confidence, best first."""
    mail = channel == "email"
    strange = [v for v in verdicts if v.intent == FOREIGN and v.confidence >= FOREIGN_SURE]
    if strange and _foreign_prevails(verdicts, strange, mail):
        return {"other": max(v.confidence for v in strange)}
    verdicts = _without_technicians(_without_mere_addresses(verdicts))
    best: dict[str, float] = {}
    order: dict[str, int] = {}
    for place, verdict in enumerate(verdicts):
        name = "other" if verdict.intent == FOREIGN else verdict.intent
        weight = _weight(verdict) if mail else verdict.confidence
        if weight > best.get(name, 0.0):
            best[name] = weight
        order.setdefault(name, place)
    wishes = {n: p for n, p in best.items() if n not in SMALL and n != "other"}
    top = max(wishes.values(), default=0.0)
    beside = MAIL_BESIDE if mail else SURE
    plainly_outside = not mail and best.get("other", 0.0) >= OUTSIDE_PLAIN
    kept = {
        n: p
        for n, p in wishes.items()
        if (p >= beside or p == top) and p >= _floor(n, locale, mail)
        if p >= BESIDE_OUTSIDE or not plainly_outside
    }
    if not kept:
        return _without_wish(best, verdicts, mail)
    _give_way(kept, order)
    _status_gives_way(kept, order, [v for v in verdicts if v.intent == "status"])
    ranked = sorted(kept, key=lambda n: _rank(n, order, mail and kept[n] < top - MAIL_MAIN))
    answer = {n: kept[n] for n in ranked}
    if not mail:
        for name in SMALL:
            if best.get(name, 0.0) >= SURE and _spoken_first(name, ranked[0], order):
                answer[name] = best[name]
    return answer


def _weight(verdict: Verdict) -> float:
    """How much a sentence of a mail speaks for its wish."""
    words = verdict.clause.words
    if ASKS.search(words) or verdict.intent in (*SMALL, "other", FOREIGN):
        return verdict.confidence
    if verdict.intent in _TOLD_WISHES:
        bare = verdict.intent == "update_details" and _DETAILS.isdisjoint(words)
        return verdict.confidence * (MAIL_TOLD if bare else 1.0)
    return verdict.confidence * MAIL_TOLD


def _spoken_first(name: str, main: str, order: dict[str, int]) -> bool:
    return order[name] < order[main] or name == "deny"


def _without_wish(best: dict[str, float], verdicts: list[Verdict], mail: bool) -> dict[str, float]:
    if (
        mail
        and verdicts
        and verdicts[-1].intent == "thanks"
        and verdicts[-1].confidence >= THANKS_SURE
    ):
        # What is told before only says for what.
        return {"thanks": verdicts[-1].confidence}
    small = {n: best[n] for n in SMALL if best.get(n, 0.0) >= SURE}
    if small and best.get("other", 0.0) < 0.7:
        first = max(small, key=small.__getitem__)
        return {first: small[first]}
    return {"other": max(best.get("other", 0.0), 0.35)}


def _floor(name: str, locale: str, mail: bool) -> float:
    """How likely the likeliest wish must be."""
    if mail:
        return MAIL_SURE
    if locale == "ja" and name in ACTING:
        return LIKELY_ACT_JAPANESE
    return LIKELY_ACT if name in ACTING else LIKELY


def _foreign_prevails(verdicts: list[Verdict], foreign: list[Verdict], mail: bool) -> bool:
    """Whether a message is other people's business; a plain opening of a chat speaks for all."""
    surest = max(v.confidence for v in foreign)
    if not mail and len(foreign) * 2 >= len(verdicts):
        # Who says whose they are, and then plainly what they want, is a customer.
        return all(
            v.confidence < surest + PLAINER for v in verdicts if v.intent not in (*SMALL, "other")
        )
    return (mail or surest >= FOREIGN_PLAIN) and _outweigh(verdicts)


def _outweigh(verdicts: list[Verdict]) -> bool:
    """Whether a mail is more other people's business than a customer's wishes."""
    strange = sum(v.confidence for v in verdicts if v.intent == FOREIGN)
    wishes = sum(
        v.confidence
        for v in verdicts
        if v.intent not in (*SMALL, "other", FOREIGN) and v.confidence >= MAIL_SURE
    )
    return strange >= FOREIGN_SHARE * wishes


def _without_mere_addresses(verdicts: list[Verdict]) -> list[Verdict]:
    """Without the sentences that only give an address for another wish of the message."""
    rest = [
        v for v in verdicts if v.intent != "update_details" or not GIVES.fullmatch(v.clause.words)
    ]
    wishes = any(v.intent not in (*SMALL, "other", FOREIGN) and v.confidence >= SURE for v in rest)
    return rest if wishes else verdicts


def _without_technicians(verdicts: list[Verdict]) -> list[Verdict]:
    """Without the wishes that somebody come, where something is plainly broken: that is support."""
    if not any(v.intent == "support" and v.confidence >= SURE for v in verdicts):
        return verdicts
    return [v for v in verdicts if v.intent != "contact" or not _asks_for_a_visit(v.clause.words)]


def _asks_for_a_visit(words: str) -> bool:
    return bool(COMES.search(words)) and not TALKS.search(words)


def _give_way(kept: dict[str, float], order: dict[str, int]) -> None:
    """Who wants to be called or to buy says by the way what is broken or unclear."""
    for name, heavier in (("support", ("contact",)), ("product_info", ("contact", "purchase"))):
        if name in kept:
            order[name] = max(order[h] for h in (name, *heavier) if h in kept)


def _status_gives_way(kept: dict[str, float], order: dict[str, int], told: list[Verdict]) -> None:
    """Who tells that they wait, and wants a call, a person or an end, asks for no status."""
    if "status" not in kept or any(QUESTION.search(v.clause.words) for v in told):
        return
    if "contact" in kept and all(
        WAITS.search(v.clause.words) and not GOODS.search(v.clause.words) for v in told
    ):
        del kept["status"]
        return
    heavier = [order[n] for n in ("cancel", "human") if n in kept]
    if heavier:
        order["status"] = max(order["status"], *heavier)


def _rank(name: str, order: dict[str, int], vague: bool) -> tuple[bool, int, bool]:
    """Wishes stand as they are spoken."""
    return vague, order[name], name in ("support", "product_info", "status")
