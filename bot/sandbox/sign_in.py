"""The sign-in that a real shop would have: each language's page knows a customer of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from bot.web.pages import SignedIn
from domain.people import Customer

#: Just below the day that the counter allows: a page may stay open that long.
VALID = timedelta(hours=23)


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    """Signs in the sample customer of a page's language, as docs/widget.md tells a website to."""

    secret: str
    customers: Mapping[str, Customer]
    clock: Callable[[], datetime]

    def __call__(self, locale: str) -> SignedIn | None:
        """Who the page is shown to; None for a language without a customer."""
        customer = self.customers.get(locale)
        if customer is None:
            return None
        claims = {
            "sub": customer.customer_id,
            "email": customer.email,
            "exp": int((self.clock() + VALID).timestamp()),
            "aud": "madoguchi",
        }
        return SignedIn(customer.name, jwt.encode(claims, self.secret, algorithm="HS256"))
