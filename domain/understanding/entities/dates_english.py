"""Words that state a time in English."""

from __future__ import annotations

from domain.understanding.grammar import Grammar

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|weds?|thu(?:rs?)?|fri|sat(?!in)|weekends?|weekdays?"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_PART = r"(?:morning|afternoon|arvo|evening|noon|midday|lunchtime|night|lunch)s?"
_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)"
)
_CLOCK = (
    r"(?:\d{1,2}(?::\d{2}|\.\d{2})? ?(?:am|pm|a\.m\.|p\.m\.|o'clock|h(?:rs?)?(?![a-z]))(?: (?:cet|cest|gmt|bst|est|edt|pst|jst|utc))?|\d{1,2}:\d{2}(?: (?:cet|cest|gmt|bst|est|edt|pst|jst|utc)\b)?"
    rf"|(?:half|quarter|ten|twenty|five) (?:past|to) (?:\d{{1,2}}(?!\d)|{_NUMBER})|half (?={_NUMBER}\b){_NUMBER}|{_NUMBER} o'clock|(?<!a )noon|midday|\d{{1,2}}ish\b)"
)
_WORD_HOUR = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half (?:past )?\w+)"
    r"(?:-?ish|[- ](?:thirty|fifteen|forty-five))?(?=$|[.,;!?)\n]| (?:please|pls|on|in the|at night|or|and|to|till|until|if|is|would|works?|suits?|o'clock|ish|today|tomorrow)\b)"
)
#: "from 10 to 12", "between nine and half ten"
_END = rf"(?:\d{{1,2}}(?:[:.]\d\d)?(?: ?[ap]\.?m(?![a-z]))?|(?:half|quarter|ten|twenty|five) (?:past |to )?(?:\d{{1,2}}|{_NUMBER})|{_NUMBER}(?:-?ish|[- ]thirty)?|noon|midday)"
_RANGE = rf"(?:between|from) {_END} ?(?:and|to|till|until|-) ?{_END}(?![\da-z:/-]|\.\d| (?:[a-z]+s|people|staff|of)\b| ?%)"
_BEFORE_HOUR = (
    r"(?:at|@|around|about|(?:(?:any ?time|some ?time|just|right|shortly|soon|straight) )?(?:after|before|from)|not (?:before|after|until)|no (?:earlier|later) than"
    r"|not (?:earlier|later) than|by|until|till)"
)
_HOUR = rf"(?:{_RANGE}|{_CLOCK}|{_BEFORE_HOUR} ?(?:(?:1\d|2[0-3])(?:00|15|30|45)(?=$|[.,;!?)\n]| (?:hrs|hours|on|tomorrow|today|please)\b)|\d{{1,2}}\.\d\d(?!\d)|0\d[0-5]\d(?!\d)|(?<= )\d{{1,2}}(?:ish\b)?(?![\d:/-]|\.\d|(?: ?%| (?!(?:always|is|was|suits|works)\b)[a-z]+s\b))|(?<=@)\d{{1,2}}(?![\d:/-]|\.\d)|{_WORD_HOUR})|0[5-9][0-5]0(?= on | (?:tomorrow|today))|\d{{1,2}}-\d{{1,2}}(?= (?:tomorrow|today|on (?:{_DAY})|{_DAY})\b)|(?:(?<=day )|(?<=days )|(?<=row )|(?<=ning )|(?<=ings )|(?<=noon )|(?<=mon )|(?<=tue )|(?<=wed )|(?<=thu )|(?<=fri )|(?<=sat ))\d{{1,2}} ?- ?\d{{1,2}}(?![\d/-]|\.\d))"
_DATE = rf"(?:(?:the )?(?:morning|afternoon|evening) of (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: (?:of )?{_MONTH})?(?!\d)|(?:the )?week (?:of|beginning|commencing|starting)(?: on)? (?:the \d{{1,2}}(?:st|nd|rd|th)|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH})|(?:the )?(?:first|second|third|last) (?:week|half|few days) (?:of|in) (?:{_MONTH}|(?:the|this|next) month)|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:or|and|to|-) \d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH}|(?:next|this) month)|the \d{{1,2}}(?:st|nd|rd|th) (?:or|and|to) (?:the )?\d{{1,2}}(?:st|nd|rd|th)(?: of (?:next|this) month)?|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? of (?:next|this) month|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|(?:w/c|wc|week of|week commencing) (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: (?:of )?{_MONTH})?|(?<=\bby |\bon )\d{{1,2}}(?:st|nd|rd|th)(?! (?:one|floor|time))|(?<=before )\d{{1,2}}(?:st|nd|rd|th)(?! (?:one|floor|time))|(?<!\d)\d{{1,2}}\.(?:0?[1-9]|1[0-2])\.(?:\d{{2,4}})?(?=[ ,;!?\n]|$)|q[1-4](?![\d-])|(?:the )?(?:first|second|third|fourth|last|next) quarter|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|(?:on |by |before |from )?the \d{{1,2}}(?:st|nd|rd|th)(?! (?:one|floor|time|of these))|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
_REL = (
    r"(?:(?:the )?day after tomorrow|(?:tomorrow|today) [ap]\.?m(?![a-z])|tomorrow|today|(?:one|some) (?:day|morning|afternoon|evening) (?:this|next) week|as (?:early|late) as (?:possible|you can)|this side of (?:christmas|easter|the weekend|new year|the holidays)|in the (?:next|coming) (?:few |couple of |two |three )?(?:days|weeks|hours)|tonight|tomoz|2moro|2morrow|tmrw|tmr|tomorow|tommorow|2day|2nite|tonite|(?:a )?week on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day week|(?:a|one|two|three) (?:week|fortnight|month|day)s? from (?:now|today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:a )?fortnight from now|first thing(?! (?:you|we|i|to|is|in my|that))|last thing(?= (?:on|tomorrow|today|mon|tue|wed|thu|fri))|close of (?:play|business)|end of play|cop(?= |$|[.,])|(?:the )?new year|(?:the )?school holidays|all (?:day|weekend|week|morning|afternoon)|most (?:mornings|afternoons|evenings|days|weekdays)|half[- ]term|tea ?time|the week after(?! next)|the following week|next time you(?:'re| are) (?:in town|in the area|nearby|round here|over here)|(?:any|every) (?:morning|afternoon|evening) (?:but|except|bar) (?:mon|tues|wednes|thurs|fri|satur|sun)days?|this (?:week|month|morning|afternoon|evening|quarter|year)"
    r"|(?:next|coming|following) (?:week|month|quarter|year|spring|summer|autumn|fall|winter|few days|couple of days)"
    rf"|(?:the )?(?:(?:end|beginning|start|middle|close) of (?:(?:the|this|next) )?(?:week|month|day|year|business|quarter|{_MONTH})|(?:mid|early|late)[- ]{_MONTH})|(?:the )?(?:week|month) after next|(?:a|one) fortnight|christmas|easter|new year|office hours|business hours|opening hours|as soon as (?:you can|convenient)|the weekend|the holidays|month[- ]end|year[- ]end|eod|cob|midweek|diwali|golden week|ramadan|eid|thanksgiving|hanukkah|chinese new year|lunar new year|cny|obon|(?:the )?(?:new )?term starts|(?:the )?start of (?:the )?(?:new )?term"
    r"|in (?:the )?(?:about )?(?:\d+|a|an|half an|one|two|three|four|five|six|seven|eight|ten|twelve|fifteen|twenty|thirty|a few|a couple of|next few) (?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?)'?(?: time)?|within (?:the )?(?:hour|day|week|month)|in a fortnight|within (?:the )?(?:next |coming )?(?:\d+|a|an|one|two|three|four|five|six|ten|few|couple of|next)? ?(?:hours?|days?|weeks?|months?)"
    r"|(?:after|before) work|asap|as soon as possible|immediately|right away|right now(?= please|$|[.!,])|urgently|(?:right )?this (?:minute|instant|second)|at your earliest convenience|straight away"
    r"|(?:(?:just|right|straight|shortly|soon) )?(?:after|before) (?:school|(?:the )?bank holiday|dinner|supper|tea|breakfast|lunch|closing|hours|the weekend|the holidays|easter|christmas|xmas)(?![a-z])|any (?:day|time|evening|morning|afternoon|weekday)|anytime)"
)
_ONE_DAY = rf"(?:(?:(?:on or (?:before|after)|not before|between now and|overnight on|on|by|no later than|not later than|latest|before|after|from|until|till|for) )?(?:(?:early|late|first thing|last thing)(?: on)? )?(?:(?:this coming|this|next|coming|the coming|the following|every|any|either|most|all) )?(?:{_DAY})(?: (?:next week|the week after(?! next)|week(?= in |[.,;!?]|$| (?:would|works?|suits?|is|if|please|or|at|for|\d))|{_PART}|[ap]m(?![a-z])|[ap]\.m\.?))*(?: (?:but|except|bar|apart from|other than) (?:{_DAY}))?)"
_PIECE = rf"(?:{_ONE_DAY}|(?:(?:on or (?:before|after)|not before|between now and|no later than|not later than|by|before|after|until|till|from|on|over|at|early|late|some ?time|later|during|for|around) ){{0,2}}(?:(?:some ?time |any ?time )?(?:in|during|over|around|by|before|from) (?:the )?(?:(?:run-up to|first half of|second half of|course of|early|late|mid)[ -])?(?={_MONTH}(?! ?\d)|q[1-4]|new year|next|coming|school|half term)(?!the )(?:{_MONTH}(?: (?:or|and|to|-) {_MONTH})?(?! ?\d)|{_REL}|{_DATE})|{_REL}|{_DATE})|(?:in the |early |late |mid|any |every |after |before |around |over |at )?-?{_PART}|(?:at |around |about |(?:just |right |shortly |soon |any ?time )?(?:after|before) |by |from |between |until |till )?{_HOUR})"
_LINK = r"(?:,? (?:or|and|to|except|apart from|other than|excluding|until|till|at|on|in the|around|after|before|between|from|any time|sometime|of)|,| ?-| ?~| either)?(?: |(?<=-)|(?<=~))"
#: "11 Singapore time", "3pm our time"
_ZONE = (
    r"(?: (?:uk|us|local|our|your|my|london|dublin|paris|berlin|madrid|rome|singapore|tokyo|sydney|dubai|delhi|mumbai|hong kong|new york|chicago|denver|boston|eastern"
    r"|pacific|central|mountain|european|german|french|spanish|british|irish|indian|japan(?:ese)?|australian|swiss|dutch|polish) time)?"
)
_AFTERWARDS = (
    _ZONE
    + r"(?: onwards?| or (?:so|later|after|earlier|thereabouts)| at the (?:latest|earliest)| sharp| latest)?"
)
WISHED = Grammar(
    # No time begins with these letters (or two), nor with a sign of what was found before.
    rf"(?<![a-z0-9'/.:-])(?![gkpvxzA-Z\s,?!]|c[^loh]|h[^a]|i[^mn]|m[^aio]|r[^i]|u[^nr]|w[^cei/]|y[^e]){_PIECE}(?:{_LINK}{_PIECE}){{0,5}}{_AFTERWARDS}(?![a-z0-9])"
)
HINT = Grammar(
    r"day|tomorrow|tonight|week|month|morning|afternoon|evening|noon|\d ?[ap]\.?m|o'clock|\d:\d|asap|soon|immediately|urgent|away|right now|"
    r"\b(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b|"
    r"january|february|march|april|june|july|august|september|october|november|december|jan|feb|\b(?:may|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|"
    r"earliest|this (?:minute|instant|second)|anytime|any time|year|quarter|\d(?:st|nd|rd|th)\b|\d/\d|\d-\d\d-\d|half |quarter|\dish|tomoz|2mor|tmr|2day|2nite|tonite|first thing|following|time you|between now|q[1-4]|w/c|\bwc |@ ?\d|\d\.\d{1,2}\.|school|dinner|supper|tea\b|hours|mins|minutes|spring|summer|autumn|winter|eod|cob|night|lunch|hour|fortnight|midweek|diwali|ramadan|\beid\b|thanksgiving|hanukkah|\bcny\b|obon|term|business|after work|christmas|easter|\bat \d|(?:after|around|before|until|till|between|by|from|at|than) (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)"
)
PAST = Grammar(
    r"(?<![a-z])(?:yesterday(?: (?:morning|afternoon|evening))?|(?:since|ever since) (?:this |last |the )?(?:\w+day|\w{1,20} \d{1,4}|morning|week|weekend|month|year|yesterday|holidays|summer|winter|spring|autumn|half term|easter|christmas|new year|lunch|january|february|march|april|may|june|july|august|september|october|november|december|(?:this|last) \w+)"
    r"|(?:(?<!the )last|past) (?:week|month|year|night|spring|summer|autumn|fall|winter|quarter|\w+day|january|february|march|april|may|june|july|august|september|october|november|december)(?:'s)?"
    r"|(?:\d{1,4}|a|an|one|two|three|four|five|six|ten|a few|a couple of|several|some) (?:minutes?|hours?|days?|weeks?|months?|years?) ago"
    r"|since (?:about |around )?\d{1,2}(?::\d\d)? ?(?:am|pm|o'clock)?|the other day|earlier today|back in (?:\d{4}|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter)|in (?:19|20)\d\d|(?:for (?:the (?:last|past) )?(?:over |more than |almost |nearly )?|in (?:the (?:last|past) |over |more than |almost |nearly )|(?<=heard )in |(?<=heard back )in |(?:times?|twice) in )(?:\d{1,4}|a|an|one|two|three|four|five|six|ten|several|many|a few|a couple of) (?:minutes?|hours?|days?|weeks?|months?|years?)(?: now)?)(?![a-z])"
)

#: ... but "we need two delivered on Monday" and "please have it repaired this week" are wishes.
ASKED = Grammar(
    r"\b(?:need|needs|want|wants|like|love|have|get|getting|having|can|could|please|pls|to be)\b(?![^.!?\n]*\b(?:i|we|you|he|she|they|who|which|that|was|were|has|had|it|them|already)(?: just| only)? $)[^.!?;,\n]*$"
)
#: A day on which something was done: "the quote you sent on Monday".
DONE = Grammar(
    r"(?<![a-z])(?<!be )(?<!get )(?<!it )(?<!them )(?<!have )(?:sent|shown|fitted|repaired|serviced|came(?: on)?|ordered|bought|went|arrived|rang|spoke|visited|delivered|collected|installed|placed"
    r"|e-?mailed|started|stopped|broke|died|met|saw|received|asked|requested|promised|talked|discussed|left|gave|wrote|(?:first|second|third|fourth|last) time|twice|already)"
    rf"(?: (?:me|us|you|it|him|her|them|an order|out|up|down|off|with you|from you|here|working|printing|by (?:your|our|the) [a-z]+|that [a-z]+|the [a-z]+)){{0,2}},? ?((?:on |at |since )?(?:the )?(?:(?:last )?(?:{_DAY})(?: {_PART})?|this (?:morning|week|month|year|afternoon)|(?:start|beginning|end) of (?:the|this|last) (?:week|month|year)))(?![a-z])"
)
#: Most times hold one of these, which are looked for more quickly than all that hint at one;
#: together with what hints at a time by its shape they find whatever `HINT` finds.
SURELY = (
    "day", "tomorrow", "week", "month", "morning", "noon", "tonight", "evening", "o'clock", "asap", "soon", "immediately", "urgent", "away", "right now",
    "jan", "feb", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "earliest", "this minute", "this instant", "this second", "anytime", "any time", "year", "quarter", "half ",
    "tomoz", "2mor", "tmr", "2nite", "tonite", "first thing", "following", "time you", "between now", "w/c",
    "school", "dinner", "supper", "hour", "mins", "minutes", "spring", "summer", "autumn", "winter", "eod",
    "cob", "midweek", "diwali", "ramadan", "eid", "thanksgiving", "hanukkah", "cny", "obon", "term", "night", "lunch", "business", "after work", "christmas", "easter",
)  # fmt: skip
SHAPE = Grammar(
    r"\d(?: ?[ap]\.?m|:\d|/\d|-\d\d-\d|(?:st|nd|rd|th)\b|ish|\.\d{1,2}\.)|@ ?\d|q[1-4]|tea\b|\bwc |"
    r"\b(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun|may|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|"
    r"(?:after|around|before|until|till|between|by|from|at|than) (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)"
)


def states_time(words: str) -> bool:
    """Whether words are a time by themselves: "may", "sun" and a bare hour are too weak."""
    return words.strip() not in _WEAK


_WEAK = frozenset(
    ("may", "sat", "sun", "mar", "wed", "second", "night", "lunch", "-", "christmas", "easter", "new year")
)  # fmt: skip
