"""The public pages: the shop or the landing page, the widget's script, pictures, errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from sqlmodel import Session

from bot.rendering import Renderer
from bot.web.headers import POLICY, STILL_PAGE
from bot.web.widget_script import WidgetScript
from domain.catalog import Product
from domain.languages import LOCALES, known_locale
from domain.request_view import ProductView
from storage.catalog import find_products, products_on_sale, with_relations, withdrawn_models
from storage.store import Store

BOT = Path(__file__).resolve().parent.parent
PICTURES = BOT / "sandbox_company" / "pictures"
ASSETS = BOT.parent / "templates" / "pages" / "assets"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who the sample shop knows its visitor to be, and the word for it that it signs."""

    name: str
    identity: str


#: Who is signed in on the page in a language.
SignIn = Callable[[str], SignedIn | None]


class Pages:
    """Answers the routes that anybody may open.

    Attributes:
        shop: whether `/` is the sample shop; a plain landing page else.
        contact: the address for those who rather write a mail.
        root: the folder of the counter on its host, empty for the host itself.
        default_locale: for browsers that wish for none of our languages.
        sign_in: the sample shop's own; without it its visitors are strangers.
    """

    def __init__(
        self,
        store: Store,
        renderer: Renderer,
        widget: WidgetScript,
        *,
        shop: bool,
        contact: str,
        root: str,
        default_locale: str,
        sign_in: SignIn | None = None,
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._widget = widget
        self._shop = shop
        self._contact = contact
        self._root = root
        self._default_locale = default_locale
        self._sign_in = sign_in

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        routes: list[web.AbstractRouteDef] = [
            web.get("/", self.home),
            web.get("/widget.js", self.script),
            web.get("/widget-{version}.js", self.script),
            web.get("/widget.css", self.style),
            web.static("/assets", ASSETS),
        ]
        if self._shop:
            routes += [
                web.get("/products/{model}", self.product),
                web.static("/pictures", PICTURES),
            ]
        return routes

    async def home(self, request: web.Request) -> web.Response:
        """The shop with everything on sale, or the landing page."""
        if not self._shop:
            return self._page(request, "landing.html", {})
        products = await self._store.read(products_on_sale)
        return self._page(request, "shop.html", {"shelves": shelves(products)})

    async def product(self, request: web.Request) -> web.Response:
        """One product with its options, attachments and supplies."""
        model = request.match_info["model"].upper()
        view = await self._store.read(lambda session: _view(session, model))
        if view is None:
            raise web.HTTPNotFound
        return self._page(request, "product.html", {"product": view.product, "view": view})

    async def script(self, request: web.Request) -> web.Response:
        """The widget. The address with a version is for pages that pin it by `integrity`."""
        if request.match_info.get("version", self._widget.version) != self._widget.version:
            raise web.HTTPNotFound
        return _script(request, self._widget)

    async def style(self, request: web.Request) -> web.Response:
        """The widget's style sheet, for browsers without constructed ones."""
        return web.Response(body=self._widget.style, content_type="text/css", charset="utf-8")

    def error(self, request: web.Request, status: int) -> web.Response:
        """A page that says what went wrong and where to go on."""
        request[POLICY] = STILL_PAGE
        return self._page(request, "error.html", {"status": status}, status=status)

    def _page(
        self, request: web.Request, name: str, context: dict[str, Any], status: int = 200
    ) -> web.Response:
        locale = locale_of(request, self._default_locale)
        asked = {"locale": locale} if request.query.get("locale") in LOCALES else {}
        stranger = {"as": "visitor"} if request.query.get("as") == "visitor" else {}
        query = urlencode(asked | stranger)
        everywhere = {
            "widget": self._widget,
            "contact": self._contact,
            "root": self._root,
            "locale_query": f"?{query}" if query else "",
            "sign_in": self._sign_in is not None,
            "signed_in": self._sign_in(locale) if self._sign_in and not stranger else None,
            "as_query": "&as=visitor" if stranger else "",
        }
        html = self._renderer.page(name, locale, {**everywhere, **context})
        headers = {hdrs.CONTENT_LANGUAGE: locale, hdrs.VARY: "Accept-Language"}
        return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def error_pages(pages: Pages) -> Middleware:
    """A middleware that gives browsers a page where they would see a bare line."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            wants_page = "text/html" in request.headers.get(hdrs.ACCEPT, "")
            if error.status < 400 or not wants_page or request.path.startswith("/chat/"):
                raise
            return pages.error(request, error.status)

    return answer


def shelves(products: Sequence[Product]) -> list[tuple[str, list[Product]]]:
    """Products by category: machines first, then what belongs to machines."""

    def belongs(shelf: tuple[str, list[Product]]) -> tuple[bool, str]:
        machines = any(p.options or p.attachments or p.supplies for p in shelf[1])
        return not machines, shelf[0]

    by_category = groupby(products, key=lambda product: product.category)
    return sorted(((category, list(group)) for category, group in by_category), key=belongs)


def locale_of(request: web.Request, default: str) -> str:
    """The page's language: as asked in the address, else as the browser wishes, else `default`."""
    asked = request.query.get("locale")
    if asked in LOCALES:
        return asked
    for wish in _wishes(request.headers.get(hdrs.ACCEPT_LANGUAGE, "")):
        if wish.split("-")[0].lower() in LOCALES:
            return known_locale(wish)
    return default


def _wishes(header: str) -> list[str]:
    """Language tags of Accept-Language, best first (RFC 9110, section 12.5.4)."""
    ranked = []
    for item in header[:500].split(","):
        tag, _, weight = item.partition(";")
        try:
            quality = float(weight.partition("=")[2]) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, tag.strip()))
    return [tag for _, tag in sorted(ranked, key=lambda item: item[0])]


def _view(session: Session, model: str) -> ProductView | None:
    if model not in find_products(session, [model]) or withdrawn_models(session, [model]):
        return None
    return with_relations(session, [(model, 1)])[0]


def _script(request: web.Request, widget: WidgetScript) -> web.Response:
    headers = {hdrs.ETAG: f'"{widget.version}"', hdrs.VARY: "Accept-Encoding"}
    if any(tag.value == widget.version for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    body = widget.script
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        body = widget.script_gzip
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return web.Response(body=body, content_type="text/javascript", charset="utf-8", headers=headers)
