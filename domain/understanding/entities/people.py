"""People, companies, departments and postal addresses of the customer's side."""

from __future__ import annotations

import re

from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar

_CAP = r"[A-Z][a-zA-ZÀ-ÿ'’]{0,24}(?:-[A-Z]?[a-zA-ZÀ-ÿ]{1,20})?"
_NAME = rf"((?:{_CAP}|[A-Z]\.)(?: (?:van|von|de|der|den|da|di|la|bin|al|el|le|du|dos|O')){{0,3}}(?: (?:{_CAP}|[A-Z]\.)){{0,3}})"
_TWO_BARE = rf"{_CAP}(?: (?:van|von|de|der|den|da|di|la|bin|al|el|le|du|dos|[A-Z]\.)){{0,3}}(?: {_CAP}){{1,2}}"
_TWO = rf"({_TWO_BARE})"
_FORM = r"(?:Ltd\.?|Limited|Inc\.?|LLC|LLP|Corp\.?|Corporation|GmbH|AG|PLC|plc|K\.K\.|KK|Co\.,? ?Ltd\.?|Co\.|Pty|B\.V\.|BV|S\.A\.|SA|AB|Oy|ApS|Pte\.? Ltd\.?|S\.r\.l\.|SRL|& Co\.?|& Sons|& Partners|Group|Holdings)"
#: Departments that are known without the word.
_DEPARTMENTS = (
    r"(?:Purchasing|Procurement|Marketing|Finance|Accounts(?: Payable)?|Accounting|Logistics|Legal|HR|Human Resources|IT|Administration|Facilities"
    r"|Operations|Engineering|Production|Export|Research|General Affairs|Training|Quality|Maintenance|Warehouse|Customer Care|Fleet Management)"
)
_FIRM = rf"({_CAP}(?:(?: & | and | of | )(?:{_CAP}|{_FORM}|&)){{0,5}}(?:,? {_FORM}){{0,2}})"

#: Words that end the name of a firm.
_TRADE = (
    r"(?:Caf[eé]|Bakery|Bakers|Dental|Dentistry|School|College|Academy|Nursery|Logistics|Motors|Foods|Design|Designs|Consulting|Consultants|Engineering|Clinic"
    r"|Hotel|Hotels|Farm|Farms|Garage|Studio|Studios|Services|Solutions|Systems|Architects|Surveyors|Builders|Construction|Printers|Printing|Press|Trading"
    r"|Energy|Accountants|Accounting|Solicitors|Lawyers|Legal|Associates|Partners|Estates|Homes|Properties|Realty|Hospital|Pharmacy|Surgery|Practice|Vets|Restaurant"
    r"|Brewery|Joinery|Joiners|Furniture|Textiles|Electronics|Electrical|Plumbing|Roofing|Landscapes|Gardens|Transport|Haulage|Couriers|Shipping|Travel|Media"
    r"|Publishing|Books|Bookshop|Library|Museum|Gallery|Theatre|Church|Council|University|Institute|Foundation|Trust|Bank|Insurance|Brokers|Recruitment|Industries"
    r"|Manufacturing|Metals|Steel|Plastics|Chemicals|Labs|Laboratories|Technologies|Tech|Software|Digital|Marine|Boats|Cycles|Tools|Supplies|Wholesale|Stores)"
)
_STREETS = "Street|St|Road|Rd|Lane|Avenue|Drive|Park|Square"
_EN_COMPANY = (
    Grammar(
        rf"(?<![A-Za-z])({_CAP}(?: & | and | ){_CAP}(?:(?: & | and | ){_CAP}){{0,3}},? (?:{_FORM})|{_CAP},? (?:{_FORM}))(?![a-z])"
    ),
    Grammar(
        rf"(?:(?i:company|firm|business|organi[sz]ation|employer|shop|school|clinic)(?: name)?(?: is| is now| will be|: ?| has become| becomes)?(?: called| known as| named| trading as| renamed(?: to)?)? |(?i:trades? as|trading as|renamed(?: to)?|rebranded (?:as|to)|now called|known as|merged into|on behalf of|writing for|work(?:ing)? (?:for|at)|our new name is|new company name(?: is|:)?|changed (?:our|its|the) name to|(?:company|firm|business|trading) name[^.\n]{{1,60}}? to|name changed to|joined|moved to) ){_FIRM}"
    ),
    Grammar(
        rf"(?:(?<=[a-z)] )(?:from|at|with|here at|over at)|, (?:from|of|at)|\b(?:for|to|from) {_TWO_BARE},) (?:the )?{_FIRM}(?=[.,!?\n]| here| and | -|,|$| again| speaking| I | we | My)"
    ),
    Grammar(
        rf"(?<![A-Za-z])(?<!not )(?<!formerly )(?<!instead of )(?<!longer )((?!(?:The|A|An|My|Our|Your|Please|Dear|Hi|Hello|Customer|Sales|Support|Technical|After|Home|Online|Client|Financial|Delivery)\b){_CAP}(?:(?: & | and | ){_CAP}){{0,2}} {_TRADE})(?![A-Za-z]| [A-Z][a-z]+ {_TRADE}| (?:{_STREETS})\b)"
    ),
)
_FORMER = Grammar(
    rf"(?:(?:formerly|previously|used to be|no longer|\(ex)(?: known as| called)?,?"
    rf"|(?i:company|firm|business)[^.\n]{{0,30}} from) {_FIRM}"
)
_EN_PERSON = (
    Grammar(
        rf"(?i:my (?:full )?(?:name|surname|last name|first name)(?: is|'s|:)(?: now)?|\bname(?: is| should be| to|:)|\bnamed|surname is now|name's|it is spelled|it's spelled|spelled|spelt|call me|signed,?|\bcontact(?: person)?(?: is| is now| will be| should be|:| name:?| to| at our \w+ is)(?: now)?|new contact(?: person)?(?: is|:| will be)?|now go by|(?:my|his|her|our|the) successor(?: is|,)?|to my (?:wife|husband|partner|son|daughter|mother|father|boss)'?s?(?: name)?,?|my replacement(?: is|,)?|my colleague|our new (?:buyer|manager|purchaser|contact|office manager|secretary|purchasing manager|fleet manager|it manager|director)(?: is|,|:)?|please use|ask for|replaced by|succeeded by|taken over by|handed (?:over )?to|instead:|write to|speak to our \w+|addressed to|attention(?: of)?:?|attn\.?:?|make it|changed to|change it to|it'?s now|now) {_NAME}"
    ),
    Grammar(
        rf"(?i:(?:this is|i am|i'm|it'?s|here is|speaking:?)) ((?:(?:Dr|Prof|Mr|Ms|Mrs)\.? )?{_TWO_BARE})(?=[.,!?\n]| from| of| at| here| with| in | and | \(|$)"
    ),
    Grammar(
        rf"(?i:(?:this is|i am|i'm)) {_NAME}(?= from| of| at | here|, (?:from|of|at)|,? (?:the|your|head|a) )"
    ),
    Grammar(rf"(?i:name (?:wrong|incorrectly)[,.;:-]* ?(?:it'?s|should be|it is)) {_NAME}"),
    Grammar(
        rf"(?:^|[.!\n] ?|^(?:[Hh]i|[Hh]ello|[Hh]ey|[Gg]ood \w+|[Mm]orning),? ){_TWO}(?= here\b| (?:from|of|at) (?:the )?{_CAP}|,? (?:has taken over|takes over|is (?:now|the new)|will be (?:our|the|your)|(?:now )?(?:deals with|handles|looks after|takes care of|manages|replaces)|is (?:in charge|your contact|our new|responsible)))"
    ),
    Grammar(
        rf"\b(?i:this is|it's|here's|here is) ({_CAP})(?= (?:again|here|speaking|calling|from|at|of|in)\b|,)"
    ),
    Grammar(rf"\b(?:for|to|from) {_TWO}(?=, {_CAP}(?: {_CAP}|,? {_FORM}){{1,3}}\s*(?:$|[.\n]))"),
    Grammar(
        rf"^(?:[Hh]i,? |[Hh]ello,? )?(?!(?:Some|Any|No)(?:one|body|thing)|Greetings|Question|Message|Invoice|Order|Delivery|News|Back|Also|Away|Straight|Technician|Engineer|Feedback|Mail|Letter)({_CAP})(?= here\b| from (?:the|your|our) )"
    ),
    Grammar(rf"(?i:(?:from|not|instead of) {_CAP}(?: {_CAP})? to){_NAME}"),
)
#: Looked for only beside an e-mail address, and where a title stands.
_EN_PERSON_MAIL = (Grammar(rf"(?i:to|for|is|attn\.?|contact:?) {_TWO}(?=,? \(?[\w.+-]+@)"),)
_EN_PERSON_TITLED = (
    Grammar(r"\b(?i:this is|it's|its) ((?:Mrs?|Ms|Miss|Dr)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"),
    Grammar(
        r"(?:^|[.!\n] ?)((?:Mrs?|Ms|Miss|Dr)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?= here\b| from | speaking)"
    ),
)
#: Those in small letters; looked for only where a name is spoken of.
_EN_PERSON_SMALL = (
    # Written in small letters: "my name is ida holm", "ida here".
    Grammar(
        r"\b(?i:my (?:full )?name(?:'s| is)|names|name's) ((?!(?:not|still|now|on|in|the|spelled|spelt|wrong|missing|listed|misspelled|a|an|and|is|it|was|has|changed|different)\b)[a-z]{2,15}(?: (?!(?:and|from|at|i|we|here|with|can|could|please|my|of|the|but|is|in|on|for|not|so|who|calling|customer|from|looking|want|need)\b)[a-z]{2,15})?)(?![a-z])"
    ),
)
#: Those that sign; looked for only near the end.
_EN_PERSON_LINES = (
    Grammar(
        rf"(?:(?i:regards|sincerely|faithfully|truly|wishes|thanks|thank you|thanks a lot|many thanks|in advance|cheers|yours|best)[,.!]*\s*\n+)((?:(?:Mr|Mrs|Ms|Dr)\.? )?{_CAP}(?: (?:{_CAP}|[A-Z]\.)){{0,2}})(?=\s*\n|\s*$|,| \()"
    ),
)
_EN_PERSON_LAST = (
    # "... Kind regards, Ida Holm", "... - Ida", "... /Ida" at the end.
    Grammar(
        rf"(?:(?i:regards|sincerely|faithfully|wishes|thanks|thank you|cheers|yours|best)[,.!]? |[.!?)\w] ?(?:-|--|/) ?){_TWO}\s*$"
    ),
    Grammar(rf"(?:[.!?]|\n) ?(?:-|--|/|~) ?({_CAP})\s*$"),
    # The last words of a message: "... instead. Simone Adeyemi", "Thanks, Martin".
    Grammar(rf"(?<=[.!?\n])[ \n]{_TWO}\s*$"),
    Grammar(rf"(?i:thanks|thank you|regards|cheers|best),? ({_CAP})\s*$"),
)
#: A signature lies within the last letters of a message, this many.
_SIGNATURE = 300
_LAST_WORDS = 90
#: One of these stands where a department is named.
_DEPARTMENT_WORDS = (
    "dep", "purchas", "procure", "marketing", "financ", "account", "logistic", "legal", "hr", "human", "it\n", "it.", "it,", " it ", "admin",
    "facilit", "operation", "engineering", "production", "export", "research", "affairs", "training", "quality", "maintenance",
    "warehouse", "customer care", "fleet",
)  # fmt: skip
#: The line under the name at the end of a mail: a firm, or a department and a firm.
_EN_SIGNED = Grammar(
    rf"(?i:regards|sincerely|faithfully|wishes|thanks|thank you|cheers|yours|truly|best),?\n+{_CAP}(?: (?:{_CAP}|[A-Z]\.)){{1,2}}"
    rf"(?:, [^\n]{{3,30}})?\n(?:((?:{_CAP}(?: and | & | )?){{1,3}}, |{_DEPARTMENTS}\n))?({_CAP}(?:(?: & | and | of | ){_CAP}){{1,4}}(?:,? {_FORM})?)(?=\n|$)"
)
_NOT_NAMES = frozenset(
    [
        "I",
        "The",
        "A",
        "An",
        "We",
        "It",
        "This",
        "That",
        "My",
        "Our",
        "Your",
        "You",
        "Please",
        "Hello",
        "Hi",
        "Dear",
        "Thanks",
        "Sales",
        "Support",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Can",
        "Could",
        "Would",
        "Is",
        "Are",
        "Do",
        "Does",
        "What",
        "When",
        "Where",
        "How",
        "Why",
        "Who",
        "If",
        "And",
        "But",
        "Or",
        "So",
        "No",
        "Not",
        "Yes",
        "PDF",
        "A4",
        "A3",
        "OK",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "CEO",
        "IT",
        "HR",
        "VAT",
        "USB",
        "Japan",
        "Germany",
        "England",
        "English",
        "Japanese",
        "Zoom",
        "Teams",
        "Skype",
        "Google",
        "Meet",
        "Slack",
        "Email",
        "E-mail",
        "Mail",
        "Phone",
        "Regards",
        "Best",
        "Kind",
        "Sincerely",
        "Also",
        "Still",
        "Just",
        "There",
        "Their",
        "New",
        "Customer",
        "Service",
        "Human",
        "Agent",
        "Anybody",
        "Nobody",
        "Stop",
        "Delete",
        "Cancel",
        "Same",
        "Tel",
        "Fax",
        "Address",
        "TODAY",
        "NOW",
        "ASAP",
        "Any",
        "London",
        "Mon",
        "Mon-Fri",
        "Tue",
        "Tues",
        "Wed",
        "Thu",
        "Thurs",
        "Fri",
        "Sat",
        "Sun",
        "Greetings",
        "Question",
        "Message",
        "Someone",
        "Somebody",
        "Sent",
        "Tokyo",
        "Now",
        "Here",
    ]
)

_TITLES = frozenset(["Mr", "Mrs", "Ms", "Miss", "Dr"])

_EN_DEPARTMENT = Grammar(
    r"((?:[A-Z][A-Za-z&]+ (?:(?:and|&) )?){1,3}(?:Department|Dept\.?|Division|Section)|(?:Department|Office|Division|Dept\.?) of (?:[A-Z][a-z]+ ?(?:and |& )?){1,3})"
    r"|(?i:in|to|from|the|our|of|department(?: is|:| to|,)?|joined|dept:?) ((?i:purchasing|procurement|sales|marketing|finance|accounts(?: payable)?|accounting|logistics|legal|hr|human resources|it|administration|admin|facilities|operations|engineering|production|export|research|r&d|general affairs|training|design|planning|quality|maintenance|fleet|warehouse|customer care)) (?i:department|dept\.?|division|section)(?![a-z])"
)
#: "Change my department to Facilities".
_EN_DEPARTMENT_NAMED = Grammar(
    r"\b(?i:department|dept\.?|division)(?i: is now| is| changed| now|:| has been renamed| renamed| has become)?(?i: called)?(?i: to)? ((?:[A-Z][A-Za-z&]+)(?: (?:and |& )?[A-Z][A-Za-z&]+){0,2})(?=[.,;!?\n]|$| now| from| please| instead)"
    rf"|(?:moved|switched|transferred|changed|gone|going)(?: over| from \w+)? to (?:the )?((?i:{_DEPARTMENTS}))(?![\w-]| [A-Z])"
    rf"|(?:[Hh]ead of|[Mm]anager of|[Dd]irector of|in charge of|[Ww]ork(?:ing)? in|I'm in|I am in) (?:the )?((?i:{_DEPARTMENTS}))(?![\w-]| [A-Z])"
    rf"|\b(?:from|in|with|head of|manager of) (?:the |our )?((?i:{_DEPARTMENTS}) (?:team|office)|{_DEPARTMENTS})(?= at\b| here\b| of\b|[,.!?\n)]|$)"
    r"|\b(?i:department|dept\.?)(?i: name)?(?: is(?: now)?| changed to| to|: ?| now) ?((?!(?:the|a|an|be|closed|moving|wrong|now|to|for|in|at|which|that|who|this|my|our)\b)[a-z]{3,15}(?: (?:and|&) [a-z]{3,15})?)(?=[.,;!?\n]|$)"
)
_STREET = r"(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Boulevard|Blvd\.?|Court|Ct\.?|Lane|Ln\.?|Way|Drive|Dr\.?|Square|Sq\.?|Quay|Link|Place|Pl\.?|Terrace|Crescent|Close|Row|Park|Parkway|Pkwy\.?|Hill|Gardens|Mews|Wharf|Highway|Hwy\.?|Walk|Green|Parade|Circle|Yard|Alley|Broadway|Embankment|Grove|Rise|View|Gate|Street East|straße|strasse|Strasse|Estate|Plaza|Trail|Bridge|Cross|Esplanade|Bypass|Circus|Loop|Pike|Turnpike|Vale)"
_WORD = r"(?:[A-Z][A-Za-z'’-]*|\d{1,3}(?:st|nd|rd|th)|of|the|St\.?|N\.?|S\.?|E\.?|W\.?)"
_PART = r"(?:,? ?(?:Suite|Unit|Apt\.?|Apartment|Floor|Flat|Room|Level|#|Building|Bldg\.?|Ste\.?|Block|Bay) ?#?\w{1,5}|,? ?\d{1,3}(?:st|nd|rd|th) [Ff]loor)"
_EN_ADDRESS = Grammar(
    rf"((?:(?:Suite|Unit|Flat|Apt\.?|Floor|Level|Building|Block|Bay|Room) ?\w{{1,4}},? )?\d{{1,5}}[A-Za-z]?(?:-\d{{1,4}}[A-Za-z]?){{0,3}},? (?:{_WORD} ){{1,4}}?{_STREET}(?![a-z])(?:{_PART})*(?:,? (?!Thanks|Please|Regards|Our|My|The|Tel|Phone|I\b|We\b)[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+){{0,2}}){{0,3}}(?:{_PART})*)"
    rf"|(\d{{1,3}}(?:-\d{{1,4}}){{1,3}},? [A-Z][a-z]+(?:[ -][A-Za-z]+)?(?:-(?:ku|cho|shi|machi|chome))?(?:, [A-Z][a-z]+(?:-(?:ku|shi|gun|cho|ken|fu|to|machi))?){{1,3}})"
    rf"|(?i:address(?: is|:| to| will be| changed to)?(?: now)?|moved to|relocated to|located at|based at|(?:we'?re|we are) (?:now )?at|our office at|deliver(?:y)? to|ship (?:it |them )?to) ((?:\w+ )?[A-Z][\w'’-]{{0,24}}(?: [A-Z][\w'’-]{{0,24}}){{0,4}} \d{{1,4}}[a-z]?(?:, [A-Z\d][\w'’ -]+){{1,3}}|(?:PO|P\.O\.) Box \d+(?:, [A-Z][\w'’ -]+){{1,3}})"
)
_EN_ADDRESS_HINT = Grammar(r"\d")

_PREF = r"(?:東京都|北海道|大阪府|京都府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
_KAN = r"一-龥々ヶケのノァ-ヶーぁ-ん"
_HOUSE = r"\d{1,4}(?:(?:丁目|番地?|号|-|の|番町|条|線)\d{0,4}){0,5}(?:号室?)?"
_BUILDING = r"(?: ?[一-龥々ァ-ヶーA-Za-z0-9・]{2,20}?(?:ビルディング|ビル|タワー|マンション|ハイツ|コーポ|プラザ|センター|会館|荘|棟|館|スクエア|ガーデン|アパート|レジデンス|ヒルズ)(?:[一-龥]館)?)?(?: ?(?:b?\d{1,3}(?:階|f|号室?)|\d{3,4}))?"
_JA_ADDRESS = Grammar(
    rf"{_PREF}[一-龥々ヶケノァ-ヶーぁ-ん]{{1,20}}?(?:[市区郡町村][一-龥々ヶケノァ-ヶーぁ-ん]{{0,14}}?)*{_HOUSE}{_BUILDING}"
    rf"|(?:さいたま|いわき|つくば|あきる野|ひたちなか|ふじみ野|うるま|むつ|いすみ|たつの|みよし|みどり|[一-龥々ヶ]{{1,6}}?)[市区](?:[一-龥々ヶケノァ-ヶー]{{1,12}}?){_HOUSE}{_BUILDING}"
    rf"|{_PREF}[一-龥々ヶ]{{1,6}}[市区郡](?:[一-龥々ヶ]{{1,6}}[区町村])?(?:[一-龥々ヶケノァ-ヶー]{{1,8}}(?:\d+丁目)?)?(?=[にへ、。の]|です|$)",
    re.IGNORECASE,
)
_JA_ADDRESS_HINT = Grammar(r"[都道府県市区]")

_NOM = r"[一-龥々ァ-ヶーA-Za-z0-9&・.'\x00]"
_JA_FORM = r"(?:株式会社|有限会社|合同会社|合資会社|一般社団法人|一般財団法人|公益財団法人|社団法人|医療法人(?:社団)?|社会福祉法人|学校法人|特定非営利活動法人|npo法人|\(株\)|\(有\))"
_SUFFIX = r"(?:物産|商事|商会|商店|産業|工業|製作所|工務店|建設|建材|設計|事務所|印刷|運輸|運送|物流|電機|電気|電子|電工|製薬|薬局|銀行|信用金庫|不動産|住宅|ホーム|システムズ?|サービス|クリニック|病院|医院|歯科|学園|学院|大学|高校|小学校|中学校|幼稚園|保育園|役所|市役所|組合|協会|財団|出版|書店|書房|食品|水産|農園|ホールディングス|グループ|コーポレーション|テック|ソリューションズ?|デザイン|製紙|化学|金属|鉄工所?|機械|精機|自動車|モータース|観光|旅館|ホテル|堂|社|屋|製菓|酒造|繊維|紡績|塾|税理士法人|法律事務所|会計|労務|保険|証券|通信|放送|新聞社|研究所|センター|カンパニー|フーズ|ファーム|ストア|マート|ワークス|エンジニアリング|工房|園|寺|組|木材|倉庫|紙業|造園|石材|硝子|塗装|測量|警備|清掃)"
_JA_COMPANY = (
    Grammar(
        rf"(?<![一-龥々ァ-ヶーA-Za-z0-9]){_JA_FORM} ?(?![のにへとで])[一-龥々ァ-ヶーA-Za-z0-9&・ぁ-ん]{{2,20}}?(?=の[一-龥々ァ-ヶー]{{1,10}}(?:部|課|係|室|グループ|チーム)|の[一-龥々ァ-ヶー]{{1,5}}(?: ?[一-龥ぁ-ん]{{1,4}})?(?:です|と申|でござ|と言|より)|です|でござ|と申|に(?:変|な|改|社名)|へ(?:変|社名)|となり|、|。|\n| |$|より|から|宛|まで)",
        re.IGNORECASE,
    ),
    Grammar(
        rf"{_JA_FORM} ?[一-龥々ァ-ヶーA-Za-z0-9&・]{{1,20}}|[一-龥々ァ-ヶーA-Za-z0-9&・]{{1,20}} ?{_JA_FORM}",
        re.IGNORECASE,
    ),
    Grammar(
        r"(?:社名|会社名|商号|屋号|法人名|新社名|勤務先|店名)[はがを:：「\s]*?(?:[^\s、。]{1,14}から)?「?([一-龥々ァ-ヶーA-Za-z0-9&・ぁ-ん]{2,20}?)」?(?=に(?:変|な|改|代|かわ)|へ(?:変|と)|です|となり|と(?:改|変|なり)|、|。|$)"
    ),
    Grammar(
        rf"(?<=[すたる])([一-龥々ァ-ヶーA-Za-z]{{1,14}}{_SUFFIX})(?=の ?[一-龥々]{{1,5}}(?:です|と申|でござ))"
    ),
    Grammar(
        rf"(?:^|[。\n、 ])((?:(?![のはをがにでとへも])[一-龥々ァ-ヶーA-Za-zぁ-ん]){{1,14}}{_SUFFIX})(?=の[一-龥々]{{1,8}}(?:部|課|係|室)|の[一-龥々]{{1,5}}(?:です|と申|と言|といい|でございます|になります|より)|と申します|です[。\n]|でございます|[一-龥々]{{2,5}}(?:部|課)の| ?[一-龥々]{{1,4}}(?:です|と申))"
    ),
)
#: The family names of about two in five people in Japan.
_SURNAMES = (
    "(?:佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|清水|斎藤|斉藤|齋藤|山崎|阿部|安部|森田|池田|橋本|山下|石川|中島|前田"
    "|藤田|後藤|小川|岡田|村上|長谷川|近藤|石井|坂本|遠藤|藤井|青木|福田|三浦|西村|藤原|太田|松田|原田|岡本|中野|中川|小野|田村|竹内|金子|和田|中山|石田|上田|森本|小山|柴田"
    "|酒井|工藤|横山|宮崎|宮本|内田|高木|安藤|谷口|大野|丸山|今井|高田|藤本|武田|村田|上野|杉山|増田|平野|大塚|千葉|久保|松井|小島|岩崎|桜井|野口|松尾|野村|木下|菊地|菊池"
    "|佐野|大西|杉本|新井|浜田|古川|市川|小松|水野|島田|荒木|川口|本田|中西|福島|五十嵐|岩田|服部|松岡|川上|土屋|辻|星野|熊谷|片山|大橋|平田|吉川|本間|川村|福井|川崎|飯田"
    "|樋口|久保田|田口|永井|矢野|中田|吉村|西田|広瀬|大島|岩本|荒井|山内|松下|望月|菅原|堀内|早川|秋山|石原|松村|吉岡|浅野|馬場|大久保|小池|桑原|内藤|森下|森山|長谷部|渡部|川端|相馬)"
)
_JA_PERSON = (
    Grammar(
        r"(?<![一-龥々])([一-龥々]{1,4}(?:[ ]?(?:(?!の)[一-龥々ぁ-んァ-ヶー]){1,4})?|[ァ-ヶー]{2,10}(?:・[ァ-ヶー]{2,10})?)と(?:申|もう|言いま|いいま)"
    ),
    Grammar(
        r"(?:[BC]\x00*[の、]|[BC]\x00+ ?)([一-龥々]{1,3}(?: ?[一-龥々]{1,3})?|[一-龥々]{1,2} ?[ぁ-んァ-ヶー]{2,4})(?=です|でございます|と|より|になります|。|\n|、|$)"
    ),
    Grammar(
        r"(?:担当者?|責任者|窓口|名義|店長|代表者?|連絡先|後任|宛名|宛先|名前|氏名|姓|名字|苗字|登録名|購買担当|発注担当)(?:の名前)?[はがを:：も\s]*?(?:[^\s、。からより]{1,8}(?:から|より|を))?(?:後任の|新任の|新しく)?([一-龥々]{1,4} ?[一-龥々ぁ-ん]{0,4}?|[ァ-ヶー]{2,10})(?=(?:さん)?(?:に(?:変|代|替|かわ|交代|なり|引)|へ(?:変|交代|と|引)|となり|と変|が引き継|です|でお願い|宛|を登録|、|。|\(|$))"
    ),
    Grammar(
        r"(?:から|より|旧姓[^\s、。]{1,4}[、 ]?|ではなく、?|じゃなくて?、?)([一-龥々]{2,6})(?=(?:さん)?(?:に(?:変|代|替|かわ|交代|なり|引|訂)|へ(?:変|交代|引)|となり|と変|が引き継))"
    ),
    Grammar(r"後任(?:は|が|の|として)?、?([一-龥々]{2,5})(?=(?:さん)?(?:です|が|と|に|を|でござ))"),
    Grammar(r"(?:^|[。\n])([一-龥々]{2,4})です(?=[。、\n])"),
    Grammar(
        rf"(?:^|[。\n、 !]|こちら|わたくし|私|わたし)、?({_SURNAMES}(?: ?[一-龥々]{{1,3}})?)(?=です|でございます|といいます|と言います|より|\))"
    ),
    Grammar(
        rf"({_SURNAMES}(?: ?[一-龥々]{{1,3}})?)(?=といいます|と言います|と言う者|という者|まで(?:お)?(?:電話|連絡|折り返し))"
    ),
    Grammar(rf"[ \n(]({_SURNAMES}(?: ?[一-龥々]{{1,3}})?)\)?\s*$"),
    Grammar(r"(?:^|[。\n])([ァ-ヶー]{2,8})(?=です[。、\n]|ですが|といいます|と言います)"),
    Grammar(r"(?:^|[をはがに。、\n])([一-龥々]{2,4})宛"),
    Grammar(
        r"(?:電話|連絡|メール|注文|お話|伺|問い?合わせ)(?:を|いた)?(?:した|しました|いただいた|差し上げた)([一-龥々]{2,4})です"
    ),
    # The last word of a message: 「…お願いします 吉川」
    Grammar(r"(?:ます|です|さい|ました|\x00|[。\d])[ \n]+([一-龥々]{2,4})\s*$"),
    Grammar(
        r"(?:^|[。\n、])([一-龥々]{2,4}[一-龥々ぁ-ん ]{0,4}?)(?=が(?:新しい?担当|後任|担当(?:に|を)|新担当))"
    ),
)
_JA_NOT_NAMES = Grammar(
    r"連絡|電話|訪問|説明|返信|対応|相談|確認|情報|担当|営業|変更|住所|電話|番号|名前|以前|弊社|当社|御社|貴社|会社|社名|注文|商品|本社|支店|支社|事務所|現場|実家|経理|総務|出し|呼ん|代わ|繋|事務室|[店課室係]$|校$|登録|急|新規|本日|今回|至急|後任|先日|見積|了解|結構|大丈夫|無理|不要|必要|残念|承知|同意|賛成|修理|故障|一部|全部|部長|課長|社長|主任|様|者|私|僕|俺|誰|何|他|別|次|左記|下記|以下|以上|希望|個人|法人|自宅|旧姓|結婚|間違|退職|異動|転勤|引越|追加|購入|返品|交換|保証|初め|初心者|夜|朝|昼|午前|午後|平日|変わ|新し|同じ|違|日本|敬具|草々|早々|拝具|敬白"
)
_JA_DEPARTMENT = Grammar(
    r"(?<![一-龥々ァ-ヶー])([一-龥々ァ-ヶーA-Za-z]{1,10}(?:事業本部|本部|事業部|推進室|部|課|係|室|グループ|チーム))(?=[のにへがはを、。」\s(]|です|宛|から|より|と|で(?:す|お)|所属|異動|[一-龥々]{1,4}(?:部|課|係|室)|$)"
)
_JA_DEPARTMENT_TWO = Grammar(
    r"(?:[一-龥々ァ-ヶーA-Za-z]{1,8}(?:本部|部))?[一-龥々ァ-ヶーA-Za-z]{1,8}(?:部|課|係|室)"
)
_NOT_DEPARTMENTS = Grammar(
    r"(?:^|.*)(?:長谷部|渡部|阿部|安部|服部|岡部|磯部|矢部|田部|園部|綾部|軽部|日下部|仁部|卜部|小室|大室|三室|氷室|(?:野球|サッカー|バスケ|スポーツ)チーム|全部|一部|内部|外部|部品部|細部|大部|底部|上部|下部|支部|暗部|何部|幹部|本部|教室|会議室|寝室|浴室|個室|洋室|和室|客室|弊部|関係|無関係|係|別室|温室|居室|部室|皇室|課題|日課|放課|学部|室)$"
)
_NEW_VALUE = Grammar(r"」?(?:から|より)")


def take_people(page: Page) -> None:
    """Addresses `A`, companies `C`, departments `B` and people `H`."""
    if page.locale == "ja":
        _japanese(page)
    else:
        _english(page)


def _english(page: Page) -> None:
    plain = page.plain
    if _EN_ADDRESS_HINT.search(plain):
        for match in _EN_ADDRESS.finditer(plain):
            start, end = match.span(match.lastindex or 0)
            if page.free(start, end) or "Z" in page.masked[start:end]:
                end = _before_postal(page, start, end)
                if end - start > 5:
                    page.take("address", start, end, plain[start:end].rstrip(" ,."), "A")
    if not any(map(str.isupper, plain)):
        return
    for match in _FORMER.finditer(plain):
        page.hide(*match.span(1), "C")
    if any(word in page.masked for word in _DEPARTMENT_WORDS):
        _take_named(page, "department", (_EN_DEPARTMENT_NAMED,), "B")
    _take_named(page, "company", _EN_COMPANY, "C")
    for match in _EN_DEPARTMENT.finditer(plain):
        start, end = match.span()
        words = match[1] or match[2] + plain[match.end(2) : end]
        start = end - len(words)
        if page.free(start, end) and words.split()[0] not in _NOT_NAMES:
            page.take("department", start, end, words, "B")
    _take_named(page, "person_name", _EN_PERSON, "H")
    if "name" in page.masked:
        _take_named(page, "person_name", _EN_PERSON_SMALL, "H")
    if "@" in plain:
        _take_named(page, "person_name", _EN_PERSON_MAIL, "H")
    if any(title in plain for title in _TITLES):
        _take_named(page, "person_name", _EN_PERSON_TITLED, "H")
    if "\n" in plain:
        _take_named(page, "person_name", _EN_PERSON_LINES, "H", max(0, len(plain) - _SIGNATURE))
    _take_named(page, "person_name", _EN_PERSON_LAST, "H", max(0, len(plain) - _LAST_WORDS))
    if "\n" in plain:
        _signed(page)


def _signed(page: Page) -> None:
    for match in _EN_SIGNED.finditer(page.plain, max(0, len(page.plain) - _SIGNATURE)):
        if match[1] and page.free(*match.span(1)):
            words = match[1].strip(" ,\n")
            page.take("department", match.start(1), match.start(1) + len(words), words, "B")
        if page.free(*match.span(2)):
            page.take("company", *match.span(2), match[2], "C")


def _before_postal(page: Page, start: int, end: int) -> int:
    cut = page.masked.find("\x00", start, end)
    return end if cut < 0 else cut - 1


def _take_named(
    page: Page, name: str, patterns: tuple[Grammar, ...], sign: str, begin: int = 0
) -> None:
    for pattern in patterns:
        for match in pattern.finditer(page.plain, begin):
            start, end = match.span(match.lastindex or 1)
            words = match[match.lastindex or 1].strip(" ,")
            first = words.split()[0].rstrip(".")
            titled = first in _TITLES and " " in words
            named = titled or name == "department"
            if (first in _NOT_NAMES and not named) or not page.free(start, end):
                continue
            for word in words.split()[1:]:
                if word in _NOT_NAMES and name == "person_name":
                    words = words[: words.index(f" {word}")]
                    break
            page.take(name, start, start + len(words), words.rstrip(","), sign)


def _japanese(page: Page) -> None:
    if _JA_ADDRESS_HINT.search(page.plain):
        for match in _JA_ADDRESS.finditer(page.plain):
            start, end = match.span()
            start += _lead(match[0])
            if page.free(start, end):
                page.take("address", start, end, page.plain[start:end].strip(), "A")
    if (
        "社" in page.plain
        or "法人" in page.plain
        or "です" in page.plain
        or "申" in page.plain
        or "名" in page.plain
        or "(株)" in page.plain
    ):
        _japanese_companies(page)
    _japanese_departments(page)
    for pattern in _JA_PERSON:
        for match in pattern.finditer(page.masked):
            start, end = match.span(1)
            if page.free(start, end) and not _JA_NOT_NAMES.search(match[1]):
                page.take("person_name", start, end, page.plain[start:end].strip(), "H")


def _lead(words: str) -> int:
    match = re.match(
        r"(?:新住所|住所|正しく|届け先|送付先|納品先|配送先|移転先)(?:は|が|を)?", words
    )
    return match.end() if match else 0


def _japanese_companies(page: Page) -> None:
    for pattern in _JA_COMPANY:
        for match in pattern.finditer(page.plain):
            start, end = match.span(1) if match.re.groups else match.span()
            words = page.plain[start:end]
            cut = re.match(r"(?:社名|会社名|新社名|弊社|当社|御社|旧社名)(?:は|が|を)?", words)
            start += cut.end() if cut else 0
            if (
                end - start < 2
                or not page.free(start, end)
                or re.search(r"変更|番号|住所", page.plain[start:end])
            ):
                continue
            if _NEW_VALUE.match(page.plain, end) and re.search(
                r"変|改|なり", page.plain[end : end + 40]
            ):
                page.hide(start, end, "C")
                continue
            page.take("company", start, end, page.plain[start:end], "C")


def _japanese_departments(page: Page) -> None:
    if not re.search(r"[部課係室]|グループ|チーム", page.masked):
        return
    for match in _JA_DEPARTMENT.finditer(page.masked):
        start, end = match.span(1)
        words = page.plain[start:end]
        if _NOT_DEPARTMENTS.match(words) or not page.free(start, end) or len(words) < 3:
            continue
        if _NEW_VALUE.match(page.plain, end):
            page.hide(start, end, "B")
            continue
        page.take("department", start, end, words, "B")
