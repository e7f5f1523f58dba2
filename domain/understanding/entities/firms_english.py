"""Firms named in English: by how their names end, by an address, and by the words around them."""

from __future__ import annotations

import re
from itertools import islice

from domain.understanding.entities.firm_words_english import (
    DAYS,
    LEADS,
    PEOPLES,
    PLACES,
    PLAIN,
    ROLES,
    STREETS,
    TRADES,
)
from domain.understanding.entities.found import Page
from domain.understanding.entities.names_english import CAP, given_names
from domain.understanding.entities.no_names_english import NOT_NAMES, TITLES
from domain.understanding.grammar import Grammar

_TWO_BARE = rf"{CAP}(?: (?:van|von|de|der|den|da|di|la|bin|al|el|le|du|dos|[A-Z]\.)){{0,3}}(?: {CAP}){{1,2}}"
FORM = r"(?:Ltd\.?|LTD\.?|Limited|LIMITED|INC\.?|CORP\.?|Inc\.?|LLC|LLP|Corp\.?|Corporation|GmbH|AG|PLC|plc|K\.K\.|KK|Co\.,? ?Ltd\.?|Co\.|Pty|B\.V\.|BV|S\.A\.|SA|AB|Oy|ApS|Pte\.? Ltd\.?|S\.r\.l\.|SRL|& Co\.?|& Sons|& Partners|Group|Holdings)"
FIRM = rf"({CAP}(?:(?: & | and | of | )(?:{CAP}|{FORM}|&)){{0,5}}(?:,? {FORM}){{0,2}})"
#: Two capitals at least, joined as the names of firms are.
_SOME = rf"{CAP}(?:(?: & | and | of | ){CAP}){{1,4}}"

_LEGAL = Grammar(rf",? ?{FORM}$")
#: Capitals that follow one another, with what may join the words of a firm.
_RUN = Grammar(
    rf"(?<![\w@./'-])(?:St\. )?{CAP}(?:,? {FORM}(?![A-Za-z])|(?: & | and | of the | of | de | \+ | )(?:St\. )?{CAP})+(?![\w@])"
)
_WORD = Grammar(rf"{FORM}(?![A-Za-z])|[^\s,]+")
_AT_TIME = Grammar(
    r"(?i:\b(?:on|by|next|this|last|until|till|from|before|after|every|in|since|for) )$"
)
_NO_FIRM_BEFORE = Grammar(
    r"(?i:\b(?:your|sell|stock|offer|not|instead of|longer|than|ex|(?:was|were|formerly|previously|once)(?: (?:called|under|known as|at|with|named))?) (?:the )?)$"
)
#: Only ever the end of a sentence or of a line stands before its first word.
_STARTS = Grammar(r"(?:^|[.!?:\n)\x00-])\s*$")

#: Who shouts writes every word in capitals; only a legal form tells a firm then.
_SHOUTED = Grammar(
    rf"(?<![A-Za-z])({CAP}(?: & | and | ){CAP}(?:(?: & | and | ){CAP}){{0,3}},? (?:{FORM})|{CAP},? (?:{FORM}))(?![a-z])",
    hints=(
        "ltd",
        "limited",
        "inc",
        "llc",
        "llp",
        "corp",
        "gmbh",
        " ag",
        "plc",
        "k.k",
        "kk",
        "co.",
        "pty",
        "b.v",
        " bv",
        "s.a",
        " sa",
        " ab",
        " oy",
        "aps",
        "pte",
        "s.r.l",
        "srl",
        "& co",
        "& sons",
        "& partners",
        "group",
        "holdings",
    ),
)
#: Firms by the words around them, where no ending of their name tells.
_NAMED = (
    Grammar(
        rf"(?:(?i:company|firm|business|organi[sz]ation|employer|shop|school|clinic)(?: name)?(?: is| is now| will be|: ?| has become| becomes)?(?: called| known as| named| trading as| renamed(?: to)?)? |(?i:trades? as|trading as|renamed(?: to)?|rebranded (?:as|to)|now called|known as|merged into|on behalf of|writing for|work(?:ing)? (?:for|at)|our new name is|new company name(?: is|:)?|changed (?:our|its|the) name to|(?:company|firm|business|trading) name[^.\n]{{1,60}}? to|name changed to|joined|moved to) ){FIRM}",
        hints=(
            "company",
            "firm",
            "business",
            "organi",
            "employer",
            "shop",
            "school",
            "clinic",
            "trad",
            "renamed",
            "rebranded",
            "now called",
            "known as",
            "merged into",
            "on behalf of",
            "writing for",
            "work",
            "our new name",
            "changed",
            "joined",
            "moved to",
        ),
    ),
    Grammar(
        rf"(?:(?<=[a-z)] )(?:from|at|with|here at|over at)|, (?:from|of|at)|\b(?:for|to|from) {_TWO_BARE},) (?:the )?{FIRM}(?=[.,:;!?\n]| here| and | -| \(|,|$| again| speaking| I | we | My| since | has | have | need| would | want| please)"
    ),
)
_JOINED = (
    # "We are now Larch & Vane": two names joined, said of ourselves.
    Grammar(
        rf"\b(?i:we are|we're|we have become|we became|we go by|this is|(?:it is|it's) now)(?: now| called| named)* (?:the )?({CAP}(?: {CAP})? (?:&|and) {CAP}(?: {FORM})?)(?=[.,;!?\n]|$| at | in | from | and | not )"
    ),
)
_TOLD = (
    Grammar(
        rf"\b(?:[Oo]ur|[Mm]y) (?:company|firm|business|school|clinic|practice|shop|charity|hotel|restaurant|organi[sz]ation|studio|surgery|agency),? (?:is |called |named )?({CAP}(?:(?: & | and | of | ){CAP}){{0,3}})(?=,| would| need| is| has| want|[.!\n])",
        hints=("our ", "my "),
    ),
    Grammar(
        rf"(?:{CAP}|[A-Z]\.) {CAP} \(({CAP}(?:(?: & | and | of | ){CAP}){{1,3}})\)",
        hints=("(",),
    ),
    Grammar(
        rf"\b(?:[Oo]rder|[Qq]uote|[Qq]uotation|[Ii]nvoice|[Dd]elivery|[Aa]ccount) (?:for|to|of) ({CAP}(?:(?: & | and | of | ){CAP}){{1,3}})(?=[:.,\n]|$)",
        hints=("order", "quot", "invoice", "delivery", "account"),
    ),
)
#: Two capitals or more, not a person's: "we're Second Floor, a small studio", "it's under ...".
_SAID = (
    Grammar(
        rf"\b(?i:we are|we're|we,|we at|us at|here at)(?: now| called)? (?:the )?({_SOME})(?=,| \(|[.;!?\n]|$| here| in [A-Z]| and (?:we|I|our|my)\b| - )",
        hints=("we", "us at", "here at"),
    ),
    Grammar(
        rf"\b(?i:we are|we're|we,)(?: now| called)? ({CAP})(?=, (?:a|an|the|your)\b| \((?:a|an|the)? ?[a-z])",
        hints=("we",),
    ),
    Grammar(
        rf"\b(?i:(?:acct|account|customer|client|contract|booking|lease|billing)(?: name)?(?: is|'s|:)(?: under| in the name of)?|in the name of|under(?: the name(?: of)?)?|registered to|(?:bill|invoice|charge)(?: it| this| them)? to|calling from|writing from|ringing from|mailing from|representing|on behalf of) (?:the )?({_SOME})(?=[.,:;!?\n]|$| \(| please)",
        hints=(
            "acct",
            "account",
            "customer",
            "client",
            "contract",
            "booking",
            "lease",
            "bill",
            "name of",
            "under",
            "registered",
            "invoice",
            "charge",
            "ing from",
            "representing",
            "behalf",
        ),
    ),
    Grammar(
        rf"\b(?i:take|remove|unsubscribe|delete|strike|drop) ({_SOME})(?= (?:off|from) (?:your|the|all|any|this)\b)",
        hints=("take", "remove", "unsub", "delete", "strike", "drop"),
    ),
    Grammar(
        rf"(?:^|[.!?\n] ?)({_SOME})(?= (?:would (?:like|love)|needs?|wants?|requires?|wishes) )",
        hints=("would", "need", "want", "require", "wishes"),
    ),
    # "it's Corner House, the nursery": one that says what it is
    Grammar(
        rf"\b(?i:this is|it's|it is) (?:the )?({_SOME})(?=,? (?:a|an|the) [a-z]|,? \()",
        hints=("this is", "it's", "it is"),
    ),
)
#: A person and, behind it, where they are: "Priya Nair at Copper Kettle needs".
_WITH_PERSON = Grammar(
    rf"(?<![\w@.'-])({CAP})(?: {CAP})?(?:,? (?:here |again )?(?:at|from|of|with|here at) | ?@ ?)(?:the )?({_SOME})(?![\w@])"
)
#: ... or at the end: "Vic, Any Old Iron".
_ENDS_MESSAGE = Grammar(
    rf"(?:^|[.!?\n)\d-] ?|\b(?i:thanks|thank you|cheers|regards|thx|ta|best|pls|please),? )({CAP})(?: {CAP})?(?:, | ?@ ?| - | ?/ ?| ?\| ?| \()({_SOME}|(?<=@ ){CAP})\)?[ .!]*$"
)
#: Addresses whose firms are looked for: each is a look through the whole message, so that a list
#: of addresses must not cost their number times its length.
MOST_ADDRESSES = 5
_LABEL = Grammar(r"@([a-z][a-z0-9-]{3,40})\.")
_POST = frozenset(
    (
        "gmail",
        "googlemail",
        "outlook",
        "hotmail",
        "yahoo",
        "icloud",
        "btinternet",
        "aol",
        "live",
        "mail",
        "example",
        "proton",
        "protonmail",
    )
)


def take_shouted_firms(page: Page) -> None:
    """Firms in a message of capitals alone."""
    if not _SHOUTED.may_occur(page.masked):
        return
    for match in _SHOUTED.finditer(page.plain):
        words = match[1].strip(" ,")
        if words.split()[0].capitalize() not in NOT_NAMES and page.free(*match.span(1)):
            page.take("company", match.start(1), match.start(1) + len(words), words, "C")


def hide_former_firms(page: Page) -> None:
    """What a firm was called before is no entity."""
    if _FORMER.may_occur(page.masked):
        for match in _FORMER.finditer(page.plain):
            first = match[match.lastindex or 1].split(" ")[0].lower()
            if first not in PLAIN:  # "from Sales to Payroll" moves a person
                page.hide(*match.span(match.lastindex or 1), "C")


def take_firms(page: Page) -> None:
    """Firms, those first whose name itself tells."""
    if "@" in page.plain:
        _take_by_address(page)
    for match in _RUN.finditer(page.plain):
        _take_ended(page, match.start(), match[0])
    _take_told(page, _NAMED)
    if "&" in page.plain or " and " in page.plain:
        _take_told(page, _JOINED)
    _take_told(page, _TOLD, people=False)
    _take_told(page, _SAID, people=False)
    _take_beside_people(page)


def _take_ended(page: Page, start: int, run: str) -> None:
    """The firm in a run of capitals, if a word of it ends a firm."""
    words = [(m.start(), m[0]) for m in _WORD.finditer(run)]
    first = _first_word(page, start, words)
    last = None
    for place in range(first, len(words)):
        word = words[place][1]
        small = word.lower().rstrip(".").removesuffix("'s")
        if place > first and small in LEADS and word != "&" and not word.islower():
            break
        if place > first and _ends_firm(word, small, words, place):
            last = place
    if last is None:
        return
    last = _with_of(words, last)
    begin, end = words[first][0], words[last][0] + len(words[last][1])
    found = run[begin:end].removesuffix("'s")
    plain = {w.lower().rstrip(".") for _, w in words[first : last + 1]} - {"&", "and", "of", "the"}
    before = page.plain[max(0, start + begin - 20) : start + begin]
    if plain <= PLAIN or _NO_FIRM_BEFORE.search(before):
        return
    if page.free(start + begin, start + begin + len(found)):
        page.take("company", start + begin, start + begin + len(found), found, "C")


def _first_word(page: Page, start: int, words: list[tuple[int, str]]) -> int:
    first = 0
    while first < len(words) - 1:
        small = words[first][1].lower().rstrip(".")
        last = words[first - 1][1].lower() + " " if first else ""
        before = page.plain[max(0, start - 12) : start]
        if small == "the":
            if first or _STARTS.search(before):
                first += 1
            break
        if small in DAYS and _AT_TIME.search(last or before):
            first += 1
            continue
        if small not in LEADS:
            break
        first += 1
    return first


def _ends_firm(word: str, small: str, words: list[tuple[int, str]], place: int) -> bool:
    if _LEGAL.fullmatch(word):
        return True
    if small not in TRADES or word.islower():
        return False
    following = words[place + 1][1].lower() if place + 1 < len(words) else ""
    return following not in STREETS


def _with_of(words: list[tuple[int, str]], last: int) -> int:
    """With what follows "of": "Institute of Bookbinding"."""
    if last + 2 < len(words) and words[last + 1][1] == "of":
        return min(len(words) - 1, last + 4)
    return last


def _take_by_address(page: Page) -> None:
    """A firm whose name is the domain of an address in the message."""
    labels = dict.fromkeys(match[1] for match in _LABEL.finditer(page.plain.lower()))
    for label in islice((name for name in labels if name not in _POST), MOST_ADDRESSES):
        letters = label.replace("-", "")
        spaced = Grammar(
            r"(?<![\w@.-])" + r"[ '&.-]{0,3}".join(letters) + rf"(?:,? {FORM})?(?![\w@.-])",
            re.IGNORECASE,
        )
        for named in spaced.finditer(page.plain):
            words = named[0]
            known = words.split()[0].lower() in given_names()
            family = _AFTER_NAME.search(page.plain, max(0, named.start() - 26), named.start())
            if words[:1].isupper() and not known and not family and page.free(*named.span()):
                page.take("company", *named.span(), words, "C")


#: "Olga Brandt, olga@brandt.example" is a person.
_AFTER_NAME = Grammar(r"[A-Z][\w'.-]* $")


def _take_told(page: Page, patterns: tuple[Grammar, ...], *, people: bool = True) -> None:
    for pattern in patterns:
        if not pattern.may_occur(page.masked):
            continue
        for match in pattern.finditer(page.plain):
            start, end = match.span(match.lastindex or 1)
            words = _without_tail(page.plain[start:end].strip(" ,"))
            first = words.split()[0].rstrip(".").split("'")[0]
            if first in NOT_NAMES and (people or " " not in words or first.lower() in LEADS):
                continue
            if people and not _names_firm(page.plain, start, words, first):
                continue
            if first in TITLES:
                continue
            if not people and (first.lower() in given_names() or first.lower() in PEOPLES):
                continue
            if page.free(start, end):
                page.take("company", start, start + len(words), words.rstrip(","), "C")


def _take_beside_people(page: Page) -> None:
    known = given_names()
    for pattern in (_WITH_PERSON, _ENDS_MESSAGE):
        for match in pattern.finditer(page.plain):
            words = match[2]
            first = words.split()[0].lower()
            if match[1].lower() not in known or first in PLACES or first in LEADS:
                continue
            if first in known and "&" not in words:
                continue
            small = {word.lower() for word in words.split()}
            if small & (ROLES | STREETS) or small <= PLAIN:
                continue
            if page.free(*match.span(2)):
                page.take("company", *match.span(2), words, "C")


#: Who speaks, just before the firm: "this is Ann from", "Ann here at", "I work at".
_SPEAKER = Grammar(
    r"(?:(?i:this is|it'?s|i'?m|i am|name is|name's) [A-Za-z'-]+(?: [A-Z][\w'-]+)?,? (?:here )?(?:from|at|with|of) "
    r"|(?:^|[.!?,\n] ?|(?i:hi|hello|hey|morning|afternoon),? )[A-Z][\w'-]+(?: [A-Z][\w'-]+)?,? (?:here |again )?(?:from|at|with|of) "
    r"|(?i:\b(?:here|over) at |work(?:ing)? (?:for|at|with) |(?:manager|director|owner|caretaker|buyer|head|secretary|chef|nurse|teacher|engineer)(?: here)? (?:at|of|with) ))$"
)


def _names_firm(plain: str, start: int, words: str, first: str) -> bool:
    """Whether words after "from" are a firm: not a person, and one word only beside a person."""
    if first in TITLES:
        return False
    if " " in words and "&" not in words:
        if words.count(" ") > 1 or first.lower() in PLACES:
            return first.lower() not in PLACES
        return first.lower() not in given_names() or _speaks(plain, start)
    if "&" in words or not plain.endswith(("from ", "at ", "with ", "of "), 0, start):
        return True
    return _speaks(plain, start)


def _speaks(plain: str, start: int) -> bool:
    return _SPEAKER.search(plain, max(0, start - 50), start) is not None


def _without_tail(words: str) -> str:
    """Without the words at the end that begin what comes next: "Plain Speaking I'd"."""
    kept = words.split(" ")
    while len(kept) > 1 and kept[-1].lower() in LEADS:
        kept.pop()
    return " ".join(kept)


_FORMER = Grammar(
    rf"(?:(?:formerly|previously|used to be|no longer|\(ex)(?: known as| called)?,?"
    rf"|(?i:company|firm|business)[^.\n]{{0,30}} from|(?i:have us (?:down )?(?:as|under))) {FIRM}"
    rf"|\b(?i:changed|renamed|rebranded|gone|went|switched|merged)(?i:[^.\n]{{0,30}}) from {FIRM}(?= to [A-Z])",
    hints=("have us", "formerly", "previously", "used to be", "no longer", "(ex", "from "),
)
