"""People named in Japanese by family names that are known, and the teams they write from.

`people_japanese` knows shapes of names; this looks at the places where people name themselves (the
end of a message, before です and と申します, after a firm) and asks whether a family name stands there.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar

_K = "一-龥々ヶ"
#: A possible name: family name, and perhaps a given name.
_ONE = (
    rf"[{_K}]{{1,4}}(?: ?(?:[{_K}]{{1,3}}|[ァ-ヶー]{{2,4}}|[ぁ-ん]{{2,4}})|[ぁ-ん]{{0,2}}[{_K}])?"
)
_FOREIGN = r"[ァ-ヶー]{2,10}(?:[・ ][ァ-ヶー]{2,10})?"
_SELF = (
    r"(?=です(?:[。、\n!]|が|け|$)|でございます|と申|ともうし|と言いま|といいま|という者|と言う者|っていいます"
    r"|だけど|です\S{0,2}$|になります[。\n])"
)
_RANK = (
    r"(?:(?:代表取締役|取締役|代表|専務|常務|社長|副社長|会長|部長|次長|課長|室長|係長|主任|店長|院長|所長|園長|校長|工場長|事務長"
    r"|師長|支配人|オーナー|女将|理事長|理事|マネージャー|リーダー|担当者?|受付|窓口|事務|秘書|主幹|教授|准教授|講師|住職|組合長|技師長)(?:の| |、)?)?"
)
_KIN = r"(?:母|父|妻|夫|主人|家内|嫁|旦那|息子|長男|次男|娘|長女|祖母|祖父|叔母|叔父|伯母|伯父|兄|弟|姉|妹|姪|甥|上司|部下|同僚|後任|助手|秘書)"
_PLACES = (
    # "... 鵜飼と申します", "総務の鵜飼です", "87歳の梅沢ヨネです"
    Grammar(
        rf"(?:^|[。、\n !?の]|\x00|は|が|た|[しやめ]て(?:い|おり)?ます|わたくし|私|わたし|こちら){_RANK}({_ONE}){_SELF}",
        hints=("です", "でござ", "申", "もうし", "と言", "とい", "っていい", "だけど", "になり"),
    ),
    # the last words: "... です。柏木", "経理課の袴田まで", "黒部より", "八重樫拝"
    Grammar(
        rf"(?:^|[。\n 、,!?の\d)]|\x00){_RANK}({_ONE})(?=(?:様|さん)?(?:拝|より|まで|宛て?|あて|に(?:て)?|で)?[。. ]*$)"
    ),
    # 「飯塚様宛て」「三田村の名前で」「岩切のほうに電話」
    Grammar(
        rf"(?:^|[。、\n !?のはをに]|\x00)({_ONE})(?=(?:様|さん|氏)?(?:宛|あて(?:に|で|の)|名義|の名(?:前|義)|まで(?:電話|連絡|お電話|ご連絡|お願|返信|折り返)|の(?:ほう|方)(?:に|へ|まで)(?:お?電話|ご?連絡|かけ)))",
        hints=("宛", "あて", "名義", "の名", "まで", "のほう", "の方"),
    ),
    # "母の野々村トシに", "弊社専務の真壁との", "私、櫛田が"
    Grammar(
        rf"(?:(?:弊社|当社|当方|うち|当院|当園|当校|当店|当会|私ども)(?:の|、)?(?:[{_K}ァ-ヶー]{{1,8}}の)?{_RANK}|(?:{_KIN})の|(?:私|わたし|わたくし|僕|自分)、)({_ONE})(?=さんに|の(?:名前|名義|ほう|方)|に|と(?:の|お|面|会|話|商)|が|を|へ|は|のほう|の方)",
        hints=(
            "弊社",
            "当",
            "うち",
            "私",
            "わた",
            "僕",
            "自分",
            "母",
            "父",
            "妻",
            "夫",
            "主人",
            "家内",
            "嫁",
            "旦那",
            "息子",
            "男",
            "娘",
            "女",
            "兄",
            "弟",
            "姉",
            "妹",
            "姪",
            "甥",
            "上司",
            "部下",
            "同僚",
            "後任",
            "助手",
            "秘書",
        ),
    ),
    # "息子の私(西野誠)に", "経理課の平良にしてください"
    Grammar(
        rf"(?:私|わたし|わたくし|当方|小職|本人|当人|担当者?|息子|娘|妻|夫)\(({_ONE})(?=(?:様|さん)?\))"
        rf"|\x00の({_ONE})(?=(?:様|さん)?に(?:して|変更|変え|替え|直し|お願|送っ|転送))",
        hints=("(", "に"),
    ),
    # 「後任は…」「窓口が宇佐美に」「苗字が早乙女になりました」「では なく齋藤です」
    Grammar(
        rf"(?:から|より|を|が|は|ではなく|じゃなく(?:て)?)[、「]?({_ONE})(?=」?(?:さん)?(?:に(?:替|変|代|か|なり|なっ|交|改|直|訂)|へ(?:替|変|代|か|交)|です。|になりまし))"
    ),
    # "嶋田ではなく島田です"
    Grammar(rf"(?:では|じゃ|や)なく(?:て)?、?({_ONE})(?=です[、!\n]|です$)", hints=("なく",)),
)
#: "名前：出口 真理" in a form.
_FORM_LINE = Grammar(
    rf"(?:^|\n)[・■●*-]? ?(?:お?名前|ご?氏名|ご?担当者?(?:名|様)?|ご?連絡先担当|代表者名?|署名|from) ?[::] ?({_ONE}|{_FOREIGN})(?=様|さん| ?\(|[\n、]|\s*$)"
)
#: "担当 布施" without a sign.
_ROLE = Grammar(
    rf"(?:担当者?|窓口|受付|責任者|代表|事務長|店長|院長|園長|所長|部長|課長|室長|主任)[: ]({_ONE})(?=\n|、|$|様)",
    hints=("担当", "窓口", "受付", "責任者", "代表", "長", "主任"),
)
_FOREIGN_PLACES = (
    Grammar(
        rf"(?:^|[。\n!?] ?|\x00の?|[社事店院部課]の)({_FOREIGN})(?=です(?:[。、\n!]|が|$)|と申|といいま|と言いま|でございます)",
        hints=("です", "と申", "といい", "と言い", "でござ"),
    ),
    Grammar(rf"[。!?\n] ?({_FOREIGN})[。. ]*$"),
)
#: Teams without a word such as 部.
TEAM = (
    r"(?:経理|総務|人事|財務|購買|広報|法務|企画|情シス|情報システム|資材|製造|品証|品質管理|生産管理|庶務|調達|物流|開発|技術|設計|監査"
    r"|医局|事務局|薬剤|放射線|看護|編集|制作|経営企画|労務|業務|工務|施設|管財|教務|学務)"
)
_TEAMS = Grammar(
    rf"(?:^|[。、\n !?の\dはをにが]|\x00)((?:\d階|[一二三四五]階)?{TEAM}|[{_K}ァ-ヶーA-Za-z]{{1,8}}?(?:部|課|係|室|局|班|グループ|チーム|センター))(?=(?:の| |、)?(?:{_RANK})H\x00*(?:です|でござ|と申|と言|とい|より|まで|拝|[。. ]*$|\n)|(?<=[a-z\x00\d]、)$)"
    rf"|\x00、? ?({TEAM})[。 ]*$"
)
NO_NAME = Grammar(
    r"[一二三四五六七八九十百千\d][台本枚個箱部月日時分円階歳名人]|連絡|電話|希望|至急|以上|予定|納期|不要|必要|返信|確認|相談|注文|見積|訪問|説明|担当|部長|社長|店長|主人|家内|本社|支店"
    r"|午[前後]|平日|今[日週月年]|来[週月年]|明[日後朝]|土日|週末|月末|早急|急ぎ|大丈夫|結構|了解|承知|無理|可能|不可|希望|追加|変更|住所|番号|修理|故障|料金|価格|在庫|資料|請求|書類|用紙|商品|製品"
    r"|会社|弊社|当社|御社|貴社|会員|名刺|全員|皆|各自|先日|以前|場合|件|用|者$|様|方$|円$|店$|屋$|社$|所$|色$|型$|製$|形$|中$|内$|外$|前$|後$|目$|前回|最近|問題|原因|本当|機械|部品|他社|元払|着払|翌|年|上記|下記|別$|感謝|敬具|草々|拝具|敬白|早々|工業$|医院$|病院$|商店$|商会$|産業$|建設$|設備$|薬局$|歯科$|印刷$|製作所$|電機$|満足|平気|便利|[てにをのがは]$|する|した|ます|たい$"
)


#: "事務長 大内": what somebody is, before the name.
LEADING_RANK = Grammar(r"[一-龥]{0,3}(?:長|役|主任|担当|事務|受付|士|師|員|人|将) ")
#: What follows a name and is none of it.
_PARTICLES = Grammar(r"(?:より|まで|です|でした|から|には|にて|とか|さん|さま)$")


_KANA = Grammar(r"[ぁ-ん]")
#: What follows a name of which a place or a firm is called.
HOUSE_NAME = Grammar(
    r"(?:[支本分新]?店|支[社部所]|校|院|園|所|社|工場|営業所|出張所|事務所|駅|市|区|町|村|県|組|家|会|寺|堂|屋|館|荘|[一-龥]{1,3}(?:店|所|社|器|業|院|園|校|部品|設備))$"
)


@cache
def family_names() -> frozenset[str]:
    """Family names that are known."""
    path = files("domain.understanding") / "data" / "names.ja.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def family_part(words: str) -> int:
    """How many letters of `words` are a known family name at its beginning; 0 if none is."""
    known = family_names()
    return next((size for size in (4, 3, 2, 1) if words[:size] in known and len(words) >= size), 0)


def take_known_names(page: Page) -> None:
    """People by family name, names in katakana where a writer signs, and the teams before them."""
    text = page.masked
    for pattern in (_FORM_LINE, _ROLE, *_PLACES):
        if not pattern.may_occur(text):
            continue
        for match in pattern.finditer(text):
            _take(page, *match.span(match.lastindex or 1), named=pattern is _FORM_LINE)
    for pattern in _FOREIGN_PLACES:
        if not pattern.may_occur(text):
            continue
        for match in pattern.finditer(text):
            if page.free(*match.span(1)) and not COMMON.search(match[1]):
                page.take("person_name", *match.span(1), page.plain[slice(*match.span(1))], "H")
    _take_teams(page)


#: Words in katakana that are no names.
COMMON = Grammar(
    r"カタカナ|ヒラガナ|フリガナ|ローマ字|アルファベット|イニシャル|ネーム$|カード$|カメラマン|イエス|サンクス|センキュー|ノー|ゴー|トラブル|コメント|トナー|カタログ|メール|パンフ|コピー|プリン|スキャ|サンプル|オペレ|チャット|キャンセル|リース|サービス|エラー|メンテ|デモ|オンライン|ショー|セール|ポイント|クーポン|アンケート|テスト|ダメ|イヤ|マジ|ヤバ|ホント|オッケー|オーケー|サンキュー|ハロー|グッド|メルマガ|マニュアル|アドレス|パスワード|ログイン|ドライバ|インク|タイヤ|モデル|プラン|カラー|モノクロ|セット|スタッフ|ナシ|ムリ|クレーム|レンタル|シルバー|ブラック|ホワイト|ブルー|レッド|グレー"
)


def _take(page: Page, start: int, end: int, *, named: bool) -> None:
    rank = LEADING_RANK.match(page.plain, start, end)
    start = rank.end() if rank else start
    words = _PARTICLES.sub("", page.plain[start:end])
    end = start + len(words)
    size = family_part(words)
    if not size and not named:
        return
    if size == 1 and (len(words) == 2 or _KANA.search(words)) and not named:
        # One letter is a family name only when it stands alone or before a given name.
        return
    if not page.free(start, end) or (NO_NAME.search(words) and words[:2] not in family_names()):
        return
    rest = words[size:].strip()
    if HOUSE_NAME.match(rest) or rest.startswith(("じゃ", "では", "でな", "やな")):
        return  # "アイビー薬局 川口店" is a place, "北川じゃない" somebody else
    if rest and NO_NAME.search(rest):
        end = start + size
    page.take("person_name", start, end, page.plain[start:end].strip(), "H")


def _take_teams(page: Page) -> None:
    if "H" not in page.masked and "P" not in page.masked:
        return
    for match in _TEAMS.finditer(page.masked):
        start, end = match.span(match.lastindex or 1)
        if page.free(start, end):
            page.take("department", start, end, page.plain[start:end], "B")
