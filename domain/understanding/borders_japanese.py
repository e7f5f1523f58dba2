"""What shows by a few words in Japanese: other counters, and what is only told."""

from __future__ import annotations

from domain.understanding.grammar import Grammar
from domain.understanding.lexicons import japanese_elsewhere

#: Banks, alarms and the weather are asked in words like ours; these name them plainly.
_ELSEWHERE = Grammar(
    r"(?:歯医者|歯科|美容院|美容室|レストラン|ホテル|整体|眼科)の予約|(?:新幹線|飛行機|特急|高速バス)の(?:切符|チケット|予約|席|便)|ピザ|出前"
    r"|(?:電気|ガス|水道|携帯|ネット回線)(?:料金|代)?の(?:名義|契約|使用|開栓|休止|支払)|保険証|免許証|住民票|マイナンバー|年金|パスポート|銀行口座"
    r"|カードの明細|給与明細|年賀状|履歴書|退職届|(?:靴|服|洋服|化粧品|ワンピース)(?:が|を|は)|機種変|メルカリ|フリマ|楽天|占い|宿題"
    r"|アラーム|リマインダー|リマインド|目覚まし|プレイリスト|暗証番号|残高|両替|為替"
    r"|キャッシュカード|天気|気温|の予報"
    r"|(?:新卒|中途|正社員|アルバイト|バイト|パート)の?(?:採用|募集|応募)|求人(?:に|を見|へ)|面接(?:の|を|に)|内定|職務経歴|エントリーシート"
    r"|会社説明会|企業説明会|インターン(?:の|に|シップ)|取材(?:を|の|さ|に)|卒論|卒業論文|自由研究|検針票|有給|年末調整|経費(?:精算|の申請)"
    r"|(?:カット|カラー|パーマ|ネイル)(?:と|を|の予約)|クリーニングに出し|予防接種|ワクチン|(?:の|を)診察|診察の|欠席|再配達|不在通知|ギフトカード|電子マネー"
    r"|募金|寄付|協賛金|花束|(?:転居|転送|婚姻|出生)届|戸籍|印鑑証明|確定申告|(?:お|のり|仕出し)弁当|寿司|ラーメン|居酒屋"
    r"|(?:iphone|スマホ|携帯|アンドロイド)の(?:連絡先|電話帳|設定|アプリ|パスワード)|インスタ|ツイッター"
    r"|(?:傘|財布|手袋|帽子|水筒)(?:が|を|は|なん|です|の忘れ)"
    r"|(?:地震|台風|大雨|大雪|停電|洪水)[^。]{0,14}(?:大丈夫(?:でした|ですか)|ご?無事|被害は)|振込限度|at ?mの"
)
#: What we sell or mend: with such a word another topic is only where it is used.
_OURS = Grammar(
    r"[MQ]|複合機|コピー|プリンタ|印刷|刷[るりれっ]|トナー|インク|用紙|スキャ|fax|ファックス|レンタル|リース|カタログ|パンフ|試乗|内覧|モデル|納車|車種|車検|新車|中古車|ミニバン|軽自動車|ワゴン|見積|物件|住宅|間取り|平屋|リフォーム"
    r"|複写|製本|シュレッダ|プロジェクタ|パソコン|レジ|機械|機種|製品|商品|注文|発注|修理に"
)
#: What is broken there is not ours either.
_NOT_OURS = Grammar(
    r"(?:スマホ|携帯|タブレット|iphone)の(?:画面|ガラス|充電)|lineの|ピザ|出前|(?:他社|よそ|量販店|家電量販店|ネット|通販)で(?:買った|頼んだ)"
    r"|(?:wi-?fi|ワイファイ)のパスワード|年賀状|(?:洗濯機|冷蔵庫|電子レンジ|炊飯器|掃除機|テレビ|ミシン|腕時計|イヤホン|ゲーム機)(?:が|の修理|の調子|から|は)"
    r"|クリーニングに出し|(?:傘|財布|手袋|帽子|水筒)(?:が|を|は|なん|です)|有給|(?:iphone|スマホ|携帯|アンドロイド)(?:の(?:連絡先|電話帳|設定|アプリ)|が(?:壊|割|動|つか))"
)
#: How Japanese tells what was or is said, with nothing asked: 買ったそうです, 注文するのになあ.
_TELLS = Grammar(
    r"(?:て|で)(?:い)?(?:た|ました|まして)(?:よ|ね|な|わ|なあ|なぁ|っけ|もの|もん)*[。!~]*$"
    r"|[しっいえけびんちりじね]た(?:よ|ね|な|なあ|なぁ|わ|よね|もん)+[。!~]*$"
    r"|(?:らしい|そうです|そうな|んだって|んですって|だそう)(?:よ|ね|です|わ)*[。!~]*$"
    r"|(?:と|って)(?:言われ|言って|聞い)(?:た|ました|て(?:い)?(?:た|ました|ます))(?:よ|ね|な|けど)*[。!~]*$"
    r"|(?:のに|けど)な(?:あ|ぁ|ー)*[。!~]*$|(?:ものです|もんだ|もんです)(?:な|ね|よ|なあ)*[。!~]*$|でしてね[。!~]*$"
    r"|(?:です|だ)よね(?:え|ぇ|ー)*[。!~]*$|懐かし|(?:助かり|解決し|直り|満足し|楽しみ)ました[。!~]*$"
    r"|(?:お?電話|ご?連絡|かけ(?:直)?)(?:し|いたし|させていただき|差し上げ)?ます(?:ね|よ|から)?[。!~]*$"
)
#: ... unless something is asked for beside it.
_ASKING = Grammar(
    r"ください|下さい|お願い|願い(?:ます|たい)|いただけ|頂け|いただきた|もらえ|もらいた|ほしい|欲しい|希望|ますか|ですか|でしょうか|ませんか|幸い|助かります|\?|待って|お待ち|たいそう|必要|たい(?:です|の|ん|。|$)"
)


#: An order that was given, and is told of for another wish: 昨日頼んだ用紙10箱ですが.
_ORDERED = Grammar(
    r"(?:頼んだ|頼みました|頼んで(?:い)?た|(?:注文|発注)(?:いた)?し(?:た|ました|まして)|お願い(?:いた)?し(?:た|ました|まして)|申し込んだ|契約した|注文して(?:い)?た|発注ミス|注文ミス|誤発注|注文間違い)(?!い|ら)"
)
_ORDERS = Grammar(
    r"追加|同じ|もう|また|再度|ください|下さい|お願い(?:いた)?し(?!た|まし[たて])|お願いいた(?!しまし)|ほしい|欲しい|願え|たいです|注文します|発注します|頼みます"
)
#: Papers that came, and are told of for another wish: パンフレットもらったけど読めません.
_RECEIVED = Grammar(
    r"(?:資料|カタログ|パンフ|パンフレット|見積書?|見積もり|図面|説明書|マニュアル|案内|請求書|冊子)(?:は|を|が|も)?[^。]{0,6}(?:もらった|もらって|いただいた|頂いた|いただきました|頂きました|届いた|届きました|受け取った|受け取りました|拝見し|見た|読んだ|読みました)[^。]{0,3}(?:けど|けれど|が|ので|んです)"
)
_SENDS = Grammar(r"送|ください|下さい|もらえ|いただけ|頂け|ほしい|欲しい|希望|再発行|お願い")


def is_told(words: str, wish: str) -> bool:
    """Whether a clause that sounds like `wish` only tells of it."""
    if wish == "purchase" and _ORDERED.search(words):
        return not _ORDERS.search(words)
    return (
        wish == "document_request"
        and _RECEIVED.search(words) is not None
        and not _SENDS.search(words)
    )


def tells(words: str) -> bool:
    """Whether a clause tells what was, is said, or what the writer will do, and asks for nothing."""
    return _TELLS.search(words) is not None and not _ASKING.search(words)


def is_elsewhere(words: str) -> bool:
    """Whether a clause names what is asked at other counters."""
    return _ELSEWHERE.search(words) is not None or _is_other_topic(words)


def is_not_ours(words: str) -> bool:
    """Whether what a clause calls broken or late is plainly somebody else's."""
    return _NOT_OURS.search(words) is not None or _is_other_topic(words)


def _is_other_topic(words: str) -> bool:
    return bool(japanese_elsewhere().in_text(words)) and not _OURS.search(words)
