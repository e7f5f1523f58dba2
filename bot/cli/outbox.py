"""`madoguchi outbox`: what is owed, what was sent, what was given up."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.cli.running import show, with_store
from bot.clock import utc_now
from storage.outbox import SHOWN_AS, list_outbox, retry
from storage.tables import OutboxRow

app = typer.Typer(help="Notifications by mail and Slack.", no_args_is_help=True)

#: Of the table; `--json` has all.
COLUMNS = (
    *("id", "channel", "recipient", "kind", "request_id"),
    *("status", "attempts", "last_error"),
)


class Shown(StrEnum):
    """The states as people see them."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@app.command("list")
def list_(
    status: Annotated[Shown | None, typer.Option(help="Only those.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many, the newest; all else.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """List notifications, oldest first.

    Example: madoguchi outbox list --status dead
    """
    shown = status.value if status else None
    rows = with_store(lambda session: list_outbox(session, shown=shown, limit=limit))
    show(map(as_json_row, rows), COLUMNS, as_json=as_json)


@app.command("retry")
def retry_(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Try again what was given up, or at once what waits.

    Example: madoguchi outbox retry --all
    """
    if bool(ids) == all_:
        typer.echo("outbox retry: name the notifications, or give --all", err=True)
        raise typer.Exit(2)
    wanted = None if all_ else ids
    now = utc_now()
    due = with_store(lambda session: retry(session, wanted, now=now), write=True)
    missing = sorted(set(wanted or ()) - set(due))
    if as_json:
        typer.echo(json.dumps({"retried": due, "not_retried": missing}))
    else:
        typer.echo(f"{len(due)} will be tried again")
    if missing:
        typer.echo(
            f"outbox retry: sent already, or not known: {', '.join(missing)}",
            err=True,
        )
        raise typer.Exit(1)


def as_json_row(row: OutboxRow) -> dict[str, Any]:
    """A row as `--json` prints it; `state` tells the finer states that `status` folds together."""
    return {
        "id": row.id,
        "channel": row.channel,
        "recipient": row.recipient,
        "kind": row.kind,
        "request_id": row.request_id,
        "status": shown_status(row),
        "state": row.status,
        "attempts": row.attempts,
        "last_error": row.last_error,
        "created_at": row.created_at,
        "sent_at": row.sent_at,
    }


def shown_status(row: OutboxRow) -> str:
    """The state as people see it: `pending`, `sent` or `dead`."""
    return next(name for name, states in SHOWN_AS.items() if row.status in states)
