"""Writes the tables as sheets of one .xlsx workbook, every cell typed as text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.company_files.columns import Column, Kind, Table
from bot.company_files.faults import Findings
from bot.company_files.guard import guard_typed

NOTES = Path(__file__).parents[2] / "templates" / "company_files" / "columns.toml"
#: Limits of the format (Excel specifications and limits).
MAX_ROWS = 1_048_576
MAX_CHARACTERS = 32_767
_CHOICES = {
    Kind.ROLE: ["sales", "service", "maintenance", "manager"],
    Kind.LOCALE: ["en", "ja"],
    Kind.YES_NO: ["yes", "no"],
}
_WIDTHS = {Kind.LONG_TEXT: 48, Kind.TEXT: 24, Kind.EMAIL: 32, Kind.URL: 32, Kind.MODELS: 28}
#: Rows of an empty sheet that are prepared for typing.
_PREPARED_ROWS = 5000


class XlsxTarget:
    """A workbook being written: `begin` a sheet, `write` its rows, `close`."""

    def __init__(self, path: Path, name: str, *, template: bool) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._name = name
        self._head = self._book.add_format({"bold": True, "bg_color": "#E7EEF7", "bottom": 1})
        # The format "@" keeps what a person types as it is: no dates, no lost zeros.
        self._text = self._book.add_format({"num_format": "@"})
        self._notes = _notes() if template else {}
        self._sheet: Any = None
        self._table: Table | None = None
        self._row = 0

    def begin(self, table: Table) -> None:
        """Start the sheet of a table with its header."""
        self._table, self._row = table, 1
        self._sheet = self._book.add_worksheet(table.name)
        self._sheet.freeze_panes(1, 1)
        for place, column in enumerate(table.columns):
            self._sheet.set_column(place, place, _WIDTHS.get(column.kind, 16), self._text)
            self._offer_choices(place, column)
        for place, column in enumerate(table.columns):
            self._sheet.write_string(0, place, column.name, self._head)
            note = self._notes.get(table.name, {}).get(column.name)
            if note:
                text = f"{note['en']}\n\n{note['ja']}"
                self._sheet.write_comment(0, place, text, {"x_scale": 2.2, "y_scale": 1.8})

    def write(self, texts: Sequence[str], findings: Findings) -> None:
        """Write a row; what the format cannot hold becomes a fault."""
        assert self._table is not None
        label = f"{self._name}[{self._table.name}]"
        if self._row >= MAX_ROWS:
            findings.fault(label, MAX_ROWS, "", "a sheet has no more rows; export as CSV")
            return
        for place, text in enumerate(texts):
            if len(text) > MAX_CHARACTERS:
                message = f"a cell holds {MAX_CHARACTERS:,} characters at most; export as CSV"
                findings.fault(label, self._row + 1, self._table.columns[place].name, message)
            elif text:
                self._sheet.write_string(self._row, place, guard_typed(text), self._text)
        self._row += 1

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def _offer_choices(self, place: int, column: Column) -> None:
        choices = _CHOICES.get(column.kind)
        if choices:
            # Only offered: other spellings that the import understands may be typed as well.
            rule = {"validate": "list", "source": choices, "error_type": "information"}
            self._sheet.data_validation(1, place, _PREPARED_ROWS, place, rule)


def _notes() -> dict[str, Any]:
    return tomllib.loads(NOTES.read_text(encoding="utf-8"))
