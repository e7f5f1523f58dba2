"""What each kind of column takes, and what it makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company_files import contact, values
from bot.company_files.cells import Conventions, Reading, value_of
from bot.company_files.columns import BY_NAME
from bot.company_files.contact import Origin
from bot.company_files.faults import BadCell
from bot.company_files.rows import Cell

JAPAN = Origin("JP", japanese=True)
US = Origin("US", japanese=False)
TOKYO = ZoneInfo("Asia/Tokyo")


def read(table: str, column: str, cell: Cell, region: str = "JP") -> object:
    found = BY_NAME[table].column(column)
    assert found is not None
    notes: list[str] = []
    reading = Reading(Conventions(region, TOKYO), Origin(region, region == "JP"), notes.append)
    return value_of(cell, found, reading)


@pytest.mark.parametrize(
    ("written", "origin", "stored"),
    [
        ("03-5555-0101", JAPAN, "+81355550101"),
        ("(03) 5555-0101", JAPAN, "+81355550101"),
        ("０３－５５５５－０１０１", JAPAN, "+81355550101"),
        ("+81 3-5555-0101", US, "+81355550101"),
        ("355550101", JAPAN, "+81355550101"),  # Excel has dropped the zero
        ("03-5555-0101", US, "+81355550101"),  # no number there begins with 0
        ("011-683-4123", JAPAN, "+81116834123"),  # not the way abroad from the US
        ("(415) 555-0104", US, "+14155550104"),
        ("415.555.0104", Origin("JP", japanese=False), "+14155550104"),
        ("+1 415 555 0104", JAPAN, "+14155550104"),
        ("020 7946 0018", Origin("GB", japanese=False), "+442079460018"),
        ("03-5555-0101 内線12", JAPAN, "+81355550101;ext=12"),
        ("03-5555-0101（内線：12）", JAPAN, "+81355550101;ext=12"),
        ("415-555-0104 ext. 7", US, "+14155550104;ext=7"),
    ],
)
def test_telephone_numbers_are_understood_in_their_national_forms(
    written: str, origin: Origin, stored: str
) -> None:
    assert contact.phone(written, origin) == stored
    assert contact.phone(stored, origin) == stored


@pytest.mark.parametrize("written", ["call me", "12", "03-5555", "+", "0" * 40])
def test_what_is_no_telephone_number_is_refused(written: str) -> None:
    with pytest.raises(BadCell, match="not a telephone number"):
        contact.phone(written, JAPAN)


@pytest.mark.parametrize(
    ("written", "origin", "stored", "put_right"),
    [
        ("1600023", JAPAN, "160-0023", False),
        ("〒１６０－００２３", JAPAN, "160-0023", False),
        ("160−0023", JAPAN, "160-0023", False),
        ("600001", JAPAN, "060-0001", True),
        ("10010", JAPAN, "001-0010", True),
        ("10010", US, "10010", False),
        ("2139", US, "02139", True),
        ("94105-1234", US, "94105-1234", False),
        ("21391234", US, "02139-1234", True),
        ("sw1a 1aa", Origin("GB", japanese=False), "SW1A 1AA", False),
        ("2000", Origin("AU", japanese=False), "2000", False),
    ],
)
def test_postal_codes_are_folded_and_lost_zeros_put_back(
    written: str, origin: Origin, stored: str, put_right: bool
) -> None:
    found, note = contact.postal_code(written, 16, origin)
    assert (found, note is not None) == (stored, put_right)
    assert contact.postal_code(stored, 16, origin) == (stored, None)


@pytest.mark.parametrize("written", ["12", "１２３４", "東京", "1-2-3-" + "4" * 20, "<b>"])
def test_what_is_no_postal_code_is_refused(written: str) -> None:
    with pytest.raises(BadCell, match="not a postal code"):
        contact.postal_code(written, 16, JAPAN)


@pytest.mark.parametrize(
    "written",
    ["ada@sales.example", "a.b..c.@mobile.example", "ADA+x@sales.example", "sato@例え.テスト"],
)
def test_mail_addresses_that_exist_are_taken(written: str) -> None:
    assert contact.email(written, 254) == written


@pytest.mark.parametrize(
    "written",
    ["ada", "ada@", "@b.example", "a b@c.example", "a@b", "a@b.example, c@d.example",
     "a@-b.example", "Ada <a@b.example>", "a@b.example\nBcc: c@d.example",
     "a" * 300 + "@b.example"],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(written: str) -> None:
    with pytest.raises(BadCell):
        contact.email(written, 254)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("498000", "498000"),
        ("129.50", "129.5"),
        ("1,234,567.05", "1234567.05"),
        ("４９８", "498"),
        ("0", "0"),
    ],
)
def test_prices_are_exact(written: str, stored: str) -> None:
    assert values.price(written) == Decimal(stored)
    assert values.price(values.price_text(Decimal(stored), "USD")) == Decimal(stored)


@pytest.mark.parametrize(
    "written", ["-1", "1e5", "12,34", "¥100", "1.23456", "free", "9" * 15, "NaN"]
)
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(BadCell, match="not a price"):
        values.price(written)


def test_only_currencies_in_use_are_taken() -> None:
    assert [values.currency(code) for code in ("jpy", "USD", "ＥＵＲ", "")] == [
        "JPY",
        "USD",
        "EUR",
        "",
    ]
    for code in ("DEM", "YEN", "¥", "XXXX"):
        with pytest.raises(BadCell, match="ISO 4217"):
            values.currency(code)


@pytest.mark.parametrize(
    "written",
    ["2026-12-31", "2026/12/31", "2026年12月31日", "２０２６-１２-３１", "46387", "2026.12.31"],
)
def test_a_day_of_absence_lasts_to_its_midnight(written: str) -> None:
    midnight = datetime(2027, 1, 1, tzinfo=TOKYO)
    assert values.away_until(written, TOKYO, "JP") == midnight


def test_a_month_before_the_day_is_american() -> None:
    assert values.away_until("12/31/2026", TOKYO, "US") == datetime(2027, 1, 1, tzinfo=TOKYO)
    with pytest.raises(BadCell, match="not a day"):
        values.away_until("12/31/2026", TOKYO, "JP")


@pytest.mark.parametrize(
    "written", ["tomorrow", "2026-13-01", "2026-02-30", "31.12.2026", "9999-12-31"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(BadCell, match="not a day"):
        values.away_until(written, TOKYO, "JP")


@given(
    st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kolkata", "America/Santiago"]),
)
def test_every_moment_comes_back(moment: datetime, zone: str) -> None:
    text = values.away_until_text(moment, ZoneInfo(zone))
    assert values.away_until(text, ZoneInfo(zone), "JP") == moment


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
)
def test_every_day_is_written_as_a_day(day: date, zone: str) -> None:
    moment = values.away_until(day.isoformat(), ZoneInfo(zone), "JP")
    assert values.away_until_text(moment, ZoneInfo(zone)) == day.isoformat()


def test_yes_and_no_in_their_usual_spellings() -> None:
    for written in ("yes", "Y", "TRUE", "1", "はい", "○", "ＹＥＳ"):
        assert values.yes_or_no(written) is True
    for written in ("no", "N", "False", "0", "いいえ", "×", ""):
        assert values.yes_or_no(written) is False
    with pytest.raises(BadCell):
        values.yes_or_no("maybe")


def test_codes_are_folded_and_texts_are_not() -> None:
    assert read("products", "model_number", "ｒｃ－１２３４") == "RC-1234"
    assert read("customers", "owned", "rc‐1234； TN-1 ;RC-1234;") == ("RC-1234", "TN-1")
    assert read("customers", "staff_id", "Ｓ－１") == "S-1"
    assert read("customers", "name", "ＡＢＣ　髙橋") == "ＡＢＣ　髙橋"


def test_loose_marks_are_joined_and_rare_ideographs_kept() -> None:
    # macOS writes か + U+3099; U+FA10 is a person's way to write 塚 and must stay.
    assert read("customers", "name", "\u304b\u3099\ufa10") == "\u304c\ufa10"


def test_places_in_a_catalog_count_so_repeats_are_kept() -> None:
    assert read("catalogs", "products", "B-2;A-1;B-2") == ("B-2", "A-1", "B-2")


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\u202e", "\ud800", "\ufffe"])
def test_control_characters_are_refused_with_their_number(sign: str) -> None:
    for column in ("name", "address", "customer_id"):
        with pytest.raises(BadCell, match=f"U\\+{ord(sign):04X}"):
            read("customers", column, f"Ada{sign}Obi")


def test_line_breaks_stay_in_long_texts_and_become_blanks_in_names() -> None:
    assert read("customers", "address", "1 Main St\r\nTown") == "1 Main St\nTown"
    assert read("customers", "name", "Ada\nObi") == "Ada Obi"


def test_what_is_too_long_is_refused() -> None:
    assert read("customers", "name", "x" * 200) == "x" * 200
    with pytest.raises(BadCell, match="201 characters; at most 200"):
        read("customers", "name", "x" * 201)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example/x", "pictures/x.svg", "https://a b"]
)
def test_only_web_addresses_and_own_paths_are_pictures(url: str) -> None:
    with pytest.raises(BadCell):
        read("products", "image_url", url)
    assert read("products", "image_url", "/pictures/x.svg") == "/pictures/x.svg"


def test_excel_numbers_days_and_truths_are_read_as_people_see_them() -> None:
    assert read("customers", "customer_id", 42.0) == "42"
    assert read("customers", "postal_code", 600001.0) == "060-0001"
    assert read("products", "price", 129.5) == Decimal("129.5")
    assert read("customers", "mail_opt_out", True) is True
    assert read("staff", "away_until", date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=TOKYO)
    assert read("staff", "away_until", 46387.0) == datetime(2027, 1, 1, tzinfo=TOKYO)


@pytest.mark.parametrize(
    "cell", [date(2026, 10, 1), datetime.fromisoformat("2026-10-01T09:00"), time(10, 30)]
)
def test_a_code_that_excel_turned_into_a_date_is_refused(cell: Cell) -> None:
    with pytest.raises(BadCell, match="turned this into a date"):
        read("products", "model_number", cell)


def test_a_number_that_excel_has_rounded_is_refused() -> None:
    with pytest.raises(BadCell, match="rounded"):
        read("customers", "customer_id", 1234567890123456.0)
