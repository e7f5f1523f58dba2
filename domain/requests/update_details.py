"""Change registered details: the form comes filled, only what differs is a change."""

from __future__ import annotations

from domain.dialogue.facts import Facts
from domain.requests.slots import (
    Declaration,
    Filled,
    Slot,
    clean_email,
    clean_phone,
    clean_postal_code,
    known_field,
)

_FIELDS = (
    ("name", "text", "person_name"),
    ("phone", "tel", "phone"),
    ("postal_code", "text", "postal_code"),
    ("address", "text", "address"),
    ("email", "email", "email"),
    ("company", "text", "company"),
    ("department", "text", "department"),
    ("office_phone", "tel", None),
)
_CLEAN = {"tel": clean_phone, "email": clean_email}


def changes(filled: Filled, facts: Facts) -> dict[str, tuple[str, str]]:
    """What differs from the record: field name to (old, new). Emptied fields stay as they are."""
    if facts.known is None:
        return {}
    found = {}
    for name, _type, _entity in _FIELDS:
        old, new = str(getattr(facts.known, name)), str(filled.get(name) or "")
        if new and new != old:
            found[name] = (old, new)
    return found


def _something_changed(filled: Filled, facts: Facts) -> str | None:
    return None if changes(filled, facts) else "nothing_changed"


UPDATE_DETAILS = Declaration(
    kind="update_details",
    slots=tuple(
        Slot(
            name,
            type_,
            clean_postal_code if name == "postal_code" else _CLEAN.get(type_, Slot(name).clean),
            known=known_field(name),
            entity=entity,
        )
        for name, type_, entity in _FIELDS
    ),
    needs_proof=True,
    ready=_something_changed,
)
