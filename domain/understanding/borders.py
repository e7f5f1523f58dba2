"""What shows by a few words, and need not be learned: names alone, mere addresses, banks."""

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
