"""`madoguchi db`: the schema of the database."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from bot.cli.failing import fail
from bot.settings import SettingsError, load_settings
from storage import database

app = typer.Typer(help="The schema of the database.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema to the newest revision.

    Example: madoguchi db upgrade
    """
    url = _url()
    try:
        database.upgrade(url)
        current, _ = database.schema_state(url)
    except DBAPIError as error:
        raise _unreachable(error) from None
    typer.echo(f"The schema is current ({current}).", err=True)


@app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Say whether the schema is current; exit code 1 if it is not.

    Example: madoguchi db check
    """
    try:
        current, head = database.schema_state(_url())
    except DBAPIError as error:
        raise _unreachable(error) from None
    if as_json:
        typer.echo(json.dumps({"current": current, "head": head, "ok": current == head}))
    elif current == head:
        typer.echo(f"The schema is current ({head}).")
    if current != head:
        raise fail(f"the schema is at {current or 'none'}, not {head}; run: madoguchi db upgrade")


def _url() -> str:
    try:
        return load_settings().database_url.get_secret_value()
    except SettingsError as error:
        raise fail(str(error)) from None


def _unreachable(error: DBAPIError) -> typer.Exit:
    reason = str(error.orig).strip().splitlines()[0]
    return fail(f"the database does not answer: {reason}; check DATABASE_URL")
