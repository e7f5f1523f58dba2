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
    r"|Operations|Engineering|Production|Export|Research|General Affairs|Training|Quality|Maintenance|Warehouse|Customer Care|Fleet Management"
    r"|Reception|Stores|Outpatients|Radiology|Maternity|Pharmacy|Dispatch|Payroll|Admissions|Housekeeping|Workshop|Goods In|Receiving|Estates|Catering)"
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
_EN_COMPANY_JOINED = (
    # "We are now Larch & Vane": two names joined, said of ourselves.
    Grammar(
        rf"\b(?i:we are|we're|we have become|we became|we go by|this is|(?:it is|it's) now)(?: now| called| named)* (?:the )?({_CAP}(?: {_CAP})? (?:&|and) {_CAP}(?: {_FORM})?)(?=[.,;!?\n]|$| at | in | from | and | not )"
    ),
)
_FORMER = Grammar(
    rf"(?:(?:formerly|previously|used to be|no longer|\(ex)(?: known as| called)?,?"
    rf"|(?i:company|firm|business)[^.\n]{{0,30}} from) {_FIRM}"
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
    Grammar(
        rf"\b(?i:put|list|register|record|enter|add|set|name|have|get)(?i: the \w+ \w+)?(?i: as)? {_TITLE}{_TWO}(?= (?:down|as)\b|, (?:{_DEPARTMENTS})\b)"
    ),
    Grammar(
        rf"\b(?i:put|list|register|record|set|enter)(?i: \w+){{1,4}} (?i:as|to|under) {_TITLE}{_TWO}(?=[,.;!?\n]|$)"
    ),
    Grammar(
        rf"\b(?i:ring|call|phone|telephone|text|e-?mail|reach|contact) ((?:(?:Mrs?|Ms|Miss|Dr)\.? )?{_CAP}(?: {_CAP})?)(?= (?:rather than|instead|directly|on (?:his|her|their|\+?\d)|, not me)\b|, (?:not me|my \w+)\b)"
    ),
    # "Hello, I'm Petra and I need ..."
    Grammar(
        rf"(?:^|[.!,\n] ?|(?i:hi|hello|hey|morning),? )I'm (?!(?:British|English|American|German|French|Sorry|Interested|Happy|Looking|Afraid)\b)({_CAP})(?=,? and (?:I|we|my)\b|[.!,] )"
    ),
    Grammar(
        rf"^(?i:hi|hello|hey|(?:good )?(?:morning|afternoon|evening)),? (?!(?:Team|All|Everyone)\b)({_CAP})(?= (?:at|from|of) (?:the )?[A-Z])"
    ),
    Grammar(rf"\b(?i:make|want|have) {_TWO}(?= (?:the|our|my) (?:\w+ )?(?:contact|buyer|name)\b)"),
    Grammar(rf"\b(?i:name|surname)[^.\n]{{0,20}}? changed (?:from {_CAP} )?to {_NAME}"),
    Grammar(rf"\b(?i:contact)[^.\n:]{{1,30}}: ?{_TWO}"),
    Grammar(rf"(?i:it is|it's|should (?:be|read|say)) {_TWO}(?=,? (?:and )?not )"),
    Grammar(rf"(?i:\bI'?m|\bI am) {_TWO}(?= (?:now|again|by the way)\b|,)"),
    Grammar(
        rf"(?:(?:^|[.!?:\n]) ?|\b(?:to|for|is|of) )(?:{_TITLE}|(?=[A-Z]))((?:{_CAP}|[A-Z]\.)(?: [A-Z]\.)?(?: {_CAP}){{1,2}})(?=(?:,| at|\n)\s?(?:(?:Flat|Unit|Apt\.?|Suite) \w+,? )?\d{{1,4}}[a-z]? [A-Z][a-z]+ )"
    ),
    Grammar(
        rf"(?i:my (?:full )?(?:name|surname|last name|first name)(?: is|'s|:)(?: now)?|\bname(?: is| should be| to|:)|\bnamed|surname is now|name's|it is spelled|it's spelled|spelled|spelt|call me|signed,?|\bcontact(?: person)?(?: is| is now| will be| should be|:| name:?| to| at our \w+ is)(?: now)?|new contact(?: person)?(?: is|:| will be)?|now go by|(?:my|his|her|our|the) successor(?: is|,)?|to my (?:wife|husband|partner|son|daughter|mother|father|boss)'?s?(?: name)?,?|my replacement(?: is|,)?|my colleague|our new (?:buyer|manager|purchaser|contact|office manager|secretary|purchasing manager|fleet manager|it manager|director)(?: is|,|:)?|please use|ask for|replaced by|succeeded by|taken over by|handed (?:over )?to|instead:|write to|speak to our \w+|addressed to|attention(?: of)?:?|attn\.?:?|make it|changed to|change it to|it'?s now|now) {_NAME}"
    ),
    Grammar(
        rf"(?i:(?:this is|i am|i'm|it'?s|here is|speaking:?)){_PLACE} ((?:(?:Dr|Prof|Mr|Ms|Mrs)\.? )?{_TWO_BARE})(?=[.,!?\n]| from| of| at| here| with| in | and | \(|$)"
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
        r"(?:^|[.!\n] ?)((?:Mrs?|Ms|Miss|Dr)\.? (?:[A-Z]\. )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?= here\b| from | speaking|,? \d{1,4}[a-z]? [A-Z])"
    ),
)
#: Those in small letters; looked for only where a name is spoken of.
_EN_PERSON_SMALL = (
    # Written in small letters: "my name is ida holm", "ida here".
    Grammar(
        r"\b(?i:my (?:full )?name(?:'s| is)|names|name's) ((?!(?:not|still|now|on|in|the|spelled|spelt|wrong|missing|listed|misspelled|a|an|and|is|it|was|has|changed|different)\b)[a-z]{2,15}(?: (?!(?:and|from|at|i|we|here|with|can|could|please|my|of|the|but|is|in|on|for|not|so|who|calling|customer|from|looking|want|need)\b)[a-z]{2,15})?)(?![a-z])"
    ),
)
#: "this is tom from accounts", "it's dana here", all in small letters.
_EN_PERSON_HURRIED = (
    Grammar(
        r"(?:^|[.!,\n] ?|hi |hello |hey |morning )(?:[Ii]t'?s|[Tt]his is|[Ii]'?m) (?!(?:different|not|it|wrong|missing|back|still|late|urgent|taken|copied|straight|direct|someone|somebody|everything|all|what|far|made|over|just|only|now|here|away|out|down|due|the|a|an|my|me|mine|our|your|one|coming|calling|writing|ringing|contacting|visiting|moving|new|that|two|about|up|in|on|off|you|us|always|based|working|looking|delivered|ordered|gone|sent|good|great|fine|nothing|something|anyone)\b)([a-z]{3,12})(?= (?:from|at) [a-z]{3,}| (?:here|again|speaking)(?:[,.!]|$))"
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
    "warehouse", "customer care", "fleet", "reception", "stores", "outpatient", "radiology", "maternity", "pharmacy", "dispatch",
    "payroll", "admission", "housekeep", "workshop", "goods in", "receiving", "estates", "catering",
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
        "Delivery",
        "Order",
        "Invoice",
        "Billing",
        "Shipping",
        "Office",
        "Head",
    ]
)

_TITLES = frozenset(["Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Rev"])

_EN_DEPARTMENT = Grammar(
    r"((?:[A-Z][A-Za-z&]+ (?:(?:and|&) )?){1,3}(?:Department|Dept\.?|Division|Section)|(?:Department|Office|Division|Dept\.?) of (?:[A-Z][a-z]+ ?(?:and |& )?){1,3})"
    r"|(?i:in|to|from|the|our|of|department(?: is|:| to|,)?|joined|dept:?) ((?i:purchasing|procurement|sales|marketing|finance|accounts(?: payable)?|accounting|logistics|legal|hr|human resources|it|administration|admin|facilities|operations|engineering|production|export|research|r&d|general affairs|training|design|planning|quality|maintenance|fleet|warehouse|customer care)) (?i:department|dept\.?|division|section)(?![a-z])"
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
_SUFFIX = r"(?:物産|商事|商会|商店|産業|工業|製作所|工務店|建設|建材|設計|事務所|印刷|運輸|運送|物流|電機|電気|電子|電工|製薬|薬局|銀行|信用金庫|不動産|住宅|ホーム|システムズ?|サービス|クリニック|病院|医院|歯科|学園|学院|大学|高校|小学校|中学校|幼稚園|保育園|役所|市役所|組合|協会|財団|出版|書店|書房|食品|水産|農園|ホールディングス|グループ|コーポレーション|テック|ソリューションズ?|デザイン|製紙|化学|金属|鉄工所?|機械|精機|自動車|モータース|観光|旅館|ホテル|堂|社|屋|製菓|酒造|繊維|紡績|塾|税理士法人|法律事務所|会計|労務|保険|証券|通信|放送|新聞社|研究所|センター|カンパニー|フーズ|ファーム|ストア|マート|ワークス|エンジニアリング|工房|園|寺|組|木材|倉庫|紙業|造園|石材|硝子|塗装|測量|警備|清掃|部品|商工|興業|工機|精工|精密|薬品|内科|外科|眼科|小児科|整骨院|交通|タクシー|農協|漁協|公民館|図書館|美術館|博物館|ハウジング|工芸|包装|樹脂|設備|空調|技研|製造|加工|縫製|衣料|家具|石油|葬祭|写真館|スタジオ|アカデミー|カフェ|ベーカリー|レストラン|食堂|こども園|役場|製菓店|酒店|工場)"
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
        r"(?:社名|会社名|商号|屋号|法人名|新社名|勤務先|店名)[はがを:：「\s]*?(?:[^\s、。]{1,14}から)?「?(?![はがをのに]|変わ|変更|変え|かわ)([一-龥々ァ-ヶーA-Za-z0-9&・ぁ-ん]{2,20}?)」?(?=に(?:変|な|改|代|かわ)|へ(?:変|と)|です|となり|と(?:改|変|なり)|、|。|$)"
    ),
    Grammar(
        rf"(?<=[すたる])([一-龥々ァ-ヶーA-Za-z]{{1,14}}{_SUFFIX})(?=の ?[一-龥々]{{1,5}}(?:です|と申|でござ))"
    ),
    Grammar(
        rf"(?:^|[。\n、 ])((?:(?![のはをがにでとへも])[一-龥々ァ-ヶーA-Za-zぁ-ん]){{1,14}}{_SUFFIX})(?=の[一-龥々]{{1,8}}(?:部|課|係|室)|の[一-龥々]{{1,5}}(?:です|と申|と言|といい|でございます|になります|より)|と申します|です[。\n]|でございます|[一-龥々]{{2,5}}(?:部|課)の| ?[一-龥々]{{1,4}}(?:です|と申)|の(?:受付|窓口|担当|院長|店長|所長|園長|校長|事務|経理|総務|庶務|購買|広報|人事|代表)(?:担当)?(?:の|、| |をして))"
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
#: What most family names look like: two or three characters, the last of a few.
_FAMILY = (
    r"(?:[一-龥々]{1,2}[田山川村野井藤木原島嶋崎沢澤谷口橋辺邊部松林岡森上下石尾浦坂塚津戸浜瀬葉倉見江池波根関保宅居水良壁科脇垣堀城岸丘川西東南北沼野藪窪杉島神宮条]"
    r"|(?![見基台絵日製資])[一-龥々]本"
    r"|[高黒白青赤松若小大今吉三柏藤橋坂森林石岩][一-龥々])"
)
_JA_PERSON = (
    Grammar(
        r"(?<![一-龥々])([一-龥々]{1,4}(?:[ ]?(?:(?!の)[一-龥々ぁ-んァ-ヶー]){1,4})?|[ァ-ヶー]{2,10}(?:・[ァ-ヶー]{2,10})?)と(?:申|もう|言いま|いいま)"
    ),
    Grammar(
        r"(?:[BC]\x00*[の、]|[BC]\x00+ ?)(?:(?:受付|窓口|担当|事務|経理|総務|庶務|購買|広報|人事|院長|店長|所長|園長|校長|代表)(?:担当)?(?:の|、| |をして(?:い|お)(?:る|ります)))?([一-龥々]{1,3}(?: ?[一-龥々]{1,3})?|[一-龥々]{1,2} ?[ぁ-んァ-ヶー]{2,4})(?=です|でございます|と|より|になります|。|\n|、|$)"
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
    # 「先週お願いした大谷です」「米を作っている高見といいます」
    Grammar(
        rf"(?:した|しました|ている|ております|ていた|受けた|いただいた|頂いた|頼んだ|買った|もらった|伺った|住む|住んでる)({_FAMILY})(?=です(?:[。、\n!がけ]|$)|でございます|といいます|と言います|というもの|という者)"
    ),
    # 「相良とし子です」
    Grammar(r"(?:^|[。\n 、])([一-龥々]{2,3} ?[ぁ-ん]{1,2}[子美代江枝恵])(?=です|と申|でござ)"),
    # 「宛名が前任者のままなので倉田に直して」
    Grammar(
        rf"(?:宛名|宛先|名義|担当|氏名|名前|表記)[^。\n]{{0,25}}?(?:ので|から|を|、|は)({_FAMILY}(?: ?[一-龥々]{{1,3}})?)(?:さん)?(?=に(?:直|書き換|書き替|差し替|修正|訂正|替え|変え|してくだ|してほし))"
    ),
    Grammar(rf"(?:[をはがに。、\n の]|\x00)({_FAMILY}(?: ?[一-龥々]{{1,3}}?)??)(?:様|さん|君)?宛"),
    # 「東亜部品の三谷です」「お世話になります、三谷です」
    Grammar(
        rf"(?:^|[。\n、!])(?:[^。\n、!]{{1,16}}の)?({_FAMILY}(?: ?[一-龥々]{{1,3}}?)??)(?=です(?:[。、\n!がけ]|$)|と申|でござ|といいます|と言います)"
    ),
    # 「東亜部品 三谷」 as the last line
    Grammar(rf"\n[^\n。、]{{2,20}} ({_FAMILY}(?: ?[一-龥々]{{1,3}})?)\s*$"),
    # The last word of a message: 「…お願いします 吉川」
    Grammar(
        r"(?:ます|です|さい|ました|\x00|[。\d]|敬具|草々|かしこ|敬白|拝具|以上)[ \n]+([一-龥々]{2,4}|[一-龥々]{2,3} [一-龥々]{1,3}|[一-龥々]{2,3}(?: ?[ぁ-んァ-ヶー]{2,3}| ?[ぁ-ん]{1,2}[子美代江枝恵]))\s*$"
    ),
    # A line of its own over a telephone number or an address.
    Grammar(
        r"\n(?:[^\n。、]{0,12}[BC]\x00* ?)?(?:(?:代表取締役|取締役|社長|部長|次長|課長|室長|係長|主任|店長|院長|所長|工場長|代表) ?)?([一-龥々]{2,3} ?(?:[一-龥々]{1,3}|[ぁ-んァ-ヶー]{2,3}))(?: ?\([ぁ-んァ-ヶー ]{2,12}\))?(?=\n(?:[^。\n]{0,10}[PEZACB]\x00))"
    ),
    Grammar(
        r"(?:^|[。\n、])([一-龥々]{2,4}[一-龥々ぁ-ん ]{0,4}?)(?=が(?:新しい?担当|後任|担当(?:に|を)|新担当))"
    ),
)
_JA_NOT_NAMES = Grammar(
    r"連絡|電話|訪問|説明|返信|対応|相談|確認|情報|担当|営業|変更|住所|電話|番号|名前|以前|弊社|当社|御社|貴社|会社|社名|注文|商品|本社|支店|支社|事務所|現場|実家|経理|総務|出し|呼ん|代わ|繋|事務室|[店課室係]$|校$|登録|急|新規|本日|今回|至急|後任|先日|見積|了解|結構|大丈夫|無理|不要|必要|残念|承知|同意|賛成|修理|故障|一部|全部|部長|課長|社長|主任|様|者|私|僕|俺|誰|何|他|別|次|左記|下記|以下|以上|希望|個人|法人|自宅|旧姓|結婚|間違|退職|異動|転勤|引越|追加|購入|返品|交換|保証|初め|初心者|夜|朝|昼|午前|午後|平日|変わ|新し|同じ|違|日本|敬具|草々|早々|拝具|敬白|宜し|願|以前|機械|商品|部品|製品|機種|見本|内容|予定|日程|時間|場合|家内|家族|主人|息子|今回|大変|今後|大切|高額|小型|大型|中古|新車|赤字|黒字|白黒|三台|三本|三枚|小学|大学|高校|今年|今月|今週|返事|返答|書類|資料|御中|机下|玄関|原因|画面|水道|現在|上記|手元|場所|意見|見方|拝見|発見|引用|大丈|小さ|大き|若干|今日|今朝|今晩|石油|森林|高校|青色|黒色|白色|赤色|大雨|大雪|大口|小口|小物|大物|中身|中止|上旬|下旬|東京|大阪|名古屋|京都"
)
_JA_DEPARTMENT = Grammar(
    r"(?<![一-龥々ァ-ヶー])([一-龥々ァ-ヶーA-Za-z]{1,10}(?:事業本部|本部|事業部|推進室|部|課|係|室|グループ|チーム))(?=[のにへがはを、。」\s(]|です|宛|から|より|と|で(?:す|お)|所属|異動|[一-龥々]{1,4}(?:部|課|係|室)|$)"
)
_JA_DEPARTMENT_TWO = Grammar(
    r"(?:[一-龥々ァ-ヶーA-Za-z]{1,8}(?:本部|部))?[一-龥々ァ-ヶーA-Za-z]{1,8}(?:部|課|係|室)"
)
_NOT_DEPARTMENTS = Grammar(
    r"(?:^|.*)(?:長谷部|渡部|阿部|安部|服部|岡部|磯部|矢部|田部|園部|綾部|軽部|日下部|仁部|卜部|小室|大室|三室|氷室|(?:野球|サッカー|バスケ|スポーツ)チーム|全部|一部|内部|外部|部品部|細部|大部|底部|上部|下部|支部|暗部|何部|幹部|教室|会議室|寝室|浴室|個室|洋室|和室|客室|弊部|関係|別室|温室|居室|部室|皇室|課題|日課|放課|学部|待合室|診察室|事務室|休憩室|応接室|倉庫室|地下室|更衣室|同課|当課|同室|当室)$"
    r"|^(?:本部|係|室)$|^(?!.*(?:企画|秘書|推進|開発|監査|管理|戦略|広報|人事|業務|情報|経営|研究|設計|相談|医局|[a-zA-Zァ-ヶー])室$).*室$"
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
    _take_named(page, "person_name", _EN_PERSON_HURRIED, "H")
    if not any(map(str.isupper, plain)):
        _take_named(page, "department", (_EN_DEPARTMENT_SMALL,), "B")
        return
    for match in _FORMER.finditer(plain):
        page.hide(*match.span(1), "C")
    if any(word in page.masked for word in _DEPARTMENT_WORDS):
        _take_named(page, "department", (_EN_DEPARTMENT_NAMED,), "B")
    if "replace" in page.masked or "swap" in page.masked or "substitute" in page.masked:
        _take_named(page, "person_name", _EN_PERSON_FIRST, "H")
    _take_named(page, "company", _EN_COMPANY, "C")
    if "&" in plain or " and " in plain:
        _take_named(page, "company", _EN_COMPANY_JOINED, "C")
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
        if _NEW_VALUE.match(page.plain, end) or page.plain.startswith("のまま", end):
            page.hide(start, end, "B")
            continue
        page.take("department", start, end, words, "B")
