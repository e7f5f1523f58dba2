"""Reads the sheets of an .xlsx file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from bot.company_files.columns import BY_NAME
from bot.company_files.faults import Findings, UnreadableFile
from bot.company_files.rows import Progress, Row, Source
from bot.company_files.xlsx_scan import error_cells


def xlsx_sources(path: Path, findings: Findings) -> list[Source]:
    """The sheets named like a table; others are noted and left alone.

    Raises:
        UnreadableFile: it cannot be opened, or no sheet has the name of a table.
    """
    errors = error_cells(path)
    sources = []
    for name in _opened(path).sheet_names:
        table = BY_NAME.get(name.strip().lower())
        label = f"{path}[{name}]"
        if table is None:
            findings.note(label, 0, "", f"sheet left alone; read are {', '.join(BY_NAME)}")
            continue
        rows = partial(_sheet_rows, path, name)
        sources.append(Source(label, table, rows, errors.get(name, frozenset())))
    if not sources:
        raise UnreadableFile(f"{path}: has no sheet named {', '.join(BY_NAME)}")
    return sources


def _sheet_rows(path: Path, name: str, progress: Progress) -> Iterator[Row]:
    try:
        sheet = _opened(path).get_sheet_by_name(name)
    except CalamineError as error:
        raise UnreadableFile(f"{path}[{name}]: cannot be read: {error}") from error
    total = sheet.total_height
    for index, cells in enumerate(sheet.iter_rows()):
        if any(cell != "" for cell in cells):
            yield Row(index + 1, cells)
        if index % 1000 == 0:
            progress(index, total)
    progress(total, total)


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise UnreadableFile(f"{path}: is protected by a password; save it without one") from error
    except CalamineError as error:
        raise UnreadableFile(f"{path}: is not an .xlsx file, or is damaged") from error
