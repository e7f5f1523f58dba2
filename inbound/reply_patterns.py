"""What mailers write around a quotation, in the languages of their users (data, no logic).

The entries are the fixed words of mail programs, in lower case: verbs of the line over a quotation,
labels of a header block, titles of a divider, device lines. A new language is a few new entries.
"""

from __future__ import annotations


def _entries(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.split("|"))


# Verbs by which the line over a quotation ends or is carried.
WROTE = _entries("""
    wrote | writes | said | has written | schrieb | hat geschrieben | schrieb am | schrieben |
    geschrieben | a écrit | a ecrit | écrivait | a écrit ce qui suit | écrit | escribió |
    escribio | ha escrito | escribiste | va escriure | escribeu | ha scritto | scrive |
    scriveva | scrisse | hai scritto | escreveu | escreveu o seguinte | escreveu no dia |
    publicou | schreef | heeft geschreven | het volgende geschreven | schreef het volgende |
    napisał | napisała | napisał(a) | pisze | napisała/napisał | skrev | skrev följande |
    skreiv | har skrevet | skrifaði | skrev den | kirjoitti | kirjutas | rašė | rakstīja |
    napsal | napsala | napsal(a) | napísal | napísala | napísal(a) | napisao | napisala |
    je napisao/la | je napisal | je napisao | написао је | написал | написала | написал(а) |
    пишет | писал | писал(а) | написав | пише | написа | пишува | напісаў | yazdı | şunu yazdı |
    şunları yazdı | tarihinde şunu yazdı | ezt írta | írta | a următoarele | a scris | έγραψε |
    shkroi | menulis | đã viết | เขียนว่า | ने लिखा | लिखा | כתב | כתבה | כתב/ה | כתב או כתבה |
    كتب | كتبت | نوشت | yazıb | napsal/a | さんは書きました | は書きました | 書きました |
    さんが書きました | のメール | のメッセージ | さんからのメール | さんのメール |
    さんのメッセージ | さんのコメント | さんの投稿 | 写道 | 撰寫 | 寫道 | 來信 | 来信 | 写到 |
    已寫入 | 编写 | 寫 | 작성 | 님이 작성 | 님이 작성한 메시지 | 님이 쓴 글 |
    님이 다음을 작성함 | 님이 작성하였습니다 | је написао/ла | је написао | је написала |
    je napisala | napisao je | napisala je | je napísal | je napísala | ўжо напісаў | напісала
""")

# How a line over a quotation begins that names only whom it quotes.
QUOTING = _entries("""
    quoting | zitat von | zitiere | citando | citando a | citation de | citat från | citerar |
    citaat van | cytat | quotando | цитирование | цитата | citation av
""")

# Labels of a header block, by what they name.
LABELS: dict[str, tuple[str, ...]] = {
    "from": _entries("""
    from | von | de | da | van | od | från | fra | frá | lähettäjä | от | від | kimden |
    gönderen | feladó | de la | από | 出典 | 差出人 | 送信者 | 送信元 | 发件人 | 寄件者 |
    寄件人 | 發件人 | 보낸 사람 | 보낸사람 | 발신 | من | מאת | từ | จาก | expéditeur |
    remitente | mittente | remetente | absender | afzender | nadawca | avsändare | avsender |
    отправитель | odesílatel | od koho | desde | saatja | nuo | dari | no | ang | от кого | де |
    šalje | шаље | pošiljatelj | प्रेषक | از | enviat per | gesendet von | reply-from | sender |
    発信者

    """),
    "date": _entries("""
    date | sent | datum | gesendet | gesendet am | envoyé | envoyé le | envoye | fecha |
    enviado | enviado el | enviada em | enviado em | enviada | data | inviato | inviata |
    data invio | verzonden | verstuurd | wysłano | wysłane | skickat | sendt | dato |
    lähetetty | päiväys | päivämäärä | отправлено | дата | надіслано | відправлено |
    gönderildi | gönderme tarihi | tarih | elküldve | dátum | odesláno | odoslané | trimis |
    στάλθηκε | ημερομηνία | 日時 | 日付 | 送信日時 | 送信 | 送信日 | 受信日時 | 发送时间 |
    日期 | 发送日期 | 寄件日期 | 傳送時間 | 時間 | 时间 | 寄件時間 | 傳送日期 | 보낸 날짜 |
    날짜 | 보낸날짜 | 보낸 시간 | 일시 | التاريخ | تاريخ | תאריך | נשלח | ngày | tanggal |
    dikirim | วันที่ | sendt den | date d'envoi | send | saadetud | išsiųsta | đã gửi | ส่ง |
    تم الإرسال | submitted | time | when | послано | slanje | poslano | poslato | изпратено |
    kuupäev | received | message du | dato/tid | le | nosūtīts | изпратено на | vrijeme |
    enviat | भेजा गया | послато | data wysłania | godzina | відправлення

    """),
    "to": _entries("""
    to | an | à | a | para | aan | do | till | til | vastaanottaja | кому | kime | alıcı |
    címzett | komu | către | προς | 宛先 | 送信先 | あて先 | 收件人 | 收件者 | 받는 사람 |
    받는사람 | 수신 | إلى | אל | đến | ถึง | destinataire | destinatario | destinatário |
    empfänger | ontvanger | pour | kepada | pro | za | ke | tới | kam | recipient | recipients |
    per | saaja | mottagare | modtager | получатель | prima | прима | adressaat | prejemnik |
    per a | à l'attention de | dla | प्रति
    """),
    "cc": _entries("""
    cc | kopie | copie | copia | dw | kopia | kopi | kopio | копия | копія | bilgi | másolat |
    kópia | kop | cópia | κοιν | ｃｃ | 抄送 | 副本 | 참조 | bcc | c.c | copie à | tr | ccn |
    cci | cco | udw | เรียน | نسخة | עותק | copy | kopija | 同报 | 副本抄送 | sao gửi | cc:
    """),
    "subject": _entries("""
    subject | betreff | objet | asunto | oggetto | assunto | onderwerp | temat | ämne | emne |
    aihe | тема | konu | tárgy | předmět | predmet | subiect | θέμα | 件名 | 题名 | 主题 | 主旨 |
    主題 | 标题 | 標題 | 제목 | الموضوع | נושא | chủ đề | subjek | เรื่อง | perihal | efni |
    teema | tema | относно | titel | sujet | 題名 | subj | re | assumpte | onderw | タイトル |
    zadeva | tēma | naslov | наслов | ogg | विषय |
    موضوع
    """),
    "other": _entries("""
    reply-to | reply to | antwort an | répondre à | responder a | rispondi a | antwoord |
    attachments | attachment | anlagen | anhänge | pièces jointes | archivos adjuntos |
    allegati | anexos | bijlagen | bilagor | vedlegg | bilag | вложения | 添付ファイル | 添付 |
    附件 | 첨부 | importance | wichtigkeit | priorität | priority | importancia | importanza |
    importância | belang | 重要度 | 優先度 | 返信先 | sender | organization | message-id |
    list-id | newsgroups | x-mailer | mailing-list | sensitivity | resent-from | delivered-to |
    cc/bcc | in-reply-to | mailed-by | signed-by | encryption | via | categories | kategorien |
    follow up flag | flag status | signed by | security | 分類 | フラグ | catégories |
    categorías | categorie | retention policy

    """),
}

# Titles of a divider above an earlier mail, without the dashes.
DIVIDERS = _entries("""
    oprindelig besked | original besked | antwort nachricht | doorgestuurd bericht |
    original melding | original message | original appointment | original mail |
    original email | reply message | forwarded message | forwarded mail | forwarded email |
    forwarded by | original e-mail | ursprüngliche nachricht | originalnachricht |
    original-nachricht | ursprüngliche mail | weitergeleitete nachricht |
    ursprungliche nachricht | weitergeleitete mail | message d'origine | message original |
    message originel | message transféré | message transfere | message initial |
    courriel original | e-mail d'origine | mensaje original | mensaje reenviado |
    mensaje reenviada | mensaje enviado | missatge original | messaggio originale |
    messaggio inoltrato | messaggio precedente | messaggio inoltrata | mensagem original |
    mensagem encaminhada | mensagem reencaminhada | mensagem enviada | oorspronkelijk bericht |
    origineel bericht | oorspronkelijke bericht | wiadomość oryginalna | oryginalna wiadomość |
    wiadomość przekazana | treść przekazanej wiadomości | treść oryginalnej wiadomości |
    przekazana wiadomość | wiadomość napisana | ursprungligt meddelande | originalmeddelande |
    vidarebefordrat meddelande | vidarebefordrat brev | oprindelig meddelelse |
    original meddelelse | videresendt meddelelse | opprinnelig melding | videresendt melding |
    den ursprungliga | alkuperäinen viesti | välitetty viesti | edelleenlähetetty viesti |
    alkuperäinen | původní zpráva | původní e-mail | přeposlaná zpráva | pôvodná správa |
    preposlaná správa | исходное сообщение | пересылаемое сообщение | пересланное сообщение |
    оригинальное сообщение | исходное письмо | конец пересылаемого сообщения |
    первоначальное сообщение | переслане повідомлення | оригінальне повідомлення |
    початкове повідомлення | вихідне повідомлення | orijinal mesaj | özgün ileti |
    orjinal mesaj | iletilen mesaj | yönlendirilen mesaj | eredeti üzenet | továbbított üzenet |
    mesaj original | mesaj redirecționat | mesaj redirectionat | αρχικό μήνυμα |
    προωθημένο μήνυμα | izvorna poruka | originalna poruka | izvirno sporočilo |
    元のメッセージ | 元のメール | 転送メッセージ | 転送されたメッセージ | オリジナルメッセージ |
    転送メール | 元のメッセージ開始 | forwarded message begins | original text |
    リプライメッセージ | 返信元 | 原始邮件 | 邮件原件 | 转发邮件 | 轉寄的郵件 | 原始郵件 |
    转发的邮件 | 原邮件 | 回复的原邮件 | 原始信件 | 转发的消息 | 轉寄郵件 | 回复原文 | 原文 |
    转发邮件信息 | 원본 메시지 | 원본 메일 | 전달된 메시지 | 전달된 메일 | 원본메시지 |
    original message header | הודעה מקורית | הודעה שהועברה | الرسالة الأصلية |
    رسالة مُعاد توجيهها | رسالة معاد توجيهها | thư gốc | tin nhắn gốc | thư được chuyển tiếp |
    pesan asli | pesan terusan | ข้อความเดิม | ข้อความต้นฉบับ | reply above this line |
    please reply above this line | write above this line | in reply to |
    end of forwarded message | message from | end of message | reply separator |
    この行より上に | この線より上に | この上に返信 | 以下、引用 | 以下引用 | 引用開始 |
    引用ここから | ここから引用 | 以下転送 | 元メール | 元メッセージ | 返信元メッセージ

""")

# Lines that stand alone above a forwarded mail.
FORWARDS = _entries("""
    forwarded message | forwarded message from | weitergeleitete nachricht |
    begin forwarded message | anfang der weitergeleiteten nachricht |
    début du message réexpédié | début du message transféré | début du message |
    inicio del mensaje reenviado | inizio messaggio inoltrato | início da mensagem encaminhada |
    início da mensagem reencaminhada | begin doorgestuurd bericht | vidarebefordrat brev |
    start på videresendt besked | videresendt melding | välitetty viesti alkaa |
    początek przekazywanej wiadomości | začátek přeposílané zprávy | začátek přeposlané zprávy |
    начало переадресованного сообщения | 转发的邮件 | 转发的信息 | 開始轉寄郵件 | 開始轉寄信件 |
    전달된 메시지 | 転送されたメッセージ | başlangıç | iletilmiş mesaj başlangıcı |
    továbbított levél kezdete | початок листа, що пересилається | begin vidarebefordrat |
    start på vidaresendt | reenvío del mensaje | inicia mensaje reenviado
""")

# How the line of a phone or app begins; what it names follows.
SENT_FROM = _entries("""
    sent from | sent via | sent thru | sent using | sent with | sent by | get outlook for |
    get bluemail for | get typeapp for | get spark for | sent on the go | sent securely from |
    sent out from my | send from | mobile sent from | composed on | written on my |
    posted from | typed on my | emailed from | sent wirelessly | von meinem | gesendet von |
    gesendet mit | diese nachricht wurde von | gesendet über | gesendet aus |
    von unterwegs gesendet | holen sie sich outlook | outlook für | outlook fuer | envoyé de |
    envoyé depuis | envoyé à partir de | envoyé avec | télécharger outlook | obtenir outlook |
    envoyé d'un | envoyé par | obtenez outlook | téléchargez outlook | envoyé à partir d' |
    envoye de | envoyé via | enviado desde | enviado de | enviado con | enviado mediante |
    obtener outlook | enviado do | enviado pelo | enviado a partir | obter o outlook |
    obtenha o outlook | baixar o outlook | enviada do | enviado via | enviat des | inviato da |
    inviato dal | inviato con | ottieni outlook | scarica outlook | inviata da |
    verzonden vanaf | verzonden vanuit | verstuurd vanuit | verzonden met | verstuurd vanaf |
    verstuurd met | download outlook | outlook voor | verzonden via | verstuurd via |
    verzonden door | verstuurd van | wysłano z | wysłane z | wysłano przy |
    pobierz program outlook | pobierz aplikację outlook | skickat från | skickades från |
    hämta outlook | sendt fra | sendt med | hent outlook | skaff deg outlook | få outlook |
    skickat via | sänt från | sendt via | skickat med | lähetetty | hanki outlook |
    tämä viesti on lähetetty | lataa outlook | lähetetyt | odesláno z | odoslané z |
    získejte aplikaci outlook | stáhnout outlook | získat outlook | získajte outlook |
    odesláno pomocí | отправлено с | отправлено из | отправлено через | получить outlook |
    скачать outlook | отправлено от | послано с | надіслано з | відправлено з | надіслано із |
    отримати outlook | iphone'umdan gönderildi | gönderildi | android için outlook |
    iphone’umdan | küldve | trimis de pe | trimis din | elküldve | στάλθηκε από | poslano s |
    poslano sa | dikirim dari | được gửi từ | gửi từ | đã gửi từ | ส่งจาก | sent from my |
    poslané z | 发自 | 來自 | 来自 | 傳送自 | 寄自 | 获取outlook | 获取 outlook | 取得 outlook |
    取得outlook | 下载 outlook | 發自 | 來自我 | 从我的 | 從我的 | 发送自 | אנדרואיד | נשלח מ |
    נשלח מה | נשלח באמצעות | أُرسلت من | أرسلت من

""")

# The same where the words come last.
SENT_FROM_END = _entries("""
    から送信 | より送信 | から送信しました | から送信しています | から送信されました | で送信 |
    を取得 | を入手 | gönderildi | lähetetty | beszerzése | outlook 다운로드 | outlook indir |
    에서 보냄 | 에서 전송 | 에서 보낸 메일 | 에서 보낸 메시지 | 发送 | 傳送 | 发出 |
    送信しました | でメールを送信

""")

# What stands at once before the date in a line over a quotation.
LEADS = _entries("""
    on | at | le | am | el | il | em | op | den | dne | dnia | dňa | w dniu | v dne | pe | på |
    pada | quoting | in message | in data | in article | in einer nachricht | na | no dia | der |
    vào | vào lúc | στις | de | från | fra | a | ha | la data | la | pada tanggal | dana |
    el día | il giorno | în | tarihinde | von | from | в | на | у | 在 | 於 | 于 | בתאריך | ב- |
    في | در | เมื่อ | vom | dien | kuupäeval
""")

# How a day of the week begins in such a line.
WEEKDAYS = _entries("""
    mon | tue | wed | thu | fri | sat | sun | montag | dienstag | mittwoch | donnerstag |
    freitag | samstag | sonntag | mo | di | mi | do | fr | sa | so | lun | mar | mer | jeu |
    ven | sam | dim | lunes | martes | miércoles | jueves | viernes | sábado | domingo | mié |
    jue | vie | sáb | dom | seg | ter | qua | qui | sex | gio | sab | ma | ti | ke | to | pe |
    la | su | lør | søn | man | tir | ons | tor | fre | mån | tis | lör | sön | pn | wt | śr |
    czw | pt | sob | ndz | po | út | st | čt | pá | ne | пн | вт | ср | чт | пт | сб | вс | нд |
    понедельник | вторник | среда | четверг | пятница | суббота | воскресенье | pzt | sal | çar |
    per | cum | cmt | paz | zo | wo | vr | za | пʼятниця | середа | четвер | неділя | понеділок |
    вівторок | субота
""")

# What a phone or program is called in its line; one of these must stand near the beginning.
DEVICES = _entries("""
    iphonu | ipadu | iphone | ipad | ipod | android | mobile | phone | smartphone | handy |
    mobil | samsung | galaxy | blackberry | htc | huawei | xiaomi | nokia | lumia | pixel |
    motorola | xperia | oneplus | oppo | cell | device | tablet | macbook | outlook | mail |
    windows | yahoo | gmail | proton | protonmail | thunderbird | airmail | sparrow | spark |
    mailbox | webmail | verizon | t-mobile | aol | k-9 | typeapp | bluemail | fairmail |
    surface | kindle | aquamail | superhuman | acompli | gerät | mobilgerät | telefon | móvil |
    móbil | celular | cellulare | téléphone | portable | telefoon | телефона | айфона |
    ipadから | スマートフォン | 携帯 | スマホ | アプリ | auメール | ドコモメール |
    ソフトバンクメール | kännykästä | puhelimesta | laite | telefonu | dispositivo | appareil |
    toestel | почты | моего | моем | моя | zimbra | roundcube | gmx | web.de | laposte | redmi |
    realme | vivo | wiko | alcatel | honor | fairphone | 手机 | 手機 | 平板 | 华为 | 小米 |
    邮箱 | ノートパソコン

""")

# Mail programs whose names are words of their own: they count only alone after `Sent from`.
CLIENTS = _entries("""
    nine | front | hey | polymail | mailspring | newton | canary | boxer | edison | missive |
    shortwave | spike | mymail | fastmail | tuta | tutanota | mailbird | postbox | zoho |
    evolution | betterbird | notion | twobird | k-9 | emclient | em client | aqua
""")

# How a closing formula begins; a name and what belongs to it may follow.
CLOSINGS = _entries("""
    regards | best regards | kind regards | kindest regards | warm regards | many regards |
    with regards | warmest regards | with best regards | with kind regards | best wishes |
    with best wishes | sincerely | yours sincerely | sincerely yours | yours truly | yours |
    yours faithfully | respectfully | cheers | best | all the best | take care | cordially |
    thanks and regards | thanks & regards | thank you and regards |
    many thanks and best regards | many thanks and kind regards | thanks and kind regards |
    thanks and best regards | thank you and best regards | thank you and kind regards |
    vielen dank und viele grüße | danke und viele grüße | vielen dank und freundliche grüße |
    danke und liebe grüße | merci et bonne journée | muchas gracias y saludos | rgds | br | kr |
    brgds | mit freundlichen grüßen | mit freundlichen grüssen | freundliche grüße |
    freundliche grüsse | mit freundlichem gruß | viele grüße | viele grüsse | liebe grüße |
    beste grüße | gruß | lg | grüße | herzliche grüße | mit besten grüßen | schöne grüße | mfg |
    vg | mit besten grüssen | cordialement | bien cordialement | très cordialement |
    bien à vous | sincères salutations | meilleures salutations | salutations | amicalement |
    bonne journée | bonne soirée | cdlt | saludos | un saludo | saludos cordiales |
    atentamente | cordialmente | un cordial saludo | atenciosamente | att | cumprimentos |
    com os melhores cumprimentos | abraços | abraço | cordiali saluti | distinti saluti |
    saluti | un saluto | grazie e saluti | cordialità | met vriendelijke groet |
    met vriendelijke groeten | vriendelijke groet | groeten | groet | mvg | pozdrawiam |
    z poważaniem | z powazaniem | pozdrowienia | serdecznie pozdrawiam | med vänlig hälsning |
    med vänliga hälsningar | vänliga hälsningar | hälsningar | mvh | vh | med venlig hilsen |
    venlig hilsen | med venlige hilsner | hilsen | kh | vennlig hilsen | med vennlig hilsen |
    bästa hälsningar | mange hilsner | de bedste hilsner | bedste hilsner | groetjes |
    hartelijke groet | hartelijke groeten | veel groeten | grtz | groetjes uit | freundlichst |
    schöne grüsse | herzlichst | hochachtungsvoll | üdv | üdvözlet | köszönettel |
    ystävällisin terveisin | terveisin | terv | s pozdravem | s přátelským pozdravem | zdravím |
    с уважением | с наилучшими пожеланиями | всего доброго | з повагою |
    з найкращими побажаннями | saygılarımla | iyi çalışmalar | üdvözlettel | tisztelettel |
    cu stimă | cu respect | lep pozdrav | s poštovanjem | lijep pozdrav | srdačan pozdrav |
    με εκτίμηση | φιλικά | με φιλικούς χαιρετισμούς | pagarbiai | ar cieņu | lugupidamisega |
    parimate soovidega | bons salutations | bien amicalement | sentiments distingués | cdt |
    bien cdlt | crdlt | abrazo | un abrazo | saludo | salu2 | cordiali saluti e grazie |
    un caro saluto | a presto | trân trọng | salam | hormat saya | ขอแสดงความนับถือ | 此致 |
    敬礼 | 敬禮 | 祝好 | 顺颂商祺 | 順頌商祺 | 顺祝商祺 | 敬上 | с уважение | поздрави |
    saygılar | sevgiler | bestu kveðjur | kveðja

""")

# Thanks that close a mail when a name follows.
THANKS = _entries("""
    thanks | thank you | many thanks | thanks a lot | thanks so much | thx | thanks again |
    thanks in advance | thank you in advance | thank you very much | danke | vielen dank |
    merci | danke und gruß | gracias | muchas gracias | obrigado | obrigada | grazie | bedankt |
    tack | tak | takk | dzięki | dziękuję | kiitos | díky | děkuji | спасибо | дякую |
    teşekkürler | köszönöm | köszi | mulțumesc | hvala | ευχαριστώ | 谢谢 | 謝謝 | 감사합니다 |
    고맙습니다 | terima kasih | cảm ơn | ขอบคุณ | благодаря | takk fyrir
""")
