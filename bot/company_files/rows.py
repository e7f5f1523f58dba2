"""What the readers of both formats have in common: rows of cells with their line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.company_files.columns import Table

#: CSV knows only text; Excel types its cells.
Cell = str | float | bool | date | datetime | time | timedelta

#: Is told how much of the whole has been done, in any unit.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row and the line on which it begins, counted from 1."""

    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows for one table; `label` is how findings name the place (`file` or `file[sheet]`).

    `rows` may be called again; `broken` are cells by (line, column from 0) with an error of Excel.
    """

    label: str
    table: Table
    rows: Callable[[Progress], Iterator[Row]]
    broken: frozenset[tuple[int, int]] = frozenset()
