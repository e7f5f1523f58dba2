"""The entities of the answer: those found, and those that follow from the wishes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from domain.understanding.decide import Verdict
from domain.understanding.entities.calendar import resolve
from domain.understanding.entities.found import Find, Page
from domain.understanding.grammar import Grammar
from domain.understanding.model import FOREIGN
from domain.understanding.result import DateRange, Entities, EntityValue, Span
from domain.understanding.text import Folded

_METHODS = {
    "en": (
        (
            "online",
            Grammar(
                r"zoom|teams|video|online|virtual|skype|webex|webinar|google meet|(?:on|over|via|in) meet(?![a-z])|remote"
            ),
        ),
        (
            "visit",
            Grammar(
                r"visit|drop (?:in|by|round|over)|come (?:to|by|over|round|out|and|in|here)|(?:stop|swing|pop) (?:by|in|over)|in person|on[- ]site|at our (?:office|site|place|premises)|to our (?:office|site|place|premises)|face to face|see us|call (?:in|round)|c[ao]m(?:e|ing) (?:round|over|out)|(?:get|have|send) (?:someone|somebody|a person|anyone) (?:out|over|round)|someone (?:to )?come|rep (?:to )?come|come on D|come D"
            ),
        ),
        (
            "phone",
            Grammar(
                r"phone|(?<!re)call|bell (?:me|us)|ring(?!s? (?:up )?error)|telephone|give (?:me|us) a (?:buzz|bell|shout|tinkle)|reach (?:me|us) (?:on|at) P|(?:on|at) P|hear from (?:you|someone) by tel|mobile|speak (?:on|over)"
            ),
        ),
        (
            "email",
            Grammar(
                r"e-?mail|by mail|mail (?:me|us)|(?:drop|write|reply|respond|answer|contact|reach|message|back) .{0,30}E|in writing|write to|drop (?:me|us) a line|a line"
            ),
        ),
    ),
    "ja": (
        (
            "online",
            Grammar(
                r"zoom|オンライン|ウェブ会議|web ?会議|ビデオ|teams|リモート|テレビ会議|webミーティング|meet|skype|スカイプ"
            ),
        ),
        (
            "visit",
            Grammar(
                r"訪問|来て|きて(?:ほし|くだ|もら|いただ|くれ)|来社|お越し|寄って|立ち寄|来ていただ|来てもら|来所|来訪|お伺い(?:いただ|くださ)|足を運|来れ|来られ|出向い|来店|お寄り|うかがって|伺って|おいで(?:いただ|くださ|になって|願)"
            ),
        ),
        (
            "phone",
            Grammar(
                r"電話|でんわ|架電|コール|一報|tel|折り返し|おでんわ|かけて(?:もら|くださ|ほし|いただ|くれ|きて)|P ?(?:に|へ|まで)"
            ),
        ),
        ("email", Grammar(r"メール|E ?(?:に|へ|まで)|メアド")),
    ),
}
_NEGATED = {
    "en": Grammar(
        r"(?:don't|do not|dont|no|not|never|rather than|than|instead of|without|please stop|no need (?:to|for)|not by|isn't|can't|cannot)(?: \w+){0,3} ?$"
    ),
    "ja": Grammar(
        r"^.{0,8}?(?:に(?:は)?(?:出られ|出れ|出にく|なかなか出)|ではなく|じゃなく|でなく|は(?:不要|結構|いりません|いらな|困|無理|NG|ng|苦手|遠慮|控え|やめ|要りません|しないで|なし|出られ|出れ|つなが|かけないで|ちょっと)|より|(?:には)?及び|しないで|(?:して|を?かけて)?(?:くる|来る|こられる)?の(?:は|を)?(?:やめ|止め|控え)|以外|の代わり)"
    ),
}
_EXPLAIN = {
    "en": Grammar(
        r"explain|walk (?:me|us|\w+) through|talk (?:me|us) through|go (?:over|through)|run (?:me|us) through|clarif|describe|take (?:me|us) through|discuss the|details over"
    ),
    "ja": Grammar(r"説明|解説|教え|聞きたい|お聞き|伺いたい|詳しく|詳細|レクチャー"),
}
#: Wishes for which the words of a time are a preference or a deadline.
_TIMED = frozenset({"contact", "purchase", "cancel", "support", "document_request"})
#: Amounts of what is ordered, asked about or quoted count, not how many machines are broken.
_NO_AMOUNTS = frozenset({"support", "contact", "human", "greet", "thanks", "unsubscribe"})
#: Beside such a wish a sentence of its own may state the time: "Friday 10am works".
_OFFER = Grammar(
    r"works?|free|suits?|ideal|deliver|deadline|latest|fine|available|possible|convenient|always in|in the office|at home|at my desk|ok(?:ay)?(?![a-z])|either|best|good|prefer|"
    r"納品|納期|届け|都合|空いて|可能|大丈夫|いかが|希望|お願い|なら|時間が取れ|でれ|出れ|[にで](?:おり|い)ます|来て|来られ|来ていただ|伺|出られ|助か|幸い|いつでも"
)
#: Who comes to mend something is a technician, not a sales visit.
_REPAIRS = Grammar(
    r"見に来|見て|直し|修理|診て|点検|look at|fix|repair|mend|service it|check it|technician|engineer"
)
#: What is only told of a day, unless the clause also asks: "the board met on Tuesday".
_TOLD = Grammar(
    r"\b(?:was|were|had|said|met|came|went|saw|took|got|told|gave|spoke|did|didn't|wasn't|weren't|couldn't|placed|(?:i|we|you|they|he|she) \w+ed|approved|decided|agreed|moved|visited|attended|looked|talked|bought|ordered|stopped|broke|died|jammed|failed|crashed|arrived|happened|began|started|lost)\b"
    r"|(?:まし|でし|あっ|なっ|行っ|見|し|っ|だっ|され|なかっ)た(?:が|けど|けれど|ので|ところ|のですが|んですが|んですけど|のに)?[、。]?$"
    r"|(?:した|ていた|いただいた)者です|(?:伺い|行き|見|拝見し|お会いし|いただき|おり)ましたが"
)
_ASKS = Grammar(
    r"\b(?:please|pls|kindly|can|could|may|will|would|won't|need|want|like to|i'd|we'd|we'll|i'll|let me|call me|ring me|have to|must|should|cancel|by D|before D)\b|\?"
    r"|ください|下さい|お願い|いただけ|頂け|もらえ|ほしい|欲しい|たい|希望|ですか|ますか|でしょうか|幸い|助か|キャンセル|取り消|行けなく|来られなく"
)
#: A time at which one is not to be had.
_BUSY = Grammar(
    r"\x00* ?(?:is|are|'s|'re)? ?(?:no good|no use|not (?:good|possible|ideal|convenient)|(?:is|are) out\b|won't (?:work|do|suit)|doesn't (?:work|suit)|don't (?:work|suit)|is impossible|is bad)"
    r"|\x00*(?:は|が|だけは)(?:ちょっと|都合が|どうしても)?(?:だめ|ダメ|駄目|ng|厳し|避けて|都合が悪)"
    r"|\x00*は(?:定休|お?休み|営業して|やって(?:い)?ま|開いて(?:い)?ま)"
    r"|\x00*は[^。、]{0,10}?(?:出て(?:おり|い)|外出|不在|留守|無理|難し|埋ま|都合が(?:悪|つか)|出られな|出れな)"
)
_NOT_THEN = Grammar(
    r"\b(?:no (?:phone )?calls?|no visits?|(?:don't|do not|never) (?:call|ring|phone|come|visit)(?: me| us)?|can't (?:make|do)|cannot (?:make|do)|anything but|but not|just not) $"
)
#: Something that takes place then: "our meeting on the 20th", 二十日の理事会.
_TAKES_PLACE = Grammar(
    r"\x00*の(?:[一-龥]{0,4}(?:会議|会合|会|式|大会|行事|集まり|展示会)|イベント|セミナー|打ち合わせ)(?:で|に|ま|が|の|、)"
    r"|\x00*の[一-龥]{1,4}中は"
    r"|\x00*(?:に|は|から)[^。、]{0,6}(?:葬儀|式|会議|会|大会|行事|イベント|法事|監査|検査|発表|試験|オープン|発送|出荷)(?:が(?:あ|入|控)|なの|です)"
)
_EVENT = Grammar(
    r"(?:\b(?:our|the|my|their|this|board|staff|annual|general|owners'?) (?:\w+ )?(?:meeting|meets?|event|conference|party|wedding|exam|opening|fair|funeral|open day) (?:is )?"
    r"|(?:\bhave (?:a|an|our|the) |there(?:'s| is) (?:a|an) )(?:funeral|wedding|exam|inspection|party|event|conference|open day|audit|concert|fair|tournament|board meeting) "
    r"|(?<!can )(?:governors|board|committee|council|partners|trustees|directors|team|shareholders) meets? )$"
)
#: A month alone is mostly when something happened: it counts where something is asked.
_BARE_MONTH = Grammar(r"(?i:in [a-z]+$)")
_RUNS_OUT = Grammar(r"\x00*(?:に|で|まで)?(?:満了|終了|切れ|期限|契約が)")
#: Who wants a person at once says so with these.
_AT_ONCE = Grammar(r"(?i:this (?:minute|instant|second)|asap|至急)")
_DEADLINE = Grammar(r"(?i:^(?:by|before|until|till|no later)\b|まで|以内)")
_LISTS = 20


def gather(
    page: Page,
    verdicts: list[Verdict],
    intents: Mapping[str, float],
    folded: Folded,
    now: datetime | None,
    timezone: str,
) -> tuple[Entities, tuple[Span, ...], tuple[DateRange, ...]]:
    """Values, their places in the original text, and resolved times."""
    finds = sorted(
        (f for f in page.finds if _counts(f, page, verdicts, intents)), key=lambda f: f.start
    )
    values: dict[str, list[EntityValue]] = {}
    for find in finds[:200]:
        known = values.setdefault(find.name, [])
        if (find.value not in known or find.name == "quantity") and len(known) < _LISTS:
            known.append(find.value)
    _follow(page, verdicts, intents, values)
    for vague in ("いつでも", "近いうち"):
        if len(values.get("datetime", [])) > 1 and vague in values["datetime"]:
            values["datetime"].remove(vague)
    names = [str(name) for name in values.get("person_name", [])]
    if len(names) > 1:
        # A signature repeats the family name more fully.
        values["person_name"] = [n for n in names if not any(n != m and n in m for m in names)]
    if set(intents) == {"other"} and any(v.intent == FOREIGN for v in verdicts):
        # Whoever signs other people's business is no customer.
        for name in ("person_name", "company", "department"):
            values.pop(name, None)
    entities = {
        name: found[0] if len(found) == 1 else found for name, found in values.items() if found
    }
    spans = tuple(Span(f.name, *folded.place(f.start, f.end), f.value) for f in finds[:200])
    dates: tuple[DateRange, ...] = ()
    if now is not None:
        words = [str(v) for v in values.get("datetime", [])]
        ranges = (resolve(w, page.locale, now, timezone) for w in words)
        dates = tuple(r for r in ranges if r is not None)
    return entities, spans, dates


def _counts(find: Find, page: Page, verdicts: list[Verdict], intents: Mapping[str, float]) -> bool:
    if find.name == "quantity":
        # "One of the drawers": part of a whole, not an amount of goods.
        verdict = _around(find, verdicts)
        if verdict is not None and verdict.intent in _NO_AMOUNTS:
            return False
        rest = page.masked[find.end : find.end + 14].replace("\x00", "")
        return not (
            find.value == 1 and rest.startswith((" of the", " of your", " of our", " of us"))
        )
    if find.name != "datetime":
        return True
    verdict = _around(find, verdicts)
    if verdict is None or _RUNS_OUT.match(page.masked, find.start + 1):
        return False
    if _BARE_MONTH.match(page.plain, find.start, find.end) and (
        page.masked.endswith((" as ", "sold us ", "lease "), 0, find.start)
        or not _ASKS.search(verdict.clause.words)
    ):
        return False
    if _NOT_THEN.search(page.masked[max(0, find.start - 32) : find.start]):
        return False
    if _BUSY.match(page.masked, find.start + 1) or _is_event(find, page):
        return False
    if _TOLD.search(verdict.clause.words) and not _ASKS.search(verdict.clause.words):
        return False
    words = page.plain[find.start : find.end]
    if verdict.intent == "human":
        return bool(_AT_ONCE.search(words))
    if verdict.intent in _TIMED and verdict.intent in intents:
        return True
    if _DEADLINE.search(words) and _ASKS.search(verdict.clause.words):
        return not _TIMED.isdisjoint(intents)
    words = verdict.clause.words
    return not _TIMED.isdisjoint(intents) and (len(words) < 24 or bool(_OFFER.search(words)))


def _is_event(find: Find, page: Page) -> bool:
    before = page.masked[max(0, find.start - 32) : find.start]
    return bool(_TAKES_PLACE.match(page.masked, find.start + 1) or _EVENT.search(before))


def _around(find: Find, verdicts: list[Verdict]) -> Verdict | None:
    return next((v for v in verdicts if v.clause.start <= find.start < v.clause.end), None)


def _follow(
    page: Page,
    verdicts: list[Verdict],
    intents: Mapping[str, float],
    values: dict[str, list[EntityValue]],
) -> None:
    actions: list[EntityValue] = []
    methods: list[EntityValue] = []
    for verdict in verdicts:
        if verdict.intent == "contact" and "contact" in intents:
            words = verdict.clause.words
            method = contact_method(words, page.locale)
            if method == "visit" and "support" in intents and _REPAIRS.search(words):
                continue
            if method == "visit" and _they_come(words):
                continue
            if method and method not in methods:
                methods.append(method)
            if method == "visit":
                actions.append("visit")
            if method == "phone" and _EXPLAIN[page.locale].search(words):
                actions.append("phone_explanation")
    if "document_request" in intents:
        actions.append("send_materials")
    if methods:
        values["contact_method"] = methods[:1]
    if actions:
        values["requested_action"] = list(dict.fromkeys(actions))


def _they_come(words: str) -> bool:
    return bool(
        re.search(
            r"(?:can|could|may) (?:i|we) (?:visit|come)|御社に伺|そちらに伺|お伺いしたい|伺ってもよろし",
            words,
        )
    )


def contact_method(words: str, locale: str) -> str | None:
    """How the customer wants to be reached by the words of one clause; refused ways do not count."""
    for method, pattern in _METHODS[locale]:
        for match in pattern.finditer(words):
            if locale == "en":
                refused = _NEGATED["en"].search(words, max(0, match.start() - 30), match.start())
            else:
                refused = _NEGATED["ja"].search(words[match.end() : match.end() + 20])
            if not refused:
                return method
    return None
