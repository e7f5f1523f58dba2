"""Each kind of request to its end, over the chat's socket and over IMAP and SMTP."""

from __future__ import annotations

import csv
import io
import json
import re
from email.message import EmailMessage

from sqlmodel import Session, select

from bot.demo import CATALOG_ADDRESS
from storage.people import find_customer
from storage.requests import list_requests
from storage.tables import OrderRow, SalesRequestRow
from tests.journeys.house import House, part, text_of

AOKI = "yoko.aoki@aoba-shoji.example"
INOUE = "takashi.inoue@mihon-kogyo.example"
SATO = "misaki.sato@example-sales.example"
TANAKA = "shota.tanaka@example-sales.example"
DELIVERY = "delivery@example-sales.example"
ADMIN = "admin@example-sales.example"


def orders(session: Session) -> list[OrderRow]:
    return list(session.exec(select(OrderRow)).all())


def attachment(mail: EmailMessage, ending: str) -> str:
    [found] = [a for a in mail.iter_attachments() if str(a.get_filename()).endswith(ending)]
    raw = found.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode("utf-8-sig")


async def the_only_request(house: House) -> SalesRequestRow:
    [request] = await house.read(lambda s: list(list_requests(s)))
    return request


async def test_a_purchase_in_chat_leaves_exactly_one_of_each(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        card = part(await visitor.say("I'd like to buy 2 TN-1234K and 1 DR-1234"), "confirm")
        assert ["Total", "¥49,600"] in card["summary"]
        assert not await house.read(orders)
        done = await visitor.send(card)
        again = await visitor.send(card)  # a double click
    [order] = await house.read(orders)
    assert order.order_number in done["text"]
    assert order.order_number not in again["text"]
    await house.mail_to(SATO)
    await house.quiet()

    [confirmation] = await house.mails(AOKI)
    for told in (order.order_number, "TN-1234K", "¥49,600", "千代田区"):
        assert told in text_of(confirmation)
    [delivery] = await house.mails(DELIVERY)
    assert order.order_number in text_of(delivery)
    rows = list(csv.DictReader(io.StringIO(attachment(delivery, ".csv"))))
    assert [(r["model_number"], r["quantity"]) for r in rows] == [
        ("TN-1234K", "2"),
        ("DR-1234", "1"),
    ]
    data = json.loads(attachment(delivery, ".json"))
    assert (data["order_number"], data["total"], data["customer_id"]) == (
        order.order_number, "49600", "C-0001",
    )  # fmt: skip
    [staff] = await house.mails(SATO)
    assert order.order_number in text_of(staff)
    assert len(await house.mails(ADMIN)) == 1
    assert len(house.cards("#sales-tokyo")) == 1
    assert order.order_number in await house.card("#sales-tokyo")


async def test_a_purchase_by_mail_leaves_exactly_one_of_each(house: House) -> None:
    await house.write_mail(f"井上 隆 <{INOUE}>", "TN-2250を2本注文します。", subject="トナーの件")
    summary = await house.mail_to(INOUE)
    assert "33,600円" in text_of(summary)
    assert not house.cards("#sales-tokyo")
    await house.write_mail(f"井上 隆 <{INOUE}>", "はい、お願いします。", answers=summary)
    confirmation = await house.mail_to(INOUE, number=2)
    await house.mail_to(TANAKA)
    await house.mail_to(DELIVERY)
    await house.quiet()

    [order] = await house.read(orders)
    assert order.order_number in text_of(confirmation)
    assert confirmation["In-Reply-To"]
    assert len(await house.mails(INOUE)) == 2  # the summary that asked, and the confirmation
    assert len(await house.mails(DELIVERY)) == 1
    assert len(await house.mails(TANAKA)) == 1
    assert len(house.cards("#sales-tokyo")) == 1


async def test_a_change_of_address_is_one_changed_record_with_old_and_new_on_the_card(
    house: House,
) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001", locale="ja")
        said = "引っ越しました。新しい住所は〒105-0099 東京都港区見本町5-6-7です"
        await visitor.send(part(await visitor.say(said), "confirm"))
    card = await house.card("#sales-tokyo")
    await house.quiet()
    for told in ("東京都千代田区見本町1-2-3", "東京都港区見本町5-6-7", "SH-60"):
        assert told in card
        assert told in text_of(await house.mail_to(SATO))
    changed = await house.read(lambda s: find_customer(s, "C-0001"))
    assert changed is not None
    assert changed.address == "東京都港区見本町5-6-7"
    assert len(house.cards("#sales-tokyo")) == 1


async def test_a_refused_consent_leaves_no_trace_on_the_staff_side(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        card = part(await visitor.say("Please have my sales person call me"), "confirm")
        await visitor.send(card, notify_staff=False)
        card = part(await visitor.say("Please order 2 TN-1234K"), "confirm")
        await visitor.send(card, notify_staff=False)
        card = part(await visitor.say("My phone number has changed to 03-5555-0188"), "confirm")
        await visitor.send(card, notify_staff=False)
        await visitor.say("Thank you")
    await house.mail_to(DELIVERY)
    await house.quiet()
    assert not await house.mails(SATO)
    assert not await house.mails(ADMIN)
    assert not house.cards("#sales-tokyo")
    requests = await house.read(lambda s: list(list_requests(s)))
    assert len(requests) == 3
    assert not any(request.consent for request in requests)


async def test_an_unproven_mail_is_confirmed_by_the_link_and_not_by_opening_it(
    house: House,
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"井上 隆 <{INOUE}>", CATALOG_ADDRESS, "変更"
    mail["Message-ID"] = "<somebody-says-so@customer.example>"
    mail.set_content("電話番号が03-5555-0177に変わりました。")
    await house.demo.mailbox.put(CATALOG_ADDRESS, mail.as_bytes(), authenticated=False)
    asked = text_of(await house.mail_to(INOUE))
    assert "090" not in asked  # nothing of the record is shown
    link = re.search(r"http\S+/confirm/request/\S+", asked)
    assert link is not None

    async with house.http.get(link[0]) as page:  # as a mail scanner does
        shown = await page.text()
    assert page.status == 200
    assert "03-5555-0177" in shown
    record = await house.read(lambda s: find_customer(s, "C-0002"))
    assert record is not None
    assert record.phone == "+819055550102"

    action = re.search(r'name="action" value="([^"]+)"', shown)
    assert action is not None
    form = {"action": action[1], "decision": "send", "notify_staff": "yes", "mark": "1"}
    for _ in range(2):  # pressed twice
        async with house.http.post(link[0], data=form) as page:
            assert page.status == 200
    record = await house.read(lambda s: find_customer(s, "C-0002"))
    assert record is not None
    assert record.phone == "+81355550177"
    await house.mail_to(TANAKA)
    assert (await the_only_request(house)).kind == "update_details"


async def test_what_is_missing_in_a_mail_is_filled_in_on_the_web(house: House) -> None:
    ada = "ada.obi@cedar-books.example"
    await house.write_mail(f"Ada Obi <{ada}>", "I want to order 2 TN-510.")
    link = re.search(r"http\S+/confirm/request/\S+", text_of(await house.mail_to(ada)))
    assert link is not None
    async with house.http.get(link[0]) as page:
        shown = await page.text()
    assert "Quantity of TN-510" in shown
    action = re.search(r'name="action" value="(form:[^"]+)"', shown)
    assert action is not None
    address = {"address": "12 Placeholder Road, Austin, TX 78799", "mark": "a"}
    filled = {"action": action[1], "name": "Ada Obi", "email": ada, **address}
    async with house.http.post(link[0], data=filled) as page:
        shown = await page.text()
    assert "$168.00" in shown
    confirm = {"action": action[1].replace("form", "confirm"), "decision": "send", "mark": "b"}
    async with house.http.post(link[0], data=confirm) as page:  # the box is not ticked
        shown = await page.text()
    [order] = await house.read(orders)
    assert order.order_number in shown
    assert not (await the_only_request(house)).consent
    async with house.http.get(link[0].replace("/request/", "/request/x")) as page:
        assert page.status == 410


async def test_a_new_mail_address_counts_once_its_owner_pressed_the_button(house: House) -> None:
    new = "y.aoki@aoba-shoji.example"
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        card = part(await visitor.say(f"Please change my e-mail address to {new}"), "confirm")
        await visitor.send(card)
    link = re.search(r"http\S+/confirm/address/\S+", text_of(await house.mail_to(new)))
    assert link is not None
    async with house.http.get(link[0]):
        record = await house.read(lambda s: find_customer(s, "C-0001"))
    assert record is not None
    assert record.email == AOKI
    async with house.http.post(link[0]):
        record = await house.read(lambda s: find_customer(s, "C-0001"))
    assert record is not None
    assert record.email == new


async def test_support_reaches_maintenance_and_documents_reach_the_customer(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        broken = "My copier RC-1234 is broken, paper jams all the time"
        await visitor.send(part(await visitor.say(broken), "confirm"))
        wish = "Please send me a brochure of RC-1234"
        await visitor.send(part(await visitor.say(wish), "confirm"))
        status = await visitor.say("What is the status of my requests?")
    assert "paper jams" in text_of(await house.mail_to("hiroshi.watanabe@example-sales.example"))
    assert "RC-1234" in text_of(await house.mail_to(AOKI))
    assert len(part(status, "table")["rows"]) == 2


async def test_support_documents_and_unsubscribing_by_mail(house: House) -> None:
    await house.write_mail(
        f"井上 隆 <{INOUE}>", "RC-2250が紙詰まりで動きません。至急お願いします。"
    )
    asked = await house.mail_to(INOUE)
    await house.write_mail(f"井上 隆 <{INOUE}>", "はい", answers=asked)
    assert "紙詰まり" in text_of(await house.mail_to("hiroshi.watanabe@example-sales.example"))
    await house.write_mail(
        f"井上 隆 <{INOUE}>", "RC-1234のカタログを送ってください。", subject="資料の件"
    )
    asked = await house.mail_to(INOUE, "資料の件")
    await house.write_mail(f"井上 隆 <{INOUE}>", "はい", answers=asked)
    await house.mail_to(INOUE, "RC-1234", number=2)
    await house.write_mail(
        f"井上 隆 <{INOUE}>", "メール配信を停止してください。", subject="配信停止"
    )
    await house.mail_to(INOUE, "配信停止")
    record = await house.read(lambda s: find_customer(s, "C-0002"))
    assert record is not None
    assert record.mail_opt_out


async def test_begun_in_chat_and_finished_by_mail(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        card = part(await visitor.say("Please have my sales person call me"), "confirm")
        await visitor.send(card)
        await house.mail_to(SATO)
        staff = await house.mail_to(SATO)
        await house.write_mail(f"佐藤 美咲 <{SATO}>", "Which toner do you need?", answers=staff)
        await visitor.until(lambda f: f.get("author", {}).get("kind") == "staff")
    request = await the_only_request(house)
    await house.write_mail(
        f"青木 陽子 <{AOKI}>", "The black one, please.", subject=f"[{request.conversation_id}]"
    )
    forwarded = await house.mail_to(SATO, "The black one")
    assert forwarded["Reply-To"]
