"""Send me papers: a brochure, a manual, a quotation; by mail or by post."""

from __future__ import annotations

from domain.dialogue.facts import Facts
from domain.requests.contact import NAME, known_email
from domain.requests.slots import (
    Declaration,
    Filled,
    Slot,
    clean_email,
    clean_text,
    known_address,
    one_of,
)


def _by_mail(filled: Filled) -> bool:
    return filled.get("delivery") == "email"


def _by_post(filled: Filled) -> bool:
    return filled.get("delivery") == "post"


def _mail_first(_facts: Facts) -> str:
    return "email"


DOCUMENT_REQUEST = Declaration(
    kind="document_request",
    slots=(
        NAME,
        Slot(
            "delivery", "choice", one_of("email", "post"), True, _mail_first,
            options=("email", "post"),
        ),
        Slot("email", "email", clean_email, _by_mail, known_email, "email", free=True),
        Slot(
            "address", "text", required=_by_post, known=known_address,
            entity="address", free=True,
        ),
        Slot("message", "textarea", clean_text),
    ),
)  # fmt: skip
