"""Cells that say how to reach somebody: e-mail address, telephone number, postal code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from bot.company_files.faults import BadCell, shown_text
from bot.company_files.text import one_line

# Dots may stand anywhere before the @: Japanese mobile addresses of the past have them doubled
# or last. Quoted local parts are not taken; nobody has one.
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]"
)
_JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_EXTENSION = re.compile(r"\s*[(（]?\s*内線\s*[:：]?\s*")
_PLAIN = re.compile(r"[0-9() .-]+")
_E164 = re.compile(r"\+(?:(81)([1-9]\d{8,9})|(1)([2-9]\d{9}))", re.ASCII)
_WITHOUT_SIGNS = str.maketrans("", "", "() .-")
_DASHES = re.compile("[\u2010-\u2015\u2212ー―]")


@dataclass(frozen=True, slots=True)
class Origin:
    """What tells the country of numbers and codes: the company's region, and the row."""

    region: str
    japanese: bool


def origin_of(region: str, locale: str, address: str, name: str) -> Origin:
    """The origin of a row. The address tells most: a reader of Japanese may live elsewhere."""
    if address:
        return Origin(region, bool(_JAPANESE.search(address)))
    return Origin(region, locale.lower().startswith("ja") or bool(_JAPANESE.search(name)))


def email(text: str, limit: int) -> str:
    """A mail address, its domain in lower case."""
    if not text:
        return ""
    text = unicodedata.normalize("NFKC", one_line(text, limit))
    if not _EMAIL.fullmatch(text):
        raise BadCell(f"{shown_text(text)} is not an e-mail address (like name@company.example)")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def phone(text: str, origin: Origin) -> str:
    """A telephone number in E.164, with `;ext=` (RFC 3966) where it has an extension."""
    if not text:
        return ""
    number = _phone_number(_EXTENSION.sub(" ext. ", one_line(text, 60)).rstrip(")）"), origin)
    if number is None:
        raise BadCell(
            f"{shown_text(text)} is not a telephone number "
            f"(write it with its country code, like +81 3-5555-0100, or as in {origin.region})"
        )
    written: str = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{written};ext={number.extension}" if number.extension else written


@lru_cache(maxsize=4096)
def _phone_number(text: str, origin: Origin) -> PhoneNumber | None:
    """The number, valid in the first region where it is; else one that is at least possible."""
    possible: PhoneNumber | None = None
    for region in _regions(text, origin):
        number = _plain_number(text, region) or _parsed_number(text, region)
        if number is None:
            continue
        if phonenumbers.is_valid_number(number):
            return number
        if possible is None and phonenumbers.is_possible_number(number):
            possible = number
    return possible


def _plain_number(text: str, region: str) -> PhoneNumber | None:
    """What parsing gives for the usual national forms, in a third of the time."""
    if found := _E164.fullmatch(text):
        return PhoneNumber(int(found[1] or found[3]), int(found[2] or found[4]))
    if region not in ("JP", "US") or not _PLAIN.fullmatch(text):
        return None
    digits = text.translate(_WITHOUT_SIGNS)
    if region == "JP" and len(digits) in (10, 11) and digits[0] == "0" != digits[1]:
        return PhoneNumber(country_code=81, national_number=int(digits[1:]))
    if region == "US" and len(digits) == 10 and digits[0] not in "01":
        return PhoneNumber(country_code=1, national_number=int(digits))
    return None


def _parsed_number(text: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _regions(text: str, origin: Origin) -> tuple[str, ...]:
    if text.startswith(("+", "＋")):
        return (origin.region,)
    # No number of North America begins with 0, and most in Japan do.
    if origin.japanese or (origin.region == "US" and text.lstrip("(（").startswith(("0", "０"))):
        return ("JP", origin.region)
    return (origin.region, "US")


def postal_code(text: str, limit: int, origin: Origin) -> tuple[str, str | None]:
    """A postal code as it is written in its country, and what was put right, if anything."""
    if not text:
        return "", None
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", one_line(text, 60)))
    folded = re.sub(r"\s*-\s*", "-", folded.lstrip("〒").strip()).upper()
    if re.fullmatch(r"\d{3}-\d{4}", folded, re.ASCII):
        return folded, None
    if re.fullmatch(r"\d+", folded, re.ASCII):
        return _from_digits(folded, origin)
    if len(folded) > limit or not re.fullmatch(r"[A-Z0-9](?:[A-Z0-9 -]*[A-Z0-9])?", folded):
        raise BadCell(f"{shown_text(text)} is not a postal code (like 123-4567 or 94105)")
    return re.sub(r"\s+", " ", folded), None


def _from_digits(digits: str, origin: Origin) -> tuple[str, str | None]:
    japanese = origin.japanese or (origin.region == "JP" and len(digits) in (6, 7))
    if len(digits) == 7 and (japanese or origin.region in ("JP", "US")):
        return f"{digits[:3]}-{digits[3:]}", None
    if japanese and len(digits) in (5, 6):
        padded = digits.zfill(7)
        return f"{padded[:3]}-{padded[3:]}", _padded(digits, f"{padded[:3]}-{padded[3:]}")
    if japanese or not 3 <= len(digits) <= 10:
        raise BadCell(f'"{digits}" is not a postal code (like 123-4567 or 94105)')
    if origin.region == "US" and len(digits) in (3, 4):
        return digits.zfill(5), _padded(digits, digits.zfill(5))
    if origin.region == "US" and len(digits) in (8, 9):
        whole = digits.zfill(9)
        zip_plus_4 = f"{whole[:5]}-{whole[5:]}"
        return zip_plus_4, _padded(digits, zip_plus_4) if len(digits) == 8 else None
    return digits, None


def _padded(digits: str, padded: str) -> str:
    return f'"{digits}" read as {padded}: leading zeros were lost, probably in Excel'
