"""What Japanese messages name and mean, by kinds of wording."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.understanding import Engine

SAMPLE = Path(__file__).parent / "eighth_sample" / "ja.jsonl"

ENTITIES = [
    ("弊社ミサキ通商、住所が変わりました。", "company", ("ミサキ通商",)),
    ("トナー2本追加で。須永木工の三谷", "company", ("須永木工",)),
    ("資料をください。ナギサ冷熱", "company", ("ナギサ冷熱",)),
    ("アトリエ・ミモザの三谷です。来てください", "company", ("アトリエ・ミモザ",)),
    ("ほしあかり保育園の三谷です。電話ください", "company", ("ほしあかり保育園",)),
    ("ミナミヤ製作の者です。電話ください", "company", ("ミナミヤ製作",)),
    ("名称が変わりました。旧：須永電子、新：スナガテック。", "company", ("スナガテック",)),
    ("東亜部品総務課の三谷と申します。電話ください", "company", ("東亜部品",)),
    (
        "医療法人なぎさ会 第二病院の三谷です。電話ください",
        "company",
        ("医療法人なぎさ会 第二病院",),
    ),
    ("みさき小学校の事務室です。電話ください", "department", ("事務室",)),
    ("株式会社須永 京都支店の三谷です。電話ください", "department", ("京都支店",)),
    ("株式会社須永で購買を担当しております三谷です。電話ください", "department", ("購買",)),
    ("窓口は営業一課の大谷ではなく、購買部の三谷になります。", "department", ("購買部",)),
    ("窓口は営業一課の大谷ではなく、購買部の三谷になります。", "person_name", ("三谷",)),
    ("連絡先は購買課の三谷にしてもらえますか", "person_name", ("三谷",)),
    ("話は息子の私（三谷誠）にメールでお願いします", "person_name", ("三谷誠",)),
    ("みさき商店街の理事長 三谷です。電話ください", "person_name", ("三谷",)),
    ("会議が15時に終わるので、16時以降に電話ください", "datetime", ("16時以降",)),
    ("来週展示会があるので、カタログを送ってください", "datetime", ()),
    ("5月は立て込んでいるので、6月に来てください", "datetime", ("6月",)),
    ("16時に伺うと聞いていましたが、17時に来てください", "datetime", ("17時",)),
    ("月曜の朝からずっとエラーが出ます。見に来てください", "datetime", ()),
    ("火曜から金曜の13時〜17時に電話ください", "datetime", ("火曜から金曜の13時〜17時",)),
    ("買います。今日振り込みます", "datetime", ()),
    ("佐々（みどり木工）です。カタログください", "company", ("みどり木工",)),
    ("居酒屋「みどり」です。レジの修理お願いします", "company", ("みどり",)),
    ("領収書はみどり薬局宛でください", "company", ("みどり薬局",)),
    ("毎月3000枚くらい刷るのですが、どの機種がいいですか", "quantity", ()),
    ("使っている5台のうち、2台を入れ替えたいです", "quantity", (2,)),
    ("急いでないのでカタログを送ってください", "datetime", ()),
    ("訪問されると困るのでメールで連絡ください", "contact_method", ("email",)),
    ("一度ご来校いただき、説明をお願いします", "contact_method", ("visit",)),
    ("もみじ台幼稚園の三谷です。電話ください", "company", ("もみじ台幼稚園",)),
    ("まつもと眼科です、トナーを2本ください", "company", ("まつもと眼科",)),
    ("有限会社とまと農園の三谷でございます。お電話ください", "company", ("有限会社とまと農園",)),
    ("税理士法人なかよし、三谷です。カタログください", "company", ("税理士法人なかよし",)),
    ("宛名は合同会社ひばりで再発行してください", "company", ("合同会社ひばり",)),
    ("納品書は川辺皮膚科宛でお願いします。2本ください", "company", ("川辺皮膚科",)),
    ("会社名を「はるか製パン」に直してください", "company", ("はるか製パン",)),
    ("社名変更です。有限会社須永 → 株式会社スナガ", "company", ("株式会社スナガ",)),
    (
        "自宅で「ピアノ教室みどり」を開いている三谷です。電話ください",
        "company",
        ("ピアノ教室みどり",),
    ),
    ("司法書士の三谷事務所です。カタログください", "company", ("三谷事務所",)),
    ("白樺デザイン事務所の三谷です。電話ください", "company", ("白樺デザイン事務所",)),
    ("NPO法人さくらの会です。紙を10箱お願いします", "company", ("NPO法人さくらの会",)),
    ("みどり苑 栄養科の三谷と申します。電話ください", "company", ("みどり苑",)),
    ("ホテルの資料を会社に送ってください", "company", ()),
    ("キッチンに積むんですが、電話をもらえますか", "company", ()),
    ("パン屋をやっている三谷です。電話ください", "company", ()),
    ("みどり苑 栄養科の三谷と申します。電話ください", "department", ("栄養科",)),
    ("株式会社須永情報システム部の三谷です。電話ください", "department", ("情報システム部",)),
    ("株式会社須永 京都支店 管理課の三谷です。電話ください", "department", ("京都支店 管理課",)),
    ("折り返しの電話は経理の三谷までお願いします", "department", ("経理",)),
    ("総務部 ご担当者様\n\nカタログを送ってください", "department", ()),
    ("請求書の宛名を三谷に直してください", "person_name", ("三谷",)),
    ("私の名前（蛯原 有紀）に登録を直してください", "person_name", ("蛯原 有紀",)),
    ("宛名の漢字は「山城」ではなく「山代」です。直してください", "person_name", ("山代",)),
    ("宛名の字が違います。嶋田ではなく島田です。直してください", "person_name", ("島田",)),
    ("電話をください。\n\n楠本 さやか\nkusumoto@niji.example", "person_name", ("楠本 さやか",)),
    ("アオイ薬局 中野店です。電話ください", "person_name", ()),
    ("午前は診療中なので、13時から14時の間に電話ください", "datetime", ("13時から14時の間",)),
    ("会議は12日ですので、10日必着でカタログを送ってください", "datetime", ("10日必着",)),
    ("訪問は3月8日じゃなくて翌週に変えて電話ください", "datetime", ("翌週",)),
    ("6時に閉店なので、そのあと電話ください", "datetime", ("6時",)),
    ("月曜は定休日なので、火曜に電話ください", "datetime", ("火曜",)),
    ("三月に納品していただいた椅子を6脚追加で注文します", "datetime", ()),
    ("夜勤明けの10時ごろに電話ください", "datetime", ("夜勤明けの10時ごろ",)),
    ("電話だと聞き取れないので、メールで連絡ください", "contact_method", ("email",)),
    ("担当の人を一度こっちに寄越してください", "contact_method", ("visit",)),
    ("注文を取り消したいです。番号は40217", "order_number", ("40217",)),
    ("弊社の番号はKX-20931です。注文した椅子はいつ届きますか", "order_number", ("KX-20931",)),
    ("さっきと同じの2本追加で注文します", "quantity", (2,)),
    ("ふせん　3こ　ください", "quantity", (3,)),
]

#: Other people's business, and the wish of a customer in like words.
PAIRS = [
    ("母さん、帰りにコピー用紙買ってきて", "コピー用紙を1箱ください"),
    (
        "本日、用紙30箱を貴社倉庫へ納品いたしました。受領書をFAXでご返送ください。",
        "用紙30箱を弊社倉庫へ納品してください。",
    ),
    (
        "今日は休みます。14時の訪問、誰か代わってもらえると助かります。課長には電話しました",
        "14時の訪問、都合が悪いので明日に変更してもらえますか",
    ),
    ("あと1台で目標達成だ！あ、同期に送ったつもりだった", "あと1台追加で注文します"),
    (
        "同窓会の案内です。出欠は今月中にメールでください",
        "同窓会の案内を刷るプリンターのカタログをください",
    ),
    (
        "弊社は清掃サービスを提供しております。貴社の経費削減をお手伝いしたく、お時間をいただけませんでしょうか。",
        "弊社は清掃サービスを提供しております。複合機の入れ替えを検討しており、見積書をお送りいただけますか。",
    ),
    ("担当の方に電話したらすぐ来てくれて助かりました", "電話してくれたら助かります"),
    (
        "ご注文のキャンセルを承りました。手続きは下記をご覧ください",
        "注文のキャンセルをお願いします",
    ),
    ("改めてこちらからお電話します", "改めてお電話をお願いします"),
    ("落とし物の件で連絡ください", "修理の件で連絡ください"),
    ("もし宝くじが当たったら車を10台注文するのになあ", "車を10台注文したいのですが"),
]


@pytest.mark.parametrize(("text", "name", "values"), ENTITIES)
def test_entities_are_found(engine: Engine, text: str, name: str, values: tuple[str, ...]) -> None:
    assert engine.understand(text).values(name) == values


@pytest.mark.parametrize(("outside", "wish"), PAIRS)
def test_other_people_s_business_is_told_from_a_wish_in_like_words(
    engine: Engine, outside: str, wish: str
) -> None:
    assert engine.understand(outside).primary == "other"
    assert engine.understand(wish).primary != "other"


def test_who_ends_a_mail_with_thanks_alone_wrote_to_thank(engine: Engine) -> None:
    mail = "お見積りをいただきました。社内で検討いたします。\n取り急ぎお礼まで。"
    assert engine.understand(mail, channel="email").primary == "thanks"


def test_an_order_that_is_told_of_is_not_placed_again(engine: Engine) -> None:
    found = engine.understand("昨日頼んだ用紙10箱、こちらの注文ミスなので取り消してください")
    assert [i.name for i in found.intents] == ["cancel"]


def test_quality_stays_on_the_eighth_sample(engine: Engine) -> None:
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    read = [engine.understand(r["text"], channel=r["channel"]).primary for r in rows]
    right = sum(got == r["intents"][0] for got, r in zip(read, rows, strict=True))
    assert right / len(rows) >= 0.83
