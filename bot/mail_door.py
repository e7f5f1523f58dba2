"""Puts the mail door together from the settings: mailbox, reading, sorting, the desk behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

from bot.desk import new_notification_id
from bot.mail_accounts import MailAccount
from bot.mail_notices import DoorNotices
from bot.oauth import token_provider
from bot.settings import Settings
from inbound.counts import Counts
from inbound.handling import MailHandler
from inbound.holder import new_holder
from inbound.intake import Intake
from inbound.limits import LimitedReader
from inbound.mail import InboundMail, Question
from inbound.mailbox import MAILBOX_TROUBLE, Mailbox, MailboxAccess
from inbound.poller import Poller, Secret
from inbound.ports import MailReader
from storage.company_snapshot import company
from storage.prepared import prepare_all

if TYPE_CHECKING:
    from bot.assembly import Counter


@dataclass(slots=True)
class MailDoor:
    """The mailboxes that are followed, by account, and the one who works off their mails."""

    accounts: dict[str, list[Poller]]
    handler: MailHandler
    reader: LimitedReader
    ready: _ReadyWith

    @property
    def pollers(self) -> list[Poller]:
        """Those of all accounts."""
        return [poller for pollers in self.accounts.values() for poller in pollers]

    async def run(self) -> None:
        """Follow every mailbox until `stop`; mails at hand are finished."""
        try:
            with contextlib.suppress(OSError):
                await self.reader.start()  # the first mail tries again
            await asyncio.gather(*(poller.run() for poller in self.pollers))
        finally:
            await self.close()

    async def get_ready(self) -> None:
        """Load what the first mails would wait for; without it that is done beside them."""
        await asyncio.gather(self.reader.get_ready(), self.ready.get_ready())

    async def once(self) -> Counts:
        """Take what is in the mailboxes, work it off and return what became of it.

        Raises:
            MAILBOX_TROUBLE: one of them could not be read; the others were.
        """
        total = Counts()
        trouble: BaseException | None = None
        try:
            await self.reader.start()
            for poller in self.pollers:
                try:
                    total += await poller.once()
                except MAILBOX_TROUBLE as error:
                    trouble = trouble or error
        finally:
            await self.close()
        if trouble is not None:
            raise trouble
        return total

    def stop(self) -> None:
        """Finish the batches at hand and return from `run`."""
        for poller in self.pollers:
            poller.stop()

    def trouble(self, account: str) -> str | None:
        """Why an account's mail cannot be taken in just now; None where all is well."""
        return next((poller.trouble for poller in self.accounts[account] if poller.trouble), None)

    async def close(self) -> None:
        """End the processes that read mails."""
        await self.reader.close()


def create_poller(counter: Counter, reader: LimitedReader | None = None) -> MailDoor:
    """The door on the mailboxes that the settings name; there is one at least.

    Args:
        reader: one that was started before the counter was there; the door closes it.
    """
    settings = counter.settings
    reader = reader or LimitedReader()
    reader.hearing = lambda: (counter.engine.hearing, counter.clock())

    async def get_ready() -> None:
        await asyncio.to_thread(counter.renderer.warm_up_mails)
        await counter.store.write(_prepare)

    ready = _ReadyWith(reader, get_ready)
    handler = create_handler(counter, ready)
    accounts = {
        account.check: [
            Poller(
                Mailbox(access),
                secret=secret,
                store=counter.store,
                handler=handler,
                clock=counter.clock,
                poll_seconds=settings.imap_poll_seconds,
            )
            for access in mailboxes(account, settings)
        ]
        for account in settings.mail_accounts
        for secret in [secret_of(account)]  # one for all folders
    }
    return MailDoor(accounts, handler, reader, ready)


def _prepare(session: Session) -> None:
    prepare_all(session)
    company(session)  # staff, products and areas are read by whoever writes first, and kept


class _ReadyWith:
    """Implements `MailReader`: what the desk needs is loaded while the first mails are read."""

    def __init__(self, reader: MailReader, warm_up: Callable[[], Awaitable[None]]) -> None:
        self._reader = reader
        self._warm_up: Callable[[], Awaitable[None]] | None = warm_up

    async def get_ready(self) -> None:
        """Load it, once; again where that failed."""
        warm_up, self._warm_up = self._warm_up, None
        try:
            if warm_up is not None:
                await warm_up()
        except BaseException:
            self._warm_up = warm_up
            raise

    async def read_all(self, mails: Sequence[Question]) -> list[InboundMail]:
        if self._warm_up is None:
            return await self._reader.read_all(mails)
        read, _ = await asyncio.gather(self._reader.read_all(mails), self.get_ready())
        return read


def create_handler(counter: Counter, reader: MailReader) -> MailHandler:
    """Works off stored mails; needs no mailbox."""
    settings = counter.settings
    return MailHandler(
        store=counter.store,
        intake=Intake(
            keys=counter.keys,
            catalog_address=settings.catalog_address,
            authserv_id=settings.mail_authserv_id,
        ),
        reader=reader,
        desk=counter.desk,
        notices=DoorNotices(
            counter.store,
            settings,
            counter.renderer,
            counter.notify,
            new_notification_id,
            counter.clock,
        ),
        files=counter.files,
        keys=counter.keys,
        clock=counter.clock,
        holder=new_holder(),
    )


def mailboxes(account: MailAccount, settings: Settings) -> list[MailboxAccess]:
    """The folders of an account that are followed."""
    return [
        MailboxAccess(
            host=account.host,
            port=account.port,
            user=account.user,
            security=account.security,
            auth=account.auth,
            folder=folder,
            done_folder=account.done_folder,
            ca_file=settings.tls_ca_file,
        )
        for folder in account.folders
    ]


def secret_of(account: MailAccount) -> Secret:
    """What opens an account: its password, or access tokens."""
    if account.auth == "xoauth2":
        return token_provider(account)
    password = account.password.get_secret_value() if account.password else ""

    async def secret(*, fresh: bool = False) -> str:
        return password

    return secret
