"""Carries out what a turn decided, inside the transaction of the message."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from bot.customer_mail import CustomerMail
from bot.notify import Notify
from bot.proofs import Proofs
from bot.rendering import Renderer
from bot.request_facts import explain
from bot.staff_words import StaffWords
from bot.wording import resolve
from domain.conversation import Conversation
from domain.dialogue.turn import (
    CancelRequest,
    ChangeDetails,
    Effect,
    ForwardToStaff,
    NoteInterest,
    OpenRequest,
    OptOut,
    PlaceOrder,
    ProveAddress,
    SendCode,
    SendDocuments,
)
from domain.messages import IncomingMessage, Message
from domain.people import Customer, Level
from domain.request_view import RequestView
from domain.routing import Route
from domain.values import value
from storage import people
from storage.access_log import record
from storage.catalog import find_products
from storage.request_views import load_request_view
from storage.requests import cancel_request, insert_consent, insert_request, set_order_status
from storage.suppressions import suppress
from storage.tables import (
    OrderLineRow,
    OrderRow,
    ProductInterestRow,
)

#: Rises when the words of the notice-confirmation change their meaning.
WORDING = "2026-11"


@value
class Step:
    """What every effect of one message needs to know."""

    session: Session
    conversation: Conversation
    incoming: IncomingMessage
    message: Message
    customer: Customer | None
    locale: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Effects:
    """Carries out effects; one method for each kind."""

    renderer: Renderer
    notify: Notify
    mail: CustomerMail
    proofs: Proofs
    new_request_id: Callable[[], str]
    default_locale: str
    delivery_email: str | None

    def carry_out(self, step: Step, effect: Effect) -> None:
        """Carry out one effect. Every one of them is harmless when the message comes again."""
        match effect:
            case OpenRequest():
                self._open_request(step, effect)
            case ChangeDetails(customer_id, changes):
                people.update_customer(step.session, customer_id, dict(changes), step.now)
                self._log(step, "customer.changed", "customer", customer_id, list(changes))
            case ProveAddress(customer_id, email):
                self.proofs.send_address_link(
                    step.session, customer_id, email, step.locale, step.now
                )
            case CancelRequest(request_id):
                self._cancel(step, request_id)
            case OptOut():
                self._opt_out(step, effect)
            case SendDocuments(email, models):
                self._send_documents(step, email, list(models))
            case NoteInterest():
                self._note_interest(step, effect)
            case SendCode(email):
                self.proofs.send_code(step.session, step.conversation, email, step.locale, step.now)
            case ForwardToStaff(request_id):
                view = load_request_view(step.session, request_id)
                proven = step.incoming.sender.level >= Level.VERIFIED
                self.notify.customer_wrote(
                    step.session, view, step.message, step.now, proven=proven
                )

    def _open_request(self, step: Step, effect: OpenRequest) -> None:
        session = step.session
        route = effect.route
        insert_request(
            session,
            {
                "id": effect.id,
                "kind": effect.kind,
                "status": effect.status,
                "conversation_id": step.conversation.id,
                "customer_id": step.customer.customer_id if step.customer else None,
                "customer_name": self._customer_name(step, effect),
                "level": step.incoming.sender.level.value,
                "staff_id": route.staff.staff_id if route else None,
                "rule": route.rule.value if route else "",
                "route": route.facts() if route else {},
                "reason": self.reason(route) if route else "",
                "products": [dict(item) for item in effect.items],
                "details": {**effect.details, **_of_mail(step.incoming)},
                "consent": effect.notify_staff,
                "channel": step.incoming.channel.value,
                "source": effect.source,
                "created_at": step.now,
                "closed_at": step.now if effect.status in ("done", "cancelled") else None,
            },
        )
        self._keep_consent(step, effect)
        self._log(step, f"request.{effect.status}", "request", effect.id, [effect.kind])
        if effect.order is not None:
            # Before staff are told, so that they read of the order with its lines.
            self._place_order(step, effect.id, effect.order)
        # The state is stored after all effects (newest last; a few are enough).
        state = step.conversation.state
        state.requests = [*state.requests[-9:], effect.id]
        if effect.notify_staff:
            self.notify.request_opened(session, load_request_view(session, effect.id), step.now)

    def _customer_name(self, step: Step, effect: OpenRequest) -> str:
        given = str(effect.details.get("name") or step.incoming.sender.name)
        registered = step.customer.name if step.customer else ""
        return (registered or given)[:200]

    def _keep_consent(self, step: Step, effect: OpenRequest) -> None:
        insert_consent(
            step.session,
            {
                "conversation_id": step.conversation.id,
                "request_id": effect.id,
                "customer_id": step.customer.customer_id if step.customer else None,
                "kind": effect.kind,
                "shown": {"rows": resolve(self.renderer, list(effect.shown), step.locale)},
                "wording": WORDING,
                "locale": step.locale,
                "channel": step.incoming.channel.value,
                "notify_staff": effect.notify_staff,
                "at": step.now,
            },
        )

    def reason(self, route: Route) -> str:
        """Why this person, in the company's language; kept with the request."""
        words = StaffWords(self.renderer, self.default_locale)
        return explain(route.rule.value, route.facts(), words)

    def _place_order(self, step: Step, request_id: str, effect: PlaceOrder) -> None:
        session = step.session
        session.add(
            OrderRow(
                order_number=effect.order_number,
                request_id=request_id,
                customer_id=step.customer.customer_id if step.customer else None,
                total=Decimal(effect.total) if effect.total else None,
                currency=effect.currency,
                ship_to=dict(effect.ship_to),
                created_at=step.now,
            )
        )
        session.flush()
        for position, line in enumerate(effect.lines, start=1):
            values = {**line, "price": Decimal(line["price"]) if line["price"] else None}
            session.add(OrderLineRow(order_number=effect.order_number, position=position, **values))
        session.flush()
        self._log(step, "order.placed", "order", effect.order_number)
        self._confirm_order(step, request_id, effect)
        self._pass_on_order(step, request_id, effect)

    def _confirm_order(self, step: Step, request_id: str, effect: PlaceOrder) -> None:
        self.mail.send(
            step.session,
            f"order:{effect.order_number}:confirmation",
            "order_confirmation",
            step.conversation,
            effect.ship_to["email"],
            step.locale,
            _order_context(effect),
            now=step.now,
            request_id=request_id,
        )

    def _pass_on_order(self, step: Step, request_id: str, effect: PlaceOrder) -> None:
        if not self.delivery_email:
            return
        customer_id = step.customer.customer_id if step.customer else ""
        self.mail.send(
            step.session,
            f"order:{effect.order_number}:delivery",
            "delivery_order",
            step.conversation,
            self.delivery_email,
            self.default_locale,
            _order_context(effect) | {"customer_id": customer_id},
            now=step.now,
            request_id=request_id,
            attachments=order_files(effect, customer_id),
        )

    def _cancel(self, step: Step, request_id: str) -> None:
        if not cancel_request(step.session, request_id, step.now):
            return
        self._log(step, "request.cancelled", "request", request_id)
        number = set_order_status(step.session, request_id, "cancelled", step.now)
        view = load_request_view(step.session, request_id)
        if number is not None:
            self._recall_order(step, view)
        if view.consent:
            self.notify.request_changed(step.session, view, step.now)

    def _recall_order(self, step: Step, view: RequestView) -> None:
        """The delivery section has the order already: it must not go out."""
        if not self.delivery_email or view.order is None:
            return
        number = view.order.order_number
        self.mail.send(
            step.session,
            f"order:{number}:recall",
            "delivery_recall",
            step.conversation,
            self.delivery_email,
            self.default_locale,
            {"order_number": number, "name": view.order.ship_to.get("name", "")},
            now=step.now,
            request_id=view.id,
        )

    def _opt_out(self, step: Step, effect: OptOut) -> None:
        if effect.customer_id:
            people.opt_out(step.session, effect.customer_id, step.now)
        if effect.email:
            suppress(step.session, effect.email, "opted_out", step.now)
        self._log(step, "mail.opt_out", "customer", effect.customer_id or effect.email)

    def _send_documents(self, step: Step, email: str, models: list[str]) -> None:
        products = find_products(step.session, models).values()
        self.mail.send(
            step.session,
            f"documents:{step.conversation.id}:{step.message.seq}",
            "documents",
            step.conversation,
            email,
            step.locale,
            {
                "products": [
                    {
                        "model_number": product.model_number,
                        "name": product.name_in(step.locale),
                        "description": product.description_in(step.locale),
                        "note": product.note_in(step.locale),
                        "price": "" if product.price is None else str(product.price),
                        "currency": product.currency,
                        "details_url": product.details_url,
                    }
                    for product in products
                ]
            },
            now=step.now,
        )

    def _note_interest(self, step: Step, effect: NoteInterest) -> None:
        month = f"{step.now:%Y-%m}"
        key = (effect.customer_id, effect.model_number, month)
        if step.session.get(ProductInterestRow, key) is not None:
            return
        request = OpenRequest(
            id=effect.request_id,
            kind="interest",
            route=effect.route,
            details={"what": effect.what},
            items=[{"model_number": effect.model_number}],
            notify_staff=True,
            source=f"interest:{effect.customer_id}:{effect.model_number}:{month}",
        )
        self._open_request(step, request)
        step.session.add(
            ProductInterestRow(
                customer_id=effect.customer_id,
                model_number=effect.model_number,
                month=month,
                request_id=request.id,
                at=step.now,
            )
        )
        step.session.flush()

    def _log(
        self, step: Step, action: str, kind: str, object_id: str, fields: list[str] | None = None
    ) -> None:
        sender = step.incoming.sender
        record(
            step.session,
            action,
            now=step.now,
            actor_kind="customer" if sender.customer_id else "visitor",
            actor_id=sender.customer_id or sender.visitor_id or sender.email,
            object_kind=kind,
            object_id=object_id,
            customer_id=step.customer.customer_id if step.customer else None,
            details={"channel": step.incoming.channel.value, "fields": fields or []},
        )


def _of_mail(incoming: IncomingMessage) -> dict[str, Any]:
    """What staff should know of the mail: a conversation it speaks of, files not kept."""
    named = {name: incoming.mail.get(name) for name in ("mentions", "skipped_files")}
    return {name: value for name, value in named.items() if value}


def _order_context(effect: PlaceOrder) -> dict[str, Any]:
    return {
        "order_number": effect.order_number,
        "lines": [dict(line) for line in effect.lines],
        "total": effect.total or "",
        "currency": effect.currency,
        "ship_to": dict(effect.ship_to),
    }


def order_files(effect: PlaceOrder, customer_id: str) -> list[Mapping[str, str]]:
    """The ordering data for machines: the same order as CSV and as JSON."""
    data = _order_context(effect) | {"customer_id": customer_id}
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        ["order_number", "customer_id", "model_number", "name", "quantity", "price", "currency"]
    )
    for line in effect.lines:
        writer.writerow(
            inert(value)
            for value in (
                effect.order_number, customer_id, line["model_number"], line["name"],
                line["quantity"], line["price"] or "", line["currency"],
            )
        )  # fmt: skip
    name = f"order-{effect.order_number}"
    return [
        {
            "filename": f"{name}.csv",
            "content_type": "text/csv",
            "text": "\ufeff" + table.getvalue(),
        },
        {
            "filename": f"{name}.json",
            "content_type": "application/json",
            "text": json.dumps(data, ensure_ascii=False, indent=2),
        },
    ]


def inert(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r＝＋－＠" and text else text
