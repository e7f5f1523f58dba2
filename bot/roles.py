"""What a process of the counter can do."""

from __future__ import annotations

from enum import StrEnum


class RoleName(StrEnum):
    """What a process does."""

    WEB = "web"
    INBOUND = "inbound"
    DELIVERY = "delivery"
