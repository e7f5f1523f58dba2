"""The first row: which column stands where."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.company_files.columns import Column, Table
from bot.company_files.faults import Findings, shown_text
from bot.company_files.rows import Cell, Row, Source


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file with their places, the key first."""

    places: tuple[tuple[Column, int], ...]
    width: int

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns that the file has."""
        return frozenset(column.name for column, _ in self.places)

    def place(self, name: str) -> int | None:
        """Where the column of that name stands, counted from 0."""
        return next((place for column, place in self.places if column.name == name), None)


def read_header(source: Source, row: Row, findings: Findings) -> Header | None:
    """The header of a table; None where it has faults, which are then in `findings`."""
    names = [_name(cell) for cell in row.cells]
    before = findings.fault_count
    if len([name for name in names if name]) == 1 and any(sign in names[0] for sign in ";\t|"):
        message = "the columns must be separated by commas; save it as comma separated CSV"
        findings.fault(source.label, row.line, "", message)
        return None
    places: dict[str, tuple[Column, int]] = {}
    for place, name in enumerate(names):
        column = source.table.column(name)
        if column is None and (name or _reaches(names, place)):
            findings.fault(source.label, row.line, *_unknown(name, place, source.table))
        elif column is not None and name in places:
            findings.fault(source.label, row.line, name, "this column stands here twice")
        elif column is not None:
            places[name] = (column, place)
    key = source.table.key
    if key.name not in places:
        message = f"this column is missing; rows of {source.table.name} are matched by it"
        findings.fault(source.label, row.line, key.name, message)
    if findings.fault_count > before:
        return None
    rest = (found for name, found in places.items() if name != key.name)
    return Header((places[key.name], *rest), len(names))


def _name(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip().lower()


def _reaches(names: Sequence[str], place: int) -> bool:
    """Whether a named column follows; empty cells behind the last are left by spreadsheets."""
    return any(names[place:])


def _unknown(name: str, place: int, table: Table) -> tuple[str, str]:
    if not name:
        return f"column {place + 1}", "has no name"
    known = [column.name for column in table.columns]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return shown_text(name, 40).strip('"'), f"unknown column; {hint}"
