"""`madoguchi poll` and `madoguchi quarantine`: mail in, and what could not be taken in."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.assembly import Counter
from bot.cli.failing import fail
from bot.cli.running import show, show_one
from bot.cli.with_counter import Refused, with_counter
from bot.mail_door import create_handler, create_poller
from inbound.counts import Counts
from inbound.limits import LimitedReader
from storage.inbound_mails import find_mail, list_quarantine, raw_mail, requeue
from storage.mail_cursors import CursorLost
from storage.tables import InboundMailRow

quarantine = typer.Typer(help="Mails that could not be taken in.", no_args_is_help=True)


def poll(
    once: Annotated[
        bool, typer.Option("--once", help="Take what is there, work it off and exit.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON value; mails_per_s leaves out the command's own start."
        ),
    ] = False,
) -> None:
    """Take mails out of the mailbox; `serve --role inbound` does so all the time.

    Example: madoguchi poll --once --json
    """
    if not once:
        raise fail("poll: give --once; to follow the mailbox run: madoguchi serve", 2)
    started = time.monotonic()
    reader = LimitedReader(will_hear=True)
    counts, intake_seconds = with_counter(
        "poll",
        lambda counter: _poll_once(counter, reader),
        makes_database=True,
        beside=reader,
    )
    seconds = round(time.monotonic() - started, 3)
    if as_json:
        rate = round(counts.mails / intake_seconds, 1)
        typer.echo(json.dumps({**_as_json(counts), "seconds": seconds, "mails_per_s": rate}))
        return
    typer.echo(
        f"{counts.mails} mails: {counts.stored} taken in, {counts.ignored} ignored, "
        f"{counts.quarantined} quarantined, in {seconds} s"
    )


async def _poll_once(counter: Counter, reader: LimitedReader) -> tuple[Counts, float]:
    """What became of the mails, and the seconds from the first word to the mail server on."""
    if not counter.settings.mail_accounts:
        raise Refused("MADOGUCHI_IMAP_HOST is not set (example: imap.example.com)")
    door = create_poller(counter, reader)
    await door.get_ready()
    started = time.monotonic()
    try:
        counts = await door.once()
        return counts, time.monotonic() - started
    except CursorLost:
        raise Refused(
            "another process has taken the mailbox over; it takes in what was left, or try again"
        ) from None


def _as_json(counts: Counts) -> dict[str, int]:
    return {
        "mails": counts.mails,
        "stored": counts.stored,
        "quarantined": counts.quarantined,
        "ignored": counts.ignored,
    }


@quarantine.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:
    """List the mails that wait for a person, oldest first.

    Example: madoguchi quarantine list
    """
    rows = with_counter("quarantine", lambda counter: counter.store.read(list_quarantine))
    columns = ["id", "received_at", "from", "subject", "size", "attempts", "reason"]
    show(map(_row_as_json, rows), columns, as_json=as_json)


@quarantine.command("show")
def show_(
    mail_id: Annotated[int, typer.Argument(metavar="ID")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Show a mail as it lay in the mailbox.

    Example: madoguchi quarantine show 12 > mail.eml
    """

    def ask(session: Session) -> tuple[InboundMailRow | None, bytes | None]:
        return find_mail(session, mail_id), raw_mail(session, mail_id)

    row, raw = with_counter("quarantine", lambda counter: counter.store.read(ask))
    if row is None:
        raise fail(f"quarantine: no mail {mail_id}; see: madoguchi quarantine list")
    if as_json:
        shown = (raw or b"").decode("utf-8", "backslashreplace")
        show_one({**_row_as_json(row), "raw": shown}, as_json=True)
        return
    typer.echo(f"{row.status}: {row.last_error}", err=True)
    typer.get_binary_stream("stdout").write(raw or b"")


@quarantine.command("retry")
def retry(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID…", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Try mails again, at once and with all their tries.

    Example: madoguchi quarantine retry --all
    """
    if bool(ids) == all_:
        raise fail("quarantine retry: name the mails, or give --all", 2)
    wanted = None if all_ else ids
    taken, counts = with_counter("quarantine", lambda counter: _retry(counter, wanted))
    missing = sorted(set(wanted or ()) - set(taken))
    if as_json:
        typer.echo(json.dumps({**_as_json(counts), "not_quarantined": missing}))
    else:
        typer.echo(
            f"{len(taken)} tried again: {counts.stored} taken in, {counts.ignored} ignored, "
            f"{counts.quarantined + counts.waiting} not"
        )
    if missing:
        typer.echo(f"quarantine: not quarantined: {', '.join(map(str, missing))}", err=True)
    if missing or counts.quarantined or counts.waiting:
        raise typer.Exit(1)


async def _retry(counter: Counter, ids: list[int] | None) -> tuple[list[int], Counts]:
    now = counter.clock()
    taken = await counter.store.write(lambda session: requeue(session, ids, now))
    reader = LimitedReader()
    try:
        # One try now; those that fail again are tried by whoever follows the mailbox.
        counts = await create_handler(counter, reader).work_off(taken) if taken else Counts()
        return taken, counts
    finally:
        await reader.close()


def _row_as_json(row: InboundMailRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "mailbox": row.mailbox,
        "uid": row.uid,
        "status": row.status,
        "from": row.sender,
        "subject": row.subject,
        "message_id": row.message_id,
        "size": row.size,
        "attempts": row.attempts,
        "reason": row.last_error,
        "received_at": row.received_at,
    }
