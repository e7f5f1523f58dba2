"""`madoguchi healthcheck`: does the counter on this machine answer; for containers."""

from __future__ import annotations

import http.client
from typing import Annotated

import typer

from bot.cli.failing import fail
from bot.settings import SettingsError, load_settings

TIMEOUT_SECONDS = 4.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def healthcheck(
    ready: Annotated[
        bool, typer.Option("--ready", help="Ask whether it is ready, not only alive.")
    ] = False,
) -> None:
    """Ask the web role on this machine whether it is alive; exit code 1 if not.

    Example: madoguchi healthcheck --ready
    """
    try:
        settings = load_settings()
    except SettingsError as error:
        raise fail(f"healthcheck: {error}") from None
    host = _EVERYWHERE.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz" if ready else "/healthz")
        response = connection.getresponse()
        body = response.read(4096).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise fail(f"healthcheck: {host}:{settings.port} does not answer: {error}") from None
    finally:
        connection.close()
    if response.status != 200:
        raise fail(f"healthcheck: {response.status} {body}")
    typer.echo(body)
