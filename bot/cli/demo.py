"""`madoguchi demo`: try everything, without an account, a server or a second command."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failing import fail
from bot.demo import HOST, Demo, start_demo
from bot.logs import set_up_logs


def demo(
    port: Annotated[int, typer.Option(min=1, max=65534, help="Of the sample shop.")] = 8080,
    page_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Of the page to start with; PORT + 1.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Keep database and files there; else they go when the demo ends."),
    ] = None,
) -> None:
    """Run the counter with a sample company, a mailbox and a Slack of its own until Ctrl-C.

    Nothing leaves this machine. Mailboxes and Slack are in memory and go when it ends.

    Example: madoguchi demo --port 9000
    """
    set_up_logs("auto", logging.WARNING)
    with _place(folder) as place:
        try:
            asyncio.run(_run(place, port, page_port or port + 1, kept=folder is not None))
        except OSError as error:
            raise fail(
                f"cannot listen on {HOST}:{port} or the port beside it: {error.strerror}; "
                f"try: madoguchi demo --port {port + 10}"
            ) from None


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="madoguchi-demo-") as passing:
            yield Path(passing)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise fail(f"demo: {folder}: {error.strerror}") from None
    yield folder.absolute()


async def _run(folder: Path, port: int, page_port: int, *, kept: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    demo = await start_demo(folder, port=port, page_port=page_port)
    _say(demo, kept=kept)
    await stopping.wait()
    typer.echo("\nStopping.")
    await demo.stop()


def _say(demo: Demo, *, kept: bool) -> None:
    fate = "kept" if kept else "gone at the end; keep it with: madoguchi demo --folder FOLDER"
    typer.echo(
        f"""Open {demo.page_url}

Also: {demo.shop_url}  the sample shop with the chat
      IMAP {HOST}:{demo.mailbox.imap_port}, SMTP {HOST}:{demo.mailbox.smtp_port}, \
password {demo.mailbox.password}  the mailboxes
      {demo.slack.url}  the Slack sandbox's Web API

Its database: {demo.database_url}
      ({fate})
      Look into it from another terminal with the program's own commands:
      MADOGUCHI_DATABASE_URL={demo.database_url} {_program()} requests list

Ctrl-C ends it."""
    )


def _program() -> str:
    """As it was called, so that the line can be copied."""
    name = Path(sys.argv[0])
    return "python -m bot" if name.name == "__main__.py" else str(name)
