"""People, companies, departments and postal addresses in Japanese."""

from __future__ import annotations

import re

from domain.understanding.entities.companies_japanese import take_companies
from domain.understanding.entities.found import Find, Page
from domain.understanding.entities.names_japanese import (
    COMMON,
    HOUSE_NAME,
    LEADING_RANK,
    TEAM,
    family_part,
    take_known_names,
)
from domain.understanding.entities.trades_japanese import ends_in_trade
from domain.understanding.grammar import Grammar

_PREF = r"(?:東京都|北海道|大阪府|京都府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
_HOUSE = r"\d{1,4}(?:(?:丁目|番地?|号|-|の|番町|条|線)\d{0,4}){0,5}(?:号室?)?"
_BUILDING = r"(?: ?[一-龥々ァ-ヶーA-Za-z0-9・]{2,20}?(?:ビルディング|ビル|タワー|マンション|ハイツ|コーポ|プラザ|センター|会館|荘|棟|館|スクエア|ガーデン|アパート|レジデンス|ヒルズ)(?:[一-龥]館)?)?(?: ?(?:b?\d{1,3}(?:階|f|号室?)|\d{3,4}))?"
_JA_ADDRESS = Grammar(
    rf"{_PREF}[一-龥々ヶケノァ-ヶーぁ-ん]{{1,20}}?(?:[市区郡町村][一-龥々ヶケノァ-ヶーぁ-ん]{{0,14}}?)*{_HOUSE}{_BUILDING}"
    rf"|(?:さいたま|いわき|つくば|あきる野|ひたちなか|ふじみ野|うるま|むつ|いすみ|たつの|みよし|みどり|[一-龥々ヶ]{{1,6}}?)[市区](?:(?:[一-龥々ヶケノァ-ヶー]|(?![はをがにでとへも])[ぁ-ん]){{1,12}}?){_HOUSE}{_BUILDING}"
    rf"|[一-龥々ヶ]{{1,4}}郡[一-龥々ヶ]{{1,6}}[町村](?:[一-龥々ヶケノァ-ヶー]{{1,10}}?)?\d{{1,4}}(?:丁目|番地?|-){_HOUSE}{_BUILDING}"
    rf"|{_PREF}[一-龥々ヶ]{{1,6}}[市区郡](?:[一-龥々ヶ]{{1,6}}[区町村])?(?:[一-龥々ヶケノァ-ヶー]{{1,8}}(?:\d+丁目)?)?(?=[にへ、。の]|です|$)",
    re.IGNORECASE,
)
_JA_ADDRESS_HINT = Grammar(r"[都道府県市区郡]")

#: The family names of about two in five people in Japan.
_SURNAMES = (
    "(?:佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|清水|斎藤|斉藤|齋藤|山崎|阿部|安部|森田|池田|橋本|山下|石川|中島|前田"
    "|藤田|後藤|小川|岡田|村上|長谷川|近藤|石井|坂本|遠藤|藤井|青木|福田|三浦|西村|藤原|太田|松田|原田|岡本|中野|中川|小野|田村|竹内|金子|和田|中山|石田|上田|森本|小山|柴田"
    "|酒井|工藤|横山|宮崎|宮本|内田|高木|安藤|谷口|大野|丸山|今井|高田|藤本|武田|村田|上野|杉山|増田|平野|大塚|千葉|久保|松井|小島|岩崎|桜井|野口|松尾|野村|木下|菊地|菊池"
    "|佐野|大西|杉本|新井|浜田|古川|市川|小松|水野|島田|荒木|川口|本田|中西|福島|五十嵐|岩田|服部|松岡|川上|土屋|辻|星野|熊谷|片山|大橋|平田|吉川|本間|川村|福井|川崎|飯田"
    "|樋口|久保田|田口|永井|矢野|中田|吉村|西田|広瀬|大島|岩本|荒井|山内|松下|望月|菅原|堀内|早川|秋山|石原|松村|吉岡|浅野|馬場|大久保|小池|桑原|内藤|森下|森山|長谷部|渡部|川端|相馬)"
)
#: What most family names look like: two or three characters, the last of a few.
_FAMILY = (
    r"(?:[一-龥々]{1,2}[田山川村野井藤木原島嶋崎沢澤谷口橋辺邊部松林岡森上下石尾浦坂塚津戸浜瀬葉倉見江池波根関保宅居水良壁科脇垣堀城岸丘川西東南北沼野藪窪杉島神宮条永柳枝巻筑]"
    r"|(?![見基台絵日製資])[一-龥々]本"
    r"|[高黒白青赤松若小大今吉三柏藤橋坂森林石岩][一-龥々])"
)
_JA_PERSON = (
    Grammar(
        r"(?<![一-龥々])([一-龥々]{1,4}(?:[ ]?(?:(?!の)[一-龥々ぁ-んァ-ヶー]){1,4})?|[ァ-ヶー]{2,10}(?:・[ァ-ヶー]{2,10})?)と(?:申|もう|言いま|いいま)",
        hints=("と申", "ともう", "と言いま", "といいま"),
    ),
    Grammar(
        r"(?:[BC]\x00*[の、]|[BC]\x00+ ?)(?:(?:受付|窓口|担当|事務|経理|総務|庶務|購買|広報|人事|院長|店長|所長|園長|校長|代表)(?:担当)?(?:の|、| |をして(?:い|お)(?:る|ります)))?([一-龥々]{1,3}(?: ?[一-龥々]{1,3})?|[一-龥々]{1,2} ?[ぁ-んァ-ヶー]{2,4})(?=です|でございます|と|より|になります|。|\n|、|$)",
        hints=("B", "C"),
    ),
    Grammar(
        r"(?:担当者?|責任者|窓口|名義|店長|代表者?|連絡先|後任|宛名|宛先|名前|氏名|姓|名字|苗字|登録名|登録者名?|名義人|購買担当|発注担当)(?:の名前|を[母父妻夫]の姓の)?[はがを:：も\s]*?(?:[^\s、。からより]{1,8}(?:から|より|を))?(?:後任の|新任の|新しく|今後、?)?「?([一-龥々]{1,4} ?[一-龥々ぁ-ん]{0,4}?|[ァ-ヶー]{2,10})(?=」?(?:さん)?(?:に(?:変|代|替|かわ|交代|なり|引|直|訂|書き|差し|修|戻|し(?:て|と))|の(?:名前|名義)(?:に|へ|で)|へ(?:変|交代|と|引)|となり|と変|が引き継|です|でお願い|宛|を登録|、|。|\(|$))",
        hints=(
            "担当",
            "責任者",
            "窓口",
            "名",
            "店長",
            "代表",
            "連絡先",
            "後任",
            "宛",
            "姓",
            "苗字",
        ),
    ),
    Grammar(
        r"(?:から|より|旧姓[^\s、。]{1,4}[、 ]?|ではなく、?|じゃなくて?、?)([一-龥々]{2,6})(?=(?:さん)?(?:に(?:変|代|替|かわ|交代|なり|引|訂)|へ(?:変|交代|引)|となり|と変|が引き継))",
        hints=("から", "より", "旧姓", "ではなく", "じゃなく"),
    ),
    Grammar(
        r"後任(?:は|が|の|として)?、?([一-龥々]{2,5})(?=(?:さん)?(?:です|が|と|に|を|でござ))",
        hints=("後任",),
    ),
    Grammar(r"(?:^|[。\n])([一-龥々]{2,4})です(?=[。、\n])", hints=("です",)),
    Grammar(
        rf"(?:^|[。\n、 !]|こちら|わたくし|私|わたし)、?({_SURNAMES}(?: ?[一-龥々]{{1,3}})?)(?=です|でございます|といいます|と言います|より|\))",
        hints=("です", "でござ", "といい", "と言い", "より", ")"),
    ),
    Grammar(
        rf"({_SURNAMES}(?: ?[一-龥々]{{1,3}})?)(?=といいます|と言います|と言う者|という者|まで(?:お)?(?:電話|連絡|折り返し))",
        hints=("とい", "と言", "まで"),
    ),
    Grammar(rf"[ \n(]({_SURNAMES}(?: ?[一-龥々]{{1,3}})?)\)?\s*$", hints=(" ", "\n", "(")),
    Grammar(
        r"(?:^|[。\n])([ァ-ヶー]{2,8})(?=です[。、\n]|ですが|といいます|と言います)",
        hints=("です", "といい", "と言い"),
    ),
    Grammar(r"(?:^|[をはがに。、\n])([一-龥々]{2,4})宛", hints=("宛",)),
    Grammar(
        r"(?:電話|連絡|メール|注文|お話|伺|問い?合わせ)(?:を|いた)?(?:した|しました|いただいた|差し上げた)([一-龥々]{2,4})です",
        hints=("です",),
    ),
    # 「先週お願いした大谷です」「米を作っている高見といいます」
    Grammar(
        rf"(?:した|しました|ている|ております|ていた|受けた|いただいた|頂いた|頼んだ|買った|もらった|伺った|住む|住んでる)({_FAMILY})(?=です(?:[。、\n!がけ]|$)|でございます|といいます|と言います|というもの|という者)",
        hints=("です", "でござ", "とい", "と言"),
    ),
    # 「相良とし子です」
    Grammar(
        r"(?:^|[。\n 、])([一-龥々]{2,3} ?[ぁ-ん]{1,2}[子美代江枝恵])(?=です|と申|でござ)",
        hints=("子", "美", "代", "江", "枝", "恵"),
    ),
    # 「宛名が前任者のままなので倉田に直して」
    Grammar(
        rf"(?:宛名|宛先|名義|担当|氏名|名前|表記)[^。\n]{{0,25}}?(?:ので|から|を|、|は)({_FAMILY}(?: ?[一-龥々]{{1,3}})?)(?:さん)?(?=に(?:直|書き換|書き替|差し替|修正|訂正|替え|変え|してくだ|してほし))",
        hints=("宛", "名", "担当", "表記"),
    ),
    Grammar(
        rf"(?:[をはがに。、\n の]|\x00)({_FAMILY}(?: ?[一-龥々]{{1,3}}?)??)(?:様|さん|君)?宛",
        hints=("宛",),
    ),
    # 「東亜部品の三谷です」「お世話になります、三谷です」
    Grammar(
        rf"(?:^|[。\n、!])(?:[^。\n、!]{{1,16}}の)?({_FAMILY}(?: ?[一-龥々]{{1,3}}?)??)(?=です(?:[。、\n!がけ]|$)|と申|でござ|といいます|と言います)",
        hints=("です", "と申", "でござ", "といい", "と言い"),
    ),
    # 「東亜部品 三谷」 as the last line
    Grammar(rf"\n[^\n。、]{{2,20}} ({_FAMILY}(?: ?[一-龥々]{{1,3}})?)\s*$", hints=("\n",)),
    # The last word of a message: 「…お願いします 吉川」
    Grammar(
        r"(?:ます|です|さい|ました|\x00|[。\d]|敬具|草々|かしこ|敬白|拝具|以上)[ \n]+([一-龥々]{2,4}|[一-龥々]{2,3} [一-龥々]{1,3}|[一-龥々]{2,3}(?: ?[ぁ-んァ-ヶー]{2,3}| ?[ぁ-ん]{1,2}[子美代江枝恵]))\s*$",
        hints=(" ", "\n"),
    ),
    # A line of two words below an address, or at the end of a mail or over what else is signed with.
    Grammar(
        r"\n(?:[BC]\x00* ?(?:の)?){0,2}([一-龥々ヶ]{1,4} (?:[一-龥々]{1,3}|[ぁ-ん]{2,4}|[ァ-ヶー]{2,4}))(?: ?\([ぁ-んァ-ヶー ]{2,12}\))?(?=\s*$|\n+(?:[EPZA=*~―ー_#-]|敬具|かしこ|草々|早々|拝|tel|fax|携帯|電話|mail|〒))",
        hints=("\n",),
    ),
    # "今後は息子の私、辰巳亮太の名前にしてください"
    Grammar(
        r"(?:私|わたし|わたくし|僕|自分|息子|娘|妻|夫)、([一-龥々]{2,5})の(?:名前|名義)に",
        hints=("の名",),
    ),
    # "旧姓は安田ですが、結婚して笹原になりました"
    Grammar(
        rf"(?:結婚|入籍|離婚|再婚|婚姻|改姓|縁組)[^。\n]{{0,6}}?(?:で|して|し|により|に伴い|のため)、?(?:[苗名]字が|姓が)?({_FAMILY}|{_SURNAMES})(?=に(?:なり|なっ|変わ|改))",
        hints=("婚", "入籍", "改姓", "縁組"),
    ),
    # "先日お名前を書かせていただいた都筑です"
    Grammar(r"させて(?:いただい|頂い|もらっ)た([一-龥々]{2,3})(?=です[。\n])", hints=("させて",)),
    # "妻の私(錦織)の携帯に", "私の名前(早乙女 恒夫)に"
    Grammar(
        r"(?:私|わたし|わたくし|当方|小職|本人|当人|息子|娘|妻|夫|父|母|氏名|名前|名義)\(([一-龥々ヶ]{2,4}(?: ?[一-龥々ぁ-んァ-ヶー]{1,4})?)(?=(?:様|さん)?\))",
        hints=("(",),
    ),
    # A line of its own over a telephone number or an address.
    Grammar(
        r"\n(?:[^\n。、]{0,12}[BC]\x00* ?)?(?:(?:代表取締役|取締役|社長|部長|次長|課長|室長|係長|主任|店長|院長|所長|工場長|代表) ?)?([一-龥々]{2,3} ?(?:[一-龥々]{1,3}|[ぁ-んァ-ヶー]{2,3}))(?: ?\([ぁ-んァ-ヶー ]{2,12}\))?(?=\n(?:[^。\n]{0,10}[PEZACB]\x00))",
        hints=("\n",),
    ),
    Grammar(
        r"(?:^|[。\n、])([一-龥々]{2,4}[一-龥々ぁ-ん ]{0,4}?)(?=が(?:新しい?担当|後任|担当(?:に|を)|新担当))",
        hints=("担当", "後任"),
    ),
)
_JA_NOT_NAMES = Grammar(
    r"^[月火水木金土日]{2,4}$|[一二三四五六七八九十百千\d](?:[台枚個箱部月日時分円階歳名人冊脚件点回番度]|本(?![木松柳]))|新人|(?:所|局|室|課|館|校|園|社|部署|工場|病棟|倉庫|受付|売場|厨房|職員|教頭|校長|園長|先生|支配人|管理人|女将|理事|住職|店主|助手)$|ではなく|じゃなく|でなく|^方$|小職|卸売|形見|満足|検討|メーカー|回も|年目|たい|ない$|ます|です|した|して|よう|ため|ほし|くて|良い|いい|しか|って|られ|交代|不明|更新|直通|宛|名義$|長$|院$|店$|工業$|商会$|産業$|用$|連絡|電話|訪問|説明|返信|対応|相談|確認|情報|担当|営業|変更|住所|電話|番号|名前|以前|弊社|当社|御社|貴社|会社|社名|注文|商品|本社|支店|支社|事務所|現場|実家|経理|総務|出し|呼ん|代わ|繋|事務室|[店課室係]$|校$|よろしく|おねがい|どうぞ|司書$|秘書$|[員師]$|(?:書|計|護|理|築|養|生|育|学|剤)士$|学生$|患者$|生徒$|主婦$|連名$|同上|契約者|名義人|登録|急|新規|本日|今回|至急|後任|先日|見積|了解|結構|大丈夫|無理|不要|必要|残念|承知|同意|賛成|修理|故障|一部|全部|部長|課長|社長|主任|様|者|私|僕|俺|誰|何|他|別|次|左記|下記|以下|以上|希望|個人|法人|自宅|旧姓|結婚|間違|退職|異動|転勤|引越|追加|購入|返品|交換|保証|初め|初心者|夜|朝|昼|午前|午後|平日|変わ|新し|同じ|違|日本|敬具|草々|早々|拝具|敬白|宜し|願|以前|機械|商品|部品|製品|機種|見本|内容|予定|日程|時間|場合|家内|家族|主人|息子|今回|大変|今後|大切|高額|小型|大型|中古|新車|赤字|黒字|白黒|三台|三本|三枚|小学|大学|高校|今年|今月|今週|返事|返答|書類|資料|御中|机下|玄関|原因|画面|水道|現在|上記|手元|場所|意見|見方|拝見|発見|引用|大丈|小さ|大き|若干|今日|今朝|今晩|石油|森林|高校|青色|黒色|白色|赤色|大雨|大雪|大口|小口|小物|大物|中身|中止|上旬|下旬|東京|大阪|名古屋|京都"
)
_SHAPE = Grammar(_FAMILY)
#: Places that tell enough by themselves: after a firm, and all from the line of two words at the
#: end of a mail to the line over a telephone number.
_TELLING = (_JA_PERSON[1], *_JA_PERSON[-7:-1])
_JA_DEPARTMENT = Grammar(
    r"(?<![一-龥々ァ-ヶー])((?:[一-龥ァ-ヶー]{2,6}(?:支店|支社|営業所|工場|本社|本店) )?[一-龥々ァ-ヶーA-Za-z]{1,10}(?:事業本部|本部|事業部|推進室|部|課|係|室|グループ|チーム))(?=[のにへがはを、。」\s(]|です|宛|あて|行き|向け|から|より|と|で(?:す|お|結構|構|いい|よ|大丈)|所属|異動|[一-龥々]{1,4}(?:部|課|係|室)|$)"
)
_NOT_DEPARTMENTS = Grammar(
    r"(?:^|.*)(?:長谷部|渡部|阿部|安部|服部|岡部|磯部|矢部|田部|園部|綾部|軽部|日下部|仁部|卜部|小室|大室|三室|氷室|(?:野球|サッカー|バスケ|スポーツ)チーム|全部|一部|内部|外部|部品部|細部|大部|底部|上部|下部|支部|暗部|何部|幹部|教室|会議室|寝室|浴室|個室|洋室|和室|客室|弊部|関係|別室|温室|居室|部室|皇室|課題|日課|放課|学部|待合室|診察室|事務室|休憩室|応接室|倉庫室|地下室|更衣室|同課|当課|同室|当室)$"
    r"|^(?:本部|係|室)$|^(?!.*(?:企画|秘書|推進|開発|監査|管理|戦略|広報|人事|業務|情報|経営|研究|設計|相談|医局|総務|経理|財務|法務|庶務|教務|医事|施設|購買|調達|生産|品質|安全|国際|入試|支援|[a-zA-Zァ-ヶー])室$).*室$"
)

#: Ours, to which a mail is written in its first line.
_ADDRESSED = Grammar(
    r" ?(?:の?ご?担当(?:者|の方)?(?:各位|様|さま|さん)|の?(?:皆様|皆さま|みなさま|方へ)|御中)(?=\n|、|。| )"
)
#: "総務部の方に代わってください"
_OURS = Grammar(r"の(?:方|かた)(?:に|と|を|は|へ|い|お|[。?\n]|$)")
_FORMER_VALUE = Grammar(
    r"」?(?:から|より|(?:では|じゃ|や)なく| ?[→⇒]|のまま|(?:と|って)(?:あり|書|な|印字|記載))|」?に?なって(?:い|お|る)"
)
_FORMER = Grammar(
    r"([一-龥ァ-ヶー]{1,8}[部課係室])?(?:の|、|は)?(?<![\d月火水木金土])([一-龥々]{1,4})(?:様|さん|氏)?(?:ではなく|じゃなく|でなく|やなく)",
    hints=("なく",),
)
#: The wrong writing of a name, and the right one.
_CORRECTED = Grammar(
    r"「([^「」\n]{1,12})」(?:様|さん)?(?:(?:では|じゃ|や)なく(?:て|、|と)*|(?:じゃ|や)のうて)「([一-龥々ヶぁ-んァ-ヶー ]{2,12})」"
    r"|(?:^|(?<=[がはを、。\n !?]))([一-龥々]{2,4})(?:様|さん)?(?:では|じゃ|や)なく(?:て|、)*([一-龥々]{2,4})(?=(?:様|さん)?(?:です|でござ|に|が正|と書))",
    hints=("なく", "のうて"),
)
_OF_A_NAME = Grammar(r"名前|氏名|宛名|名義|[苗名]字|姓|漢字|字が|ふりがな|フリガナ|読み|表記|担当")
_OF_A_FIRM = Grammar(r"社名|商号|屋号|店名|法人名|[校園院]名")
_OF_A_TEAM = Grammar(r"部署|課名|部名|所属")
_TEAM_WORD = Grammar(r"[部課係室局]$|グループ$|チーム$")
#: "旧姓は安田ですが": who was called so before.
_MAIDEN = Grammar(r"旧姓(?:は|が|[::])? ?([一-龥々]{1,4})(?=です|で[、す]|、|から|ですが|\)|の)")
_FROM_ME = Grammar(
    r"(?:私|わたし|わたくし|小職)から(?:は|、)?(?:後任の|新任の|同じ)?(?:B\x00*の)?(H)\x00*(?:さん)?(?:に|へ)(?:引き?継|変|代|替|交代|かわ|バトン)"
)
#: A branch that somebody speaks for; the team within it says more where one follows.
_BRANCH = Grammar(
    r"(?:C\x00*[の ]?|(?:^|[。\n、!? ]))([一-龥ァ-ヶー]{2,6}(?:支店|支社|営業所|出張所|事業所|支部))(?=の?[一-龥々]{1,4}(?:です|と申|でござ|より)| [一-龥]{2,4}担当)"
)
#: Teams that only a firm before them, or their work, tells of.
_SMALL_TEAM = Grammar(
    rf"C\x00*[の ]?((?:(?:大学|法人)?事務[室局部]|印刷室|医局|職員室|編集部|法人本部|秘書室|[一-龥ァ-ヶー]{{2,8}}科|{TEAM})(?=です|でござ|と申|、|の[一-龥々]{{1,4}}(?: ?[一-龥々ぁ-ん]{{1,4}})?(?:です|と申|でござ|と言|まで|より)))"
    rf"|(?:^|[。\n、!? でに]|\x00)((?:{TEAM})(?=を(?:担当|やって|して)|の仕事を|担当の))"
)


#: Whose telephone it is, and who of the family or of a team.
_RELATED = Grammar(
    r"(?:^|[。、\n !?「(はをがに]|弊社|当社|うちの)(経理|総務|法務|人事|購買|広報|情シス|庶務|資材|事務)の([一-龥]{2,3})(?=宛|あて|に|まで|へ|が|を|と|です)"
    r"|(?:妻|夫|主人|家内|息子|娘|母|父|兄|姉|弟|妹|長男|次男|長女|次女)の([一-龥]{2,4}(?:[ぁ-ん]{2,3}(?<![がはにをでと])|[ァ-ヶー]{2,4})?)(?=が|は|に|の(?:携帯|電話|名前|名義)|で|です|を|と|、|。)"
    r"|(?:^|[。、!?\n 」でら])([一-龥]{2,3})の(?:携帯|直通|スマホ)(?=に|へ|を|まで)"
)
_GIVEN = Grammar(r"[子美郎介也香奈菜太斗翔平輝恵江代雄助]$|[ぁ-んァ-ヶー]{2,}$")
#: The group of the expression that stands for a relative, whose given name may stand alone.
_OF_FAMILY = 3


def take_japanese(page: Page) -> None:
    """Addresses, companies, departments and people as Japanese writes them."""
    if _JA_ADDRESS_HINT.search(page.plain):
        for match in _JA_ADDRESS.finditer(page.plain):
            start, end = match.span()
            start += _lead(match[0])
            if page.free(start, end):
                page.take("address", start, end, page.plain[start:end].strip(), "A")
    take_companies(page)
    _hide_former(page)
    _japanese_departments(page)
    _take_related(page)
    for match in _MAIDEN.finditer(page.masked) if "旧姓" in page.masked else ():
        if page.free(*match.span(1)):
            page.hide(*match.span(1), "H")
    for pattern in _JA_PERSON:
        if not pattern.may_occur(page.masked):
            continue
        for match in pattern.finditer(page.masked):
            start, end = match.span(1)
            rank = LEADING_RANK.match(page.masked, start, end)
            start = rank.end() if rank else start
            if _JA_NOT_NAMES.search(page.masked[start:end]) or not page.free(start, end):
                continue
            if pattern in _TELLING or _is_plausible(page.masked, start, end):
                page.take("person_name", start, end, page.plain[start:end].strip(), "H")
    _take_corrected(page)
    take_known_names(page)
    _leave_out_who_leaves(page)


def _take_related(page: Page) -> None:
    """Whose telephone it is, and who of the family or the team: 佐野の携帯, 妻の恵子, 総務の古川宛て."""
    for match in _RELATED.finditer(page.masked) if "の" in page.masked else ():
        group = match.lastindex or 1
        start, end = match.span(group)
        size = family_part(match[group])
        known = size == len(match[group])
        if group == _OF_FAMILY:
            known = size > 1 or _GIVEN.search(match[group]) is not None
        if not known or not page.free(start, end):
            continue
        page.take("person_name", start, end, page.plain[start:end], "H")
        if match[1] is not None:
            page.take("department", *match.span(1), match[1], "B")


def _leave_out_who_leaves(page: Page) -> None:
    """The person of a record is who follows: "窓口は私から後任の佐伯に引き継ぎます"."""
    match = _FROM_ME.search(page.masked)
    if match:
        page.finds = [f for f in page.finds if f.name != "person_name" or f.start == match.start(1)]


def _take_corrected(page: Page) -> None:
    """How a name is rightly written: "「山城」ではなく「山代」です"; it need not be a known one."""
    if not (_CORRECTED.may_occur(page.plain) and _OF_A_NAME.search(page.plain)):
        return
    for match in _CORRECTED.finditer(page.plain):
        quoted = match[1] is not None
        former, (start, end) = match.span(1 if quoted else 3), match.span(2 if quoted else 4)
        words = page.plain[start:end]
        if not page.free(start, end) or _JA_NOT_NAMES.search(words):
            continue
        if not quoted and set(words).isdisjoint(page.plain[slice(*former)]):
            # Without quotation marks only another writing of the same name is sure to be one.
            continue
        if _OF_A_FIRM.search(page.plain) or ends_in_trade(words):
            page.take("company", start, end, words, "C")
        elif _OF_A_TEAM.search(page.plain):
            page.take("department", start, end, words, "B")
        elif not _TEAM_WORD.search(words):
            page.take("person_name", start, end, words, "H")


def _is_plausible(text: str, start: int, end: int) -> bool:
    """Whether words may be a name: a known family name, the shape of one, or と申します follows."""
    words = text[start:end]
    if text.startswith(("と申", "ともうし", "と言います", "といいます"), end):
        return True
    if "ァ" <= words[0] <= "ー":
        return not COMMON.search(words)
    size = family_part(words)
    if size and HOUSE_NAME.match(words[size:]):
        return False
    return size > 1 or (size == 1 and len(words) != 2) or _SHAPE.match(words) is not None


def _lead(words: str) -> int:
    match = re.match(
        r"(?:新住所|住所|正しく|届け先|送付先|納品先|配送先|移転先)(?:は|が|を)?", words
    )
    return match.end() if match else 0


def _hide_former(page: Page) -> None:
    """Hide who was there before: "営業二課の石井ではなく"."""
    if not _FORMER.may_occur(page.masked):
        return
    for match in _FORMER.finditer(page.masked):
        for group, sign in ((1, "B"), (2, "H")):
            if match[group] is None or not page.free(*match.span(group)):
                continue
            if sign == "B" or not _JA_NOT_NAMES.search(match[group]):
                page.hide(*match.span(group), sign)


def _japanese_departments(page: Page) -> None:
    for pattern in (_BRANCH, _SMALL_TEAM):
        for match in pattern.finditer(page.masked):
            start, end = match.span(match.lastindex or 1)
            if page.free(start, end):
                page.take("department", start, end, page.plain[start:end], "B")
    if not re.search(r"[部課係室]|グループ|チーム", page.masked):
        return
    last: Find | None = None
    for match in _JA_DEPARTMENT.finditer(page.masked):
        start, end = match.span(1)
        words = page.plain[start:end]
        if _NOT_DEPARTMENTS.match(words) or not page.free(start, end) or len(words) < 3:
            continue
        ours = _OURS.match(page.plain, end) or (start == 0 and _ADDRESSED.match(page.plain, end))
        if ours or _FORMER_VALUE.match(page.plain, end):
            page.hide(start, end, "B")
            continue
        if last is not None and page.plain[last.end : start] in (" ", "、"):
            # 製造部 業務係 is one team, named from the whole to its part.
            page.finds.remove(last)
            start = last.start
        page.take("department", start, end, page.plain[start:end], "B")
        last = page.finds[-1]
