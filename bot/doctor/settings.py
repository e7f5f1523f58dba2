"""Settings that are right by themselves and still a mistake."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.doctor.finding import Finding, warning, well
from bot.settings import PREFIX, Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def check_settings(settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    """What catches the eye in settings that were read without a fault."""
    return [
        *_unknown_variables(environment),
        *_readable_secrets(environment),
        *_address(settings),
    ] or [well("settings", f"{settings.company_name}, {settings.base_url}")]


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        plain = name.removesuffix("_FILE")
        if not name.startswith(PREFIX) or plain in known:
            continue
        close = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {close[0]}?" if close else "remove it, or see docs/settings.md"
        yield warning("settings", f"{name} is no setting", advice)


def _readable_secrets(environment: Mapping[str, str]) -> Iterator[Finding]:
    for name, value in sorted(environment.items()):
        if not (name.startswith(PREFIX) and name.endswith("_FILE")) or os.name == "nt":
            continue
        path = Path(value)
        if name != f"{PREFIX}TLS_CA_FILE" and path.is_file():
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o004:
                yield warning("settings", f"{value} can be read by everybody", f"chmod 600 {value}")


def _address(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.base_url)
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        yield warning(
            "settings",
            f"BASE_URL {settings.base_url} is not encrypted",
            "put the counter behind a proxy with TLS and set BASE_URL to its https address",
        )
