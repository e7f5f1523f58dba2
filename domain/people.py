"""Who takes part: customers, staff, and the areas staff look after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What a member of staff does; requests are routed by it."""

    SALES = "sales"
    SERVICE = "service"
    MAINTENANCE = "maintenance"
    MANAGER = "manager"


class Level(IntEnum):
    """How sure we are who somebody is. Order matters: compare with `>=`."""

    ANONYMOUS = 0
    CLAIMED = 1
    VERIFIED = 2


@dataclass(frozen=True, slots=True)
class Customer:
    """A registered customer. Unknown texts are empty strings; `phone` numbers are E.164."""

    customer_id: str
    name: str
    email: str = ""
    phone: str = ""
    postal_code: str = ""
    address: str = ""
    company: str = ""
    department: str = ""
    office_phone: str = ""
    locale: str = ""
    staff_id: str | None = None
    owned: tuple[str, ...] = ()
    mail_opt_out: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. No area codes or categories means: all of them.

    `away_until` is an aware time; `open_requests` is filled in where routing needs it.
    """

    staff_id: str
    name: str
    email: str
    role: Role = Role.SALES
    slack_user_id: str = ""
    slack_channel: str = ""
    area_codes: tuple[str, ...] = ()
    product_categories: tuple[str, ...] = ()
    deputy_id: str | None = None
    away_until: datetime | None = None
    locale: str = ""
    open_requests: int = 0

    def is_away(self, now: datetime) -> bool:
        """Whether the stated absence still lasts at `now`."""
        return self.away_until is not None and now < self.away_until


@dataclass(frozen=True, slots=True)
class Area:
    """A sales area: told by postal code prefixes, else by place names in an address."""

    area_code: str
    name: str
    postal_prefixes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
