"""The documents tell what is there: settings, commands, links; and every word has its Japanese."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from bot.rendering import TEMPLATES, Renderer
from bot.settings import Settings
from tools.write_command_reference import TARGET, reference

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SENTENCES = sorted(
    path
    for path in TEMPLATES.rglob("*")
    if path.suffix in {".txt", ".html"} and "locales" not in path.parts
)


def rows_of(page: str) -> dict[str, list[str]]:
    """The rows of a page's tables by the name in their first cell."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = (line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `"))
    return {cells[0].split("`")[1]: [cell.strip() for cell in cells] for cells in rows}


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(rows_of("settings.md")) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_default_of_a_setting_is_the_documented_one(name: str) -> None:
    first, default, _ = rows_of("settings.md")[name.upper()]
    value = Settings.model_fields[name].default
    is_secret = "SecretStr" in str(Settings.model_fields[name].annotation)

    assert ("†" in first) is is_secret
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    if plain in (None, "", ()):
        assert "`" not in default
    else:
        assert default == f"`{plain}`"


def test_the_page_of_commands_is_what_the_command_line_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:bot|inbound|storage|domain|templates|tests|tools|benchmarks|docs)/[\w./-]+)`", text
    )
    assert sorted({name for name in named if not (ROOT / name).exists()}) == []


@cache
def japanese() -> dict[str, str]:
    """Every sentence with its translation."""
    found = {}
    for file in sorted((TEMPLATES / "locales" / "ja").glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="ja"):
                for one in [message.id] if isinstance(message.id, str) else message.id:
                    first = message.string if isinstance(message.string, str) else message.string[0]
                    if one:
                        found[one] = first
    return found


@cache
def environment() -> Environment:
    return Renderer("Example", "https://counter.example", ZoneInfo("UTC")).environment("en")


def sentences(path: Path) -> Iterator[str]:
    """What a template gives to be translated."""
    source = path.read_text(encoding="utf-8")
    for _, _, message in environment().extract_translations(source):  # type: ignore[attr-defined]  # added by the i18n extension
        for one in [message] if isinstance(message, str) else message:
            if one:
                yield one


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_sentence_has_a_japanese_translation_with_the_same_placeholders(path: Path) -> None:
    for sentence in sentences(path):
        translated = japanese().get(sentence, "")
        assert translated, f"no Japanese for: {sentence!r}"
        assert placeholders(translated) == placeholders(sentence), sentence


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def test_no_translation_has_lost_its_sentence() -> None:
    used = {sentence for path in SENTENCES for sentence in sentences(path)}
    assert sorted(set(japanese()) - used) == []


def test_the_widget_says_the_same_things_in_both_languages() -> None:
    folder = ROOT / "bot" / "widget"
    english, ja = (
        json.loads((folder / f"words.{locale}.json").read_text(encoding="utf-8"))
        for locale in ("en", "ja")
    )

    assert set(english) == set(ja)
    for key, words in english.items():
        assert ja[key], key
        assert re.findall(r"\{\w+\}", str(words)) == re.findall(r"\{\w+\}", str(ja[key])), key


@pytest.mark.parametrize(
    "lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda lock: lock.stem
)
def test_a_lock_pins_every_package_by_hash_and_names_no_address(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())

    loose = [
        entry
        for entry in entries
        if not re.match(r"[a-z0-9._-]+==\S+.*--hash=sha256:", entry, re.S)
    ]
    assert loose == []
    assert "://" not in lock.read_text(encoding="utf-8")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {
        "requirements.lock": project["dependencies"],
        "requirements-dev.lock": [
            *project["dependencies"],
            *project["optional-dependencies"]["dev"],
        ],
    }
    for name, wanted in asked.items():
        locked = (ROOT / name).read_text(encoding="utf-8").lower()
        for one in wanted:
            package, _, version = one.partition(";")[0].strip().partition("==")
            plain = package.partition("[")[0].lower().replace("_", "-")
            assert f"\n{plain}=={version}" in f"\n{locked}", f"{one}: run `make lock`"
