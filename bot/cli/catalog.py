"""`madoguchi catalog`: catalogs to customers, by mail."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.assembly import Counter
from bot.catalog_mail import CatalogSender, SendReport
from bot.cli.failing import fail
from bot.cli.with_counter import with_counter


class Pictures(StrEnum):
    """How the pictures of a catalog go out."""

    ATTACHED = "attached"
    LINKED = "linked"


app = typer.Typer(help="Catalogs by e-mail.", no_args_is_help=True)


@app.command("send")
def send(
    catalog_number: Annotated[str, typer.Argument(metavar="CATALOG_NUMBER")],
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="CUSTOMER_ID", help="Only to this customer.")
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER_ID]…", help="Further customers behind --to."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="To all customers.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also to those who have got this catalog before.")
    ] = False,
    pictures: Annotated[
        Pictures,
        typer.Option(help="Own PNG, JPEG and GIF pictures inside the mail, or all as links."),
    ] = Pictures.ATTACHED,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the mails as .eml files, send nothing.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where --dry-run writes to.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Refuse what would ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Send the catalog to customers who have not opted out and have not got it yet.

    Stopped and begun again it goes on where it was; nobody gets it twice.

    Example: madoguchi catalog send OFFICE2026 --to C-0001 C-0002 --dry-run
    """
    only = [*(to or ()), *(more or ())]
    if bool(only) == all_ or (more and not to):
        raise fail("catalog send: name customers with --to, or give --all", 2)
    target = folder or Path("catalog-preview") / catalog_number
    if not (dry_run or yes):
        _ask_first(catalog_number, len(only), no_input=no_input)
    wanted = None if all_ else only
    report = with_counter(
        "catalog send",
        lambda counter: _send(
            counter, catalog_number, wanted, again, pictures, target if dry_run else None
        ),
    )
    _show_report(report, target if dry_run else None, as_json=as_json)
    if report.unknown:
        raise fail(f"catalog send: no such customer: {', '.join(report.unknown)}")


def _ask_first(catalog_number: str, count: int, *, no_input: bool) -> None:
    whom = f"{count} customers" if count else "all customers"
    if no_input:
        raise fail(f"catalog send: would ask before it sends to {whom}; give --yes")
    if sys.stdin.isatty() and not typer.confirm(f"Send {catalog_number} to {whom}?", err=True):
        raise typer.Exit(1)


async def _send(
    counter: Counter,
    number: str,
    only: list[str] | None,
    again: bool,
    pictures: Pictures,
    folder: Path | None,
) -> SendReport:
    sender = CatalogSender(
        counter.store,
        counter.settings,
        counter.renderer,
        counter.keys,
        counter.clock,
        attach_pictures=pictures is Pictures.ATTACHED,
    )
    if folder is not None:
        return await sender.preview(number, folder, only=only)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Customers", total=len(only) if only else None)
        return await sender.send(
            number, only=only, again=again, progress=lambda done: bar.advance(task, done)
        )


def _show_report(report: SendReport, folder: Path | None, *, as_json: bool) -> None:
    if as_json:
        shown = {
            "mails": report.owed,
            "skipped": dict(report.skipped),
            "round": report.round,
            "folder": str(folder) if folder else None,
        }
        typer.echo(json.dumps(shown))
        return
    skipped = "".join(f", {count} {reason}" for reason, count in sorted(report.skipped.items()))
    done = f"written to {folder}" if folder else "on their way"
    typer.echo(f"{report.owed} mails {done}{skipped}")
