"""What mail servers and houses print around every mail: disclaimers below, warnings on top."""

from __future__ import annotations

import re

from inbound.remembering import remembered
from inbound.signature_words import BANNER, BILLING, DISCLAIMER, IMPRINT, IMPRINT_HINT, OF_MAIL

_DISCLAIMER_TITLE = re.compile(
    r"^\W*(?:(?:legal |e-?mail )?disclaimer|confidentiality notice"
    r"|haftungsausschluss|免責事項)\W*$",
    re.IGNORECASE,
)
_SCANNED = re.compile(
    r"^\W*(?:virus-free|virenfrei|garanti sans virus|libre de virus)\W{1,3}www\.\S+$"
    r"|^\W*disclaimer\s*:\s*https?://\S+$",
    re.IGNORECASE,
)


@remembered
def is_disclaimer(paragraph: str) -> bool:
    """Small print about the mail itself; a person may well ask for a confidentiality statement."""
    if _DISCLAIMER_TITLE.match(paragraph) or _SCANNED.match(paragraph):
        return True
    if len(paragraph) < (40 if paragraph.isascii() else 15):
        return False
    text = paragraph[:2_000].replace("’", "'")
    if OF_MAIL.search(text) is not None and DISCLAIMER.search(text) is not None:
        return True
    if IMPRINT_HINT.search(text) is None or BILLING.search(text) is not None:
        return False
    return sum(1 for one in IMPRINT if one.search(text)) >= 3


@remembered
def is_banner(paragraph: str) -> bool:
    """A warning that a mail server put on top."""
    return len(paragraph) < 700 and BANNER.search(paragraph.replace("’", "'")) is not None
