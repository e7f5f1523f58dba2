"""The widget as it is served: its sources, words and style in one script without a build step."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

WIDGET = Path(__file__).resolve().parent.parent / "widget"

#: In the order in which they build on each other; the last one starts.
SOURCES = (
    "dom", "links", "memory", "connection", "talk", "page",
    "files", "parts", "messages", "composer", "counter", "api",
)  # fmt: skip

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True)
class WidgetScript:
    """The script and its style sheet, ready to send.

    `version` changes with any byte of the script; `integrity` is the value for the script tag's
    attribute of that name (W3C Subresource Integrity).
    """

    script: bytes
    script_gzip: bytes
    style: bytes
    version: str
    integrity: str


def build_widget(company: str, locale: str, base_url: str, file_limit: int) -> WidgetScript:
    """Put the widget together.

    Args:
        company: the name at its head.
        locale: the language for visitors who wish for none that there are words for.
        base_url: where the counter is, should the browser not tell where the script came from.
        file_limit: bytes of one file.
    """
    style = squeeze_style((WIDGET / "widget.css").read_text("utf-8"))
    words = {
        language: json.loads((WIDGET / f"words.{language}.json").read_text("utf-8"))
        for language in LANGUAGES
    }
    values = {
        "CONFIG": {"company": company, "locale": locale, "base": base_url},
        "WORDS": words,
        "STYLE": style,
        "FILE_LIMIT": file_limit,
    }
    constants = "".join(f"const {name} = {_literal(value)};\n" for name, value in values.items())
    sources = "".join(
        squeeze_script((WIDGET / "src" / f"{name}.js").read_text("utf-8")) for name in SOURCES
    )
    script = f'(() => {{\n"use strict";\n{constants}{sources}}})();\n'.encode()
    digest = hashlib.sha384(script).digest()
    return WidgetScript(
        script=script,
        script_gzip=gzip.compress(script, 9, mtime=0),
        style=style.encode(),
        version=digest.hex()[:16],
        integrity=f"sha384-{b64encode(digest).decode()}",
    )


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def squeeze_script(source: str) -> str:
    """The source without its comment lines and indentation. Line ends stay: they may matter."""
    lines = (line.strip() for line in source.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not _is_comment(line))


def _is_comment(line: str) -> bool:
    # The house's sources have comments on lines of their own, and no code line starts with `*`.
    return line.startswith(("//", "/*", "* ", "*/"))


def squeeze_style(source: str) -> str:
    """The style sheet without comments and needless space."""
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(";}", "}").strip()
