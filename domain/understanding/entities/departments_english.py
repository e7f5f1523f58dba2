"""Departments that are known by name, in capitals or small letters."""

from __future__ import annotations

import re

from domain.understanding.entities.found import Page
from domain.understanding.grammar import Grammar

_KNOWN = (
    r"(?:accounts (?:payable|receivable)|accounts|accounting|finance|treasury|payroll|purchasing|procurement|buying|sourcing"
    r"|marketing|communications|comms|legal|compliance|hr|human resources|people operations|it support|it|admin|administration"
    r"|facilities management|facilities|estates and grounds|estates|grounds team|bought ledger|sales ledger|clinical engineering|biomedical engineering|tool ?room|tool store|maintenance|engineering|production|manufacturing|operations|ops"
    r"|planning|design|r ?& ?d|research and development|research|quality assurance|quality control|quality|qa|training"
    r"|learning and development|logistics|transport|dispatch|despatch|shipping|goods[- ]in|receiving|stores|warehouse"
    r"|reprographics|print room|post ?room|mail ?room|front desk|back office|front office|reception|customer care"
    r"|customer services?|service desk|help ?desk|catering|housekeeping|admissions|registry|bursary|secretariat|radiology"
    r"|pharmacy|outpatients|maternity|pathology|oncology|cardiology|paediatrics|physiotherapy|physio|laboratory|lab|library"
    r"|workshop|security|export|imports?|property|internal audit|audit|social services|student services|fleet(?: management)?"
    r"|general affairs|events|regulatory affairs|supply chain|business development|after[- ]sales|technical services|fundraising)"
)
#: Those of them that mean no other thing when they stand alone.
_PLAIN = (
    r"(?:accounts (?:payable|receivable)|accounts|accounting|finance|treasury|payroll|purchasing|procurement|sourcing|legal|compliance"
    r"|hr|human resources|it support|it|facilities management|facilities|estates|engineering|operations|ops|r ?& ?d|quality assurance"
    r"|quality control|qa|logistics|dispatch|despatch|goods[- ]in|reprographics|print room|post ?room|mail ?room|front desk|back office"
    r"|customer care|housekeeping|admissions|bursary|radiology|pharmacy|outpatients|maternity|pathology|oncology|cardiology"
    r"|paediatrics|physiotherapy|internal audit|social services|student services|general affairs|regulatory affairs|supply chain)"
)
_KIND = r"(?:department|dept\.?|team|office|group|section|division|unit)"
_KNOWN_DEPARTMENT = Grammar(
    # "the estates team", "our R&D department", "in Quality Assurance at ..."
    rf"\b(?:from|in|at|for|to|of|with|the|our|my|into|joined|by|under) (?:the |our |my )?(?<!your )({_KNOWN}(?: (?:&|and) {_KNOWN})?)(?= {_KIND}(?![a-z])|,? (?:here|speaking|calling)\b| at (?=[A-Z\x00a-z]))"
    # "from Sales to Logistics", "from HR to the print room"
    rf"|\b(?:from|left|leaving) (?:the )?[a-z&]+(?: [a-z&]+)?(?: and am now in| for| to) (?:the |our )?({_KNOWN}|sales)(?![a-z&])"
    # "... for the ladies in payroll please", "moved to Facilities,"
    rf"|\b(?:from|in|for|of|under|called|it's|is|as) (?:the |our |my )?({_PLAIN})(?=,? (?:please|pls|now|instead|again|from now on|for all)\b|[.,;!?\n)]|\s*$)"
    # "Kirsty, Reprographics, ext 212" and "... 0117 496 0432, Accounts" at the end
    rf"|(?:, |\n| - |/ ?|\| ?|\()({_KNOWN}(?:(?: & | and |, ){_KNOWN})?(?: (?:services|support))?)(?= {_KIND}(?![a-z])|(?:, (?:ext|tel|room)[^\n]{{1,16}})?[.!)]?\s*(?:$|\n))"
    rf"|(?:^|[.!?\n] ?)({_KNOWN})(?= {_KIND}(?:[,.\n]|$)| (?:here|speaking)\b)"
)
_WRITTEN_OUT = Grammar(r" (?:Department|Dept|Division|Section)\b")
#: The counter's own: "your sales team", "put me through to accounts".
_NOT_OURS = Grammar(
    r"(?:\byour(?: \w+)? |\b(?:through to|speak (?:to|with)|talk to|transfer (?:me )?to|pass (?:this|me|it)(?: on)? to|someone (?:in|from)|somebody (?:in|from)|anyone in|person in|contact|instead of|rather than|no longer (?:in|under)|not (?:in|under)|used to be) (?:the )?)$"
)
_HINTS = (
    "dep", "team", "office", "group", "section", "division", "unit", "account", "financ", "treasury", "payroll", "purchas",
    "procure", "buying", "sourcing", "marketing", "comm", "legal", "compliance", "hr", "human", "admin", "facilit",
    "estates", "premises", "maintenance", "engineer", "produc", "manufac", "operations", "ops", "planning", "design", "r&d",
    "r & d", "research", "quality", "qa", "training", "logistic", "transport", "dispatch", "shipping", "goods", "receiv",
    "stores", "warehouse", "repro", "room", "desk", "customer", "catering", "housekeep", "registry", "pharmacy", "physio",
    "lab", "workshop", "security", "export", "import", "property", "audit", "services", "fleet", "affairs", "events",
    "supply", "develop", "grounds", "ledger", "clinical", "tool", "library", "radiology", "outpatients", "maternity", "pathology", "oncology", "cardiology",
)  # fmt: skip


_ONE_KNOWN = Grammar(rf"{_KNOWN}(?: (?:department|dept\.?|team|section))?", re.IGNORECASE)


def is_department(words: str) -> bool:
    """Whether words are the name of a department that is known, and no more."""
    return _ONE_KNOWN.fullmatch(words) is not None


def take_departments(page: Page) -> None:
    """Departments of the customer's side, known by their names."""
    text = page.masked
    if "IT" not in page.plain and not any(map(text.__contains__, _HINTS)):
        return
    for match in _KNOWN_DEPARTMENT.finditer(text):
        start, end = match.span(match.lastindex or 1)
        before = text[max(0, start - 28) : start]
        if (
            match[match.lastindex or 1].split(" ")[0] == "it"
            and page.plain[start : start + 2] != "IT"
        ):
            continue
        written_out = _WRITTEN_OUT.match(page.plain, end)
        end = written_out.end() if written_out else end
        if page.free(start, end) and not _NOT_OURS.search(before):
            page.take("department", start, end, page.plain[start:end], "B")
