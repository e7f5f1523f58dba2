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
