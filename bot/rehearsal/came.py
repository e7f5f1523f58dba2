"""What came of a step, and where it differs from what the story says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bot.rehearsal.story import Step
from bot.settings import Settings
from domain.messages import Message
from storage.people import find_customer, team
from storage.tables import OrderLineRow, OrderRow, OutboxRow, SalesRequestRow

#: Ids are drawn at random: in comparing they stand as `R-#`.
_ID = re.compile(r"\b([RAM])-[0-9A-Z]{6,12}\b")


def without_ids(text: str) -> str:
    """The text with every id of a request, order or conversation masked."""
    return _ID.sub(r"\1-#", text)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that stands in the database of a rehearsal and that stories speak of."""

    requests: Sequence[tuple[str, str, str, str]] = ()
    owed: Sequence[tuple[str, str, str]] = ()
    orders: Sequence[tuple[str, str]] = ()
    record: Mapping[str, str] = field(default_factory=dict)


def see(session: Session, customer_id: str | None) -> Seen:
    """Look at requests, the outbox, orders and the customer's record."""
    requests = session.scalars(
        select(SalesRequestRow).order_by(col(SalesRequestRow.created_at), col(SalesRequestRow.id))
    ).all()
    owed = session.scalars(select(OutboxRow)).all()
    lines = session.execute(
        select(
            col(OrderRow.order_number), col(OrderLineRow.model_number), col(OrderLineRow.quantity)
        )
        .join(OrderLineRow, col(OrderLineRow.order_number) == col(OrderRow.order_number))
        .order_by(col(OrderRow.order_number), col(OrderLineRow.position))
    ).all()
    customer = find_customer(session, customer_id) if customer_id else None
    staff = {member.email: member.staff_id for member in team(session) if member.email}
    return Seen(
        requests=[(r.id, r.kind, r.status, r.staff_id or "") for r in requests],
        owed=[(o.key, o.kind, staff.get(o.recipient, o.recipient)) for o in owed],
        orders=[(number, f"{model} x {quantity}") for number, model, quantity in lines],
        record={
            name: str(getattr(customer, name))
            for name in (
                "name", "email", "phone", "postal_code", "address", "company", "department",
                "office_phone", "mail_opt_out",
            )
        } if customer else {},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one step."""

    answer: Message | None
    before: Seen
    after: Seen
    settings: Settings
    own_address: str

    def differences(self, step: Step) -> Iterator[str]:
        """One line for each thing that is not as the story says."""
        yield from self._words(step)
        yield from self._cards(step)
        yield from self._requests(step)
        yield from self._told(step)
        if step.order is not None:
            known = set(self.before.orders)
            lines = [line for line in self.after.orders if line not in known]
            yield from _differs("order", step.order, [line for _, line in lines])
        for name, wanted in step.record.items():
            yield from _differs(f"record {name}", wanted, self.after.record.get(name, ""))

    def _words(self, step: Step) -> Iterator[str]:
        text = without_ids(self.answer.text) if self.answer else ""
        shown = text + "\n" + self._shown()
        if step.quiet and self.answer is not None:
            yield f"nothing should be answered, but: {text!r}"
        for wanted in step.says:
            if without_ids(wanted) not in text:
                yield f"says {wanted!r} is missing in {text!r}"
        for unwanted in step.never:
            if unwanted in shown:
                yield f"{unwanted!r} should not be said: {shown!r}"

    def _shown(self) -> str:
        parts = list(self.answer.parts) if self.answer else []
        return without_ids(json.dumps(parts, ensure_ascii=False))

    def _cards(self, step: Step) -> Iterator[str]:
        if step.cards is not None:
            kinds = [str(part["kind"]) for part in self.answer.parts] if self.answer else []
            yield from _differs("cards", step.cards, kinds)
        shown = self._shown()
        for wanted in step.shows:
            if wanted not in shown:
                yield f"shows {wanted!r} is missing in {shown}"

    def _requests(self, step: Step) -> Iterator[str]:
        known = {request[0] for request in self.before.requests}
        if step.opens is not None:
            opened = [r for r in self.after.requests if r[0] not in known]
            depth = [len(wanted.split()) for wanted in step.opens]
            deepest = max(depth, default=1)
            came = [" ".join(r[1:4][:deepest]) for r in opened]
            yield from _differs("opens", sorted(step.opens), sorted(came))
        for kind, status in step.status.items():
            of_kind = [r[2] for r in self.after.requests if r[1] == kind]
            yield from _differs(f"status of {kind}", status, of_kind[-1] if of_kind else "none")

    def _told(self, step: Step) -> Iterator[str]:
        if step.tells is None:
            return
        known = {key for key, _, _ in self.before.owed}
        told = [self._whom(owed) for owed in self.after.owed if owed[0] not in known]
        yield from _differs("tells", sorted(step.tells), sorted(set(told)))

    def _whom(self, owed: tuple[str, str, str]) -> str:
        _, kind, recipient = owed
        named = {
            self.settings.delivery_email: "delivery",
            self.settings.admin_email: "admin",
            self.own_address: "customer",
        }
        if recipient in named and recipient:
            return named[recipient]
        if kind.startswith(("request_", "thread_")):
            return "slack"
        return recipient if recipient.startswith("S-") or "@" not in recipient else "other"


def _differs(what: str, wanted: Any, came: Any) -> Iterator[str]:
    if wanted != came:
        yield f"{what}: {wanted!r} wanted, {came!r} came"
