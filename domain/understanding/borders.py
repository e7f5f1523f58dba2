"""What shows by a few words, and need not be learned: names alone, addresses, banks, requests."""

from __future__ import annotations

from domain.understanding import borders_japanese
from domain.understanding.grammar import Grammar

#: A sentence that only names things ("ABC-110Cです。") has no wish of its own.
NAMES_ONLY = Grammar(
    r"(?:[A-Z ,、・の|/:()]|tel\.?|fax\.?|direct|mobile|e-?mail|mail"
    r"|(?:head|manager|director) of (?=B))+"
    r"(?:です|になります|でございます|となります)?[.。!]?"
    r"|H,?(?: (?:in|at|from|of) (?:the )?[BC])?(?: x{1,3})?"
    r"|(?:[BC](?:の| )?)*H(?:より|拝|まで|さん|様)?[。]?"
    r"|(?:ご?注文|発注|受注|伝票|order)(?:番号|number|no\.?)?[ #:]*O[ ,.。]*"
    # "Customer is C", "it's under H", "the contract's in the name of H"
    r"|(?:(?:the|our|my) )?(?:acct|account|customer|client|contract|order|booking|lease|it)"
    r"(?: name)?(?:'s| is|:)?(?: booked| registered| all)?(?: in the name of| under| as)?"
    r" ?:? ?[HC][.!]?"
    # "Have a good weekend", "speak soon"
    r"|(?:(?:and )?(?:have|enjoy|wish(?:ing)? you)(?: an?| the| your)?"
    r"(?: nice| good| great| lovely| wonderful| pleasant| rest of your)?"
    r"(?: day| evening| weekend| week| one| afternoon| holidays?| D| time)+"
    r"|(?:speak|talk) (?:to you )?soon|take care|bye(?: now)?|see you(?: then| D| soon)?)[.! ]*"
)

#: A sentence that only says where something goes ("our address: A") changes no record.
GIVES = Grammar(
    r"(?:(?:and|so) )?(?:(?:my|our|the|your|please use|send (?:it|them) to|we're|i'm|we are|i am"
    r"|(?:we're|i'm|we are|i am) (?:based |located )?at) )?"
    r"(?:full |postal |mailing |delivery |shipping |direct |work |mobile |phone |e-?mail |office )*"
    r"(?:address|number|e-?mail|mail|phone|tel|mobile|cell)?(?: number| address)?"
    r"(?: here| for this)?(?: is|:|=)? ?(?:[APEZQ][ ,]*)+[.!]?"
    r"|(?:当方の|こちらの|私の|弊社の)?"
    r"(?:住所|送付先|送り先|宛先|届け先|電話|携帯|メール|電話番号|連絡先|メールアドレス)?"
    r"(?:は|:|が)? ?(?:[APEZQ][ 、,]*)+(?:です|になります|でございます|まで)?[。.]?"
)

#: Banks, alarms and the weather are asked in words like ours; these name them plainly.
_ELSEWHERE = Grammar(
    r"\b(?:exchange rates?|foreign currenc(?:y|ies)|withdraw(?:al|l|als)|atm|pin (?:code|number)|"
    r"(?<!left )(?<!gave )"
    r"(?:my|the|a|new|your|that|another|replacement|debit|credit|bank|virtual) cards?"
    r"(?! (?:reader|slot|stock|printer|holder|size|feeder))|iban|overdraft|"
    r"card (?:payment|delivery|arriv\w+)|(?:my|bank|card) statement|topp?(?:ed|ing)?[- ]up|"
    r"(?:savings|checking|bank) account|credit (?:score|limit)|direct debit|playlist|"
    r"(?:set|add|create|show|delete|list) (?:me )?(?:(?:a|my|all|the) )*"
    r"(?:reminders?|timer|alarms?)|my (?:reminders?|alarms?)"
    r"|my dentist|dentist'?s? appointment|dental (?:check-?up|appointment)|hair ?(?:cut"
    r"|dresser|appointment)"
    r"|(?:my|the|our) pizza|take-?away|passport|driving licen[cs]e|gym membership|(?:train|plane"
    r"|flight|concert|cinema) tickets?"
    r"|my flight|boarding pass|payslip|(?:gas|electric|electricity|water|broadband) (?:bill"
    r"|contract|account)|pivot table"
    r"|graduate (?:scheme|programme|program)|(?:apprentice|intern)ships?|job interview"
    r"|dry[- ]?cleaner'?s?"
    r"|spreadsheets?|(?:a|the|my) (?:dress|jeans|shoes|trainers|necklace)|bus ticket|my landlord)\b"
)
#: What is broken there is not ours either.
_NOT_OURS = Grammar(
    r"\b(?:phone|tablet|watch) (?:screen|glass)\b|windows update|social media|wi-?fi password"
    r"|(?:bought|got) (?:it )?(?:elsewhere|second-hand online)|(?:at|from) (?:another"
    r"|a different) (?:shop|store|seller)"
    r"|(?:the|my) (?:train|bus)(?:'s| is) (?:stuck|late|delayed|cancelled)"
)


def is_elsewhere(words: str) -> bool:
    """Whether a clause names what is asked at other counters."""
    return bool(_ELSEWHERE.search(words)) or (
        not words.isascii() and borders_japanese.is_elsewhere(words)
    )


def is_not_ours(words: str) -> bool:
    """Whether what a clause calls broken or late is plainly somebody else's."""
    return bool(_NOT_OURS.search(words)) or (
        not words.isascii() and borders_japanese.is_not_ours(words)
    )


#: A sentence that asks for something; the others of a mail are mostly background.
ASKS = Grammar(
    r"\?|\b(?:please|pls|kindly|can|could|would|may i|may we|will you|i want|we want|i need|we need"
    r"|needs? to|like to|wish to|hope to|let (?:me|us)|looking forward|grateful|appreciate|i'd|we'd"
    r"|i'll|we'll|asking|request|interested|wondering|tell me|ready to|go ahead|going ahead"
    r"|pleased to|treat this|decided (?:to|on)|hereby)\b"
    r"|^(?:then |and |also |so |first,? |second,? )?(?:send|cancel|order|stop|remove|update|change"
    r"|call|ring|add|ship|deliver|note)\b"
    r"|ください|下さい|お願い|いただけ|頂け|いただきた|頂きた|もらえ|もらいた|ほしい|欲しい|たい|希望"
    r"|ですか|ますか|でしょうか|ませんか|幸い|助か|注文|発注|いたします|願い|存じます|考えて"
)

#: Who is asked to come where something is broken is a technician ...
COMES = Grammar(
    r"来て|来られ|来れ|きてほし|お越し|よこし|寄越し|派遣|向かわせ"
    r"|\b(?:come|visit|call out|send (?:someone|somebody|one of)|need (?:someone|somebody)"
    r"|(?:someone|somebody) (?:out|here|over|D))\b"
)
#: ... unless sales, a talk or another way than a visit is named.
TALKS = Grammar(
    r"営業|担当|商談|説明|見積|相談|提案|電話|連絡|メール|話"
    r"|\b(?:sales\w*|reps?|representative|advis\w+|consult\w*|discuss|explain|show|quot\w+|manager"
    r"|call (?:me|us)|ring|phone|talk|speak|e-?mail|demo\w*)\b"
)

#: What is done, or got elsewhere, asks for nothing: "already paid", 他社で買いました.
DONE = Grammar(
    r"(?:(?:no thanks|sorry|thanks),? )?(?:i've |we've |i |we |i have |we have )?already "
    r"(?:paid|sent|bought|got|ordered|signed|done|returned|settled|replied|answered|received)\b.*"
    r"|(?!.*(?:キャンセル|取り消|取消|解約|停止|電話|連絡)).*(?:よそ|他社|他店|他の(?:店|会社|業者|ところ)|別の(?:店|会社|業者|ところ)|ほか)"
    r"(?:さん)?(?:で|に)[^。、]{0,12}(?:した|しました|ました|んだ|った|通した|ことに)[^。]{0,8}"
    r"|.*(?:もう|すでに|既に)[^。、]{0,8}(?:届きました|届いて(?:い)?ます|支払いました|払いました"
    r"|済みました|済んで(?:い)?ます|済ませました|振り込みました|もらいました|いただきました|持ってます"
    r"|直りました|解決しました)[^。]{0,10}",
    hints=("already", "よそ", "他", "別", "ほか", "もう", "すでに", "既に"),
)
#: A refusal without another wish: "no brochures please", 送付は不要です.
REFUSES = Grammar(
    r"(?:please )?no (?:more )?(?:brochures?|catalog(?:ue)?s?|calls?|phone calls?|quotes?"
    r"|visits?|samples?)\b"
    r"(?!.*\b(?:just|but|only|instead|rather)\b).*"
    r"|.*(?:送付|郵送|資料|カタログ|パンフレット|連絡|電話|訪問|見積もり|見積り|見積書|見積|案内|説明)"
    r"[^。、]{0,8}(?:不要|いりません|いらない|要りません|結構です|必要(?:ない|ありません)|無用)"
    r"(?:です|だ|でございます|ですので|ですから|ので|から)?[。]?"
    r"|.*(?:電話|連絡|メール|訪問|営業)(?:して|かけて|を)?(?:くる|来る|こられる|する)?の(?:は|を)?"
    r"(?:やめ|止め|控え|遠慮)[^。、]*"
)
#: Answers that a mail box gives by itself.
AWAY = Grammar(
    r"自動(?:返信|配信)|自動応答(?:です|メール|:)|不在(?:に|と)し.*(?:戻り次第|代わり|別の)"
    r"|(?:戻り次第|帰社後).{0,12}(?:返信|返事|連絡)(?:いた|し)"
    r"|休暇を(?:いただい|頂い|取得し)|automatic reply|auto-?reply"
    r"|\bout of (?:the )?office (?:until|from|on|with|and will)"
    r"|(?:upon|on) my return|when i(?:'m| am) back in the office",
    hints=("自動", "不在", "次第", "帰社", "休暇", "auto", "out of", "return", "back in"),
)
#: Waiting for a call, not for goods.
WAITS = Grammar(
    r"\b(?:called?|calls|rang|rung|ring|repl(?:y|ied)|answer(?:ed)?|heard|hear|get back"
    r"|got back|callback)\b"
    r"|連絡|電話|折り返|返事|返信"
)
GOODS = Grammar(
    r"[OMQ]|order|deliver|parcel|package|ship|invoice|quot|truck|van|car\b|toner|refund"
    r"|注文|納品|納車|届|発送|出荷|配送|見積|商品|修理|返金"
)
QUESTION = Grammar(
    r"\?|^(?:and |so |but )?(?:where|when|what|any|has|have you|is|are|did|how|do you)\b"
    r"|どう(?:なって|です)|いつ|ですか|ますか|でしょうか|かな"
)
