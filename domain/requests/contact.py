"""Contact me: by phone, mail, visit or online, with materials or an explanation."""

from __future__ import annotations

from domain.dialogue.facts import Facts
from domain.messages import Channel
from domain.requests.slots import (
    Consent,
    Declaration,
    Filled,
    Slot,
    clean_email,
    clean_name,
    clean_phone,
    clean_text,
    known_address,
    known_field,
    one_of,
)

METHODS = ("phone", "email", "visit", "online")
ACTIONS = ("send_materials", "visit", "phone_explanation")
#: Reading it from its class would cost more than all that is done with it here.
_BY_MAIL = Channel.EMAIL


def known_name(facts: Facts) -> str:
    """The registered name, else the one given or written in From."""
    return (facts.known.name if facts.known else "") or facts.name


def known_email(facts: Facts) -> str:
    """The registered address, else the one that the person wrote from or gave."""
    return (facts.known.email if facts.known else "") or facts.email


def _method_of_channel(facts: Facts) -> str:
    # Who writes a mail and names no other way is answered by mail.
    return "email" if facts.channel is _BY_MAIL else ""


def _by_phone(filled: Filled) -> bool:
    return filled.get("contact_method") == "phone"


def _by_mail(filled: Filled) -> bool:
    return filled.get("contact_method") in ("email", "online")


def _by_visit(filled: Filled) -> bool:
    return filled.get("contact_method") == "visit"


NAME = Slot("name", "text", clean_name, True, known=known_name, entity="person_name", free=True)
PHONE = Slot("phone", "tel", clean_phone, known=known_field("phone"), entity="phone", free=True)
EMAIL = Slot("email", "email", clean_email, known=known_email, entity="email", free=True)

CONTACT = Declaration(
    kind="contact",
    slots=(
        NAME,
        Slot(
            "contact_method",
            "choice",
            one_of(*METHODS),
            required=True,
            known=_method_of_channel,
            entity="contact_method",
            options=METHODS,
        ),
        Slot("phone", "tel", clean_phone, _by_phone, known_field("phone"), "phone", free=True),
        Slot("email", "email", clean_email, _by_mail, known_email, "email", free=True),
        Slot(
            "address", "text", required=_by_visit, known=known_address,
            entity="address", free=True,
        ),
        Slot(
            "requested_action", "choice", one_of("", *ACTIONS),
            entity="requested_action", options=ACTIONS,
        ),
        Slot("datetime", "text", entity="datetime"),
        Slot("message", "textarea", clean_text),
    ),
    consent=Consent.IMPLIED,
)  # fmt: skip
