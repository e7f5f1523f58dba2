"""An address in one line, with its postal code where the country writes it."""

from __future__ import annotations

import re

from domain.areas import fold_postal_code

#: A ZIP code (five digits, or nine) directly behind an address.
_ZIP_BEHIND = re.compile(r"[\s,]{0,3}(\d{5}(?:-\d{4})?)(?![\d-])")
_JAPANESE = re.compile(r"\d{3}-?\d{4}")


def full_address(postal_code: str, address: str) -> str:
    """Both in one line: 〒 and the code before it in Japan, the code behind it elsewhere."""
    if not address or not postal_code:
        return address
    if fold_postal_code(postal_code) in fold_postal_code(address):
        return address
    if _JAPANESE.fullmatch(postal_code):
        return f"〒{postal_code} {address}"
    return f"{address} {postal_code}"


def with_zip_behind(address: str, text: str) -> str:
    """The address with the ZIP code that stands behind it in a text it was found in."""
    start = text.find(address)
    behind = _ZIP_BEHIND.match(text, start + len(address)) if address and start >= 0 else None
    return f"{address} {behind[1]}" if behind else address
