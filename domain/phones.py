"""Telephone numbers as a person writes them. Stored they are E.164, with `;ext=` (RFC 3966)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=10_000)
def shown_phone(number: str, region: str) -> str:
    """A number as it is written in `region`: the country's own with blanks or hyphens and without
    a country code, a foreign one with it. What is no number stays as it is.
    """
    if not number.startswith("+"):
        return number
    import phonenumbers  # its tables take a third of a second to load, and few messages need them

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat
    written: str = phonenumbers.format_number(
        parsed, style.NATIONAL if home else style.INTERNATIONAL
    )
    return written
