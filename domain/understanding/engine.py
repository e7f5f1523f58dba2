"""The understanding engine: deterministic, offline, less than a millisecond a chat message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from domain.understanding.clauses import sentences
from domain.understanding.context import Context
from domain.understanding.decide import Verdict, combine, foreign, judge, not_foreign
from domain.understanding.entities.found import Page
from domain.understanding.entities.products import Models
from domain.understanding.gather import gather
from domain.understanding.lexicons import model, version
from domain.understanding.outside_japanese import is_others_business, is_pitched, wants_ours
from domain.understanding.pointers import pointers
from domain.understanding.reading import features, read
from domain.understanding.result import Band, ScoredIntent, Understanding
from domain.understanding.text import Folded, detect_locale, fold

#: From here on the counter acts (after confirmation); below `ASK` a person should look.
ACT = 0.75
#: Messages that touch every grammar of a language.
_SAMPLES = (
    "Hi, I'm Ann Lee from Lee & Co. Ltd., 2 Mill Road, Leeds LS1 4AP, 0113 496 0000, a@b.example: "
    "order 77120? please call me tomorrow at 10 about 2 RC-1234 on page 3, in Sales Department.",
    "株式会社みなとの小林です。〒530-0001 大阪市北区梅田1-2-3、営業部、03-5555-0199。明日10時に"
    "RC-1234を2台、注文48213の2番目と同じもの。3ページのは昨日いくらでしたか",
)
ASK = 0.45


class Engine:
    """Understands single messages; it keeps no state between them."""

    def __init__(self, model_numbers: Collection[str] = ()) -> None:
        # Concepts and weights of a language come with its first message, or with `warm_up`.
        self._models = Models(model_numbers)

    @property
    def version(self) -> str:
        """Stored with every message, so that an old answer can be traced to its engine."""
        return version()

    def warm_up(self) -> None:
        """Make grammars ready now (a third of a second), not at the first customer's message."""
        for sample in _SAMPLES:
            self.understand(sample)

    def understand(
        self,
        text: str,
        *,
        locale: str | None = None,
        channel: str = "chat",
        now: datetime | None = None,
        timezone: str = "UTC",
        phone_region: str = "US",
        context: Context | None = None,
        explain: bool = False,
    ) -> Understanding:
        """The meaning of `text`.

        `locale` is only the fallback for a text without letters. Without `now` dates are found but
        not resolved. `phone_region` is the country of numbers that show none. Never raises for any
        text; what is beyond the first 20,000 characters is not read.
        """
        folded = fold(text)
        spoken = detect_locale(folded.plain, locale)
        page = read(folded.plain, spoken, self._models, phone_region)
        verdicts = judge(sentences(page.masked, spoken), lambda words: _scores(words, spoken))
        if spoken == "ja" and is_others_business(page.masked):
            verdicts = foreign(verdicts)
        elif spoken == "ja" and not is_pitched(page.masked):
            verdicts = not_foreign(verdicts, ours=wants_ours(page.masked))
        intents = combine(verdicts, channel, spoken)
        if context is not None:
            intents = context.settle(intents, page.masked)
        if "〜" in text:
            _as_written(page, text, folded)
        entities, spans, dates = gather(page, verdicts, intents, folded, now, timezone)
        scored = tuple(ScoredIntent(name, round(p, 3)) for name, p in intents.items())
        return Understanding(
            locale=spoken,
            intents=scored,
            entities=entities,
            band=_band(scored[0]),
            version=version(),
            spans=spans,
            references=pointers(page),
            dates=dates,
            explanation=_explain(page, verdicts) if explain else {},
        )


def load_engine(model_numbers: Collection[str] = ()) -> Engine:
    """An engine that also knows the catalog's model numbers, however they are spaced."""
    return Engine(model_numbers)


def _scores(words: str, locale: str) -> dict[str, float]:
    chosen = model(locale)
    return dict(zip(chosen.classes, chosen.probabilities(features(words, locale)), strict=True))


def _band(best: ScoredIntent) -> Band:
    if best.confidence >= ACT:
        return Band.ACT
    return Band.ASK if best.confidence >= ASK else Band.PERSON


def _as_written(page: Page, text: str, folded: Folded) -> None:
    """Give times of Japanese texts the wave dash that was written, which folds to another sign."""
    page.finds = [
        replace(find, value=text[slice(*folded.place(find.start, find.end))].rstrip(" 、,の"))
        if find.name == "datetime"
        else find
        for find in page.finds
    ]


def _explain(page: Page, verdicts: list[Verdict]) -> dict[str, object]:
    return {
        "masked": page.masked.replace("\x00", ""),
        "clauses": [
            {
                "text": page.plain[v.clause.start : v.clause.end].strip(),
                "read as": v.clause.words,
                "intent": v.intent,
                "scores": dict(
                    sorted(
                        ((n, round(p, 3)) for n, p in v.scores.items() if p > 0.02),
                        key=lambda x: -x[1],
                    )
                ),
                "hits": _hits(v, page.locale),
            }
            for v in verdicts
        ],
        "entities": [(f.name, page.plain[f.start : f.end], f.value) for f in page.finds],
    }


def _hits(verdict: Verdict, locale: str) -> list[tuple[str, float]]:
    chosen = model(locale)
    place = chosen.classes.index(verdict.intent)
    found = [
        (name, round(chosen.weights(name)[place], 2))
        for name in features(verdict.clause.words, locale)
    ]
    return sorted(found, key=lambda hit: (-abs(hit[1]), hit[0]))[:8]


__all__ = ["Context", "Engine", "load_engine"]
