"""`madoguchi serve`: the counter, as long as it is wanted."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.chat.launch import launch_for
from bot.cli.failing import fail
from bot.logs import set_up_logs
from bot.roles import RoleName
from bot.settings import Settings, SettingsError, load_settings


def serve(
    role: Annotated[
        list[RoleName] | None,
        typer.Option(help="Only this role; may be given several times. Without it: all three."),
    ] = None,
) -> None:
    """Run the counter: web and chat, mail in, delivery. SIGTERM drains and ends it.

    Example: madoguchi serve --role web --role delivery
    """
    try:
        settings = load_settings()
    except SettingsError as error:
        raise fail(str(error)) from None
    set_up_logs(settings.log_format)
    roles = role or list(RoleName)
    launched = launch_for(settings, roles)
    # Loaded only now, for half a second, in which those processes load their own.
    from bot.serving import StoppedByStorage
    from bot.serving import serve as serve_roles
    from storage.database import SchemaOutdated

    def started(_: object) -> None:
        _say(settings, roles)

    try:
        asyncio.run(serve_roles(settings, roles, launched=launched, started=started))
    except (SettingsError, SchemaOutdated) as error:
        raise fail(str(error)) from None
    except StoppedByStorage as error:
        raise fail(f"stopped: {error}; start again once the disk is well", 1) from None
    except OSError as error:
        raise fail(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None


def _say(settings: Settings, roles: list[RoleName]) -> None:
    names = ", ".join(role.value for role in roles)
    typer.echo(f"Madoguchi is up ({names}): {settings.base_url}", err=True)
