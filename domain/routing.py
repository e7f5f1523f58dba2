"""Who gets a request: own sales person, else area and product, else the default; and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from domain.errors import NobodyToAssign
from domain.people import Area, Customer, Role, Staff
from domain.values import value


class Rule(StrEnum):
    """Which rule chose the person; the words for it are in `templates/staff/words.txt`."""

    OWN_STAFF = "own_staff"
    AREA_CATEGORY = "area_category"
    AREA = "area"
    CATEGORY = "category"
    DEFAULT = "default"
    HANDED_OVER = "handed_over"
    ESCALATED = "escalated"


@value
class Route:
    """The person who gets a request and how that came about.

    `instead_of` is who would have got it but is away; the deputy chain led to `staff`.
    """

    staff: Staff
    rule: Rule
    area: Area | None = None
    category: str = ""
    instead_of: Staff | None = None

    def facts(self) -> dict[str, str]:
        """What the decision rested on, for "why me?" in any language."""
        return {
            "staff": self.staff.name,
            "area": self.area.name if self.area else "",
            "category": self.category,
            "instead_of": self.instead_of.name if self.instead_of else "",
        }


#: Reading them from their classes would cost more than all that is done with them here.
_SALES, _MANAGER, _DEFAULT = Role.SALES, Role.MANAGER, Rule.DEFAULT
#: Requests about something broken go to those who mend; all others to those who sell.
SELLING = frozenset({Role.SALES})
MENDING = frozenset({Role.SERVICE, Role.MAINTENANCE})


def roles_for(kind: str) -> frozenset[Role]:
    """The roles that a kind of request is for."""
    return MENDING if kind == "support" else SELLING


def route(
    team: Sequence[Staff],
    *,
    roles: Collection[Role],
    customer: Customer | None,
    area: Area | None,
    category: str,
    now: datetime,
    default_staff_id: str | None,
) -> Route:
    """
    Pick the member of staff who gets a request.

    The customer's own member of staff comes first (for a repair only if that person mends),
    then who covers the area and the product category, the most specific first, then the named
    default. Somebody away is replaced along the chain of deputies; where that leads to nobody
    present, the next rule decides.

    Args:
        team: all staff with their open requests, in any order.
        roles: who may get this kind of request by area and product.
        category: of the product it is about, empty where there is none.
        default_staff_id: who gets what no rule assigns; None for sales staff without areas and
            categories, else a manager.

    Returns:
        Always somebody of `team`; the same arguments give the same person.

    Raises:
        NobodyToAssign: there is no staff at all.
    """
    by_id = {member.staff_id: member for member in team}
    for rule, candidates in _rules(team, by_id, roles, customer, area, category, default_staff_id):
        found = _first_present(candidates, by_id, now)
        if found is not None:
            staff, instead_of = found
            return Route(staff, rule, area, category, instead_of)
    return Route(_somebody(team, by_id, default_staff_id), Rule.DEFAULT, area, category)


def _rules(
    team: Sequence[Staff],
    by_id: dict[str, Staff],
    roles: Collection[Role],
    customer: Customer | None,
    area: Area | None,
    category: str,
    default_staff_id: str | None,
) -> Iterator[tuple[Rule, list[Staff]]]:
    own = by_id.get(customer.staff_id) if customer and customer.staff_id else None
    if own is not None and (own.role in roles or _SALES in roles):
        yield Rule.OWN_STAFF, [own]
    code = area.area_code if area else ""
    if code or category:
        able = [member for member in team if member.role in roles]
        for rule, covers in _coverage(code, category):
            yield rule, sorted(filter(covers, able), key=_busyness)
    yield _DEFAULT, _defaults(team, by_id, default_staff_id)


def _coverage(code: str, category: str) -> Iterator[tuple[Rule, Callable[[Staff], bool]]]:
    """Tests for "in charge of", the most specific first."""
    if code and category:
        yield (
            Rule.AREA_CATEGORY,
            lambda s: code in s.area_codes and category in s.product_categories,
        )
    if code:
        yield Rule.AREA, lambda s: code in s.area_codes and not s.product_categories
    if code and not category:
        # Nothing is known of the product: somebody of the area is better than the default.
        yield Rule.AREA, lambda s: code in s.area_codes
    if category:
        yield Rule.CATEGORY, lambda s: not s.area_codes and category in s.product_categories


def _busyness(member: Staff) -> tuple[int, str]:
    # Ties go to the lowest id, so that two processes deciding at once agree.
    return member.open_requests, member.staff_id


def _defaults(
    team: Sequence[Staff], by_id: dict[str, Staff], default_staff_id: str | None
) -> list[Staff]:
    named = by_id.get(default_staff_id) if default_staff_id else None
    if named is not None:
        return [named]
    generalists = [
        s for s in team if s.role is _SALES and not s.area_codes and not s.product_categories
    ]
    found = generalists or [s for s in team if s.role is _MANAGER]
    return sorted(found, key=_busyness) if len(found) > 1 else found


def default_staff(
    team: Sequence[Staff], default_staff_id: str | None, now: datetime
) -> Staff | None:
    """Who gets what no rule assigns: the first who is present, else the first; None for none."""
    defaults = _defaults(team, {member.staff_id: member for member in team}, default_staff_id)
    present = [member for member in defaults if not member.is_away(now)]
    return next(iter(present or defaults), None)


def _first_present(
    candidates: Sequence[Staff], by_id: dict[str, Staff], now: datetime
) -> tuple[Staff, Staff | None] | None:
    for candidate in candidates:
        if not candidate.is_away(now):
            return candidate, None
    for candidate in candidates:
        deputy = deputy_of(candidate, by_id, now)
        if deputy is not None:
            return deputy, candidate
    return None


def deputy_of(member: Staff, by_id: dict[str, Staff], now: datetime) -> Staff | None:
    """The first present person along the chain of deputies, None where it ends or loops."""
    seen = {member.staff_id}
    current = by_id.get(member.deputy_id or "")
    while current is not None and current.staff_id not in seen:
        if not current.is_away(now):
            return current
        seen.add(current.staff_id)
        current = by_id.get(current.deputy_id or "")
    return None


def _somebody(
    team: Sequence[Staff], by_id: dict[str, Staff], default_staff_id: str | None
) -> Staff:
    """Everybody is away: the default all the same, since a request must reach a mailbox."""
    if not team:
        raise NobodyToAssign("there is no staff; import staff.csv")
    defaults = _defaults(team, by_id, default_staff_id)
    return defaults[0] if defaults else min(team, key=_busyness)
