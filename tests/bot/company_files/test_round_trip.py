"""What is exported and imported again is the same, whatever stands in the cells."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.company_files.cells import Reading, value_of
from bot.company_files.columns import TABLES, Column, Kind, Table
from bot.company_files.contact import Origin
from bot.company_files.csv_source import csv_rows
from bot.company_files.csv_target import CsvTarget, Encoding
from bot.company_files.exporting import export_company
from bot.company_files.faults import BadCell, Findings
from bot.company_files.guard import needs_guard
from bot.company_files.written import NEVER_GUARDED, cell_texts
from bot.company_files.xlsx_target import XlsxTarget
from storage.database import open_store, upgrade
from storage.store import Store
from tests.bot.company_files.files import (
    IN_JAPAN,
    SAMPLE,
    csv_text,
    everything,
    faults,
    folder,
    take_in,
)

READING = Reading(IN_JAPAN, Origin("JP", japanese=True), lambda note: None)

_PIECES = [
    "'", '"', '""', ",", ";", "\n", "\r\n", "\t", "=1+1", "+81", "-5", "@SUM(A1)", "＝", "＋",
    "－", "＠", "～", "①", "髙", "株式会社", "㈱", "か\u3099", "ｱ", "A", "b-", " ", "　", "\\",
    "0", "12", "1-2", "_x0041_", "&amp;", "<b>", "%s", "{{x}}", "MAR1", "1E5", "é",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(_PIECES), max_size=8).map("".join) | st.text(max_size=20)
_CELLS: dict[Kind, st.SearchStrategy[str]] = {
    Kind.EMAIL: st.sampled_from(
        ["", "ada@sales.example", "+x@a.example", "=y@a.example", "-@b.example"]
    ),
    Kind.PHONE: st.sampled_from(["", "03-5555-0101", "+1 415 555 0104", "03-5555-0101 内線3"]),
    Kind.POSTAL_CODE: st.integers(0, 9_999_999).map(lambda n: f"{n:07}"),
    Kind.PRICE: st.decimals(0, 10**13, places=3).map(lambda n: format(n, "f")) | st.just(""),
    Kind.CURRENCY: st.sampled_from(["JPY", "USD", "KWD", ""]),
    Kind.LOCALE: st.sampled_from(["en", "ja", ""]),
    Kind.ROLE: st.sampled_from(["sales", "service", "maintenance", "manager"]),
    Kind.DATE: st.dates().map(str) | st.just("2026-12-31T09:30+02:00") | st.just(""),
    Kind.YES_NO: st.sampled_from(["yes", "no"]),
    Kind.URL: TEXTS.map(lambda text: "https://a.example/" + text) | st.just("/pictures/x.svg"),
    Kind.PREFIXES: st.lists(st.integers(0, 999).map(lambda n: f"{n:02}")).map(";".join),
}


def cells_of(table: Table) -> st.SearchStrategy[list[str]]:
    return st.tuples(*(_CELLS.get(column.kind, TEXTS) for column in table.columns)).map(list)


def taken(column: Column, cell: Any) -> Any:
    """The value of a cell, None for one that the import refuses."""
    try:
        return value_of(cell, column, READING)
    except BadCell:
        return None


def entity(table: Table, cells: Sequence[Any]) -> SimpleNamespace:
    values = zip(table.columns, cells, strict=True)
    return SimpleNamespace(**{column.name: taken(column, cell) for column, cell in values})


def through_csv(encoding: Encoding) -> Callable[[Path, Table, list[list[str]]], list[Any]]:
    def write_and_read(path: Path, table: Table, rows: list[list[str]]) -> list[Any]:
        findings = Findings()
        with CsvTarget(path / "x.csv", "x.csv", table, encoding) as target:
            for texts in rows:
                target.write(texts, findings)
        if encoding != "cp932":
            assert not findings.faults
        told = {fault.line for fault in findings.faults}
        read = list(csv_rows(path / "x.csv", lambda done, total: None))[1:]
        return [None if row.line in told else row.cells for row in read]

    return write_and_read


def through_xlsx(path: Path, table: Table, rows: list[list[str]]) -> list[Any]:
    findings = Findings()
    target = XlsxTarget(path / "x.xlsx", "x.xlsx", template=False)
    target.begin(table)
    for texts in rows:
        target.write(texts, findings)
    target.close()
    assert not findings.faults
    sheet = CalamineWorkbook.from_path(path / "x.xlsx").get_sheet_by_name(table.name)
    return list(sheet.iter_rows())[1:]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize(
    "there_and_back",
    [through_csv("utf-8-sig"), through_csv("cp932"), through_xlsx],
    ids=["utf-8-sig", "cp932", "xlsx"],
)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_value_comes_back(
    there_and_back: Callable[[Path, Table, list[list[str]]], list[Any]],
    table: Table,
    data: st.DataObject,
) -> None:
    rows = data.draw(st.lists(cells_of(table), min_size=1, max_size=4))
    entities = [entity(table, ["K1", *cells[1:]]) for cells in rows]
    texts = [cell_texts(one, table, IN_JAPAN.zone) for one in entities]

    with tempfile.TemporaryDirectory() as folder_name:
        back = there_and_back(Path(folder_name), table, texts)

    assert len(back) == len(entities)
    for before, cells in zip(entities, back, strict=True):
        if cells is not None:  # told as a fault: the encoding has no such character
            assert vars(entity(table, cells)) == {
                name: _as_read(table, name, value) for name, value in vars(before).items()
            }


def _as_read(table: Table, name: str, value: Any) -> Any:
    """A refused cell was written empty."""
    column = table.column(name)
    assert column is not None
    return taken(column, "") if value is None else value


@settings(max_examples=60, deadline=None)
@given(st.lists(cells_of(TABLES[4]), min_size=1, max_size=3))
def test_no_cell_of_a_csv_file_is_a_formula(rows: list[list[str]]) -> None:
    table = TABLES[4]
    with tempfile.TemporaryDirectory() as folder_name:
        path = Path(folder_name) / "customers.csv"
        with CsvTarget(path, "customers.csv", table, "utf-8-sig") as target:
            for cells in rows:
                target.write(cell_texts(entity(table, cells), table, IN_JAPAN.zone), Findings())
        with path.open(encoding="utf-8-sig", newline="") as file:
            written = list(csv.reader(file))[1:]

    for row in written:
        for column, cell in zip(table.columns, row, strict=True):
            assert not cell or cell[0] not in "=+-@\t\r＝＋－＠"
            assert column.kind in NEVER_GUARDED or not needs_guard(cell) or cell[0] == "'"


@pytest.mark.parametrize(
    ("target", "encoding"), [("out", "utf-8-sig"), ("out", "cp932"), ("out.xlsx", "utf-8-sig")]
)
async def test_a_company_comes_back_in_another_database(
    store: Store, tmp_path: Path, target: str, encoding: Encoding
) -> None:
    await take_in(store, SAMPLE)
    odd = csv_text(
        "customer_id name email phone address company",
        (
            "0042",
            "=cmd|' /C calc'!A0",
            "a@b.example",
            "+81 3-5555-0101",
            'a "b"\nc, d;',
            "'=not ours",
        ),
        ("1-2", "－髙橋①", "", "", "～\n\n=1+1", "''quoted''"),
        ("MAR1", "@SUM(A1)", "", "", "＝１＋１", "-5"),
    )
    assert faults(await take_in(store, folder(tmp_path / "odd", customers=odd))) == []

    done = await export_company(store, tmp_path / target, IN_JAPAN, encoding=encoding)

    assert [str(fault) for fault in done.findings.faults] == []
    other_url = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(other_url)
    other = open_store(other_url)
    try:
        assert faults(await take_in(other, tmp_path / target)) == []
        for table in TABLES:
            assert await everything(other, table.name) == await everything(store, table.name)
    finally:
        await other.close()
    again = await take_in(store, tmp_path / target)
    assert all(count.created == count.changed == 0 for count in again.counts.values())
