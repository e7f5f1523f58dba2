"""Own sales person, else area and product, else the default; absent people have deputies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NobodyToAssign
from domain.people import Role, Staff
from domain.routing import MENDING, SELLING, Route, Rule, route
from tests.builders import a_customer, a_staff, an_area
from tests.clock import NOON

TOMORROW = NOON + timedelta(days=1)
NORTH = an_area("north")


def routed(team: list[Staff], **changes: Any) -> Route:
    usual: dict[str, Any] = {
        "roles": SELLING,
        "customer": None,
        "area": None,
        "category": "",
        "now": NOON,
        "default_staff_id": None,
    }
    return route(team, **usual | changes)


def test_the_own_member_of_staff_comes_first_even_when_busier() -> None:
    own = a_staff("S9", open_requests=9)
    local = a_staff("S1", area_codes=("north",))

    found = routed([local, own], customer=a_customer(staff_id="S9"), area=NORTH)

    assert (found.staff, found.rule) == (own, Rule.OWN_STAFF)


def test_a_repair_passes_by_the_own_seller_and_goes_to_who_mends() -> None:
    own = a_staff("S1")
    mends = a_staff("S2", role=Role.SERVICE, area_codes=("north",))

    found = routed([own, mends], customer=a_customer(staff_id="S1"), area=NORTH, roles=MENDING)

    assert (found.staff, found.rule) == (mends, Rule.AREA)


def test_area_and_product_together_beat_either_alone() -> None:
    both = a_staff("S3", area_codes=("north",), product_categories=("copier",))
    area_only = a_staff("S1", area_codes=("north",))
    product_only = a_staff("S2", product_categories=("copier",))

    found = routed([area_only, product_only, both], area=NORTH, category="copier")

    assert (found.staff, found.rule) == (both, Rule.AREA_CATEGORY)


def test_without_a_product_somebody_of_the_area_is_better_than_the_default() -> None:
    local = a_staff("S2", area_codes=("north",), product_categories=("copier",))
    default = a_staff("S1")

    assert routed([default, local], area=NORTH).staff == local


def test_somebody_of_another_product_does_not_get_it() -> None:
    other = a_staff("S1", area_codes=("north",), product_categories=("shredder",))
    default = a_staff("S2", role=Role.MANAGER)

    found = routed([other, default], area=NORTH, category="copier")

    assert (found.staff, found.rule) == (default, Rule.DEFAULT)


def test_ties_go_to_the_fewest_open_requests_and_then_to_the_lowest_id() -> None:
    busy = a_staff("S1", area_codes=("north",), open_requests=2)
    late = a_staff("S3", area_codes=("north",), open_requests=1)
    early = a_staff("S2", area_codes=("north",), open_requests=1)

    assert routed([busy, late, early], area=NORTH).staff == early


def test_somebody_away_is_replaced_along_the_chain_of_deputies() -> None:
    away = a_staff("S1", deputy_id="S2", away_until=TOMORROW)
    away_too = a_staff("S2", deputy_id="S3", away_until=TOMORROW)
    present = a_staff("S3", role=Role.SERVICE)

    found = routed([away, away_too, present], customer=a_customer(staff_id="S1"))

    assert (found.staff, found.instead_of, found.rule) == (present, away, Rule.OWN_STAFF)


def test_deputies_in_a_circle_lead_on_to_the_next_rule() -> None:
    first = a_staff("S1", deputy_id="S2", away_until=TOMORROW)
    second = a_staff("S2", deputy_id="S1", away_until=TOMORROW)
    local = a_staff("S3", area_codes=("north",))

    found = routed([first, second, local], customer=a_customer(staff_id="S1"), area=NORTH)

    assert (found.staff, found.rule) == (local, Rule.AREA)


def test_an_absence_that_ended_counts_no_more() -> None:
    back = a_staff("S1", deputy_id="S2", away_until=NOON)

    assert routed([back, a_staff("S2")], customer=a_customer(staff_id="S1")).staff == back


def test_the_named_default_gets_what_no_rule_assigns() -> None:
    named = a_staff("S5", area_codes=("south",))

    found = routed([a_staff("S1"), named], default_staff_id="S5")

    assert (found.staff, found.rule) == (named, Rule.DEFAULT)


def test_without_a_named_default_a_generalist_and_then_a_manager_gets_it() -> None:
    manager = a_staff("S1", role=Role.MANAGER)
    generalist = a_staff("S2")

    assert routed([manager, generalist]).staff == generalist
    assert routed([manager]).staff == manager


def test_when_everybody_is_away_the_default_gets_it_all_the_same() -> None:
    away = a_staff("S1", away_until=TOMORROW)

    assert routed([away]).staff == away


def test_without_any_staff_there_is_nobody_to_assign() -> None:
    with pytest.raises(NobodyToAssign):
        routed([])
