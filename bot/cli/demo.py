"""`madoguchi demo`: try everything, without an account, a server or a second command."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import fail
from bot.demo import HOST, Demo, start_demo
from bot.logs import set_up_logs


def demo(
    port: Annotated[int, typer.Option(min=1, max=65534, help="Of the sample shop.")] = 8080,
    page_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Of the page to start with; PORT + 1.")
    ] = None,
) -> None:
    """Run the counter with a sample company, a mailbox and a Slack of its own until Ctrl-C.

    Nothing leaves this machine, and nothing is kept when it ends.

    Example: madoguchi demo --port 9000
    """
    set_up_logs("auto", logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="madoguchi-demo-") as folder:
        try:
            asyncio.run(_run(Path(folder), port, page_port or port + 1))
        except OSError as error:
            raise fail(
                f"cannot listen on {HOST}:{port} or the port beside it: {error.strerror}; "
                f"try: madoguchi demo --port {port + 10}"
            ) from None


async def _run(folder: Path, port: int, page_port: int) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    demo = await start_demo(folder, port=port, page_port=page_port)
    _say(demo)
    await stopping.wait()
    typer.echo("\nStopping.")
    await demo.stop()


def _say(demo: Demo) -> None:
    typer.echo(
        f"""Open {demo.page_url}

Also: {demo.shop_url}  the sample shop with the chat
      IMAP {HOST}:{demo.mailbox.imap_port}, SMTP {HOST}:{demo.mailbox.smtp_port}, \
password {demo.mailbox.password}  the mailboxes
      {demo.slack.url}  the Slack sandbox's Web API

Ctrl-C ends it."""
    )
