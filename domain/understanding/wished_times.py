"""Whether the words of a time are a wish: a preference or a deadline, not what is told of a day."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.understanding.decide import Verdict
from domain.understanding.entities.found import FILL, Find, Page
from domain.understanding.grammar import Grammar
from domain.understanding.wished_times_japanese import (
    gives_reason,
    has_happened,
    is_no_wish_of_now,
)

#: Wishes for which the words of a time are a preference or a deadline.
_TIMED = frozenset({"contact", "purchase", "cancel", "support", "document_request"})
#: Beside such a wish a sentence of its own may state the time: "Friday 10am works".
_OFFER = Grammar(
    r"works?|free|suits?|ideal|deliver|deadline|latest|fine|available|possible|convenient|always in|in the office|at home|at my desk|ok(?:ay)?(?![a-z])|either|best|good|prefer|"
    r"納品|納期|届け|都合|空いて|可能|大丈夫|いかが|希望|お願い|なら|時間が取れ|でれ|出れ|[にで](?:おり|い)ます|来て|来られ|来ていただ|伺|出られ|助か|幸い|いつでも"
)
#: What is only told of a day, unless the clause also asks: "the board met on Tuesday".
_TOLD = Grammar(
    r"\b(?:was|were|had|said|met|came|went|saw|took|got|told|gave|spoke|did|didn't|wasn't|weren't|couldn't|placed|(?:i|we|you|they|he|she) \w+ed|approved|decided|agreed|moved|visited|attended|looked|talked|bought|ordered|stopped|broke|died|jammed|failed|froze|blew|tripped|crashed|arrived|happened|began|started|lost)\b"
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
    r"|\x00*は(?:定休|お?休み|営業して|やって(?:い)?ま|開いて(?:い)?ま)|\x00*(?:も|って)(?:営業|やって|開いて|あいて)"
    r"|\x00*[はが][^。、]{0,14}?(?:立て込|立込|忙し|手が離せ|バタバタ|ばたばた|手いっぱい|手一杯|お断り|取り込|不都合|つかま(?:ら|り)|先約|予定が(?:入|埋|ある|あり)|動けな|外せな|都合が合|不可|ng)"
    r"|\x00*が(?:お?休み|休業|定休日?|休診日?)(?:で|です|でして)?(?:[、。]|$)"
    r"|\x00*は[^。、]{0,10}?(?:出て(?:おり|い)|外出|不在|留守|無理|難し|埋ま|都合が(?:悪|つか)|出られな|出れな)"
)
_NOT_THEN = Grammar(
    r"\b(?:no (?:phone )?calls?|no visits?|(?:don't|do not|never) (?:call|ring|phone|come|visit)(?: me| us)?|can't (?:make|do)|cannot (?:make|do)|anything but|but not|just not) $"
)
#: Where a stretch ends that tells one thing.
_CUTS = {
    "en": Grammar(r"[.!?\n;,]|\b(?:so|because|but|and|as|since|then|therefore)\b"),
    "ja": Grammar(r"[。!?\n、]|ので|ため(?!に)|けど|けれど|(?<=す)が|(?<=た)が"),
}
#: What ends, opens, came or was said on a day ...
_FACTS = {
    "en": Grammar(
        r"\b(?:ends?|ending|expires?|expiring|opens?|opened|close[sd]?|arrives?|arrived|delivered|told|ordered|bought|valid|down since"
        r"|decides?|runs? out|starts?|started|begins?|froze|blew|tripped|flooded|snapped|seized|away|holiday|vacation|maternity|off sick|work nights?|reboots?|restarts?"
        r"|crashes|sent|came|received|promised|said|collected|installed|dated|turns? \d+|happens?"
        r"|happened|every|each|birthday|signed|paid|broke|died|stopped)\b"
    ),
    "ja": Grammar(
        r"切れ|満了|終了|終わ[るりっ]|に入って(?!から)|に入りま|に入る|始ま[るり]|締め|休みに入|休みです|休みな|休みで|開催|繁忙|オープン|開業|届いた|届きま|言われ|と聞い|止ま|監査|休業|休診|出張|期限|注文した|購入した"
        r"|買った|再起動|始まりま|受け取った|修理した|設置した|壊れ|引っ越しま"
    ),
}
#: ... unless something is asked or offered in the same breath.
_WANTS = {
    "en": Grammar(
        r"\b(?:please|pls|plz|kindly|can|could|would|will you|may|need|want|wish|prefer|must|should|have to|call|ring|phone|visit|come"
        r"|send|deliver|cancel|book|free|available|suits?|works|fine|ok|okay|good|best|possible|like|let|get|take|expect|looking)\b"
    ),
    "ja": Grammar(
        r"ください|下さい|お願い|ほしい|欲しい|たい|もらえ|いただけ|頂け|できま|でき(?:れ|る)|希望|助か|いかが|どう(?:で|か)|空いて|大丈夫|結構|可能|都合|くれ|なら|でしたら|だと"
        r"|ok|いい|良い|よい|来られ|来れ|お越し|納品|までに|キャンセル|取り消|訪問|電話(?:して|を)"
    ),
}
#: A deadline that is not the customer's.
_LIMITS = Grammar(r"valid|holiday|vacation|leave|expires?|期限|有効|away|out of")
#: What was, before the words of a day: "since the power cut on D", "I saw your stand D"; what
#: follows the verb must hold no wish.
_WAS = Grammar(
    r"\b(?:since (?:the|our|my|your|we|i|you|it|they|he|she)|thanks for|thank you for|(?:should|would|could) have (?:been|come|called|rung|gone|sent|got|had|heard|[a-z]+ed)|(?:was|were) (?:supposed|meant|due|told|promised)"
    r"|(?:i|we|he|she|they|you|who|which|that) (?:just |only |first |last |already |once )?(?:saw|met|was|were|had|spoke|came|went|got|bought|read|heard|found|rang|wrote|sent|took|gave|said|left|lost"
    r"|(?!wanted|hoped|wondered|preferred|liked|needed|booked|reserved|scheduled)[a-z]{2,}(?<!ne)(?<!fe)(?<!spe)(?<!inde)ed))\b([^.!?;,\n]*)$"
)
#: The date of a paper: "your letter of D", "the quotation from D", "the invoice for D".
_DATED = Grammar(
    r"\b(?:quot(?:e|ation)|offer|invoice|letter|e-?mail|message|estimate|statement|bill|advert|ad|note|reply|report|receipt|flyer|price list|order)s?"
    r"(?: (?:(?:you|we|i) \w+ )?(?:of|from|dated)|, dated|,)? (?:the )?$"
)
_MONTHLY = Grammar(
    r"\b(?:invoice|statement|bill|report|receipt|figures|usage|newsletter)s? (?:for )?$"
)
#: After the words of a day: how it was, or whose catalogue it is.
_WAS_THEN = Grammar(
    r"\x00* (?:was|were|went|has been|had)\b|\x00*'s (?:catalog(?:ue)?|brochure|prices?|price list|calendar|models?|invoice|statement|newsletter)\b"
)
#: Who is not to be had then: "he naps after lunch", "I'm out D".
_ELSEWHERE = Grammar(
    r"\b(?:naps?|sleeps?|asleep|teach(?:es)?|works? (?:nights|D and)|closed|shut|tied up|(?:'m|'s|'re|am|is|are) (?:usually |always |often |mostly )?(?:out|away|busy|travell?ing|abroad|off|at work"
    r"|teaching|driving|working|asleep|in (?:a |the )?(?:meetings?|class|surgery|court|theatre|lessons?|bed)|not (?:in|here|there|around|available|at home))|runs?|valid|lasts?)"
    r"(?: (?!if\b|when\b|please\b)[a-z]+)?,? (?:D\x00*,? (?:and|or) (?:[a-z]+ )?)?$"
)
#: Something that takes place then: "our meeting on the 20th", 二十日の理事会.
_TAKES_PLACE = Grammar(
    r"\x00*の(?:[一-龥]{0,4}(?:会議|会合|会|式|大会|行事|集まり|展示会)|イベント|セミナー|打ち合わせ)(?:で|に|ま|が|の|、)"
    r"|\x00*の[一-龥]{1,4}中は|\x00*の[一-龥ァ-ヶー]{1,8}(?:に間に合|で使|に使|で必要)"
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
_AT_ONCE = Grammar(r"(?i:this (?:minute|instant|second)|asap|至急|今すぐ|すぐに|ただちに)")
#: What goes on so often is told: "it freezes every night".
_AGAIN_AND_AGAIN = Grammar(
    r"(?i:(?:every|each) (?:single )?(?:night|day|morning|afternoon|evening|week|weekend|month|time)|all (?:day|night|morning|week|afternoon))"
)
_DEADLINE = Grammar(r"(?i:^(?:by|before|until|till|no later)\b|まで|以内)")


def is_wish(find: Find, page: Page, verdict: Verdict | None, intents: Mapping[str, float]) -> bool:
    """Whether the time of `find`, in the clause of `verdict`, is when something is wished."""
    if verdict is None:
        timed = page.locale == "en" and not _TIMED.isdisjoint(intents)
        return timed and _stands_alone(find, page)
    if _RUNS_OUT.match(page.masked, find.start + 1):
        return False
    if page.locale == "en" and _is_past_or_busy(find, page):
        return False
    if _BARE_MONTH.match(page.plain, find.start, find.end) and (
        page.masked.endswith((" as ", "sold us ", "lease "), 0, find.start)
        or not _ASKS.search(verdict.clause.words)
    ):
        return False
    if _is_fact(find, page):
        return False
    if _NOT_THEN.search(page.masked[max(0, find.start - 32) : find.start]):
        return False
    if page.locale == "ja" and is_no_wish_of_now(page.masked, find.start + 1):
        return False
    if _BUSY.match(page.masked, find.start + 1) or _is_event(find, page):
        return False
    if _TOLD.search(verdict.clause.words) and not _ASKS.search(verdict.clause.words):
        return False
    words = page.plain[find.start : find.end]
    if verdict.intent in ("support", "status", "product_info") and _AGAIN_AND_AGAIN.fullmatch(
        words
    ):
        return False
    if verdict.intent == "human":
        return bool(_AT_ONCE.search(words))
    if verdict.intent in _TIMED and verdict.intent in intents:
        return True
    if _DEADLINE.search(words) and _ASKS.search(verdict.clause.words):
        return not _TIMED.isdisjoint(intents)
    words = verdict.clause.words
    return not _TIMED.isdisjoint(intents) and (len(words) < 24 or bool(_OFFER.search(words)))


def _stands_alone(find: Find, page: Page) -> bool:
    """Whether a sentence of one line is nothing but the time: "Any time before four."."""
    if "\n" in page.masked:
        return False
    before = page.masked[: find.start].rstrip()
    return (
        before.endswith((".", "!", "?")) and _ALONE.match(page.masked, find.start + 1) is not None
    )


_ALONE = Grammar(r"\x00*\s*(?:[.!?]|please\b|pls\b|$)")


def _is_past_or_busy(find: Find, page: Page) -> bool:
    """Whether English words around a time tell what was, what a paper is of, or who is away."""
    before = page.masked[max(0, find.start - 70) : find.start]
    words = page.plain[find.start : find.end].lower()
    was = _WAS.search(before)
    if was is not None and not _WANTS["en"].search(was[1]):
        return True
    if _WAS_THEN.match(page.masked, find.start + 1) or _ELSEWHERE.search(before):
        return True
    from_then = before.endswith((" of ", " from ", "dated ")) or words.startswith("from ")
    if from_then and _DATED.search(before):
        return True
    return words.startswith("for ") and _MONTHLY.search(before) is not None


def _is_fact(find: Find, page: Page) -> bool:
    """Whether the stretch around a time tells what is, with nothing asked: "the lease ends D"."""
    text = page.masked
    cut = _CUTS[page.locale]
    begin = max(
        (m.end() for m in cut.finditer(text, max(0, find.start - 80), find.start)), default=0
    )
    begin = max(begin, find.start - 80)
    stop = cut.search(text, find.end, find.end + 60)
    end = stop.start() if stop else find.end + 60
    if page.locale == "ja" and _gives_reason(text, begin, find, end, stop):
        return True
    around = f"{text[begin : find.start]} {text[find.end : end]}".replace(FILL, "")
    if not _FACTS[page.locale].search(around) or _WANTS[page.locale].search(around):
        return False
    words = (
        text[find.start : find.end] if page.locale == "ja" else page.plain[find.start : find.end]
    )
    return not _DEADLINE.search(words) or _LIMITS.search(around) is not None


def _gives_reason(text: str, begin: int, find: Find, end: int, stop: re.Match[str] | None) -> bool:
    """Whether a Japanese stretch only gives the reason for what follows it."""
    rest = text[find.end : end].replace(FILL, "")
    if has_happened(rest):
        return True
    if stop is None or not gives_reason(rest, stop[0]):
        return False
    return not _WANTS["ja"].search(f"{text[begin : find.start]} {rest}")


def _is_event(find: Find, page: Page) -> bool:
    before = page.masked[max(0, find.start - 32) : find.start]
    return bool(_TAKES_PLACE.match(page.masked, find.start + 1) or _EVENT.search(before))
