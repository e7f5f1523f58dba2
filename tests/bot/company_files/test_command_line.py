"""`madoguchi import` and `export` as an administrator meets them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select, text
from sqlmodel import Session
from typer.testing import CliRunner, Result

from bot.cli.main import create_app
from storage.database import create_engine_for
from storage.tables import CustomerRow
from tests.bot.company_files.files import PRODUCTS, SAMPLE, STAFF, csv_text, folder

ROOT = Path(__file__).parents[3]
APP = create_app(["import", "export"])


def environment(url: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI")}
    return {**clean, "PYTHONPATH": str(ROOT), "MADOGUCHI_DATABASE_URL": url}


def run(url: str, *arguments: str | Path, **more: str) -> Result:
    """Run a command without a terminal."""
    settings = {"MADOGUCHI_DATABASE_URL": url, **more}
    return CliRunner().invoke(APP, [*map(str, arguments)], env=settings)


def customers_in(url: str) -> int:
    engine = create_engine_for(url)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(CustomerRow))
    engine.dispose()
    return count or 0


def test_an_empty_sqlite_database_is_made_and_filled(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    first = run(url, "import", SAMPLE, "--json")
    again = run(url, "import", SAMPLE)

    answer = json.loads(first.stdout)
    assert answer["stored"] is True
    assert answer["counts"]["customers"] == {"created": 30, "changed": 0, "unchanged": 0}
    assert answer["faults"] == answer["notes"] == []
    assert "customers: 0 created, 0 changed, 30 unchanged" in again.stdout.splitlines()
    assert first.exit_code == again.exit_code == 0
    assert first.stderr == again.stderr == ""  # no bar where there is no terminal


def test_faults_go_to_stderr_line_by_line_with_exit_code_1(
    fresh_database: str, tmp_path: Path
) -> None:
    bad = folder(tmp_path, customers="customer_id,email,colour\n", staff="staff_id,name\nS-1,\n")

    done = run(fresh_database, "import", bad)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"{bad}/customers.csv:1: colour: unknown column; known are customer_id, name, email, "
        "phone, postal_code, address, company, department, office_phone, locale, staff_id, owned, "
        "mail_opt_out",
        f"{bad}/staff.csv:2: name: must not be empty",
        "import: 2 faults; nothing was stored",
    ]


def test_with_json_the_faults_are_on_stdout_too(fresh_database: str, tmp_path: Path) -> None:
    bad = folder(tmp_path, customers="customer_id,email\nC-1,nowhere\n")

    done = run(fresh_database, "import", bad, "--json")

    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["stored"], answer["counts"]) == (1, False, {})
    assert answer["faults"] == [
        {
            "file": f"{bad}/customers.csv",
            "line": 2,
            "column": "email",
            "message": '"nowhere" is not an e-mail address (like name@company.example)',
        }
    ]


def test_a_wrong_setting_or_an_old_schema_is_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    wrong = run(url, "import", SAMPLE, MADOGUCHI_PHONE_REGION="Japan")
    assert (wrong.exit_code, len(wrong.stderr.splitlines())) == (1, 1)
    assert "MADOGUCHI_PHONE_REGION" in wrong.stderr

    run(url, "import", SAMPLE)
    engine = create_engine_for(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    engine.dispose()
    newer = run(url, "import", SAMPLE)
    assert (newer.exit_code, len(newer.stderr.splitlines())) == (1, 1)
    assert "newer version" in newer.stderr


def test_an_export_is_not_replaced_when_nobody_may_be_asked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    run(url, "import", SAMPLE)
    out = tmp_path / "out"

    first = run(url, "export", out)
    refused = run(url, "export", out, "--no-input")
    replaced = run(url, "export", out, "--no-input", "--yes", "--json")

    assert first.stdout.splitlines()[0] == f"{out}/areas.csv"
    assert refused.exit_code == 1
    assert "--yes" in refused.stderr
    assert json.loads(replaced.stdout)["rows"]["customers"] == 30


def test_an_export_that_cp932_cannot_carry_ends_with_1(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    run(url, "import", folder(tmp_path / "in", customers="customer_id,name\nC-1,Ada🙂\n"))

    done = run(url, "export", tmp_path / "out", "--encoding", "cp932")

    assert done.exit_code == 1
    assert f"{tmp_path}/out/customers.csv:2: name: cp932 has no 🙂 (U+1F642)" in done.stderr
    assert not (tmp_path / "out" / "customers.csv").exists()


def test_the_help_shows_an_example() -> None:
    for command in ("import", "export"):
        assert "Example: madoguchi " in run("sqlite://", command, "--help").stdout


def test_wrong_usage_ends_with_2() -> None:
    assert run("sqlite://", "import").exit_code == 2
    assert run("sqlite://", "export", "x", "--encoding", "latin-1").exit_code == 2


def test_a_terminal_gets_a_bar_and_the_pipe_gets_only_data(tmp_path: Path) -> None:
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "bot.cli.main", "import", str(SAMPLE), "--json"]
    done = subprocess.run(
        command,
        env={**environment(f"sqlite:///{tmp_path / 'x.db'}"), "TERM": "xterm", "COLUMNS": "100"},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=other_end, stdin=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    os.close(other_end)
    shown = os.read(terminal, 65536).decode(errors="replace")
    os.close(terminal)

    assert "customers.csv" in shown
    assert json.loads(done.stdout)["stored"] is True


def test_an_import_that_is_killed_while_storing_leaves_nothing(
    fresh_database: str, tmp_path: Path
) -> None:
    many = csv_text(
        "customer_id name email staff_id owned",
        *((f"C-{n}", "Ada", f"c{n}@a.example", "S-1", "RC-1234") for n in range(6000)),
    )
    files = folder(tmp_path, staff=STAFF, products=PRODUCTS, customers=many)
    importing = subprocess.Popen(
        [sys.executable, "-c", _STOPPING_WHILE_IT_STORES, str(files)],
        env=environment(fresh_database), cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert importing.stdout is not None
    assert importing.stdout.readline() == "3000 rows written\n"
    importing.kill()
    importing.wait()
    importing.stdout.close()

    assert customers_in(fresh_database) == 0

    whole = run(fresh_database, "import", files, "--json")
    assert json.loads(whole.stdout)["counts"]["customers"]["created"] == 6000
    assert customers_in(fresh_database) == 6000


#: Waits to be killed in the middle of the transaction, with half of the rows written.
_STOPPING_WHILE_IT_STORES = """
import asyncio, os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from storage.database import open_store

def told(what, done, total):
    if what == "database" and done >= 3000:
        print(f"{done // 1000}000 rows written", flush=True)
        time.sleep(60)

async def main():
    store = open_store(os.environ["MADOGUCHI_DATABASE_URL"])
    await import_company(store, [Path(sys.argv[1])], Conventions(), datetime.now(UTC), told=told)

asyncio.run(main())
"""


def test_a_file_that_is_not_there_is_told_whatever_its_name(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    done = run(url, "import", tmp_path / "nofile.csv", tmp_path / "customers.csv")

    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{tmp_path}/customers.csv: there is no such file or folder",
        f"{tmp_path}/nofile.csv: there is no such file or folder",
        "import: 2 faults; nothing was stored",
    ]
