"""The sample company is whole, plainly invented, and rich enough to show every rule at work."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlmodel import Session

from bot.company_files.columns import TABLES
from domain.areas import area_of
from domain.people import Customer, Role
from domain.routing import Route, Rule, roles_for, route
from storage.catalog import catalog_order, find_products
from storage.company import stored_rows
from storage.people import areas, team
from storage.store import Store
from tests.bot.company_files.files import IN_THE_US, SAMPLE, faults, notes, take_in
from tests.clock import NOON

PICTURES = sorted((SAMPLE / "pictures").glob("*.svg"))


def rows(table: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_it_is_imported_without_a_fault_or_a_note_in_any_region(store: Store) -> None:
    outcome = await take_in(store, SAMPLE, like=IN_THE_US)

    assert faults(outcome) == notes(outcome) == []


async def test_every_rule_of_routing_occurs(store: Store) -> None:
    await take_in(store, SAMPLE)

    def routes(session: Session) -> dict[str, Route]:
        return {
            customer.customer_id: _route(session, customer)
            for chunk in stored_rows(session, "customers")
            for customer in chunk
        }

    found = await store.read(routes)

    usual = {Rule.OWN_STAFF, Rule.AREA_CATEGORY, Rule.AREA, Rule.CATEGORY, Rule.DEFAULT}
    assert {way.rule for way in found.values()} == usual
    # C-0008's own sales person is on long leave; the deputy gets what comes.
    absent = found["C-0008"].instead_of
    assert absent is not None
    assert (absent.staff_id, found["C-0008"].staff.staff_id) == ("S-005", "S-006")
    assert found["C-0024"].area is not None  # told by the place alone, there is no postal code
    assert found["C-0030"].area is None


def _route(session: Session, customer: Customer) -> Route:
    product = find_products(session, customer.owned[:1])
    category = next(iter(product.values())).category if product else ""
    return route(
        team(session),
        roles=roles_for("purchase"),
        customer=customer,
        area=area_of(areas(session), customer.postal_code, customer.address),
        category=category,
        now=NOON,
        default_staff_id=None,
    )


async def test_the_second_toner_of_the_supplies_catalog_is_the_cyan_one(store: Store) -> None:
    await take_in(store, SAMPLE)

    def toners(session: Session) -> list[str]:
        order = catalog_order(session, "SUPPLIES2026")
        found = find_products(session, order)
        return [model for model in order if found[model].category == "toner"]

    assert (await store.read(toners))[:2] == ["TN-1234K", "TN-1234C"]
    assert "RC-1234" in {row["model_number"] for row in rows("products")}


def test_it_has_what_a_demonstration_needs() -> None:
    assert {row["role"] for row in rows("staff")} == {role.value for role in Role}
    assert {row["locale"] for row in rows("customers")} == {"en", "ja"}
    assert {row["currency"] for row in rows("products")} == {"JPY", "USD"}
    assert any(row["mail_opt_out"] == "yes" for row in rows("customers"))
    assert any(not row["staff_id"] for row in rows("customers"))
    assert any(row["owned"].count(";") >= 2 for row in rows("customers"))
    assert all(row["name_ja"] and row["description_ja"] for row in rows("products"))
    copier = next(row for row in rows("products") if row["model_number"] == "RC-1234")
    assert all(copier[name] for name in ("attachments", "options", "special_note"))
    assert "TN-1234K" in copier["supplies"]


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_nothing_in_it_is_real(table: str) -> None:
    text = (SAMPLE / f"{table}.csv").read_text(encoding="utf-8")

    for domain in re.findall(r"(?:@|https?://)([\w.-]+)", text):
        assert domain.endswith(".example")
    for row in rows(table) if table == "customers" else ():
        for number in (row["phone"], row["office_phone"]):
            assert not number or re.search(r"55[- .)]+01\d\d$", number)


def test_every_product_has_its_picture_and_every_picture_its_product() -> None:
    named = {Path(row["image_url"]).name for row in rows("products")}

    assert named == {path.name for path in PICTURES}
    assert {row["image_url"] for row in rows("products")} == {f"/pictures/{n}" for n in named}


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_pictures_are_drawings_without_scripts_or_things_from_outside(path: Path) -> None:
    root = ElementTree.parse(path).getroot()

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 480 360"
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in {
            "svg", "title", "defs", "linearGradient", "radialGradient", "stop",
            "rect", "ellipse", "circle", "path", "g",
        }  # fmt: skip
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value or value.startswith("url(#")


async def test_a_special_note_is_in_the_reader_s_language_alone(store: Store) -> None:
    await take_in(store, SAMPLE)
    copier = (await store.read(lambda session: find_products(session, ["RC-1234"])))["RC-1234"]

    assert copier.note_in("en") == "Delivery and installation by our service staff are included."
    assert copier.note_in("ja") == "搬入・設置は当社サービス担当者が行います（費用込み）。"
