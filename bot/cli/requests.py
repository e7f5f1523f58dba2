"""`madoguchi requests`: sales requests and where they stand."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.running import show, show_one, with_store
from domain.request_view import RequestStatus
from storage.requests import get_request, list_requests
from storage.tables import SalesRequestRow

app = typer.Typer(help="Sales requests.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@app.command("list")
def list_(
    status: Annotated[RequestStatus | None, typer.Option(help="Only those.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List sales requests, newest first.

    Example: madoguchi requests list --status open
    """

    def unit(session: Session) -> list[dict[str, Any]]:
        found = list_requests(session, status=status.value if status else None)
        return [as_record(row) for row in found]

    columns = ("id", "kind", "status", "customer_name", "staff_id", "claimed_by", "created_at")
    show(with_store(unit), columns, as_json=as_json)


@app.command("show")
def show_(
    request_id: Annotated[str, typer.Argument(metavar="ID")], as_json: JsonOption = False
) -> None:
    """Show one request with all its details.

    Example: madoguchi requests show R-7K3QM4A
    """
    record = with_store(lambda session: as_record(get_request(session, request_id)))
    show_one(record, as_json=as_json)


def as_record(row: SalesRequestRow) -> dict[str, Any]:
    """A request with the published keys."""
    return {
        "id": row.id,
        "kind": row.kind,
        "status": row.status,
        "customer_id": row.customer_id,
        "customer_name": row.customer_name,
        "staff_id": row.staff_id,
        "claimed_by": row.claimed_by,
        "reason": row.reason,
        "products": [item["model_number"] for item in row.products],
        "details": row.details,
        "consent": row.consent,
        "channel": row.channel,
        "created_at": row.created_at,
        "conversation_id": row.conversation_id,
        "items": row.products,
        "rule": row.rule,
        "proven": row.level >= 2,
    }
