"""Buy: products, options, attachments and supplies with quantities, and where they go."""

from __future__ import annotations

from domain.requests.contact import NAME, known_email
from domain.requests.slots import (
    Declaration,
    Slot,
    clean_email,
    clean_phone,
    clean_text,
    known_address,
    known_field,
)

PURCHASE = Declaration(
    kind="purchase",
    slots=(
        NAME,
        Slot("email", "email", clean_email, True, known_email, "email", free=True),
        Slot("address", "text", required=True, known=known_address,
             entity="address", free=True),
        Slot("phone", "tel", clean_phone, known=known_field("phone"), entity="phone"),
        Slot("message", "textarea", clean_text),
    ),
    needs_items=True,
)  # fmt: skip
