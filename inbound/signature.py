"""Signatures, device lines, disclaimers and banners: what stands in a mail and was not written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbound import reply_patterns as words

_DELIMITER = re.compile(r"^(?:--|—|–|––|——|-- -|__)$")
_NO_RULER = re.compile(r"^[\s.…?!？！。、,，>〉)(（）]*$")
_EMOJI = re.compile(r"[\U0001f000-\U0001ffff]")
_WORD = re.compile(r"[^\W_ーﾟﾞ゛゜]")
_SENT_FROM = re.compile(
    r"^[\s>*_(\[<~—–-]*(?:"
    + "|".join(sorted(map(re.escape, words.SENT_FROM), key=len, reverse=True))
    + r")",
    re.IGNORECASE,
)
_SENT_FROM_END = re.compile(
    r"(?:" + "|".join(sorted(map(re.escape, words.SENT_FROM_END), key=len, reverse=True)) + r")"
    r"[\s。.!*_)\]]*(?:\(?<?https?://\S+|<[^>]*>|\[[^\]]*\])?\s*$",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(sorted(map(re.escape, words.DEVICES), key=len, reverse=True))
    + r")",
    re.IGNORECASE,
)
_FROM_MOBILE = re.compile(r"(?i)^(?:from my .{1,20}|\w+(?: \w+)? from (?:my )?mobile)$")
_APP_LINK = re.compile(r"(?i)(?:outlook|yahoo mail|spark|bluemail|proton).{0,60}https?://\S+")
_CONTACT = re.compile(
    r"(?i)\b(?:tel|fax|phone|mobile|mob|cell|office|direct|www|http|https|e-?mail|skype|ext|gsm|vat)\b\s*[.:：/]?"
    r"|\bh[rq]b\b|@[\w-]+\.|℡|〒|☎|📞|📧|📱|✉|電話|携帯|直通|住所|ＴＥＬ|ＦＡＸ|\+\d[\d\s().-]{6,}\d"
    r"|\(?\d{2,5}\)?[-. ]\d{2,4}[-. ]\d{3,4}|株式会社|有限会社|㈱|㈲|合同会社|\b(?:inc|ltd|llc|gmbh|corp|s\.?a\.?r?\.?l|"
    r"b\.?v|pty|ag|kg|oy|ab|a/s|sp\. z o\.?o)\b\.?|部\s|課\s|支店|営業所|\bmailing list\b|unsubscribe|\blists?\."
)
_NUMBER = re.compile(r"^\W*(?:\w{1,8}[.:]?\s*)?\+?\(?\d[\d\s()./-]{6,}\d\W*$")
_SENTENCE = re.compile(
    r"[?？]\s*$|[。！]\s*$|(?:ます|です|ください|下さい|ました|ません|でしょうか|お願い)|"
    r"(?i:\b(?:please|could you|can you|i am|i'm|i will|we will|would|should|need|want|order|bitte|s'il)\b)"
)
_LONG_SENTENCE = re.compile(r"^(?:\S+\s+){6,}\S*[.!]$")
_ROLE = re.compile(
    r"(?i)\b(?:ceo|cto|cfo|coo|manager|director|engineer|developer|sales|assistant|officer|president|founder|head of|"
    r"administrator|consultant|representative|specialist|team|department|support|chef|leiter|directeur|geschäftsführer)\b"
)

_DISCLAIMER = re.compile(
    r"(?i)confidential(?:ity)? (?:notice|note|statement|information)|^\W*disclaimer\b|intended (?:solely|only|recipient)"
    r"|sole use of the (?:intended|individual|addressee|named)|for the use of the (?:individual|addressee|intended)"
    r"|this (?:e-?mail|message|communication|transmission)(?: message)?[^.]{0,120}(?:confidential|privileged|intended)"
    r"|received this (?:e-?mail|message|communication|transmission) (?:in error|by mistake)"
    r"|(?:have|has) been (?:scanned|checked) (?:for|by)[^.]{0,60}(?:virus|antivirus)|virus-free\b|www\.avast\.com"
    r"|consider the environment before print|think before you print|don't print this e-?mail|privileged and confidential"
    r"|diese (?:e-?mail|nachricht)[^.]{0,120}(?:vertraulich|empfänger bestimmt)|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)"
    r"|irrtümlich erhalten|ce (?:message|courriel|mail)[^.]{0,120}(?:confidentiel|destiné|exclusif)|reçu ce (?:message|courriel|mail) par erreur"
    r"|este (?:mensaje|correo)[^.]{0,160}(?:confidencial|destinatario)|esta mensagem[^.]{0,160}(?:confidencia|destinat)"
    r"|(?:questo|il presente) messaggio[^.]{0,160}(?:riservat|confidenzial|destinatari)|informazioni contenute[^.]{0,80}riservat"
    r"|dit (?:bericht|e-mailbericht)[^.]{0,120}(?:vertrouwelijk|bestemd)|denne (?:e-?mail|e-post)[^.]{0,120}(?:fortrolig|konfidensiel)"
    r"|ta wiadomość[^.]{0,160}(?:poufn|adresat)|detta (?:meddelande|e-post)[^.]{0,120}(?:konfidentiell|avsedd)"
    r"|(?:данное|это|настоящее) (?:сообщение|письмо)[^.]{0,160}(?:конфиденциальн|предназначен)"
    r"|(?:本|この|当)(?:電子)?(?:メール|Ｅメール|eメール|送信)[^。]{0,100}(?:機密|秘密|宛先|受信者|名宛人|限り)|誤って(?:受信|本メール|このメール|送信)"
    r"|機密情報[^。]{0,40}含|宛先以外|此(?:邮件|郵件)[^。]{0,60}(?:机密|機密|保密)|이 메일은[^.]{0,80}(?:기밀|비밀)"
)
_DISCLAIMER_TITLE = re.compile(
    r"^\W*(?:(?:legal |e-?mail )?disclaimer|confidentiality notice|haftungsausschluss|免責事項)\W*$",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"(?i)(?:originat(?:ed|es)|came|sent|received|is) from (?:an? )?(?:outside|external)|^\W*external(?: (?:e-?mail|sender|message|mail))?\W*$"
    r"|you don'?t often get e-?mail from|^\W*caution\s*:.{0,80}(?:external|outside|originat)|some people who received this message don'?t often"
    r"|^\W*\[?(?:ext|external)\]?\s*[:：-]?\s*this (?:e-?mail|message)|(?:組織|社|会社)(?:の)?外(?:部)?から(?:の|送信|届いた|受信)|外部メール|【社外】"
    r"|externe (?:e-?mail|nachricht)\b.{0,60}(?:absender|vorsicht)|^\W*(?:achtung|vorsicht)\s*:.{0,40}extern|courriel externe|correo externo"
)
_CLOSING = re.compile(
    r"^[\s,.\-–—/*_]*(?:"
    + "|".join(sorted(map(re.escape, words.CLOSINGS), key=len, reverse=True))
    + r")"
    r"(?P<rest>[\s,.!;:–—*_-]*|[\s,.!;:–—-]+(?P<name>[^?\n]{1,40}))$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^[\s*_]*(?:"
    + "|".join(sorted(map(re.escape, words.THANKS), key=len, reverse=True))
    + r")[\s,.!;:–—*_-]*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"^[\W_]{0,3}[^\W\d_][\w.'’-]*(?: [^\W\d_(][\w.'’)-]*){0,3}[\W_]{0,3}$")


def is_delimiter(line: str) -> bool:
    """`-- ` and its relatives."""
    return _DELIMITER.match(line) is not None


def is_ruler(line: str) -> bool:
    """A line drawn with signs: at least four, no letter or digit among them."""
    if len(line) < 3 or len(line) > 300 or _WORD.search(line) or _NO_RULER.match(line):
        return False
    if _EMOJI.search(line):
        return False
    return len(line.replace(" ", "")) >= (3 if not line.isascii() else 4)


def is_sent_from(line: str) -> bool:
    """A line that a phone or program put in by itself."""
    if not line or len(line) > 160:
        return False
    begin = _SENT_FROM.match(line)
    if begin is not None:
        rest = line[begin.end() :]
        near = " ".join(rest.split()[:4])
        return _DEVICE.search(begin.group() + " " + near) is not None or (
            len(rest.split()) <= 3 and "," not in rest and not rest.rstrip().endswith(("?", "."))
        )
    if _FROM_MOBILE.match(line):
        return True
    return (
        _SENT_FROM_END.search(line) is not None
        and _DEVICE.search(line) is not None
        and len(line) < 80
    )


def is_app_line(line: str) -> bool:
    """A device line with the program's own link: nobody writes on below it."""
    return is_sent_from(line) and _APP_LINK.search(line) is not None


def is_disclaimer(paragraph: str) -> bool:
    if len(paragraph) < 25:
        return _DISCLAIMER_TITLE.match(paragraph) is not None
    return _DISCLAIMER.search(paragraph[:2_000]) is not None


def is_banner(paragraph: str) -> bool:
    """A warning that a mail server put on top."""
    return len(paragraph) < 700 and _BANNER.search(paragraph) is not None


def looks_like_signature(lines: Sequence[str], *, strict: bool = False) -> bool:
    """Whether these lines (blank ones among them) are who somebody is, not what he says.

    `strict` asks for a telephone, address, company or the like.
    """
    spoken = [line for line in lines if line and not is_ruler(line)]
    if not spoken or len(spoken) > 16:
        return False
    if any(len(line) > 100 and "http" not in line for line in spoken):
        return False
    says = sum(
        1
        for line in spoken
        if (_SENTENCE.search(line) or _LONG_SENTENCE.match(line)) and not is_sent_from(line)
    )
    contacts = sum(
        1 for line in spoken if _CONTACT.search(line) or _ROLE.search(line) or _NUMBER.match(line)
    )
    if says:
        return says == 1 and contacts >= 3 and len(spoken) >= 4
    if strict:
        return contacts >= 1
    return contacts >= 1 or (len(spoken) <= 3 and all(_NAME.match(line) for line in spoken))


def is_closing(line: str) -> bool:
    """A closing formula, alone or with a name in the same line."""
    match = _CLOSING.match(line)
    if match is None:
        return False
    name = match.group("name")
    return name is None or _NAME.match(name.strip()) is not None


def is_thanks(line: str) -> bool:
    return _THANKS.match(line) is not None


def is_name(line: str) -> bool:
    return len(line) <= 40 and _NAME.match(line) is not None and _SENTENCE.search(line) is None
