"""Keeps checked rows in a temporary file, so that many of them need little memory.

They are checked before the transaction begins and stored in it: the database is locked only for
the storing.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

_ROWS = 1000


class Spool:
    """A temporary file without a name: only this process can read or write it."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="madoguchi-import-")  # noqa: SIM115  # closed by `close`

    @contextmanager
    def writing(self) -> Iterator[SpooledRows]:
        """Rows added inside stay readable, chunk by chunk, until the spool is closed."""
        rows = SpooledRows(self._file)
        yield rows
        rows.flush()

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


@dataclass(slots=True)
class SpooledRows:
    """The rows of one source."""

    _file: IO[bytes]
    count: int = 0
    _held: list[Any] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)

    def add(self, row: Any) -> None:
        """Keep a row."""
        self.count += 1
        self._held.append(row)
        if len(self._held) >= _ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is held in memory."""
        if self._held:
            self._places.append(self._file.seek(0, 2))
            pickle.dump(self._held, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._held = []

    def chunks(self) -> Iterator[list[Any]]:
        """All rows in the order added; may be asked for again."""
        for place in self._places:
            self._file.seek(place)
            yield pickle.load(self._file)  # our own file, written above
