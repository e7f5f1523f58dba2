"""Builders: a test names only what it is about."""

from __future__ import annotations

from typing import Any

from domain.people import Area, Customer, Staff


def a_staff(staff_id: str, **changes: Any) -> Staff:
    """A member of the sales staff for everything everywhere."""
    usual: dict[str, Any] = {
        "staff_id": staff_id,
        "name": f"Person {staff_id}",
        "email": f"{staff_id.lower()}@sales.example",
    }
    return Staff(**usual | changes)


def a_customer(**changes: Any) -> Customer:
    """A registered customer without a member of staff of their own."""
    usual: dict[str, Any] = {
        "customer_id": "C-1",
        "name": "Ada Obi",
        "email": "ada@customer.example",
    }
    return Customer(**usual | changes)


def an_area(code: str, **changes: Any) -> Area:
    """An area without prefixes and places."""
    return Area(**{"area_code": code, "name": f"Area {code}"} | changes)
