"""The mailbox and the way out for mails, tried with the very parts that use them."""

from __future__ import annotations

import asyncio

from bot.assembly import Counter, create_mail_sender
from bot.doctor.finding import Finding, failed, in_one_line, unused, well
from bot.mail_accounts import USUAL, MailAccount
from bot.mail_door import mailboxes, secret_of
from bot.oauth import TokenRefused
from bot.settings import Settings
from inbound.mailbox import MAILBOX_TROUBLE, Mailbox, MailboxAccess


async def check_imap(settings: Settings) -> list[Finding]:
    """Log in to each account and open its folders; nothing is fetched or changed."""
    accounts = settings.mail_accounts
    if not accounts:
        return [unused(USUAL, "no mail is taken in", "set IMAP_HOST, IMAP_USER, IMAP_PASSWORD")]
    found = await asyncio.gather(*(_check(account, settings) for account in accounts))
    return [finding for findings in found for finding in findings]


async def _check(account: MailAccount, settings: Settings) -> list[Finding]:
    try:
        secret = await secret_of(account)()
    except TokenRefused as error:
        return [_no_token(account.check, error)]
    return [
        await asyncio.to_thread(_open, account, access, secret)
        for access in mailboxes(account, settings)
    ]


def _open(account: MailAccount, access: MailboxAccess, secret: str) -> Finding:
    mailbox = Mailbox(access)
    try:
        mailbox.open(secret)
        how = "IDLE" if mailbox.can_idle else "polling"
        return well(account.check, f"{access.name}: open, {how}")
    except MAILBOX_TROUBLE as error:
        return failed(
            account.check,
            f"{access.name}: {in_one_line(error)}",
            "check IMAP_HOST, IMAP_PORT, IMAP_SECURITY, IMAP_USER, IMAP_PASSWORD, IMAP_FOLDER"
            if account.name == USUAL
            else f"check the account {account.name} in IMAP_ACCOUNTS",
        )
    finally:
        mailbox.dispose()


async def check_smtp(counter: Counter) -> Finding:
    """Connect, encrypt and log in; no mail is sent."""
    settings = counter.settings
    if not settings.smtp_host:
        return unused("smtp", "no mail goes out", "set SMTP_HOST, SMTP_USER, SMTP_PASSWORD")
    sender = create_mail_sender(counter, settings.smtp_host)
    trouble = await sender.connect()
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    if trouble is None:
        return well("smtp", f"{place}: logged in" if settings.smtp_user else f"{place}: answers")
    return failed(
        "smtp",
        f"{place}: {' '.join(trouble.error.split())}",
        "check SMTP_HOST, SMTP_PORT, SMTP_SECURITY, SMTP_USER, SMTP_PASSWORD",
    )


def _no_token(check: str, error: TokenRefused) -> Finding:
    return failed(
        check,
        in_one_line(error),
        "check OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, and give consent again for a new "
        "OAUTH_REFRESH_TOKEN",
    )
