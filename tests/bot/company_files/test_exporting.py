"""Exports are complete or not there, and say what an encoding cannot carry."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update
from sqlmodel import Session, col

from bot.company_files.columns import TABLES
from bot.company_files.exporting import export_company, export_template
from storage.store import Store
from storage.tables import CustomerRow
from tests.bot.company_files.files import IN_JAPAN, SAMPLE, csv_text, folder, take_in
from tests.clock import NOON


async def test_what_cp932_cannot_carry_is_listed_and_nothing_is_written(
    store: Store, tmp_path: Path
) -> None:
    customers = csv_text(
        "customer_id name address",
        ("C-1", "Ada", "1 Main St\nTown"),
        ("C-2", "髙橋🙂", "10〜20番地"),
        ("C-3", "José", "東京～①"),
    )
    await take_in(store, folder(tmp_path / "in", customers=customers))
    out = folder(tmp_path / "out", customers="what was here before")

    refused = await export_company(store, out, IN_JAPAN, encoding="cp932")

    assert [str(fault).replace(f"{out}/", "") for fault in refused.findings.faults] == [
        "customers.csv:4: name: cp932 has no 🙂 (U+1F642); export with --encoding utf-8-sig",
        "customers.csv:4: address: cp932 has no 〜 (U+301C); export with --encoding utf-8-sig",
        "customers.csv:5: name: cp932 has no é (U+00E9); export with --encoding utf-8-sig",
    ]
    assert refused.files == []
    assert [path.name for path in out.iterdir()] == ["customers.csv"]
    assert (out / "customers.csv").read_text() == "what was here before"


async def test_an_export_opens_in_excel_with_its_mark_and_text_cells(
    store: Store, tmp_path: Path
) -> None:
    await take_in(store, SAMPLE)

    await export_company(store, tmp_path / "out", IN_JAPAN)
    await export_company(store, tmp_path / "out.xlsx", IN_JAPAN)

    raw = (tmp_path / "out" / "customers.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcustomer_id,")
    sheet = CalamineWorkbook.from_path(tmp_path / "out.xlsx").get_sheet_by_name("customers")
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert cells.count("+819055550101") == 1
    assert all(isinstance(cell, str) for cell in cells)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert all(b"<f>" not in archive.read(name) for name in archive.namelist())


async def test_prices_show_the_decimals_of_their_currency(store: Store, tmp_path: Path) -> None:
    await take_in(store, SAMPLE)
    await export_company(store, tmp_path, IN_JAPAN)

    with (tmp_path / "products.csv").open(encoding="utf-8-sig", newline="") as file:
        prices = {row["model_number"]: row["price"] for row in csv.DictReader(file)}
    assert (prices["RC-1234"], prices["LP-510"], prices["SB-60"]) == ("498000", "329.00", "24.50")


async def test_nobody_erased_is_exported(store: Store, tmp_path: Path) -> None:
    await take_in(store, folder(tmp_path / "in", customers="customer_id,name\nC-1,Ada\nC-2,Ben\n"))

    def erase(session: Session) -> None:
        erased = update(CustomerRow).where(col(CustomerRow.customer_id) == "C-1")
        session.execute(erased.values(name="", erased_at=NOON))

    await store.write(erase)
    done = await export_company(store, tmp_path / "out", IN_JAPAN)

    assert done.rows["customers"] == 1
    assert "C-1" not in (tmp_path / "out" / "customers.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_template_is_the_header_of_each_table(tmp_path: Path, encoding: str) -> None:
    export_template(tmp_path, encoding="cp932" if encoding == "cp932" else "utf-8-sig")

    for table in TABLES:
        text = (tmp_path / f"{table.name}.csv").read_text(encoding=encoding)
        assert text.splitlines() == [",".join(column.name for column in table.columns)]


def test_the_template_workbook_explains_every_column(tmp_path: Path) -> None:
    export_template(tmp_path / "company.xlsx")

    with zipfile.ZipFile(tmp_path / "company.xlsx") as archive:
        notes = [name for name in archive.namelist() if "comments" in name]
        texts = [archive.read(name).decode() for name in sorted(notes)]
    assert len(texts) == len(TABLES)
    for table, text in zip(TABLES, texts, strict=True):
        assert text.count("<comment ") == len(table.columns)
        assert "です" in text or "ください" in text


async def test_a_template_is_imported_without_a_row(store: Store, tmp_path: Path) -> None:
    export_template(tmp_path / "company.xlsx")
    export_template(tmp_path / "folder")

    for path in (tmp_path / "company.xlsx", tmp_path / "folder"):
        outcome = await take_in(store, path)
        assert not outcome.findings.faults
        assert outcome.counts["customers"].created == 0
