"""The public pages and the headers of every route, on the real application."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, hdrs, web
from sqlalchemy import update
from sqlmodel import col

from bot.assembly import Counter, assemble
from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from bot.roles import RoleName
from bot.serving import Running, start
from bot.settings import Settings
from bot.web.headers import POLICIES, add_security_headers
from bot.web.pages import shelves
from domain.catalog import Product
from storage.database import open_store
from storage.tables import ProductRow
from tests.ports import free_port

COMPANY = Path(__file__).resolve().parents[3] / "bot" / "sandbox_company"
SHOP = "https://shop.example"


class Site:
    """The running web role and a client that opens its pages."""

    def __init__(self, counter: Counter, url: str, client: ClientSession) -> None:
        self.counter = counter
        self.url = url
        self._client = client

    async def get(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of an answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._client.request(
            method, self.url + path, headers=sent, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), dict(answer.headers)


@pytest.fixture
async def site(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Site]:
    """The shop, or with the parameter False the plain counter."""
    store = open_store(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'counter.db')}")
    conventions = Conventions("US", ZoneInfo("UTC"))
    products = [COMPANY / "areas.csv", COMPANY / "products.csv"]
    assert (await import_company(store, products, conventions, datetime.now(UTC))).accepted
    port = free_port()
    settings = Settings(
        port=port,
        base_url=f"http://127.0.0.1:{port}",
        data_dir=tmp_path,
        allowed_origins=(SHOP,),
        catalog_address="catalog@sales.example",
    )
    running = Running(await assemble(settings, store))
    await start(running, [RoleName.WEB], shop=getattr(request, "param", True))
    async with ClientSession() as client:
        yield Site(running.counter, settings.base_url, client)
    await running.stop()


async def test_the_shop_shows_everything_on_sale_in_both_languages(site: Site) -> None:
    status, english, headers = await site.get("/", Accept_Language="en")
    assert status == 200
    assert headers["Content-Language"] == "en"
    assert english.count('class="product"') == 51
    assert "A3 Color Copier RC-1234" in english
    assert "¥498,000" in english
    _, japanese, _ = await site.get("/?locale=ja")
    assert '<html lang="ja">' in japanese
    assert "A3カラー複合機 RC-1234" in japanese
    assert "498,000円" in japanese
    assert "/products/RC-1234?locale=ja" in japanese


WISHES = {
    "ja": "ja",
    "ja-JP,en;q=0.5": "ja",
    "fr, ja;q=0.2, en;q=0.4": "en",
    "ja;q=0, en": "en",
    "ja;q=x": "en",
    "fr": "en",
    "*": "en",
    "": "en",
    "," * 8000: "en",
}


async def test_the_language_is_the_browsers_wish(site: Site) -> None:
    for wish, language in WISHES.items():
        _, _, headers = await site.get("/", Accept_Language=wish)
        assert headers["Content-Language"] == language, wish


async def test_a_product_page_shows_price_picture_and_what_belongs_to_it(site: Site) -> None:
    _, page, _ = await site.get("/products/rc-1234")
    assert "/pictures/RC-1234.svg" in page
    for related in ("FX-12", "FN-1234", "TN-1234K"):
        assert f"/products/{related}" in page
    assert 'data-product="RC-1234"' in page
    picture = await site.get("/pictures/RC-1234.svg")
    assert picture[0] == 200
    assert "sandbox" in picture[2]["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/products/NONE-1", "/products/%00", "/pictures/..%2fproducts.csv"]
)
async def test_what_is_not_there_is_a_page_that_says_so(site: Site, path: str) -> None:
    status, page, headers = await site.get(path, Accept="text/html", Accept_Language="ja")
    assert status in {403, 404}
    assert "<h1>" in page
    assert "model_number" not in page
    assert "style-src 'self'" in headers["Content-Security-Policy"]
    bare = await site.get(path, Accept="application/json")
    assert "<h1>" not in bare[1]


async def test_a_withdrawn_product_has_no_page(site: Site) -> None:
    withdraw = (
        update(ProductRow)
        .where(col(ProductRow.model_number) == "RC-820")
        .values(withdrawn_at=datetime.now(UTC))
    )
    await site.counter.store.write(lambda session: session.execute(withdraw).close())
    assert (await site.get("/products/RC-820"))[0] == 404
    assert "/products/RC-820" not in (await site.get("/"))[1]


async def test_words_of_the_catalog_are_text(site: Site) -> None:
    attack = '"><script>alert(1)</script>{{7*7}}'
    change = (
        update(ProductRow)
        .where(col(ProductRow.model_number) == "RC-820")
        .values(name=attack, description=attack, special_note=attack, image_url=attack)
    )
    await site.counter.store.write(lambda session: session.execute(change).close())
    for path in ("/", "/products/RC-820"):
        page = (await site.get(path))[1]
        assert "<script>alert" not in page
        assert "{{7*7}}" in page


@pytest.mark.parametrize("site", [False], indirect=True)
async def test_without_the_shop_the_first_page_is_the_plain_counter(site: Site) -> None:
    status, page, _ = await site.get("/")
    assert status == 200
    assert "mailto:catalog@sales.example" in page
    assert "<noscript>" in page
    assert (await site.get("/products/RC-1234"))[0] == 404
    assert (await site.get("/pictures/RC-1234.svg"))[0] == 404


async def test_the_widget_is_short_lived_by_name_and_for_ever_by_version(site: Site) -> None:
    status, script, headers = await site.get("/widget.js")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=300")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert (await site.get("/widget.js", If_None_Match=headers["Etag"]))[0] == 304
    page = (await site.get("/"))[1]
    pinned = re.search(r'src="(/widget-\w+\.js)" integrity="sha384-[^"]+"', page)
    assert pinned is not None
    status, same, headers = await site.get(pinned.group(1))
    assert (status, same) == (200, script)
    assert "immutable" in headers["Cache-Control"]
    assert (await site.get("/widget-0123456789abcdef.js"))[0] == 404
    plain = await site.get("/widget.js", Accept_Encoding="identity")
    assert plain[1] == script


async def test_every_answer_has_the_headers_of_its_route(site: Site) -> None:
    for path in ("/", "/products/RC-1234", "/widget.js", "/nothing", "/chat/messages", "/healthz"):
        headers = (await site.get(path))[2]
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "{" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"]
        assert "aiohttp" not in headers["Server"]
    shop = (await site.get("/"))[2]["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {' '.join(sorted([site.url, SHOP]))}" in shop
    assert (await site.get("/healthz"))[2]["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/chat/messages", "/chat/files", "/chat/visitor"])
async def test_only_websites_of_the_settings_may_call_the_chat(site: Site, path: str) -> None:
    asked = {"Access_Control_Request_Method": "POST"}
    status, _, headers = await site.get(path, "OPTIONS", Origin=SHOP, **asked)
    assert status == 204
    assert headers["Access-Control-Allow-Origin"] == SHOP
    assert "Authorization" in headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in headers
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example", ""):
        status, _, headers = await site.get(path, "OPTIONS", Origin=origin, **asked)
        assert status == 403
        assert "Access-Control-Allow-Origin" not in headers


async def test_over_https_browsers_are_told_to_stay_there() -> None:
    app = web.Application()
    app.router.add_get("/", _hello)
    add_security_headers(app, "https://counter.example", frozenset())
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with ClientSession() as client, client.get(f"http://127.0.0.1:{port}/") as answer:
        assert answer.headers[hdrs.STRICT_TRANSPORT_SECURITY] == "max-age=31536000"
        assert "wss://counter.example" in answer.headers[hdrs.CONTENT_SECURITY_POLICY]
    await runner.cleanup()


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


def test_every_policy_belongs_to_a_route_that_may_be_looked_at() -> None:
    for path, policy in POLICIES.items():
        assert path == "*" or path.startswith("/")
        assert "default-src 'none'" in policy.csp
        # Only a sandbox, in which no script runs, may have styles of its own.
        assert "unsafe" not in policy.csp or "sandbox" in policy.csp


def test_machines_stand_before_what_belongs_to_them() -> None:
    products = [
        Product("A-1", "accessory", "Stand"),
        Product("C-1", "copier", "Copier", supplies=("T-1",)),
        Product("P-1", "printer", "Printer", options=("A-1",)),
        Product("T-1", "toner", "Toner"),
    ]
    assert [name for name, _ in shelves(products)] == ["copier", "printer", "accessory", "toner"]
