"""Finds the tables in what was named: files, folders of them, or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bot.company_files.columns import BY_NAME, TABLES
from bot.company_files.csv_source import csv_rows
from bot.company_files.faults import Findings, UnreadableFile
from bot.company_files.rows import Source
from bot.company_files.xlsx_source import xlsx_sources


def find_sources(paths: Sequence[Path], findings: Findings) -> list[Source]:
    """The sources in the order in which their tables depend on one another.

    What cannot be opened is a fault in `findings`.
    """
    sources: list[Source] = []
    for path in paths:
        try:
            sources += _sources_in(path, findings)
        except UnreadableFile as error:
            findings.fault(str(error), 0, "", "")
        except OSError as error:
            findings.fault(str(path), 0, "", error.strerror or "cannot be read")
    order = [table.name for table in TABLES]
    return sorted(sources, key=lambda source: order.index(source.table.name))


def _sources_in(path: Path, findings: Findings) -> list[Source]:
    if path.is_dir():
        return _sources_in_folder(path, findings)
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file or folder")
    if path.suffix.lower() == ".xlsx":
        return xlsx_sources(path, findings)
    table = BY_NAME.get(path.stem.lower())
    if table is None or path.suffix.lower() != ".csv":
        names = ", ".join(f"{name}.csv" for name in BY_NAME)
        raise UnreadableFile(f"{path}: the name tells the table; it must be {names} or an .xlsx")
    path.open("rb").close()  # a file that cannot be read is told before anything is read
    return [Source(str(path), table, partial(csv_rows, path))]


def _sources_in_folder(folder: Path, findings: Findings) -> list[Source]:
    found: list[Source] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() == ".csv" and path.stem.lower() in BY_NAME:
            found += _sources_in(path, findings)
        elif path.suffix.lower() in (".csv", ".tsv") and not path.name.startswith("."):
            findings.note(str(path), 0, "", "left alone; no table has this name")
    workbooks = [path for path in sorted(folder.glob("*.xlsx")) if not path.name.startswith("~$")]
    if not found and len(workbooks) == 1:
        return xlsx_sources(workbooks[0], findings)
    if not found:
        names = ", ".join(f"{name}.csv" for name in BY_NAME)
        raise UnreadableFile(f"{folder}: holds none of {names}")
    return found
