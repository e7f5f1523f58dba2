"""Something is broken: which machine, what is wrong, how urgent, and how to reach you."""

from __future__ import annotations

from domain.requests.contact import NAME, known_email
from domain.requests.slots import (
    Declaration,
    Filled,
    Slot,
    clean_email,
    clean_phone,
    clean_text,
    known_address,
    known_field,
    one_of,
)

URGENCIES = ("stopped", "impaired", "whenever")


def _no_phone(filled: Filled) -> bool:
    return not filled.get("phone")


SUPPORT = Declaration(
    kind="support",
    slots=(
        NAME,
        Slot("problem", "textarea", clean_text, True, free=True),
        Slot("urgency", "choice", one_of("", *URGENCIES), options=URGENCIES),
        Slot("phone", "tel", clean_phone, known=known_field("phone"), entity="phone"),
        Slot("email", "email", clean_email, _no_phone, known_email, "email", free=True),
        Slot("address", "text", known=known_address, entity="address"),
        Slot("datetime", "text", entity="datetime"),
    ),
)
