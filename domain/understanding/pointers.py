"""Pointers to products: "the second one", "page 3", "my machine"."""

from __future__ import annotations

import re

from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar
from domain.understanding.result import Reference

#: More pointers than this in one message are noise.
MOST = 20

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "last": -1, "top": 1, "bottom": -1, "middle": 0, "1st": 1, "2nd": 2, "3rd": 3,
    "4th": 4, "5th": 5, "latter": -1, "former": 1,
}  # fmt: skip
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_KANJI = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_GOODS = (
    "copiers?|printers?|photocopiers?|fax(?: machine)?|scanners?|machines?|models?|cars?|vans?|trucks?|houses?|flats?|toners?|"
    "vehicles?|homes?|plots?|projectors?|ones?|products?|items?|devices?|units?"
)
_EN = (
    ("page", Grammar(r"(?:page|p\.) ?(\d{1,3})(?!\d)", hints=("page", "p."))),
    ("ordinal", Grammar(rf"the (first|second|third|fourth|fifth|sixth|seventh|eighth|last|top|bottom|1st|2nd|3rd|4th|5th|latter|former)(?: (?:{_GOODS}))(?![a-z])|the (latter|former)(?![a-z])", hints=("the ",))),
    ("ordinal", Grammar(r"(?:number|no\.?|#|item|option) ?(\d|one|two|three|four|five|six)(?![\w-])", hints=("number", "no", "#", "item", "option"))),
    ("same", Grammar(r"one more(?: of (?:the same|those|these|them))?|(?:the )?same (?:again|as (?:last time|before|usual)|ones?|thing|model|copier|printer|machine|order|toner)|another (?:one|of (?:the same|those|these))|more of the same|the usual", hints=("one more", "same", "another", "more of the", "the usual"))),
    ("catalog", Grammar(r"the ([a-z]+(?: machine)?) (?:in|from|of|on) (?:your|the|this|that) (?:latest |new |spring |summer |autumn |winter )?(?:catalog(?:ue)?|brochure|mail(?:ing)?|e-?mail|leaflet|newsletter)", hints=("catalog", "brochure", "mail", "leaflet", "newsletter"))),
    ("owned", Grammar(rf"(?:my|our) (?:old |current |existing |present |own )?({_GOODS})(?![a-z])|the (?:one|machine|copier|printer) (?:we|i) (?:have|own|use|bought|got)|the one we've got", hints=("my ", "our ", "the "))),
    ("last", Grammar(rf"(?:that|this)(?: (?:{_GOODS}))(?![a-z])|(?:buy|take|order|want|about|of) (?:it|that|this|them)(?![a-z])|(?<![a-z])(?:does|is|can|has|will) (?:it|that|this)(?![a-z])|that's the one", hints=("that", "this", "it", "them"))),
)  # fmt: skip
_JA_GOODS = "複合機|コピー機|プリンタ[ーー]?|プリンター|fax|ファックス|車|バン|トラック|家|住宅|物件|機械|機種|製品|商品|モデル|トナー|マシン|本体"
_JA = (
    ("page", Grammar(r"(\d{1,3}) ?(?:ページ|頁|p(?![a-z]))", hints=("ページ", "頁", "p"))),
    ("ordinal", Grammar(r"(\d|[一二三四五六七八九])(?:番目|つ目|個目|台目|番(?!号|地|町|線|丁))|(最初|最後|一番上|一番下|真ん中)の(?:もの|やつ|方|機種|商品|製品|車|の)?", hints=("番", "つ目", "個目", "台目", "最初", "最後", "真ん中"))),
    ("same", Grammar(r"同じ(?:もの|物|やつ|の|機種|トナー|商品|型)|前回と同じ|いつもの(?:もの|やつ|の|トナー|用紙)?|もう(?:ひと|1|一)(?:つ|台|本|個|箱)|(?:追加で|さらに)もう", hints=("同じ", "いつもの", "もう"))),
    ("catalog", Grammar(rf"(?:カタログ|パンフレット|メルマガ|メール|チラシ)(?:に(?:ある|載って(?:いる|る|いた)|あった|掲載(?:の|されて(?:いる|いた)))|で(?:見た|拝見した)|掲載の|の)({_JA_GOODS})", hints=("カタログ", "パンフレット", "メルマガ", "メール", "チラシ"))),
    ("owned", Grammar(rf"(?:うち|弊社|当社|私|会社|自宅|我が家|今使って(?:いる|る)|現在使用中|使用中|使って(?:いる|る)|手持ち)(?:の|で使って(?:いる|る))?({_JA_GOODS})", hints=("うち", "社", "私", "自宅", "我が家", "使", "手持ち"))),
    ("last", Grammar(rf"(?:それ|これ|その(?:{_JA_GOODS}|やつ|もの)|この(?:{_JA_GOODS}|やつ|もの)|あれ|そちら|こちら)(?=[をはがにもっくの買でい]|、|$)", hints=("それ", "これ", "その", "この", "あれ", "そちら", "こちら"))),
)  # fmt: skip


def pointers(page: Page) -> tuple[Reference, ...]:
    """What the text points at, in its order; a stretch of text points once."""
    found: list[tuple[int, Reference]] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _JA if page.locale == "ja" else _EN:
        if not pattern.may_occur(page.masked):
            continue
        for match in pattern.finditer(page.masked):
            if len(found) >= MOST:
                break
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            words = page.plain[match.start() : match.end()]
            found.append((match.start(), Reference(kind, _value(kind, match), words)))
    return tuple(reference for _, reference in sorted(found, key=lambda item: item[0]))


def _value(kind: str, match: re.Match[str]) -> int | str | None:
    word = next((group for group in match.groups() if group), None)
    if word is None or kind in ("same", "last"):
        return None
    if kind in ("page", "ordinal"):
        return _number(word)
    return word


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word in ("最初", "一番上"):
        return 1
    if word in ("最後", "一番下"):
        return -1
    return _ORDINALS.get(word) or _NUMBERS.get(word) or _KANJI.get(word, 0)
