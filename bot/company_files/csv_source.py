"""Reads the rows of a CSV file in UTF-8 or Shift_JIS (cp932), with their line numbers."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from bot.company_files.faults import UnreadableFile
from bot.company_files.rows import Progress, Row

_CHUNK = 1 << 20
_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_rows(path: Path, progress: Progress) -> Iterator[Row]:
    """Every row that is not empty, the header first. `progress` is told bytes of all bytes.

    Raises:
        UnreadableFile: its bytes are no text, or quotes are left open.
    """
    size = path.stat().st_size
    with path.open("rb") as binary:
        encoding = _encoding(binary, path)
        binary.seek(0)
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        reader = csv.reader(text, strict=True)
        line = 1
        try:
            for count, cells in enumerate(reader):
                if any(cells):
                    yield Row(line, cells)
                line = reader.line_num + 1
                if count % 1000 == 0:
                    progress(binary.tell(), size)
        except csv.Error as error:
            raise UnreadableFile(f"{path}:{line}: {_in_words(error)}") from error
        progress(size, size)


def _encoding(binary: io.BufferedReader, path: Path) -> str:
    start = binary.read(4)
    if start.startswith(_BYTE_ORDER_MARKS):
        raise UnreadableFile(f'{path}: is UTF-16; save it as "CSV UTF-8 (comma delimited)"')
    if start.startswith(b"PK\x03\x04"):
        raise UnreadableFile(f"{path}: is an Excel file by its content; give it a name in .xlsx")
    fault = _first_undecodable(binary, "utf-8")
    if fault is None:
        return "utf-8-sig"
    if start.startswith(codecs.BOM_UTF8) or _looks_like_utf8(binary):
        raise UnreadableFile(f"{path}:{_line_of(binary, fault)}: is not valid UTF-8")
    other = _first_undecodable(binary, "cp932")
    if other is not None:
        line = _line_of(binary, other)
        raise UnreadableFile(f"{path}:{line}: is neither UTF-8 nor Shift_JIS (cp932)")
    return "cp932"


def _first_undecodable(binary: io.BufferedReader, encoding: str) -> int | None:
    """How many bytes can be decoded before the first that cannot; None where all can."""
    binary.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    while True:
        chunk = binary.read(_CHUNK)
        held_back = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return before - held_back + error.start
        if not chunk:
            return None
        before += len(chunk)


def _looks_like_utf8(binary: io.BufferedReader) -> bool:
    """Whether it is UTF-8 with a few broken bytes, rather than another encoding.

    Text in Shift_JIS hardly ever holds a valid UTF-8 sequence of three bytes.
    """
    binary.seek(0)
    text = binary.read(4 * _CHUNK).decode("utf-8", errors="replace")
    whole = sum(1 for character in text if character >= "\u0800" and character != "\ufffd")
    return whole > 4 * text.count("\ufffd")


def _line_of(binary: io.BufferedReader, position: int) -> int:
    binary.seek(0)
    return binary.read(position).count(b"\n") + 1


def _in_words(error: csv.Error) -> str:
    words = str(error)
    if "end of data" in words:
        return 'a quoted cell that begins here is never closed (") before the end of the file'
    if "expected after" in words:
        return 'a quote (") stands inside a quoted cell; inside, write it twice ("")'
    if "field larger" in words:
        return "a cell is larger than 131,072 characters; is a quote left open?"
    return words
