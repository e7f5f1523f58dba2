"""`madoguchi`: the commands, each loaded only when it is asked for."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Annotated

import typer

#: Command or group, and where it lives. Loading all of them would cost a second at every start.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("bot.cli.demo", "demo"),
    "serve": ("bot.cli.serve", "serve"),
    "db": ("bot.cli.db", "app"),
    "import": ("bot.cli.company", "import_"),
    "export": ("bot.cli.company", "export"),
    "understand": ("bot.cli.understand", "understand"),
    "read-mail": ("bot.cli.read_mail", "read_mail"),
    "poll": ("bot.cli.mail", "poll"),
    "catalog": ("bot.cli.catalog", "app"),
    "customers": ("bot.cli.customers", "app"),
    "rehearse": ("bot.cli.rehearse", "rehearse"),
    "requests": ("bot.cli.requests", "app"),
    "conversations": ("bot.cli.conversations", "app"),
    "outbox": ("bot.cli.outbox", "app"),
    "quarantine": ("bot.cli.mail", "quarantine"),
    "log": ("bot.cli.log", "app"),
    "doctor": ("bot.cli.doctor", "doctor"),
    "healthcheck": ("bot.cli.healthcheck", "healthcheck"),
}


def create_app(names: list[str]) -> typer.Typer:
    """The command line with those commands."""
    app = typer.Typer(
        help="The chat and e-mail counter of a sales company.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def _program(
        version: Annotated[
            bool,
            typer.Option("--version", is_eager=True, callback=_version, help="Show the version."),
        ] = False,
    ) -> None:
        # Without help of its own, so that the program's stays; it also keeps commands commands
        # where only one is loaded.
        del version

    for name in names:
        module, attribute = COMMANDS[name]
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # nothing else needs it

        typer.echo(f"madoguchi {version('madoguchi')}")
        raise typer.Exit


def main() -> None:
    """Run the command that the arguments name."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    names = [asked] if asked in COMMANDS else list(COMMANDS)
    if not asked and "--version" in sys.argv:
        names = ["healthcheck"]  # the lightest: a command line without commands is none
    # What is loaded stays: looking through it for garbage takes a twelfth of the time to load.
    gc.disable()
    app = create_app(names)
    gc.enable()
    app()


if __name__ == "__main__":
    main()
