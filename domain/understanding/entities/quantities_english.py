"""Amounts of goods in English."""

from __future__ import annotations

import re

from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar

_DIGIT = Grammar(r"\d")

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: value for value, word in enumerate((*_UNITS, *_TEENS), 1)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    "hundred": 100, "dozen": 12, "couple": 2, "pair": 2,
}  # fmt: skip
_UNIT, _TEEN, _TEN = map("|".join, (_UNITS, _TEENS, _TENS))
_NUM = (
    rf"(\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}(?! (?:dozen|hundred)\b)|(?:half a|a|{_UNIT}|ten|twelve|\d{{1,3}}) (?:dozen|hundred)(?:(?: and)? (?:(?:{_TEN})(?:[- ](?:{_UNIT}))?|{_TEEN}|{_UNIT})(?![a-z]))?|(?:{_TEEN})"
    rf"|(?:{_TEN})(?:[- ](?:{_UNIT}))?|(?:{_UNIT})|(?:a )?(?:dozen|hundred|(?:couple|pair) of|couple))"
)
_GOODS = (
    r"(?:units?|pcs|pieces?|pc|nos\.?|copies|copy|ea\.?|nos?\.(?= M)|sets?|boxes|box|packs?|reams?|bottles?|cartons?|cases?|machines?|copiers?|printers?|"
    r"photocopiers?|fax(?:es)?|scanners?|mfps?|devices?|toners?|cartridges?|drums?|inks?|vans?|cars?|trucks?|vehicles?|houses?|homes?|flats?|"
    r"of (?:'?em|them|those|these|the|each|your|M)|more|M|trays?|finishers?|staplers?|staples|rolls?|sheets|brackets?|kits?|feeders?|"
    r"cassettes?|licen[cs]es?|desks?|chairs?|screens?|projectors?|laptops?|monitors?|stands?|fusers?|belts?|rollers?|plots?|apartments?|"
    r"bikes?|tyres?|tires?|each|extra|additional|spare|replacement|new|black|cyan|magenta|yellow|colou?r|waste|used|wall|paper|fax|"
    r"office|second-hand|electric|desktop|laser|hybrid|delivery|staple|heavy-duty|refurbished|large|small|a3|a4|blue|red|white|silver|"
    r"compact|mono|high-yield|original|genuine|photo|ink|toner|mobile|vehicle|copy|leaflets|brochures?|catalog(?:ue)?s?|instead)"
)
_BEFORE_NOT = r"(?<![\w.,:/$€£#%+-])(?<!page )(?<!tray )(?<!floor )(?<!no\. )(?<!suite )(?<!unit )(?<!phase )(?<!level )"
#: Where an amount may stand; what is around it decides.
#: The hints are for numbers in words.
_NUMBER_EN = Grammar(
    rf"(?<![a-xz0-9])(?:(?<!y)|(?<=qty)){_NUM}",
    hints=(
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "teen", "twenty", "thirty", "forty", "fifty", "sixty", "dozen", "hundred",
        "couple", "pair",
    ),
)  # fmt: skip
_X_NUMBER = Grammar(r"(?<![a-z\d])(?<!\b0)(?:x|×) ?(\d{1,4})(?![\w.])")
_NOT_AFTER = Grammar(rf"{_BEFORE_NOT}(?=.)", re.DOTALL)
_AMOUNT_AFTER = Grammar(rf" ?(?:x|×) ?(?=[a-zA-Z])| (?=(?:seats? )?{_GOODS}(?![a-z]))")
#: Up to two words may say what kind of goods: "4 winter tyres", "6 bright blue chairs".
_NO_GOODS = (
    r"(?:questions?|offers?|quotes?|things?|points?|calls?|visits?|people|persons?|staff|options?|(?:bed|bath)?rooms?|doors?|branches|offices|sites|floors?|storeys?|litres?|miles?"
    r"|issues?|problems?|faults?|errors?|attempts?|reasons?|years?|yrs|days?|weeks?|months?|hours?|hrs|minutes?|mins?|seconds?|pages?|times?|percent|pounds|dollars|euros|yen|users|tries|emails?|e-mails?"
    r"|messages?|letters?|others|engineers?|technicians?|children|kids|adults|colleagues|employees|men|drivers|customers|companies|more (?:days|weeks|months|hours|minutes))\b"
)
_CONTAINERS = r"(?:boxes|box|packs?|cases|cartons?|reams|sets?|rolls|bottles?|units?|pieces|copies|pallets?|crates?)"
_KIND = rf"(?: (?!{_NO_GOODS}|{_CONTAINERS}\b|of\b|and\b|or\b|to\b|in\b|for\b|at\b|by\b|the\b|days\b)[a-z-]{{2,14}})"
_MORE_GOODS = (
    r"(?:tyres|tires|chairs|desks|tables|lamps|lights|speakers|envelopes|cables|shelves|cabinets|batteries|chargers|headsets|phones|tablets|keyboards|filters|blades|bags|labels|folders"
    r"|binders|screens|copiers|printers|scanners|projectors|laptops|monitors|toners|cartridges|drums|reams|rolls|vans|cars|trucks|bikes|boxes|packs|trays|licences|licenses|stools|sofas|doormats|posters|signs"
    r"|device|copier|printer|scanner|machine|van|car|projector|laptop|monitor|chair|desk)"
)
_SOME_GOODS = Grammar(
    rf"{_KIND}{{0,2}} (?!{_NO_GOODS}|(?:is|was|has|does|this|always|works|suits)\b)[a-z-]{{2,}}(?<!s)s\b(?! (?:ago|old|late)\b)|{_KIND}{{1,2}} {_MORE_GOODS}\b"
)
#: Goods of any kind, where no verb asks for them: "the 3 filters", "16 panels".
_ANY_GOODS = Grammar(
    r"(?: (?!(?:please|pls|we|i|you|they|he|she|it|if|when|while|because|is|was|are|were|be|has|have|had|can|could|would|will|may|must|should|but|so|as|on|of|at|with|from|per|than|into|about|after|before|until|till|since"
    r"|then|that|this|these|those|what|which|who|whose|where|there|my|our|your|his|her|their|its|not|no|or|and|to|in|for|by|the|am|pm|last|next|other|more|different)\b)[a-z-]{2,14}){0,2}"
    rf" (?!{_NO_GOODS}|(?:is|was|has|does|this|always|works|suits|us|as|plus|its|yes|his|goes|comes|looks|seems|means|says|needs|makes|gets|takes|starts|stops|keeps|shows|prints|brings|freezes|passes"
    r"|sons|daughters|grandchildren|brothers|sisters|friends|guests|tenants|lawyers|doctors|nurses|teachers|pupils|students|members|partners|owners|neighbours|neighbors|dogs|cats|horses|cows|animals|trips|visitors|drivers|workers"
    r"|acres|hectares|metres|meters|feet|inches|tonnes|tons|kilos|grams|gallons|amps|volts|watts|degrees|shifts|stars|cents|quid|grand|bucks|bills|invoices|orders|deliveries|appointments|dates|replies|answers|texts|voicemails"
    r"|versions|types|kinds|sorts|sizes|colours|colors|models|shops|stores|schools|classes|teams|departments|firms|ways|turns|stops|steps|stairs|flights|seasons|summers|winters|instal?ments|payments|quotations|estimates|complaints|companies)\b)"
    r"[a-z-]{3,}(?<!s)s\b(?! (?:ago|old|late|long|away|later|apart)\b)"
)
#: What numbers a part of a text: "clause 11 of your draft".
_PART = Grammar(
    r"\b(?:clause|section|point|item|paragraph|article|chapter|version|question|year|grade|lot|plot|bay) $"
)
#: ... but not behind what numbers places and things, nor where a clock is read.
_NUMBERED = Grammar(
    r"(?:\b(?:room|plot|lot|block|gate|line|bay|house|flat|apartment|model|type|step|option|chapter|section|version|windows|number|figure|code|error|route|ext|extension|building|dock|class|grade|age|aged|under|over"
    r"|at|after|before|until|till|around|past|since|between|from|than|[ap]m|few|several|many|of the|has|have|having|had|with|contains?|holds?|seats?|fits?|takes?|owns?|is the) ?|[@:/.-])$"
)
_NOT_GOODS = Grammar(rf"{_KIND}{{0,2}} {_NO_GOODS}")
_AMOUNT_ASKED = Grammar(
    r"\b(?:order|ordering|buy|want|need|take|purchase|reserve|send (?:me|us)|send|ship (?:me|us)|get (?:me|us)|quote (?:me |us )?for|price (?:of|for)|quotations? for|offers? for|quotes? for|prices? for|looking for|interested in"
    r"|how much (?:are|is|for|would)|what (?:do|would|are|is)|add|plus|another) (?:the |another )?$"
)
_INSTEAD = Grammar(r"\b(?:instead of|rather than|not just) (?:the )?$")
#: "RC-1234: 5", "RC-1234 * 4", "RC-1234 (3)"
_BEHIND_MODEL = Grammar(r"M\x00*(?: ?[*:] ?| ?\((?=\d+\)))(\d{1,3})(?![\w./%-])")
_AMOUNT_VERB = Grammar(
    r"(?:order|buy|bought|need|want|wanted|take|took|taking|get me|me|only|said|it|make that|(?:round|bump) (?:it|that) (?:up|down) to|purchase|reserve|down for|take all|have all) $"
)
_AMOUNT_STOP = Grammar(
    r"[.,!?;]| please| pls| now| not | rather than | instead| then| today| if | and the | and a | for (?:now|us|the|our|my)\b|$"
)
_AMOUNT_NAMED = Grammar(
    r"(?:(?<![a-z])qty\.?:? ?|quantity(?: of|:| is|) ?|\b(?:sets?|packs?|total|batch) of (?:the )?)$"
)
_AMOUNT_OPENS = Grammar(r"(?:^|[.;,] )$")
_AMOUNT_ENDS = Grammar(
    r" (?:will|would|should) (?:see us|do|be (?:enough|fine))| should do| please| pls|$"
)
_TIMES = Grammar(
    r" ?(?:years?|yrs|days?|weeks?|months?|hours?|hrs|minutes?|mins?|pages?|times?|am|pm|o'clock|%|percent|people|staff|employees|"
    r"dollars|euros|pounds|yen|kg|cm|mm|gb|branches|offices|calls|questions?|points?|things?)\b"
)


def take_english_quantities(page: Page) -> None:
    """Amounts of goods, hidden behind `Q`; page, year and telephone numbers are not amounts."""
    text = page.masked
    numbered = _DIGIT.search(text) is not None or _NUMBER_EN.may_occur(text)
    for match in _NUMBER_EN.finditer(text) if numbered else ():
        start, end = match.span(1)
        if not page.free(start, end) or not _is_amount(text, start, end):
            continue
        value = _english_number(match[1])
        if value is not None and not _TIMES.match(text, end):
            page.take("quantity", start, end, value, "Q")
    if "M" in text:
        for match in _BEHIND_MODEL.finditer(text):
            if page.free(*match.span(1)) and not _TIMES.match(text, match.end(1)):
                page.take("quantity", *match.span(1), int(match[1]), "Q")
    if "x" in text or "×" in text:
        for match in _X_NUMBER.finditer(text):
            if page.free(*match.span(1)) and not _TIMES.match(text, match.end(1)):
                page.take("quantity", *match.span(1), int(match[1]), "Q")


def _is_amount(text: str, start: int, end: int) -> bool:
    """Whether what stands around a number makes it an amount of goods."""
    before = text[max(0, start - 24) : start]
    if _INSTEAD.search(before) or _PART.search(before) or _NOT_GOODS.match(text, end):
        return False
    if _AMOUNT_AFTER.match(text, end) and _NOT_AFTER.match(text, start):
        return True
    if _AMOUNT_ASKED.search(before) and _SOME_GOODS.match(text, end):
        return True
    if (
        not text.startswith("one", start)
        and _ANY_GOODS.match(text, end)
        and _NOT_AFTER.match(text, start)
        and not _NUMBERED.search(before)
    ):
        return True
    if text.endswith(("pair of", "couple of"), start, end):
        return True
    if _AMOUNT_NAMED.search(before):
        return True
    if _AMOUNT_VERB.search(before) and _AMOUNT_STOP.match(text, end):
        return True
    return bool(_AMOUNT_OPENS.search(before) and _AMOUNT_ENDS.match(text, end))


def _english_number(words: str) -> int | None:
    plain = words.replace(",", "").strip()
    if plain.isdigit():
        return int(plain)
    if plain.startswith("half a"):
        return 6 if plain.endswith("dozen") else 50
    total = 0
    for word in plain.replace("-", " ").split():
        if word in ("dozen", "hundred"):
            total = (total or 1) * _WORDS[word]
        elif word not in ("a", "of", "and"):
            # "Twenty two" is a sum, "two dozen" a product.
            total += int(word) if word.isdigit() else _WORDS[word]
    return total
