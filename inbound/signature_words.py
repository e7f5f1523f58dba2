"""The words and signs of signatures, disclaimers and banners (data)."""

# fmt: off
from __future__ import annotations

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


# What only a signature has: how to reach somebody, and for whom he works.
CONTACT = _any(
    r"\b(?:tel|fax|phone|mobile|mob|cell|office|direct|www|http|https|e-?mail|skype|ext"
    r"|gsm|vat)\b\s*[.:：/]?",
    r"\bh[rq]b\b", r"@[\w-]+\.", r"℡", r"〒", r"☎", r"📞", r"📧", r"📱", r"✉", r"電話",
    r"携帯", r"直通", r"住所", r"ＴＥＬ", r"ＦＡＸ",
    r"\+\d[\d\s().-]{6,}\d", r"\(?\d{2,5}\)?[-. ]\d{2,4}[-. ]\d{3,4}",
    r"株式会社", r"有限会社", r"㈱", r"㈲", r"合同会社",
    r"\b(?:inc|ltd|llc|gmbh|corp|s\.?a\.?r?\.?l|b\.?v|pty|ag|kg|oy|ab|a/s|sp\. z o\.?o)\b\.?",
    r"部\s", r"課\s", r"支店", r"営業所", r"\bmailing list\b", r"unsubscribe", r"\blists?\.",
)

# What somebody is in his house.
ROLE = _any(
    r"\b(?:ceo|cto|cfo|coo|manager|director|engineer|developer|sales|assistant|officer"
    r"|president|founder|head of|administrator|consultant|representative|specialist|team"
    r"|department|support|chef|leiter|directeur|geschäftsführer)\b",
)

# What is said and not only stated.
SENTENCE = _any(
    r"[?？]\s*$", r"[。！]\s*$", r"(?:ます|です|ください|下さい|ました|ません|でしょうか|お願い)",
    r"(?:\b(?:please|could you|can you|i am|i'm|i will|we will|would|should|need|want"
    r"|order|bitte|s'il)\b)",
)

# What an order says above an address, and what no name holds.
ORDERED = _any(
    r"届け先", r"配送先", r"送付先", r"納品先", r"お届け", r"注文", r"納期", r"備考", r"希望",
    r"住所変更", r"新住所", r"数量", r"品名", r"品番", r"合計", r"見積",
    r"\d\s*(?:個|本|箱|枚|台|冊|円|部\b)", r"[をへ]", r"[一-龥ぁ-んァ-ン]で(?:す)?$",
    r"\b(?:ship(?:ping)?|deliver(?:y)?|bill(?:ing)?) (?:to|address)\b", r"\border (?:no|number)\b",
    r"\bquantity\b", r"\bqty\b", r"\bnew address\b", r"\blieferadresse\b",
    r"\badresse de livraison\b",
)

# What a text says whose answer may be the contact data below it.
POINTING = _any(
    r"\b(?:below|follow\w*|new|chang\w*|updat\w*|mov(?:ed|ing)|address\w*|phone|number|details)\b",
    r"\b(?:call|reach|contact|ring|ship|deliver\w*)\b",
    r"下記|以下|変更|新し|住所|連絡|電話|署名|宛|送付|届|異動|移転",
    r"\b(?:neue?\w?|folgend\w*|geändert\w*|unten|adresse|telefon|nummer|liefer\w*|anruf\w*|rufen)\b",
    r"\b(?:suivant\w*|ci-dessous|nouve\w*|appel\w*|livr\w*|siguiente\w*|abajo|nuev\w*|llam\w*)\b",
)

# Small print that a mail server puts under every mail.
DISCLAIMER = _any(
    r"^\W*confidential(?:ity)? (?:notice|note|statement|warning)\b",
    r"contains? (?:privileged|confidential)", r"^\W*disclaimer\b",
    r"intended (?:solely|only|recipient)",
    r"sole use of the (?:intended|individual|addressee|named)",
    r"for the use of the (?:individual|addressee|intended)",
    r"this (?:e-?mail|message|communication"
    r"|transmission)(?: message)?[^.]{0,120}(?:confidential|privileged|intended)",
    r"received this (?:e-?mail|message|communication|transmission) (?:in error|by mistake)",
    r"(?:have|has) been (?:scanned|checked) (?:for|by)[^.]{0,60}(?:virus|antivirus)",
    r"virus-free\b", r"www\.avast\.com", r"consider the environment before print",
    r"think before you print", r"don't print this e-?mail", r"privileged and confidential",
    r"diese (?:e-?mail|nachricht)[^.]{0,120}(?:vertraulich|empfänger bestimmt)",
    r"nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)", r"irrtümlich erhalten",
    r"ce (?:message|courriel|mail)[^.]{0,120}(?:confidentiel|destiné|exclusif)",
    r"reçu ce (?:message|courriel|mail) par erreur",
    r"este (?:mensaje|correo)[^.]{0,160}(?:confidencial|destinatario)",
    r"esta mensagem[^.]{0,160}(?:confidencia|destinat)",
    r"(?:questo|il presente) messaggio[^.]{0,160}(?:riservat|confidenzial|destinatari)",
    r"informazioni contenute[^.]{0,80}riservat",
    r"dit (?:bericht|e-mailbericht)[^.]{0,120}(?:vertrouwelijk|bestemd)",
    r"denne (?:e-?mail|e-post)[^.]{0,120}(?:fortrolig|konfidensiel)",
    r"ta wiadomość[^.]{0,160}(?:poufn|adresat)",
    r"detta (?:meddelande|e-post)[^.]{0,120}(?:konfidentiell|avsedd)",
    r"(?:данное|это|настоящее) (?:сообщение|письмо)[^.]{0,160}(?:конфиденциальн|предназначен)",
    r"(?:本|この|当)(?:電子)?(?:メール|Ｅメール|eメール|送信)[^。]{0,100}"
    r"(?:機密|秘密|宛先|受信者|名宛人|限り)",
    r"誤って(?:受信|本メール|このメール|送信)", r"機密情報[^。]{0,40}含", r"宛先以外",
    r"此(?:邮件|郵件)[^。]{0,60}(?:机密|機密|保密)",
    r"이 메일은[^.]{0,80}(?:기밀|비밀)",
)

# What small print speaks of.
OF_MAIL = _any(
    r"e-?mail", r"message", r"\bmail\b", r"communication", r"transmission", r"nachricht",
    r"courriel", r"mensaje", r"mensagem", r"messaggio", r"bericht", r"wiadomość", r"сообщени",
    r"письм",
    r"meddeland", r"meddelelse", r"e-post", r"メール", r"受信", r"邮件", r"郵件", r"메일", r"print",
)

# Warnings that a mail server puts on top.
BANNER = _any(
    r"(?:mail|message|sender|communication)\b.{0,60}(?:outside|external)(?: of)?\b",
    r"^\W*external(?: (?:e-?mail|sender|message|mail))?\W*$",
    r"you don'?t often get e-?mail from", r"^\W*caution\s*:.{0,80}(?:external|outside|originat)",
    r"some people who received this message don'?t often",
    r"^\W*\[?(?:ext|external)\]?\s*[:：-]?\s*this (?:e-?mail|message)",
    r"(?:組織|社|会社)(?:の)?外(?:部)?から(?:の|送信|届いた|受信)", r"外部メール", r"【社外】",
    r"externe (?:e-?mail|nachricht)\b.{0,60}(?:absender|vorsicht)",
    r"^\W*(?:achtung|vorsicht)\s*:.{0,40}extern", r"courriel externe", r"correo externo",
)
