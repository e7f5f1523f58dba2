"""From a value to the text of its cell; `cells` reads it back as the same value."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.company_files.columns import Kind, Table
from bot.company_files.values import away_until_text, price_text

#: Their texts are safe in a spreadsheet, which may show and write them in its own way.
NEVER_GUARDED = frozenset({Kind.PRICE, Kind.DATE, Kind.YES_NO})


def cell_texts(entity: Any, table: Table, zone: ZoneInfo) -> list[str]:
    """The texts of the cells of a row, in the order of the table's columns."""
    currency = getattr(entity, "currency", "")
    return [_text(getattr(entity, column.name), currency, zone) for column in table.columns]


def _text(value: Any, currency: str, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return price_text(value, currency)
    if isinstance(value, datetime):
        return away_until_text(value, zone)
    return ";".join(value)
