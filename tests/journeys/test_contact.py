"""Contact my sales person: from both doors to the right person, in Slack and by mail."""

from __future__ import annotations

from storage.requests import list_requests
from tests.journeys.house import House, part, text_of

SATO = "misaki.sato@example-sales.example"
TANAKA = "shota.tanaka@example-sales.example"
TAKAHASHI = "makoto.takahashi@example-sales.example"
ADMIN = "admin@example-sales.example"


async def test_a_customer_in_chat_reaches_the_own_sales_person(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001", page={"product": "RC-1234"})
        answer = await visitor.say("Please have my sales person call me, it is about the finisher")
        card = part(answer, "confirm")
        shown = str(card["summary"])
        assert "佐藤 美咲" in shown  # to whom it will be told
        assert "090-5555-0101" in shown  # prefilled
        assert not house.cards("#sales-tokyo")  # nothing was told before the customer agreed
        done = await visitor.send(card)
    assert "佐藤 美咲" in done["text"]

    mail = text_of(await house.mail_to(SATO))
    slack = await house.card("#sales-tokyo")
    for told in (mail, slack):
        assert "青木 陽子" in told  # who
        assert "株式会社青葉商事" in told
        assert "SH-60" in told  # what they own
        assert "RC-1234" in told  # the product of the page
        for related in ("FN-1234", "FX-12", "TN-1234K"):  # attachment, option, supply
            assert related in told
        assert "it is about the finisher" in told  # what they asked
        assert "佐藤 美咲 さんがこのお客様の担当者です" in told  # why this person
    assert "madoguchi_request" in slack
    await house.mail_to(ADMIN)  # the administrator is copied
    [request] = await house.read(lambda s: list(list_requests(s)))
    assert (request.kind, request.staff_id, request.consent) == ("contact", "S-001", True)


async def test_what_is_missing_is_asked_for_in_a_form_that_is_filled_with_the_rest(
    house: House,
) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        answer = await visitor.say("I would like to be contacted by my sales person")
        form = part(answer, "form")
        values = {f["name"]: f["value"] for f in form["fields"]}
        assert values["name"] == "青木 陽子"
        assert values["phone"] == "090-5555-0101"
        assert values["email"] == "yoko.aoki@aoba-shoji.example"

        wrong = await visitor.act(form["action"], {"contact_method": "phone", "phone": "abc"})
        again = part(wrong, "form")
        assert "phone" in again["errors"]
        assert {f["name"]: f["value"] for f in again["fields"]}["phone"] == "abc"

        filled = {"contact_method": "phone", "phone": "03-5555-0199", "message": "After five"}
        card = part(await visitor.act(form["action"], filled), "confirm")
        assert "03-5555-0199" in str(card["summary"])
        await visitor.send(card)
    assert "After five" in text_of(await house.mail_to(SATO))


async def test_a_japanese_mail_reaches_the_own_sales_person(house: House) -> None:
    await house.write_mail(
        "井上 隆 <takashi.inoue@mihon-kogyo.example>",
        "お世話になっております。井上です。\nRC-1234について、営業担当の方からお電話をいただけますか。",
        subject="カタログの件",
        charset="iso-2022-jp",
    )

    mail = text_of(await house.mail_to(TANAKA))
    slack = await house.card("#sales-tokyo")
    for told in (mail, slack):
        assert "見本工業株式会社" in told
        assert "RC-1234について" in told
        assert "LP-720C" in told  # owned
    answer = await house.mail_to("takashi.inoue@mihon-kogyo.example")
    assert "田中 翔太" in text_of(answer)
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "カタログの件" in answer["Subject"]


async def test_without_an_own_sales_person_postal_code_and_product_decide(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0003")  # Tokyo by postal code, nobody's customer
        answer = await visitor.say("Have somebody call me about the copier RC-820 please")
        await visitor.send(part(answer, "confirm"))

    assert "RC-820" in text_of(await house.mail_to(SATO))
    [request] = await house.read(lambda s: list(list_requests(s)))
    assert (request.staff_id, request.rule) == ("S-001", "area_category")


async def test_somebody_unknown_ends_at_the_default(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello()
        answer = await visitor.say("Please call me at 212-555-0147, my name is Ada Obi")
        done = await visitor.send(part(answer, "confirm"))
        assert "髙橋 誠" in done["text"]

    told = text_of(await house.mail_to(TAKAHASHI))
    assert "Ada Obi" in told
    assert "+1 212-555-0147" in told


async def test_what_staff_answer_by_mail_appears_in_the_open_chat(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        answer = await visitor.say("Please have my sales person call me about RC-1234")
        await visitor.send(part(answer, "confirm"))
        told = await house.mail_to(SATO)

        await house.write_mail(
            f"佐藤 美咲 <{SATO}>", "明日の10時にお電話いたします。", answers=told
        )

        frame = await visitor.until(lambda f: f.get("author", {}).get("kind") == "staff")
    assert frame["text"] == "明日の10時にお電話いたします。"
    assert frame["author"]["name"] == "佐藤 美咲"
    [request] = await house.read(lambda s: list(list_requests(s)))
    assert (request.status, request.claimed_by) == ("claimed", "S-001")  # answering stops the clock


async def test_an_answer_to_our_mail_goes_on_with_the_conversation(house: House) -> None:
    address = "takashi.inoue@mihon-kogyo.example"
    await house.write_mail(f"井上 隆 <{address}>", "営業担当の方から電話をください。")
    first = await house.mail_to(address)
    await house.write_mail(f"井上 隆 <{address}>", "やはり、キャンセルします。", answers=first)

    second = await house.mail_to(address, number=2)

    assert "取り下げ" in text_of(second)
    [request] = await house.read(lambda s: list(list_requests(s)))
    assert request.status == "cancelled"


async def test_two_messages_that_nobody_understands_reach_a_person(house: House) -> None:
    async with house.visitor() as visitor:
        await visitor.hello(customer="C-0001")
        await visitor.say("flibber gnah wibble")
        answer = await visitor.say("xyzzy plugh frotz")
    assert "佐藤 美咲" in answer["text"]

    assert "xyzzy plugh frotz" in text_of(await house.mail_to(SATO))
