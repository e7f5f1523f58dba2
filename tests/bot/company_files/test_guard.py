"""Cells that a spreadsheet would run or rewrite are inert, and come back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company_files.guard import guard, guard_typed, needs_guard, unguard

#: Built from what matters here, so that chance finds the awkward combinations.
AWKWARD = st.lists(
    st.sampled_from(
        [*"'=+-@＝＋－＠\t\r\n ;,\"", "cmd|' /C calc'!A0", "0", "12", "1-2", "e", "MAR", "東"]
    )
).map("".join)


@given(AWKWARD | st.text())
def test_every_text_comes_back_from_a_csv_cell(text: str) -> None:
    assert unguard(guard(text)) == text


@given(AWKWARD | st.text())
def test_every_text_comes_back_from_a_typed_cell(text: str) -> None:
    assert unguard(guard_typed(text)) == text


@given(st.sampled_from("=+-@\t\r＝＋－＠"), st.text())
def test_a_csv_cell_never_begins_like_a_formula(sign: str, rest: str) -> None:
    assert guard(sign + rest)[0] == "'"


@pytest.mark.parametrize(
    "text",
    [
        "02139",
        "123456789012345",
        "12E3",
        "1-2",
        "2026/1/5",
        "MAR1",
        "10-Dec",
        "1:30",
        "0123",
        "1 1/2",
    ],
)
def test_what_a_spreadsheet_would_rewrite_is_guarded(text: str) -> None:
    assert needs_guard(text)


@pytest.mark.parametrize(
    "text", ["RC-1234", "C-0001", "060-0001", "94105", "498000", "Ada", "'90s"]
)
def test_ordinary_cells_are_left_alone(text: str) -> None:
    assert guard(text) == text
