"""Workbooks that are damaged, forged or huge are told in one line and take no memory."""

from __future__ import annotations

import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from bot.company_files import xlsx_scan
from bot.company_files.cells import Conventions
from bot.company_files.checking import Checker
from bot.company_files.faults import Findings
from bot.company_files.references import References
from bot.company_files.sources import find_sources
from bot.company_files.spool import Spool
from storage.company import KnownCompany
from tests.bot.company_files.files import workbook


def found_in(path: Path) -> list[str]:
    """The faults of a workbook, as an import with an empty database would list them."""
    findings = Findings()
    spool = Spool()
    checker = Checker(Conventions(), References(KnownCompany()), findings, spool)
    for source in find_sources([path], findings):
        checker.check(source, lambda done, total: None)
    checker.finish()
    spool.close()
    return [str(fault).replace(f"{path.parent}/", "") for fault in findings.faults]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return workbook(
        tmp_path / "good.xlsx", {"customers": [["customer_id", "name"], ["C-1", "Ada"]]}
    )


def changed(good: Path, part: str, old: bytes, new: bytes) -> Path:
    """A copy of the workbook with other bytes in one of its parts."""
    path = good.with_name("changed.xlsx")
    with zipfile.ZipFile(good) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            copy.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_the_untouched_workbook_has_no_fault(good: Path) -> None:
    assert found_in(good) == []


@pytest.mark.parametrize(
    "tag",
    [
        b'<c r="XFD1048576"',
        b"<c r = 'xfd1048576'",
        b'<c s=">" r="XFD1048576"',
        b"<c " + b" " * 300 + b'r="XFD1048576"',
        b"<c " + b" " * 70_000 + b'r="XFD1048576"',
        b'<row r="9999999"/><c r="B2"',
        b"<c",
    ],
)
def test_a_cell_far_away_is_refused_before_memory_is_taken(good: Path, tag: bytes) -> None:
    far = changed(good, SHEET, b'<c r="B2"', tag)
    tracemalloc.start()

    faults = found_in(far)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(faults) == 1
    assert any(words in faults[0] for words in ("reaches to cell", "damaged", "name their place"))
    assert peak < 20 << 20


def test_content_that_unpacks_without_end_is_refused(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_scan, "MAX_UNPACKED", 8 << 20)
    bomb = changed(good, "docProps/app.xml", b"</Properties>", b" " * (9 << 20) + b"</Properties>")

    assert bomb.stat().st_size < 100_000
    assert found_in(bomb) == ["changed.xlsx: unpacks to more than 8 MiB; split it or use CSV"]


def test_a_stated_size_that_lies_does_not_help_the_bomb(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_scan, "MAX_UNPACKED", 8 << 20)
    size = 9 << 20
    bomb = changed(good, "docProps/app.xml", b"</Properties>", b" " * size)
    raw = bomb.read_bytes()
    with zipfile.ZipFile(bomb) as archive:
        stated = archive.getinfo("docProps/app.xml").file_size
    bomb.write_bytes(raw.replace(stated.to_bytes(4, "little"), (100).to_bytes(4, "little")))

    assert found_in(bomb) == ["changed.xlsx: unpacks to more than 8 MiB; split it or use CSV"]


def test_entities_that_multiply_are_not_followed(good: Path) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 108)
    ) + b"]>"  # fmt: skip
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml"):
        billion = changed(good, part, head, head + entities)
        tracemalloc.start()
        found_in(billion)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 50 << 20


def test_a_formula_that_ends_in_an_error_is_a_fault_not_an_empty_cell(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "company.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Notes").write_formula(1, 1, "=NA()", None, "#N/A")
        sheet = book.add_worksheet("customers")
        sheet.write_row(0, 0, ["customer_id", "name"])
        sheet.write(1, 0, "C-1")
        sheet.write_formula(1, 1, "=VLOOKUP(A1,B:C,2)", None, "#N/A")
        sheet.write(2, 0, "C-2")
        sheet.write_formula(2, 1, '="A"&"da"', None, "Ada")

    assert found_in(path) == [
        "company.xlsx[customers]:2: name: the formula of this cell ends in an error (like #N/A)"
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "x.xlsx: is not an .xlsx file, or is damaged"),
        (b"customer_id,name\n", "x.xlsx: is not an .xlsx file, or is damaged"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600),
            "x.xlsx: is protected by a password or an old .xls; save it as plain .xlsx",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)

    assert found_in(tmp_path / "x.xlsx") == [told]


def test_a_workbook_without_our_sheets_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"Sheet1": [["customer_id"], ["C-1"]]})

    assert found_in(path) == [
        "x.xlsx: has no sheet named areas, staff, products, catalogs, customers"
    ]


@pytest.mark.parametrize("seed", range(4))
def test_damaged_workbooks_never_end_in_a_stack_trace(good: Path, seed: int) -> None:
    pick = random.Random(seed)
    whole = good.read_bytes()
    for _ in range(150):
        raw = bytearray(whole)
        for _ in range(pick.randrange(1, 8)):
            raw[pick.randrange(len(raw))] = pick.randrange(256)
        if pick.random() < 0.3:
            del raw[pick.randrange(len(raw)) :]
        path = good.with_name("damaged.xlsx")
        path.write_bytes(raw)
        for fault in found_in(path):
            assert fault.startswith("damaged.xlsx")
            assert "\n" not in fault


@pytest.mark.parametrize("seed", range(3))
def test_mutilated_sheets_never_end_in_a_stack_trace(good: Path, seed: int) -> None:
    pick = random.Random(seed)
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
    for _ in range(60):
        name = pick.choice(names)
        raw = bytearray(parts[name])
        for _ in range(pick.randrange(1, 5)):
            start = pick.randrange(len(raw))
            raw[start : start + pick.randrange(6)] = pick.choice(
                [b"", b"<", b'"', b"9999999", b"-1", b"&x;", b"\x00", b"</c>", b'r="A0"']
            )
        path = good.with_name("damaged.xlsx")
        with zipfile.ZipFile(path, "w") as copy:
            for part, content in parts.items():
                copy.writestr(part, bytes(raw) if part == name else content)
        for fault in found_in(path):
            assert "damaged.xlsx" in fault
