"""Builds the counter's parts out of the settings: the one file that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.answer_breaker import AnswerBreaker
from bot.chat.desk_backend import DeskBackend
from bot.chat.hub import Hub
from bot.chat.session import ChatParts
from bot.chat.visitors import Visitors
from bot.clock import utc_now
from bot.customer_mail import CustomerMail
from bot.delivery.answers import Answers
from bot.delivery.compose import Composer
from bot.delivery.files import load_attachments
from bot.delivery.mail import MailSender
from bot.delivery.worker import DeliveryWorker
from bot.desk import Desk, new_notification_id, new_request_id
from bot.effects import Effects
from bot.engine import CatalogEngine
from bot.keys import load_keys
from bot.notify import Notify
from bot.oauth import token_provider
from bot.proofs import Proofs
from bot.rendering import Renderer
from bot.settings import PREFIX, Settings, SettingsError
from domain.signing import Keys, Purpose
from storage.files import FileFolder
from storage.store import Store

if TYPE_CHECKING:
    from bot.second_opinion import SecondOpinion

#: Slack takes about one post a second and channel; a sandbox on this machine is not so slow.
SANDBOX_PACE = timedelta(seconds=0.05)


@dataclass(frozen=True, slots=True)
class Counter:
    """Everything that the roles share."""

    settings: Settings
    store: Store
    keys: Keys
    renderer: Renderer
    engine: CatalogEngine
    notify: Notify
    desk: Desk
    proofs: Proofs
    files: FileFolder
    hub: Hub
    backend: DeskBackend
    chat: ChatParts
    visitors: Visitors
    clock: Callable[[], datetime]
    opinion: SecondOpinion | None


async def assemble(
    settings: Settings, store: Store, clock: Callable[[], datetime] = utc_now
) -> Counter:
    """Build the parts on an open store whose schema is current.

    Raises:
        SettingsError: a second opinion is set up without a model or without its libraries.
    """
    opinion = _second_opinion(settings)
    keys = await load_keys(store, settings.secret_key, settings.secret_key_old, clock())
    renderer = Renderer(
        settings.company_name, settings.base_url, settings.zone, settings.phone_region
    )
    notify = Notify(settings, renderer, keys, new_notification_id)
    breaker = AnswerBreaker(notify)
    mail = CustomerMail(renderer, new_notification_id, settings.company_name, breaker)
    proofs = Proofs(
        renderer,
        new_notification_id,
        settings.base_url,
        pepper=keys.sign(Purpose.SESSION, "codes").encode(),
    )
    engine = await CatalogEngine.load(store, settings.timezone, settings.phone_region)
    effects = Effects(
        renderer=renderer,
        notify=notify,
        mail=mail,
        proofs=proofs,
        new_request_id=new_request_id,
        default_locale=settings.default_locale,
        delivery_email=settings.delivery_email,
    )
    desk = Desk(
        store=store,
        notify=notify,
        mail=mail,
        effects=effects,
        clock=clock,
        engine=engine,
        renderer=renderer,
        proofs=proofs,
        default_locale=settings.default_locale,
        company_name=settings.company_name,
        phone_region=settings.phone_region,
        default_staff_id=settings.default_staff_id,
        opinion=opinion,
    )
    secrets = [s for s in (settings.identity_secret, settings.identity_secret_old) if s]
    visitors = Visitors(store, keys, [secret.get_secret_value() for secret in secrets])
    backend = DeskBackend(store, desk, visitors)
    hub = Hub(backend)
    store.subscribe(lambda hints: hub.hear(hints.conversations, elsewhere=hints.elsewhere))

    def error_words(name: str, locale: str) -> str:
        return renderer.say(f"errors.{name}", locale)

    return Counter(
        settings=settings,
        store=store,
        keys=keys,
        renderer=renderer,
        engine=engine,
        notify=notify,
        desk=desk,
        proofs=proofs,
        files=FileFolder(settings.data_dir),
        hub=hub,
        chat=ChatParts(backend, error_words, clock, settings.default_locale),
        backend=backend,
        visitors=visitors,
        clock=clock,
        opinion=opinion,
    )


def _second_opinion(settings: Settings) -> SecondOpinion | None:
    """A language model for messages that the engine is unsure of, where one is set up.

    Its libraries take a second to import and stay out of every other process.
    """
    if settings.llm_base_url is None:
        return None
    if not settings.llm_model:
        raise SettingsError(f"{PREFIX}LLM_MODEL: LLM_BASE_URL is set, so a model must be named")
    try:
        from bot.second_opinion import over_http
    except ImportError as missing:
        raise SettingsError(
            f"{PREFIX}LLM_BASE_URL: needs the extra llm, {missing.name} is not installed "
            "(example: pip install 'madoguchi[llm]')"
        ) from None
    key = settings.llm_api_key
    return over_http(
        settings.llm_model, settings.llm_base_url, key.get_secret_value() if key else "unused"
    )


def create_delivery(counter: Counter) -> DeliveryWorker:
    """The worker that sends what is owed, by the ways that are set up."""
    settings = counter.settings
    senders: dict[str, Any] = {}
    if settings.smtp_host:
        senders["email"] = create_mail_sender(counter, settings.smtp_host)
    if settings.has_slack:
        senders["slack"] = _create_slack_sender(counter)

    def tell(session: Any, claimed: Any, cause: str, error: str) -> None:
        counter.notify.delivery_failed_admin(session, claimed, cause, error, counter.clock())

    return DeliveryWorker(counter.store, senders, tell, clock=counter.clock)


def create_mail_sender(counter: Counter, host: str) -> MailSender:
    """Sends mails by the SMTP server that the settings name."""
    settings = counter.settings
    password = settings.smtp_password
    return MailSender(
        Composer(settings.company_name, settings.catalog_address, settings.base_url, counter.keys),
        partial(load_attachments, counter.store, counter.files),
        Answers(counter.notify, counter.clock),
        counter.store,
        host=host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else "",
        token=token_provider(settings) if settings.smtp_auth == "xoauth2" else None,
        ca_file=settings.tls_ca_file,
    )


def _create_slack_sender(counter: Counter) -> Any:
    # Importing Slack's packages costs half a second: only who uses Slack pays for it.
    from bot.delivery.slack import PACE, SlackSender
    from bot.slack.api import SlackApi

    settings = counter.settings
    token = settings.slack_bot_token
    assert token is not None  # has_slack was asked before
    return SlackSender(
        SlackApi(token.get_secret_value(), settings.slack_api_url),
        counter.store,
        counter.renderer,
        base_url=settings.base_url,
        locale=settings.default_locale,
        new_id=new_notification_id,
        pace=SANDBOX_PACE if _is_loopback(settings.slack_api_url) else PACE,
        clock=counter.clock,
    )


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
