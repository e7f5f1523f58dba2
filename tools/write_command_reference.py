"""Writes docs/commands.md from the command line itself (`make docs`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer

from bot.cli.main import COMMANDS, create_app

TARGET = Path(__file__).parents[1] / "docs" / "commands.md"
INTRODUCTION = """\
# Commands

`madoguchi COMMAND …`, also `python -m bot COMMAND …`. This page is written from the command line
itself (`make docs`).

Results go to stdout, everything else to stderr. With `--json` stdout holds JSON and nothing else:
one value, or one a line. Exit codes: 0 done, 1 something that you can mend (one line on stderr says
what), 2 wrong usage. What cannot be undone asks first; `--yes` answers, `--no-input` refuses.
Settings come from the environment and `madoguchi.toml` ([settings](settings.md)).
"""


def reference() -> str:
    """The page."""
    group: Any = typer.main.get_command(create_app(list(COMMANDS)))
    sections = [INTRODUCTION]
    for name in COMMANDS:
        sections += _sections(name, group.commands[name])
    return "\n".join(sections)


def _sections(name: str, command: Any) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below:
        for word, one in below.items():
            yield from _sections(f"{name} {word}", one)
        return
    text, _, example = (command.help or "").partition("Example: ")
    usage = " ".join([name, *filter(None, map(_argument, command.params))])
    yield f"## madoguchi {usage}\n"
    yield "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip()) + "\n"
    options = [_option(param) for param in command.params if _is_option(param)]
    if options:
        yield "| option | meaning |\n| --- | --- |\n" + "\n".join(options) + "\n"
    yield f"```\n{example.strip()}\n```\n"


def _is_option(param: Any) -> bool:
    return param.param_type_name == "option" and "--help" not in param.opts


def _argument(param: Any) -> str:
    if param.param_type_name != "argument":
        return ""
    name = str(param.metavar or param.name.upper())
    return name if param.required else f"[{name}]"


def _option(param: Any) -> str:
    names = "/".join(f"`{name}`" for name in [*param.opts, *param.secondary_opts])
    value = "" if param.is_flag else f" `{_value(param)}`"
    default = "" if param.is_flag or param.default in (None, (), []) else _plain(param.default)
    shown = f" (default `{default}`)" if default else ""
    return f"| {names}{value} | {' '.join((param.help or '').split())}{shown} |"


def _value(param: Any) -> str:
    """What stands behind an option: its choices, else what kind of thing it is."""
    kind = param.type_descriptor.annotation
    for inner in get_args(kind):
        kind = kind if inner is type(None) else inner
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "/".join(_plain(choice) for choice in kind)
    return str(param.metavar or {int: "NUMBER", Path: "PATH"}.get(kind, "TEXT"))


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value))


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{TARGET} is written\n")
