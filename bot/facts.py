"""What the dialogue asks for, looked up in the transaction of the message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from domain.areas import area_of
from domain.catalog import Catalog, Product
from domain.conversation import Conversation
from domain.errors import NobodyToAssign
from domain.messages import Channel, IncomingMessage
from domain.people import Area, Customer, Level, Staff
from domain.request_view import OrderView
from domain.routing import Route, roles_for, route
from storage import people
from storage.company_snapshot import Company, busy_team, company
from storage.request_views import load_order
from storage.requests import latest_open_request, latest_withdrawable, list_requests
from storage.tables import ProductInterestRow, SalesRequestRow

#: Read from their class they cost more than all that is done with them here.
_BY_MAIL, _VERIFIED = Channel.EMAIL, Level.VERIFIED


@dataclass(frozen=True, slots=True)
class RequestSummary:
    """Implements `OwnRequest` for one stored request."""

    id: str
    kind: str
    status: str
    staff_name: str
    created_at: datetime
    order: OrderView | None


class SessionFacts:
    """Implements `Facts` on a session. Everything is looked up once and only when asked for."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        incoming: IncomingMessage,
        locale: str,
        now: datetime,
        phone_region: str,
        default_staff_id: str | None,
        new_request_id: Callable[[], str],
        new_order_number: Callable[[], str],
        check_code: Callable[[str], Customer | None],
    ) -> None:
        self._session = session
        self._conversation = conversation
        self._sender = incoming.sender
        self._default_staff_id = default_staff_id
        self._check_code = check_code
        self.locale = locale
        self.channel: Channel = incoming.channel
        self.level: Level = incoming.sender.level
        self.now = now
        self.phone_region = phone_region
        self.new_request_id = new_request_id
        self.new_order_number = new_order_number
        self._read_given()
        self._company_seen: Company | None = None
        self._team_seen: Sequence[Staff] | None = None
        self._customer_id = incoming.sender.customer_id or conversation.customer_id
        if self.channel is not _BY_MAIL and not self._customer_id:
            # Who types an address in the chat must not learn whose customer it belongs to.
            self.customer = None
        #: The customer, if it is sure that this is who writes.
        self.known: Customer | None = self.customer if self.level >= _VERIFIED else None
        #: Set when this very message proved who writes.
        self.proven: Customer | None = None

    @cached_property
    def customer(self) -> Customer | None:
        """The customer that the sender is or claims to be; else the one who gave that address."""
        if self._customer_id:
            return people.find_customer(self._session, self._customer_id)
        found = people.find_customers_by_email(self._session, self.email)
        return found[0] if len(found) == 1 else None

    def prove(self, code: str) -> bool:
        self.proven = self._check_code(code)
        if self.proven is None:
            return False
        self.customer = self.known = self.proven
        self.level = _VERIFIED
        return True

    def learn(self, name: str, value: str) -> None:
        self._conversation.state.given[name] = value
        self._read_given()

    def _read_given(self) -> None:
        # A turn asks for them several times, and properties cost ten times as much.
        sender, conversation = self._sender, self._conversation
        given = conversation.state.given
        self.email: str = sender.email or given.get("email") or conversation.email
        self.name: str = given.get("name") or sender.name or conversation.name

    def _company(self) -> Company:
        if self._company_seen is None:
            self._company_seen = company(self._session)
        return self._company_seen

    def product(self, model_number: str) -> Product | None:
        return self.any_product(model_number) if model_number in self._company().sold else None

    def any_product(self, model_number: str) -> Product | None:
        return self._company().products.get(model_number)

    def on_sale(self) -> Sequence[Product]:
        return self._company().on_sale

    def catalog(self, catalog_number: str) -> Catalog | None:
        return self._company().catalogs.get(catalog_number)

    def _team(self) -> Sequence[Staff]:
        if self._team_seen is None:
            team = self._company().team
            # Who has how many requests open tells only where there is a choice.
            self._team_seen = busy_team(self._session) if len(team) > 1 else team
        return self._team_seen

    def route(self, kind: str, model_number: str | None, slots: dict[str, str]) -> Route | None:
        product = self.any_product(model_number) if model_number else None
        try:
            return route(
                self._team(),
                roles=roles_for(kind),
                customer=self.customer,
                area=self._area(slots),
                category=product.category if product else "",
                now=self.now,
                default_staff_id=self._default_staff_id,
            )
        except NobodyToAssign:
            return None

    def _area(self, slots: dict[str, str]) -> Area | None:
        customer, areas = self.customer, self._company().areas
        if customer is not None:
            registered = area_of(areas, customer.postal_code, customer.address)
            if registered is not None:
                return registered
        given = self._conversation.state.given
        return area_of(
            areas,
            slots.get("postal_code", "") or given.get("postal_code", ""),
            slots.get("address", "") or given.get("address", ""),
        )

    def latest_open_request(self) -> RequestSummary | None:
        if not self._conversation.state.requests:
            return None  # nothing was ever opened here, so there is nothing to look for
        row = latest_open_request(self._session, self._conversation.id)
        if row is None:
            return None
        name = self._staff_name(row.claimed_by or row.staff_id)
        order = load_order(self._session, row.id) if row.kind == "purchase" else None
        return RequestSummary(row.id, row.kind, row.status, name, row.created_at, order)

    def _staff_name(self, staff_id: str | None) -> str:
        return next((s.name for s in self._company().team if s.staff_id == staff_id), "")

    def withdrawable(self) -> RequestSummary | None:
        row = latest_withdrawable(self._session, self._conversation.id)
        return None if row is None else self._summary(row)

    def interest_noted(self, model_number: str) -> bool:
        customer_id = self.known.customer_id if self.known else ""
        key = (customer_id, model_number, f"{self.now:%Y-%m}")
        return self._session.get(ProductInterestRow, key) is not None

    def email_taken(self, email: str) -> bool:
        own = self.known.customer_id if self.known else ""
        found = people.find_customers_by_email(self._session, email)
        return any(customer.customer_id != own for customer in found)

    def disagree(self, postal_code: str, address: str) -> bool:
        areas = self._company().areas
        of_code, of_place = area_of(areas, postal_code, ""), area_of(areas, "", address)
        return of_code is not None and of_place is not None and of_code != of_place

    def own_requests(self) -> Sequence[RequestSummary]:
        rows = {row.id: row for row in self._own_rows()}
        newest = sorted(rows.values(), key=lambda row: row.created_at, reverse=True)
        return [self._summary(row) for row in newest]

    def _own_rows(self) -> list[SalesRequestRow]:
        session = self._session
        rows: list[SalesRequestRow] = []
        if self._conversation.state.requests:
            rows += list_requests(session, conversation_id=self._conversation.id, limit=10)
        if self.known is not None:
            rows += list_requests(session, customer_id=self.known.customer_id, limit=10)
        elif self.channel is _BY_MAIL:
            # An unproven mail may have joined a thread that is not its sender's.
            rows = []
        return rows

    def _summary(self, row: SalesRequestRow) -> RequestSummary:
        name = self._staff_name(row.claimed_by or row.staff_id)
        return RequestSummary(
            id=row.id,
            kind=row.kind,
            status=row.status,
            staff_name=name if row.consent else "",
            created_at=row.created_at,
            order=load_order(self._session, row.id),
        )
