"""What rows refer to: looked up in the files themselves and in what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.company_files.faults import SHOWN, Findings, shown_text
from storage.company import KnownCompany

#: File, line and column of a cell.
Place = tuple[str, int, str]


@dataclass(slots=True)
class References:
    """Keys that are stored or have been read, and what still waits for its key."""

    stored: KnownCompany
    _read: dict[str, set[str]] = field(default_factory=dict)
    _waiting: list[tuple[str, str, Place]] = field(default_factory=list)
    _deputies: dict[str, tuple[str | None, Place]] = field(default_factory=dict)
    _categories: dict[str, Place] = field(default_factory=dict)
    _read_categories: set[str] = field(default_factory=set)

    def add(self, table: str, key: str) -> None:
        """A row with this key has been read."""
        self._read.setdefault(table, set()).add(key)

    def is_stored(self, table: str, key: str) -> bool:
        """Whether the row is in the database already."""
        return key in self.stored.keys.get(table, ())

    def is_erased(self, table: str, key: str) -> bool:
        """Whether the key is that of a customer who was forgotten on request."""
        return table == "customers" and key in self.stored.erased

    def ask(self, table: str, key: str, place: Place) -> None:
        """The cell at `place` refers to the row `key` of `table`, which may follow later."""
        known = self.is_stored(table, key) or key in self._read.get(table, ())
        if not known and len(self._waiting) <= SHOWN * 5:
            self._waiting.append((table, key, place))

    def deputy(self, staff_id: str, deputy_id: str | None, place: Place) -> None:
        """The cell at `place` makes the one stand in for the other."""
        self._deputies[staff_id] = (deputy_id, place)

    def category(self, name: str, place: Place) -> None:
        """The cell at `place` gives somebody charge of a category."""
        self._categories.setdefault(name, place)

    def sold(self, category: str) -> None:
        """A product of this category has been read."""
        self._read_categories.add(category)

    def finish(self, findings: Findings) -> None:
        """Tell what was never found, and what deserves a second look."""
        for table, key, place in self._waiting:
            if key not in self._read.get(table, ()):
                findings.fault(
                    *place, f"{shown_text(key)} is not in {table}, neither here nor stored"
                )
        self._find_loops(findings)
        sold = self.stored.categories | self._read_categories
        for name, place in self._categories.items() if sold else ():
            if name not in sold:
                findings.note(*place, f"no product has the category {shown_text(name)}")

    def _find_loops(self, findings: Findings) -> None:
        """People who stand in for each other: allowed, the default takes over if all are away."""
        deputies = self.stored.deputies | {one: two for one, (two, _) in self._deputies.items()}
        seen: set[str] = set()
        for start in self._deputies:
            chain = [start]
            while (following := deputies.get(chain[-1])) and following not in chain:
                chain.append(following)
            if following == start and not seen.intersection(chain):
                seen.update(chain)
                words = " → ".join([*chain, start])
                message = f"deputies in a circle ({words}); if all are away, the default takes over"
                findings.note(*self._deputies[start][1], message)
