"""Turns the rows of all sources into customers, staff and so on, and lists every fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.company_files.cells import Conventions, Reading, value_of
from bot.company_files.columns import LISTS, Column
from bot.company_files.contact import Origin, origin_of
from bot.company_files.faults import BadCell, Findings, UnreadableFile, shown_text
from bot.company_files.header import Header, read_header
from bot.company_files.references import References
from bot.company_files.rows import Cell, Progress, Row, Source
from bot.company_files.spool import Spool
from domain.catalog import Catalog, Product
from domain.people import Area, Customer, Staff
from storage.company import Batch

_MAKE: dict[str, Callable[..., Any]] = {
    "areas": Area,
    "staff": Staff,
    "products": Product,
    "catalogs": Catalog,
    "customers": Customer,
}
#: What a domain object must be made with; a file may leave the column out for known rows.
_WITHOUT_DEFAULT = {
    "areas": {"name": ""},
    "staff": {"name": "", "email": ""},
    "products": {"name": "", "category": ""},
    "catalogs": {"title": ""},
    "customers": {"name": ""},
}


@dataclass(slots=True)
class Checker:
    """Checks source after source. `spool` holds the good rows until they are stored."""

    conventions: Conventions
    references: References
    findings: Findings
    spool: Spool
    _seen: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)

    def check(self, source: Source, progress: Progress) -> Batch | None:
        """Read a source to its end; None where it has no usable header.

        The batch is worth storing only when there are no faults after `finish`.
        """
        try:
            return self._read(source, progress)
        except UnreadableFile as error:
            self.findings.fault(str(error), 0, "", "")
        except OSError as error:
            self.findings.fault(source.label, 0, "", error.strerror or "cannot be read")
        return None

    def finish(self) -> None:
        """Look again at what was referred to before it had been read."""
        self.references.finish(self.findings)

    def _read(self, source: Source, progress: Progress) -> Batch | None:
        rows = source.rows(progress)
        first = next(rows, None)
        if first is None:
            self.findings.fault(source.label, 0, "", "is empty; even the header is missing")
            return None
        header = read_header(source, first, self.findings)
        if header is None:
            return None
        table = _TableCheck(self, source, header)
        with self.spool.writing() as spooled:
            for row in rows:
                entity = table.entity(row)
                if entity is not None and not self.findings.fault_count:
                    spooled.add(entity)
        return Batch(source.table.name, header.names, spooled.count, spooled.chunks)

    def first_seen(self, source: Source, key: str, line: int) -> tuple[str, int] | None:
        """Where the key stood before in these files; None where it is new."""
        seen = self._seen.setdefault(source.table.name, {})
        here = (source.label, line)
        before = seen.setdefault(key, here)
        return None if before is here else before


class _TableCheck:
    """What is the same for all rows of a source."""

    def __init__(self, checker: Checker, source: Source, header: Header) -> None:
        self._checker = checker
        self._source = source
        self._header = header
        self._make = _MAKE[source.table.name]
        self._defaults = {
            name: value
            for name, value in _WITHOUT_DEFAULT[source.table.name].items()
            if name not in header.names
        }
        self._needed_when_new = [
            column.name
            for column in source.table.columns
            if column.needed and column.name not in header.names
        ]
        self._origin_places = [header.place(n) for n in ("locale", "address", "company", "name")]
        self._line = 0
        self._column = ""
        region = checker.conventions.region
        self._reading = Reading(checker.conventions, Origin(region, False), self._note)

    def entity(self, row: Row) -> Any:
        """The domain object of a row; None where it has a fault."""
        self._line = row.line
        if not self._right_width(row):
            return None
        if self._source.table.name == "customers":
            self._reading.origin = self._origin(row.cells)
        values = dict(self._defaults)
        good = True
        for column, place in self._header.places:
            try:
                values[column.name] = self._value(row, column, place)
            except BadCell as error:
                self._fault(column.name, str(error))
                good = False
        return self._make(**values) if good and self._agrees(values) else None

    def _value(self, row: Row, column: Column, place: int) -> Any:
        if self._source.broken and (row.line, place) in self._source.broken:
            raise BadCell("the formula of this cell ends in an error (like #N/A)")
        self._column = column.name
        cell: Cell = row.cells[place] if place < len(row.cells) else ""
        value = value_of(cell, column, self._reading)
        if column is self._source.table.key:
            self._check_key(value)
        elif column.refers_to and value:
            self._check_references(column, value if column.kind in LISTS else (value,))
        return value

    def _check_key(self, key: str) -> None:
        references = self._checker.references
        if references.is_erased(self._source.table.name, key):
            raise BadCell(f"{shown_text(key)} was erased on request; take the row out of the file")
        before = self._checker.first_seen(self._source, key, self._line)
        if before is not None:
            raise BadCell(f"{shown_text(key)} stands already in {before[0]}:{before[1]}")
        if self._needed_when_new and not references.is_stored(self._source.table.name, key):
            missing = ", ".join(self._needed_when_new)
            raise BadCell(f"{shown_text(key)} is new, and the file has no column {missing}")
        if self._source.table.name != "customers":  # many, and nothing refers to them
            references.add(self._source.table.name, key)

    def _check_references(self, column: Column, keys: Sequence[str]) -> None:
        assert column.refers_to is not None
        for key in keys:
            place = (self._source.label, self._line, column.name)
            self._checker.references.ask(column.refers_to, key, place)

    def _agrees(self, values: dict[str, Any]) -> bool:
        """What several cells of one row say together."""
        before = self._checker.findings.fault_count
        if values.get("price") is not None and values.get("currency") == "":
            self._fault("currency", "must not be empty where there is a price")
        key = values[self._source.table.key.name]
        for name in ("attachments", "options", "supplies"):
            if key in values.get(name, ()):
                self._fault(name, f"{shown_text(key)} cannot belong to itself")
        if self._source.table.name == "staff":
            self._check_staff(key, values)
        if self._source.table.name == "products":
            self._checker.references.sold(values.get("category", ""))
        return self._checker.findings.fault_count == before

    def _check_staff(self, key: str, values: dict[str, Any]) -> None:
        if "deputy_id" in values:
            if values["deputy_id"] == key:
                self._fault("deputy_id", "nobody can be their own deputy")
            else:
                place = (self._source.label, self._line, "deputy_id")
                self._checker.references.deputy(key, values["deputy_id"], place)
        self._column = "email"
        if "email" in self._header.names and not values["email"]:
            self._note("is empty, so this person is told of requests in Slack only")
        for category in values.get("product_categories", ()):
            place = (self._source.label, self._line, "product_categories")
            self._checker.references.category(category, place)

    def _right_width(self, row: Row) -> bool:
        extra = [cell for cell in row.cells[self._header.width :] if cell != ""]
        if extra:
            count = self._header.width + len(extra)
            self._fault("", f"has {count} cells where the header has {self._header.width}")
        elif isinstance(row.cells, list) and len(row.cells) < self._header.width:
            count = len(row.cells)
            self._fault("", f"has {count} cells where the header has {self._header.width}")
            return False
        return not extra

    def _origin(self, cells: Sequence[Cell]) -> Origin:
        locale, address, company, name = (
            str(cells[place]) if place is not None and place < len(cells) else ""
            for place in self._origin_places
        )
        region = self._checker.conventions.region
        return origin_of(region, locale.strip(), address.strip(), company + name)

    def _fault(self, column: str, message: str) -> None:
        self._checker.findings.fault(self._source.label, self._line, column, message)

    def _note(self, message: str) -> None:
        self._checker.findings.note(self._source.label, self._line, self._column, message)
