"""Catalogs by mail: to whom, once, with numbers, addresses and a way out of their own."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlmodel import Session, col

from bot.catalog_mail import CatalogSender
from bot.rendering import Renderer
from bot.settings import load_settings
from bot.web.unsubscribe import Unsubscribe
from domain.errors import NotFound
from domain.signing import Purpose, notification_of_address
from storage.company_snapshot import bump_company
from storage.forgetting import forget_customer
from storage.mail_facts import find_sent_mails
from storage.shared_contents import MARK, complete, named, share
from storage.store import Store
from storage.suppressions import suppress
from storage.tables import (
    CatalogProductRow,
    CatalogRow,
    CustomerRow,
    MailSuppressionRow,
    OutboxRow,
    ProductRow,
    SharedContentRow,
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
    """The rows, with their payloads as delivery reads them."""

    def unit(session: Session) -> list[OutboxRow]:
        rows = list(session.scalars(select(OutboxRow).order_by(col(OutboxRow.recipient))))
        session.expunge_all()
        for row, payload in zip(rows, complete(session, [r.payload for r in rows]), strict=True):
            row.payload = dict(payload)
        return rows

    return await store.read(unit)


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


async def test_a_round_stores_once_what_its_mails_have_in_common(sender: CatalogSender) -> None:
    await sender.store.write(
        lambda session: session.add_all(
            [customer(f"D-{n}", f"d{n}@customer.example", locale="en") for n in range(20)]
        )
    )
    await sender.send("TONER", only=None)

    rows, shared = await sender.store.read(
        lambda session: (
            [row.payload for row in session.scalars(select(OutboxRow))],
            [row.content for row in session.scalars(select(SharedContentRow))],
        )
    )
    assert len(rows) == 22
    assert len(shared) == 2  # one for each language
    assert all(not {"text", "html"} & row.keys() for row in rows)
    one = next(row for row in rows if row["customer_id"] == "D-7")
    assert len(json.dumps(one)) < 600


async def contents(store: Store) -> int:
    return await store.read(lambda session: len(session.scalars(select(SharedContentRow)).all()))


async def test_what_mails_share_goes_with_the_last_of_them(sender: CatalogSender) -> None:
    store, readers = sender.store, {"C-1": "en", "C-2": "ja", "C-7": "ja"}
    await store.write(
        lambda session: session.add(customer("C-7", "seven@customer.example", locale="ja"))
    )
    await sender.send("TONER", only=[*readers])
    left = [await contents(store)]
    for customer_id in readers:
        await store.write(lambda session, one=customer_id: forget_customer(session, one, NOW))  # type: ignore[misc]  # bound early
        left.append(await contents(store))
    assert left == [2, 1, 1, 0]


async def test_what_is_shared_anew_just_then_is_not_deleted(sender: CatalogSender) -> None:
    store = sender.store
    await sender.send("TONER", only=["C-1"])
    await store.write(lambda session: forget_customer(session, "C-2", NOW))
    entered, may_go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def owe_slowly(session: Session) -> None:
        [old] = session.scalars(select(OutboxRow))
        [kept] = session.scalars(select(SharedContentRow))
        share(session, named(kept.content), NOW)
        other = {"id": "n2", "key": "k2", "recipient": "other@customer.example"}
        session.add(OutboxRow(**(old.model_dump() | other)))
        session.flush()
        loop.call_soon_threadsafe(entered.set)
        assert may_go_on.wait(60)

    owing = asyncio.create_task(store.write(owe_slowly))
    await entered.wait()
    forgetting = asyncio.create_task(
        store.write(lambda session: forget_customer(session, "C-1", NOW))
    )
    await asyncio.wait([forgetting], timeout=0.5)  # it has to wait for us
    may_go_on.set()
    await asyncio.gather(owing, forgetting)
    assert await contents(store) == 1


async def test_what_is_shared_is_filled_in_for_each_reader(sender: CatalogSender) -> None:
    names = {"C-1": f"<b>Eve</b> & {MARK}link{MARK}", "C-2": "青木 陽子"}

    def rename(session: Session) -> None:
        for customer_id, name in names.items():
            session.get_one(CustomerRow, customer_id).name = name

    await sender.store.write(rename)
    await sender.send("TONER", only=None)
    one, two = await owed(sender.store)
    assert f"Dear <b>Eve</b> & {MARK}link{MARK}," in one.payload["text"]
    assert "&lt;b&gt;Eve&lt;/b&gt; &amp;" in one.payload["html"]
    assert "<b>Eve" not in one.payload["html"]
    assert "青木 陽子様" in two.payload["text"]
    for row in (one, two):
        link = f"https://counter.example/mail/unsubscribe/{KEYS.seal(Purpose.UNSUBSCRIBE, row.id)}"
        assert link in row.payload["text"]
        assert f'href="{link}"' in row.payload["html"]


async def test_what_was_sent_is_known_as_ours_when_it_is_quoted(sender: CatalogSender) -> None:
    await sender.send("TONER", only=["C-1"])
    [row] = await owed(sender.store)
    found = await sender.store.read(lambda session: find_sent_mails(session, [row.id]))
    assert "1. Cyan <toner>" in found[row.id].text
    assert found[row.id].subject.startswith("Toner 2026")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of our own pictures: one drawn as SVG with a PNG beside it."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "t.svg").write_text("<svg/>")
    (folder / "t.png").write_bytes(PNG)
    (folder / "only.svg").write_text("<svg/>")
    (tmp_path / "secret.png").write_bytes(PNG)
    monkeypatch.setattr("bot.catalog_pictures.PICTURES", folder)
    return folder


@pytest.mark.parametrize(
    ("url", "comes_along"),
    [
        ("/pictures/t.svg", True),
        ("/pictures/t.png", True),
        ("/pictures/only.svg", False),
        ("/pictures/../secret.png", False),
        ("/pictures/%2e%2e/secret.png", False),
        ("https://shop.example/t.png", False),
    ],
)
async def test_own_raster_pictures_come_along_and_all_others_are_linked(
    sender: CatalogSender, pictures: Path, tmp_path: Path, url: str, comes_along: bool
) -> None:
    def set_url(session: Session) -> None:
        session.get_one(ProductRow, "TN-1").image_url = url
        bump_company(session)

    await sender.store.write(set_url)
    await sender.preview("TONER", tmp_path / "out", only=["C-1"])
    await replace(sender, attach_pictures=False).preview("TONER", tmp_path / "links", only=["C-1"])

    with_picture = parsed(tmp_path / "out" / "C-1.eml")
    html = with_picture.get_body(("html",))
    assert html is not None
    page = html.get_content()
    images = [part for part in with_picture.walk() if part.get_content_maintype() == "image"]
    assert len(images) == comes_along
    if comes_along:
        cid = str(images[0]["Content-ID"]).strip("<>")
        assert f'src="cid:{cid}"' in page
        assert images[0].get_content() == PNG
        assert images[0].get_content_disposition() == "inline"
    else:
        absolute = url if url.startswith("https:") else f"https://counter.example{url}"
        assert f'src="{absolute}"' in page
    links = parsed(tmp_path / "links" / "C-1.eml")
    assert [p for p in links.walk() if p.get_content_maintype() == "image"] == []


def parsed(file: Path) -> EmailMessage:
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


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
