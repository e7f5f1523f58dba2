"""`madoguchi import` and `madoguchi export`: the company as files."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import DBAPIError

from bot.company_files.cells import Conventions
from bot.company_files.exporting import Exported, export_company, export_template, files_of
from bot.company_files.faults import Finding, Findings
from bot.company_files.importing import Outcome, Told, import_company, nobody
from bot.settings import Settings, SettingsError, load_settings
from storage.database import SchemaOutdated, ensure_schema, open_store, require_schema
from storage.store import CommitUnknown, StorageBroken
from storage.trouble import fault_in_words


class EncodingName(StrEnum):
    """The encodings of exported CSV files."""

    UTF_8 = "utf-8-sig"
    SHIFT_JIS = "cp932"


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="customers.csv, staff.csv, areas.csv, products.csv, catalogs.csv, "
            "a folder of them, or an .xlsx with those sheets.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and say what would change.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Take over company files, all of them or nothing. Rows are matched by their key.

    Example: madoguchi import company/ --dry-run
    """
    with _plain_errors("import"), _progress() as told:
        outcome = asyncio.run(_import(load_settings(), paths, dry_run, told))
    _list_findings(outcome.findings)
    counts = {table: asdict(count) for table, count in outcome.counts.items()}
    if as_json:
        stored = outcome.accepted and not dry_run
        _print_json({"stored": stored, "counts": counts, **_as_json(outcome.findings)})
    else:
        _print_counts(counts, dry_run)
    if not outcome.accepted:
        typer.echo(f"import: {_faults(outcome.findings)}; nothing was stored", err=True)
        raise typer.Exit(1)


async def _import(settings: Settings, paths: Sequence[Path], dry_run: bool, told: Told) -> Outcome:
    url = settings.database_url.get_secret_value()
    ensure_schema(url)
    store = open_store(url)
    try:
        return await import_company(
            store, paths, _conventions(settings), datetime.now(UTC), dry_run=dry_run, told=told
        )
    finally:
        await store.close()


def export(
    target: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder, or the name of an .xlsx file.")
    ],
    encoding: Annotated[
        EncodingName, typer.Option(help="Of CSV files; Excel opens both.")
    ] = EncodingName.UTF_8,
    template: Annotated[
        bool, typer.Option("--template", help="Empty files to fill in, with their headers.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Replace files without asking.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; refuse.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Write the company to files that `import` takes back.

    Example: madoguchi export company/ --encoding cp932
    """
    _ask_before_replacing(target, yes, no_input)
    with _plain_errors("export"), _progress() as told:
        if template:
            done = export_template(target, encoding=encoding.value)
        else:
            done = asyncio.run(_export(load_settings(), target, encoding, told))
    _list_findings(done.findings)
    files = [str(file) for file in done.files]
    if as_json:
        _print_json({"files": files, "rows": done.rows, **_as_json(done.findings)})
    else:
        for file in files:
            typer.echo(file)
    if done.findings.fault_count:
        typer.echo(f"export: {_faults(done.findings)}; no file was written", err=True)
        raise typer.Exit(1)


async def _export(settings: Settings, target: Path, encoding: EncodingName, told: Told) -> Exported:
    url = settings.database_url.get_secret_value()
    require_schema(url)
    store = open_store(url)
    try:
        return await export_company(
            store, target, _conventions(settings), encoding=encoding.value, told=told
        )
    finally:
        await store.close()


def _conventions(settings: Settings) -> Conventions:
    return Conventions(settings.phone_region, settings.zone)


def _ask_before_replacing(target: Path, yes: bool, no_input: bool) -> None:
    """Ask on a terminal; without one (a nightly export) files are replaced."""
    there = [file for file in files_of(target) if file.exists()]
    if not there or yes:
        return
    if no_input:
        typer.echo(f"export: {there[0]} is there already; --yes replaces it", err=True)
        raise typer.Exit(1)
    if sys.stdin.isatty():
        names = ", ".join(file.name for file in there)
        typer.confirm(f"Replace {names}?", abort=True, err=True)


@contextmanager
def _plain_errors(command: str) -> Iterator[None]:
    """One line for what the user can mend, instead of a stack trace."""
    try:
        yield
    except (SettingsError, SchemaOutdated) as error:
        typer.echo(f"{command}: {error}", err=True)
        raise typer.Exit(1) from None
    except (StorageBroken, CommitUnknown) as error:
        typer.echo(f"{command}: {fault_in_words(error)}", err=True)
        raise typer.Exit(1) from None
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        typer.echo(f"{command}: the database refused: {reason}; nothing was stored", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        words = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
        typer.echo(f"{command}: {words}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar for each file and for the database, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield nobody
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield told


def _list_findings(findings: Findings) -> None:
    for note in findings.notes:
        typer.echo(f"note: {note}", err=True)
    for fault in sorted(findings.faults, key=lambda fault: (fault.file, fault.line)):
        typer.echo(str(fault), err=True)
    hidden = findings.fault_count - len(findings.faults)
    if hidden:
        typer.echo(f"… and {hidden:,} more", err=True)


def _faults(findings: Findings) -> str:
    return "1 fault" if findings.fault_count == 1 else f"{findings.fault_count:,} faults"


def _as_json(findings: Findings) -> dict[str, list[dict[str, Any]]]:
    def plain(found: list[Finding]) -> list[dict[str, Any]]:
        return [asdict(one) for one in found]

    return {"faults": plain(findings.faults), "notes": plain(findings.notes)}


def _print_counts(counts: dict[str, dict[str, int]], dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    for table, count in counts.items():
        typer.echo(
            f"{table}: {would}{count['created']:,} created, {count['changed']:,} changed, "
            f"{count['unchanged']:,} unchanged"
        )


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
