"""How a command ends that cannot do what it is asked: apart, since light commands need no more."""

from __future__ import annotations

import typer


def fail(message: str, code: int = 1) -> typer.Exit:
    """One line on stderr; raise what is returned. Code 1: the user can mend it; 2: wrong use."""
    typer.echo(message, err=True)
    return typer.Exit(code)
