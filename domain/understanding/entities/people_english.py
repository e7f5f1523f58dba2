"""People, companies, departments and postal addresses in English."""

from __future__ import annotations

from domain.understanding.entities.departments_english import is_department, take_departments
from domain.understanding.entities.firms_english import (
    FORM,
    hide_former_firms,
    take_firms,
    take_shouted_firms,
)
from domain.understanding.entities.found import Page
from domain.understanding.entities.names_english import (
    take_beside_firms,
    take_known_names,
    take_signed_small,
    take_titled_and_signed,
)
from domain.understanding.entities.no_names_english import NOT_NAMES, TITLES
from domain.understanding.entities.numbers import CONTINENTAL_STREET
from domain.understanding.grammar import Grammar

_CAP = r"[A-Z][a-zA-ZÀ-ÿ'’]{0,24}(?:-[A-Z]?[a-zA-ZÀ-ÿ]{1,20})?"
_NAME = rf"((?:[A-Z]\.(?: ?[A-Z]\.)?|{_CAP})(?: (?:van|von|de|der|den|da|di|la|bin|al|el|le|du|dos|O')){{0,3}}(?: (?:{_CAP}|[A-Z]\.)){{0,3}})"
_TWO_BARE = rf"{_CAP}(?: (?:van|von|de|der|den|da|di|la|bin|al|el|le|du|dos|[A-Z]\.)){{0,3}}(?: {_CAP}){{1,2}}"
_TWO = rf"({_TWO_BARE})"
#: Departments that are known without the word.
_DEPARTMENTS = (
    r"(?:Purchasing|Procurement|Marketing|Finance|Accounts(?: Payable)?|Accounting|Logistics|Legal|HR|Human Resources|IT|Administration|Facilities"
    r"|Operations|Engineering|Production|Export|Research|General Affairs|Training|Quality|Maintenance|Warehouse|Customer Care|Fleet Management"
    r"|Reception|Stores|Outpatients|Radiology|Maternity|Pharmacy|Dispatch|Payroll|Admissions|Housekeeping|Workshop|Goods In|Receiving|Estates|Catering)"
)
#: Words that end the name of a place: "It's Hollins Mill".
_PLACE = r"(?! (?:[A-Z][a-z]+ )?(?:Mill|Farm|House|Court|Barn|Cottage|Hall|Park|Lodge|Manor|Yard|Works|Tower|Street|Road|Lane|Avenue|Way|Drive|Close)\b)"
_TITLE = r"(?:(?:Dr|Prof|Mrs?|Ms|Miss|Rev|Fr|Sir|Lady|Capt|Sgt)\.? )?"
#: Looked for before the firms: a change that names who follows whom.
_EN_PERSON_FIRST = (
    Grammar(
        rf"\b(?i:(?:replace|swap|substitute) (?:her|him|them|me|that|it)(?: out)? (?:with|for|by)) {_TITLE}{_TWO}(?=[,.;!?\n]|$| as| on| at| from| please)"
    ),
)
_EN_PERSON = (
    # "Nasrin Choudhury is the one to write to", "Callum Dray has the business now"
    Grammar(
        rf"{_TITLE}{_TWO}(?= is (?:the (?:one|person|man|woman) (?:to (?:write|contact|talk|speak|call|ask|ring|mail|e-?mail|deal)|who)|now (?:our|the|my)|our new|who (?:you|to))| has (?:the (?:business|firm|shop|account|desk)|taken over)| t(?:ook|akes) over (?:from|as|the|in|his|her))",
        hints=(" is the ", " is now ", " is our new", " is who", " has ", " over"),
    ),
    # "Greene with three e's", "I go by Pell"
    Grammar(
        rf"(?:\b(?i:it'?s|that'?s|name(?: is)?|spelled|spelt|we'?re|wants changing,|to|no,|not) )({_CAP})(?= with (?:a|an|one|two|three|no|double) ['\"]?[a-z]['\"]?s?\b(?! [a-z]+ing))",
        hints=(" with ",),
    ),
    Grammar(rf"\b(?i:I go|she goes|he goes) by {_TITLE}{_NAME}", hints=("go by", "goes by")),
    Grammar(
        rf"\b(?i:put|list|register|record|enter|add|set|name|have|get)(?i: the \w+ \w+)?(?i: as)? {_TITLE}{_TWO}(?= (?:down|as)\b|, (?:{_DEPARTMENTS})\b)",
        hints=("put", "list", "regist", "record", "enter", "add ", "set ", "name", "have ", "get "),
    ),
    Grammar(
        rf"\b(?i:put|list|register|record|set|enter)(?i: \w+){{1,4}} (?i:as|to|under) {_TITLE}{_TWO}(?=[,.;!?\n]|$)",
        hints=("put", "list", "regist", "record", "set", "enter"),
    ),
    Grammar(
        rf"\b(?i:ring|call|phone|telephone|text|e-?mail|reach|contact) ((?:(?:Mrs?|Ms|Miss|Dr)\.? )?{_CAP}(?: {_CAP})?)(?= (?:rather than|instead|directly|on (?:his|her|their|\+?\d)|, not me)\b|, (?:not me|my \w+)\b)",
        hints=("rather", "instead", "directly", " on ", ", not me", ", my"),
    ),
    # "Hello, I'm Petra and I need ..."
    Grammar(
        rf"(?:^|[.!,\n] ?|(?i:hi|hello|hey|morning),? )I'm (?!(?:British|English|American|German|French|Sorry|Interested|Happy|Looking|Afraid)\b)({_CAP})(?=,? and (?:I|we|my)\b|[.!,] )",
        hints=("i'm",),
    ),
    Grammar(
        rf"^(?i:hi|hello|hey|(?:good )?(?:morning|afternoon|evening)),? (?!(?:Team|All|Everyone)\b)({_CAP})(?= (?:at|from|of) (?:the )?[A-Z])",
        hints=("hi", "hello", "hey", "good", "morning", "afternoon", "evening"),
    ),
    Grammar(
        rf"\b(?i:make|want|have) {_TWO}(?= (?:the|our|my) (?:\w+ )?(?:contact|buyer|name)\b)",
        hints=("contact", "buyer", "name"),
    ),
    Grammar(
        rf"\b(?i:name|surname)[^.\n]{{0,20}}? changed (?:from {_CAP} )?to {_NAME}",
        hints=("name",),
    ),
    Grammar(
        rf"\b(?i:contact)[^.\n:]{{1,30}}: ?{_TWO}",
        hints=("contact",),
    ),
    Grammar(
        rf"(?i:it is|it's|should (?:be|read|say)) {_TWO}(?=,? (?:and )?not )",
        hints=(" not ",),
    ),
    Grammar(
        rf"(?i:\bI'?m|\bI am) {_TWO}(?= (?:now|again|by the way)\b|,)",
        hints=("i'm", "im ", "i am"),
    ),
    Grammar(
        rf"(?:(?:^|[.!?:\n]) ?|\b(?:to|for|is|of) )(?:{_TITLE}|(?=[A-Z]))((?:{_CAP}|[A-Z]\.)(?: [A-Z]\.)?(?: {_CAP}){{1,2}})(?=(?:,| at|\n)\s?(?:(?:Flat|Unit|Apt\.?|Suite) \w+,? )?\d{{1,4}}[a-z]? [A-Z][a-z]+ )",
        hints=("A",),
    ),
    Grammar(
        rf"(?=(?i:[mnsichotrpaw]))(?i:my (?:full )?(?:name|surname|last name|first name)(?: is|'s|:)(?: now)?|\bname(?: is| should be| to|:)|\bnamed|surname is now|name's|it is spelled|it's spelled|spelled|spelt|call me|signed,?|\bcontact(?: person)?(?: is| is now| will be| should be|:| name:?| to| at our \w+ is)(?: now)?|new contact(?: person)?(?: is|:| will be)?|now go by|(?:my|his|her|our|the) successor(?: is|,)?|to my (?:wife|husband|partner|son|daughter|mother|father|boss)'?s?(?: name)?,?|my replacement(?: is|,)?|my colleague|our new (?:buyer|manager|purchaser|contact|office manager|secretary|purchasing manager|fleet manager|it manager|director)(?: is|,|:)?|please use|ask for|replaced by|succeeded by|taken over by|handed (?:over )?to|instead:|write to|speak to our \w+|addressed to|attention(?: of)?:?|attn\.?:?|make it|changed to|change it to|it'?s now|now) {_NAME}",
        hints=(
            "name",
            "signed",
            "contact",
            "spelled",
            "spelt",
            "call me",
            "go by",
            "successor",
            "wife",
            "husband",
            "partner",
            "son",
            "daughter",
            "mother",
            "father",
            "boss",
            "replacement",
            "colleague",
            "our new",
            "please use",
            "ask for",
            "replaced by",
            "succeeded by",
            "taken over",
            "handed",
            "instead:",
            "write to",
            "speak to",
            "addressed",
            "attention",
            "attn",
            "make it",
            "change",
            "now",
        ),
    ),
    Grammar(
        rf"(?i:(?:this is|i am|i'm|it'?s|here is|speaking:?)){_PLACE} ((?:(?:Dr|Prof|Mr|Ms|Mrs)\.? )?{_TWO_BARE})(?=[.,!?\n]| from| of| at| here| with| in | and | \(|$)",
        hints=("this is", "i am", "i'm", "it's", "its ", "here is", "speaking"),
    ),
    Grammar(
        rf"(?i:(?:this is|i am|i'm)) {_NAME}(?= from| of| at | here|, (?:from|of|at)|,? (?:the|your|head|a) )",
        hints=("this is", "i am", "i'm", "it's", "its ", "here is", "speaking"),
    ),
    Grammar(
        rf"(?i:name (?:wrong|incorrectly)[,.;:-]* ?(?:it'?s|should be|it is)) {_NAME}",
        hints=("name",),
    ),
    Grammar(
        rf"(?:^|[.!\n] ?|^(?:[Hh]i|[Hh]ello|[Hh]ey|[Gg]ood \w+|[Mm]orning),? ){_TWO}(?= here\b| (?:from|of|at) (?:the )?{_CAP}|,? (?:has taken over|takes over|is (?:now|the new)|will be (?:our|the|your)|(?:now )?(?:deals with|handles|looks after|takes care of|manages|replaces)|is (?:in charge|your contact|our new|responsible)))"
    ),
    Grammar(
        rf"\b(?i:this is|it's|here's|here is) ({_CAP})(?= (?:again|here|speaking|calling|from|at|of|in)\b|,)",
        hints=("this is", "it's", "here's", "here is"),
    ),
    Grammar(rf"\b(?:for|to|from) {_TWO}(?=, {_CAP}(?: {_CAP}|,? {FORM}){{1,3}}\s*(?:$|[.\n]))"),
    Grammar(
        rf"^(?:[Hh]i,? |[Hh]ello,? )?(?!(?:Some|Any|No)(?:one|body|thing)|Greetings|Question|Message|Invoice|Order|Delivery|News|Back|Also|Away|Straight|Technician|Engineer|Feedback|Mail|Letter)({_CAP})(?= here\b| from (?:the|your|our) )",
        hints=(" here", " from "),
    ),
    Grammar(
        rf"(?i:(?:from|not|instead of) {_CAP}(?: {_CAP})? to){_NAME}",
        hints=(" to",),
    ),
)
#: Looked for only beside an e-mail address, and where a title stands.
_EN_PERSON_MAIL = (Grammar(rf"(?i:to|for|is|attn\.?|contact:?) {_TWO}(?=,? \(?[\w.+-]+@)"),)
_EN_PERSON_TITLED = (
    Grammar(r"\b(?i:this is|it's|its) ((?:Mrs?|Ms|Miss|Dr)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"),
    Grammar(
        r"(?:^|[.!\n] ?)((?:Mrs?|Ms|Miss|Dr)\.? (?:[A-Z]\. )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?= here\b| from | speaking|,? \d{1,4}[a-z]? [A-Z])"
    ),
)
#: Those in small letters; looked for only where a name is spoken of.
_EN_PERSON_SMALL = (
    # Written in small letters: "my name is ida holm", "ida here".
    Grammar(
        r"\b(?i:my (?:full )?name(?:'s| is)|names|name's) ((?![a-z]+ing\b)(?!(?:from|unusual|backwards|not|still|now|on|in|the|spelled|spelt|wrong|missing|listed|misspelled|a|an|and|is|it|was|has|changed|different)\b)[a-z]{2,15}(?: (?!(?:and|from|at|i|we|here|with|can|could|please|my|of|the|but|is|in|on|for|not|so|who|calling|customer|from|looking|want|need)\b)[a-z]{2,15})?)(?![a-z])"
    ),
)
#: "this is tom from accounts", "it's dana here", all in small letters.
_EN_PERSON_HURRIED = (
    Grammar(
        r"(?:^|[.!,\n] ?|hi |hello |hey |morning )(?:[Ii]t'?s|[Tt]his is|[Ii]'?m) (?![a-z]+ing\b)(?!(?:different|not|it|wrong|missing|back|still|late|urgent|taken|copied|straight|direct|someone|somebody|everything|all|what|far|made|over|just|only|now|here|away|out|down|due|the|a|an|my|me|mine|our|your|one|coming|calling|writing|ringing|contacting|visiting|moving|new|that|two|about|up|in|on|off|you|us|always|based|working|looking|delivered|ordered|gone|sent|good|great|fine|nothing|something|anyone)\b)([a-z]{3,12})(?= (?:from|at) [a-z]{3,}| (?:here|again|speaking)(?:[,.!]|$))"
    ),
)
#: Those that sign; looked for only near the end.
_EN_PERSON_LINES = (
    # The first line of a signature without a farewell.
    Grammar(
        rf"(?:(?<=\n\n)|(?<=[.!?]\n)){_TWO}(?=(?: ?[|,/] ?[^\n.!?]{{2,40}})?(?:\n[^\n!?]{{2,50}}){{0,4}}\s*$)"
    ),
    Grammar(
        rf"(?:(?i:regards|sincerely|faithfully|truly|wishes|thanks|thank you|thanks a lot|many thanks|in advance|cheers|yours|best)[,.!]*\s*\n+)((?:(?:Mr|Mrs|Ms|Dr)\.? )?{_CAP}(?: (?:{_CAP}|[A-Z]\.)){{0,2}})(?=\s*\n|\s*$|,| \(| ?[|/])"
    ),
)
_EN_PERSON_LAST = (
    # "... Kind regards, Ida Holm", "... - Ida", "... /Ida" at the end.
    Grammar(
        rf"(?:(?i:regards|sincerely|faithfully|wishes|thanks|thank you|cheers|yours|best)[,.!]? |[.!?)\w] ?(?:-|--|/) ?){_TWO}\s*$"
    ),
    Grammar(rf"(?:[.!?\d)]|\n) ?(?:-|--|/|~) ?({_CAP})\s*$"),
    # "O. Marsh" as the last line
    Grammar(rf"\n((?:[A-Z]\. ?){{1,2}}{_CAP})\s*$"),
    # The last words of a message: "... instead. Simone Adeyemi", "Thanks, Martin".
    Grammar(rf"(?<=[.!?\n])[ \n]{_TWO}\s*$"),
    Grammar(rf"(?i:thanks|thank you|regards|cheers|best),? ({_CAP})\s*$"),
)
#: A signature lies within the last letters of a message, this many.
_SIGNATURE = 300
_LAST_WORDS = 90
#: One of these stands where a department is named.
_DEPARTMENT_WORDS = (
    "dep", "purchas", "procure", "marketing", "financ", "account", "logistic", "legal", "hr", "human",  "admin",
    "facilit", "operation", "engineering", "production", "export", "research", "affairs", "training", "quality", "maintenance",
    "warehouse", "customer care", "fleet", "reception", "stores", "outpatient", "radiology", "maternity", "pharmacy", "dispatch",
    "payroll", "admission", "housekeep", "workshop", "goods in", "receiving", "estates", "catering",
)  # fmt: skip
_ROLE = r"(?:Manager|Director|Head|Buyer|Owner|Secretary|Officer|Assistant|Administrator|Coordinator|Teacher|Engineer|Accountant|Clerk|Receptionist|Supervisor|President|CEO|CFO|COO|Founder|Bursar|Principal|Proprietor|Chef|Foreman)"
#: The line under the name at the end of a mail: a firm, or a department and a firm.
_EN_SIGNED = Grammar(
    rf"(?i:regards|sincerely|faithfully|wishes|thanks|thank you|cheers|yours|truly|best),?\n+{_CAP}(?: (?:{_CAP}|[A-Z]\.)){{1,2}}"
    rf"(?:, [^\n]{{3,30}})?\n(?:[^\n]{{0,30}}\b{_ROLE}\b[^\n]{{0,30}}\n)?(?![^\n]{{0,30}}\b{_ROLE}\b)(?:((?:{_CAP}(?: and | & | )?){{1,3}}, |{_DEPARTMENTS}\n))?({_CAP}(?:(?: & | and | of | ){_CAP}){{1,4}}(?:,? {FORM})?)(?=\n|$)"
)
_EN_DEPARTMENT = Grammar(
    r"((?:[A-Z][A-Za-z&]+ (?:(?:and|&) )?){1,3}(?:Department|Dept\.?|Division|Section)|(?:Department|Office|Division|Dept\.?) of (?:[A-Z][a-z]+ ?(?:and |& )?){1,3})"
    r"|(?i:in|to|from|the|our|of|department(?: is|:| to|,)?|joined|dept:?) ((?i:purchasing|procurement|sales|marketing|finance|accounts(?: payable)?|accounting|logistics|legal|hr|human resources|it|administration|admin|facilities|operations|engineering|production|export|research|r&d|general affairs|training|design|planning|quality|maintenance|fleet|warehouse|customer care)) (?i:department|dept\.?|division|section)(?![a-z])",
    hints=("dep", "division", "section", "office of"),
)
#: "Change my department to Facilities".
_EN_DEPARTMENT_NAMED = Grammar(
    # "Sunita Rawal, Finance.", "goes to Stores now", "for radiology please"
    rf"(?:[|/] ?|\()({_DEPARTMENTS})(?= ?[|/)\n]|$)"
    r"|\bfrom ((?i:accounts|purchasing|procurement|finance|facilities|reception|payroll|logistics|marketing|legal|operations|stores|dispatch|maintenance))(?= (?:at|here|in)\b|[,!]|$)"
    r"|\bjoined (?:the )?((?i:purchasing|procurement|marketing|finance|accounts|logistics|legal|hr|it|facilities|operations|engineering|research|training|maintenance)) (?:team|department|office)"
    rf"|(?:{_TWO_BARE}), ({_DEPARTMENTS})(?=[.;!?\n]|$|, )"
    rf"|\b(?:go|goes|come|comes|sent|delivered|addressed|deliver it|send it)(?: \w+)? to (?:the )?({_DEPARTMENTS})(?= now| instead| please|[.,;!?\n]|$)"
    rf"|\bfor (?:the |our )?((?i:radiology|outpatients|maternity|pharmacy|reception|accounts|payroll|dispatch|stores|procurement|purchasing|logistics|facilities|marketing))(?=[.,;!?\n]|$| please| pls| dept| department| team| here)"
    r"|\b(?i:department|dept\.?|division)(?i: is now| is| changed| now|:| has been renamed| renamed| has become)?(?i: called)?(?i: to)? ((?:[A-Z][A-Za-z&]+)(?: (?:and |& )?[A-Z][A-Za-z&]+){0,2})(?=[.,;!?\n]|$| now| from| please| instead)"
    rf"|(?:moved|switched|transferred|changed|gone|going)(?: over| from \w+)? to (?:the )?((?i:{_DEPARTMENTS}))(?![\w-]| [A-Z])"
    rf"|(?:[Hh]ead of|[Mm]anager of|[Dd]irector of|in charge of|[Ww]ork(?:ing)? in|I'm in|I am in) (?:the )?((?i:{_DEPARTMENTS}))(?![\w-]| [A-Z])"
    rf"|\b(?:from|in|with|head of|manager of) (?:the |our )?((?i:{_DEPARTMENTS}) (?:team|office)|{_DEPARTMENTS})(?= at\b| here\b| of\b|[,.!?\n)]|$)"
    r"|\b(?i:department|dept\.?)(?i: name)?(?: is(?: now)?| changed to| to|: ?| now) ?((?!(?:the|a|an|be|closed|moving|wrong|now|to|for|in|at|which|that|who|this|my|our)\b)[a-z]{3,15}(?: (?:and|&) [a-z]{3,15})?)(?=[.,;!?\n]|$)"
)
#: In a message without capitals: "four toners for radiology please".
_EN_DEPARTMENT_SMALL = Grammar(
    r"\b(?:for|from) (?:the |our )?(radiology|outpatients|maternity|pharmacy|reception|accounts|payroll|dispatch|stores|procurement|purchasing|logistics|facilities|marketing)(?=[.,;!?\n]|$| please| pls| dept| department| team| here| at\b)"
)
#: "While I'm here" names nobody.
_CONTRACTED = Grammar(r"(?i)\b(?:i'(?:m|d|ve|ll)|we'(?:re|d|ve|ll)|it's|that's|don't)\b")
_STREET = r"(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Boulevard|Blvd\.?|Court|Ct\.?|Lane|Ln\.?|Way|Drive|Dr\.?|Square|Sq\.?|Quay|Link|Place|Pl\.?|Terrace|Tce\.?|Crescent|Cres\.?|Close|Row|Park|Parkway|Pkwy\.?|Hill|Gardens|Mews|Wharf|Highway|Hwy\.?|Walk|Green|Parade|Circle|Yard|Alley|Broadway|Embankment|Grove|Rise|View|Gate|Street East|straße|strasse|Strasse|Estate|Plaza|Trail|Bridge|Cross|Esplanade|Bypass|Circus|Loop|Pike|Turnpike|Vale|Heights|Mall|Promenade|Hollow|Ridge|Run|Croft|Brae|Wynd|Arcade|Marg|Nagar)"
_WORD = r"(?:[A-Z][A-Za-z'’-]*|\d{1,3}(?:st|nd|rd|th)|of|the|St\.?|N\.?|S\.?|E\.?|W\.?)"
_PART = r"(?:,? ?(?:Suite|Unit|Apt\.?|Apartment|Floor|Flat|Room|Level|#|Building|Bldg\.?|Ste\.?|Block|Bay) ?#?\w{1,5}|,? ?\d{1,3}(?:st|nd|rd|th) [Ff]loor)"
_EN_ADDRESS = Grammar(
    # Any of them begins with a figure, a capital or one of these letters.
    rf"(?=[A-Z\d]|(?i:[subfalrmwodgpitn]))(?:((?:\d{{1,2}}(?:st|nd|rd|th) [Ff]loor,? )?(?:[A-Z][a-z]{{1,24}}(?: [A-Z][a-z]{{1,24}})? (?:House|Mill|Chambers|Tower|Towers|Centre|Center|Works|Hall|Mansions|Buildings?|Exchange), )?(?:(?:Suite|Unit|Flat|Apt\.?|Floor|Level|Building|Block|Bay|Room) ?\w{{1,4}},? )?\d{{1,5}}[A-Za-z]?(?:-\d{{1,4}}[A-Za-z]?){{0,3}},? (?:{_WORD} ){{1,4}}?{_STREET}(?![a-z])(?:{_PART})*(?:,? (?!Thanks|Please|Regards|Our|My|The|Tel|Phone|I\b|We\b)[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+){{0,2}}){{0,3}}(?:{_PART})*)"
    rf"|(\d{{1,3}}(?:-\d{{1,4}}){{1,3}},? [A-Z][a-z]+(?:[ -][A-Za-z]+)?(?:-(?:ku|cho|shi|machi|chome))?(?:, [A-Z][a-z]+(?:-(?:ku|shi|gun|cho|ken|fu|to|machi))?){{1,3}})"
    rf"|(?i:address(?: is|:| to| will be| changed to)?(?: now)?|moved to|relocated to|located at|based at|(?:we'?re|we are) (?:now )?at|our office at|deliver(?:y)? to|ship (?:it |them )?to) ((?:\w+ )?[A-Z][\w'’-]{{0,24}}(?: [A-Z][\w'’-]{{0,24}}){{0,4}} \d{{1,4}}[a-z]?(?:, [A-Z\d][\w'’ -]+){{1,3}}|(?:PO|P\.O\.) Box \d+(?:, [A-Z][\w'’ -]+){{1,3}})"
    # Without a number of the house, or with a box, a rural route or a room instead.
    rf"|((?:Gate|Dock|Bay|Entrance|Unit|Block|Building) \w{{1,3}}, (?:[A-Z][A-Za-z'’-]* ){{1,3}}?{_STREET}(?![a-z])(?:, [A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+)?){{0,2}})"
    r"|((?:P\.?O\.? Box|R\.?R\.? ?#?) ?\d{1,6}, [A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+){0,2}(?:, [A-Z][A-Za-z'’-]+){0,1})"
    r"|\b(?:moved|relocated|move) to ((?:Suite|Unit|Apt\.?|Flat) \d{1,4}[A-Za-z]?)(?=[.,;!?\n]|$)|\b(?:in|at) ((?:Suite|Unit|Apt\.?|Flat) \d{1,4}[A-Za-z]?)(?= now\b| from now\b))"
)
#: As on the Continent: "Hafenweg 22, 48155 Münster", with the code in the middle.
_CONTINENTAL = Grammar(
    rf"(?<![\w])({CONTINENTAL_STREET} \d{{1,4}}[a-z]?, (?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:-\d{{3}}| [A-Z]{{2}})? [A-ZÄÖÜÉÅØÆ][\w'’ß-]+)"
)
#: Directly before a British, Irish or Canadian code, a house whatever its street is called: "3 Tan y
#: Bryn, Dolgellau". Without a number it may as well be who signs, and for which firm.
_PLACE = r"[A-Z][\w'’-]*(?: (?:y|of|the|on|upon|under|le|la|de|by|in|[A-Z][\w'’-]*)){0,4}"
_BEFORE_CODE = Grammar(
    rf"(?<![\w.])((?:(?:Flat|Unit|Apt\.?|Suite|Gate|Block|Floor) \w{{1,4}}, )?\d{{1,4}}[A-Za-z]? {_PLACE}(?:, {_PLACE}){{1,3}}),? $"
)
_EN_ADDRESS_HINT = Grammar(r"\d")
#: Where one is no more: "we are not at 9 Elm Court any more".
_OLD_PLACE = Grammar(
    r"(?i:\b(?:not at|no longer (?:at|in|live at)|(?:moved|moving|relocated) (?:out of|away from|from)|(?:we|i|have|has|just) left|instead of|used to be (?:at|in)|old (?:address|place|office|one)"
    r"(?: was| is|,|:)?(?: at)?|previous(?:ly)?(?: address)?(?: at| was|:)?|formerly (?:at|of)|rather than|closed)) $"
)


def take_english(page: Page) -> None:
    """Addresses, companies, departments and people as English writes them."""
    plain = page.plain
    _take_addresses(page)
    _take_named(page, "person_name", _EN_PERSON_HURRIED, "H")
    if not any(map(str.islower, plain)):
        # Who shouts writes every word in capitals; only what is known is a name then.
        take_shouted_firms(page)
        take_known_names(page)
        return
    if not any(map(str.isupper, plain)):
        _take_named(page, "department", (_EN_DEPARTMENT_SMALL,), "B")
        take_departments(page)
        take_signed_small(page)
        return
    hide_former_firms(page)
    if "IT" in plain or any(map(page.masked.__contains__, _DEPARTMENT_WORDS)):
        _take_named(page, "department", (_EN_DEPARTMENT_NAMED,), "B")
    take_departments(page)
    if "replace" in page.masked or "swap" in page.masked or "substitute" in page.masked:
        _take_named(page, "person_name", _EN_PERSON_FIRST, "H")
    take_firms(page)
    known = _EN_DEPARTMENT.finditer(plain) if _EN_DEPARTMENT.may_occur(page.masked) else ()
    for match in known:
        start, end = match.span()
        words = match[1] or match[2] + plain[match.end(2) : end]
        start = end - len(words)
        if page.free(start, end) and words.split()[0] not in NOT_NAMES:
            page.take("department", start, end, words, "B")
    _take_named(page, "person_name", _EN_PERSON, "H")
    if "name" in page.masked:
        _take_named(page, "person_name", _EN_PERSON_SMALL, "H")
    if "@" in plain:
        _take_named(page, "person_name", _EN_PERSON_MAIL, "H")
    if any(title in plain for title in TITLES):
        _take_named(page, "person_name", _EN_PERSON_TITLED, "H")
    if "\n" in plain:
        _take_named(page, "person_name", _EN_PERSON_LINES, "H", max(0, len(plain) - _SIGNATURE))
    last = plain.rsplit(maxsplit=1)[-1]
    if not last.islower():
        _take_named(page, "person_name", _EN_PERSON_LAST, "H", max(0, len(plain) - _LAST_WORDS))
    take_beside_firms(page)
    take_titled_and_signed(page)
    take_known_names(page)
    if "\n" in plain:
        _signed(page)


def _take_addresses(page: Page) -> None:
    plain = page.plain
    if not _EN_ADDRESS_HINT.search(plain):
        return
    for match in _CONTINENTAL.finditer(plain) if "Z" in page.masked else ():
        page.take("address", *match.span(), match[0], "A")
    for match in _EN_ADDRESS.finditer(plain):
        start, end = match.span(match.lastindex or 0)
        if page.free(start, end) or "Z" in page.masked[start:end]:
            end = _before_postal(page, start, end)
            if end - start > 5 and _OLD_PLACE.search(plain, max(0, start - 40), start):
                page.hide(start, end, "A")
            elif end - start > 5:
                page.take("address", start, end, plain[start:end].rstrip(" ,."), "A")
    _take_before_codes(page)


def _take_before_codes(page: Page) -> None:
    """The places that lead up to a postal code, where the street's kind did not tell."""
    for code in [find for find in page.finds if find.name == "postal_code"]:
        if not code.value or str(code.value).isdigit():
            continue
        match = _BEFORE_CODE.search(page.plain, max(0, code.start - 90), code.start)
        if match and page.masked[slice(*match.span(1))].islower() and page.free(*match.span(1)):
            page.take("address", *match.span(1), match[1], "A")


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
        if not pattern.may_occur(page.masked):
            continue
        for match in pattern.finditer(page.plain, begin):
            start, end = match.span(match.lastindex or 1)
            words = match[match.lastindex or 1].strip(" ,")
            first = words.split()[0].rstrip(".").split("'")[0]
            titled = first in TITLES and " " in words
            named = titled or name == "department"
            if name == "person_name" and _CONTRACTED.search(words):
                continue
            if name == "person_name" and is_department(words):
                # "Attn Facilities", and what signs below the text.
                if page.free(start, start + len(words)):
                    page.take("department", start, start + len(words), words, "B")
                continue
            if (first in NOT_NAMES and not named) or not page.free(start, end):
                continue
            for word in words.split()[1:]:
                if word in NOT_NAMES and name == "person_name":
                    words = words[: words.index(f" {word}")]
                    break
            page.take(name, start, start + len(words), words.rstrip(","), sign)
