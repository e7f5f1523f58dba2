"""Cells that hold a price, a day, a yes or no, or one word of a few."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.numbers import get_currency_precision

from bot.company_files.faults import BadCell, shown_text
from bot.company_files.text import one_line
from domain.people import Role

_PRICE = re.compile(r"(?:\d{1,14}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,4})?", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-|/|年|\.)(\d{1,2})(?:-|/|月|\.)(\d{1,2})日?", re.ASCII)
_AMERICAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
#: Excel counts days from here; two years on, so that its 29 February 1900 does not matter.
_EXCEL_DAY_0 = date(1899, 12, 30)
_YES = frozenset(("yes", "y", "true", "t", "on", "1", "x", "○", "〇", "◯", "✓", "✔", "はい", "有"))
_NO = frozenset(("no", "n", "false", "f", "off", "0", "×", "-", "いいえ", "無"))
_ROLES = {"営業": "sales", "サービス": "service", "保守": "maintenance", "管理者": "manager"}


def price(text: str) -> Decimal | None:
    """An amount, 0 or more, with at most 14 digits before and 4 after the point."""
    if not text:
        return None
    folded = unicodedata.normalize("NFKC", text)
    if not _PRICE.fullmatch(folded):
        raise BadCell(f"{shown_text(text)} is not a price (like 498000 or 129.50)")
    amount = Decimal(folded.replace(",", ""))
    return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount.normalize()


def price_text(amount: Decimal, currency: str) -> str:
    """`amount` with as many decimals as its currency usually shows, more where it has more."""
    usual = Decimal(1).scaleb(-get_currency_precision(currency)) if currency else Decimal(1)
    return format(amount.quantize(usual) if amount == amount.quantize(usual) else amount, "f")


def currency(text: str) -> str:
    """An ISO 4217 code that is in use somewhere today."""
    code = unicodedata.normalize("NFKC", text).upper()
    if code and code not in _currencies():
        raise BadCell(f"{shown_text(text)} is not a currency code of ISO 4217 (like JPY or USD)")
    return code


@cache
def _currencies() -> frozenset[str]:
    in_use = get_global("territory_currencies").values()
    return frozenset(entry[0] for entries in in_use for entry in entries if entry[2] is None)


def locale(text: str) -> str:
    """`en` or `ja`; a country behind it (`ja-JP`) is left out."""
    language = re.split("[-_]", unicodedata.normalize("NFKC", text).lower())[0]
    if language and language not in ("en", "ja"):
        raise BadCell(f"{shown_text(text)} is neither en nor ja")
    return language


def role(text: str) -> Role:
    """What a member of staff does; sales where nothing is said."""
    word = unicodedata.normalize("NFKC", text).lower()
    try:
        return Role(_ROLES.get(word, word)) if word else Role.SALES
    except ValueError:
        known = ", ".join(known.value for known in Role)
        raise BadCell(f"{shown_text(text)} is not a role (one of {known})") from None


def yes_or_no(text: str) -> bool:
    """A yes or no in its usual spellings; no where nothing is said."""
    word = text if text in _YES or text in _NO else unicodedata.normalize("NFKC", text).lower()
    if word in _YES:
        return True
    if word in _NO or not word:
        return False
    raise BadCell(f"{shown_text(text)} is neither yes nor no")


def away_until(text: str, zone: ZoneInfo, region: str) -> datetime | None:
    """The moment when an absence ends. A day counts wholly as absent: it ends at its midnight.

    Taken are 2026-12-31, 2026/12/31, 2026年12月31日, the serial number that Excel keeps for a day,
    12/31/2026 for a company in the US, and ISO 8601 with a time (`2026-12-31T13:00+09:00`; in
    the company's time zone where it names none).
    """
    if not text:
        return None
    folded = unicodedata.normalize("NFKC", one_line(text, 60))
    try:
        day = _day(folded, region)
        if day is not None:
            return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(folded.replace("/", "-"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell(f"{shown_text(text)} is not a day (like 2026-12-31)") from None


def _day(text: str, region: str) -> date | None:
    if found := _DAY.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := _AMERICAN_DAY.fullmatch(text):
        if region != "US":
            raise ValueError("day and month cannot be told apart")
        month, day, year = map(int, found.groups())
        return date(year, month, day)
    if re.fullmatch(r"[2-9]\d{4}", text, re.ASCII):
        return _EXCEL_DAY_0 + timedelta(days=int(text))
    return None


def away_until_text(moment: datetime | None, zone: ZoneInfo) -> str:
    """What `away_until` reads as `moment`: a day where it ends at a midnight of `zone`."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    day = local.date() - timedelta(days=1)
    ends_a_day = datetime.combine(local.date(), time(), zone).astimezone(UTC) == moment
    return day.isoformat() if ends_a_day else local.isoformat()
