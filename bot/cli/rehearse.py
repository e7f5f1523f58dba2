"""`madoguchi rehearse`: plays conversations against the rules, words and catalog of now."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.assembly import assemble
from bot.cli.failing import fail
from bot.cli.running import with_store
from bot.clock import utc_now
from bot.rehearsal.from_history import stories_since
from bot.rehearsal.play import Difference
from bot.rehearsal.play import rehearse as play
from bot.rehearsal.story import Story, dump_stories, load_stories
from bot.settings import Settings, SettingsError, load_settings
from domain.errors import MadoguchiError
from storage.company_copy import Rows, company_rows
from storage.database import SchemaOutdated, ensure_schema, open_store, require_schema
from storage.tables import CustomerRow
from storage.trouble import DATABASE_FAULTS, fault_in_words


def rehearse(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="YAML files of stories.")],
    from_history: Annotated[
        int | None,
        typer.Option(
            "--from-history",
            metavar="DAYS",
            min=1,
            help="Write such a file out of the conversations of the last days.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Play conversations on a database of their own and print what differs. Nothing is sent.

    Example: madoguchi rehearse stories/orders.yaml
    """
    if from_history is not None:
        _write(files, from_history)
        return
    try:
        stories = [story for file in files for story in load_stories(file)]
        found = asyncio.run(_play(load_settings(), stories))
    except (SettingsError, SchemaOutdated, MadoguchiError) as error:
        raise fail(f"rehearse: {error}") from None
    except DATABASE_FAULTS as error:
        raise fail(f"rehearse: {fault_in_words(error)}") from None
    _print(len(stories), found, as_json)
    if found:
        raise typer.Exit(1)


def _write(files: list[Path], days: int) -> None:
    if len(files) != 1:
        raise fail("rehearse: --from-history writes one file", 2)
    [file] = files
    if file.exists():
        raise fail(f"rehearse: {file} is there already; name a new file")
    since = utc_now() - timedelta(days=days)
    stories = with_store(lambda session: list(stories_since(session, since)))
    # What customers wrote stands in it: nobody else on this machine needs to read it.
    file.touch(mode=0o600)
    file.write_text(dump_stories(stories), "utf-8")
    typer.echo(f"{file}: {len(stories)} conversations")


async def _play(settings: Settings, stories: list[Story]) -> list[Difference]:
    url = settings.database_url.get_secret_value()
    await asyncio.to_thread(require_schema, url)
    store = open_store(url)
    try:
        rows = await store.read(lambda session: _company(session, stories))
    finally:
        await store.close()
    with tempfile.TemporaryDirectory(prefix="madoguchi-rehearsal-") as folder:
        return await _play_in(Path(folder), settings, rows, stories)


async def _play_in(
    folder: Path, settings: Settings, rows: Rows, stories: list[Story]
) -> list[Difference]:
    url = f"sqlite:///{folder / 'rehearsal.db'}"
    await asyncio.to_thread(ensure_schema, url)
    own = settings.model_copy(
        update={"database_url": SecretStr(url), "data_dir": folder, "secret_key": None}
    )
    store = open_store(url)
    try:
        # No role is started: what is owed stays in the outbox of this database.
        counter = await assemble(own, store)
        return await play(counter, rows, stories)
    finally:
        await store.close()


def _company(session: Session, stories: list[Story]) -> Rows:
    """The company, with those customers that the stories speak of."""
    ids = {story.customer for story in stories if story.customer}
    addresses = {step.sender.lower() for s in stories for step in s.steps if step.sender}
    named = session.scalars(
        select(col(CustomerRow.customer_id)).where(
            func.lower(col(CustomerRow.email)).in_(sorted(addresses))
        )
    )
    return company_rows(session, sorted({*ids, *named}))


def _print(stories: int, found: list[Difference], as_json: bool) -> None:
    if as_json:
        told = {"stories": stories, "differences": [asdict(one) for one in found]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.story}: step {one.step}: {one.what}")
    differ = len({one.story for one in found})
    typer.echo(
        f"{stories} stories, {differ} differ" if differ else f"{stories} stories, all as written"
    )
