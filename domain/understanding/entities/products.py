"""Model numbers, by the catalog and by their shape, and quantities."""

from __future__ import annotations

import re
from collections.abc import Collection

from domain.understanding.entities.found import Page
from domain.understanding.entities.quantities_english import take_english_quantities
from domain.understanding.grammar import Grammar

_SHAPE = Grammar(
    r"(?<![A-Za-z0-9_#.@/-])(?:"
    # RC-1234, HV-200S, B-120, dr-420, TN-221K, PF-3100, XG-40-B
    r"([A-Za-z]{1,5})-([A-Za-z]?\d{1,5}[A-Za-z]{0,4}(?:-[A-Za-z0-9]{1,3})?)"
    # MP C3004, IM C2500, SP 4510DN
    r"|([A-Z]{2,4}) ([A-Z]?\d{3,5}[A-Z]{0,3})"
    # C3004, RC1234, FX77A
    r"|([A-Z]{1,4})(\d{2,5}[A-Z]{0,3}(?:-[A-Z]{1,2})?)"
    r"|([a-z]{2,3}) ?(\d{3,4}(?:dn|sf|dw|dtn|dnw))"
    # kd420, rc2250, lx7: written in a hurry
    r"|([a-z]{2,3})(\d{1,5}[a-z]{0,2})"
    r")(?![A-Za-z0-9_]|-[A-Za-z0-9]|\.\d)"
)
_NOT_PREFIX = frozenset((
    "PO", "SO", "NO", "NR", "TEL", "FAX", "AM", "PM", "ORD", "RMA", "INV", "ISO", "USB", "A", "COVID", "HTTP", "UTF",
    "MP3", "ERR", "ERROR", "CODE", "EXT", "BY", "AT", "IN", "ON", "TO", "OF", "THE", "TOP", "MID", "NON",
    "PRE", "SUB", "UP", "PAGE", "VOL", "STEP", "SUITE", "ROOM", "UNIT", "FLOOR", "APT", "FLAT", "LOT", "USD", "EUR",
    "GBP", "JPY", "RS", "AND", "OR", "FOR", "MY", "AN", "IS", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG",
    "SEP", "OCT", "NOV", "DEC", "Q", "H1", "GMT", "UTC", "JST", "EST", "PST", "WW", "B2B", "X", "PH", "TL", "ST",
    "RD", "RAID", "ZIP", "VAT",
)) - {"B"}  # fmt: skip
#: Words and abbreviations that a model may begin with, in capitals, with a hyphen and figures.
_WORDS_TOO = frozenset((
    "UP", "TL", "ST", "RS", "PH", "CA", "FL", "TOP", "MID", "SUB", "PRE", "AM", "PM", "IS", "IN", "ON",
))  # fmt: skip
_WRITTEN_SO = 3
#: States before a ZIP code that is written in the middle of a line.
_STATES = frozenset(("CA", "TX", "NY", "FL"))
#: With so many figures these name no model: calls for service (SC542), degrees of protection (IP65).
_OTHERWISE = {"SC": (3, 4), "IP": (2,)}
#: Letters before a figure that name no model.
_NOT_HURRIED = frozenset(
    ("mp", "ps", "co", "no", "nr", "id", "km", "kg", "mm", "cm", "gb", "mb", "tb", "kw", "hz", "am",
     "pm", "qr", "fy", "cv", "ok", "ie", "so", "to", "of", "is", "at", "on", "in", "up", "py", "re",
     "vol", "ver", "ram", "usb", "hdd", "ssd", "dvd", "tel", "fax", "ext", "pin", "age", "cat", "qty",
     "fig", "ch", "pt", "pg", "pp", "mr", "win", "ios", "mac", "ipv", "ip", "sc", "err", "po", "iso")
)  # fmt: skip
_ERROR_BEFORE = Grammar(
    r"(?:error|code|message|shows?|showing|displays?|says|reads|エラー(?:コード)?|コード|表示|err)[\s:「\"']*$",
    re.IGNORECASE,
)
_ERROR_AFTER = Grammar(
    r"」?(?:(?:と|って|て)(?:出|表示|いう(?:表示|エラー|コード|メッセージ|警告)|点滅)|が(?:出て|表示|点滅)|の(?:エラー|表示)| error| flashing| blinking)"
)
#: A product with a name and a figure: "the Corvo 7".
_NAMED = Grammar(
    r"(?:\b[Tt]he |\b[Oo]ur |\b[Oo]ne |\b[Aa]n? )(?!(?:Page|Room|Plot|Phase|Windows|Office|Floor|Unit|Tray|Level|Suite|Lot|Block|Building|Flat|House|Gate"
    r"|Line|Route|Step|Form|Model|Type|Plan|Option|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|Big|Top|Part|Chapter|Section|Version|Error|Code|Order|Invoice)\b)"
    r"([A-Z][a-z]{2,11} \d{1,4}[A-Za-z]{0,2})(?![\w.:/-]| [A-Z])"
    r"|(?:^|[はがのもをと、。」\s])([A-Z][a-z]{2,11} \d{1,4}[A-Za-z]{0,2})(?=[のをはがにもでと、。])",
    re.MULTILINE,
)
#: What every shape of a model number holds.
_DIGIT = Grammar(r"\d")
_PAPER = Grammar(r"[AB]\d$", re.IGNORECASE)

_KANJI = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {
    "十": 10,
    "百": 100,
    "壱": 1,
    "弐": 2,
}
_COUNTERS = "台(?!分前)|本|箱|個|部|冊|セット|枚|つ|点|ケース|組|パック|ロット|戸|棟|脚|袋|巻|ダース|式|丁|缶|束|カートン|機|ユニット|口|区画|件分|梱包"
_QUANTITY_JA = Grammar(
    rf"(?<![\d.,-])(\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}|[〇一二三四五六七八九十百壱弐]{{1,4}}) ?(?:{_COUNTERS})(?!目|月|年|階|時|分前|丁目|続|ずつ目)"
    r"|(?<![a-z])(?<!(?<!\d)0)[x×] ?(\d{1,4})(?![\d.])|(?:数量|個数|台数|本数|部数)(?:は|を|が|:)? ?(\d{1,5})"
    r"|(ひとつ|ふたつ|みっつ|よっつ|いつつ)|(?<![\d.,-])(\d{1,3}) ?(?:[こコ]|まい|はこ|ほん|さつ|だい)(?=$|[ \n。、!?)]|と|くだ|お願|おね|ほし|です|だけ|ずつ|追加|注文|買)"
)
_KANA_NUMBERS = {"ひとつ": 1, "ふたつ": 2, "みっつ": 3, "よっつ": 4, "いつつ": 5}
_JA_NOT_BEFORE = Grammar(r"(?:第|の|月|毎月|約|今|いま)$")
#: What follows an amount that is ordered or taken back, also behind の: 同じの2台追加で, さっきの5箱.
_JA_ORDERED = Grammar(
    r"\x00*(?:追加|注文|発注|欲し|ほし|ください|下さい|頂戴|お願い|頼|買|購入|を?(?:キャンセル|取り消|取消|白紙|やめ|止め)|、(?:いったん|一旦|キャンセル|取り消|やっぱ|[^。、]{0,8}(?:納品|届け|送っ|持って))|[。!]?$)"
)
_JA_POINTED = Grammar(r"(?:[このそあど]|うち|手元|今)の$")
_JA_IDIOM = Grammar(
    r"一台検討|[一二三四五\d]{1,2}枚に(?:一|1)枚|(?:一|1)枚(?:は|おき|ごと)|(?:1|一)[本個枚台箱冊](?:で|あたり|当たり|につき)|一部|一式|一つ(?:お|質問|教|聞|伺|確)|1つ(?:お|質問|教|聞|伺|確)|ひとつ(?:お|よろ|質問|教|聞|伺|確)|一点(?:お|質問|確|伺)|二点(?:お|質問|確|伺)|[\d一二三]点(?:ほど|お伺|伺|質問|確認|教|、?お|目)|[一二三\d]つ目|(?:一|1)[個つ](?:余計|違|多|前の|ずれ|抜け|足りな|の(?:方|ほう|やつ))|[一二三\d]件|一本(?:電話|お電話|連絡)|本日"
)


#: An order may be numbered as a model is: "order number RC-1234", 注文番号RC-1234.
_NUMBER_OF = Grammar(
    r"(?:(?:order|po|ref(?:erence)?) ?(?:number|no\.?|nr\.?|#)(?: is)?|(?:注文|受注|発注|伝票|予約)(?:番号|no\.?)[はが]?)[: ]*$"
)


def catalog_key(model: str) -> str:
    """A model number as it is compared: upper case, no spaces and hyphens."""
    return re.sub(r"[\s-]+", "", model).upper()


def _numbers_an_order(text: str, place: int) -> bool:
    return _NUMBER_OF.search(text, max(0, place - 30), place) is not None


class Models:
    """Finds model numbers: those of the catalog however spaced, others by their shape."""

    def __init__(self, catalog: Collection[str]) -> None:
        self._known = {catalog_key(model): model.upper() for model in catalog if catalog_key(model)}
        parts = []
        for model in sorted(self._known, key=lambda key: (-len(key), key)):
            pieces = re.findall(r"[A-Z]+|\d+|[^A-Z\d]+", model)
            parts.append(r"[ -]?".join(map(re.escape, pieces)))
        joined = "|".join(parts)
        self._pattern = (
            Grammar(rf"(?<![a-z0-9])(?:{joined.lower()})(?![a-z0-9])") if parts else None
        )

    def take_lettered(self, page: Page) -> None:
        """Hide the catalog's models that have a letter: "order RC-1234" names no order."""
        self._take_known(page, lettered=True)

    def take(self, page: Page) -> None:
        """Hide every model number of the page behind `M`."""
        self._take_known(page, lettered=False)
        if _DIGIT.search(page.plain) is None:
            return
        for match in _SHAPE.finditer(page.plain):
            start, end = match.span()
            if page.free(start, end) and self._plausible(match, page.plain):
                if match[1] and match[1].isupper() and page.plain.endswith("s", start, end):
                    end -= 1  # "nine EP-14s"
                named = page.plain[start:end]
                value = self._known.get(catalog_key(named), named.upper())
                page.take("model_number", start, end, value, "M")
        for match in _NAMED.finditer(page.plain):
            start, end = match.span(match.lastindex or 0)
            if page.free(start, end):
                page.take("model_number", start, end, page.plain[start:end].upper(), "M")

    def _take_known(self, page: Page, *, lettered: bool) -> None:
        if self._pattern is None:
            return
        for match in self._pattern.finditer(page.masked):
            key = catalog_key(match[0])
            if lettered and (key.isdigit() or _numbers_an_order(page.masked, match.start())):
                continue
            if page.free(*match.span()):
                page.take("model_number", *match.span(), self._known[key], "M")

    @staticmethod
    def _plausible(match: re.Match[str], plain: str) -> bool:
        prefix = next(g for g in match.group(1, 3, 5, 7, 9) if g)
        number: str = next(g for g in match.group(2, 4, 6, 8, 10) if g)
        digits = sum(c.isdigit() for c in number)
        if _PAPER.match(match[0]):
            return False
        if match[3] in _STATES:
            return False
        written_so = match[1] and prefix.isupper() and digits >= _WRITTEN_SO
        if prefix.upper() in _NOT_PREFIX and not (written_so and prefix in _WORDS_TOO):
            return False
        if prefix.upper() in _OTHERWISE and digits in _OTHERWISE[prefix.upper()]:
            return False
        if _ERROR_BEFORE.search(plain, max(0, match.start() - 20), match.start()):
            return False
        if _ERROR_AFTER.match(plain, match.end()):
            return False
        if match[9] in _NOT_HURRIED:
            return False
        if match[1] and match[1].islower() and len(prefix) > 3:
            return False
        least = 1 if len(prefix) > 1 and (match[1] or match[9]) else 2
        return digits >= least


def take_quantities(page: Page) -> None:
    """Amounts of goods, hidden behind `Q`; page, year and telephone numbers are not amounts."""
    if page.locale == "ja":
        _japanese_quantities(page)
    else:
        take_english_quantities(page)


def _japanese_quantities(page: Page) -> None:
    for match in _QUANTITY_JA.finditer(page.masked):
        if not page.free(*match.span()) or _JA_IDIOM.match(page.masked, match.start()):
            continue
        before = page.masked[max(0, match.start() - 3) : match.start()]
        if _JA_NOT_BEFORE.search(before) and (
            not before.endswith(("の", "今", "いま"))
            or _JA_POINTED.search(before)
            or not _JA_ORDERED.match(page.masked, match.end())
        ):
            continue
        written = match[1] or match[2] or match[3] or match[5]
        value = _japanese_number(written) if written else _KANA_NUMBERS[match[4]]
        if value and match[0].endswith("ダース"):
            value *= 12
        if value and not _counts_days(page.masked, match):
            page.take("quantity", match.start(), match.end(), value, "Q")
            each = re.match(r"\x00*(?:ずつ)", page.masked[match.end() : match.end() + 4])
            before = page.masked[max(0, match.start() - 14) : match.start()]
            if (before.endswith(("各", "それぞれ")) or each) and re.search(r"[とや、&・]", before):
                page.take("quantity", match.start(), match.end(), value, "Q")


def _counts_days(text: str, match: re.Match[str]) -> bool:
    # 三部屋, 5本社, 一台分 and the like are no amounts of goods.
    return text.startswith(("屋", "社", "店", "署", "門"), match.end())


def _japanese_number(written: str) -> int:
    plain = written.replace(",", "")
    if plain.isdigit() and plain.isascii():
        return int(plain)
    total = digit = 0
    for char in plain:
        number = _KANJI.get(char, 0)
        if number >= 10:
            total += (digit or 1) * number
            digit = 0
        else:
            digit = digit * 10 + number
    return total + digit
