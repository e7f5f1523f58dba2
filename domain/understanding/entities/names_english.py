"""People named in English by given names that are known, by titles and by farewells.

`people_english` knows the words that stand around a name; this knows names, and asks of the words
around them only whether the customer's side is meant: not the salesman, and not who is greeted.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from domain.understanding.entities.firm_words_english import ROLES
from domain.understanding.entities.found import Page
from domain.understanding.entities.no_names_english import NOT_NAMES
from domain.understanding.grammar import Grammar

CAP = r"[A-ZÀ-Þ][a-zA-ZÀ-ÿ'’]{0,24}(?:-[A-Z]?[a-zA-ZÀ-ÿ]{1,20})?"
_PARTICLE = r"(?:van|von|de|der|den|da|di|la|bin|al|el|le|du|dos|del|ter|st)"
_RUN = Grammar(
    rf"(?<![\w@./'-]){CAP}(?:(?: {_PARTICLE}){{0,2}} (?:{CAP}|[A-Z]\.)){{0,4}}(?![\w@]|-\d)"
)
_TITLE = r"(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Reverend|Sir|Capt|Captain|Lt|Col|Major|Father|Sister)"
_TITLED = Grammar(
    rf"(?<![\w@./'-]){_TITLE}\b\.?(?: (?:and|&) (?:Mrs|Ms|Dr)\.?)?(?: {_TITLE}\.?)? ((?:{CAP}|[A-Z]\.)(?:(?: {_PARTICLE})? (?:{CAP}|[A-Z]\.)){{0,2}})",
    hints=(
        "mr",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "rev",
        "sir",
        "cap",
        "lt",
        "col",
        "major",
        "father",
        "sister",
    ),
)
#: Words that may stand in capitals before a name without being part of it.
_LEADS = frozenset((
    "hi", "hello", "hey", "hiya", "dear", "ask", "tell", "ring", "call", "phone", "from", "contact", "name", "attn",
    "fao", "signed", "ta", "thanks", "thx", "cheers", "regards", "yours", "best", "love", "sincerely", "faithfully",
    "my", "our", "this", "it's", "its", "i'm", "im", "i", "we", "and", "for", "to", "with", "please", "manager",
    "customer", "buyer", "owner", "tenant", "morning", "afternoon", "evening", "speak", "is", "kind", "warm", "many",
    "sorry", "yes", "no", "ok", "okay",
))  # fmt: skip
#: Words that no name holds, beside those that end a firm.
_NO_PART = frozenset((
    "street", "road", "lane", "avenue", "drive", "square", "close", "way", "court", "house", "hall", "park",
    "school", "hospital", "hotel", "church", "college", "ltd", "limited", "inc", "llc", "gmbh", "plc", "group",
    "architecture", "architects", "interiors", "studio", "clinic", "surgery", "motors", "department", "dept", "team",
    "office", "sales", "support", "service", "model", "showroom", "station", "centre", "center", "mill", "i", "i'm",
    "the", "a", "an", "my", "our", "your", "please", "thanks", "thank", "regards", "kind", "best", "and", "but",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu",
    "thurs", "fri", "sat", "sun", "january", "february", "march", "april", "june", "july", "september", "october",
    "november", "december", "tel", "phone", "mobile", "email", "e-mail", "fax", "from", "here", "can", "could",
    "would", "hi", "hello",
))  # fmt: skip
#: Before a name: it is who is greeted, dealt with, replaced or asked about.
_NOT_OURS = Grammar(
    r"(?i:\b(?:dear|hi|hello|hey|hiya|morning|afternoon|evening|your|thank|met|saw|meet|know|asked|told|with|not|of|than|replace|swap|formerly|previously|was|where'?s?|when'?s?|who'?s?|about|regarding|via|your \w+|our friend|over from|predecessor,?|go(?:es)? to|replaces|replacing|succeeds|takes? over from|took over from|taking over from)[ ,:]*)$"
)
_GREETED = Grammar(r"(?i:^\W*(?:dear|hi|hello|hey|hiya|good \w+|morning|afternoon|evening)[ ,]*)$")
#: After a name: it is told of somebody, or is a thing of theirs.
_TOLD_OF = Grammar(
    r"'s\b|s' | (?:has|had|have|is|was|will|did|does|can|could|would)\b(?! (?:my|our|the (?:new |main )?(?:contact|buyer|manager)))"
    r"| (?:left|retired|resigned|said|promised|sent|gave|visited|came|called|rang|sold|helped|served|quoted|told|mentioned|wrote|e-?mailed)\b"
    r"|,? who (?:has |have )?(?:left|retired|resigned|moved|is leaving|used to)\b| to (?:come|visit|call|see|drop|ring)\b"
    r"| from (?:your|sales|support)\b| (?:Street|Road|Lane|Avenue|Way|Close|Drive|House|Court|Hall)\b"
)
_INTRODUCES = Grammar(
    r",? (?:here|speaking|calling|again|from|of|at|with|in) |,? (?:here|speaking|again)\b"
)
#: What tells that one given name alone is the customer or whom to ask for.
_SINGLE_BEFORE = Grammar(
    r"(?i:\b(?:it'?s|this is|i'?m|i am|my name'?s?(?: is)?|name:|names?|(?:is|are) called|named|name'?s|name of|name is|ask(?:ing)? for|call for|signed|attn:?|fao:?|c/o|under(?: the name)?|(?:^|\n)from:|my (?:wife|husband|partner|son|daughter|mother|father|mum|mom|dad|boss|manager|colleague|assistant|secretary|sister|brother),?) ?:? ?)$"
)
_SPEAKS = Grammar(r",? (?:here|speaking|calling)\b(?!\?)")
_COMES_FROM = Grammar(r",? (?:from|at|over at|in|with) (?!your|sales\b)(?:the |our )?[A-Za-z]")
_OPENS = Grammar(
    r"(?i:(?:^|[.!?\n]|\b(?:hi|hello|hey|hiya|morning|afternoon|evening|all|team),?)[ ,]*)$"
)
_CLOSES = Grammar(
    r"(?i:(?:[.!?\n,;/~)\d\x00-]|\b(?:thx|thanks|ta|cheers|regards|best|wishes|love|yours|rgds|please|pls))[ \n,.!-]*)$"
)
_ENDS = Grammar(r"[ .!)]*(?:x{1,3}|:\)|:-\))?[ .!]*$|[ ,]*\(")
#: "Wendy, print room", "Toby in IT", "Ashok, Sundaram Textiles" as the last words.
_ENDS_WITH_PLACE = Grammar(
    r"(?:,| -| \||/)? ?(?:in|at|from|of|for)? ?(?:the )?[A-Za-z\x00&'. -]{2,40}(?:, (?:ext\.?|tel\.?|room)? ?[\w\x00 -]{1,20})?[.!]?\s*$"
)
_LAST_STOP = Grammar(r"(?:[.!?\n]|[\w)\x00], | - )\s*$")
_FAREWELL = Grammar(
    r"(?i:\b(?:regards|sincerely|faithfully|truly|wishes|thanks|thank you|thx|tx|ta|cheers|yours|best|rgds|respectfully|cordially|signed|gr[uü](?:ß|ss)e|speak soon|love)\b)"
    rf"[ ,.!:\n-]*({CAP}(?:(?: {_PARTICLE}){{0,2}} (?:{CAP}|[A-Z]\.)){{0,3}})(?=[ .!]*x*\s*$| \(|[,\n|/])",
    hints=(
        "regards",
        "sincer",
        "faithful",
        "truly",
        "wishes",
        "thank",
        "thx",
        "tx",
        "ta",
        "cheers",
        "yours",
        "best",
        "rgds",
        "respect",
        "cordial",
        "signed",
        "gr",
        "speak soon",
        "love",
    ),
)
_SMALL_FAREWELL = Grammar(
    r"(?:thanks|thx|ta|cheers|regards|best|love|pls|please|[.!?,\n]) ?[,.!-]* ?([a-z]{3,14})[.! ]*x*\s*$"
)
#: "i'm leila, i need"
_SMALL_SPEAKER = Grammar(
    r"(?:^|[.!,\n] ?|hi |hello |hey |hiya )(?:i'?m|it'?s|this is) ([a-z]{3,14})(?=[,.!]| and | here\b| from | at | again|$)"
)
#: Who stands before a firm, at the beginning of a sentence or line or after a farewell.
_BEFORE_FIRM = Grammar(
    rf"(?:^|[.!?\n:)] ?|\b(?i:thanks|thank you|thx|ta|cheers|regards|best|please|pls|hi|hello|hey|this is|it's|i'm|i am)[,.]? )({CAP}(?: {CAP}){{0,2}})(?:,? (?:here )?(?:at|from|of|with|for|@) | ?[,@/|] ?| - |\n| \()(?:the )?$"
)
_SURELY_SIGNED = Grammar(r"(?i:@|thanks|thank you|thx|cheers|regards|best)")
_AFTER_FIRM = Grammar(
    rf"(?:, | - | ?/ ?| ?\| ?|: )({CAP} {CAP}|{CAP}(?=\s*$))(?=[.,!?\n]|\s*$| here| speaking)"
)
#: A customer's side by the words before a title.
_TITLE_BEFORE = Grammar(
    r"(?i:(?:^|[.!?\n,]|\b(?:our|my)(?: [\w&-]+){0,3},?|\b(?:attn:?|attention(?: of)?:?|fao:?|c/o|for|i'?m|i am|this is|it'?s|here is|under|name:?(?: is)?|regards|faithfully|sincerely|thanks|truly|post \w+ \w+ to|to)) ?,? ?)$"
)
_OURS = Grammar(r"(?i:\b(?:our|my) )")
#: "You keep writing to Mr. Dunne. He retired": somebody who is no longer there.
_STILL_WRITTEN_TO = Grammar(
    r"(?i:\b(?:keep|kept|stop|still|always) (?:writing|sending|posting|addressing|calling|ringing|phoning|mailing|e-?mailing)\b[^.!?\n]*)$"
)
_LEFT = Grammar(
    r"[.,;!]? (?:[Hh]e|[Ss]he|[Ww]ho)(?:'s| has| had)? (?:long |since |now )?(?:left|retired|resigned|moved|gone|died|passed)\b"
)
#: "Ms Okafor of our legal team", wherever it stands.
_OF_OURS = Grammar(r",? (?:of|from|in|at|on) (?:our|my)\b")
_TITLE_AFTER_STOP = Grammar(r"[.! ]*$|,? (?:here|speaking|from|at|of)\b|[,\n]| \(")
_NAMED = Grammar(
    rf"(?i:\b(?:in the name of|name of|under the name(?: of)?|(?:it'?s|is|are|was|booked|registered|listed|filed|booking|order|account|put (?:it|this|that)|down|reserved) (?:\w+ )?under(?! (?:the|a|an|my|our|your|warranty|guarantee|contract)\b)|(?:foreman|manager|contact|boss|caretaker|buyer|owner) is called|fao|(?:^|\n)(?:from|name|contact name|your name|full name) ?:) ?(?:{_TITLE}\.? )?)({CAP}(?: {CAP}){{0,2}})"
    rf"|\b(?i:(?:replace|swap|substitute)) [^.\n]{{2,40}}? (?i:by|with|for) ({CAP} {CAP})",
    hints=("name", " under", "called", "fao", "from:", "from :", "replace", "swap", "substitute"),
)


#: Given names that are months, too: "from 17 Jan".
_MONTHS = frozenset(("jan", "april", "may", "june", "august"))
_DATED = Grammar(
    r"(?i:\d(?:st|nd|rd|th)?|\b(?:of|in|from|by|since|until|till|early|late|mid|end of))[ -]$"
)


@cache
def given_names() -> frozenset[str]:
    """Given names in small letters."""
    path = files("domain.understanding") / "data" / "names.en.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def take_known_names(page: Page) -> None:
    """People whose given name is known, beside what the grammars of `people_english` found."""
    known = given_names()
    plain = page.plain
    for match in _RUN.finditer(plain):
        words = match[0].split(" ")
        first = next((i for i, word in enumerate(words) if _is_given(word, known)), None)
        if first is None or any(w.lower().rstrip(".") not in _LEADS for w in words[:first]):
            continue
        name = _name(words[first:])
        start = match.start() + len(" ".join(words[:first])) + (first > 0)
        end = start + len(name)
        if name.lower() in _MONTHS and _DATED.search(plain, max(0, start - 10), start):
            continue
        if plain.endswith("from ", 0, start) and plain.startswith(" to ", end):
            continue
        if page.free(start, end) and _is_ours(page, start, end, " " in name):
            page.take("person_name", start, end, name, "H")


def _is_given(word: str, known: frozenset[str]) -> bool:
    plain = word.lower().rstrip(".")
    return plain in known or ("-" in plain and plain.split("-")[0] in known)


def _name(words: list[str]) -> str:
    kept = words[:1]
    for word in words[1:4]:
        if word.lower().rstrip(".") in _NO_PART:
            break
        kept.append(word)
    while len(kept) > 1 and kept[-1].islower():
        kept.pop()
    name = " ".join(kept)
    return name if name[-2:-1] == " " or name[-3:-2] == " " else name.rstrip(".")


def _is_ours(page: Page, start: int, end: int, full: bool) -> bool:
    plain = page.plain
    before = plain[max(0, start - 40) : start]
    if _SINGLE_BEFORE.search(before):
        return not _TOLD_OF.match(plain, end)
    greeted = _GREETED.search(plain[:start]) is not None if start < 25 else False
    if _SPEAKS.match(plain, end):
        return True
    if _COMES_FROM.match(plain, end) and _OPENS.search(before):
        return True
    if greeted:
        return full and bool(_INTRODUCES.match(plain, end))
    if _CLOSES.search(before) and _ENDS.match(plain, end):
        return True
    if start > 8 and _LAST_STOP.search(before) and _ENDS_WITH_PLACE.match(page.masked, end):
        return full or plain[end : end + 1] == "," or plain[end : end + 4] in (" in ", " at ")
    return full and not _NOT_OURS.search(before) and not _TOLD_OF.match(plain, end)


def take_beside_firms(page: Page) -> None:
    """Names just before a firm, or after it: "Vic, Old Iron Salvage", "Tarn Foods, Ida Holm"."""
    plain = page.plain
    for find in [f for f in page.finds if f.name == "company"]:
        before = _BEFORE_FIRM.search(plain, max(0, find.start - 60), find.start)
        if before is not None:
            _take_beside(page, *before.span(1), sure=_SURELY_SIGNED.search(before[0]) is not None)
        after = _AFTER_FIRM.match(plain, find.end)
        if after is not None:
            _take_beside(page, *after.span(1), sure=False)


def _take_beside(page: Page, start: int, end: int, *, sure: bool) -> None:
    words = page.plain[start:end].split(" ")
    if (
        (sure or len(words) > 1 or _is_given(words[0], given_names()))
        and words[0] not in NOT_NAMES
        and not {w.lower() for w in words} & (_NO_PART | ROLES)
    ):
        _take(page, start, end)


def take_titled_and_signed(page: Page) -> None:
    """Names after a title, after a farewell and after words that announce a name."""
    plain = page.plain
    named = _NAMED.finditer(plain) if _NAMED.may_occur(page.masked) else ()
    for match in named:
        _take(page, *match.span(match.lastindex or 1))
    titled = _TITLED.finditer(plain) if _TITLED.may_occur(page.masked) else ()
    for match in titled:
        before = plain[max(0, match.start() - 40) : match.start()]
        start, end = match.span(1)
        if _OF_OURS.match(plain, end) or (
            _TITLE_BEFORE.search(before) and _is_signed_or_told(plain, before, end)
        ):
            _take(page, start, end)
    if _FAREWELL.may_occur(page.masked):
        for match in _FAREWELL.finditer(plain, max(0, len(plain) - 300)):
            _take(page, *match.span(1))
    take_signed_small(page)


def take_signed_small(page: Page) -> None:
    """A known given name in small letters as the last word: "cheers, tom"."""
    plain = page.plain
    for match in _SMALL_SPEAKER.finditer(plain):
        if match[1] in given_names() and page.free(*match.span(1)):
            page.take("person_name", *match.span(1), match[1], "H")
    tail = _SMALL_FAREWELL.search(plain, max(0, len(plain) - 30))
    if tail is not None and tail[1] in given_names() and page.free(*tail.span(1)):
        page.take("person_name", *tail.span(1), tail[1], "H")


def _is_signed_or_told(plain: str, before: str, end: int) -> bool:
    if _GREETED.search(before):
        return False
    bare = before.rstrip()
    if not bare or bare[-1] in ".!?\n,":
        stops = _TITLE_AFTER_STOP.match(plain, end) is not None
        return stops and (plain[end : end + 1] != "," or len(plain) - end < 40)
    if _STILL_WRITTEN_TO.search(before) or _LEFT.match(plain, end):
        return False
    return _OURS.search(before) is not None or _TOLD_OF.match(plain, end) is None


def _take(page: Page, start: int, end: int) -> None:
    words = page.plain[start:end].rstrip(" ,.")
    first = words.split(" ")[0].lower().rstrip(".")
    if first in _NO_PART or first in _LEADS or len(words) < 2:
        return
    kept = _name(words.split(" "))
    if page.free(start, start + len(kept)):
        page.take("person_name", start, start + len(kept), kept, "H")
