"""Small signs in a text that steer a request on its way: agreeing, refusing, correcting, adding."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.understanding.result import EntityValue, Understanding

_I = re.IGNORECASE
#: A turn asks the same of its text in several places.
_remembered = lru_cache(maxsize=256)
#: "Send it, but do not tell your staff": the box of the notice-confirmation, in words.
_REFUSAL = re.compile(
    r"\b(?:do not|don't|dont|without|not|never|nobody)\s+(?:to\s+)?"
    r"(?:tell|telling|notify|notifying|inform|informing)\b"
    r"|(?:伝え|知らせ|連絡し|通知し|共有し)(?:ない|ず)|(?:伝達|通知|連絡|共有)(?:は)?(?:不要|無用|なし)",
    _I,
)
#: Looking ahead for a first letter takes less than trying all words at every beginning of one.
_AGREEMENT = re.compile(
    r"\b(?=[yosacrpgd])(?:yes|yeah|yep|ok|okay|sure|agreed?|correct|right|please do|go ahead|"
    r"confirm(?:ed)?|send it|place (?:it|the order)|do it)\b",
    _I,
)
_AGREEMENT_JA = re.compile(
    r"はい|ええ|了解|承知|その通り|それで(?:お願い|結構|大丈夫)|問題(?:あり|ござい)ません|"
    r"(?:送信|確定|登録|注文)して(?:ください|下さい)|お願い(?:します|いたします|致します)"
)
#: A yes must not be read into these, whatever else the text holds.
_DOUBT = re.compile(
    r"\?|？|\b(?:not (?:right|correct|ok)|wrong|but first|wait)\b|違|待っ|ちょっと", _I
)
_START_OVER = re.compile(
    r"\b(?:start|begin)(?:ing)?\s+(?:over|again|afresh|anew)\b|\bfrom the (?:start|beginning)\b"
    r"|(?:最初|初め|はじめ|一)から(?:やり直|始め|お願い|もう一度)|やり直(?:し|す|させ)|リセット",
    _I,
)
_ADDS = re.compile(
    r"\b(?:also|add|too|as well|in addition|additionally|plus|another)\b"
    r"|追加|あと[、,\s]|それと|併せて|あわせて|加えて|[A-Z0-9]も\s*[0-9０-９一二三四五六七八九十]",
    _I,
)
_REMOVES = re.compile(
    r"\b(?:leave out|remove|drop|take out|take off|without|no longer need|skip)\b"
    r"|(?:は|を)?(?:外し|抜い|除い|削除|省い)|(?:は)(?:いりません|要りません|不要|やめ)",
    _I,
)
_CORRECTS = re.compile(
    r"\b(?:instead|rather|actually|i meant?|correction|wrong|use|make (?:it|that)|not)\b|^\s*no\b"
    r"|ではな|じゃな|でな(?:く|い)|違|訂正|間違|やっぱ|やはり|代わり|変えて",
    _I,
)
_REJECTED_BEFORE = re.compile(
    r"(?:\bnot|\binstead of|\brather than|\bno longer|\bisn't)\s+(?:the\s+)?$", _I
)
_REJECTED_AFTER = re.compile(r"^\s*(?:では|じゃ|で)(?:な|あり)|^\s*(?:は|を)?(?:やめ|取り消)")


_ORDERS = re.compile(
    r"\b(?:please\s+(?:order|send)|(?:want|like|need)\s+to\s+(?:order|buy)|buy|purchase)\b"
    r"|(?:注文|購入|発注)(?:し|を|いた|願|お願い)",
    _I,
)


@_remembered
def orders(text: str) -> bool:
    """Whether the text has the words of an order; a sign only, where nothing better is known."""
    return bool(_ORDERS.search(text))


@_remembered
def refuses(text: str) -> bool:
    """Whether the customer does not want staff to be told."""
    return bool(_REFUSAL.search(text))


def agrees(text: str, understood: Understanding) -> bool:
    """Whether the text says yes to what was shown; a question or a doubt is no yes."""
    if understood.has("deny"):
        return False
    said = _REFUSAL.sub("", text) if refuses(text) else text
    if understood.intents[0].name != "affirm" and (not _says_yes(said) or corrects(said)):
        return False
    return not _DOUBT.search(said)


def _says_yes(text: str) -> bool:
    if _AGREEMENT.search(text):
        return True
    return not text.isascii() and bool(_AGREEMENT_JA.search(text))


_PLAIN_YES = re.compile(r"\s*(?:yes|yeah|yep|ok|okay|sure|はい|ええ|了解|承知)", _I)
MAX_PLAIN = 40


def plainly_agrees(text: str, understood: Understanding) -> bool:
    """A short yes with nothing else in it: "Yes, please send it" names no materials to send."""
    if len(text) > MAX_PLAIN or not _PLAIN_YES.match(text) or any(c.isdigit() for c in text):
        return False
    plain = not corrects(text) and not adds(text)
    return plain and not refuses(text) and agrees(text, understood)


#: What makes a courtesy, and what may stand beside it. "Day", "Fine" or "Good" alone is a name.
_GREETING = r"hello|hi(?:ya)?|hey|greetings|good\s*bye|bye|good\s+(?:morning|afternoon|evening|day)"
_THANKS = r"(?:many\s+)?thanks|thank\s+(?:you|u)|thx|cheers"
_BARE = r"yes|yeah|yep|no|nope|ok|okay|sure|please"
_THAT_IS_ALL = r"that(?:['’]?s|\s+is|\s+was|\s+will\s+be)\s+(?:all|it|everything)"
_FILLERS = (
    r"very\s+much|so\s+much|a\s+lot|for\s+(?:that|everything|(?:your|the)\s+help)|"
    r"there|again|all|great|fine|perfect"
)
_CORE = f"{_GREETING}|{_THANKS}|{_BARE}|{_THAT_IS_ALL}"
_COURTESY = re.compile(rf"(?=.*\b(?:{_CORE})\b)\W*(?:\b(?:{_CORE}|{_FILLERS})\b\W*)+", _I)
_COURTESY_JA = re.compile(
    r"\W*(?:(?:(?:ありがとう|有難う)(?:ございま(?:す|した))?|どうも|感謝(?:します|いたします)|"
    r"以上(?:です|になります)?|こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|"
    r"お世話になって(?:い|お)?り?ます|(?:よろしく|宜しく)?お願い(?:します|いたします|致します)|"
    r"よろしく|はい|ええ|いいえ|了解(?:です|しました)?|承知(?:しました)?|大丈夫(?:です)?|"
    r"結構(?:です)?|わかりました|分かりました|失礼(?:します|いたします)|さようなら)"
    r"\W*)+"
)
#: With more letters than this a text says something besides.
_MAX_COURTESY = 60


@_remembered
def is_courtesy(text: str) -> bool:
    """Whether the text is nothing but greetings, thanks or a bare yes or no, and so no name."""
    if len(text) > _MAX_COURTESY:
        return False
    return bool(_COURTESY.fullmatch(text) or _COURTESY_JA.fullmatch(text))


@_remembered
def starts_over(text: str) -> bool:
    """Whether the customer wants to begin again from nothing."""
    return bool(_START_OVER.search(text))


@_remembered
def adds(text: str) -> bool:
    """Whether what is named comes on top of what there is."""
    return bool(_ADDS.search(text))


@_remembered
def removes(text: str) -> bool:
    """Whether what is named is to be left out."""
    return bool(_REMOVES.search(text))


@_remembered
def corrects(text: str) -> bool:
    """Whether the text puts something right that was said or shown before."""
    return bool(_CORRECTS.search(text))


_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NOT_SO_MANY = re.compile(r"\b(?:not|instead of|rather than)\s+(\d{1,4}|[a-z]+)\b", _I)


def turned_down_quantities(understood: Understanding, text: str) -> list[int]:
    """The numbers that the text takes back: of "three, not two" the two."""
    found = _NOT_SO_MANY.findall(text.lower())
    numbers = [int(n) for n in found if n.isdigit()]
    numbers += [_NUMBER_WORDS.index(n) + 1 for n in found if n in _NUMBER_WORDS]
    kept = meant(understood, "quantity", text)
    return numbers + [int(q) for q in understood.values("quantity") if q not in kept]


def meant(understood: Understanding, name: str, text: str) -> tuple[EntityValue, ...]:
    """The values of an entity less those that the text turns down: "three, not two"."""
    if name not in understood.entities or not (values := understood.values(name)):
        return ()
    turned_down = [
        span.value
        for span in understood.spans
        if span.name == name
        and (_REJECTED_BEFORE.search(text[: span.start]) or _REJECTED_AFTER.match(text[span.end :]))
    ]
    if not turned_down:
        return values
    return tuple([value for value in values if value not in turned_down]) or values
