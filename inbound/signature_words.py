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

# The line above contact data that are told and don't sign.
ANNOUNCING = _any(
    r"[:：]$", r"\b(?:below|as follows|following)\b[^.!?]{0,30}[.!]?$",
    r"\b(?:deliver|ship|send|invoice|bill)(?:y|ed|s)? (?:it |them )?to\W*$",
    r"\b(?:address|office|contact|buyer|number)(?: (?:is|has changed|has moved))?\W*$",
    r"(?:下記|以下|次)(?:です|の(?:通り|とおり)|に|へ|の)?[^。]{0,16}。?$",
    r"(?:変わりました|変更になりました|変更しました|移転しました|なりました)。?$",
    r"\b(?:folgende\w*|unten|lieferadresse|adresse)\W*$", r"\bci-dessous\b[^.]{0,20}\.?$",
)

# Small print that a mail server puts under every mail.
DISCLAIMER = _any(
    r"^\W*confidential(?:ity)? (?:notice|note|statement|warning)\b",
    r"contains? (?:privileged|confidential)", r"^\W*disclaimer\b",
    r"^\W*privileged\W{1,3}(?:and )?confidential information may be",
    r"(?:views|opinions)[^.]{0,80}\b(?:presented|expressed|contained)\b[^.]{0,40}e-?mail",
    r"virus(?:es)? (?:can|may) be transmitted", r"you received this (?:message|e-?mail) because",
    r"to unsubscribe from this group and stop",
    r"intended (?:solely|only|recipient)",
    r"sole use of the (?:intended|individual|addressee|named)",
    r"for the use of the (?:individual|addressee|intended)",
    r"this (?:e-?mail|message|communication|transmission)\b[^.]{0,90}"
    r"\b(?:is|are|may|might|can|contains?)\b[^.]{0,90}(?:confidential|privileged|intended)",
    r"received this (?:e-?mail|message|communication|transmission) (?:in error|by mistake)",
    r"(?:have|has) been (?:scanned|checked) (?:for|by)[^.]{0,60}(?:virus|antivirus)",
    r"virus-free\b", r"virenfrei\b", r"www\.(?:avast|avg)\.com",
    r"consider the environment before print",
    r"think before you print", r"don't print this e-?mail", r"privileged and confidential",
    r"(?:inhalt|informationen) (?:dies|in dies)er (?:e-?mail|nachricht)[^.]{0,80}vertraulich",
    r"(?:avant d'imprimer|antes de imprimir|prima di stampare)[^.]{0,80}"
    r"(?:environnement|planète|ambiente|planeta)",
    r"(?:environnement|planète|ambiente|planeta)[^.]{0,60}"
    r"(?:avant d'imprimer|antes de imprimir|prima di stampare)",
    r"vor dem (?:aus)?drucken[^.]{0,60}umwelt|umwelt[^.]{0,60}(?:aus)?drucken",
    r"correo electrónico[^.]{0,120}confidencial", r"wiadomości[^.]{0,80}(?:poufn|adresat)",
    r"tämä (?:viesti|sähköposti)[^.]{0,120}(?:luottamuksel|tarkoitettu)",
    r"(?:tato|táto) (?:zpráva|správa)[^.]{0,120}(?:důvěrn|dôvern|určen)",
    r"электронное (?:сообщение|письмо)[^.]{0,160}(?:конфиденциальн|предназначен)",
    r"(?:це|дане) (?:повідомлення|електронне)[^.]{0,160}(?:конфіденційн|призначен)",
    r"bu e-?posta[^.]{0,120}(?:gizli|kişiye özel|mahrem)",
    r"ez az (?:e-mail|üzenet|elektronikus)[^.]{0,120}bizalmas",
    r"acest (?:mesaj|e-?mail)[^.]{0,120}(?:confiden|destinat)",
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
    r"(?:此|本)(?:邮件|郵件|電郵)[^。]{0,60}(?:机密|機密|保密)",
    r"環境[^。]{0,30}(?:印刷|プリント)", r"(?:印刷|プリント)[はを]?お控え",
    r"이 메일은[^.]{0,80}(?:기밀|비밀)",
)

# What small print speaks of.
OF_MAIL = _any(
    r"e-?mail", r"message", r"\bmail\b", r"communication", r"transmission", r"nachricht",
    r"courriel", r"mensaje", r"mensagem", r"messaggio", r"bericht", r"wiadomość", r"сообщени",
    r"письм", r"meddeland", r"meddelelse", r"viesti", r"sähköposti", r"zpráv", r"správ",
    r"wiadomoś", r"повідомлен", r"e-?posta", r"üzenet", r"mesaj", r"courrier", r"correo",
    r"stampare", r"e-post", r"メール", r"受信", r"邮件", r"郵件", r"메일", r"print",
)

# Warnings that a mail server puts on top.
BANNER = _any(
    r"(?:mail|message|sender|communication)\b.{0,60}(?:outside|external)(?: of)?\b",
    r"^\W*external(?: (?:e-?mail|sender|message|mail))?\W*$",
    r"you don'?t often get e-?mail from", r"^\W*caution\s*:.{0,80}(?:external|outside|originat)",
    r"some people who received this message don'?t often",
    r"^\W*\[?(?:ext|external)\]?\s*[:：-]?\s*this (?:e-?mail|message)",
    r"(?:組織|社|会社)(?:の)?外(?:部)?から(?:の|送信|届|受信)", r"外部メール", r"【社外】",
    r"externe (?:e-?mail|nachricht)\b.{0,60}(?:absender|vorsicht)",
    r"^\W*(?:achtung|vorsicht)\s*:.{0,40}extern", r"courriel externe", r"correo externo",
    r"^\W*externe? (?:e-?mail|nachricht)\s*(?:[:：\])-]|$)", r"^\W*externe?r absender",
    r"^\W*(?:external|extern)\s*[:：-]\s*(?:do not|don't|be careful|use caution|exercise)",
    r"\bthis is an external (?:e-?mail|message)\b",
    r"vous n'obtenez pas souvent", r"sie erhalten nicht (?:oft|häufig) e-?mails? von",
    r"no suele recibir correos", r"u ontvangt niet vaak e-?mail",
    r"non si ricevono spesso messaggi", r"você não costuma receber e-?mails?",
    r"du får inte ofta e-post från", r"du får ikke ofte e-?(?:post|mails?) fra",
    r"nie otrzymujesz często wiadomości", r"からのメールを受け取ることはめったにありません",
    r"(?:courriel|message|e-?mail).{0,40}(?:provient|émane).{0,20}(?:l'extérieur|externe)",
    r"(?:email|messaggio).{0,40}proviene.{0,20}(?:dall'esterno|estern)",
    r"(?:correo|mensaje).{0,40}(?:originó|proviene|procede).{0,20}(?:fuera|extern)",
    r"(?:mensagem|e-?mail).{0,40}(?:originou|vem|foi enviad).{0,20}(?:fora|extern)",
    r"(?:bericht|e-?mail).{0,40}(?:afkomstig|komt).{0,20}(?:buiten|extern)",
    r"此?(?:邮件|郵件).{0,10}(?:来自|來自).{0,6}(?:外部|组织外|組織外)",
    r"(?:이|본) 메일은 외부에서", r"(?:reply|type|write) above this line",
)

# Where somebody asks for an invoice, the same words are what he asks.
BILLING = _any(
    r"invoice", r"\bbill(?:ing)?\b", r"rechnung", r"factur", r"fattura", r"please",
    r"bitte",
)

# What a house must print under its letters: three of these in one paragraph are no message.
IMPRINT = (
    _any(r"registered (?:in|office|number|no\b|address)", r"\bincorporated in\b"),
    _any(r"\bregistered office\b", r"\bsitz(?: der gesellschaft)?\s*:", r"siège social"),
    _any(r"\bvat (?:no|reg|number|id)", r"ust-?id", r"\bsteuernummer\b", r"\bbtw[- ]nr",
         r"p\.? ?iva"),
    _any(r"amtsgericht", r"registergericht", r"handelsregister", r"\bcompany (?:no|number|reg)"),
    _any(r"\bhr[ab] ?\d", r"\bno\.? ?\d{6,}", r"\bsiret\b", r"\brcs\b", r"\bkvk\b"),
    _any(r"geschäftsführ(?:er|ung)", r"vorstand", r"aufsichtsrat", r"\bdirectors?\s*:"),
)
# One of these is in every imprint: a first look, as the whole costs six.
IMPRINT_HINT = _any(
    r"regist", r"geschäftsf", r"\bust-?id", r"\bsiret\b", r"handelsreg", r"vat (?:no|reg)"
)
