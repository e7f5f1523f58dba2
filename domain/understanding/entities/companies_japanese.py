"""Firms named in Japanese: by their legal form, by their trade, or by who speaks for them."""

from __future__ import annotations

import re
from collections.abc import Callable

from domain.understanding.entities.found import Page
from domain.understanding.entities.names_japanese import COMMON, NO_NAME, TEAM, family_part
from domain.understanding.entities.trades_japanese import ends_in_trade, ends_loosely
from domain.understanding.grammar import Grammar

_FORM = r"(?:(?:弁護士|税理士|行政書士|司法書士|社会保険労務士|社労士|弁理士|土地家屋調査士|特許業務|監査|宗教|(?:地方)?独立行政|国立大学|公立大学|国立研究開発|農事組合|更生保護|管理組合)法人|(?:生活|農業|漁業|事業)?協同組合|株式会社|有限会社|合同会社|合資会社|一般社団法人|一般財団法人|公益財団法人|社団法人|(?:社会)?医療法人(?:社団|財団)?|社会福祉法人|学校法人|特定非営利活動法人|npo法人|\(株\)|\(有\))"
_LETTER = "一-龥々ァ-ヶーA-Za-z"
_PARTICLE = "のはをがにでとへも"
#: The letters of a name: hiragana but for the particles that end it (not the が of ひばりが丘).
_NAME = rf"(?:(?![のはをにでとへも]|が(?![丘浜崎原]))[{_LETTER}ぁ-ん&・])"
#: Hiragana before other letters may hold what elsewhere is a particle, not end in it: もみじ台, ことり動物病院.
_SOFT = rf"(?:[市県国区町村私都府]立)?[ぁ-ん]{{1,5}}(?![{_PARTICLE}])[ぁ-ん](?=[{_LETTER}])"
#: Names of two words: 森の家保育園, 日の出靴店.
_OF_NATURE = r"[一-龥々ぁ-ん]{1,4}の(?:[出里丘森杜木家郷葉庭風空泉樹実輪花星海虹音湯子川手橋都詩](?=[ァ-ヶー]|保育|幼稚|こども|認定|歯科|内科|外科|皮膚|眼科|耳鼻|小児|動物|病院|医院|薬局|整[体骨形]|診療|介護|訪問|珈琲|工房|書店|靴|菓子|酒|食堂|会|園|荘|苑|学))"
#: Families written in hiragana, whatever they end in: まつもと歯科, うえの薬局.
_DOCTOR = r"(?!うちの|[こそあど]の|ほかの|いつもの|となりの|ちかくの|[そこあど]ちらの|わたしの)[ぁ-ん]{2,5}(?=歯科|内科|外科|眼科|皮膚科|小児科|耳鼻|整形|産婦|泌尿|心療|クリニック|医院|薬局|整[骨体]院|接骨院|鍼灸|動物病院)"
#: What a name may begin with.
_BEGIN = rf"(?:{_OF_NATURE}|{_DOCTOR}|{_SOFT})?+"
_START = r"(?:^|(?<=[。\n、!?… 「(@]))"
_RANK = (
    r"(?:受付|窓口|担当|院長|副院長|店長|所長|園長|校長|教頭|事務長|工場長|支配人|女将|住職|事務|経理|総務|庶務|購買|広報|人事|代表|代表取締役"
    r"|社長|専務|常務|管理人|取締役|理事長|理事|部長|次長|課長|係長|主任|室長|オーナー|先生|看護師|フロント|職員|教員|保育士|薬剤師|講師|マネージャー|司書|秘書|相談役|[一-龥]{1,4}(?:員|長|士|師|主任))"
)
_UNIT = (
    r"(?:[一-龥ァ-ヶーA-Za-z]{1,8}(?:部|課|係|室|科|グループ|チーム|支店|支社|営業所)|事務局|医局)"
)
_PERSON = r"[一-龥々]{1,5}(?: ?[ぁ-んァ-ヶー一-龥]{1,4})??"
_SAYS = r"(?:です|と申|と言|とい|でござ|になりま|より|だけど|[。 ]*$)"
#: A form of firm before or behind the name.
_BY_FORM = (
    Grammar(
        rf"(?<![{_LETTER}0-9]){_FORM} ?(?!より|です|だ|から|さん|の(?!ぞみ|びのび|どか)|に(?!じ|こ|し)|へ|で|と(?:なり|し|い[うっい]|[のは]|も?[^ぁ-ん]))[{_LETTER}0-9&・ぁ-ん]{{2,20}}?(?=の[一-龥々ァ-ヶー]{{1,10}}(?:部|課|係|室|グループ|チーム)|の(?:事務局|医局|{_RANK})|の(?![会里丘郷杜家輪子葉風樹苑](?:です|でござ|と申|と言|より))[一-龥々ァ-ヶー]{{1,5}}(?: ?[一-龥ぁ-ん]{{1,4}})?(?:です|と申|でござ|と言|より)|です|でござ|と申|(?<=[{_LETTER}])[でをはがもにへ]|で(?:お願|[一-龥])|の(?:者|もの)(?:です|と申)|に(?:変|な|改|社名)|へ(?:変|社名)|となり|、|。|\n| |\(|\)|」|$|より|から|宛|まで)",
        re.IGNORECASE,
        hints=("法人", "組合", "会社", "(株)", "(有)"),
    ),
    Grammar(
        rf"{_FORM} ?[{_LETTER}0-9&・]{{1,20}}|{_START}[ぁ-ん]{{1,5}}(?![{_PARTICLE}])[ぁ-ん](?:[{_LETTER}0-9&・]{{1,18}}|(?<=[ぁ-ん]{{3}})) ?{_FORM}|[{_LETTER}0-9&・]{{1,20}} ?{_FORM}",
        re.IGNORECASE,
        hints=("法人", "組合", "会社", "(株)", "(有)"),
    ),
)
#: Words that say that a name follows.
_NAMED = (
    Grammar(
        rf"(?:社名|会社名|商号|屋号|法人名|新社名|勤務先|店名)[はがを:：「\s]*?(?:[^\s、。]{{1,14}}から)?「?(?![:はがをのに]|変わ|変更|変え|かわ)([{_LETTER}0-9&・ぁ-ん]{{2,20}}?)」?(?=に(?:変|な|改|代|かわ|直|訂|書き|差し|修|して(?:く|お|ほ|も|い)|したい)|へ(?:変|と|改|修|訂)|です|となり|と(?:改|変|なり)|、|。|\n|$)",
        hints=("社名", "商号", "屋号", "法人名", "勤務先", "店名"),
    ),
    Grammar(
        r"(?:[屋店院室塾園館場所堂]|カフェ|サロン|ホテル|レストラン|スクール|クリニック|ペンション)「([^「」\n]{1,16})」(?:です|の|と|を)",
        hints=("「",),
    ),
    Grammar(
        r"「([^「」\n]{2,20})」(?:という(?:店|会社|屋号|名前|名の|事務所|塾|工房)|を(?:して(?:い|お)|やって|営|経営|運営|主宰|開いて))",
        hints=("「",),
    ),
    Grammar(
        r"(?:弊社|当社|当店|当院|当園|当校|うち|私ども|当方|会社|店|勤め先)\(([^()\n\d]{2,20})\)",
        hints=("(",),
    ),
)
#: "登録の会社名を「みどり製菓」にしてください"
_QUOTED = Grammar(
    r"(?:社名|商号|屋号|法人名|勤務先|(?<!支)店名|園名|校名|院名|施設名|団体名)[^「」\n。]{0,12}(?:「[^「」\n]{1,20}」(?:(?:では|じゃ)なく(?:て|、)?|から|より))?「([^「」\n]{2,20})」(?=に(?!なって)|へ|と(?:し|変|改|登|書)|で(?:す|登|お願)|が正|。|$)",
    hints=("「",),
)
#: "旧:東亜、新:東亜テック", where the name is said to have changed.
_OLD_AND_NEW = Grammar(
    rf"新(?:社名|会社名|名称|店名|商号)?(?: ?[:→] ?|は|が)「?([{_LETTER}0-9&・ぁ-ん]{{2,20}}?)」?(?=です|になりま|となりま|[、。\n) ]|$)",
    hints=("旧", "新社名", "新名称", "新店名", "新商号"),
)
#: "社名がミライ冷熱に変わりました", "ミライ冷熱へ商号変更"
_RENAMED = Grammar(
    rf"(?:社名|会社名|名称|店名|屋号|商号)(?:変更)?(?:が|を|に)[^。\n]{{0,24}}?(?:[、をがはに]|から|より)「?({_NAME}{{2,18}})」?(?=(?:に|へ|と)(?:変|改|いたし|なり|な[るっ]))"
    rf"|{_START}「?({_NAME}{{2,18}})」?(?=(?:に|へ|と)(?:社名|会社名|商号|屋号|名称|店名)(?:を|が)?(?:変|改))",
    hints=("社名", "名称", "店名", "屋号", "商号"),
)
_NAME_CHANGES = Grammar(r"(?:社名|会社名|名称|店名|屋号|商号|法人名)")
#: Kinds of house that stand before a name: カフェひなた, ホテル白樺.
_PREFIX = r"(?:カフェ|パティスリー|ホテル|旅館|喫茶|居酒屋|レストラン|ビストロ|スタジオ|サロン|美容室|ヘアサロン|理容室|整骨院|接骨院|鍼灸院|クリニック|民宿|ペンション|スナック|ベーカリー|ブーランジェリー|コープ|学習塾|パン工房|割烹|料亭|寿司|そば処|(?:特別養護|有料|養護)?老人ホーム|訪問看護ステーション|放課後等?デイ(?:サービス)?|医院|薬局|ギャラリー|アトリエ|ケアホーム|グループホーム|デイサービス|保育所|洋食|中華|工房|ガーデン|ヘアメイク|ネイルサロン|ダイニング|キッチン|フラワー|[ァ-ヶー]{2,8}(?:スタジオ|サロン)|設計室|建築工房|(?:蕎麦|お?食事|甘味)処|手打ち(?:そば|蕎麦)|小料理|英会話|(?:音楽|ピアノ|書道|料理|絵画|バレエ|英語|そろばん|ダンス)教室|ゲストハウス)"
_HOUSE = Grammar(
    rf"(?:{_START}|(?<=[(は]))({_PREFIX}[・ ]?(?!の(?![里丘森杜木家郷葉庭風空泉樹実輪花星海虹音湯子ぁ-ん]))(?:(?!を|[はがにで][{_LETTER}])[一-龥々ァ-ヶーぁ-ん]){{1,10}}?)(?=の ?[一-龥々ァ-ヶー]{{1,6}}(?:です|と申|でござ|と言|とい)|の{_RANK}(?:の|、|です|と申|を?して)|です|と申|でござ|という店|に(?:来|お越し|届|送)|で\d|」| ?{_RANK}?の?{_PERSON}[。 ]*$|[。 ]*$)"
)
#: A name, and where a firm would stand. What it ends in is looked at afterwards.
_PLACES = (
    Grammar(
        rf"(?<=[すたる])([{_LETTER}]{{2,16}})(?=の ?[一-龥々]{{1,5}}(?:です|と申|でござ)|です(?:[。\n]|$))",
        hints=("です", "と申", "でござ"),
    ),
    Grammar(
        rf"{_START}({_BEGIN}{_NAME}{{1,18}})(?= [{_LETTER}]{{1,8}}(?:部|課|係|室|科|局)の| (?:[{_LETTER}]{{1,8}}(?:部|課|係|室|科|担当) )?(?:受付 |窓口 |担当 |事務 )?[一-龥々]{{1,4}}(?: ?[一-龥々ぁ-ん]{{1,3}})?(?:\n|\s*$)| (?:総務|経理|人事|購買|管財|庶務|企画|施設|会計|教務)[部課係室]の|の代理|の[一-龥々ァ-ヶー]{{1,8}}です|の[一-龥々]{{1,8}}(?:部|課|係|室)|の[一-龥々]{{1,5}}(?:です|と申|と言|といい|でございます|になります|より)|と申します|です(?:[。、!\n]|$)|っす|\)|の ?[A-Za-z0-9][A-Za-z0-9._+-]{{0,30}}@|の(?:[。\n]|$)|でございます|[一-龥々]{{2,5}}(?:部|課)の| ?[一-龥々]{{1,4}}(?:です|と申)|の{_RANK}(?:担当)?(?:の|、| |をして)| {_RANK}[ の]?[一-龥々]{{1,5}}(?:です|と申|でござ)|・[一-龥々]{{1,4}}(?:です|と申|でござ)|(?:の|という)(?:者|もの)(?:です|と)|(?:を|で)(?:経営|営ん|営み|やって(?:る|い|お)|運営)|に勤め|勤務の|所属の| ?(?:総務|経理|人事|購買|受付|事務局|庶務|業務|工務|営業)(?:担当)?(?:です|でござ|の[一-龥]{{1,5}}です)|ですが|、(?:担当|窓口|{_RANK}の?[一-龥])|。(?:担当|窓口)|の?[一-龥]{{1,6}}[部課室]です|(?:まで|に|宛に|へ)(?:お?送|お?届|発送|郵送))"
    ),
    Grammar(
        rf"\n({_BEGIN}{_NAME}{{1,18}})(?=(?: [^\n。、]{{1,14}})?(?:\n[^\n。]{{1,60}}){{0,5}}\s*$)",
        hints=("\n",),
    ),
    # "弊社クレール商事の", "当院ひまわり歯科は"
    Grammar(
        rf"(?:弊社|当社|当店|当院|当園|当校|当方|私ども|わたくしども|うち)(?:は|、| )?({_BEGIN}{_NAME}{{1,18}})(?=と申|とい|です|、|の|は|が|で|でござ)",
        hints=("弊", "当", "ども", "うち"),
    ),
    # "宛名はミツバ冷熱で", "領収書はミツバ冷熱宛に"
    Grammar(
        rf"(?:宛名|あて名|宛先|名義|請求先|納品先|届け先|領収書|請求書)(?:は|を|が|も|、)(?:[一-龥]{{2,4}}の)?「?({_BEGIN}{_NAME}{{1,18}}?)」?(?=で|に|と|様|御中|宛|あて|名義)",
        hints=("宛", "あて", "名義", "先", "書"),
    ),
    # "納品書はミツバ冷熱宛で送ってください"
    Grammar(
        rf"(?:^|[をはがに。、\n !?])({_BEGIN}{_NAME}{{1,18}})(?=(?:様|さま)?(?:宛|あて[にで、。]|御中))",
        hints=("宛", "あて", "御中"),
    ),
    # "東亜冷熱で総務をしている", "ソノベという工務店を"
    Grammar(
        rf"{_START}({_BEGIN}{_NAME}{{1,18}})(?=で(?:[一-龥]{{2,6}})(?:を(?:担当|やって|して)|の(?:担当|仕事)))",
        hints=("で",),
    ),
)
#: A name alone at the very end, after a sentence: "... お願いします ミツバ冷熱"
_LAST = Grammar(
    rf"(?:[。!?\n)♪…]|(?<=[すねいたよらかで]) ) ?({_BEGIN}{_NAME}{{1,16}})(?=(?:[ の](?:{_UNIT}))?(?:[ の]?{_RANK})?(?:[ の]{_PERSON})?(?:です|より|拝)?[。 ]*$)"
)
#: A name by its letters before a known family name: "ルミエの白石です", "ひなたの浅井です"
_BEFORE_PERSON = Grammar(
    rf"{_START}((?:[一-龥々]{{2,6}}[ぁ-ん]{{2,7}}|(?:{_OF_NATURE})?[一-龥々]{{0,4}}[ァ-ヶー]{{2,10}}(?:・[ァ-ヶー]{{2,10}})?[一-龥々ァ-ヶー]{{0,6}}|[A-Z](?:[A-Za-z&.'-]| (?=[A-Z])){{2,16}}|[ぁ-ん]{{3,8}}[一-龥々]{{0,3}}))(?:の|、| )(?:{_UNIT}(?:の| |、)?)?(?:{_RANK}(?:の| |、)?)?({_PERSON}){_SAYS}",
    hints=("です", "と申", "と言", "とい", "でござ", "になりま", "より", "だけど"),
)
#: "日の出靴店の神田" at the end.
_OF_WHOM = Grammar(rf"{_START}({_BEGIN}{_NAME}{{1,18}})の({_PERSON})[。 ]*$")
#: "南部鉄器の及川鋳造所です", where a family bears the trade.
_OF_TRADE = Grammar(r"の([一-龥々]{3,10})(?=です(?:[。、!\n]|$))", hints=("です",))
#: "司法書士の田代事務所です", which without the word before it is a branch in Tashiro.
_OFFICE = Grammar(
    rf"(?:書士|理士|会計士|弁護士|労務士|社労士|建築士|調査士|鑑定士|診断士)の([{_LETTER}]{{1,8}}事務所)(?=です|の|と申|で|に|、|。|$)"
)
#: "ミナトヤの者です", "会社はタカラ産業です"
_OF_SOME = Grammar(
    rf"{_START}({_BEGIN}{_NAME}{{1,16}})の(?:者|もの)(?:です|と申|でござ)"
    rf"|(?:^|[。\n、 ])(?:うちの|弊社の)?(?:会社|勤め先|店)(?:の名前)?(?:は|:)「?({_NAME}{{2,16}})」?(?=です|といい|と申|、|。|\n|$)",
    hints=("の者", "のもの", "会社", "勤め先", "店は", "店の名前"),
)
#: Katakana and a trade in Chinese characters: ハマナ製茶.
_KATAKANA_STEM = Grammar(r"[一-龥々]{0,3}[ァ-ヶー・]{2,10}[一-龥々]{2,5}$")
_KATAKANA = Grammar(r"[ァ-ヶー]{2}")
_ONLY_HAN = Grammar(r"[一-龥々]+")
_TRADE_FIRST = Grammar(r"([一-龥々]{2,6})[ぁ-ん]{2,7}")
_GLUED_UNIT = Grammar(r"[一-龥]{1,4}[部課係室]")
_LISTED_UNIT = Grammar(r"・[一-龥ァ-ヶー]{1,8}[部課係室]$")
#: A team written behind a firm without a sign between: 株式会社ノース情報システム部.
_TEAM_AT_END = Grammar(rf"(?<=..)(?:営業|{TEAM})(?:本部|部|課|係|室|グループ)$")
_TEAM_NAME = Grammar(rf"{TEAM}|.*[部課係室局班]")
_NO_FIRM = Grammar(
    r"[るたむすくぐぶぬ]ん$|みたいな|小さい|大きい|開業する|^近々|です$|[るただくう]よう$|[えけめべげ]て$|[御貴弊当]社$|そのまま|じゃな|ではな|ではあ|(?:ない|する|いる|ある|れる|な)(?:会社|店|所|事業所|工場|倉庫)$|やなく|でなく|ません|(?:した|った|ている|ってる|してる)(?![りらやだ])|^[本当貴各同両](?:センター|[園校院店館]|協会|組合|施設|学園|大学)$|変更|番号|住所|ください|下さい|ました|します|[てが]ほし|ほし[いくか]|したい|ので|もら|ます(?!や|だ)|って|くなり|して|名で|義に|いる$|ある$|新しい|^[でにをが]|お願い|希望|不要|ありがと"
    r"|^(?:貴社|自社|御社|他社|本社|支社|市役所|区役所|役所|役場|新聞社|印刷会社|[一-龥]{2,4}会社|引っ越し会社|(?:もう|いま|うち)?(?:株式|有限|合同|合資)会社|お寺|とある.*|自動車(?:教習所|学校)|留守番電話サービス|[ァ-ヶー]{2,6}屋|(?:経理|総務|人事|財務|購買|広報|法務|企画|情報システム|開発|技術|業務|営業)グループ|(?:税理士|会計|法律|設計|建築|測量|労務|行政書士|司法書士|弁護士|社労士|特許|デザイン)事務所|[一-龥ァ-ヶー]{2,6}制作会社|広告代理店|代理店|消防設備|住宅設備|火災保険|研修サービス|カタカナ|小学校|中学校|高校|大学|病院|工場|旅館|ホテル|食堂|保育園|幼稚園|美容室|薬局|銀行|事務所|お店|当店|本店|支店|モデルハウス|モデルホーム|居酒屋|[一-龥]{1,2}屋|(?:パン|ケーキ|ラーメン|うどん|そば|すし|おもちゃ|クリーニング|ペンキ|バイク|お?弁当|お?菓子|お?花|自転車|めがね|メガネ)屋|ひらがな|ローマ字|[大小]文字|漢字|英語|略称|町?工場|.*(?:専門店|販売店|代理店|量販店|加盟店|取扱店|特約店|喫茶店|飲食店|売店|美容院|事務局|当局|薬局さん|展示会|説明会|見学会|商談会|相談会|発表会|講習会|お店|の店|同店|各店|全店|他店)|店|小さな.*|自動車整備|マイホーム|システム|サービス|グループ|デザイン|リフォーム|リサイクル|テクノロジー|コンサルティング|家具|写真|部品|設備|観光|会計|倉庫|衣料|包装|加工|製造|タクシー|スタジオ|部屋|会社|同社|各社|両社|三社|二社|数社|神社|老人ホーム|近所|場所|台所|役所|便所|長所|短所|住所|名所|箇所|下記|以下)$"
    r"|^(?:配送|物流|流通|コール|お客様|サービス|サポート|ショッピング)センター$|(?:支店|支社|営業所|出張所|事業所|本店|本社|支部|支所|(?<![ァ-ヶー士計務律築量産画許集])事務所の?|工場)$"
)
_HIRAGANA_WORDS = (
    "うち こちら そちら となり いつも さっき このまえ ところ みんな わたし さきほど むかし まいど ほかの"
    " きのう おととい いぜん ただいま いなか あちら どちら ほんと おそらく こんちは こんにちは こんばんは"
    " おはよう もしもし すみません すいません はじめまして"
)
#: A house of a firm that bears its name: 医療法人あかね会 第二診療所.
_OF_IT = Grammar(
    r" ?第?[一-龥々ぁ-ん]{0,5}(?:診療所|病院|医院|クリニック|保育園|こども園|幼稚園|小学校|中学校|高校|高等学校)(?![一-龥])"
)
#: Behind the one who is written to: 株式会社X御中, X ご担当者様.
_ADDRESSED = Grammar(
    r"[ \n]*(?:[一-龥ァ-ヶー]{1,8}(?:部|課|室|係|窓口)?[ \n]*)?(?:御中|ご?担当者?(?:様|さま)|ご担当の)"
)
_LEGAL = Grammar(_FORM)
_MORE_THAN_NAME = Grammar(rf"(?<=..)の(?=[{_LETTER}]{{3}})")
NEW_VALUE = Grammar(r"」?(?:から|より|ではなく|じゃなく|やなく| ?(→|⇒|->|=>))")
_CHANGED = Grammar(r"変|改|なり|なく|正")
_LEAD = Grammar(
    r"(?:社名|会社名|新社名|法人名|店名|宛名|あて名|宛先|名義|弊社|当社|御社|旧社名|こちら|私|わたくし)(?:は|が|を)?|(?:もしもし|はじめまして|こんにちは|こんばんは|おはようございます|すみません|すいません|どうも|とりあえず|ちなみに|このたび|ところで|できれば|うちの)"
)


def take_companies(page: Page) -> None:
    """Firms of the customer's side; what a firm was called before is hidden only."""
    for pattern in _BY_FORM:
        _take_all(page, pattern)
    _take_all(page, _QUOTED)
    _take_all(page, _NAMED[0])
    for pattern in _PLACES[:2]:
        _take_all(page, pattern, _by_trade)
    _take_all(page, _HOUSE)
    if "「" in page.plain or "(" in page.plain:
        for pattern in _NAMED[1:]:
            _take_all(page, pattern)
    for pattern in _PLACES[2:]:
        _take_all(page, pattern, _by_trade)
    if _NAME_CHANGES.search(page.plain):
        _take_all(page, _OLD_AND_NEW)
        _take_all(page, _RENAMED, _new_name)
    _take_all(page, _OF_SOME, _by_letters)
    for match in _OFFICE.finditer(page.plain) if "士の" in page.plain else ():
        if page.free(*match.span(1)):
            page.take("company", *match.span(1), match[1], "C")
    _take_all(page, _LAST, _as_signature)
    if _OF_TRADE.may_occur(page.plain):
        for match in _OF_TRADE.finditer(page.plain):
            if family_part(match[1]) > 1 and _by_trade(match[1]) == len(match[1]):
                _take_one(page, *match.span(1))
    of = page.plain.rfind("の", -10)
    if of > 0 and family_part(page.plain[of + 1 :]):
        last = _OF_WHOM.search(page.plain, max(0, of - 20))
        if last and _by_trade(last[1]) == len(last[1]):
            _take_one(page, *last.span(1))
    if _BEFORE_PERSON.may_occur(page.plain):
        for match in _BEFORE_PERSON.finditer(page.plain):
            if family_part(match[2]) and _may_be_name(match[1]):
                _take_one(page, *match.span(1))


def _take_all(page: Page, pattern: Grammar, wanted: Callable[[str], int] = len) -> None:
    """Take what `pattern` finds, as far as `wanted` says that the name reaches."""
    if not pattern.may_occur(page.plain):
        return
    for match in pattern.finditer(page.plain):
        start, end = match.span(match.lastindex or 0)
        cut = _LEAD.match(page.plain, start, end)
        start = cut.end() if cut else start
        size = wanted(page.plain[start:end])
        if size:
            _take_one(page, start, start + size)


def _take_one(page: Page, start: int, end: int) -> None:
    words = page.plain[start:end]
    if end - start < 2 or not page.free(start, end):
        return
    of_family = words.endswith("屋") and family_part(words) == len(words) - 1 > 1  # 中村屋
    if _NO_FIRM.search(words) and not of_family:
        return
    if _ADDRESSED.match(page.plain, end) or page.plain.startswith("改め", end):
        page.hide(start, end, "C")  # who is written to, and who is called otherwise now
        return
    former = NEW_VALUE.match(page.plain, end)
    if former and (former[1] or _CHANGED.search(page.plain, end, end + 40)):
        page.hide(start, end, "C")
        return
    legal = _LEGAL.match(words)
    unit = _LISTED_UNIT.search(words) or (legal and _TEAM_AT_END.search(words))
    if unit:
        end -= len(unit[0])
    of = _MORE_THAN_NAME.search(words) if legal else None
    if of and not ends_in_trade(words[of.end() :]):
        end = start + of.start()  # 株式会社ノースの広告掲載
    more = _OF_IT.match(page.plain, end) if legal else None
    if more:
        end = more.end()
    page.take("company", start, end, page.plain[start:end], "C")


def _by_trade(words: str) -> int:
    """How far a name reaches that ends in a trade; a team or a person may be written behind it."""
    if ends_in_trade(words):
        return len(words) if family_part(words) < len(words) else 0  # 小野寺 is no temple
    for size in range(len(words) - 1, max(2, len(words) - 6), -1):
        rest = words[size:].lstrip("・")
        glued = _GLUED_UNIT.fullmatch(rest) or family_part(rest) >= min(2, len(rest)) > 0
        if glued and ends_in_trade(words[:size]):
            return size
    return 0


def _as_signature(words: str) -> int:
    """How far the last words of a message are a firm: by its trade, or katakana with one."""
    size = _by_trade(words)
    if size or len(words) < 4 or COMMON.search(words) or NO_NAME.search(words):
        return size
    return len(words) if ends_loosely(words) and _KATAKANA_STEM.match(words) else 0


def _by_letters(words: str) -> int:
    """The length of a name that holds katakana or ends in a trade."""
    known = _KATAKANA.search(words) or ends_loosely(words)
    return len(words) if known and len(words) > 2 and _may_be_name(words) else 0


def _new_name(words: str) -> int:
    return 0 if _TEAM_NAME.fullmatch(words) else len(words)


def _may_be_name(words: str) -> bool:
    """Whether a firm may be called so, where a person speaks for it."""
    if words in _HIRAGANA_WORDS.split() or COMMON.search(words) or _TEAM_NAME.fullmatch(words):
        return False
    trade = _TRADE_FIRST.fullmatch(words)
    if trade is not None:  # 藍染工房つゆくさ
        return ends_loosely(trade[1])
    return not _ONLY_HAN.fullmatch(words) or ends_loosely(words)
