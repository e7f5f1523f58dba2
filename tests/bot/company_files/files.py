"""Company files for tests: a folder of them, and what importing it gives."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.company_files.cells import Conventions
from bot.company_files.importing import Outcome, import_company
from storage.company import stored_rows
from storage.store import Store
from tests.clock import NOON

SAMPLE = Path(__file__).parents[3] / "bot" / "sandbox_company"
IN_JAPAN = Conventions("JP", ZoneInfo("Asia/Tokyo"))
IN_THE_US = Conventions("US", ZoneInfo("America/Los_Angeles"))

#: A small company that others build upon.
STAFF = "staff_id,name,email\nS-1,Ada Obi,ada@sales.example\n"
PRODUCTS = "model_number,name\nRC-1234,Copier\nTN-1,Toner\n"


def folder(path: Path, encoding: str = "utf-8", **files: str) -> Path:
    """A folder with the named files, `customers="..."` as customers.csv."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_bytes(text.encode(encoding))
    return path


def csv_text(header: str, *rows: Sequence[str]) -> str:
    """A CSV file of these rows under `header`, its names separated by spaces."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split())
    writer.writerows(rows)
    return text.getvalue()


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """An .xlsx file as a person would make it: numbers, days and texts typed as Excel does."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/mm/dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    sheet.write(number, place, cell)
    return path


async def take_in(store: Store, *paths: Path, like: Conventions = IN_JAPAN) -> Outcome:
    """Import the files."""
    return await import_company(store, paths, like, NOON)


def faults(outcome: Outcome) -> list[str]:
    """The faults as they are printed, without the folder."""
    return [re.sub(r"^\S*/", "", str(fault)) for fault in outcome.findings.faults]


def notes(outcome: Outcome) -> list[str]:
    """The notes as they are printed, without the folder."""
    return [re.sub(r"^\S*/", "", str(note)) for note in outcome.findings.notes]


async def everything(store: Store, table: str) -> list[Any]:
    """All stored objects of a table, by key."""
    return await store.read(
        lambda session: [row for rows in stored_rows(session, table) for row in rows]
    )
