"""A file that staff send along reaches the customer; one of a note does not."""

from __future__ import annotations

from email.message import EmailMessage

import aiosmtplib

from tests.journeys.house import House, part, text_of

SATO = "misaki.sato@example-sales.example"
CUSTOMER = "takashi.inoue@mihon-kogyo.example"
TANAKA = "shota.tanaka@example-sales.example"


async def answer_with_file(house: House, sender: str, told: EmailMessage, text: str) -> None:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = str(told["Reply-To"])
    mail["Subject"] = f"Re: {told['Subject']}"
    mail["Message-ID"] = f"<{abs(hash(text))}@example-sales.example>"
    mail["In-Reply-To"] = told["Message-ID"]
    mail.set_content(text)
    mail.add_attachment(
        b"%PDF-1.4 a quotation", maintype="application", subtype="pdf", filename="quotation.pdf"
    )
    port = house.demo.mailbox.smtp_port
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)


async def test_a_quotation_in_an_answer_by_mail_reaches_the_customer(house: House) -> None:
    await house.write_mail(f"井上 隆 <{CUSTOMER}>", "営業担当の方から電話をください。")
    told = await house.mail_to(TANAKA)

    await answer_with_file(house, TANAKA, told, "お見積書をお送りします。")

    mail = await house.mail_to(CUSTOMER, contains="お見積書をお送りします")
    [file] = list(mail.iter_attachments())
    assert file.get_filename() == "quotation.pdf"
    assert file.get_content() == b"%PDF-1.4 a quotation"


async def test_in_the_chat_it_stands_beside_the_answer(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        answer = await visitor.say("Please have my sales person call me about RC-1234")
        await visitor.send(part(answer, "confirm"))
        told = await house.mail_to(SATO)
        await answer_with_file(house, SATO, told, "Here is the quotation.")
        frame = await visitor.until(lambda f: f.get("author", {}).get("kind") == "staff")
    assert part(frame, "file")["name"] == "quotation.pdf"
    assert text_of(told)
