"""Times in Japanese that are no wish: what happened, what is put off, what only gives the reason."""

from __future__ import annotations

from domain.understanding.grammar import Grammar

#: What has happened at that time, or to what it belongs: に頼んだ弁当, に電話をもらったようです.
_HAS_HAPPENED = Grammar(
    r"^(?:に|の)?(?:[一-龥]{1,4}(?:を|が|で)?)?(?:頼んだ|届いた|買った|もらった|いただいた|話した|来た|聞いた|送った|受け取った|注文した|発注した|電話した|見た|申し込んだ|契約した|納品された|送られた|入社した|引っ越した)(?!い|ら)"
    r"|(?:もらっ|いただい|頂い|受け|かけ|し|来|くれ)(?:た|まし)た?(?:よう|みたい|そう|の|ん)?(?:です)?$"
)
#: Who tells when they are to be had offers a time.
_PRESENT = Grammar(
    r"い(?:る|ます)|おり|おる|在宅|出勤|出社|時間(?:が|は|を)|フリー|戻|帰|休み|定休|空[いくき]|暇|手が|出られ|動け|間に合|ほしく|必要"
)
#: What the writer is going to do then, and what was agreed: 今日振り込みます, 16時に伺うと聞いて
_OWN_ACT = Grammar(
    r"\x00*(?:に|中に|までに|には)?(?:は)?(?:お?振り?込み|お?支払い?|払い|決め|決まり|ご?返事し|ご?連絡し|お返しし|ご?報告し|検討し|入金し)(?:ます|る予定|ると思)"
    r"|\x00*に[^。、]{0,8}?(?:伺う|来る|来られる|見える|届く|納品|訪問|お越し|電話)[^。、]{0,4}?(?:って|と)(?:聞|言われ|の(?:こと|約束|お約束)|うかが|伺っ)"
)
#: The time from which something is put off to a later one that the message names.
_MOVED_FROM = Grammar(
    r"\x00*(?:の[一-龥ァ-ヶーa-z]{1,8})?(?:を|から|ではなく|じゃなく(?:て)?|だったのを|だったんですが|の予定でしたが|の予定だった)[^。\n]{0,16}D[^。\n]{0,16}(?:変更|ずらし|ずらせ|変え|延期|延ばし|振り替え|取り直|に(?:して|でき))"
    r"|\x00*[のでに][^。\n]{0,10}?(?:とって|取って|予約して|入れて|お願いして|約束して|頼んで|組んで|予定して|伺う予定)(?:い)?(?:た|まし)[^D]*D"
)


def is_no_wish_of_now(masked: str, place: int) -> bool:
    """Whether the words behind a time tell what the writer will do then, or put it off."""
    return bool(_OWN_ACT.match(masked, place) or _MOVED_FROM.match(masked, place))


def has_happened(rest: str) -> bool:
    """Whether the words behind a time tell what has happened then."""
    return _HAS_HAPPENED.search(rest) is not None


def gives_reason(rest: str, cut: str) -> bool:
    """Whether the words between a time and `cut` are the reason for what follows: 来週展示会がある|ので."""
    closes = cut in ("ので", "ため", "けど", "けれど", "が")
    return closes and len(rest) >= 3 and not _PRESENT.search(rest)
