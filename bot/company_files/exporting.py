"""Writes the company to files that can be opened in a spreadsheet and imported again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from bot.company_files.cells import Conventions
from bot.company_files.columns import TABLES
from bot.company_files.csv_target import CsvTarget, Encoding
from bot.company_files.faults import Findings
from bot.company_files.importing import Told, nobody
from bot.company_files.written import cell_texts
from bot.company_files.xlsx_target import XlsxTarget
from storage.company import count_rows, stored_rows
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written and the rows of each table. With faults no file is left or replaced."""

    findings: Findings
    files: list[Path] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def files_of(target: Path) -> list[Path]:
    """The files that an export to `target` writes: five in a folder, or one workbook."""
    if target.suffix.lower() == ".xlsx":
        return [target]
    return [target / f"{table.name}.csv" for table in TABLES]


async def export_company(
    store: Store,
    target: Path,
    conventions: Conventions,
    *,
    encoding: Encoding = "utf-8-sig",
    told: Told = nobody,
) -> Exported:
    """Write everything stored, as it is at one moment, to a folder or an .xlsx file.

    Files that are there are replaced, but only once all are complete.
    """

    def write(session: Session) -> Exported:
        return _Export(target, conventions, encoding, told).run(session)

    return await store.read(write)


def export_template(target: Path, *, encoding: Encoding = "utf-8-sig") -> Exported:
    """Write files with only a header, to be filled in; in .xlsx with a note on each column."""
    return _Export(target, Conventions(), encoding, nobody).run(None)


class _Export:
    def __init__(
        self, target: Path, conventions: Conventions, encoding: Encoding, told: Told
    ) -> None:
        self._target = target
        self._zone = conventions.zone
        self._encoding = encoding
        self._told = told
        self._done = Exported(Findings())

    def run(self, session: Session | None) -> Exported:
        """Write the files; without a session only their headers."""
        files = files_of(self._target)
        files[0].parent.mkdir(parents=True, exist_ok=True)
        with _replacing(files, self._done.findings) as partial:
            if self._target.suffix.lower() == ".xlsx":
                self._write_workbook(session, partial[0])
            else:
                self._write_folder(session, partial)
        if not self._done.findings.fault_count:
            self._done.files.extend(files)
        return self._done

    def _write_folder(self, session: Session | None, partial: list[Path]) -> None:
        for table, path in zip(TABLES, partial, strict=True):
            name = str(self._target / f"{table.name}.csv")
            with CsvTarget(path, name, table, self._encoding) as target:
                for texts in self._rows(session, table.name):
                    target.write(texts, self._done.findings)

    def _write_workbook(self, session: Session | None, partial: Path) -> None:
        book = XlsxTarget(partial, str(self._target), template=session is None)
        for table in TABLES:
            book.begin(table)
            for texts in self._rows(session, table.name):
                book.write(texts, self._done.findings)
        book.close()

    def _rows(self, session: Session | None, name: str) -> Iterator[list[str]]:
        if session is None:
            return
        table = next(table for table in TABLES if table.name == name)
        total = count_rows(session, name)
        done = 0
        for chunk in stored_rows(session, name):
            for entity in chunk:
                yield cell_texts(entity, table, self._zone)
            done += len(chunk)
            self._told(name, done, total)
        self._done.rows[name] = done


@contextmanager
def _replacing(files: list[Path], findings: Findings) -> Iterator[list[Path]]:
    """Paths to write to; they take the place of `files` at the end unless there are faults."""
    partial = [file.with_name(f".{file.name}.partial") for file in files]
    try:
        yield partial
        if not findings.fault_count:
            for written, file in zip(partial, files, strict=True):
                os.replace(written, file)
    finally:
        for written in partial:
            written.unlink(missing_ok=True)
