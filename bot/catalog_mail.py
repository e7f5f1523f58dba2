"""Sends a catalog to customers: each gets a mail of their own, owed once in every round."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.catalog_pictures import Pictures
from bot.delivery.compose import Composer
from bot.desk import new_notification_id
from bot.rendering import Renderer
from bot.settings import Settings
from domain.catalog import Catalog, Product
from domain.errors import NotFound
from domain.languages import known_locale
from domain.notifications import Notification, OutboxChannel
from domain.signing import Keys, Purpose
from storage.catalog import find_catalog, find_products
from storage.catalog_sends import (
    Choice,
    Reader,
    choose_readers,
    known_customers,
    latest_round,
    note_send,
)
from storage.files import FileFolder
from storage.leases import Claimed
from storage.outbox import owe
from storage.shared_contents import SharedContent, filled, named, place, share
from storage.store import Store

#: Customers looked at and written to in one transaction.
BATCH = 100
#: Between two mails, so that answers to customers do not wait behind a whole round.
PACE = timedelta(milliseconds=200)


@dataclass(slots=True)
class SendReport:
    """What a round came to: mails owed, and customers left out, by reason."""

    round: int
    owed: int = 0
    skipped: Tally[str] = field(default_factory=Tally)
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """A product at its place in the catalog, counted from 1."""

    number: int
    product: Product
    picture: str


@dataclass(frozen=True, slots=True)
class CatalogSender:
    """Renders and owes catalog mails. Stopped and begun again it goes on where it was.

    What the mails of a round have in common is rendered and stored once for each language; the row
    of a mail holds its reader's name and link alone.

    Attributes:
        attach_pictures: whether pictures of our own come along; else all are linked.
    """

    store: Store
    settings: Settings
    renderer: Renderer
    keys: Keys
    clock: Callable[[], datetime]
    attach_pictures: bool = True

    async def send(
        self,
        catalog_number: str,
        *,
        only: Sequence[str] | None,
        again: bool = False,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> SendReport:
        """Owe the catalog to customers who may get it and have not got it in this round.

        Args:
            only: customer ids; None for all.
            again: begin a new round, so that those who have it get it once more.
            progress: called with the number of customers done since the last call.

        Raises:
            NotFound: there is no such catalog.
        """
        page, report = await self._begin(catalog_number, only, again=again)
        folder = FileFolder(self.settings.data_dir)
        for cid, picture in page.pictures.attached.items():
            await asyncio.to_thread(folder.keep, cid, picture.filename, picture.content)
        after: str | None = ""
        while after is not None:
            choice, after = await self._choose(page.catalog, only, report.round, after)
            mails = [self._mail(page, reader, report.round) for reader in choice.readers]
            report.owed += await self.store.write(
                lambda session, mails=mails: self._owe(  # type: ignore[misc]  # bound early
                    session, page.catalog, mails, report
                )
            )
            report.skipped.update(choice.skipped.values())
            progress(len(choice.readers) + len(choice.skipped))
        return report

    async def preview(
        self, catalog_number: str, folder: Path, *, only: Sequence[str] | None
    ) -> SendReport:
        """Write the mails that `send` would owe as `.eml` files into `folder`; nothing is owed.

        Raises:
            NotFound: there is no such catalog.
        """
        page, report = await self._begin(catalog_number, only, again=False)
        settings = self.settings
        composer = Composer(
            settings.company_name, settings.catalog_address, settings.base_url, self.keys
        )
        after: str | None = ""
        while after is not None:
            choice, after = await self._choose(page.catalog, only, report.round, after)
            for reader in choice.readers:
                mail = self._mail(page, reader, report.round)
                pictures = [*page.pictures.attached.values()]
                raw = composer.compose(mail.as_claimed(self.clock()), pictures)
                await asyncio.to_thread(_write, folder, reader.customer_id, raw)
                report.owed += 1
            report.skipped.update(choice.skipped.values())
        return report

    async def _begin(
        self, catalog_number: str, only: Sequence[str] | None, *, again: bool
    ) -> tuple[_Page, SendReport]:
        def ask(session: Session) -> tuple[Catalog | None, dict[str, Product], int, set[str]]:
            catalog = find_catalog(session, catalog_number)
            products = find_products(session, catalog.products) if catalog else {}
            known = known_customers(session, only) if only is not None else set()
            return catalog, products, latest_round(session, catalog_number), known

        catalog, products, newest, known = await self.store.read(ask)
        if catalog is None:
            raise NotFound(f"there is no catalog {catalog_number}")
        report = SendReport(max(newest, 1) + (1 if again and newest else 0))
        report.unknown = sorted(set(only or ()) - known)
        pictures = Pictures(self.settings.base_url)
        entries = await asyncio.to_thread(self._entries, catalog, products, pictures)
        return _Page(catalog, tuple(entries), pictures), report

    def _entries(
        self, catalog: Catalog, products: dict[str, Product], pictures: Pictures
    ) -> list[Entry]:
        # A product that is gone leaves its number free: "number 3" must stay what it was.
        return [
            Entry(
                number,
                products[model],
                pictures.source(products[model].image_url, attach=self.attach_pictures),
            )
            for number, model in enumerate(catalog.products, start=1)
            if model in products
        ]

    async def _choose(
        self, catalog: Catalog, only: Sequence[str] | None, round_: int, after: str
    ) -> tuple[Choice, str | None]:
        return await self.store.read(
            lambda session: choose_readers(
                session,
                catalog.catalog_number,
                only=only,
                round_=round_,
                after=after,
                limit=BATCH,
            )
        )

    def _mail(self, page: _Page, reader: Reader, round_: int) -> _Mail:
        mail_id = new_notification_id()
        token = self.keys.seal(Purpose.UNSUBSCRIBE, mail_id)
        locale = known_locale(reader.locale or self.settings.default_locale)
        number = page.catalog.catalog_number
        shared = self._content(page, locale, addressed=bool(reader.name))
        person = self.renderer.environment(locale).filters["person"]
        return _Mail(
            mail_id,
            reader,
            f"catalog:{number}:{round_}:{reader.customer_id}",
            {
                "locale": locale,
                "to_name": reader.name,
                "reply_token": True,
                "list_unsubscribe": True,
                "customer_id": reader.customer_id,
                "catalog_number": number,
                "shared": shared.id,
                "fill": {
                    "name": person(reader.name),
                    "link": f"{self.settings.base_url}/mail/unsubscribe/{token}",
                },
            },
            shared,
        )

    def _content(self, page: _Page, locale: str, *, addressed: bool) -> SharedContent:
        """What all mails in a language share; `addressed` are those whose reader has a name."""
        made = page.contents.get((locale, addressed))
        if made is None:
            rendered = self.renderer.mail(
                "catalog",
                locale,
                {
                    "catalog": page.catalog,
                    "entries": page.entries,
                    "addressed": place("name") if addressed else "",
                    "unsubscribe_url": place("link"),
                },
            )
            made = page.contents[locale, addressed] = named(
                {
                    "subject": rendered.subject,
                    "text": rendered.text,
                    "html": rendered.html,
                    **({"pictures": page.pictures.named()} if page.pictures.attached else {}),
                }
            )
        return made

    def _owe(
        self, session: Session, catalog: Catalog, mails: Sequence[_Mail], report: SendReport
    ) -> int:
        now, owed = self.clock(), list[_Mail]()
        for mail in mails:
            notification = Notification(
                key=mail.key,
                channel=OutboxChannel.EMAIL,
                kind="catalog",
                recipient=mail.reader.email,
                payload=mail.payload,
                due_at=now + PACE * (report.owed + len(owed)),
            )
            if owe(session, notification, now=now, new_id=lambda mail=mail: mail.id):  # type: ignore[misc]  # bound early
                note_send(
                    session,
                    catalog.catalog_number,
                    mail.reader.customer_id,
                    report.round,
                    mail.id,
                    now,
                )
                owed.append(mail)
        for shared in {mail.shared.id: mail.shared for mail in owed}.values():
            share(session, shared, now)
        return len(owed)


@dataclass(frozen=True, slots=True)
class _Page:
    """A catalog with its products in the order shown."""

    catalog: Catalog
    entries: tuple[Entry, ...]
    pictures: Pictures
    #: What mails share, by language and whether the reader has a name.
    contents: dict[tuple[str, bool], SharedContent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A catalog mail to one customer: what is the reader's alone, and what all share."""

    id: str
    reader: Reader
    key: str
    payload: dict[str, Any]
    shared: SharedContent

    def as_claimed(self, now: datetime) -> Claimed:
        """As delivery would see it, for a preview."""
        return Claimed(
            id=self.id,
            channel="email",
            lane="email",
            kind="catalog",
            recipient=self.reader.email,
            payload=filled(self.payload, self.shared.content),
            request_id=None,
            conversation_id=None,
            message_seq=None,
            created_at=now,
            due_at=now,
            attempts=1,
            lease_version=1,
            leased_until=now,
            may_have_happened=False,
            lane_failures=0,
        )


def _write(folder: Path, customer_id: str, raw: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in customer_id)
    (folder / f"{name or 'customer'}.eml").write_bytes(raw)
