"""Who the demo knows by name, so that a mailbox can say whose it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """A person whose mailbox is listed from the start. `role`: customer, staff or counter."""

    address: str
    name: str
    role: str
    locale: str = "en"
