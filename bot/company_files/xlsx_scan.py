"""Looks through an .xlsx file before it is opened, so that it can neither fill the memory nor lie.

The file is a ZIP of XML. Two traps are looked for: content that unpacks to far more than it
seems, and a cell far away (one in XFD1048576 makes a reader hold a rectangle of 17 thousand
million cells). A third thing is found on the way: formulas whose result is an error, which the
reader would give as empty cells.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from bot.company_files.faults import UnreadableFile

#: Unpacked bytes of all parts together: about 350,000 customers.
MAX_UNPACKED = 400 << 20
MAX_PARTS = 2_000
#: Cells of the rectangle that holds all cells of a sheet; each costs 32 bytes when it is read.
MAX_CELLS = 4_000_000
_CHUNK = 1 << 18
#: No honest tag is longer; what is longer may hide a place from us.
_MAX_TAG = 1 << 16
_CELL_START = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\s[^>]*>")
# The place of a cell, or the number of a row.
_PLACE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,3})(\d{1,9})")
_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
#: What reading a damaged or forged archive may raise.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    EOFError,
    NotImplementedError,
    RuntimeError,  # an encrypted part
    LookupError,  # a part that is missing, an encoding that does not exist
    ValueError,
)


def error_cells(path: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """Cells with an error such as #N/A, as (line, column from 0), by the name of the sheet.

    Raises:
        UnreadableFile: it is no .xlsx file, or larger than we read.
    """
    found: dict[str, frozenset[tuple[int, int]]] = {}
    try:
        with path.open("rb") as raw, zipfile.ZipFile(raw) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise UnreadableFile(f"{path}: holds more than {MAX_PARTS:,} parts")
            left = MAX_UNPACKED
            for part in parts:
                scan = _SheetScan(path) if "worksheets/" in part.filename else None
                left -= _unpack(path, raw, part, left, scan)
                if scan is not None:
                    found[part.filename] = frozenset(scan.errors)
            return {name: found.get(part, frozenset()) for name, part in _sheets(archive)}
    except _DAMAGED as error:
        with path.open("rb") as raw:
            if raw.read(4) == _OLD_OFFICE:
                raise UnreadableFile(
                    f"{path}: is protected by a password or an old .xls; save it as plain .xlsx"
                ) from error
        raise UnreadableFile(f"{path}: is not an .xlsx file, or is damaged") from error


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The names of the sheets, each with the part that holds it."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))
        for relation in relations
    }
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [element for element in book.iter() if element.tag.endswith("}sheet")]
    return [
        (sheet.get("name", ""), targets.get(sheet.get(_RELATION), "").lstrip("/"))
        for sheet in sheets
    ]


class _SheetScan:
    """Follows the cells of one sheet as its bytes go by."""

    def __init__(self, path: Path) -> None:
        self.errors: set[tuple[int, int]] = set()
        self._path = path
        self._rows = self._columns = self._cells = self._places = 0
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes; a tag that is cut is kept for the next call."""
        data = self._rest + chunk
        start = data.rfind(b"<")
        cut = start if start >= 0 and data.find(b">", start) < 0 else len(data)
        self._rest = data[cut:]
        if len(self._rest) > _MAX_TAG:
            raise UnreadableFile(f"{self._path}: is not an .xlsx file, or is damaged")
        self._look(data[:cut])

    def finish(self) -> None:
        """Refuse a sheet whose extent cannot be told."""
        if self._cells > self._places:
            raise UnreadableFile(
                f"{self._path}: has cells that do not name their place; save it again in Excel"
            )

    def _look(self, data: bytes) -> None:
        self._cells += len(_CELL_START.findall(data))
        for letters, line in _PLACE.findall(data):
            self._places += bool(letters)
            self._reach(letters, int(line))
        if _ERROR.search(data):
            self._note_errors(data)

    def _reach(self, letters: bytes, line: int) -> None:
        column = _column_number(letters)
        if line <= self._rows and column <= self._columns:
            return
        self._rows, self._columns = max(self._rows, line), max(self._columns, column)
        if self._rows * self._columns > MAX_CELLS or self._rows > MAX_CELLS:
            place = f"{letters.decode().upper()}{line}"
            raise UnreadableFile(
                f"{self._path}: a sheet reaches to cell {place}, more than is read; "
                "delete what stands far outside the table, or use CSV"
            )

    def _note_errors(self, data: bytes) -> None:
        for tag in _CELL.findall(data):
            place = _PLACE.search(tag)
            if place is not None and _ERROR.search(tag):
                self.errors.add((int(place.group(2)), _column_number(place.group(1)) - 1))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number  # A is 1


def _unpack(
    path: Path, raw: IO[bytes], part: zipfile.ZipInfo, left: int, scan: _SheetScan | None
) -> int:
    """Unpack a part and count its bytes. The sizes that the file states are not believed."""
    raw.seek(part.header_offset)
    signature, name_length, extra_length = _LOCAL_HEADER.unpack(raw.read(_LOCAL_HEADER.size))
    if signature != b"PK\x03\x04" or part.compress_type not in (0, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    raw.seek(name_length + extra_length, 1)
    inflate = zlib.decompressobj(-15) if part.compress_type else None
    packed, size = part.compress_size, 0
    while packed > 0 and (data := raw.read(min(_CHUNK, packed))):
        packed -= len(data)
        while data:
            chunk = inflate.decompress(data, _CHUNK) if inflate else data
            data = inflate.unconsumed_tail if inflate else b""
            size += len(chunk)
            if size > left:
                raise UnreadableFile(
                    f"{path}: unpacks to more than {MAX_UNPACKED >> 20} MiB; split it or use CSV"
                )
            if scan is not None:
                scan.feed(chunk)
    if scan is not None:
        scan.finish()
    return size
