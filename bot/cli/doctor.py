"""`madoguchi doctor`: is everything well, and what to do where not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.failing import fail
from bot.doctor.finding import Finding, State
from bot.settings import SettingsError, load_settings


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Check settings, database, disk, clock, IMAP, SMTP, Slack and staff; exit code 1 if one fails.

    Nothing is changed and nothing is sent.

    Example: madoguchi doctor --json
    """
    from bot.doctor.examination import examine

    try:
        findings = asyncio.run(examine(load_settings()))
    except SettingsError as error:
        findings = [Finding("settings", State.FAILED, str(error), "correct it and try again")]
    healthy = all(finding.state is not State.FAILED for finding in findings)
    if as_json:
        checks = [asdict(finding) for finding in findings]
        typer.echo(json.dumps({"ok": healthy, "checks": checks}, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(_line(finding))
    if not healthy:
        raise fail("doctor: something does not work; see the lines marked failed")


def _line(finding: Finding) -> str:
    line = f"{finding.state.value:8} {finding.check:14} {finding.detail}"
    return f"{line}; {finding.advice}" if finding.advice else line
