"""Writes a table as CSV that Excel opens without harm."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from bot.company_files.columns import Table
from bot.company_files.faults import Findings
from bot.company_files.guard import guard
from bot.company_files.written import NEVER_GUARDED

#: With a byte order mark, without which Excel takes UTF-8 for the encoding of the country.
Encoding = Literal["utf-8-sig", "cp932"]


class CsvTarget:
    """One CSV file being written. What the encoding cannot carry becomes a fault."""

    def __init__(self, path: Path, name: str, table: Table, encoding: Encoding) -> None:
        self._table = table
        self._name = name
        self._encoding = encoding
        self._guarded = [column.kind not in NEVER_GUARDED for column in table.columns]
        # Faulty characters are told of; the file with the marks in their place is thrown away.
        self._file = path.open("w", encoding=encoding, errors="replace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([column.name for column in table.columns])
        self._line = 2

    def write(self, texts: Sequence[str], findings: Findings) -> None:
        """Write a row."""
        if self._encoding == "cp932" and not all(text.isascii() for text in texts):
            self._check(texts, findings)
        pairs = zip(texts, self._guarded, strict=True)
        self._writer.writerow([guard(text) if guarded else text for text, guarded in pairs])
        self._line += 1 + sum(text.count("\n") for text in texts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def _check(self, texts: Sequence[str], findings: Findings) -> None:
        for column, text in zip(self._table.columns, texts, strict=True):
            lost = "".join(dict.fromkeys(sign for sign in text if not survives_cp932(sign)))
            if lost:
                points = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in lost[:10])
                message = f"cp932 has no {points}; export with --encoding utf-8-sig"
                findings.fault(self._name, self._line, column.name, message)


def survives_cp932(sign: str) -> bool:
    """Whether a character comes back from cp932 as itself.

    Some are not refused by the codec but come back as another one: 〜 (U+301C) as ～ (U+FF5E),
    − (U+2212) as － (U+FF0D).
    """
    try:
        return sign.isascii() or sign.encode("cp932").decode("cp932") == sign
    except UnicodeEncodeError:
        return False
