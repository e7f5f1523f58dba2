"""Words that state a time: found here, resolved in `calendar`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.understanding.entities.found import Page
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
    r"(?:\d{1,2}(?::\d{2}|\.\d{2})? ?(?:am|pm|a\.m\.|p\.m\.|o'clock|hrs?(?![a-z]))(?: (?:cet|cest|gmt|bst|est|edt|pst|jst|utc))?|\d{1,2}:\d{2}(?: (?:cet|cest|gmt|bst|est|edt|pst|jst|utc)\b)?"
    rf"|(?:half|quarter|ten|twenty|five) (?:past|to) (?:\d{{1,2}}(?!\d)|{_NUMBER})|half (?={_NUMBER}\b){_NUMBER}|{_NUMBER} o'clock|(?<!a )noon|midday|\d{{1,2}}ish\b)"
)
_WORD_HOUR = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half (?:past )?\w+)"
    r"(?=$|[.,;!?)\n]|-(?:ish|thirty)| (?:please|pls|on|in the|at night|or|and|to|till|until|if|is|would|works?|suits?|o'clock|ish|today|tomorrow)\b)"
)
_HOUR = rf"(?:{_CLOCK}|(?:at|@|around|about|after|before|by|from|until|till) ?(?:\d{{1,2}}\.\d\d(?!\d)|0\d[0-5]\d(?!\d)|(?<= )\d{{1,2}}(?:ish\b)?(?![\d:./-]|(?: ?%| [a-z]+s\b))|(?<=@)\d{{1,2}}(?![\d:./-])|{_WORD_HOUR})|0[5-9][0-5]0(?= on | (?:tomorrow|today)))"
_DATE = rf"(?:(?:the )?week (?:of|beginning|commencing|starting)(?: on)? (?:the \d{{1,2}}(?:st|nd|rd|th)|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH})|(?:the )?(?:first|second|third|last) (?:week|half|few days) (?:of|in) (?:{_MONTH}|(?:the|this|next) month)|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:or|and|to|-) \d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH}|(?:next|this) month)|the \d{{1,2}}(?:st|nd|rd|th) (?:or|and|to) (?:the )?\d{{1,2}}(?:st|nd|rd|th)(?: of (?:next|this) month)?|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? of (?:next|this) month|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|(?:w/c|wc|week of|week commencing) (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: (?:of )?{_MONTH})?|(?<=\bby |\bon )\d{{1,2}}(?:st|nd|rd|th)(?! (?:one|floor|time))|(?<=before )\d{{1,2}}(?:st|nd|rd|th)(?! (?:one|floor|time))|(?<!\d)\d{{1,2}}\.\d{{1,2}}\.(?:\d{{2,4}})?(?=[ ,;!?\n]|$)|q[1-4](?![\d-])|(?:the )?(?:first|second|third|fourth|last|next) quarter|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|(?:on |by |before |from )?the \d{{1,2}}(?:st|nd|rd|th)(?! (?:one|floor|time|of these))|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
_REL = (
    r"(?:(?:the )?day after tomorrow|tomorrow|today|tonight|tomoz|2moro|2morrow|tmrw|tmr|tomorow|tommorow|2day|2nite|tonite|(?:a )?week on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day week|(?:a|one|two|three) (?:week|fortnight|month|day)s? from (?:now|today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:a )?fortnight from now|first thing(?! (?:you|we|i|to|is|in my|that))|last thing(?= (?:on|tomorrow|today|mon|tue|wed|thu|fri))|close of (?:play|business)|end of play|cop(?= |$|[.,])|(?:the )?new year|(?:the )?school holidays|all (?:day|weekend|week|morning|afternoon)|most (?:mornings|afternoons|evenings|days|weekdays)|half term|tea ?time|the week after(?! next)|the following week|next time you(?:'re| are) (?:in town|in the area|nearby|round here|over here)|(?:any|every) (?:morning|afternoon|evening) (?:but|except|bar) (?:mon|tues|wednes|thurs|fri|satur|sun)days?|this (?:week|month|morning|afternoon|evening|quarter|year)"
    r"|(?:next|coming|following) (?:week|month|quarter|year|spring|summer|autumn|fall|winter|few days|couple of days)"
    rf"|(?:the )?(?:(?:end|beginning|start|middle|close) of (?:(?:the|this|next) )?(?:week|month|day|year|business|quarter|{_MONTH})|(?:mid|early|late)[- ]{_MONTH})|(?:the )?(?:week|month) after next|(?:a|one) fortnight|christmas|easter|new year|office hours|business hours|opening hours|as soon as (?:you can|convenient)|the weekend|the holidays|month[- ]end|year[- ]end|eod|cob"
    r"|in (?:the )?(?:about )?(?:\d+|a|an|half an|one|two|three|four|five|six|seven|eight|ten|twelve|fifteen|twenty|thirty|a few|a couple of|next few) (?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?)'?(?: time)?|within (?:the )?(?:hour|day|week|month)|in a fortnight|within (?:the )?(?:\d+|a|an|one|two|three|next|next few|next two) (?:hours?|days?|weeks?|months?)"
    r"|(?:after|before) work|asap|as soon as possible|immediately|right away|right now(?= please|$|[.!,])|urgently|(?:right )?this (?:minute|instant|second)|at your earliest convenience|straight away"
    r"|(?:after|before) (?:school|dinner|supper|tea|breakfast|lunch|closing|hours|the weekend|the holidays|easter|christmas|xmas)(?![a-z])|any (?:day|time|evening|morning|afternoon|weekday)|anytime)"
)
_ONE_DAY = rf"(?:(?:(?:on or (?:before|after)|not before|between now and|overnight on|on|by|no later than|not later than|latest|before|after|from|until|till|for) )?(?:(?:early|late|first thing|last thing)(?: on)? )?(?:(?:this coming|this|next|coming|the coming|the following|every|any|either|most|all) )?(?:{_DAY})(?: (?:next week|the week after(?! next)|week(?= in |[.,;!?]|$)|{_PART}))*(?: (?:but|except|bar|apart from|other than) (?:{_DAY}))?)"
_PIECE = rf"(?:{_ONE_DAY}|(?:(?:on or (?:before|after)|not before|between now and|no later than|not later than|by|before|after|until|till|from|on|over|at|early|late|some ?time|later|during|for|around) ){{0,2}}(?:(?:some ?time |any ?time )?(?:in|during|over|around|by|before|from) (?:the )?(?:(?:run-up to|first half of|second half of|course of|early|late|mid)[ -])?(?={_MONTH}(?! ?\d)|q[1-4]|new year|next|coming|school|half term)(?!the )(?:{_MONTH}(?! ?\d)|{_REL}|{_DATE})|{_REL}|{_DATE})|(?:in the |early |late |mid|any |every |after |before |around |over |at )?-?{_PART}|between \d{{1,2}} and \d{{1,2}}(?![\d:./-]| [a-z]+s\b)|(?:at |around |about |after |before |by |from |between |until |till )?{_HOUR})"
_LINK = r"(?:,? (?:or|and|to|until|till|at|on|in the|around|after|before|between|from|any time|sometime|of)|,| ?-| ?~| either)?(?: |(?<=-)|(?<=~))"
_AFTERWARDS = r"(?: onwards?| or (?:so|later|after|earlier|thereabouts)| at the (?:latest|earliest)| sharp| latest)?"
_ENGLISH = Grammar(
    # No time begins with these letters (or two), nor with a sign of what was found before.
    rf"(?<![a-z0-9'/.:-])(?![gkpvxzA-Z\s,?!]|c[^loh]|h[^a]|i[^mn]|m[^aio]|r[^i]|u[^nr]|w[^cei/]|y[^e]){_PIECE}(?:{_LINK}{_PIECE}){{0,5}}{_AFTERWARDS}(?![a-z0-9])"
)
_ENGLISH_HINT = Grammar(
    r"day|tomorrow|tonight|week|month|morning|afternoon|evening|noon|\d ?[ap]\.?m|o'clock|\d:\d|asap|soon|immediately|urgent|away|right now|"
    r"\b(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b|"
    r"january|february|march|april|june|july|august|september|october|november|december|jan|feb|\b(?:may|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|"
    r"earliest|this (?:minute|instant|second)|anytime|any time|year|quarter|\d(?:st|nd|rd|th)\b|\d/\d|\d-\d\d-\d|half |quarter|\dish|tomoz|2mor|tmr|2day|2nite|tonite|first thing|following|time you|between now|q[1-4]|w/c|\bwc |@ ?\d|\d\.\d{1,2}\.|school|dinner|supper|tea\b|hours|mins|minutes|spring|summer|autumn|winter|eod|cob|night|lunch|hour|fortnight|business|after work|christmas|easter|\bat \d|(?:after|around|before|until|till|between|by|from|at) (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)"
)
_ENGLISH_PAST = Grammar(
    r"(?<![a-z])(?:yesterday(?: (?:morning|afternoon|evening))?|(?:since|ever since) (?:this |last |the )?(?:\w+day|\w{1,20} \d{1,4}|morning|week|month|year|yesterday|january|february|march|april|may|june|july|august|september|october|november|december|(?:this|last) \w+)"
    r"|(?:last|past) (?:week|month|year|night|spring|summer|autumn|fall|winter|quarter|\w+day|january|february|march|april|may|june|july|august|september|october|november|december)(?:'s)?"
    r"|(?:\d{1,4}|a|an|one|two|three|four|five|six|ten|a few|a couple of|several|some) (?:minutes?|hours?|days?|weeks?|months?|years?) ago"
    r"|since (?:about |around )?\d{1,2}(?::\d\d)? ?(?:am|pm|o'clock)?|the other day|earlier today|back in (?:\d{4}|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter)|in (?:19|20)\d\d|(?:for (?:the (?:last|past) )?(?:over |more than |almost |nearly )?|in (?:the (?:last|past) |over |more than |almost |nearly )|(?<=heard )in |(?<=heard back )in |(?:times?|twice) in )(?:\d{1,4}|a|an|one|two|three|four|five|six|ten|several|many|a few|a couple of) (?:minutes?|hours?|days?|weeks?|months?|years?)(?: now)?)(?![a-z])"
)

#: A day on which something was done: "the quote you sent on Monday".
_ENGLISH_DONE = Grammar(
    r"(?<![a-z])(?<!be )(?<!get )(?<!it )(?<!them )(?<!have )(?:sent|came(?: on)?|ordered|bought|went|arrived|rang|spoke|visited|delivered|collected|installed|placed"
    r"|e-?mailed|started|stopped|broke|died|met|saw|received|asked|requested|promised|talked|discussed|left|gave|wrote|(?:first|second|third|fourth|last) time|twice|already)"
    rf"(?: (?:me|us|you|it|him|her|them|an order|out|up|down|off|with you|from you|here|working|printing)){{0,2}},? ?((?:on |at |since )?(?:the )?(?:(?:last )?(?:{_DAY})(?: {_PART})?|this (?:morning|week|month|year|afternoon)|(?:start|beginning|end) of (?:the|this|last) (?:week|month|year)))(?![a-z])"
)

_JA_DAY = r"(?:(?:次の|今度の?)?[月火水木金土日]曜日?|[月火水木金土日](?:・[月火水木金土日]){1,5}(?:曜日?)?|土日祝?|平日|週末|祝日|月末|週明け|週初め|年末|年始|年内|月初め?|[上中下]旬|年度内|年度末)"
_JA_REL = r"(?:今度の?(?=[月火水木金土日])|今日|本日|明日|明朝|明晩|翌朝|あした|あす|明後日|あさって|明明後日|しあさって|今週|来週|再来週|今月|来月|再来月|来年|今年|年明け|翌日|翌週|今夜|今晩|今朝|今から|(?:[来今]年の)?[春夏秋冬](?=に|までに|頃|ごろ|まで)|お盆|盆(?=明け|休み|前)|連休|ゴールデンウィーク|gw|(?:お)?正月(?=明け|休み|前|に|の)|年度(?:初め|替わり|明け|始め)|(?:夏|冬|春)休み|お?彼岸|シルバーウィーク|一両日中|このあと|この後|月内|週の(?:後半|前半|半ば|頭|初め|終わり)|(?:その)?次の週|翌々週|定時(?:後|過ぎ|すぎ)|退社後|来期|今期|(?:上|下)(?:半)?期|第?[一二三四1-4]四半期|半年後|(?:出荷|発送|納品|開店|閉店|始業|終業|開業|オープン|引っ越し|引越し|搬入)(?:の)?前(?=に|まで))"
_JA_CLOCK = r"(?:(?:午前|午後|am|pm)?\d{1,2}(?:時(?:半|\d{1,2}分)?|:\d{2})|(?:午前|午後|朝|夕方|昼|夜)[一二三四五六七八九十]{1,3}時半?|[一二三四五六七八九十]{1,3}時半?)"
_JA_PART = r"(?:午前中?|午後(?:一|イチ|いち)?|朝(?:一番|いちばん|一|いち|イチ)?|夕方|夜間?|昼(?:過ぎ|すぎ|前|頃|ごろ|休み)?|お昼(?:過ぎ|すぎ|前|頃|ごろ|休み)?|正午|終日|日中|夕刻|早朝|夕食後|夜遅く|朝早く|お?昼(?:イチ|一)|ランチタイム|(?:診療|営業|勤務|業務|授業|就業|休診|休憩|昼休み)時間(?:の?(?:内|外|中|後|前))|就業後|仕事終わり)"
_JA_DATE = r"第[一二三四五1-5](?:週|[月火水木金土日]曜日?)|\d[、,~-]\d日(?:以内|中|後)|(?:\d{4}年|(?:今|来|再来)年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})日)?|(?<!\d)\d{1,2}/\d{1,2}(?!\d)|(?<![\d一二三四五六七八九十])(?:\d{1,2}|[一二三四五六七八九十]{1,3})日(?!間|前|以上)|\d{1,3}(?:日|週間|時間|分|か月|ヶ月|カ月)(?:以内|後)|(?:一|二|三|数)(?:日|週間|時間|か月|ヶ月)(?:以内|後)|(?:2|3|二|三|数)日中"
_JA_URGENT = r"(?:大至急|至急|早急|早めに?|なるはや|できるだけ早め?く?に?|なるべく早め?く?に?|お早めに|すぐに?|今すぐ|いつでも|急ぎ|急いで|早く(?=来|連絡|電話|対応|直|見に|返)|ただちに|速やかに|可及的速やかに|近日中|近いうち)"
_JA_TAIL = r"(?:\([月火水木金土日](?:・?祝)?\)|の?[上中下]旬|の?[前後]半|半ば|頭|明け|前(?=に|まで|の|、|。|$)|の時間帯|以降|以後|まで(?:に|の間)?|前後|頃|ごろ|ぐらい|くらい|以内|過ぎ|すぎ|いっぱい|中(?![古止旬])|の?(?:どちらか|どっちか|いずれか|どこか)|の週(?![間末明])|台(?=に|で|の|、|。)|ちょうど|きっかり|ぴったり|の(?:間|あいだ)|以外|に?(?:入っ|なっ|過ぎ|すぎ|明け)たら|に(?:入って|なって)から|前まで|のうち|あたり|あたま|初め|はじめ|末)"
_JA_PIECE = rf"(?:(?:{_JA_REL}|{_JA_DAY}|{_JA_DATE}|{_JA_CLOCK}|{_JA_PART})(?:{_JA_TAIL})*)"
_JA_LINK = r"(?:の|は|でしたら|か|または|もしくは|と|、|,|から|~|-|以降の|なら|・| |に|も)?"
_JAPANESE = Grammar(rf"{_JA_URGENT}|{_JA_PIECE}(?:{_JA_LINK}{_JA_PIECE}){{0,6}}")
_JAPANESE_HINT = Grammar(
    r"[月火水木金土日週時朝夜昼晩夕末旬年]|至急|早|すぐ|急|午|あした|あす|あさって|なるはや|いつでも|\d[:/]\d|今から|正午|gw|分後|近い|盆|正月|連休|[春夏秋冬]|期|出荷|発送|納品|開店|閉店|搬入|オープン|引っ?越し|一両日|半年後|彼岸|シルバー"
)
_JAPANESE_PAST = Grammar(
    r"(?:毎|今)?朝から|毎[朝晩日週月年](?:の?\d{1,2}時(?:半|ごろ|頃)?)?|昨日|きのう|一昨日|おととい|昨晩|昨夜|先日|先週(?:の?[月火水木金土日]曜日?)?|先月(?:末|分)?|昨年|去年|前回|先ほど|さっき|この前|この間|以前|かつて|今朝(?:から|方)?|(?:[月火水木金土日]曜日?|週末|(?:\d{1,2}月)?\d{1,2}日|\d{1,2}月)に(?=[一-龥]{1,4}(?:していただいた|いただいた|頂いた|してもらった|した|された)[^い、。]|(?:届いた|買った|頼んだ|もらった|話した|来た|聞いた|送った|受け取った)[^い、。])|(?:[\d一二三四五六七八九十数]{1,6})(?:日|週間|年|か月|ヶ月|カ月|時間|分)(?:ほど|くらい|ぐらい)?(?:前(?![後半])|たち|経ち|待)"
    r"|(?:今朝|朝|昼|夜)?の?\d{1,2}時(?:ごろ|頃)?から(?=[^。]{0,20}(?:出ま|出て|出続|止ま|鳴っ|動か|動き|消え|落ち|おかし|調子|壊れ|エラー|つなが|使え))|(?:昨日|先週|今朝|先月|\d{1,2}日|[月火水木金土日]曜(?:日)?)から(?:ずっと)?(?=[、 ]?[^~\d])(?![^。\n]{0,14}(?:たい|希望|お願い|予定|ください|空い|可能|でき))"
)
_NOT_A_DAY = Grammar(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:分|号|度)|お?昼(?:寝|食|ごはん)|夜(?:勤|中[にはもで]|間(?:つけ|も|でも|無人|運転))|急ぎ(?:では|じゃ|という)|[\d一二三四五六七八九十]{1,2}日(?:経|待|たっ|連続|かか|目|おき|ごと)|一日(?:だけ|中|で|も|に|おき|ごと|前)|朝(?:食|ごはん|礼)|(?:[月火水木金土日])(?:額|々|本|産|野)|月額|日本|木材|土地|金額|水漏|火災|日産|月間|夏季休業|平日頃|[月年週]末(?:なのに|で忙|だから|なので)"
)


#: Most times hold one of these, which are looked for more quickly than all that hint at one.
_SURELY = (
    "day",
    "tomorrow",
    "week",
    "month",
    "morning",
    "noon",
    "曜",
    "明日",
    "今日",
    "来週",
    "午",
)
#: More of them for English, and what hints at a time by its shape: both together find whatever
#: `_ENGLISH_HINT` finds.
_ENGLISH_SURELY = (
    *_SURELY, "tonight", "evening", "o'clock", "asap", "soon", "immediately", "urgent", "away", "right now",
    "jan", "feb", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "earliest", "this minute", "this instant", "this second", "anytime", "any time", "year", "quarter", "half ",
    "tomoz", "2mor", "tmr", "2nite", "tonite", "first thing", "following", "time you", "between now", "w/c",
    "school", "dinner", "supper", "hour", "mins", "minutes", "spring", "summer", "autumn", "winter", "eod",
    "cob", "night", "lunch", "business", "after work", "christmas", "easter",
)  # fmt: skip
_ENGLISH_SHAPE = Grammar(
    r"\d(?: ?[ap]\.?m|:\d|/\d|-\d\d-\d|(?:st|nd|rd|th)\b|ish|\.\d{1,2}\.)|@ ?\d|q[1-4]|tea\b|\bwc |"
    r"\b(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun|may|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|"
    r"(?:after|around|before|until|till|between|by|from|at) (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)"
)
#: A text longer than this is read around the words that hint at a time, this many letters.
_LONG = 200
_AROUND = 50
#: "Morning, could we ..." is no time.
_GREETS = Grammar(r"(?:morning|afternoon|evening|day)(?: all| team)?[,!\n]")


def _greets(text: str, start: int) -> bool:
    begins = start == 0 or text[max(0, start - 5) : start] == "good "
    return begins and _GREETS.match(text, start) is not None


def take_dates(page: Page) -> None:
    """Hide times behind `D`, and what lies in the past behind `Y` (an entity only as a wish)."""
    if page.locale == "ja":
        _take(page, _JAPANESE_HINT, _JAPANESE_PAST, _JAPANESE)
    else:
        _take(page, _ENGLISH_HINT, _ENGLISH_PAST, _ENGLISH)


def _take(page: Page, hint: Grammar, past: Grammar, wish: Grammar) -> None:
    sure, shape = (_SURELY, hint) if page.locale == "ja" else (_ENGLISH_SURELY, _ENGLISH_SHAPE)
    plain = any(map(page.masked.__contains__, sure)) or shape.search(page.masked) is not None
    if not plain and past.search(page.masked) is None:
        return
    for match in past.finditer(page.masked):
        if page.free(*match.span()):
            page.hide(*match.span(), "Y")
    if page.locale == "en":
        for match in _ENGLISH_DONE.finditer(page.masked):
            if page.free(*match.span(1)):
                page.hide(*match.span(1), "Y")
    for match in _finds(page.masked, hint, wish):
        start, end = match.span()
        if _NOT_A_DAY.match(page.masked, start) or not page.free(start, end):
            continue
        if _greets(page.masked, start):
            continue
        words = page.plain[start:end].rstrip(" 、,の")
        if page.locale == "en" and not _states_time(match[0]):
            continue
        page.take("datetime", start, start + len(words), words, "D")


def _finds(text: str, hint: Grammar, wish: Grammar) -> Iterator[re.Match[str]]:
    """All times; in a long text only around the words that hint at one."""
    if len(text) < _LONG:
        yield from wish.finditer(text)
        return
    windows: list[tuple[int, int]] = []
    for match in hint.finditer(text):
        start, end = match.start() - _AROUND, match.end() + _AROUND
        if windows and start <= windows[-1][1]:
            start, _ = windows.pop()
        windows.append((start, end))
    for start, end in windows:
        first = text.rfind(" ", 0, start) + 1 if start > 0 else 0
        last = text.find(" ", end)
        yield from wish.finditer(text, first, len(text) if last < 0 else last)


def _states_time(words: str) -> bool:
    # "may", "sun" and a bare hour are too weak to stand alone.
    return words.strip() not in (
        "may",
        "sat",
        "sun",
        "mar",
        "wed",
        "second",
        "night",
        "lunch",
        "-",
        "christmas",
        "easter",
        "new year",
    )
