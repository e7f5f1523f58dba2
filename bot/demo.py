"""The demo: the whole counter with a sample company, a mailbox and a Slack of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr
from sqlmodel import Session

from bot.assembly import assemble
from bot.clock import utc_now
from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from bot.roles import RoleName
from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.pages import Persona, create_demo_pages
from bot.sandbox.sign_in import SampleSignIn
from bot.sandbox.slack import SandboxSlack
from bot.sandbox.slack.nouns import User
from bot.serving import Running, start
from bot.settings import Settings
from bot.site import Site
from domain.people import Staff
from storage import people
from storage.database import ensure_schema, open_store
from storage.store import Store

HOST = "127.0.0.1"
COMPANY = Path(__file__).parent / "sandbox_company"
CATALOG_ADDRESS = "catalog@example-sales.example"
ADMIN = "admin@example-sales.example"
DELIVERY = "delivery@example-sales.example"
SLACK_CHANNEL = "#sales"
#: Signs who is signed in on the sample shop; a real shop keeps its own secret.
IDENTITY_SECRET = "demo-identity-secret-of-the-sample-shop"


#: Who the shop's visitor is, by the language of its pages.
SIGNED_IN = {"en": "C-0004", "ja": "C-0001"}


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything that runs, and where to find it."""

    running: Running
    mailbox: SandboxMailbox
    slack: SandboxSlack
    page_url: str
    shop_url: str
    database_url: str
    started: AsyncExitStack

    async def stop(self) -> None:
        """Stop the page and the counter, then what they talk to."""
        await self.started.aclose()


async def start_demo(
    folder: Path,
    *,
    port: int,
    page_port: int,
    database_url: str | None = None,
    chat_processes: int | None = None,
) -> Demo:
    """Start everything on loopback.

    Args:
        folder: where files of this demo are kept, and its database if no other is named.
        port: of the counter with the sample shop.
        page_port: of the page with the three panes.
        chat_processes: as in the settings.

    Raises:
        OSError: a port is taken; nothing runs any more.
    """
    async with AsyncExitStack() as started:
        mailbox = await SandboxMailbox.start(authserv_id="mail.example-sales.example")
        started.push_async_callback(mailbox.stop)
        slack = await SandboxSlack.start(channels=())
        started.push_async_callback(slack.stop)
        settings = demo_settings(folder, port, page_port, mailbox, slack, database_url)
        settings = settings.model_copy(update={"chat_processes": chat_processes})
        running, team = await _open_counter(settings)
        started.push_async_callback(running.stop)
        store = running.counter.store
        _furnish(slack, team)
        await start(running, list(RoleName), shop=True, sign_in=await _sign_in(store))
        slack.events_url = f"http://{HOST}:{port}/slack/events"
        shop_url = f"http://{HOST}:{port}"
        pages = _create_pages(mailbox, slack, shop_url, await _personas(store, team))
        started.push_async_callback(pages.cleanup)
        await pages.setup()
        await Site(pages, HOST, page_port).start()
        page_url, url = f"http://{HOST}:{page_port}", settings.database_url.get_secret_value()
        return Demo(running, mailbox, slack, page_url, shop_url, url, started.pop_all())


async def _open_counter(settings: Settings) -> tuple[Running, Sequence[Staff]]:
    """The counter on a database with the sample company, and the company's team."""
    url = settings.database_url.get_secret_value()
    await asyncio.to_thread(ensure_schema, url)
    store = open_store(url)
    try:
        await _move_in(store)
        return Running(await assemble(settings, store)), await store.read(people.team)
    except BaseException:
        await store.close()
        raise


def demo_settings(
    folder: Path,
    port: int,
    page_port: int,
    mailbox: SandboxMailbox,
    slack: SandboxSlack,
    database_url: str | None = None,
) -> Settings:
    """Settings of the demo; nothing of the environment is used for the two stand-ins."""
    return Settings(
        database_url=SecretStr(database_url or f"sqlite:///{folder / 'demo.db'}"),
        data_dir=folder / "files",
        host=HOST,
        port=port,
        base_url=f"http://{HOST}:{port}",
        company_name="Example Sales",
        timezone="Asia/Tokyo",
        phone_region="JP",
        catalog_address=CATALOG_ADDRESS,
        imap_host=HOST,
        imap_port=mailbox.imap_port,
        imap_user=CATALOG_ADDRESS,
        imap_password=SecretStr(mailbox.password),
        imap_security="plain",
        imap_poll_seconds=5,
        smtp_host=HOST,
        smtp_port=mailbox.smtp_port,
        smtp_security="plain",
        mail_authserv_id=mailbox.authserv_id,
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(slack.signing_secret),
        slack_api_url=slack.url,
        slack_channel=SLACK_CHANNEL,
        admin_email=ADMIN,
        delivery_email=DELIVERY,
        identity_secret=SecretStr(IDENTITY_SECRET),
        allowed_origins=(f"http://{HOST}:{page_port}", f"http://localhost:{port}"),
        working_hours="Mon-Sun 00:00-24:00",
    )


async def _move_in(store: Store) -> None:
    outcome = await import_company(store, [COMPANY], Conventions(region="JP"), utc_now())
    if not outcome.accepted:
        raise RuntimeError(f"the sample company does not import: {outcome.findings}")


def _furnish(slack: SandboxSlack, team: Sequence[Staff]) -> None:
    """Give the workspace the channels and people of the sample company."""
    names = [SLACK_CHANNEL, *(staff.slack_channel for staff in team if staff.slack_channel)]
    for staff in team:
        if staff.slack_user_id:
            locale = "ja-JP" if staff.locale == "ja" else "en-US"
            slack.workspace.add_user(
                User(staff.slack_user_id, staff.name, staff.email, locale=locale)
            )
    for name in dict.fromkeys(names):
        slack.add_channel(name)


async def _personas(store: Store, team: Sequence[Staff]) -> list[Persona]:
    """The people whose mailboxes the page offers: some customers, all staff, the offices."""

    def unit(session: Session) -> list[Persona]:
        customers = [people.find_customer(session, f"C-{n:04}") for n in range(1, 31)]
        return [
            Persona(customer.email, customer.name, "customer", customer.locale or "en")
            for customer in customers
            if customer is not None and customer.email
        ]

    staff = [
        Persona(member.email, member.name, "staff", member.locale or "en")
        for member in team
        if member.email
    ]
    offices = [Persona(ADMIN, "Administrator", "staff"), Persona(DELIVERY, "Delivery", "staff")]
    return [*await store.read(unit), *staff, *offices]


async def _sign_in(store: Store) -> SampleSignIn:
    customers = {
        locale: await store.read(partial(people.find_customer, customer_id=customer_id))
        for locale, customer_id in SIGNED_IN.items()
    }
    known = {locale: customer for locale, customer in customers.items() if customer}
    return SampleSignIn(IDENTITY_SECRET, known, utc_now)


def _create_pages(
    mailbox: SandboxMailbox, slack: SandboxSlack, shop_url: str, personas: Sequence[Persona]
) -> web.AppRunner:
    app = create_demo_pages(
        mailbox, slack, shop_url, personas=personas, catalog_address=CATALOG_ADDRESS
    )
    return web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
