"""Telephone numbers as people of a region write them."""

from __future__ import annotations

import pytest

from domain.phones import shown_phone


@pytest.mark.parametrize(
    ("number", "region", "written"),
    [
        ("+819055550101", "JP", "090-5555-0101"),
        ("+81355550101", "JP", "03-5555-0101"),
        ("+14155550104", "US", "(415) 555-0104"),
        ("+14155550104", "JP", "+1 415-555-0104"),
        ("+819055550101", "US", "+81 90-5555-0101"),
        ("+14155550104;ext=12", "US", "(415) 555-0104 ext. 12"),
        ("extension 12", "US", "extension 12"),
        ("", "US", ""),
        ("+0", "US", "+0"),
    ],
)
def test_a_number_is_written_as_at_home_and_a_foreign_one_with_its_country(
    number: str, region: str, written: str
) -> None:
    assert shown_phone(number, region) == written
