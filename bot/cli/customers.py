"""`madoguchi customers`: a person's record, and forgetting it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlmodel import Session, col

from bot.assembly import Counter
from bot.cli.failing import fail
from bot.cli.running import show_one, with_store
from bot.cli.with_counter import with_counter
from domain.errors import NotFound
from storage import access_log
from storage.forgetting import Forgotten, forget_customer
from storage.people import find_customer
from storage.request_views import load_request_view
from storage.requests import list_requests
from storage.tables import ConversationRow

app = typer.Typer(help="Customers.", no_args_is_help=True)

CustomerId = Annotated[str, typer.Argument(metavar="ID")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]


@app.command("show")
def show_(customer_id: CustomerId, as_json: JsonOption = False) -> None:
    """Show a customer's record with the ids of conversations and requests.

    Example: madoguchi customers show C-0001 --json
    """
    show_one(with_store(lambda session: as_record(session, customer_id)), as_json=as_json)


def as_record(session: Session, customer_id: str) -> dict[str, Any]:
    """The columns of customers.csv, then the ids of what the customer has said and wanted.

    Raises:
        NotFound: unknown, or forgotten.
    """
    customer = find_customer(session, customer_id)
    if customer is None:
        raise NotFound(f"there is no customer {customer_id}")
    conversations = session.scalars(
        select(col(ConversationRow.id))
        .where(col(ConversationRow.customer_id) == customer_id)
        .order_by(col(ConversationRow.created_at))
    )
    return {
        "customer_id": customer.customer_id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "postal_code": customer.postal_code,
        "address": customer.address,
        "company": customer.company,
        "department": customer.department,
        "office_phone": customer.office_phone,
        "locale": customer.locale,
        "staff_id": customer.staff_id,
        "owned": list(customer.owned),
        "mail_opt_out": customer.mail_opt_out,
        "conversations": list(conversations),
        "requests": [row.id for row in list_requests(session, customer_id=customer_id)],
    }


@app.command()
def forget(
    customer_id: CustomerId,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; refuse.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase a person's data everywhere in the counter; only the id stays, as a tombstone.

    Record, conversations, files, mails, details of requests and what is still to be sent go;
    open requests are cancelled and their cards in Slack emptied. Mails that were sent and what
    staff wrote in Slack threads lie outside and must be erased there.

    Example: madoguchi customers forget C-0001
    """
    record = with_store(lambda session: as_record(session, customer_id))
    if not yes:
        _ask(record, no_input)
    done = with_counter("customers forget", lambda counter: _forget(counter, customer_id))
    counts = asdict(done)
    shown = {name: counts[name] for name in ("conversations", "messages", "requests", "mails")}
    shown["files"] = len(done.contents)
    if as_json:
        typer.echo(json.dumps({"customer_id": customer_id, **shown}))
    else:
        listed = ", ".join(f"{count} {name}" for name, count in shown.items())
        typer.echo(f"{customer_id} is forgotten: {listed}.")


def _ask(record: dict[str, Any], no_input: bool) -> None:
    """Raises: typer.Exit where the answer is no, or nobody can be asked."""
    question = (
        f"Forget {record['customer_id']} with {len(record['conversations'])} conversations and "
        f"{len(record['requests'])} requests? This cannot be undone."
    )
    if no_input or not sys.stdin.isatty():
        raise fail(f"customers forget: nothing was erased; --yes answers the question: {question}")
    if not typer.confirm(question, err=True):
        raise fail("customers forget: nothing was erased")


async def _forget(counter: Counter, customer_id: str) -> Forgotten:
    now = counter.clock()

    def unit(session: Session) -> Forgotten:
        done = forget_customer(session, customer_id, now)
        for request_id in done.cards:
            view = load_request_view(session, request_id)
            counter.notify.request_changed(session, view, now, same_holder=True)
        access_log.record(
            session,
            "customer.forget",
            now=now,
            actor_kind="operator",
            object_kind="customer",
            object_id=customer_id,
            customer_id=customer_id,
        )
        return done

    done = await counter.store.write(unit)
    for sha256 in done.contents:
        counter.files.path(sha256).unlink(missing_ok=True)
    return done
