"""Catalogs by mail: to whom, once, with numbers, addresses and a way out of their own."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlmodel import col

from bot.catalog_mail import CatalogSender
from bot.rendering import Renderer
from bot.settings import load_settings
from bot.web.unsubscribe import Unsubscribe
from domain.errors import NotFound
from domain.signing import Purpose, notification_of_address
from storage.store import Store
from storage.suppressions import suppress
from storage.tables import (
    CatalogProductRow,
    CatalogRow,
    CustomerRow,
    MailSuppressionRow,
    OutboxRow,
    ProductRow,
)
from tests.mail_door import CATALOG, KEYS

Client = TestClient[web.Request, web.Application]
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def customer(customer_id: str, email_: str = "", **more: object) -> CustomerRow:
    return CustomerRow(customer_id=customer_id, name="Aya Mori", email=email_, **more)


@pytest.fixture
async def sender(store: Store) -> CatalogSender:
    rows = [
        ProductRow(model_number="TN-1", name="Black toner", name_ja="黒トナー", image_url="/t.svg"),
        ProductRow(model_number="TN-2", name="Cyan <toner>", name_ja="シアントナー"),
        CatalogRow(catalog_number="TONER", title="Toner 2026", title_ja="トナー 2026", intro="Hi."),
    ]
    await store.write(lambda session: session.add_all(rows))
    places = [
        CatalogProductRow(catalog_number="TONER", position=1, model_number="TN-2"),
        CatalogProductRow(catalog_number="TONER", position=2, model_number="TN-1"),
    ]
    people = [
        customer("C-1", "one@customer.example", locale="en"),
        customer("C-2", "two@customer.example", locale="ja"),
        customer("C-3", "three@customer.example", mail_opt_out=True),
        customer("C-4"),
        customer("C-5", "five@customer.example", erased_at=NOW),
        customer("C-6", "Six@customer.example"),
    ]
    await store.write(lambda session: session.add_all([*places, *people]))
    await store.write(lambda session: suppress(session, "six@customer.example", "bounced", NOW))
    settings = load_settings(catalog_address=CATALOG, base_url="https://counter.example")
    renderer = Renderer("Example Sales", settings.base_url, settings.zone)
    return CatalogSender(store, settings, renderer, KEYS, lambda: NOW)


async def owed(store: Store) -> list[OutboxRow]:
    return await store.read(
        lambda session: list(session.scalars(select(OutboxRow).order_by(col(OutboxRow.recipient))))
    )


async def test_only_those_get_it_who_may(sender: CatalogSender) -> None:
    report = await sender.send("TONER", only=None)
    assert report.owed == 2
    assert report.skipped == {"opted_out": 1, "no_address": 1, "suppressed": 1}
    one, two = await owed(sender.store)
    assert (one.recipient, two.recipient) == ("one@customer.example", "two@customer.example")
    assert one.due_at < two.due_at  # paced


async def test_it_shows_the_products_with_their_numbers_in_the_readers_language(
    sender: CatalogSender,
) -> None:
    await sender.send("TONER", only=None)
    one, two = await owed(sender.store)
    assert one.payload["text"].index("1. Cyan <toner>") < one.payload["text"].index(
        "2. Black toner"
    )
    assert "Cyan &lt;toner&gt;" in one.payload["html"]
    assert 'src="https://counter.example/t.svg"' in one.payload["html"]
    assert "2. 黒トナー" in two.payload["text"]
    assert two.payload["subject"].startswith("トナー 2026")
    assert (two.payload["catalog_number"], two.payload["customer_id"]) == ("TONER", "C-2")


async def test_a_second_send_goes_on_and_doubles_nothing(sender: CatalogSender) -> None:
    await sender.send("TONER", only=["C-1"])
    report = await sender.send("TONER", only=None)
    assert (report.owed, report.skipped["sent"]) == (1, 1)
    assert len(await owed(sender.store)) == 2
    again = await sender.send("TONER", only=["C-1"], again=True)
    assert (again.owed, again.round) == (1, 2)


async def test_an_unknown_catalog_or_customer_is_named(sender: CatalogSender) -> None:
    with pytest.raises(NotFound, match="NOPE"):
        await sender.send("NOPE", only=None)
    assert (await sender.send("TONER", only=["C-1", "C-5", "C-9"])).unknown == ["C-5", "C-9"]


async def test_a_preview_owes_nothing_and_is_the_whole_mail(
    sender: CatalogSender, tmp_path: Path
) -> None:
    await sender.preview("TONER", tmp_path / "out", only=None)
    assert await owed(sender.store) == []
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == ["C-1.eml", "C-2.eml"]
    mail = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert notification_of_address(KEYS, CATALOG, str(mail["Reply-To"])) is not None
    link = str(mail["List-Unsubscribe"]).strip("<>")
    body = mail.get_body(("plain",))
    assert body is not None
    assert link in body.get_content()


@pytest.fixture
async def web_client(
    sender: CatalogSender,
) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(Unsubscribe(sender.store, sender.renderer, KEYS, lambda: NOW).routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


async def opted_out(store: Store, customer_id: str) -> bool:
    return await store.read(lambda session: session.get_one(CustomerRow, customer_id).mail_opt_out)


async def test_looking_at_the_link_changes_nothing_and_one_click_does(
    sender: CatalogSender, web_client: Client
) -> None:
    await sender.send("TONER", only=["C-2"])
    [row] = await owed(sender.store)
    path = f"/mail/unsubscribe/{KEYS.seal(Purpose.UNSUBSCRIBE, row.id)}"
    page = await web_client.get(path)
    assert (page.status, "<form" in await page.text()) == (200, True)
    assert not await opted_out(sender.store, "C-2")
    for _ in range(2):
        done = await web_client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert done.status == 200
    assert await opted_out(sender.store, "C-2")
    assert (await sender.send("TONER", only=["C-2"], again=True)).skipped == {"opted_out": 1}


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.UNSUBSCRIBE])
async def test_a_token_of_another_kind_leaves_nothing(
    sender: CatalogSender,
    web_client: Client,
    purpose: Purpose,
) -> None:
    await sender.send("TONER", only=["C-2"])
    [row] = await owed(sender.store)
    answer = await web_client.post(f"/mail/unsubscribe/{KEYS.seal(purpose, row.id)}")
    assert answer.status == 404
    assert not await opted_out(sender.store, "C-2")
    assert (
        await sender.store.read(
            lambda session: session.get(MailSuppressionRow, "two@customer.example")
        )
        is None
    )
