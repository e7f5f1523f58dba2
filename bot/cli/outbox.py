"""`madoguchi outbox`: what is owed, what was sent, what was given up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import utc_now
from bot.settings import SettingsError, load_settings
from storage.database import SchemaOutdated, ensure_schema, open_store
from storage.outbox import SHOWN_AS, list_outbox, retry
from storage.tables import OutboxRow

T = TypeVar("T")

app = typer.Typer(help="Notifications by mail and Slack.", no_args_is_help=True)


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
    rows = _with_store(lambda session: list_outbox(session, shown=shown, limit=limit), write=False)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(as_json_row(row), ensure_ascii=False))
        return
    table = Table("ID", "By", "To", "What", "Request", "Status", "Tries", "Last error")
    for row in rows:
        table.add_row(
            row.id,
            row.channel,
            row.recipient,
            row.kind,
            row.request_id or "",
            shown_status(row),
            str(row.attempts),
            row.last_error,
        )
    Console().print(table)


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
    due = _with_store(lambda session: retry(session, wanted, now=now), write=True)
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
        "created_at": row.created_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
    }


def shown_status(row: OutboxRow) -> str:
    """The state as people see it: `pending`, `sent` or `dead`."""
    return next(name for name, states in SHOWN_AS.items() if row.status in states)


def _with_store(unit: Callable[[Session], T], *, write: bool) -> T:
    async def run() -> T:
        url = load_settings().database_url.get_secret_value()
        ensure_schema(url)
        store = open_store(url)
        try:
            return await (store.write(unit) if write else store.read(unit))
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except (SettingsError, SchemaOutdated) as error:
        typer.echo(f"outbox: {error}", err=True)
    except DBAPIError as error:
        typer.echo(f"outbox: the database refuses: {' '.join(str(error.orig).split())}", err=True)
    raise typer.Exit(1)
