"""Many rows are taken over at once: compared by key, written only where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from domain.catalog import Catalog, Product
from domain.people import Area, Customer, Staff
from storage.company import (
    Batch,
    Counts,
    compare_company,
    known_company,
    store_company,
    stored_rows,
)
from storage.store import Store
from storage.tables import CatalogProductRow, CustomerRow
from tests.clock import NOON

_ALL = {
    "areas": "area_code name postal_prefixes places",
    "staff": "staff_id name email deputy_id area_codes product_categories",
    "products": "model_number name price currency category options supplies attachments",
    "catalogs": "catalog_number title products",
    "customers": "customer_id name email staff_id owned mail_opt_out",
}


def batch(table: str, *rows: Any, columns: str | None = None, size: int = 2) -> Batch:
    """Rows in chunks of `size`, all columns given unless some are named."""
    chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
    names = frozenset((columns or _ALL[table]).split())
    return Batch(table, names, len(rows), lambda: chunks)


async def take_over(store: Store, *batches: Batch) -> dict[str, Counts]:
    return await store.write(
        lambda session: store_company(session, batches, NOON, lambda rows: None)
    )


async def all_of(store: Store, table: str) -> list[Any]:
    def read(session: Session) -> list[Any]:
        return [row for chunk in stored_rows(session, table) for row in chunk]

    return await store.read(read)


def products(*models: str) -> Batch:
    return batch("products", *(Product(model, "", model) for model in models))


async def test_what_is_stored_comes_back_in_the_order_of_the_keys(store: Store) -> None:
    rows: dict[str, Sequence[Any]] = {
        "areas": [Area("A-1", "North", ("01", "1"), ("東京都", "Tokyo"))],
        "staff": [
            Staff("S-1", "Ada", "a@s.example", area_codes=("A-1",), product_categories=("b", "a")),
            Staff("S-2", "Ben", "b@s.example", deputy_id="S-1"),
        ],
        "products": [
            Product("P-1", "copier", "One", price=Decimal("0.1"), currency="USD",
                    options=("P-3", "P-2"), supplies=("P-2",), attachments=("P-3",)),
            Product("P-2", "", "Two"),
            Product("P-3", "", "Three", price=Decimal(498000), currency="JPY"),
        ],
        "catalogs": [Catalog("K-1", "Autumn", products=("P-3", "P-1", "P-3"))],
        "customers": [Customer("C-1", "Cay", staff_id="S-1", owned=("P-2", "P-1"))],
    }  # fmt: skip

    counts = await take_over(store, *(batch(table, *found) for table, found in rows.items()))

    assert counts == {table: Counts(created=len(found)) for table, found in rows.items()}
    for table, found in rows.items():
        assert await all_of(store, table) == found


async def test_the_first_product_of_a_catalog_is_number_1(store: Store) -> None:
    catalog = Catalog("K-1", "Autumn", products=("P-2", "P-1"))
    await take_over(store, products("P-1", "P-2"), batch("catalogs", catalog))

    def positions(session: Session) -> list[tuple[int, str]]:
        query = select(col(CatalogProductRow.position), col(CatalogProductRow.model_number))
        return [(position, model) for position, model in session.execute(query)]

    assert sorted(await store.read(positions)) == [(1, "P-2"), (2, "P-1")]


@pytest.mark.parametrize("size", [1, 2, 50])
async def test_rows_may_refer_to_later_rows_of_their_own_table(store: Store, size: int) -> None:
    people = [Staff(f"S-{n}", "x", "", deputy_id=f"S-{(n + 1) % 5}") for n in range(5)]
    goods = [Product(f"P-{n}", "", "x", options=(f"P-{(n + 1) % 5}",)) for n in range(5)]

    await take_over(store, batch("staff", *people, size=size), batch("products", *goods, size=size))

    assert await all_of(store, "staff") == people
    assert await all_of(store, "products") == goods


async def test_only_what_differs_is_counted_as_changed(store: Store) -> None:
    await take_over(
        store,
        products("P-1", "P-2"),
        batch("customers", *(Customer(f"C-{n}", "x", owned=("P-1", "P-2")) for n in range(5))),
    )
    changed = [
        Customer("C-0", "x", owned=("P-1", "P-2")),
        Customer("C-1", "y", owned=("P-1", "P-2")),
        Customer("C-2", "x", owned=("P-2", "P-1")),
        Customer("C-3", "x"),
        Customer("C-9", "new"),
    ]

    counts = await take_over(store, batch("customers", *changed))

    assert counts == {"customers": Counts(created=1, changed=3, unchanged=1)}
    assert [one for one in await all_of(store, "customers") if one.customer_id != "C-4"] == changed


async def test_columns_that_are_not_given_stay(store: Store) -> None:
    await take_over(
        store,
        products("P-1"),
        batch("customers", Customer("C-1", "Ada", "a@b.example", owned=("P-1",))),
    )

    await take_over(
        store,
        batch(
            "customers", Customer("C-1", "", mail_opt_out=True), columns="customer_id mail_opt_out"
        ),
    )

    assert await all_of(store, "customers") == [
        Customer("C-1", "Ada", "a@b.example", owned=("P-1",), mail_opt_out=True)
    ]


async def test_comparing_tells_the_same_and_writes_nothing(store: Store) -> None:
    batches = [products("P-1", "P-2"), batch("customers", Customer("C-1", "Ada", owned=("P-1",)))]

    told = await store.read(lambda session: compare_company(session, batches, lambda rows: None))

    assert await all_of(store, "products") == []
    assert told == await take_over(store, *batches)


async def test_a_reference_that_breaks_takes_everything_back(store: Store) -> None:
    with pytest.raises(IntegrityError):
        await take_over(
            store,
            products("P-1"),
            batch("customers", *(Customer(f"C-{n}", "x") for n in range(5))),
            batch("customers", Customer("C-9", "x", owned=("P-404",))),
        )

    assert await all_of(store, "products") == await all_of(store, "customers") == []


async def test_more_rows_than_fit_one_portion_are_read_once_each(store: Store) -> None:
    many = [Customer(f"C-{n:05}", "x", owned=("P-1",) if n % 2 else ()) for n in range(2500)]
    await take_over(store, products("P-1"), batch("customers", *many, size=1200))

    again = await take_over(store, batch("customers", *many, size=2500))

    assert again == {"customers": Counts(unchanged=2500)}
    assert await all_of(store, "customers") == many


async def test_the_erased_are_known_and_not_given_out(store: Store) -> None:
    await take_over(store, batch("customers", Customer("C-1", "Ada"), Customer("C-2", "Ben")))

    def erase(session: Session) -> None:
        session.get_one(CustomerRow, "C-1").erased_at = NOON

    await store.write(erase)

    assert (await store.read(known_company)).erased == {"C-1"}
    assert [one.customer_id for one in await all_of(store, "customers")] == ["C-2"]


async def test_what_may_be_referred_to_is_known(store: Store) -> None:
    await take_over(
        store,
        batch("areas", Area("A-1", "North")),
        batch("staff", Staff("S-1", "Ada", ""), Staff("S-2", "Ben", "", deputy_id="S-1")),
        batch("products", Product("P-1", "copier", "One")),
    )

    known = await store.read(known_company)

    assert known.keys["areas"] == {"A-1"}
    assert known.keys["staff"] == {"S-1", "S-2"}
    assert known.keys["products"] == {"P-1"}
    assert known.deputies == {"S-1": None, "S-2": "S-1"}
    assert known.categories == {"copier"}
