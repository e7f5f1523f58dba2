"""The words by which robots' mails are known where no header says so (data)."""

from __future__ import annotations

import re

BOUNCE_SENDER = re.compile(
    r"(?i)mailer[-_ ]?daemon|postmaster|mail delivery (?:sub)?system|mail-?daemon|^<?>?$"
    r"|mail(?:er)?_?daemon|mdaemon@|mail administrator|delivery subsystem"
)

BOUNCE_SUBJECT = re.compile(
    r"(?i)undeliver(?:ed|able)|delivery (?:status )?(?:notification|failure|error|report|problem)"
    r"|delivery has failed|mail delivery (?:failed|failure|error)|returned mail|failure notice"
    r"|mail (?:failure|error)|message (?:undelivered|undeliverable|returned|not delivered)"
    r"|nondeliverable|non[- ]?deliver|could ?n[o']t (?:be )?deliver|not delivered|returned to sender"
    r"|warning: (?:could not send|message)|user unknown|delivery failed|failed mail|bounced? mail"
    r"|failed delivery|e?-?mail not delivered|nicht zustellbar|unzustellbar|zustellung|non remis"
    r"|message non distribu|échec de la remise|no se ha podido entregar|no entregado|mancato recapito"
    r"|não entregue|falha na entrega|onbestelbaar|niet bezorgd|olevererbart|kunne ikke leveres"
    r"|メール(?:が)?(?:配信|送信|送達)(?:でき|エラー|不能|に失敗)|配信(?:不能|エラー|できません|失敗)"
    r"|メールエラー|エラー通知|送信エラー|宛先不明|不達|未達|退信|退信通知|系统退信|投递失败|반송|전송 실패"
)

DELAY_SUBJECT = re.compile(
    r"(?i)delay(?:ed)?|(?:still|yet) (?:being )?(?:un)?deliver|warning: (?:could not send|message still)"
    r"|遅延|verzögert|retardé"
)

BOUNCE_BODY = re.compile(
    r"(?i)could not be delivered|couldn't be delivered|was not delivered|unable to deliver"
    r"|wasn't able to deliver|delivery (?:to the following|has failed|failed)|undeliverable"
    r"|did not reach the following|permanent(?:ly)? (?:error|failure|fatal)|user unknown"
    r"|unknown user|no such (?:user|recipient)|mailbox (?:not found|unavailable|is full)"
    r"|recipient (?:address )?rejected|returned to you|returned message|not be delivered"
    r"|following recipients?|fatal errors|host unknown|配信できません|送信できません|届けられません"
    r"|見つからなかった|宛先が見つかり|宛先不明|送信先のメールアドレス|送達でき|存在しません"
)

AUTO_SUBJECT = re.compile(
    r"(?i)^\s*(?:re\s*:\s*)?(?:"
    r"\[?(?:auto(?:matic(?:ally)?)?[-_ ]?(?:reply|response|responder|generated|answer|notification)|autoreply)\b"
    r"|auto\s*[:-]|out[- ]of[- ](?:the[- ])?office(?:\s*$|\s*[:!-]|\s+(?:auto|reply|message|notification|until|from|re:))"
    r"|(?:i am |i'm )?(?:currently )?(?:away|on (?:vacation|holiday|leave))(?: from (?:my |the )?(?:mail|office|desk).*)?\s*(?:$|[:!])"
    r"|vacation (?:reply|message|notice|response)|away from (?:my )?(?:mail|office)|ooo\s*:"
    r"|abwesenheits(?:notiz|nachricht|mitteilung|meldung)|automatische antwort|abwesend|nicht im b[üu]ro"
    r"|réponse automatique|absence(?: du bureau)?\s*(?:$|:)|absente? du bureau|notification d'absence"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|resposta autom[áa]tica|fora do escrit[óo]rio"
    r"|ausencia (?:temporal|de la oficina)|risposta automatica|fuori (?:ufficio|sede)|assenza\b"
    r"|automatisch antwoord|afwezig|niet op kantoor|autosvar|automatiskt svar|frånvaro|fravær"
    r"|automaattinen vastaus|poissa|odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied"
    r"|automatick[áa] odpov[ěe][ďd]|автоответ|автоматический ответ|автоматична відповідь|otomatik yan[ıi]t"
    r"|automatikus v[áa]lasz|r[ăa]spuns automat|tự động trả lời|自動回覆|自动回复|자동 ?(?:회신|응답|답장)|부재 ?중"
    r"|[【\[(（「]?\s*(?:自動(?:返信|応答|配信|送信)|不在(?:通知|の(?:お)?知らせ|連絡|応答|のご連絡|のため|です)|休暇(?:通知|中|のお知らせ)|オートリプライ)"
    r")|自動返信|自動応答|不在通知|不在のお知らせ"
)
