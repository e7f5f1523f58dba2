"""Change registered details: the form comes filled, only what differs is a change."""

from __future__ import annotations

from domain.dialogue.facts import Facts
from domain.requests.slots import (
    Declaration,
    Filled,
    Invalid,
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
    changed = changes(filled, facts)
    if not changed:
        return "nothing_changed"
    moved = {name: new for name, (_, new) in changed.items() if name in ("postal_code", "address")}
    if moved and facts.disagree(str(filled.get("postal_code")), str(filled.get("address"))):
        return "postal_disagrees"
    return None


def _clean_new_email(value: str, facts: Facts) -> str:
    """A mail address that is nobody else's."""
    email = clean_email(value, facts)
    if facts.known is not None and facts.email_taken(email):
        raise Invalid("email_taken")
    return email


_CLEAN = {
    "postal_code": clean_postal_code,
    "phone": clean_phone,
    "office_phone": clean_phone,
    "email": _clean_new_email,
}

UPDATE_DETAILS = Declaration(
    kind="update_details",
    slots=tuple(
        Slot(
            name,
            type_,
            _CLEAN.get(name, Slot(name).clean),
            known=known_field(name),
            entity=entity,
        )
        for name, type_, entity in _FIELDS
    ),
    needs_proof=True,
    ready=_something_changed,
    once=("postal_disagrees",),
)
