"""What the dialogue may know and ask for, without knowing where it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.catalog import Catalog, Product
from domain.messages import Channel
from domain.people import Customer, Level
from domain.request_view import OrderView
from domain.routing import Route


class OwnRequest(Protocol):
    """A request of the person who writes, as far as status answers need it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def staff_name(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def order(self) -> OrderView | None: ...


class Facts(Protocol):
    """Looked up when asked for; the same question gives the same answer within a turn.

    Attributes:
        locale: the language to answer in.
        level: how sure it is who writes.
        customer: the registered customer, whatever the level; only for routing and staff.
        known: the same customer, but only when verified: what may be shown and prefilled.
        email: an address that an answer reaches (the sender's, or one given before).
        name: as given or as written in From.
        phone_region: for numbers without a country code.
    """

    @property
    def locale(self) -> str: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def level(self) -> Level: ...
    @property
    def now(self) -> datetime: ...
    @property
    def phone_region(self) -> str: ...
    @property
    def customer(self) -> Customer | None: ...
    @property
    def known(self) -> Customer | None: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...

    def product(self, model_number: str) -> Product | None:
        """The product that is on sale under that model number."""

    def any_product(self, model_number: str) -> Product | None:
        """The product, withdrawn or not: what is owned need not be on sale."""

    def on_sale(self) -> Sequence[Product]:
        """All products on sale."""

    def catalog(self, catalog_number: str) -> Catalog | None:
        """A catalog with its products in the order shown."""

    def route(self, kind: str, model_number: str | None, slots: dict[str, str]) -> Route | None:
        """Who would get such a request; None only where there is no staff at all."""

    def latest_open_request(self) -> OwnRequest | None:
        """The newest request of this conversation that staff know of and have not finished."""

    def withdrawable(self) -> OwnRequest | None:
        """The newest request of this conversation that the customer may still want to withdraw."""

    def interest_noted(self, model_number: str) -> bool:
        """Whether staff were told this month that the known customer looks at this product."""

    def email_taken(self, email: str) -> bool:
        """Whether the address is registered for somebody else than the known customer."""

    def disagree(self, postal_code: str, address: str) -> bool:
        """Whether postal code and address lie in two different areas."""

    def own_requests(self) -> Sequence[OwnRequest]:
        """Requests of this conversation, and all of the customer's if verified; newest first."""

    def learn(self, name: str, value: str) -> None:
        """Remember the writer's `name`, `email` or `phone`; `name` and `email` tell it from then
        on."""

    def prove(self, code: str) -> bool:
        """Whether this is the code that was mailed; `known` and `level` tell it from then on."""

    def new_request_id(self) -> str:
        """A fresh id for a request."""

    def new_order_number(self) -> str:
        """A fresh order number."""
