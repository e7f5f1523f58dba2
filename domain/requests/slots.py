"""Slots: what a kind of request needs to know, how it is checked, and what is known already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.addresses import full_address
from domain.areas import fold_postal_code
from domain.dialogue.facts import Facts
from domain.people import Customer

Filled = Mapping[str, Any]

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)*"
    r"[A-Za-z0-9-]{0,62}[A-Za-z0-9]"
)
_DIGIT = re.compile(r"\d")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Invalid(Exception):
    """A value does not fit its slot; `code` is a block of `templates/chat/invalid.txt`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Consent(StrEnum):
    """Whether the customer is shown what is told to whom before it is told."""

    ASKED = "asked"
    #: The wish itself is the consent: by mail it is not asked for again.
    IMPLIED = "implied"


Clean = Callable[[str, Facts], str]
Known = Callable[[Facts], str]
Needs = Callable[[Filled], bool]


def clean_text(value: str, _facts: Facts) -> str:
    """One or more lines of plain text, at most 2,000 characters."""
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", value)).strip()
    if len(text) > 2_000:
        raise Invalid("too_long")
    return text


def clean_line(value: str, facts: Facts) -> str:
    """One line of plain text, at most 200 characters."""
    text = " ".join(clean_text(value, facts).split())
    if len(text) > 200:
        raise Invalid("too_long")
    return text


def clean_name(value: str, facts: Facts) -> str:
    """A person's name: one line without digits, which a model number or an address has."""
    text = clean_line(value, facts)
    if any(map(str.isdigit, text)):
        raise Invalid("again")
    return text


def clean_email(value: str, _facts: Facts) -> str:
    """A mail address (RFC 5321, sizes of section 4.5.3.1); full width is folded."""
    text = unicodedata.normalize("NFKC", value).strip().strip("<>")
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text.partition("@")[2]:
        raise Invalid("email")
    local, _, host = text.rpartition("@")
    return f"{local}@{host.lower()}"


def clean_phone(value: str, facts: Facts) -> str:
    """A phone number in E.164, with `;ext=` behind it where it has an extension.

    It is read in the company's region where it has no country code. A number that exists in the
    region of the speaker's language counts for more than one that merely has a possible length
    in the company's.
    """
    if not _DIGIT.search(value):
        raise Invalid("phone")  # words that answer the question otherwise: not tried as a number

    import phonenumbers  # its tables take a third of a second to load, and few messages need them

    possible = ""
    tried: phonenumbers.PhoneNumber | None = None
    for region in dict.fromkeys((facts.phone_region, "JP" if facts.locale == "ja" else "US", "JP")):
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if number == tried:
            continue  # written with a country code it is the same number in every region
        tried = number
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        written += f";ext={number.extension}" if number.extension else ""
        if phonenumbers.is_valid_number(number):
            return written
        if phonenumbers.is_possible_number(number):
            possible = possible or written
    if not possible:
        raise Invalid("phone")
    return possible


def clean_postal_code(value: str, _facts: Facts) -> str:
    """A postal code; seven digits get the Japanese hyphen."""
    code = fold_postal_code(value)
    if not 3 <= len(code) <= 10:
        raise Invalid("postal_code")
    return f"{code[:3]}-{code[3:]}" if code.isdigit() and len(code) == 7 else code


def one_of(*options: str) -> Clean:
    """A choice among `options`."""

    def clean(value: str, _facts: Facts) -> str:
        if value not in options:
            raise Invalid("choice")
        return value

    return clean


def nothing_known(_facts: Facts) -> str:
    """Nothing is known of this slot."""
    return ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the customer's record says, only for a verified customer."""

    read: Callable[[Customer], str]

    def __call__(self, facts: Facts) -> str:
        known = facts.known
        return self.read(known) if known else ""


def known_field(name: str) -> Known:
    """A field of the customer's record."""
    return Recorded(lambda known: str(getattr(known, name, "") or ""))


#: The registered address with its postal code.
known_address = Recorded(lambda known: full_address(known.postal_code, known.address))


@dataclass(frozen=True, slots=True)
class Slot:
    """
    One thing that a request needs to know.

    Attributes:
        name: also the name of the form's field, and of its words (`slot.<name>`).
        type: of the form's field: `text`, `textarea`, `choice`, `tel`, `email`.
        clean: makes the value ready to store, or raises Invalid.
        required: whether it is needed; a function where that depends on what is filled in already.
        known: what we know of it without asking.
        entity: the entity of understanding that fills it.
        options: the choices, for type `choice`.
        free: whether any text that answers its question is its value.
    """

    name: str
    type: str = "text"
    clean: Clean = clean_line
    required: bool | Needs = False
    known: Known = nothing_known
    entity: str | None = None
    options: tuple[str, ...] = ()
    free: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """
    A kind of request.

    Attributes:
        kind: its name, the same as the intent that begins it.
        slots: in the order in which they are asked.
        consent: whether the notice-confirmation is shown where the channel could do without.
        needs_items: whether at least one product must be named.
        needs_proof: whether only a verified customer may finish it.
        ready: refuses what must not be sent although every slot is filled; None is fine.
    """

    kind: str
    slots: tuple[Slot, ...]
    consent: Consent = Consent.ASKED
    needs_items: bool = False
    needs_proof: bool = False
    ready: Callable[[Filled, Facts], str | None] = lambda _filled, _facts: None
    #: Those answers of `ready` that only warn: said a second time, the customer is believed.
    once: tuple[str, ...] = ()
    # What every message of a request asks of its slots, told apart once.
    #: Where each slot stands, by its name.
    places: dict[str, int] = field(init=False, repr=False, compare=False)
    #: The slots that an entity fills, each with that.
    heard: tuple[tuple[Slot, str], ...] = field(init=False, repr=False, compare=False)
    _known: tuple[Slot, ...] = field(init=False, repr=False, compare=False)
    _known_of_strangers: tuple[Slot, ...] = field(init=False, repr=False, compare=False)
    _always: tuple[bool, ...] = field(init=False, repr=False, compare=False)
    _sometimes: tuple[tuple[int, Needs], ...] = field(init=False, repr=False, compare=False)
    _needed: tuple[tuple[Slot, Needs | None], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rules = [(slot, slot.required) for slot in self.slots]
        known = tuple(slot for slot in self.slots if slot.known is not nothing_known)
        prepared = {
            "places": {slot.name: place for place, slot in enumerate(self.slots)},
            "heard": tuple((slot, slot.entity) for slot in self.slots if slot.entity),
            "_known": known,
            "_known_of_strangers": tuple(s for s in known if not isinstance(s.known, Recorded)),
            "_always": tuple(rule is True for _, rule in rules),
            "_sometimes": tuple(
                (place, rule) for place, (_, rule) in enumerate(rules) if callable(rule)
            ),
            "_needed": tuple(
                (slot, rule if callable(rule) else None) for slot, rule in rules if rule
            ),
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    def slot(self, name: str) -> Slot | None:
        """The slot of that name."""
        place = self.places.get(name)
        return None if place is None else self.slots[place]

    def known_slots(self, facts: Facts) -> tuple[Slot, ...]:
        """The slots of which something may be known without asking; the others hold nothing."""
        return self._known_of_strangers if facts.known is None else self._known

    def required(self, filled: Filled) -> tuple[bool, ...]:
        """Of each slot whether it is needed, given what is filled in already."""
        if not self._sometimes:
            return self._always
        required = list(self._always)
        for place, needs in self._sometimes:
            required[place] = needs(filled)
        return tuple(required)

    def first_missing(self, filled: Filled) -> Slot | None:
        """The slot that is asked for next: the first of `missing`, None where nothing is."""
        for slot, needs in self._needed:
            if not filled.get(slot.name) and (needs is None or needs(filled)):
                return slot
        return None

    def missing(self, filled: Filled) -> list[Slot]:
        """The slots that are needed and empty, in the order in which they are asked."""
        return [
            slot
            for slot, needs in self._needed
            if not filled.get(slot.name) and (needs is None or needs(filled))
        ]

    def told(self, filled: Filled, facts: Facts) -> list[Slot]:
        """The slots that are told: those filled, less what is registered and not needed now."""
        required = self.required(filled)
        return [
            slot
            for slot, needed in zip(self.slots, required, strict=True)
            if (value := filled.get(slot.name)) and (needed or value != slot.known(facts))
        ]
