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
#: A time at which one is at work, or not to be had: 午前は診療中です, 平日は母の介護で動けません.
_AT_WORK = Grammar(
    r"\x00*[はが][^。、\n]{0,8}?(?:診療|授業|仕事|勤務|会議|手術|外来|講義|現場|稽古|レッスン|運転|作業|配達|往診|収録|接客)(?:中|で[す、]|が(?:ある|あり|入)|なの|なん|だから|に(?:出|入))"
    r"|\x00*は[^。D\n]{0,20}?(?:ので|から|ため|んで)、?(?:お?電話|訪問|来訪)は?(?:無理|困|だめ|ダメ|避け|遠慮|控え|出られ|受けられ|取れ)"
    r"|\x00*[はが][^。、\n]{0,14}?(?:動け|出られ|出れ|取れ|対応でき|つながり|行け|空けられ)ま(?:せん|へん)"
)
#: What is asked or told of the time itself: 土日も動いていますか, 今日でしたっけ, 寒い朝に限って.
_OF_THE_TIME = Grammar(
    r"\x00*も[^。、\n]{0,10}?(?:動いて|対応して|受け付けて|受付して|開いて|やって)(?:い)?(?:ます|る|ん)|\x00*(?:でし|だっ)たっけ"
    r"|\x00*[^。D\n]{0,12}?(?:に限って|のたびに)"
)
#: What takes place then gives the reason for another time: 会議は12日ですので、10日必着で.
_TAKES_PLACE = Grammar(
    r"(?:会議|総会|理事会|[一-龥]式|入稿|締め?切り?|期限|本番|試験|検査|監査|大会|退院|出発|引っ?越し|(?<!いい)(?<!良い)(?<!よい)(?<!いてる)(?<!ている)(?<!ほしい)(?<!きる)(?<!れる)の)[はが](?:来る)?$"
)
_IS_THEN = Grammar(r"\x00*(?:な|です|だ)(?:ので|のに|んで|から|もので)")
_NOT_FREE = Grammar(
    r"(?:忙しい|混む|混み合う|いない|休みな|留守な|出られない)のは$|(?:定休日?|休診日?|休み)[はが:]$"
)
#: The time at which something ends or is known, and after which the customer is to be had.
_THEN = Grammar(
    r"\x00*[^。?!\nD]{1,24}?(?:ので|から|んで|ため|けん|し)、? ?(?:その(?:あと|後|頃|ころ|とき|時|日)|それ(?:以降|から|以後)|以降)(?:に|は|で|なら|、|[^\x00]{0,3}(?:電話|来|連絡|鳴ら))"
    r"|\x00*は(?:定休日?|お?休み|休診日?|休業)(?:で|な)[^。?!\nD]{0,6}?(?:ので|から|んで)、? ?(?:来|お越し|伺|訪問|お?電話|院長|店長|私|時間|家に|在宅|ゆっくり|助か)"
)


def is_no_wish_of_now(masked: str, place: int) -> bool:
    """Whether the words around a time tell what is or will be then, or put it off."""
    if _OWN_ACT.match(masked, place) or _MOVED_FROM.match(masked, place):
        return True
    if _AT_WORK.match(masked, place) or _OF_THE_TIME.match(masked, place):
        return True
    before = masked[max(0, place - 13) : place - 1]
    if before.endswith(("は", "が", ":")):
        told = (
            "D" in masked[place:] and _TAKES_PLACE.search(before) and _IS_THEN.match(masked, place)
        )
        return bool(told or _NOT_FREE.search(before))
    return False


def is_meant_by_what_follows(masked: str, place: int) -> bool:
    """Whether a later word points to the time that was told: "6時に終わるので、そのあと電話ください"."""
    return _THEN.match(masked, place) is not None


def has_happened(rest: str) -> bool:
    """Whether the words behind a time tell what has happened then."""
    return _HAS_HAPPENED.search(rest) is not None


def gives_reason(rest: str, cut: str) -> bool:
    """Whether the words between a time and `cut` are the reason for what follows: 来週展示会がある|ので."""
    closes = cut in ("ので", "ため", "けど", "けれど", "が")
    return closes and len(rest) >= 3 and not _PRESENT.search(rest)
