"""Puts the mail door together from the settings: mailbox, reading, sorting, the desk behind it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.desk import new_notification_id
from bot.mail_notices import DoorNotices
from bot.oauth import token_provider
from bot.settings import Settings
from inbound.counts import Counts
from inbound.handling import MailHandler
from inbound.holder import new_holder
from inbound.intake import Intake
from inbound.limits import LimitedReader
from inbound.mailbox import Mailbox, MailboxAccess
from inbound.poller import Poller, Secret
from inbound.ports import MailReader

if TYPE_CHECKING:
    from bot.assembly import Counter


@dataclass(slots=True)
class MailDoor:
    """The mailboxes that are followed, and the one who works off their mails."""

    pollers: list[Poller]
    handler: MailHandler
    reader: LimitedReader

    async def run(self) -> None:
        """Follow every mailbox until `stop`; mails at hand are finished."""
        try:
            await asyncio.gather(*(poller.run() for poller in self.pollers))
        finally:
            await self.close()

    async def once(self) -> Counts:
        """Take what is in the mailboxes, work it off and return what became of it."""
        try:
            total = Counts()
            for poller in self.pollers:
                total += await poller.once()
            return total
        finally:
            await self.close()

    def stop(self) -> None:
        """Finish the batches at hand and return from `run`."""
        for poller in self.pollers:
            poller.stop()

    @property
    def trouble(self) -> str | None:
        """Why mail cannot be taken in just now; None where all is well."""
        return next((poller.trouble for poller in self.pollers if poller.trouble), None)

    async def close(self) -> None:
        """End the processes that read mails."""
        await self.reader.close()


def create_poller(counter: Counter, host: str) -> MailDoor:
    """The door on the mailboxes that the settings name on the IMAP server `host`."""
    settings = counter.settings
    reader = LimitedReader()
    handler = create_handler(counter, reader)
    secret = _secret(settings)
    pollers = [
        Poller(
            Mailbox(access),
            secret=secret,
            store=counter.store,
            handler=handler,
            clock=counter.clock,
            poll_seconds=settings.imap_poll_seconds,
        )
        for access in mailboxes(settings, host)
    ]
    return MailDoor(pollers, handler, reader)


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


def mailboxes(settings: Settings, host: str) -> list[MailboxAccess]:
    """The folders to follow: IMAP_FOLDER may name several, separated by `;`."""
    folders = [name.strip() for name in settings.imap_folder.split(";") if name.strip()]
    return [
        MailboxAccess(
            host=host,
            port=settings.imap_port,
            user=settings.imap_user,
            security=settings.imap_security,
            auth=settings.imap_auth,
            folder=folder,
            done_folder=settings.imap_done_folder,
            ca_file=settings.tls_ca_file,
        )
        for folder in folders or ["INBOX"]
    ]


def _secret(settings: Settings) -> Secret:
    if settings.imap_auth == "xoauth2":
        return token_provider(settings)
    password = settings.imap_password.get_secret_value() if settings.imap_password else ""

    async def secret(*, fresh: bool = False) -> str:
        return password

    return secret
