"""How long to wait before something is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.notifications import LONGEST_WAIT, wait_before


def test_waits_double_and_are_spread_by_chance() -> None:
    assert wait_before(2, 0.5) == timedelta(seconds=2)
    assert wait_before(5, 0.5) == timedelta(seconds=16)
    assert wait_before(5, 0.0) < wait_before(5, 1.0)


@pytest.mark.parametrize("attempt", [13, 50, 5_000, 10**6])
def test_however_often_it_failed_the_wait_stays_bounded(attempt: int) -> None:
    assert wait_before(attempt, 1.0) <= LONGEST_WAIT * 1.25
