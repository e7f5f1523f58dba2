"""The layers look one way: bot -> inbound -> storage -> domain -> the standard library."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: From the outermost to the innermost; each may import those behind it.
LAYERS = ("bot", "inbound", "storage", "domain")
#: Pure libraries that the rules may use: numbers, names and calendars, no I/O.
PURE = frozenset({"phonenumbers", "babel", "holidays"})
#: Standard modules through which a rule would reach clock, chance, files or network.
IMPURE = frozenset(
    {
        *("time", "random", "secrets", "os", "socket", "asyncio", "threading", "subprocess"),
        *("sqlite3", "logging", "urllib.request", "http", "smtplib", "imaplib", "tempfile"),
    }
)
ASKING = frozenset(
    {"datetime.now", "datetime.utcnow", "date.today", "uuid4", "uuid.uuid4", "open", "input"}
)
FILES = sorted(path.relative_to(ROOT) for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
DOMAIN = [path for path in FILES if path.parts[0] == "domain"]


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file names in an import, with its line."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: name the module in full"
            yield node.module or "", node.lineno


def test_a_layer_imports_only_what_lies_behind_it() -> None:
    wrong = []
    for path in FILES:
        outer = LAYERS[: LAYERS.index(path.parts[0])]
        forbidden = {*outer, "tests", "tools", "benchmarks"}
        wrong += [f"{path}:{n}: {name}" for name, n in imported(path) if _top(name) in forbidden]
    assert wrong == []


def test_the_domain_needs_nothing_but_the_standard_library_and_pure_ones() -> None:
    allowed = {*sys.stdlib_module_names, *PURE, "domain"}
    wrong = [
        f"{path}:{line}: {name}"
        for path in DOMAIN
        for name, line in imported(path)
        if _top(name) not in allowed
    ]
    assert wrong == []


def test_the_domain_reaches_no_clock_no_chance_and_no_network() -> None:
    wrong = [
        f"{path}:{line}: {name}"
        for path in DOMAIN
        for name, line in imported(path)
        if name in IMPURE
    ]
    assert wrong == []


def test_the_domain_asks_for_no_time_and_opens_no_file() -> None:
    wrong = [
        f"{path}:{node.lineno}: {ast.unparse(node.func)}"
        for path in DOMAIN
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ASKING
    ]
    assert wrong == []


def test_the_top_level_has_the_folders_of_the_house_and_no_others() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert {*LAYERS, "tests"} <= packages <= {*LAYERS, "tests", "tools", "benchmarks", "templates"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = ("util", "helper", "manager", "misc", "common")
    assert [str(path) for path in FILES if any(word in path.stem for word in vague)] == []


def _top(name: str) -> str:
    return name.partition(".")[0]
