"""Which elements, classes and ids of an HTML mail mean what (data, in lower case)."""

# fmt: off
from __future__ import annotations

import re

# Elements that show nothing.
SKIPPED = frozenset((
    "audio", "button", "head", "iframe", "link", "map", "meta", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "title", "video",
))
# Elements that begin a line.
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tr",
    "ul",
))
# Of these, those with a blank line around them.
PARAGRAPHS = frozenset((
    "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "ul",
))
# Elements that hold nothing, or that the next one of their kind closes.
UNNESTED = frozenset((
    "area", "base", "body", "br", "col", "dd", "dt", "head", "hr", "html", "img", "input", "li",
    "link", "meta", "o:p", "option", "p", "tbody", "td", "th", "thead", "tr", "wbr",
))
# Where the earlier mail begins.
CUT_IDS = (
    "divrplyfwdmsg", "olk_src_body_section", "reply-intro", "isforwardcontent", "isreplycontent",
    "zwchr", "oldcontent", "mailcontenthistory", "origbody", "orig_body", "replysplit",
)
# The same by class.
CUT_CLASSES = (
    "yahoo_quoted", "protonmail_quote", "zmail_extra", "tutanota_quote", "quotedemail",
    "ms-outlook-mobile-reference-message", "front-blockquote", "cloudmagic-smart-beak", "yj6qo",
    "zwchr",
)
# Blockquotes with these are quotations.
QUOTE_CLASSES = (
    "gmail_quote", "quoted-text", "mail-quote-collapse", "cite",
)
# The line over a quotation.
ATTRIBUTION_CLASSES = (
    "gmail_attr", "moz-cite-prefix", "moz-email-headers-table",
)
# Signatures by id. Most names hold the word itself: `SIGNATURE_WORD` finds those.
SIGNATURE_IDS = ("applemailsignature",)
# The same by class.
SIGNATURE_CLASSES = ("mailsignature", "bloop_sign")
# By the attribute `name`, as one mailer has it.
SIGNATURE_NAMES = ("messagesignaturesection",)
# The word as a part of an id or a class.
SIGNATURE_WORD = re.compile(r"(?:^|[-_])signature(?:$|[-_\d])")
