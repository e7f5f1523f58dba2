"""Puts the delivery worker together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.clock import utc_now
from bot.delivery.answers import Answers
from bot.delivery.attachments import KeptAttachments
from bot.delivery.compose import Composer
from bot.delivery.mail import MailSender, TokenProvider
from bot.delivery.outcome import Sender
from bot.delivery.worker import DeliveryWorker
from bot.notify import Notify
from bot.rendering import Renderer
from bot.settings import Settings
from domain.signing import Keys
from storage.files import FileFolder
from storage.leases import Claimed
from storage.store import Store


def create_worker(
    settings: Settings,
    store: Store,
    renderer: Renderer,
    notify: Notify,
    keys: Keys,
    new_id: Callable[[], str],
    *,
    clock: Callable[[], datetime] = utc_now,
    token: TokenProvider | None = None,
    slack_pace: timedelta | None = None,
) -> DeliveryWorker:
    """The worker for the channels that are set up; what is owed by others waits for them.

    Args:
        token: gives the access token where SMTP_AUTH is xoauth2.
        slack_pace: between two posts in one Slack channel; None for what Slack allows.
    """
    senders: dict[str, Sender] = {}
    if settings.smtp_host:
        senders["email"] = create_mail_sender(
            settings, store, notify, keys, clock=clock, token=token
        )
    if settings.slack_bot_token is not None:
        # Here, not above: a counter without Slack does without its SDK.
        from bot.delivery.slack import PACE, SlackSender
        from bot.slack.api import SlackApi

        senders["slack"] = SlackSender(
            SlackApi(settings.slack_bot_token.get_secret_value(), settings.slack_api_url),
            store,
            renderer,
            base_url=settings.base_url,
            locale=settings.default_locale,
            new_id=new_id,
            pace=PACE if slack_pace is None else slack_pace,
            clock=clock,
        )

    def tell_trouble(session: Session, claimed: Claimed, cause: str, error: str) -> None:
        notify.delivery_failed_admin(session, claimed, cause, error, clock())

    return DeliveryWorker(store, senders, tell_trouble, clock=clock)


def create_mail_sender(
    settings: Settings,
    store: Store,
    notify: Notify,
    keys: Keys,
    *,
    clock: Callable[[], datetime] = utc_now,
    token: TokenProvider | None = None,
) -> MailSender:
    """The sender for the SMTP server of the settings; its `connect()` tries it out."""
    password = settings.smtp_password
    return MailSender(
        Composer(settings.company_name, settings.catalog_address, settings.base_url, keys),
        KeptAttachments(store, FileFolder(settings.data_dir)),
        Answers(notify, clock),
        store,
        host=settings.smtp_host or "",
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else "",
        token=token if settings.smtp_auth == "xoauth2" else None,
        ca_file=settings.tls_ca_file,
    )
