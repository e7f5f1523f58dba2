"""What a message names, in both languages."""

from __future__ import annotations

import pytest

from domain.understanding import Engine

ENTITIES = [
    ("call me on (312) 555-0177 please", "phone", ("+13125550177",)),
    ("ring me on 07700 900123 any evening", "phone", ("+447700900123",)),
    ("new number 0161 496 0455", "phone", ("+441614960455",)),
    ("電話は０３－５５５５－０１９９です", "phone", ("+81355550199",)),
    ("090-1234-5678に連絡ください", "phone", ("+819012345678",)),
    ("reach me: +44 (0)20 7946 0733", "phone", ("+442079460733",)),
    ("raj (at) mehta-motors.example.com", "email", ("raj@mehta-motors.example.com",)),
    ("メールは SUZUKI@Hoshino-kk.example.jp まで", "email", ("suzuki@hoshino-kk.example.jp",)),
    ("we moved to 9 Elm Ct, Austin, TX 78701", "postal_code", ("78701",)),
    ("18 Canal Street, Leeds LS1 4AP", "postal_code", ("LS1 4AP",)),
    ("〒５３０－０００１です", "postal_code", ("530-0001",)),
    ("buy rc1234 x 1 and RC 1235 x 3", "model_number", ("RC-1234", "RC-1235")),
    ("price of the ＡＢＣ－１１０Ｃ?", "model_number", ("ABC-110C",)),
    ("RC-1234をください", "model_number", ("RC-1234",)),
    ("SP 4510DNとSP 4510SFの違い", "model_number", ("SP 4510DN", "SP 4510SF")),
    ("order a dozen toners", "quantity", (12,)),
    ("please send two boxes of paper and 2x drums", "quantity", (2, 2)),
    ("トナー３本ください", "quantity", (3,)),
    ("シアンとマゼンタ各２本お願いします", "quantity", (2, 2)),
    ("RC-1234を三台注文します", "quantity", (3,)),
    ("where is order 77120", "order_number", ("77120",)),
    ("what became of A-7K3QM4XW?", "order_number", ("A-7K3QM4XW",)),
    ("注文 a-7k3qm4xw はどうなりましたか", "order_number", ("A-7K3QM4XW",)),
    ("I ordered drums from you in May, number 60318", "order_number", ("60318",)),
    ("please order 20000 pieces of the RC-1234", "quantity", (20000,)),
    ("how do zk310 and zk320 differ", "model_number", ("ZK310", "ZK320")),
    ("my zip should be 97299 by the way", "postal_code", ("97299",)),
    ("4 Elder Row, Salem, Oregon 97299", "postal_code", ("97299",)),
    ("My order number is #A-30418", "order_number", ("A-30418",)),
    ("注文48213はいつ届きますか", "order_number", ("48213",)),
    ("PO-3308を取り消してください", "order_number", ("PO-3308",)),
    (
        "新住所は大阪市北区梅田1-2-3 梅田ビル5階です",
        "address",
        ("大阪市北区梅田1-2-3 梅田ビル5階",),
    ),
    ("My name is Laura Pines, please call me", "person_name", ("Laura Pines",)),
    ("株式会社みなと建材の小林です。お電話ください。", "company", ("株式会社みなと建材",)),
    ("株式会社みなと建材の小林です。お電話ください。", "person_name", ("小林",)),
    ("we trade as Aldermoor Ltd. (formerly Alder & Sons)", "company", ("Aldermoor Ltd.",)),
    ("Tomas Lindqvist, Purchasing Department", "department", ("Purchasing Department",)),
    ("法務部に異動となりました", "department", ("法務部",)),
    ("大和田精機株式会社の総務課、平尾です。", "company", ("大和田精機株式会社",)),
    ("大和田精機株式会社の総務課、平尾です。", "person_name", ("平尾",)),
    ("Prices?\n\nRegards,\nIda Holm\nTarn & Vale Joiners", "company", ("Tarn & Vale Joiners",)),
    ("Please send a price list.\n\nIda Holm", "person_name", ("Ida Holm",)),
    ("Prices?\n\nBest regards,\nIda Holm\nPurchasing\nTarn Foods", "department", ("Purchasing",)),
    ("Ida Holm looks after your account now", "person_name", ("Ida Holm",)),
    ("Hi, Ida Holm at Tarn Foods. Please call me", "person_name", ("Ida Holm",)),
    ("send it to Ida Holm, ida@holm.example", "person_name", ("Ida Holm",)),
    ("this is Dr. Ida Holm, please call me", "person_name", ("Dr. Ida Holm",)),
    ("please change my department to Facilities", "department", ("Facilities",)),
    ("一度お電話した長谷部です。折り返しください", "person_name", ("長谷部",)),
    ("資料を大沢宛に送ってください", "person_name", ("大沢",)),
    ("窓口は丸山(maru@kai.example)になりました", "person_name", ("丸山",)),
    ("中沢と申します。お電話ください。\n中沢恵子", "person_name", ("中沢恵子",)),
    ("岡山で測量をしております瀬尾測量事務所の瀬尾と申します。", "company", ("瀬尾測量事務所",)),
    ("please call me after six", "datetime", ("after six",)),
    ("call me between 2 and 4", "datetime", ("between 2 and 4",)),
    ("please come in the week of the 12th", "datetime", ("the week of the 12th",)),
    ("have someone call us in two weeks", "datetime", ("in two weeks",)),
    ("please ring me at the end of June", "datetime", ("at the end of June",)),
    ("please ring me after work", "datetime", ("after work",)),
    ("please ring me the week after next", "datetime", ("the week after next",)),
    ("please ring Mon-Fri", "datetime", ("Mon-Fri",)),
    ("来月頭にお電話ください", "datetime", ("来月頭",)),
    ("月・水・金の午前にお電話ください", "datetime", ("月・水・金の午前",)),
    ("4月中旬以降にお電話ください", "datetime", ("4月中旬以降",)),
    ("次の水曜日の午後に来てください", "datetime", ("次の水曜日の午後",)),
    ("any update on B-20931", "order_number", ("B-20931",)),
    ("how much is the Corvo 7", "model_number", ("CORVO 7",)),
    ("I need a couple of toners", "quantity", (2,)),
    ("where are orders 55120 and 55131", "order_number", ("55120", "55131")),
    ("I've moved from sales to logistics, please note that", "department", ("logistics",)),
    ("hi it's petra from tarn foods, call me please", "person_name", ("petra",)),
    ("this is tom from accounts at Tarn Foods, call me", "department", ("accounts",)),
    ("Hello, I'm Petra and I need a quote", "person_name", ("Petra",)),
    ("Morning, Petra at Tarn Foods. Please call me", "person_name", ("Petra",)),
    ("Replace him with Petra Lund, p.lund@tarn.example", "person_name", ("Petra Lund",)),
    ("Please put Rev. Petra Lund down as our contact", "person_name", ("Petra Lund",)),
    ("Could you ring Petra instead of me?", "person_name", ("Petra",)),
    ("I got married, I'm Petra Halvorsen now", "person_name", ("Petra Halvorsen",)),
    ("My surname has changed from Lund to Halvorsen", "person_name", ("Halvorsen",)),
    ("A brochure please to Petra Lund, 12 Mill Lane, York", "person_name", ("Petra Lund",)),
    ("A brochure.\n\nPetra Lund\nBuyer\nTarn Foods Ltd", "person_name", ("Petra Lund",)),
    ("We are now Tarn & Lund, please note", "company", ("Tarn & Lund",)),
    ("Make Petra Lund, Finance, our contact", "department", ("Finance",)),
    ("Best,\nPetra Lund | Purchasing | Tarn Foods", "department", ("Purchasing",)),
    ("four toners for radiology please", "department", ("radiology",)),
    ("東亜部品の三谷です。電話ください", "company", ("東亜部品",)),
    ("東亜部品の三谷です。電話ください", "person_name", ("三谷",)),
    ("お世話になります、三谷です。資料をください", "person_name", ("三谷",)),
    ("先月お願いした三谷です。資料をください", "person_name", ("三谷",)),
    ("さかえ内科の受付、三谷です。資料をください", "company", ("さかえ内科",)),
    ("さかえ内科の受付、三谷です。資料をください", "person_name", ("三谷",)),
    ("三谷ふみ子です。資料をください", "person_name", ("三谷ふみ子",)),
    ("カタログを三谷様宛に送ってください", "person_name", ("三谷",)),
    ("資料をください。\n敬具\n三谷陽子", "person_name", ("三谷陽子",)),
    (
        "資料をください。\n\n三谷陽子\n東亜部品株式会社 購買部\nTEL 03-5555-0199",
        "person_name",
        ("三谷陽子",),
    ),
    (
        "資料をください。\n東亜部品株式会社\n総務課 課長 三谷 陽子\nm@toa.example",
        "person_name",
        ("三谷 陽子",),
    ),
    ("部署は経営企画室に変わりました", "department", ("経営企画室",)),
    ("chasing 48213, any news?", "order_number", ("48213",)),
    ("we ordered a scanner in May, no. TX/4410", "order_number", ("TX/4410",)),
    ("注文番号「AB-5582」の状況を教えて", "order_number", ("AB-5582",)),
    ("55821番の注文、もう出ました？", "order_number", ("55821",)),
    ("put me through this minute", "datetime", ("this minute",)),
    ("please call me after lunch on Tuesday", "datetime", ("after lunch on Tuesday",)),
    ("土曜は10時すぎにお電話ください", "datetime", ("土曜は10時すぎ",)),
    ("11月に入ったら電話してください", "datetime", ("11月に入ったら",)),
    ("営業時間の外に来ていただけますか", "datetime", ("営業時間の外",)),
    ("someone should come round and show us", "contact_method", ("visit",)),
    ("could your rep call us on meet", "contact_method", ("online",)),
    ("夫の携帯にかけてもらえますか", "contact_method", ("phone",)),
    ("Could a rep ring me? thx, Anouk Delaney", "person_name", ("Anouk Delaney",)),
    ("send me a price list please. cheers, tomasz", "person_name", ("tomasz",)),
    ("The stapler jams. Keisha, print room", "person_name", ("Keisha",)),
    ("The stapler jams. Keisha, print room", "department", ("print room",)),
    ("two tyres please, name of Hollis", "person_name", ("Hollis",)),
    ("our head chef Mr Varga would like a visit", "person_name", ("Varga",)),
    ("Please replace Ann Moss by Siobhan Leck as our contact", "person_name", ("Siobhan Leck",)),
    ("one more box for the people in payroll please", "department", ("payroll",)),
    ("could someone ring me Thu arvo", "datetime", ("Thu arvo",)),
    ("please visit us w/c 19th", "datetime", ("w/c 19th",)),
    ("please call me at half ten on Friday week", "datetime", ("at half ten on Friday week",)),
    ("call me from 6pm onwards please", "datetime", ("from 6pm onwards",)),
    ("we need them no later than Friday", "datetime", ("no later than Friday",)),
    ("a pair of those lamps please, I want to buy them", "quantity", (2,)),
    ("電話をください。鵜飼", "person_name", ("鵜飼",)),
    ("弊社専務の真壁との面談をお願いします", "person_name", ("真壁",)),
    ("三台ください。財務の郡司です", "department", ("財務",)),
    ("コピー機が動きません。印刷室の根岸", "department", ("印刷室",)),
    ("氏名:戸塚 麻衣\n来週お電話ください", "person_name", ("戸塚 麻衣",)),
    ("第三四半期に営業の方に来てほしいです", "datetime", ("第三四半期",)),
    ("土日どちらかで来てもらえますか", "datetime", ("土日どちらか",)),
    ("Our firm, Tideway Freight, would like a visit", "company", ("Tideway Freight",)),
    ("カフェひなたの大貫です。電話ください", "company", ("カフェひなた",)),
    ("please get back to me, 0113 496 0700", "contact_method", ("phone",)),
    ("週の後半に営業の方に来てほしいです", "datetime", ("週の後半",)),
    ("we're Harbour Lights, a small hotel. Please ring us", "company", ("Harbour Lights",)),
    ("Hi, Tom from Blue Door (the vets). Please ring us", "company", ("Blue Door",)),
    ("Two toners please. Nina @ Foxglove Dairy", "company", ("Foxglove Dairy",)),
    ("Two toners please. Nina @ Foxglove Dairy", "person_name", ("Nina",)),
    ("Take Friday Books off your mailing list", "company", ("Friday Books",)),
    ("I'm at Blackthorn Vale, call me: j@blackthornvale.example", "company", ("Blackthorn Vale",)),
    ("2 drums please, acct name Red Kite Removals", "company", ("Red Kite Removals",)),
    ("Prices?\n\nRegards\nIda Holm\nIT Services\nTarn Foods", "department", ("IT Services",)),
    ("I've changed team, from Sales to Payroll", "department", ("Payroll",)),
    ("Is my car ready? It's under Hollis", "person_name", ("Hollis",)),
    ("please contact Ms Okafor of our legal team", "person_name", ("Okafor",)),
    ("i'm leila, please ring me", "person_name", ("leila",)),
    ("please ring me after 4.", "datetime", ("after 4",)),
    ("please ring me from 10 to 12.", "datetime", ("from 10 to 12",)),
    ("please ring me Tuesday pm", "datetime", ("Tuesday pm",)),
    ("please ring me at 9am UK time", "datetime", ("at 9am UK time",)),
    ("please ring me. Any time before four.", "datetime", ("Any time before four",)),
    ("we need two drums delivered on Monday", "datetime", ("on Monday",)),
    ("what do 4 winter tyres come to?", "quantity", (4,)),
    ("RC-1234: 5 please", "quantity", (5,)),
    ("send a rep round to our yard", "contact_method", ("visit",)),
    ("We left 9 Elm Ct, Austin, TX 78701 for 4 Oak Row, Leeds", "address", ("4 Oak Row, Leeds",)),
]  # fmt: skip

NOTHING = [
    ("Morning, could a rep call us?", "datetime"),
    ("put Colour Toner in the basket please", "person_name"),
    ("our yard? It's Hollins Mill, Leeds", "person_name"),
    ("この家、家事室はありますか", "department"),
    ("見積番号5520の件で発注します", "order_number"),
    ("赤の大型です", "person_name"),
    ("can we come and look round on Saturday", "contact_method"),
    ("error SC542 on the display", "model_number"),
    ("please order 20000 pieces of the RC-1234", "order_number"),
    ("does it play mp3 and measure co2", "model_number"),
    ("please repair what your man fitted on Monday", "phone"),
    ("zk7はありますか", "quantity"),
    ("paper in A4 and A3", "model_number"),
    ("on page 14 of your catalogue", "quantity"),
    ("一つ質問があります", "quantity"),
    ("全部お願いします", "department"),
    ("call Mr. Sato", "phone"),
    ("in 2019 we bought one", "phone"),
    ("the copier shows E-22 and won't print", "model_number"),
    ("コピー機がE-22と出たまま止まっています", "model_number"),
    ("it says error 0x61", "quantity"),
    ("二枚に一枚は影が出ます", "quantity"),
    ("責任者出して", "person_name"),
    ("I haven't heard from your sales people in the last two weeks, please call", "datetime"),
    ("it does not work at work, please call me", "datetime"),
    ("two of our copiers are broken", "quantity"),
    ("二十日の理事会で使うので見積書をください", "datetime"),
    ("長谷部です。お電話ください", "department"),
    ("日曜の見学会に伺いました。営業の方と話したいです", "datetime"),
    ("The board met on Tuesday. Please have a rep call us", "datetime"),
    ("Dear Marcus Bell,\nplease send us a price list", "person_name"),
    ("Would Mr. Tanaka be free to visit us?", "person_name"),
    ("please send someone from your marketing team", "department"),
    ("would you take 4,000 less for the van", "quantity"),
    ("見積もりをください。至急", "person_name"),
    ("営業の方にお会いしたいと申しております", "person_name"),
    ("please call me, Wednesdays are no good", "datetime"),
    ("our lease ends in March, please send someone from sales", "datetime"),
    ("I ordered on 3 May and want to cancel", "datetime"),
    ("火曜と聞いていましたが電話がありません。電話ください", "datetime"),
    ("5月3日に注文したものをキャンセルしたいです", "datetime"),
    ("今すぐ電話をください", "person_name"),
    ("名義を変えたいのですが", "person_name"),
    ("社名が新しくなりました", "company"),
    ("who took over from Mr Grady? please have them call me", "company"),
    ("WHERE IS MY ORDER", "person_name"),
    ("It broke. While I'm here, what does a new one cost?", "person_name"),
    ("You keep writing to Mr. Grady. He retired in May", "person_name"),
    ("Do you sell Canon Printers?", "company"),
    ("The copier froze on Monday and again this morning", "datetime"),
    ("Please resend the quotation from 17 May", "datetime"),
    ("He naps after lunch. Please call him", "datetime"),
    ("Since the power cut on Sunday night nothing prints", "datetime"),
    ("Thanks for coming on Tuesday. Please send the offer", "datetime"),
    ("text me on 07700 900412 please", "contact_method"),
    ("I have 2 small questions about toner", "quantity"),
]


@pytest.mark.parametrize(("text", "name", "values"), ENTITIES)
def test_an_entity_is_found_with_its_plain_value(
    engine: Engine, text: str, name: str, values: tuple[object, ...]
) -> None:
    assert engine.understand(text).values(name) == values


@pytest.mark.parametrize(("text", "name"), NOTHING)
def test_what_only_looks_like_an_entity_is_left_alone(engine: Engine, text: str, name: str) -> None:
    assert engine.understand(text).values(name) == ()


def test_firms_are_looked_for_by_a_few_addresses_only(engine: Engine) -> None:
    """Each is a look through the whole message: a list of them must not cost its square."""
    firms = ("Quiet Kettle", "Brisk Willow", "Copper Finch", "Dapper Otter", "Early Plover")
    lines = [f"{firm} is at info@{firm.replace(' ', '').lower()}.example." for firm in firms]
    others = " ".join(f"a@other{number}.example" for number in range(20))

    behind = engine.understand("\n".join([*lines, others]))
    before = engine.understand("\n".join([others, *lines]))

    assert behind.values("company") == firms
    assert before.values("company") == ()


def test_spans_lie_in_the_text_as_it_was_written(engine: Engine) -> None:
    text = "㈱テストです。ﾄﾅｰを３本、\u200bＲＣ－１２３４用にお願いします"
    found = {span.name: text[span.start : span.end] for span in engine.understand(text).spans}
    assert found["quantity"] == "３本"
    assert found["model_number"] == "ＲＣ－１２３４"


def test_a_refused_means_of_contact_gives_way_to_the_other(engine: Engine) -> None:
    assert engine.understand("don't phone, just drop me an email about the HV-200S").values(
        "contact_method"
    ) == ("email",)
    assert engine.understand("電話ではなくメールで連絡をください").values("contact_method") == (
        "email",
    )


def test_an_unknown_country_is_read_by_the_phone_library(engine: Engine) -> None:
    found = engine.understand("rufen: 030 901820, please call me", phone_region="DE")
    assert found.values("phone") == ("+4930901820",)
