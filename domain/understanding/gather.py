"""The entities of the answer: those found, and those that follow from the wishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.understanding.amounts_japanese import is_no_amount
from domain.understanding.borders import NAMES_ONLY
from domain.understanding.decide import Verdict
from domain.understanding.entities.calendar import resolve
from domain.understanding.entities.found import FILL, Find, Page
from domain.understanding.grammar import Grammar
from domain.understanding.model import FOREIGN
from domain.understanding.result import DateRange, Entities, EntityValue, Span
from domain.understanding.text import Folded
from domain.understanding.wished_times import is_wish
from domain.understanding.wished_times_japanese import is_meant_by_what_follows

_METHODS = {
    "en": (
        (
            "online",
            Grammar(
                r"zoom|teams|facetime|screen ?share|video|online|virtual|skype|webex|webinar|google meet|(?:on|over|via|in) meet(?![a-z])|remote"
            ),
        ),
        (
            "visit",
            Grammar(
                r"visit|drop (?:in|by|round|over)|drive (?:over|out|up|down)|send (?:\w+ ){1,4}(?:round|over here|out to|along)|(?:at|to) (?:my|our) door|to (?:my|our) (?:yard|farm|factory|works|warehouse|school|shop|house)|come (?:to(?! you(?:r|rs)?\b)|by|over|round|out|and|in|here|down|up|along)|swing out|(?:stop|swing|pop|look|nip|pass) (?:by|in|over|round|along|past)|(?:be|get) here|(?:man|rep|salesman|salesperson|someone|somebody|people) here|at ours(?![a-z])|in person|on[- ]site|at our (?:office|site|place|premises)|to our (?:office|site|place|premises)|face to face|see us|call (?:in|round)|c[ao]m(?:e|ing) (?:round|over|out)|came (?:by|in|along)|shown (?:round|around|over)|send (?:someone|somebody|a man|a rep|anyone) (?:who|that|to (?:our|my|the|us))|(?:get|have|send) (?:someone|somebody|a person|anyone) (?:out|over|round)|someone (?:to )?come|rep (?:to )?come|come on D|come D|(?:get|have|book|arrange|want) a (?:tour|viewing)|show (?:me|us|my \w+|our \w+) (?:the |that |this )?(?:flat|house|apartment|place|unit|property|plot|condo)|(?:man|rep|salesman|agent|colleague|someone|somebody|anyone) (?:comes?|bring|to bring)|see your (?:rep|representative|agent|salesman|colleague)|bring (?:one|it|them|the \w+|a \w+|M) (?:over|by|round|around|in|along|to us|here|with)"
            ),
        ),
        (
            "phone",
            Grammar(
                r"phone|(?<![a-z])(?<!\bon )call|bell (?:me|us)|(?<![a-z])ring(?!s? (?:up )?error)|telephone|give (?:me|us) a (?:quick )?(?:buzz|bell|shout|tinkle)|blower|reach (?:me|us) (?:on|at) P|(?:on|at) P|hear from (?:you|someone) by tel|mobile|speak (?:on|over)"
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
                r"訪問|来て|きて(?:ほし|くだ|もら|いただ|くれ)|来社|お越し|寄って|立ち寄|来ていただ|来てもら|来所|来訪|お伺い(?:いただ|くださ)|足を運|来れ|来られ|出向い|来店|お寄り|顔(?:を|も)?(?:出し|見せて)|(?:人|営業|担当|者|方|誰か|さん)(?:を|、)?(?:[^。、を]{0,8}[にへ])?(?:よこし|寄越し|寄こし)て|(?:こっち|こちら|うち|現場|店)[にへ](?:よこし|寄越し|寄こし)て|いらして|いらっしゃって(?:いただ|くださ|もら|ほし)|(?:現[地場]|教室|実際に|設置場所|当[院園校店社]|施設|うち|工場|部屋|自宅|建物)[^。、]{0,8}ご覧(?:いただ|になって|くださ|頂)|(?<![が見])来(?:る|られる)(?:んやったら|なら|(?:の|ん)(?:でし|だっ)たら)|お運び|お立ち寄り|(?:見せ|説明し|教え)に来|持って(?:来て|きて)|うかがって|伺って|ご?(?:来校|来院|来園|来宅|来庁|来館|来訪|足労)(?:いただ|くださ|願|頂)|伺う(?:って|と)(?:聞|言|のこと|の約束)|おいで(?:いただ|くださ|になって|願)"
            ),
        ),
        (
            "phone",
            Grammar(
                r"電話|でんわ|架電|コール|tel|鳴らして|折り返し|おでんわ|かけ直し|かけて[。!]?$|かけて(?:もら|くださ|ほし|いただ|くれ|きて)|P ?(?:に|へ|まで)|(?:携帯|職場|会社|自宅|家|直通)(?:のほう|の方)?(?:に|へ)(?:一本|かけ|お?電話|お願い|連絡)|一本(?:入れ|いただ|くださ|もら|ほし)"
            ),
        ),
        ("email", Grammar(r"メール|E ?(?:に|へ|まで)|メアド")),
    ),
}
#: ... or called useless behind: "calls are no use".
_USELESS = Grammar(
    r"(?:ing|s)?(?: calls?)? (?:are|is|isn't|aren't|'s|would be|were) (?:no (?:use|good)|useless|hopeless|impossible|difficult|out|(?:not )?needed|necessary|not (?:possible|an option|ideal))\b"
)
_NEGATED = {
    "en": Grammar(
        r"(?:don't|do not|dont|no|not|never|rather than|than|instead of|without|please stop|no need (?:to|for)|not by|isn't|can't|cannot)(?: \w+){0,3} ?$"
    ),
    "ja": Grammar(
        r"^.{0,8}?(?:なくて(?:も)?(?:結構|けっこう|いい|よい|大丈夫)|に(?:は)?(?:出られ(?!ます|る)|出れ|出にく|なかなか出)|(?:では|じゃ|で|や)なく|(?:じゃ|や)のうて|(?:だ|や)と[^、。]{0,6}?(?:仕事|聞き間違|聞き取|聞こえ|言った言わ|伝わ|記録|つなが|出られ|出れ|取れ|困|緊張|苦手|話しづら|うまく|長|忘れ|残ら)|は(?:仕事中|勤務中|なかなか|あまり|ほとんど|基本)(?:は|に)?(?:出|で|取|と)ら?れ|は(?:不要|結構|けっこう|いりません|いらな|困|無理|NG|ng|苦手|遠慮|控え|やめ|要りません|しないで|なし|出られ|出れ|つなが|かけないで|ちょっと|受けられ|取れ|とれ)|(?:を|に)?(?:されると|されても|されるの|来られると|来られても|かけられると|かけられても)|で(?:も)?(?:お話し?|ご?相談|お願い|ご?連絡|お伝え|お聞き|お伺い|お問い?合わせ)?(?:した(?!い|く|ら)|しました|話した(?!い|く|ら)|伺った|聞いた(?!い|ら)|伝えた|いただいた|頂いた|させていただいた)|より|(?:には)?及び|しないで|(?:して|を?かけて)?(?:くる|来る|こられる)?の(?:は|を)?(?:やめ|止め|控え)|以外|の代わり)"
    ),
}
_EXPLAIN = {
    "en": Grammar(
        r"explain|walk (?:me|us|\w+) through|talk(?:ed)? (?:(?:me|us|people|him|her|them) )?through|go (?:over|through)|run (?:me|us) through|clarif|describe|take (?:me|us) through|discuss the|details over"
    ),
    "ja": Grammar(
        r"説明|解説|教え|聞かせ|聞きたい|お聞き|(?<!話を)(?<!話も)伺いたい|詳しく|詳細|レクチャー"
    ),
}
#: Amounts of what is ordered, asked about or quoted count, not how many machines are broken.
_NO_AMOUNTS = frozenset({"support", "human", "greet", "thanks", "unsubscribe"})
#: Wishes that are for a time.
_TO_COME = frozenset({"contact", "purchase", "support", "document_request"})
#: Who comes to mend something is a technician, not a sales visit.
_REPAIRS = Grammar(
    r"見に来|見て|直し|修理|診て|点検|look at|fix|repair|mend|service it|check it|technician|engineer"
)
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
    for name in ("person_name", "company"):
        if len(values.get(name, [])) > 1:
            values[name] = _once(values[name])
    if page.locale == "en" and set(intents) == {"other"} and "model_number" not in values:
        # "I would have bought two of these": told, not wished. Japanese shows it beside the amount.
        values.pop("quantity", None)
    if set(intents) == {"other"} and any(v.intent == FOREIGN for v in verdicts):
        # Whoever signs other people's business is no customer.
        for name in ("person_name", "company", "department", "quantity"):
            values.pop(name, None)
    entities = {
        name: found[0] if len(found) == 1 else found for name, found in values.items() if found
    }
    spans = tuple(Span(f.name, *folded.place(f.start, f.end), f.value) for f in finds[:200])
    dates: tuple[DateRange, ...] = ()
    if now is not None:
        words = [str(v) for v in values.get("datetime", [])]
        ranges = (resolve(w.replace("〜", "~"), page.locale, now, timezone) for w in words)
        dates = tuple(r for r in ranges if r is not None)
    return entities, spans, dates


def _counts(find: Find, page: Page, verdicts: list[Verdict], intents: Mapping[str, float]) -> bool:
    if find.name == "quantity":
        # "One of the drawers": part of a whole, not an amount of goods.
        verdict = _around(find, verdicts)
        if verdict is not None and verdict.intent in _NO_AMOUNTS:
            return False
        if page.locale == "ja" and is_no_amount(page.masked, find.start, find.end):
            return False
        rest = page.masked[find.end : find.end + 14].replace("\x00", "")
        return not (
            find.value == 1 and rest.startswith((" of the", " of your", " of our", " of us"))
        )
    if find.name != "datetime":
        return True
    if page.locale == "ja" and is_meant_by_what_follows(page.masked, find.start + 1):
        return not _TO_COME.isdisjoint(intents)
    return is_wish(find, page, _around(find, verdicts), intents)


def _once(names: list[EntityValue]) -> list[EntityValue]:
    """Each name once, in its fullest form: a signature repeats "Tarn Foods" as "Tarn Foods Ltd."."""
    plain = [str(name).rstrip(".").lower() for name in names]
    return [
        name
        for place, name in enumerate(names)
        if not any(
            plain[place] in other and (plain[place] != other or i < place)
            for i, other in enumerate(plain)
            if i != place
        )
    ]


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
            if method == "phone" and _ONLY_TEXTS.match(words):
                continue
            if method and method not in methods:
                methods.append(method)
            if method == "visit":
                actions.append("visit")
            if method == "phone" and _EXPLAIN[page.locale].search(words):
                actions.append("phone_explanation")
    if "document_request" in intents:
        actions.append("send_materials")
    texts = _TEXTS.search(page.masked) is not None
    if not methods and not texts and "contact" in intents:
        # Who gives a number or an address with the wish is to be reached there.
        methods += [m for m in ("phone", "email") if _is_given(page, m)][:1]
    if methods:
        values["contact_method"] = methods[:1]
    if actions:
        values["requested_action"] = list(dict.fromkeys(actions))


#: Short messages are none of the ways that the counter knows.
_ONLY_TEXTS = Grammar(r"(?!.*\b(?:call|ring|phone|speak|talk)).*\b(?:text|txt|sms|whatsapp)\b")
_TEXTS = Grammar(
    r"\b(?:text|txt|sms|whatsapp|dm|message) (?:me|us|him|her|my|back|on|to)\b|\bby (?:text|sms|whatsapp)\b"
)


def _is_given(page: Page, name: str) -> bool:
    """Whether an address stands in a sentence, not in a line of a signature."""
    for find in page.finds:
        if find.name == name:
            line = page.masked[page.masked.rfind("\n", 0, find.start) + 1 :].split("\n", 1)[0]
            words = line.replace(FILL, "").strip()
            if "\n" not in page.plain or not NAMES_ONLY.fullmatch(words):
                return True
    return False


#: The customer comes to the company: nobody is asked to visit them.
_THEY_COME = Grammar(
    r"(?:can|could|may|shall|should) (?:i|we) (?:just )?(?:visit|come|pop|drop|swing|stop|look)"
    r"|(?:i|we)(?:'d| would| want to| will|'ll|'m|'re| could)(?: like to| love to| happy to| be)? (?:visit|com(?:e|ing)|pop|drop|view|stop|swing)(?! (?:from|of))"
    r"|visit your|come to your|to your (?:shop|showroom|office|branch)"
    r"|御社に伺|そちらに伺|お?伺いたい|伺いします|伺ってもよろし|伺っていい|お邪魔し(?:たい|ます|て(?:も|よ))|来られますか$"
)


def _they_come(words: str) -> bool:
    return _THEY_COME.search(words) is not None


def contact_method(words: str, locale: str) -> str | None:
    """How the customer wants to be reached by the words of one clause; refused ways do not count."""
    for method, pattern in _METHODS[locale]:
        for match in pattern.finditer(words):
            if locale == "en":
                refused = _NEGATED["en"].search(
                    words, max(0, match.start() - 30), match.start()
                ) or _USELESS.match(words, match.end())
            else:
                refused = _NEGATED["ja"].search(words[match.end() : match.end() + 20])
            if not refused:
                return method
    return None
