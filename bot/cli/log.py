"""`madoguchi log`: who did what, when and from where."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.running import show, with_store
from storage.access_log import read_log

app = typer.Typer(help="The access log.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `list` a command of its own."""


@app.command("list")
def list_(
    customer: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this customer's.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 1_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """List who opened, read, sent or changed what, oldest first.

    Example: madoguchi log list --customer C-0001
    """

    def unit(session: Session) -> list[dict[str, Any]]:
        return [
            {
                "at": row.at,
                "actor_kind": row.actor_kind,
                "actor_id": row.actor_id,
                "action": row.action,
                "object_kind": row.object_kind,
                "object_id": row.object_id,
                "customer_id": row.customer_id,
                "address": row.address,
                "details": row.details,
            }
            for row in read_log(session, customer_id=customer, limit=limit)
        ]

    columns = ("at", "actor_kind", "actor_id", "action", "object_id", "customer_id")
    show(with_store(unit), columns, as_json=as_json)
