"""Addresses in one line keep their postal code."""

from __future__ import annotations

import pytest

from domain.addresses import full_address, with_zip_behind


@pytest.mark.parametrize(
    ("code", "address", "whole"),
    [
        ("94199", "1 Sample Street, San Francisco, CA", "1 Sample Street, San Francisco, CA 94199"),
        ("94199-1234", "1 Sample Street", "1 Sample Street 94199-1234"),
        ("94199", "1 Sample Street, CA 94199", "1 Sample Street, CA 94199"),
        ("100-0099", "東京都千代田区見本町1-2-3", "〒100-0099 東京都千代田区見本町1-2-3"),
        ("100-0099", "〒１００－００９９ 東京都", "〒１００－００９９ 東京都"),
        ("", "1 Sample Street", "1 Sample Street"),
        ("94199", "", ""),
    ],
)  # fmt: skip
def test_code_and_address_become_one_line(code: str, address: str, whole: str) -> None:
    assert full_address(code, address) == whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("to 7 Road, Portland, Oregon 97299, please", "7 Road, Portland, Oregon 97299"),
        ("to 7 Road, Portland, Oregon, 97299-0001", "7 Road, Portland, Oregon 97299-0001"),
        ("to 7 Road, Portland, Oregon. 97299 sheets", "7 Road, Portland, Oregon"),
        ("to 7 Road, Portland, Oregon 972991", "7 Road, Portland, Oregon"),
    ],
)
def test_only_a_zip_code_right_behind_an_address_belongs_to_it(text: str, whole: str) -> None:
    assert with_zip_behind("7 Road, Portland, Oregon", text) == whole
