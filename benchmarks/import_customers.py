"""How long the import of many customers takes, and how much memory.

Makes a customers.csv (names in English and Japanese, telephone numbers of both countries, every
tenth with an owned product), imports it beside the sample company into a fresh database, imports
it again, and exports it. Each step runs in a process of its own, as on the command line. Beside
it stands a floor: the same rows, read by `csv` and inserted by `executemany` without any check.

    python -m benchmarks.import_customers --customers 100000 --database postgresql://…/fresh
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "bot" / "sandbox_company"
_FAMILY = [
    "青木",
    "井上",
    "上田",
    "遠藤",
    "大野",
    "加藤",
    "木村",
    "工藤",
    "斎藤",
    "清水",
    "高木",
    "千葉",
    "辻",
    "中島",
    "西村",
    "野口",
    "橋本",
    "藤田",
]
_GIVEN = [
    "陽子",
    "隆",
    "さくら",
    "学",
    "真理",
    "浩二",
    "優子",
    "健",
    "文子",
    "亮",
    "涼",
    "和也",
    "香織",
    "誠一",
    "美穂",
    "哲也",
    "千尋",
    "玲奈",
]
_FIRST = [
    "Grace",
    "Robert",
    "Olivia",
    "William",
    "Anna",
    "Maria",
    "Thomas",
    "Emma",
    "Samuel",
    "Chloe",
]
_LAST = [
    "Miller",
    "Hayes",
    "Park",
    "Chen",
    "Schmidt",
    "Lopez",
    "Nguyen",
    "Wilson",
    "Brooks",
    "Martin",
]
_HEADER = [
    "customer_id",
    "name",
    "email",
    "phone",
    "postal_code",
    "address",
    "company",
    "department",
    "office_phone",
    "locale",
    "staff_id",
    "owned",
    "mail_opt_out",
]


def write_customers(path: Path, count: int) -> None:
    """Write `count` invented customers; the same ones each time."""
    pick = random.Random(count)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for number in range(count):
            writer.writerow((_japanese if number % 2 else _american)(number, pick))


def _japanese(number: int, pick: random.Random) -> list[str]:
    name = f"{pick.choice(_FAMILY)} {pick.choice(_GIVEN)}"
    return [
        f"B-{number:06d}", name, f"b{number}@kigyo{number % 5000}.example",
        f"090-{pick.randrange(10_000):04d}-{number % 10_000:04d}",
        f"{pick.randrange(100, 209)}-{pick.randrange(10_000):04d}",
        f"東京都新宿区見本町{pick.randrange(1, 9)}-{pick.randrange(1, 30)}",
        f"見本{number % 5000}株式会社", "総務部", f"03-5555-{number % 10_000:04d}",
        "ja", "S-001" if number % 3 else "", "RC-1234;SH-60" if number % 10 == 1 else "", "no",
    ]  # fmt: skip


def _american(number: int, pick: random.Random) -> list[str]:
    name = f"{pick.choice(_FIRST)} {pick.choice(_LAST)}"
    return [
        f"B-{number:06d}", name, f"b{number}@sample{number % 5000}.example",
        f"({pick.choice((415, 512, 503, 206))}) {pick.randrange(200, 999)}-{number % 10_000:04d}",
        f"{pick.randrange(90_000, 96_199)}", f"{number} Sample Street, San Francisco, CA",
        f"Sample {number % 5000} Inc.", "Operations", f"415-555-{number % 10_000:04d}",
        "en", "S-009" if number % 3 else "", "LP-510" if number % 10 == 0 else "", "no",
    ]  # fmt: skip


def floor_seconds(path: Path, database: Path) -> float:
    """The same rows without checks: `csv` and one `executemany` on SQLite."""
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute(f"CREATE TABLE customers ({', '.join(_HEADER)}, PRIMARY KEY (customer_id))")
    marks = ", ".join("?" * len(_HEADER))
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        connection.executemany(f"INSERT INTO customers VALUES ({marks})", rows)
    connection.commit()
    connection.close()
    return time.perf_counter() - began


def run(database: str, *arguments: str) -> dict[str, object]:
    """Run one command in a process of its own: its answer, seconds and peak memory in MiB."""
    script = "import sys; from benchmarks.import_customers import one_command; one_command()"
    environment = {**os.environ, "MADOGUCHI_DATABASE_URL": database}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds = round(time.perf_counter() - began, 2)
    peak = int(done.stderr.strip().splitlines()[-1])
    return {"seconds": seconds, "peak_mib": peak, "answer": json.loads(done.stdout)}


def one_command() -> None:
    """Run the command of `sys.argv` and tell the peak memory on stderr."""
    import typer

    from bot.cli.company import export, import_

    app = typer.Typer()
    app.command("import")(import_)
    app.command("export")(export)
    try:
        app()
    finally:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stderr.write(f"\n{peak}\n")


def main() -> None:
    """Measure and print one JSON line a step."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--database", help="a fresh one; else an SQLite file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="madoguchi-import-") as name:
        folder = Path(name)
        database = chosen.database or f"sqlite:///{folder / 'madoguchi.db'}"
        if chosen.database:  # a server's tables are made by whoever runs it
            subprocess.run(
                [sys.executable, "-m", "bot", "db", "upgrade"],
                env={**os.environ, "MADOGUCHI_DATABASE_URL": database},
                cwd=Path(__file__).parents[1], check=True, capture_output=True,
            )  # fmt: skip
        customers = folder / "customers.csv"
        write_customers(customers, chosen.customers)
        _tell("floor", {"seconds": round(floor_seconds(customers, folder / "floor.db"), 2)})
        _tell("sample company", run(database, "import", str(SAMPLE), "--json"))
        _tell("first import", run(database, "import", str(customers), "--json"))
        _tell("same file again", run(database, "import", str(customers), "--json"))
        _tell("export csv", run(database, "export", str(folder / "out"), "--json"))
        workbook = str(folder / "out.xlsx")
        _tell("export xlsx", run(database, "export", workbook, "--json"))
        _tell("import xlsx", run(database, "import", workbook, "--json"))


def _tell(step: str, figures: dict[str, object]) -> None:
    answer = figures.pop("answer", None)
    if isinstance(answer, dict):
        figures["customers"] = answer.get("counts", answer.get("rows", {})).get("customers")
    sys.stdout.write(json.dumps({"step": step, **figures}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
