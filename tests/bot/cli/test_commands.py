"""Every command that is promised is there, explains itself, and fails in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.main import COMMANDS, create_app

ROOT = Path(__file__).parents[3]
#: Command, and the options and arguments that others rely on.
PROMISED = {
    "demo": ["--port"],
    "serve": ["--role"],
    "db upgrade": [],
    "db check": [],
    "import": ["PATH", "--dry-run"],
    "export": ["FOLDER", "--encoding", "--template"],
    "understand": ["TEXT", "--locale", "--channel", "--json"],
    "read-mail": ["FILE"],
    "poll": ["--once", "--json"],
    "catalog send": ["CATALOG_NUMBER", "--to", "--all", "--dry-run", "--yes", "--no-input"],
    "customers show": ["ID", "--json"],
    "customers forget": ["ID", "--yes", "--no-input"],
    "rehearse": ["FILE", "--from-history", "--json"],
    "requests list": ["--status", "--json"],
    "requests show": ["ID", "--json"],
    "conversations show": ["ID", "--json"],
    "outbox list": ["--status", "--json"],
    "outbox retry": ["ID", "--all"],
    "quarantine list": ["--json"],
    "quarantine show": ["ID", "--json"],
    "quarantine retry": ["ID", "--all"],
    "log list": ["--customer", "--json"],
    "doctor": ["--json"],
    "healthcheck": [],
}
#: What reads the settings, in the shortest form that gets that far.
READS_SETTINGS = [
    "serve",
    "db upgrade",
    "db check",
    "import .",
    "poll --once",
    "catalog send X --all --yes",
    "customers show C-1",
    "requests list",
    "conversations show M-1",
    "outbox list",
    "quarantine list",
    "log list",
    "doctor",
    "healthcheck",
]


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    return create_app(list(COMMANDS))


@pytest.mark.parametrize("command", PROMISED)
def test_a_command_explains_itself_with_its_options_and_an_example(
    app: typer.Typer, command: str
) -> None:
    done = CliRunner().invoke(
        app, [*command.split(), "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}
    )

    assert done.exit_code == 0, done.output
    assert f"Example: madoguchi {command}" in done.output
    shown = done.output.lower()
    assert [word for word in PROMISED[command] if word.lower() not in shown] == []


def test_every_command_that_there_is_shows_an_example_of_itself(app: typer.Typer) -> None:
    silent = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]  # a group
        below = getattr(command, "commands", None) or {"": command}
        for word, one in below.items():
            if f"Example: madoguchi {name} {word}".rstrip() not in (one.help or ""):
                silent.append(f"{name} {word}")
    assert silent == []


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the program as its users do, in an empty folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**clean, "PYTHONPATH": str(ROOT), **settings},
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", READS_SETTINGS)
def test_a_wrong_setting_ends_a_command_with_one_line_and_code_1(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(app, command.split(), env={"MADOGUCHI_PORT": "eighty"})

    said = [line for line in done.output.splitlines() if "something does not work" not in line]
    assert done.exit_code == 1, done.output
    assert len(said) == 1
    assert "MADOGUCHI_PORT: " in said[0]
    assert "(example: 8080)" in said[0]


def test_a_database_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    done = run(
        "requests", "list", cwd=tmp_path,
        MADOGUCHI_DATABASE_URL="postgresql://canary-user:canary-password@127.0.0.1:1/none",
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "canary-password" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["db", "nonsense"], ["demo", "--port", "x"], ["outbox", "--no"]]
)
def test_wrong_usage_ends_with_code_2_and_no_stack_trace(
    app: typer.Typer, arguments: list[str]
) -> None:
    done = CliRunner().invoke(app, arguments)

    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_the_module_is_the_same_program(tmp_path: Path) -> None:
    done = run("db", "check", "--json", cwd=tmp_path)

    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    assert "madoguchi db upgrade" in done.stderr


def test_without_a_command_the_commands_are_listed(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)

    assert [name for name in COMMANDS if name not in done.stdout + done.stderr] == []
    assert "Traceback" not in done.stderr


#: What only looks, or changes only what is there.
NEEDS_A_DATABASE = [
    "requests list",
    "requests show R-1",
    "conversations show M-1",
    "customers show C-1",
    "customers forget C-1 --yes",
    "outbox list",
    "outbox retry --all",
    "quarantine list",
    "quarantine show 1",
    "quarantine retry --all",
    "log list",
    "catalog send X --all --yes",
    "export out",
    "rehearse stories.yaml",
    "rehearse written.yaml --from-history 3",
    "db check",
]


@pytest.mark.parametrize("command", NEEDS_A_DATABASE)
def test_where_there_is_no_database_a_command_says_so_and_makes_none(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stories.yaml").write_text("- story: One\n  steps: [{say: hello}]\n")

    done = CliRunner().invoke(app, command.split())

    assert done.exit_code == 1, done.output
    assert done.stdout == ""
    [said] = done.stderr.splitlines()
    assert "madoguchi db upgrade" in said if command == "db check" else "madoguchi import" in said
    assert [path.name for path in tmp_path.iterdir()] == ["stories.yaml"]


def test_an_empty_file_is_no_database_either(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "madoguchi.db").touch()

    done = CliRunner().invoke(app, ["requests", "list"])

    assert done.exit_code == 1
    assert str(tmp_path / "madoguchi.db") in done.stderr
    assert (tmp_path / "madoguchi.db").stat().st_size == 0


def test_the_version_is_told(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"madoguchi {version('madoguchi')}\n"
