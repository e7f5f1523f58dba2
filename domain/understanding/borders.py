"""What shows by a few words, and need not be learned: names alone, addresses, banks, requests."""

from __future__ import annotations

from domain.understanding.grammar import Grammar

#: A sentence that only names things ("ABC-110Cです。") has no wish of its own.
NAMES_ONLY = Grammar(r"[A-Z ,、・]+(?:です|になります|でございます|となります)?[.。!]?")

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
ELSEWHERE = Grammar(
    r"\b(?:exchange rates?|foreign currenc(?:y|ies)|withdraw(?:al|l|als)|atm|pin (?:code|number)|"
    r"(?:my|the|a|new|your|that|another|replacement|debit|credit|bank|virtual) cards?"
    r"(?! (?:reader|slot|stock|printer|holder|size|feeder))|iban|overdraft|"
    r"card (?:payment|delivery|arriv\w+)|(?:my|bank|card) statement|topp?(?:ed|ing)?[- ]up|"
    r"(?:savings|checking|bank) account|credit (?:score|limit)|direct debit|playlist|"
    r"(?:set|add|create|show|delete|list) (?:me )?(?:(?:a|my|all|the) )*"
    r"(?:reminders?|timer|alarms?)|my (?:reminders?|alarms?))\b"
    r"|アラーム|リマインダー|リマインド|目覚まし|プレイリスト|暗証番号|残高|両替|為替"
    r"|キャッシュカード|天気|気温|の予報"
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
