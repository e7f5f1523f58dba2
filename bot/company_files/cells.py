"""From a cell to the value of its column."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.company_files import contact, text, values
from bot.company_files.columns import LISTS, Column, Kind
from bot.company_files.contact import Origin
from bot.company_files.faults import BadCell, shown_text
from bot.company_files.guard import unguard
from bot.company_files.rows import Cell


@dataclass(frozen=True, slots=True)
class Conventions:
    """How the company writes: region of telephone numbers without country code, time zone."""

    region: str = "US"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(slots=True)
class Reading:
    """What a parser may need beside the text of the cell; `note` collects what was put right."""

    conventions: Conventions
    origin: Origin
    note: Callable[[str], None]


#: Turns the text of a cell into the value; raises BadCell.
Parser = Callable[[str, Column, Reading], Any]


def cell_text(cell: Cell, column: Column) -> str:
    """What a person reads in the cell, without spaces at its ends and without our guard."""
    if isinstance(cell, str):
        words = cell.strip()
        return unguard(words).strip() if words.startswith("'") else words
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float | int):
        return _number_text(float(cell))
    if column.kind is Kind.DATE and isinstance(cell, date):
        has_time = isinstance(cell, datetime) and cell.time() != time()
        return cell.isoformat() if has_time else cell.strftime("%Y-%m-%d")
    return _refused_date(cell)


def _number_text(number: float) -> str:
    if not math.isfinite(number) or abs(number) >= 1e15:
        raise BadCell("Excel has rounded this number; format the column as text and type it again")
    return str(int(number)) if number.is_integer() else repr(number)


def _refused_date(cell: date | time | timedelta) -> str:
    raise BadCell(
        f"Excel has turned this into a date or time ({cell}); "
        "format the column as text and type it again"
    )


def _list(piece: Parser, *, repeats: bool = False) -> Parser:
    """Several values; what stands twice counts once, unless `repeats`."""

    def parse(cell: str, column: Column, reading: Reading) -> tuple[str, ...]:
        found = [piece(one, column, reading) for one in text.pieces(cell)]
        return tuple(found if repeats else dict.fromkeys(found))

    return parse


def _model(cell: str, column: Column, reading: Reading) -> str:
    return text.code(cell, column.limit).upper()


def _prefix(cell: str, column: Column, reading: Reading) -> str:
    found = "".join(sign for sign in text.code(cell, 60) if sign.isalnum()).upper()
    if not found.isascii() or not 0 < len(found) <= column.limit:
        raise BadCell(f"{shown_text(cell)} is not the beginning of a postal code (like 16 or 160)")
    return found


def _url(cell: str, column: Column, reading: Reading) -> str:
    found = text.one_line(cell, column.limit)
    if found and (" " in found or not found.startswith(("https://", "http://", "/"))):
        raise BadCell(f"{shown_text(cell)} is not an address (https://… or /pictures/…)")
    if found.startswith("//"):
        raise BadCell(f"{shown_text(cell)} lacks https: in front")
    return found


def _slack_user(cell: str, column: Column, reading: Reading) -> str:
    found = text.code(cell, column.limit)
    if found and not (found.isascii() and found.isalnum()):
        raise BadCell(f"{shown_text(cell)} is not a Slack member ID (like U012ABCDEF)")
    return found


def _slack_channel(cell: str, column: Column, reading: Reading) -> str:
    found = text.code(cell, column.limit)
    if " " in found:
        raise BadCell(f"{shown_text(cell)} is not a Slack channel (like #sales or C012ABCDEF)")
    return found


def _postal_code(cell: str, column: Column, reading: Reading) -> str:
    found, put_right = contact.postal_code(cell, column.limit, reading.origin)
    if put_right:
        reading.note(put_right)
    return found


PARSERS: dict[Kind, Parser] = {
    Kind.CODE: lambda cell, column, reading: text.code(cell, column.limit),
    Kind.MODEL: _model,
    Kind.TEXT: lambda cell, column, reading: text.one_line(cell, column.limit),
    Kind.LONG_TEXT: lambda cell, column, reading: text.many_lines(cell, column.limit),
    Kind.EMAIL: lambda cell, column, reading: contact.email(cell, column.limit),
    Kind.PHONE: lambda cell, column, reading: contact.phone(cell, reading.origin),
    Kind.POSTAL_CODE: _postal_code,
    Kind.PRICE: lambda cell, column, reading: values.price(cell),
    Kind.CURRENCY: lambda cell, column, reading: values.currency(cell),
    Kind.LOCALE: lambda cell, column, reading: values.locale(cell),
    Kind.ROLE: lambda cell, column, reading: values.role(cell),
    Kind.DATE: lambda cell, column, reading: values.away_until(
        cell, reading.conventions.zone, reading.conventions.region
    ),
    Kind.YES_NO: lambda cell, column, reading: values.yes_or_no(cell),
    Kind.URL: _url,
    Kind.SLACK_USER: _slack_user,
    Kind.SLACK_CHANNEL: _slack_channel,
    Kind.CODES: _list(lambda cell, column, reading: text.code(cell, column.limit)),
    Kind.MODELS: _list(_model),
    Kind.MODEL_ORDER: _list(_model, repeats=True),
    Kind.TEXTS: _list(lambda cell, column, reading: text.one_line(cell, column.limit)),
    Kind.PREFIXES: _list(_prefix),
}


def value_of(cell: Cell, column: Column, reading: Reading) -> Any:
    """The value of a cell; references to one other row are None where the cell is empty.

    Raises:
        BadCell: the column cannot take it.
    """
    content = cell_text(cell, column)
    if not content:
        if column.needed:
            raise BadCell("must not be empty")
        if column.refers_to and column.kind not in LISTS:
            return None
    return PARSERS[column.kind](content, column, reading)
