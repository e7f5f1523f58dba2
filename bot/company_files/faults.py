"""What is wrong with a company file, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

#: More lines than this help nobody; the rest is counted.
SHOWN = 20_000


class BadCell(ValueError):
    """A value that the column cannot take; the text says why and what would be right."""


class UnreadableFile(Exception):
    """A file that cannot be read as a table at all; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one cell. `line` counts from 1, 0 where it is about the whole file.

    As text it is `file:line: column: what is wrong`; a sheet is named as `file[sheet]`.
    """

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.column, self.message) if part)


@dataclass(slots=True)
class Findings:
    """Faults stop the import, notes do not. Only the first `SHOWN` of each are kept."""

    faults: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    fault_count: int = 0
    note_count: int = 0

    def fault(self, file: str, line: int, column: str, message: str) -> None:
        """Remember a fault: nothing will be stored."""
        self.fault_count += 1
        if len(self.faults) < SHOWN:
            self.faults.append(Finding(file, line, column, message))

    def note(self, file: str, line: int, column: str, message: str) -> None:
        """Remember something that was put right, or that the administrator may want to know."""
        self.note_count += 1
        if len(self.notes) < SHOWN:
            self.notes.append(Finding(file, line, column, message))


def shown_text(text: str, limit: int = 60) -> str:
    """`text` as one quotable piece of a message, cut where it is long."""
    quoted = repr(text[:limit])[1:-1]
    return f'"{quoted}…"' if len(text) > limit else f'"{quoted}"'
