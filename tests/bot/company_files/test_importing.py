"""Company files are taken over completely, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from bot.company_files.importing import import_company
from domain.people import Area, Customer, Role, Staff
from storage.store import Store
from storage.tables import AccessLogRow, CustomerRow
from tests.bot.company_files.files import (
    IN_JAPAN,
    PRODUCTS,
    SAMPLE,
    STAFF,
    csv_text,
    everything,
    faults,
    folder,
    notes,
    take_in,
    workbook,
)
from tests.clock import NOON


async def test_the_sample_company_is_taken_over_and_again_changes_nothing(store: Store) -> None:
    first = await take_in(store, SAMPLE)
    again = await take_in(store, SAMPLE)

    assert not first.findings.faults
    assert {table: count.created for table, count in first.counts.items()} == {
        "areas": 15, "staff": 12, "products": 51, "catalogs": 3, "customers": 30,
    }  # fmt: skip
    assert all(count.created == count.changed == 0 for count in again.counts.values())
    assert again.counts["customers"].unchanged == 30


async def test_every_column_arrives(store: Store, tmp_path: Path) -> None:
    files = folder(
        tmp_path,
        areas='area_code,name,postal_prefixes,places\nJP-13,Tokyo,10;１１;16-0,東京都;Tokyo\n',
        staff=csv_text(
            "staff_id name email slack_user_id slack_channel role area_codes product_categories "
            "deputy_id away_until locale",
            ("S-1", "佐藤 美咲", "sato@sales.example", "U0SATO", "#tokyo", "service", "JP-13",
             "copier;printer", "S-2", "2026-12-31", "ja"),
            ("S-2", "Ada Obi", "ada@sales.example", "", "", "", "", "", "", "", "en"),
        ),
        products=PRODUCTS,
        customers=csv_text(
            "customer_id name email phone postal_code address company department office_phone "
            "locale staff_id owned mail_opt_out",
            ("C-1", "青木 陽子", "yoko@aoba.example", "090-5555-0101", "1000099",
             "東京都\n千代田区", '"Aoba", Ltd.', "総務", "03-5555-0101", "ja", "S-1",
             "TN-1;RC-1234", "はい"),
        ),
    )  # fmt: skip

    outcome = await take_in(store, files)

    assert faults(outcome) == []
    assert await everything(store, "areas") == [
        Area("JP-13", "Tokyo", ("10", "11", "160"), ("東京都", "Tokyo"))
    ]
    assert (await everything(store, "staff"))[0] == Staff(
        staff_id="S-1",
        name="佐藤 美咲",
        email="sato@sales.example",
        role=Role.SERVICE,
        slack_user_id="U0SATO",
        slack_channel="#tokyo",
        area_codes=("JP-13",),
        product_categories=("copier", "printer"),
        deputy_id="S-2",
        away_until=datetime(2027, 1, 1, tzinfo=IN_JAPAN.zone),
        locale="ja",
    )
    assert await everything(store, "customers") == [
        Customer(
            customer_id="C-1",
            name="青木 陽子",
            email="yoko@aoba.example",
            phone="+819055550101",
            postal_code="100-0099",
            address="東京都\n千代田区",
            company='"Aoba", Ltd.',
            department="総務",
            office_phone="+81355550101",
            locale="ja",
            staff_id="S-1",
            owned=("TN-1", "RC-1234"),
            mail_opt_out=True,
        )
    ]


async def test_all_faults_are_listed_with_file_line_and_column(
    store: Store, tmp_path: Path
) -> None:
    files = folder(
        tmp_path,
        staff="staff_id,name,email,deputy_id\nS-1,Ada,ada@sales.example,S-1\nS-2,,nowhere,S-9\n",
        products="model_number,name,price,currency,options\nRC-1,Copier,12,,RC-1;XX-1\n",
        catalogs="catalog_number,title,products\nK-1,Autumn,RC-1;RC-9\n",
        customers=csv_text(
            "customer_id email phone locale staff_id owned",
            ("C-1", "a", "b", "fr", "S-1", "RC-1"),
            ("C-2", "two\nlines@a.example", "", "", "S-7", "RC-7"),
            ("C-1", "", "", "", "", ""),
            ("", "c@d.example", "", "", "", ""),
        ),
    )

    outcome = await take_in(store, files)

    assert [fault.split(": ", 2)[:2] for fault in faults(outcome)] == [
        ["staff.csv:2", "deputy_id"],
        ["staff.csv:3", "name"],
        ["staff.csv:3", "email"],
        ["products.csv:2", "currency"],
        ["products.csv:2", "options"],
        ["customers.csv:2", "email"],
        ["customers.csv:2", "phone"],
        ["customers.csv:2", "locale"],
        ["customers.csv:3", "email"],
        ["customers.csv:5", "customer_id"],  # the cell before holds a line break
        ["customers.csv:6", "customer_id"],
        ["staff.csv:3", "deputy_id"],
        ["products.csv:2", "options"],
        ["catalogs.csv:2", "products"],
        ["customers.csv:3", "staff_id"],
        ["customers.csv:3", "owned"],
    ]
    for table in ("staff", "products", "catalogs", "customers"):
        assert await everything(store, table) == []


async def test_one_bad_row_among_many_keeps_everything_out(store: Store, tmp_path: Path) -> None:
    rows = [(f"C-{number}", f"c{number}@a.example") for number in range(3000)]
    rows[2500] = ("C-2500", "nowhere")
    files = folder(tmp_path, staff=STAFF, customers=csv_text("customer_id email", *rows))

    outcome = await take_in(store, files)

    assert [fault.split(": ")[0] for fault in faults(outcome)] == ["customers.csv:2502"]
    assert await everything(store, "customers") == await everything(store, "staff") == []


async def test_what_is_referred_to_may_be_stored_already_or_follow_later(
    store: Store, tmp_path: Path
) -> None:
    await take_in(store, folder(tmp_path / "one", staff=STAFF, products=PRODUCTS))

    outcome = await take_in(
        store,
        folder(
            tmp_path / "two",
            staff="staff_id,name,deputy_id\nS-2,Ben,S-3\nS-3,Cay,S-1\n",
            products="model_number,name,options\nRC-2,Copier,FX-2;RC-1234\nFX-2,Fax board,\n",
            customers="customer_id,staff_id,owned\nC-1,S-1,TN-1\n",
        ),
    )

    assert faults(outcome) == []
    staff = {member.staff_id: member.deputy_id for member in await everything(store, "staff")}
    assert staff == {"S-1": None, "S-2": "S-3", "S-3": "S-1"}
    options = {
        product.model_number: product.options for product in await everything(store, "products")
    }
    assert options["RC-2"] == ("FX-2", "RC-1234")


async def test_columns_that_are_not_there_keep_what_is_stored(store: Store, tmp_path: Path) -> None:
    first = "customer_id,name,email,owned\nC-1,Ada,ada@a.example,TN-1\nC-2,Ben,ben@a.example,\n"
    await take_in(store, folder(tmp_path / "one", products=PRODUCTS, customers=first))

    outcome = await take_in(
        store,
        folder(tmp_path / "two", customers="mail_opt_out,customer_id,name\nyes,C-1,\nno,C-2,Ben\n"),
    )

    assert (outcome.counts["customers"].changed, outcome.counts["customers"].unchanged) == (1, 1)
    changed = (await everything(store, "customers"))[0]
    assert (changed.name, changed.email, changed.owned, changed.mail_opt_out) == (
        "", "ada@a.example", ("TN-1",), True,
    )  # fmt: skip


async def test_a_new_row_needs_the_columns_that_must_not_be_empty(
    store: Store, tmp_path: Path
) -> None:
    await take_in(store, folder(tmp_path / "one", products=PRODUCTS))

    outcome = await take_in(
        store,
        folder(
            tmp_path / "two", products="model_number,price,currency\nRC-1234,10,JPY\nRC-9,1,JPY\n"
        ),
    )

    assert faults(outcome) == [
        'products.csv:3: model_number: "RC-9" is new, and the file has no column name'
    ]


async def test_lists_and_single_values_are_changed_and_counted(
    store: Store, tmp_path: Path
) -> None:
    header = "model_number,name,price,currency,supplies\n"
    await take_in(
        store,
        folder(
            tmp_path / "one",
            products=header + "RC-1,Copier,10,JPY,TN-1;TN-2\nTN-1,A,,,\nTN-2,B,,,\n",
        ),
    )
    outcome = await take_in(
        store,
        folder(
            tmp_path / "two", products=header + "RC-1,Copier,10.0,JPY,TN-2;TN-1\nTN-1,A,9.50,USD,\n"
        ),
    )

    assert vars_of(outcome.counts["products"]) == (0, 2, 0)
    products = {product.model_number: product for product in await everything(store, "products")}
    assert products["RC-1"].supplies == ("TN-2", "TN-1")
    assert (products["TN-1"].price, products["TN-1"].currency) == (Decimal("9.5"), "USD")
    assert products["TN-2"].name == "B"


def vars_of(count: object) -> tuple[int, ...]:
    return tuple(getattr(count, name) for name in ("created", "changed", "unchanged"))


async def test_a_dry_run_tells_the_same_and_stores_nothing(store: Store, tmp_path: Path) -> None:
    files = folder(tmp_path, staff=STAFF, products=PRODUCTS)

    dry = await import_company(store, [files], IN_JAPAN, NOON, dry_run=True)
    nothing = await everything(store, "staff")
    wet = await import_company(store, [files], IN_JAPAN, NOON)

    assert nothing == []
    assert dry.counts == wet.counts


async def test_shift_jis_is_recognised(store: Store, tmp_path: Path) -> None:
    text = "customer_id,name,company\nC-1,髙橋 ①子,㈱見本～商店\n"

    outcome = await take_in(store, folder(tmp_path, encoding="cp932", customers=text))

    assert faults(outcome) == []
    stored = (await everything(store, "customers"))[0]
    assert (stored.name, stored.company) == ("髙橋 ①子", "㈱見本～商店")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
async def test_utf_8_is_read_with_and_without_its_mark(
    store: Store, tmp_path: Path, encoding: str
) -> None:
    outcome = await take_in(
        store, folder(tmp_path, encoding, customers="customer_id,name\r\nC-1,髙橋🙂\r\n")
    )

    assert faults(outcome) == []
    assert (await everything(store, "customers"))[0].name == "髙橋🙂"


#: What stands in customers.csv, and how the one line that tells of it begins.
_NO_TABLES = [
    (b"", ": is empty; even the header is missing"),
    (b"customer_id,name\nC-1,\x81 \n", ":2: is neither UTF-8 nor Shift_JIS (cp932)"),
    (b"customer_id,name\nC-1,\xfd\n", ":2: name: holds the control character U+F8F1"),
    ("customer_id,name\nC-2,青木陽子青木陽子\nC-3,".encode() + b"\xe9\n", ":3: is not valid UTF-8"),
    (b"\xef\xbb\xbfcustomer_id\n\x82\xa0", ":2: is not valid UTF-8"),
    ("customer_id,name\n".encode("utf-16"), ": is UTF-16"),
    (b"PK\x03\x04....", ": is an Excel file by its content"),
    (b"customer_id;name\nC-1;Ada\n", ":1: the columns must be separated by commas"),
    (b"customer_id\tname\nC-1\tAda\n", ":1: the columns must be separated by commas"),
    (b"name,email\nAda,a@b.example\n", ":1: customer_id: this column is missing"),
    (b"customer_id,nmae\nC-1,Ada\n", ":1: nmae: unknown column; did you mean name?"),
    (b"customer_id,colour\nC-1,red\n", ":1: colour: unknown column; known are customer_id, name"),
    (b"customer_id,name,name\nC-1,a,b\n", ":1: name: this column stands here twice"),
    (b"customer_id,,name\nC-1,a,b\n", ":1: column 2: has no name"),
    (b"customer_id,name\nC-1,Ada,Obi\n", ":2: has 3 cells where the header has 2"),
    (b"customer_id,name\nC-1\n", ":2: has 1 cells where the header has 2"),
    (b'customer_id,name\nC-1,"Ada\nC-2,Ben\n', ":2: a quoted cell that begins here"),
    (b'customer_id,name\nC-1,"Ada" Obi\n', ':2: a quote (") stands inside a quoted cell'),
    (b"customer_id,name\nC-1," + b"x" * 200_000, ":2: a cell is larger than"),
    (b"customer_id,name\nC-1,A\x00da\n", ":2: name: holds the control character U+0000"),
]


async def test_a_file_that_is_no_table_is_told_in_one_line(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    for content, told in _NO_TABLES:
        path.write_bytes(content)

        outcome = await take_in(store, path)

        assert [fault[: len(told) + 13] for fault in faults(outcome)] == [f"customers.csv{told}"]
    assert await everything(store, "customers") == []


async def test_names_that_mean_no_table_are_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("customer_id\n")
    empty = tmp_path / "empty"
    empty.mkdir()

    outcome = await take_in(store, tmp_path / "clients.csv", empty, tmp_path / "staff.csv")

    assert [fault.split(": ", 1)[1][:20] for fault in faults(outcome)] == [
        "the name tells the t", "holds none of areas.", "there is no such fil",
    ]  # fmt: skip


async def test_empty_rows_and_empty_columns_at_the_edge_do_not_matter(
    store: Store, tmp_path: Path
) -> None:
    text = "customer_id,name,,\nC-1,Ada,,\n,,,\n\nC-2,Ben,,\n"

    outcome = await take_in(store, folder(tmp_path, customers=text))

    assert faults(outcome) == []
    assert outcome.counts["customers"].created == 2


async def test_the_same_key_in_two_files_is_told_with_both_places(
    store: Store, tmp_path: Path
) -> None:
    one = folder(tmp_path / "one", products=PRODUCTS)
    two = folder(tmp_path / "two", products="model_number,name\nｒｃ-1234,Again\n")

    outcome = await take_in(store, one, two)

    assert [fault.partition(" stands")[0] for fault in faults(outcome)]
    assert "one/products.csv:2" in str(outcome.findings.faults[0])
    assert str(outcome.findings.faults[0]).startswith(f"{two}/products.csv:2: model_number: ")


async def test_an_erased_customer_does_not_come_back(store: Store, tmp_path: Path) -> None:
    files = folder(tmp_path, customers="customer_id,name\nC-1,Ada\n")
    await take_in(store, files)

    def erase(session: Session) -> None:
        session.execute(update(CustomerRow).values(name="", erased_at=NOON))

    await store.write(erase)
    outcome = await take_in(store, files)

    assert faults(outcome) == [
        'customers.csv:2: customer_id: "C-1" was erased on request; take the row out of the file'
    ]


async def test_deputies_in_a_circle_are_allowed_and_noted(store: Store, tmp_path: Path) -> None:
    staff = "staff_id,name,email,deputy_id\nS-1,A,a@s.example,S-2\nS-2,B,b@s.example,S-1\n"

    outcome = await take_in(store, folder(tmp_path, staff=staff))

    assert faults(outcome) == []
    assert len(notes(outcome)) == 1
    assert "S-1 → S-2 → S-1" in notes(outcome)[0]


async def test_a_category_that_no_product_has_is_noted(store: Store, tmp_path: Path) -> None:
    outcome = await take_in(
        store,
        folder(
            tmp_path,
            staff="staff_id,name,email,product_categories\nS-1,A,a@s.example,copier;copeir\n",
            products="model_number,name,category\nRC-1,Copier,copier\n",
        ),
    )

    assert notes(outcome) == [
        'staff.csv:2: product_categories: no product has the category "copeir"'
    ]


async def test_an_import_is_in_the_access_log_once(store: Store, tmp_path: Path) -> None:
    files = folder(tmp_path, staff=STAFF)
    await take_in(store, files)
    await take_in(store, files)

    def entries(session: Session) -> list[tuple[str, object]]:
        return [(row.action, row.details) for row in session.scalars(select(AccessLogRow))]

    assert await store.read(entries) == [("company.import", {"staff": [1, 0, 0]})]


async def test_a_change_gets_a_new_version_and_time(store: Store, tmp_path: Path) -> None:
    await take_in(store, folder(tmp_path, customers="customer_id,name\nC-1,Ada\nC-2,Ben\n"))
    later = NOON + timedelta(days=1)
    changed = folder(tmp_path, customers="customer_id,name\nC-1,Ada\nC-2,Benno\n")

    await import_company(store, [changed], IN_JAPAN, later)

    def versions(session: Session) -> list[tuple[object, ...]]:
        query = select(CustomerRow).order_by(col(CustomerRow.customer_id))
        return [(row.version, row.created_at, row.updated_at) for row in session.scalars(query)]

    assert await store.read(versions) == [(1, NOON, NOON), (2, NOON, later)]


async def test_a_workbook_as_people_make_it_is_taken(store: Store, tmp_path: Path) -> None:
    day = datetime.fromisoformat("2026-12-31T00:00")
    book = workbook(
        tmp_path / "company.xlsx",
        {
            "Notes": [["who", "made", "this"]],
            "staff": [
                ["staff_id", "name", "email", "away_until"],
                [7, "Ada", "ada@s.example", day],
            ],
            "Customers": [
                ["customer_id", "name", "postal_code", "phone", "address", "mail_opt_out"],
                [1001, "=Ada", 600001, 355550101, "札幌市", True],
                ["", "", "", "", "", ""],
                ["C-2", "Ben", "100-0099", "+81 3-5555-0102", "", False],
            ],
        },
    )

    outcome = await take_in(store, book)

    assert faults(outcome) == []
    assert [note.split(": ")[0] for note in notes(outcome)] == [
        "company.xlsx[Notes]",
        "company.xlsx[Customers]:2",
    ]
    one, two = await everything(store, "customers")
    assert (one.customer_id, one.postal_code, one.phone, one.mail_opt_out) == (
        "1001", "060-0001", "+81355550101", True,
    )  # fmt: skip
    assert two.phone == "+81355550102"
    assert (await everything(store, "staff"))[0].away_until == datetime(
        2027, 1, 1, tzinfo=IN_JAPAN.zone
    )


async def test_faults_in_a_workbook_name_its_sheet(store: Store, tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "company.xlsx",
        {"customers": [[], ["customer_id", "email"], [], ["C-1", "nowhere"]]},
    )

    outcome = await take_in(store, book)

    assert faults(outcome)[0].startswith("company.xlsx[customers]:4: email: ")
