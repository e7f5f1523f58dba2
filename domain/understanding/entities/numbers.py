"""E-mail addresses, links, telephone numbers, postal codes and order numbers."""

from __future__ import annotations

import re

from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar

_EMAIL = Grammar(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\s?(?:@|\(at\)|\[at\])\s?"
    r"[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){1,6}",
    re.ASCII,
)
_AT = Grammar(r"@|\(at\)|\[at\]", re.IGNORECASE)
_LINK = Grammar(r"(?:https?://|www\.)[^\s<>\"'、。）)]{1,500}", re.IGNORECASE)
_DIGIT = Grammar(r"\d")

_PHONE = Grammar(
    r"(?<![\w.-])\+\d{1,3}[ -]\d{2,4}[ -]\d{7,8}(?![\w-])"
    r"|(?<![\w.-])(?:\+|(?<=[^\d])00)?\(?\d{1,6}\)?(?:[ .()/-]{1,2}\d{1,6}\)?){1,5}(?![\w-])"
    r"|(?<![\w.-])\+?\d{10,13}(?![\w-])",
    re.ASCII,
)
_PHONE_WORD = Grammar(r"\(?0\)")

_JAPAN_POSTAL = Grammar(r"〒? ?(?<![\d-])(\d{3})-(\d{4})(?![\d-])")
_JAPAN_POSTAL_BARE = Grammar(r"(?:〒|郵便番号[はが: ]*) ?(\d{3}) ?(\d{4})(?!\d)")
_UK_POSTAL = Grammar(
    r"(?<![A-Za-z0-9])([A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])"
)
_IRISH_POSTAL = Grammar(
    r"(?:\b(?!Model|Part|Error|Code|Type|Item)[A-Z][a-z]{1,20},? |, |\n)([AC-FHKNPRTV-Y]\d[0-9W] ?(?=[0-9]{0,3}[AC-FHKNPRTV-Y])[0-9AC-FHKNPRTV-Y]{4})(?![A-Za-z0-9])"
)
_CANADA_POSTAL = Grammar(r"(?<![A-Za-z0-9])([A-Z]\d[A-Z] ?\d[A-Z]\d)(?![A-Za-z0-9])")
_US_ZIP = Grammar(
    r"(?<![A-Za-z])(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]"
    r"|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|Alabama|Alaska|Arizona|Arkansas|California|Colorado"
    r"|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky"
    r"|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana"
    r"|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)"
    r"|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont"
    r"|(?:West )?Virginia|Washington|Wisconsin|Wyoming),? (\d{5}(?:-\d{4})?)(?![\d-])"
)
_ZIP_WORD = Grammar(
    r"(?:singapore|zip(?: code)?|postcode|postal code|post code)(?: is|:|[^\n\d]{0,40}?(?:should be|is now|has become|has changed to|changed to|now|to|it's|its|is))? #?(\d{5,6})(?!\d)",
    re.I,
)
#: What an American code and a bare order number hold at least.
_FIVE = Grammar(r"\d{5}")
#: ... and others.
_FOUR = Grammar(r"(?<!\d)\d{4}(?!\d)")
_CITY_CODE = Grammar(r"(?<=, )(\d{5})(?= [A-ZÄÖÜÉÅØ][^\W\d_]+)")
#: A street of the Continent, without its number: "Hafenweg", "Rua das Amoras".
CONTINENTAL_STREET = (
    r"(?:(?:Am|An der|Auf der|Im|In der|Zum|Zur|Rue|Rua|Via|Viale|Calle|Plaza|Avenida) [A-ZÄÖÜÉ\w][\w'’ß-]{1,24}(?: [A-Za-zÄÖÜé][\w'’ß-]{1,20}){0,2}"
    r"|[A-ZÄÖÜÉÅØ][\w'’-]{0,24}(?:weg|straße|strasse|str\.|gasse|platz|allee|ring|damm|ufer|graben|chaussee|steig|laan|straat|plein|kade|gracht|dreef|singel|vej|veien|vegen|gata|gatan|gade|vägen|väg|katu))"
)
#: Between a street and a city: 1016 JC Amsterdam, 8000 Aarhus, 4050-262 Porto.
_BETWEEN_CODE = Grammar(
    rf"{CONTINENTAL_STREET} \d{{1,4}}[a-z]?, (\d{{4}} [A-Z]{{2}}|\d{{4}}-\d{{3}}|\d{{4}})(?= [A-ZÄÖÜÉÅØÆ][^\W\d_]{{2}})"
)
#: Four figures: behind the states of Australia, and cities of New Zealand and South Africa.
_STATE_CODE = Grammar(
    r"(?<![A-Za-z])(?:NSW|VIC|Vic|QLD|Qld|SA|WA|TAS|Tas|ACT|NT|Auckland|Wellington|Christchurch|Hamilton|Dunedin|Tauranga|Johannesburg|Pretoria|Cape Town|Durban|Sandton),? (\d{4})(?![\d-])"
)
#: Six, behind a city that stands behind a street: "14 Residency Road, Bengaluru 560025".
_INDIAN_CODE = Grammar(r"(?<=[a-z])(?: |, ?| ?[-–] ?)(\d{3} ?\d{3})(?![\d-]| ?[a-z]{3})")
_STREET_BEFORE = Grammar(
    r"\b(?i:road|rd|street|st|nagar|lane|ln|marg|chambers|floor|block|sector|layout|colony|cross|main|phase|towers?|complex|park|avenue|ave|drive|dr|court|ct|place|parade|pde|terrace|tce|crescent|cres|highway|hwy|way|close|quay|row|grove|box \d{1,6})\b\.?,? [^\n\d]{0,40}$"
)

_ORDER = Grammar(
    r"(?:(?:purchase |sales |repair |work |service |job )?orders?|p\.?o\.?|ref(?:erence|\.)?|ticket|case|tracking|confirmation|invoice"
    r"|agreement|contract|booking|request|rma|job|ご?注文書?|オーダー|手配|予約|取引|申込|発注書?|受注|受付|伝票|お?問い?合わ?せ|お?問合せ|管理|整理|依頼|修理)"
    r"(?:の? ?(?:番号|ナンバー|no\.?|number|num|nr\.?|id|#|№))?(?:[はが:：.]| is| was| -)? ?[(「\[]?(?:[#№]|no\.?)? ?"
    r"((?:[a-z]{1,4}[-/]?)?\d[\d-]{2,14}(?:[-/]?[a-z]{1,2})?|\d(?!x)[a-z]{1,3}\d{3,8})(?![\w/-])",
    re.ASCII,
    hints=(
        "agreement",
        "contract",
        "booking",
        "order",
        "po",
        "p.o",
        "ref",
        "ticket",
        "case",
        "tracking",
        "confirmation",
        "invoice",
        "request",
        "rma",
        "job",
        "注文",
        "オーダー",
        "手配",
        "予約",
        "取引",
        "申込",
        "発注",
        "受注",
        "受付",
        "伝票",
        "問",
        "管理",
        "整理",
        "依頼",
        "修理",
    ),
)
_PO_SHAPE = Grammar(
    r"(?<![\w-])((?:PO|SO|ORD|RMA|INV|po)-\d[\d-]{2,12})(?![\w-])", re.ASCII, hints=("-",)
)
_HASH = Grammar(r"#\s?((?:[A-Za-z]{1,3}-?)?\d[\d-]{2,12})(?![\w-])", re.ASCII, hints=("#",))
#: Groups of figures as orders are numbered: 7716-2, 5530-B, 31-0077, 118-44-09, 2025/0611/K.
_GROUPED = Grammar(
    r"(?<![\w/.-])(\d{4,6}-(?:\d|[a-z])|\d{2}-\d{4,5}|\d{3}-\d{2}-\d{2}|\d{4}/\d{4}/[a-z\d]{1,3})(?![\w/-]|\.\d)",
    re.ASCII,
)
#: Beside these words they are an order's ...
_OF_ORDERS = Grammar(
    r"\b(?:on|about|discuss|where(?:'s| is)|has|have|regarding|re:?|no\.|chasing|cancel|stop|from|and|ref\.?|order|did|is|was) (?:order |the )?$"
)
_ORDER_GOES = Grammar(
    r" (?:has|hasn't|shipped|still|yet|arrived|left|is (?:late|missing|due))\b|\?"
)
#: ... behind these they are something else's.
_OF_THINGS = Grammar(
    r"\b(?:error|code|model|part|serial|item|article|type|pages?|form|room|version|section|contract|at)(?: number| no\.?)?(?: is)? (?:the )?$"
)
#: Numbers this counter gives out itself: orders `A-`, requests `R-`, and six to eight signs.
_OWN = Grammar(r"(?<![\w-])([ar]-[3467acdefghjkmnpqrtwxy9]{6,8})(?![\w-])", re.ASCII)
#: "I placed an order with you in May, number 70552".
_FAR = Grammar(
    r"(?:order(?:ed)?|purchase|注文|発注)[^.!?。\n]{0,60}?[, 、(](?:number|no\.?|nr\.?|#|番号[はが]?) ?((?:[a-z]{1,4}[/-]?)?\d{3,9})(?![\w-])",
    re.ASCII,
    hints=("order", "purchase", "注文", "発注"),
)
#: "Orders 5512 and 5513".
_AND_ORDER = Grammar(
    r"(?: and | & |, |と|、)(?:order )?#?((?:[a-z]{1,4}-)?\d{4,9})(?![\w-])", re.ASCII
)
#: One letter and five figures or more: a model has fewer.
_LETTERED = Grammar(r"(?<![\w-])([a-z]-\d{5,9})(?![\w-])", re.ASCII, hints=("-",))
#: A bare number of five figures or more that is cancelled, asked after or late.
_BARE = Grammar(
    r"(?<![\w.,-])((?:[a-z]-)?\d{5,9}(?:-\d{1,2})?)(?=\x00*(?:は|を|の件|って|、)?(?:まだ|もう|いま|やっぱ|どこ|いつ|取り消|キャンセル|どう|届|今|状況|出荷|発送|梱包)"
    r"| (?:still|status|has(?:n't| not)|is (?:late|due|missing)|been|gone|left|yet|never|arrive|shipped|out yet)|\?)|(?<=\? )(\d{5,9})(?=[.!?]?\s*$)",
    re.ASCII,
)
#: 「48213の注文」「30915番の件」, "waiting on 48213".
_OF_ORDER = Grammar(
    r"(?<![\w.,-])(?<!見積番号)(?<!見積)((?:[a-z]{1,4}-)?\d{4,9})(?:番)?(?:の|という|で(?:出し|お願い)した)(?:ご?注文|発注|オーダー|伝票|件(?!数))"
    r"|\b(?:waiting (?:on|for)|chasing(?: up)?|awaiting|(?:delivery|deliveries|tracking|eta|update|status|news|word) on|(?:tracking|eta|update|status) (?:of|for)|call off|scrap|scratch) #?((?:[a-z]{1,4}-)?\d{5,9}|\d{2}-\d{4,6})(?![\w-])",
    re.ASCII,
    hints=("の", "という", "で", "waiting", "chasing", " on ", " for ", " of ", "call off", "scra"),
)
#: Numbers without a word for an order beside them: 当方の番号 R5-0412, 発注ミスです。Q-5590は無効で,
#: 7734-02まだ出荷前ですか, 取り消したいです。番号は40217.
_JAPANESE = (
    Grammar(
        r"(?:当方|弊社|当社|うち|こちら|弊方|当[店院校園])の(?:管理|整理|社内|処理)?番号[はが:]? ?「?([a-z]{0,4}\d{0,2}-?\d[\d-]{2,9})(?![\w-])",
        re.ASCII,
        hints=("番号",),
    ),
    Grammar(
        r"(?<![\w.,-])([a-z]{1,3}-\d{3,9}|\d{5,9})(?=は無効(?!と)|を無効|は欠番)",
        re.ASCII,
        hints=("無効", "欠番"),
    ),
    Grammar(
        r"(?<![\w.,-])(\d{4,6}-\d{2,4})(?=(?:は|を|の件|って|、|の)?(?:まだ|もう|いつ|取り消|キャンセル|どう|届|状況|出荷|発送|配送|納期|進捗))",
        re.ASCII,
        hints=("-",),
    ),
    Grammar(
        r"(?:取り消|取消|キャンセル|注文|発注|オーダー)[^\n]{0,60}?[。、!? \n]番号は ?((?:[a-z]{1,4}-?)?\d{4,9})(?![\w-])",
        re.ASCII,
        hints=("番号は",),
    ),
)
_THREE = Grammar(r"\d[\d-]{2}")
_NUMBER_WORD = Grammar(r"番号|ナンバー|number|no\.|#|№|num|id", re.IGNORECASE)
#: "Order RC-1234 please", "I'd like to order RC-1234": what is ordered, not the number of an order.
_TO_ORDER = Grammar(
    r"\b(?:to|please|pls|can (?:i|we)|could (?:i|we)|may (?:i|we)|i'?ll|we'?ll|let'?s|and|also|then|i|we|now|would) (?:re-?)?order (?:(?:me|us|a|an|one|the) )?$"
)
_ORDER_OPENS = Grammar(r"(?:^|[.,;:!?\n] ?)(?:re-?)?order (?:(?:me|us|a|an|one|the) )?$")
_ORDER_CLOSES = Grammar(r" (?:please|pls|for|with|in|to)\b|[.!]?\s*$")
_WORD_BEHIND = Grammar(r" [a-z]{2}")
_IS_ORDER = Grammar(
    r" (?:is|isn't|was|wasn't|has|hasn't|had|shows?|still|came|arrived|never|needs|should|placed|from|dated|of D)\b"
)
_COUNT_BEHIND = Grammar(
    r" ?(?:[x×*] ?\d|\d{1,4} ?(?:台|本|個|箱|枚|部|冊|セット|つ|pcs?\b|units?\b|boxes\b|pieces\b))"
)
_COUNTED = Grammar(
    r" ?(?:(?!(?:is|was|has|does|ships|arrives|comes|this|status|as|us|goes|needs)\b)[a-z]+s\b"
    r"|(?:pcs?|of|x|more|sheets?|units?|pieces?|items?|copies)\b|枚|個|本|台|部|箱|冊|セット|円|年|月|件|通)"
)


def take_addresses(page: Page) -> None:
    """E-mail addresses (also written with `(at)`) and links."""
    if _AT.search(page.plain):
        for match in _EMAIL.finditer(page.plain):
            value = re.sub(r"\s?(?:@|\(at\)|\[at\])\s?", "@", match[0])
            page.take("email", match.start(), match.end(), value.lower().rstrip(".-"), "E")
    if "http" in page.masked or "www." in page.masked:
        for match in _LINK.finditer(page.plain):
            if page.free(*match.span()):
                page.hide(*match.span(), "U")


def take_postal_codes(page: Page) -> None:
    """Codes by their shape, by the place beside them, or named as such; Japan's come later."""
    if not _DIGIT.search(page.plain):
        return
    patterns = [_UK_POSTAL, _CANADA_POSTAL, _IRISH_POSTAL]
    behind_streets: list[Grammar] = []
    if _FOUR.search(page.plain):
        patterns.append(_BETWEEN_CODE)
        behind_streets.append(_STATE_CODE)
    if _FIVE.search(page.plain):
        patterns.append(_US_ZIP)
        if any(word in page.masked for word in ("zip", "post", "singapore")):
            patterns.append(_ZIP_WORD)
        patterns.append(_CITY_CODE)
    if page.locale == "en":
        behind_streets.append(_INDIAN_CODE)
    for pattern in patterns:
        for match in pattern.finditer(page.plain):
            if page.free(*match.span(1)):
                page.take("postal_code", *match.span(1), match[1], "Z")
    for pattern in behind_streets:  # elsewhere they are years and amounts: "in Wellington 2021"
        for match in pattern.finditer(page.plain):
            if page.free(*match.span(1)) and _is_behind_a_street(page.plain, match.start(1)):
                page.take("postal_code", *match.span(1), match[1], "Z")


def _is_behind_a_street(text: str, place: int) -> bool:
    return _STREET_BEFORE.search(text[max(0, place - 60) : place]) is not None


def take_japanese_postal_codes(page: Page) -> None:
    """Codes of the form 123-4567; after telephone numbers, whose ends look the same."""
    if "-" not in page.masked and "〒" not in page.masked and "郵便" not in page.masked:
        return
    for pattern in (_JAPAN_POSTAL, _JAPAN_POSTAL_BARE):
        for match in pattern.finditer(page.masked):
            if page.free(*match.span()):
                page.take("postal_code", *match.span(), f"{match[1]}-{match[2]}", "Z")


def take_order_numbers(page: Page) -> None:
    """A number that the text calls an order, a reference, a case, or writes like one."""
    if _THREE.search(page.masked) is None:
        _take_own(page)
        return
    orders = _ORDER.finditer(page.masked) if _ORDER.may_occur(page.masked) else ()
    for match in orders:
        start, end = match.span(1)
        digits = sum(c.isdigit() for c in match[1])
        named = _NUMBER_WORD.search(match[0][: start - match.start()])
        if digits < 4 and not named:
            continue
        if not named and _names_goods(page.masked, match[1], start, end):
            continue
        if page.free(start, end):
            page.take("order_number", start, end, page.plain[start:end].upper().rstrip("-"), "O")
            more = _AND_ORDER.match(page.masked, end)
            if more and page.free(*more.span(1)):
                page.take("order_number", *more.span(1), more[1].upper(), "O")
    _take_own(page)
    far = (_FAR, _LETTERED)
    for pattern in far + _JAPANESE if page.locale == "ja" else far:
        if not pattern.may_occur(page.masked):
            continue
        for match in pattern.finditer(page.masked):
            if page.free(*match.span(1)):
                page.take("order_number", *match.span(1), match[1].upper(), "O")
    of_orders = _OF_ORDER.finditer(page.masked) if _OF_ORDER.may_occur(page.masked) else ()
    for match in of_orders:
        start, end = match.span(match.lastindex or 1)
        if page.free(start, end) and not (match[2] and _COUNTED.match(page.masked, end)):
            page.take("order_number", start, end, page.plain[start:end].upper(), "O")
    if _FIVE.search(page.masked):
        for match in _BARE.finditer(page.masked):
            span = match.span(match.lastindex or 1)
            if page.free(*span):
                page.take("order_number", *span, page.masked[slice(*span)].upper(), "O")
    for match in _GROUPED.finditer(page.masked) if page.locale == "en" else ():
        if page.free(*match.span(1)) and _is_grouped_order(page.masked, *match.span(1)):
            page.take("order_number", *match.span(1), match[1].upper(), "O")
    for pattern in (_PO_SHAPE, _HASH):
        if not pattern.may_occur(page.plain):
            continue
        for match in pattern.finditer(page.plain):
            if page.free(*match.span(1)):
                page.take("order_number", *match.span(1), match[1].upper(), "O")


def _is_grouped_order(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 30) : start]
    if _OF_THINGS.search(before) or _COUNTED.match(text, end):
        return False
    return bool(_OF_ORDERS.search(before) or _ORDER_GOES.match(text, end))


def _names_goods(text: str, number: str, start: int, end: int) -> bool:
    """Whether what stands behind "order" is goods: so many of them, or a model."""
    begin = max(0, start - 40)
    verb = _TO_ORDER.search(text, begin, start) or (
        _ORDER_OPENS.search(text, begin, start) and _ORDER_CLOSES.match(text, end)
    )
    if number.isdigit():
        counted = _COUNTED.match(text, end) or (verb and _WORD_BEHIND.match(text, end))
        return bool(counted and not _IS_ORDER.match(text, end))
    return bool((verb and not _IS_ORDER.match(text, end)) or _COUNT_BEHIND.match(text, end))


def _take_own(page: Page) -> None:
    """The numbers that this counter gives out, which may be without a figure."""
    if "-" in page.masked:
        for match in _OWN.finditer(page.masked):
            if page.free(*match.span(1)):
                page.take("order_number", *match.span(1), match[1].upper(), "O")


def take_phones(page: Page, region: str) -> None:
    """Telephone numbers as E.164; without a country code the form tells the country."""
    if len(_DIGIT.findall(page.plain)) < 9:
        return
    for match in _PHONE.finditer(page.masked):
        written = match[0].strip()
        value = e164(written, region, page.locale)
        if value and page.free(*match.span()):
            page.take("phone", match.start(), match.end(), value, "P")


def e164(written: str, region: str, locale: str) -> str | None:
    """`written` in E.164, or None where it cannot be a telephone number.

    National numbers of Japan, Britain and North America are told apart by their form; others
    are read by `region` with the phonenumbers library, which is loaded only then.
    """
    digits = re.sub(r"\D", "", _PHONE_WORD.sub("", written) if written.startswith("+") else written)
    if written.startswith("+"):
        return f"+{digits}" if 8 <= len(digits) <= 15 else None
    if region not in ("US", "CA", "JP", "GB"):
        return _by_library(written, region) or _national(digits, written, region, locale)
    return _national(digits, written, region, locale)


def _national(digits: str, written: str, region: str, locale: str) -> str | None:
    if digits.startswith("00") and len(digits) > 11:
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        if len(digits) == 10:
            british = region == "GB" and locale != "ja"
            return f"+44{digits[1:]}" if british else f"+81{digits[1:]}"
        if len(digits) == 11:
            mobile = digits[:3] in ("050", "060", "070", "080", "090")
            japanese = (
                locale == "ja" or region == "JP" or re.match(r"0\d0[- ]?\d{4}[- ]?\d{4}$", written)
            )
            return f"+81{digits[1:]}" if mobile and japanese else f"+44{digits[1:]}"
        return None
    if len(digits) == 11 and digits[0] == "1" and digits[1] >= "2":
        return f"+{digits}"
    if len(digits) == 10 and digits[0] >= "2" and digits[3] >= "2":
        return f"+1{digits}"
    return None


def _by_library(written: str, region: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
