"""What commands share: opening the store, one-line errors, tables and JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import typer
from sqlmodel import Session

from bot.cli.failing import fail
from bot.settings import SettingsError, load_settings
from domain.errors import MadoguchiError
from storage.database import SchemaOutdated, open_store, require_schema
from storage.trouble import DATABASE_FAULTS, fault_in_words

T = TypeVar("T")


def with_store(unit: Callable[[Session], T], *, write: bool = False) -> T:
    """Run a unit on the database of the settings, which must be there, and return its result."""

    async def run() -> T:
        url = load_settings().database_url.get_secret_value()
        await asyncio.to_thread(require_schema, url)
        store = open_store(url)
        try:
            return await (store.write(unit) if write else store.read(unit))
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except (SettingsError, SchemaOutdated, MadoguchiError) as error:
        raise fail(str(error)) from None
    except DATABASE_FAULTS as error:
        raise fail(fault_in_words(error)) from None


def show(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    as_json: bool,
) -> None:
    """Print rows as JSON, one object a line, or as a table of some columns."""
    if as_json:
        for row in rows:
            typer.echo(_as_json(row))
        return
    from rich.console import Console  # a tenth of a second that `serve` need not spend
    from rich.table import Table
    from rich.text import Text

    table = Table(*(column.replace("_", " ") for column in columns))
    for row in rows:
        # As text: what customers write in brackets is no markup of ours.
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console().print(table)


def local_time(moment: datetime) -> str:
    """In the company's time zone, to the second."""
    return moment.astimezone(load_settings().zone).isoformat(" ", "seconds")


def printable(text: str) -> str:
    """Text of customers must not carry terminal control sequences."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return printable(str(value))


def show_one(value: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one record as JSON or line by line."""
    if as_json:
        typer.echo(_as_json(value))
        return
    for name, item in value.items():
        text = json.dumps(item, ensure_ascii=False, default=str) if isinstance(item, dict) else item
        typer.echo(f"{name}: {_cell(text)}")
