"""Postal code first, then place names in either language, else unknown."""

from __future__ import annotations

import pytest

from domain.areas import area_of
from domain.people import Area

AREAS = [
    Area("TOKYO", "東京 / Tokyo", ("10", "16"), ("東京都", "Tokyo")),
    Area("SHINJUKU", "新宿", ("160", "163"), ("新宿区", "Shinjuku-ku", "Shinjuku")),
    Area("CA", "California", ("90", "94"), ("California", "CA", "San Diego")),
    Area("WA", "Washington", ("98",), ("Seattle",)),
]


@pytest.mark.parametrize(
    ("postal_code", "address", "expected"),
    [
        ("100-0099", "", "TOKYO"),
        ("160-0099", "", "SHINJUKU"),  # the longer prefix says more
        ("１６０－００９９", "", "SHINJUKU"),
        ("94199", "", "CA"),
        ("94199-1234", "", "CA"),
        ("98101", "", "WA"),
        ("980-0099", "宮城県仙台市", None),  # not in the state of Washington
        ("10001", "New York", None),  # not in Tokyo
        ("", "東京都新宿区見本町1-2", "SHINJUKU"),
        ("", "東京都千代田区", "TOKYO"),
        ("", "1-2 Mihon-cho, Shinjuku-ku, Tokyo", "SHINJUKU"),
        ("", "12 Sample Street, san diego", "CA"),
        ("", "12 Sample Street, Fresno, CA", "CA"),
        ("", "our cat lives here", None),
        ("", "", None),
        ("980-0099", "東京都千代田区", "TOKYO"),  # a code of no area: the address tells
    ],
)
def test_an_address_lies_in(postal_code: str, address: str, expected: str | None) -> None:
    found = area_of(AREAS, postal_code, address)

    assert (found.area_code if found else None) == expected
