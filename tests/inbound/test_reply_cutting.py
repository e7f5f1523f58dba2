"""Replies as mailers really write them: what was newly written stays, the rest goes."""

from __future__ import annotations

import pytest

from inbound.html_text import html_lines
from inbound.reply_text import cut_lines, cut_reply

NEW = "Please send two more crates of the green tiles.\nThe small ones will do"
OLD = "Dear Mina,\nthe tiles are in stock again.\nWhich size may it be?"


def cut(mail: str) -> str:
    return cut_reply(mail).text


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize(
    "line",
    [
        "tor. 12. feb. 2026 kl. 09:30 skrev Tile House <desk@tiles.example\n>:",
        "El jue, 12 feb 2026 a las 9:30, Tile House (<desk@tiles.example\n>) escribió:",
        "On Thu, Feb 12, 2026 at 9:30 AM Tile House <desk@tiles.example\n> wrote:",
        "On Thu, Feb 12, 2026 at 9:30 AM Tile\n\n<\nmailto:Desk <desk@tiles.example>\n> wrote:",
    ],
)
def test_an_address_that_is_broken_before_its_bracket_is_no_quotation(line: str) -> None:
    assert cut(f"{NEW}\n\n{line}\n{quoted(OLD)}") == NEW
    assert cut(f"{NEW}\n\n{line}\n\n{OLD}") == NEW


@pytest.mark.parametrize(
    "line",
    [
        "On Feb 12, 2026,\nat 9:30,\nTile House <desk@tiles.example> wrote:",
        "On Thu, Feb 12, 2026 at 9:30=E2=80=AFAM Tile House <desk@tiles.example> w=\nrote:",
        '12.02.2026, 09.30, "Tile - House" <t.i.house@tiles.example>:',
        "Tile House <desk@tiles.example> 2026年2月12日(木) 9:30:",
        "On Thu, 12 Feb 2026 at 9:30, I. Tile <desk@tiles.example> wrote:",
        "At 09:30 12/02/2026, you wrote:",
        "Quoting Tile House <desk@tiles.example>:",
        "Zitat von Tile House <desk@tiles.example>:",
        "нед, 12. феб 2026. у 9:30 Тања <tanja@tiles.example> је написала:",
        "‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐",
        "山田 さんwrote:",
        "「山田太郎」さんは書きました:",
        "2026年2月12日木曜日 9:30 に、山田 <desk@tiles.example> さんが書き込みました:",
        "山田様が 2026/02/12 9:30 に送信したメッセージ：",
        "＝＝＝ 元のメール ＝＝＝",
        "＜以下引用＞",
        "【引用開始】",
    ],
)
def test_the_line_over_a_quotation_is_known_in_more_forms(line: str) -> None:
    assert cut(f"{NEW}\n\n{line}\n{quoted(OLD)}") == NEW
    assert cut(f"{NEW}\n\n{line}\n\n{OLD}") == NEW


def test_a_line_with_address_and_time_counts_right_above_a_quotation() -> None:
    line = "* Tile House <desk@tiles.example> [2026-02-12 09:30]:"
    assert cut(f"{NEW}\n\n{line}\n{quoted(OLD)}") == NEW


def test_a_quoted_line_broken_by_undecoded_quoted_printable_goes_whole() -> None:
    old = "> the tiles that you asked for are here, all of the=\nm.\n> Which size may it be?"
    assert cut(f"{NEW}\n\nOn Thu, Feb 12, 2026 at 9:30 AM T <t@tiles.example> wrote:\n{old}") == NEW


@pytest.mark.parametrize(
    "head",
    [
        "From: Tile House <desk@tiles.example> Sent: Thursday, 12 February 2026 9:30 AM "
        "To: Mina Berg <mina@berg.example> Subject: RE: Tiles",
        "From: desk@tiles.example Date: Thu, 12 Feb 2026 09:30:00 +0100",
        "Šalje: Tile House <desk@tiles.example>\nPoslano: 12. veljače 2026. 9:30\n"
        "Prima: Mina <mina@berg.example>\nNaslov: Pločice",
        "差 出 人：山田 <desk@tiles.example>\n日　　時：2026年2月12日 9:30\n件　　名：タイル",
        "Date: Thu, 12 Feb 2026 09:30:00 +0100 From: desk@tiles.example To: Berg, Mina "
        "Subject: Tiles",
        "No: Tiles <desk@tiles.example>\nNosūtīts: 2026. gada 12. februāris 9:30\nTēma: Flīzes",
    ],
)
def test_a_header_block_is_known_in_one_line_and_in_more_languages(head: str) -> None:
    assert cut(f"{NEW}\n\n{head}\n\n{OLD}") == NEW


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my Fairwind NOTE PRO 5G",
        "Get [Outlook for Android](https://aka.ms/abc)",
        "Sent from Polymail",
        "Sent from Nine",
        "Von Samsung-Tablet gesendet",
        "Envoyé à partir d’Outlook pour iOS",
        "Téléchargez Outlook pour iOS",
        "Obtenha o Outlook para iOS",
        "Verzonden vanuit Outlook voor Android",
        "Získat Outlook pro iOS",
        "Az iOS Outlook beszerzése",
        "发自我的iPad",
        "发自我的华为手机",
        "获取 Outlook for iOS",
        "iOS용 Outlook 다운로드",
        "私のiPadから送信",
        "auメールから送信",
        "スマホから送信しています。",
    ],
)
def test_the_line_of_a_phone_or_program_goes(line: str) -> None:
    assert cut(f"{NEW}\n\n{line}\n") == NEW


@pytest.mark.parametrize(
    "closing",
    [
        "Viele Gruesse\nMina",
        "Mit freundlichen Gruessen\n\ni.A. Mina Berg\nEinkauf",
        "Beste Grüße aus Bremen\nMina",
        "Groetjes,\nMina",
        "Many thanks and best regards,\nMina",
        "Udv\nMina",
        "Üdv,\nMina",
        "Saygilarimla,\nMina",
        "Με εκτίμηση,\nΜίνα",
        "此致\n敬礼\n李梅",
        "감사합니다.\n이미나 드림",
        "/Mina",
        "-Mina van der Berg",
        "– Mina",
        "Venlig hilsen / Kind regards\n\nMina Berg",
        "Mina Berg | Purchasing Manager\nBerg Tiles Ltd",
    ],
)
def test_the_closing_formula_goes_however_it_is_spelt(closing: str) -> None:
    assert cut(f"{NEW}\n\n{closing}\n") == NEW


COMPANY = "株式会社みどり\n営業部 山田太郎\nTEL 03-0000-0000"


@pytest.mark.parametrize(
    "signature",
    [
        f"~~~~~~~~~~~~~~~~\n{COMPANY}\n~~~~~~~~~~~~~~~~",
        f"……………………\n{COMPANY}\n……………………",
        f"*:..｡o○☆ﾟ･:,｡*:..｡o○☆\n{COMPANY}",
        "+-----------------+\n| 株式会社みどり  |\n| TEL 03-0000-0000|\n+-----------------+",
        "---\n山田太郎 (Taro Yamada)\nyamada@midori.example",
    ],
)
def test_a_signature_goes_with_the_ruler_that_frames_it(signature: str) -> None:
    assert cut(f"{NEW}\n\n{signature}\n") == NEW


@pytest.mark.parametrize("mark", ["》", "≫", "｜", "» "])
def test_two_lines_with_a_rare_quote_mark_are_quoted(mark: str) -> None:
    assert cut(f"{NEW}\n\n{mark}在庫がございます。\n{mark}いかがでしょうか。\n") == NEW


def test_the_rows_of_a_table_are_no_quotation() -> None:
    table = "｜品名｜数量｜\n｜タイル｜２｜"
    assert cut(f"{NEW}\n\n{table}") == f"{NEW}\n\n{table}"


@pytest.mark.parametrize(
    "mail",
    [
        "We need:\n\n-Grout\n-Sponge",
        "Please add:\n\n-Grout",
        "下記をお願いします。\n\n-ノート",
        "Yes, we take it.\n\n-3 crates",
        "From: Hall A\nTo: Hall B\nDate: 12 Feb 2026\nWeight: 40 kg",
        "We need 3 crates\nVon: Halle A\nAn: Halle B\nDatum: 12.02.2026",
        "Von Mailand wurde noch nichts gesendet",
        "Are Wiko phones in stock?\nSent from my shop last year, Wiko phones were fine, more",
        "Will the tiles be sent from the front of the hall?",
        "We want 5 < 10 crates\n> 20 would be too many:\nright?",
        "On Monday your colleague wrote: the offer holds until May.\nI take it.",
        "Quoting 20 crates would be enough:\ngreen ones",
        "Mina <mina@berg.example> is our buyer since 2026-02-12 09:30:\nshe waits for the offer.",
        "Please note our new buyers:\n\nMina Berg | Purchasing Manager\nTel 030 1234567",
        "我从我的手机上看到了产品目录，请发送报价。",
    ],
)
def test_what_only_looks_like_it_stays(mail: str) -> None:
    assert cut(mail) == mail


def test_bold_labels_in_one_line_of_html_begin_the_earlier_mail() -> None:
    html = (
        "<div>Two crates, please.<hr><div><b>From: desk@tiles.example</b> "
        "<b>Date: Thu, 12 Feb 2026 09:30:00 +0100</b></div><div>In stock again.</div></div>"
    )
    assert cut_lines(html_lines(html)).text == "Two crates, please."


@pytest.mark.parametrize(
    "signature",
    [
        '<div class="front-signature">Mina Berg</div>',
        '<div id="composer_signature">Mina Berg</div>',
        '<div class="io-ox-signature">Mina Berg</div>',
        '<div name="messageSignatureSection">Mina Berg</div>',
        "<signature>Mina Berg</signature>",
        '<div class="bloop_sign">Mina Berg</div>',
    ],
)
def test_what_a_mailer_marks_as_signature_goes(signature: str) -> None:
    html = f"<div>Two crates, please.</div>{signature}<blockquote type=cite>In stock.</blockquote>"
    assert cut_lines(html_lines(html)).text == "Two crates, please."


def test_a_quote_class_without_a_border_is_the_writers_own_indent() -> None:
    html = (
        '<div>Please send:</div><blockquote class="gmail_quote" '
        'style="margin:0 0 0 40px;border:none;padding:0px">two crates</blockquote>'
    )
    assert cut_lines(html_lines(html)).text == "Please send:\n\ntwo crates"


def test_the_senders_own_name_and_numbers_at_the_end_are_a_signature() -> None:
    block = "Mina Berg\nBerg Tiles Ltd\nmina@berg.example\n+49 30 1234567"
    assert cut_reply(f"{NEW}\n\n{block}", sender_name="Mina Berg").text == NEW
    assert cut_reply(f"{NEW}\n\n{COMPANY}", sender_name="山田　太郎").text == NEW
    assert cut_reply(f"{NEW}\n\nMina Berg\nvia mobile", sender_name="Mina Berg").text == NEW


@pytest.mark.parametrize(
    "text",
    [
        "Please note my new number.",
        "Call me back, please.",
        "電話番号を変更してください。",
        "It is me:",
    ],
)
def test_numbers_that_the_text_speaks_of_stay(text: str) -> None:
    mail = f"{text}\n\nMina Berg\nmina@berg.example\n+49 30 1234567"
    assert cut_reply(mail, sender_name="Mina Berg").text == mail


def test_anothers_name_and_numbers_stay() -> None:
    mail = f"{NEW}\n\nMina Berg\nmina@berg.example\n+49 30 1234567"
    assert cut_reply(mail, sender_name="Ken Mori").text == mail
    assert cut(mail) == mail


@pytest.mark.parametrize(
    "print_",
    [
        "Privileged/confidential information may be contained in this message.",
        "Any opinions expressed in this e-mail are those of the writer alone.",
        "Virenfrei. www.avast.com",
        "Disclaimer: https://berg.example/disclaimer",
        "Der Inhalt dieser E-Mail ist vertraulich und nur für den Empfänger.",
        "Merci de penser à l'environnement avant d'imprimer ce message.",
        "Treść niniejszej wiadomości jest poufna i przeznaczona dla adresata.",
        "Tämä sähköposti on tarkoitettu vain vastaanottajalle.",
        "Tato zpráva je určena pouze adresátovi.",
        "Настоящее электронное письмо содержит конфиденциальные сведения.",
        "Bu e-posta gizli bilgi içerebilir.",
        "本邮件含有保密信息，仅限收件人使用。",
        "此郵件可能包含機密資訊，請勿轉寄。",
        "環境保護のため、メールの印刷はお控えください。",
        "Berg GmbH, Sitz der Gesellschaft: Bremen, Amtsgericht Bremen HRB 1234, "
        "Geschäftsführer: Ken Berg",
        "You received this message because you are subscribed to the group of tilers.",
    ],
)
def test_small_print_goes_in_more_languages(print_: str) -> None:
    assert cut(f"{NEW}\n\n{print_}\n") == NEW


@pytest.mark.parametrize(
    "banner",
    [
        "EXTERNAL: Do not click links if you do not know the sender.",
        "*** This is an EXTERNAL email. Exercise caution. ***",
        "Vous n’obtenez pas souvent d’e-mail à partir de mina@berg.example.",
        "Sie erhalten nicht häufig E-Mails von mina@berg.example.",
        "mina@berg.example からのメールを受け取ることはめったにありません。",
        "※このメールは組織外から届きました。",
        "ATTENTION : ce courriel provient de l'extérieur de l'organisation.",
        "注意：此邮件来自组织外部。",
    ],
)
def test_a_servers_warning_on_top_goes_in_more_languages(banner: str) -> None:
    assert cut(f"{banner}\n\n{NEW}") == NEW


@pytest.mark.parametrize(
    "line",
    [
        "Please treat this message as confidential: we close the Bremen shop and order less.",
        "印刷する前にメールで校正を送ってください。",
        "Antes de imprimir, envíen una prueba por correo electrónico.",
        "I want to unsubscribe from this list and get no more e-mail.",
        "Please invoice Berg GmbH, Amtsgericht Bremen HRB 1234, USt-IdNr. DE123456789.",
    ],
)
def test_a_customers_words_that_sound_like_small_print_stay(line: str) -> None:
    assert cut(f"{NEW}\n\n{line}") == f"{NEW}\n\n{line}"
    assert cut(f"{line}\n\n{NEW}") == f"{line}\n\n{NEW}"


def test_a_reply_below_an_outlook_head_and_marked_lines_stands_alone() -> None:
    head = "-----Original Message-----\nFrom: Tiles <desk@tiles.example>\nSubject: Tiles"
    assert cut(f"{head}\n\n{quoted(OLD)}\n\n{NEW}") == NEW


def test_a_forwarded_mail_without_own_words_keeps_its_words() -> None:
    head = "-----Original Message-----\nFrom: Tiles <desk@tiles.example>\nSubject: Tiles"
    assert OLD in cut(f"{head}\n\n{OLD}")


def test_a_line_between_angles_with_its_time_begins_the_earlier_mail() -> None:
    assert cut(f"{NEW}\n\n>>> Tile House 12.02.2026 09:30 >>>\n{OLD}") == NEW


def test_a_name_and_a_time_right_above_a_quotation_announce_it() -> None:
    assert cut(f"{NEW}\n\nTile House, 12.02.2026 09:30:\n{quoted(OLD)}") == NEW


def test_a_japanese_reply_line_of_a_ticket_begins_the_earlier_mail() -> None:
    assert cut(f"{NEW}\n\n------ この行より上に返信してください ------\n{OLD}") == NEW


def test_stars_over_a_header_block_go_with_it() -> None:
    head = "From: Tiles <desk@tiles.example>\nSent: Thursday\nTo: Mina\nSubject: Tiles"
    assert cut(f"{NEW}\n\n* * *\n\n{head}\n\n{OLD}") == NEW


def test_quote_marks_in_a_fenced_piece_mean_themselves() -> None:
    mail = f"{NEW}\n\n```\n> a\n-- \nb\n```\n\nThat is all there is"
    assert cut(mail) == mail.replace("-- \n", "--\n")


def test_a_long_signature_below_its_closing_formula_goes() -> None:
    signature = (
        "Kind regards,\n\nMina Berg\nHead of Purchasing\nBerg Tiles Ltd\n1 High Street\nBremen\n"
        "T: +49 30 1234567\nM: +49 170 1234567\nE: mina@berg.example\nW: www.berg.example\n\n"
        "[cid:image001.png]\n\nFollow us: Tile Talk | Grout Groups\n\nBerg Tiles since 1950"
    )
    assert cut(f"{NEW}\n\n{signature}\n") == NEW


def test_below_a_head_on_top_the_next_head_begins_the_earlier_mail() -> None:
    head = "From: Tiles <desk@tiles.example>\nSent: Thursday\nTo: Mina\nSubject: Tiles"
    assert cut(f"{head}\n\n{NEW}\n\n{head}\n\n{OLD}") == NEW


@pytest.mark.parametrize(
    "form",
    [
        "From: Mina Berg\nEmail: mina@berg.example\nSubject: Offer\nMessage: five crates, please",
        "差出人：山田太郎\n会社名：株式会社みどり\n件名：見積依頼\n内容：タイルを5箱お願いします",
        "An: Halle 3\nDatum: 05.05.2026 10:00\nVon: Lager\nArtikel: RC-1234",
    ],
)
def test_a_form_with_labels_of_its_own_is_no_header(form: str) -> None:
    assert cut(f"This came in by our site.\n\n{form}") == f"This came in by our site.\n\n{form}"


def test_a_header_without_addresses_may_name_its_categories() -> None:
    head = "From: Tiles\nSent: Thursday\nTo: Mina\nSubject: Tiles\nCategories: Green"
    assert cut(f"{NEW}\n\n{head}\n\n{OLD}") == NEW


@pytest.mark.parametrize(
    "order",
    [
        f"お届け先は下記です。\n━━━━━━━━━━\n{COMPANY}\n━━━━━━━━━━",
        f"担当者が変わりました。\n========\n{COMPANY}\n========",
        "Please deliver to\n\n------\nBerg Tiles Ltd\n1 High Street\nTel +49 30 1234567\n------",
        "Our new address is below.\n---\nBerg Tiles Ltd\n1 High Street\nmina@berg.example",
        "Order:\n-----------\nRC-1234  5\nRC-2000  3\n-----------",
        "| Item | Number |\n|------|--------|\n| RC-1234 | 5 |\n| RC-2000 | 3 |",
    ],
)
def test_a_ruler_around_what_the_line_above_announces_signs_nothing(order: str) -> None:
    assert cut(order) == order
