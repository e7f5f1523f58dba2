"""Every setting, checked once at start. Nothing else looks at the environment."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.logs import LogForm
from bot.mail_accounts import USUAL, MailAccount, MailAuth, Provider, Security, read_accounts
from bot.secret_files import EXAMPLE, read_secret
from domain.working_time import WorkingHours, parse_working_hours

PREFIX = "MADOGUCHI_"


class SettingsError(Exception):
    """A setting is wrong. The text is one line: variable, fault, example."""


class Settings(BaseSettings):
    """The settings of the interface; the environment wins over `madoguchi.toml`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr = SecretStr("sqlite:///madoguchi.db")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    base_url: str = "http://127.0.0.1:8080"
    secret_key: SecretStr | None = None
    secret_key_old: SecretStr | None = None
    company_name: str = Field("Example Sales", min_length=1, max_length=100)
    default_locale: Literal["en", "ja"] = "en"
    timezone: str = "UTC"
    phone_region: str = Field("US", pattern="^[A-Z]{2}$")
    catalog_address: str = "catalog@localhost"

    imap_host: str | None = None
    imap_port: int = Field(993, ge=1, le=65535)
    imap_user: str = ""
    imap_password: SecretStr | None = None
    imap_security: Security = "tls"
    imap_folder: str = "INBOX"
    imap_done_folder: str = ""
    imap_poll_seconds: float = Field(60, ge=1, le=3600)
    imap_auth: MailAuth = "password"
    imap_accounts: Annotated[tuple[MailAccount, ...], NoDecode] = ()

    smtp_host: str | None = None
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_security: Security = "starttls"
    smtp_auth: MailAuth = "password"

    oauth_provider: Provider | None = None
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr | None = None
    oauth_refresh_token: SecretStr | None = None
    oauth_token_url: str | None = None

    mail_authserv_id: str | None = None
    tls_ca_file: Path | None = None
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_channel: str = "#sales"

    default_staff_id: str | None = None
    admin_email: str | None = None
    delivery_email: str | None = None
    identity_secret: SecretStr | None = None
    identity_secret_old: SecretStr | None = None
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    llm_base_url: str | None = None
    llm_model: str = ""
    llm_api_key: SecretStr | None = None
    escalate_minutes: int = Field(30, ge=1, le=10_000)
    working_hours: str = "Mon-Fri 09:00-18:00"
    metrics_token: SecretStr | None = None
    data_dir: Path = Path("var")
    chat_processes: int | None = Field(None, ge=0, le=64)
    log_format: LogForm = "auto"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then secrets in files, then `madoguchi.toml`."""
        return (
            init_settings,
            env_settings,
            _SecretFiles(settings_cls),
            _TomlFile(settings_cls),
        )

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: SecretStr) -> SecretStr:
        try:
            backend = make_url(value.get_secret_value()).get_backend_name()
        except ArgumentError:
            raise ValueError("is not a database URL") from None
        if backend not in {"sqlite", "postgresql"}:
            raise ValueError(f"names {backend}, only sqlite and postgresql are supported")
        return value

    @field_validator("base_url", "slack_api_url", "llm_base_url")
    @classmethod
    def _http_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("base_url")
    @classmethod
    def _no_final_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("catalog_address", "admin_email", "delivery_email")
    @classmethod
    def _mail_address(cls, value: str | None) -> str | None:
        if value is None or value == "":
            return None
        local, at, host = value.rpartition("@")
        if not at or not local or not host or any(c.isspace() or c in "<>,;" for c in value):
            raise ValueError("is not a mail address")
        if not value.isascii():
            raise ValueError("has characters that mail servers do not take in addresses")
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        # An unknown name, a path out of the folder, a folder of it such as "Asia".
        except (KeyError, ValueError, OSError):
            raise ValueError("is not the name of a time zone") from None
        return value

    @field_validator("working_hours")
    @classmethod
    def _working_hours(cls, value: str) -> str:
        parse_working_hours(value)
        return value

    @field_validator("trusted_proxies", "allowed_origins", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("imap_accounts", mode="before")
    @classmethod
    def _accounts(cls, value: object) -> object:
        return read_accounts(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        import ipaddress

        for network in value:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise ValueError(f"{network} is not a network") from None
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            raise ValueError(
                "SLACK_SIGNING_SECRET is missing: with SLACK_BOT_TOKEN set, requests from Slack "
                "must be checked; copy it from the Slack app's Basic Information page"
            )
        wants_oauth = "xoauth2" in {self.imap_auth, self.smtp_auth}
        if wants_oauth and not (
            (self.oauth_provider or self.oauth_token_url)
            and self.oauth_client_id
            and self.oauth_refresh_token
        ):
            raise ValueError(
                "OAUTH_PROVIDER, OAUTH_CLIENT_ID and OAUTH_REFRESH_TOKEN are needed "
                "where IMAP_AUTH or SMTP_AUTH is xoauth2"
            )
        for account in self.mail_accounts[1:] if self.imap_host else self.mail_accounts:
            if account.lacks_tokens:
                raise ValueError(
                    f"IMAP_ACCOUNTS: {account.name}: oauth_provider, oauth_client_id and "
                    "oauth_refresh_token are needed where auth is xoauth2"
                )
        # They would share one watermark and take it from each other for ever.
        followed = [
            f"{account.user}@{account.host}/{folder}"
            for account in self.mail_accounts
            for folder in account.folders
        ]
        for name in followed:
            if followed.count(name) > 1:
                raise ValueError(f"IMAP_FOLDER, IMAP_ACCOUNTS: {name} is named twice")
        return self

    @property
    def mail_accounts(self) -> list[MailAccount]:
        """The mailboxes to read, the usual one first; empty where no mail is taken in."""
        app: dict[str, Any] = {
            "oauth_provider": self.oauth_provider,
            "oauth_client_id": self.oauth_client_id,
            "oauth_client_secret": self.oauth_client_secret,
            "oauth_token_url": self.oauth_token_url,
        }
        # The app that is registered with the provider may serve all mailboxes; its owners
        # give their consent one by one.
        further = [
            account
            if account.oauth_client_id or account.oauth_provider or account.oauth_token_url
            else account.model_copy(
                update={name: getattr(account, name) or value for name, value in app.items()}
            )
            for account in self.imap_accounts
        ]
        if not self.imap_host:
            return further
        usual = MailAccount.model_construct(
            name=USUAL,
            host=self.imap_host,
            port=self.imap_port,
            user=self.imap_user,
            password=self.imap_password,
            security=self.imap_security,
            folder=self.imap_folder,
            done_folder=self.imap_done_folder,
            auth=self.imap_auth,
            oauth_refresh_token=self.oauth_refresh_token,
            **app,
        )
        return [usual, *further]

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def hours(self) -> WorkingHours:
        """When the company works."""
        return parse_working_hours(self.working_hours)

    @property
    def origins(self) -> frozenset[str]:
        """The websites that may embed the widget, the counter's own among them."""
        return frozenset({*self.allowed_origins, _origin(self.base_url)})

    @property
    def has_slack(self) -> bool:
        """Whether Slack is set up."""
        return self.slack_bot_token is not None


#: What a right value looks like, for the one line that a wrong one gets.
EXAMPLES = {
    "database_url": "sqlite:///madoguchi.db or postgresql://user:password@db/madoguchi",
    "port": "8080",
    "base_url": "https://counter.example.com",
    "default_locale": "en or ja",
    "timezone": "Asia/Tokyo",
    "phone_region": "JP",
    "catalog_address": "catalog@example.com",
    "imap_port": "993",
    "imap_security": "tls, starttls or plain",
    "imap_poll_seconds": "60",
    "imap_auth": "password or xoauth2",
    "imap_accounts": '[{"name":"sales","host":"imap.example.com","user":"sales@example.com"}]',
    "smtp_port": "587",
    "smtp_security": "tls, starttls or plain",
    "smtp_auth": "password or xoauth2",
    "oauth_provider": "microsoft or google",
    "trusted_proxies": "10.0.0.0/8,127.0.0.1/32",
    "slack_api_url": "https://slack.com/api/",
    "admin_email": "admin@example.com",
    "delivery_email": "delivery@example.com",
    "allowed_origins": "https://www.example.com,https://shop.example.com",
    "escalate_minutes": "30",
    "chat_processes": "1",
    "working_hours": "Mon-Fri 09:00-12:00,13:00-18:00; Sat 10:00-15:00",
    "llm_base_url": "http://127.0.0.1:11434/v1",
    "log_format": "auto, json or console",
    "company_name": "Example Sales",
}


def load_settings(**overrides: Any) -> Settings:
    """Read and check all settings.

    Raises:
        SettingsError: a value is wrong; one line that names the variable, the fault, an example.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    fault = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return PREFIX + fault
    name = str(first["loc"][0])
    example = EXAMPLES.get(name)
    return f"{PREFIX}{name.upper()}: {fault}" + (f" (example: {example})" if example else "")


class _TomlFile(PydanticBaseSettingsSource):
    """`madoguchi.toml` in the working directory, keys in lower case."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        path = Path("madoguchi.toml")
        if not path.is_file():
            return {}
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"madoguchi.toml: {error} (example: port = 8080)") from None
        for key in values:
            if key not in Settings.model_fields and not _is_secret_file(key):
                raise SettingsError(f"madoguchi.toml: {key} is no setting{_nearest(key)}")
        return _with_files(values)


class _SecretFiles(PydanticBaseSettingsSource):
    """`MADOGUCHI_..._FILE`: the secret is what stands in that file."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        given = {
            key.removeprefix(PREFIX).lower(): value
            for key, value in os.environ.items()
            if key.startswith(PREFIX) and key.endswith("_FILE")
        }
        return _with_files({k: v for k, v in given.items() if _is_secret_file(k)})


def _is_secret_file(key: str) -> bool:
    field = Settings.model_fields.get(key.removesuffix("_file"))
    return key.endswith("_file") and field is not None and _is_secret(field.annotation)


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or SecretStr in get_args(annotation)


def _with_files(values: dict[str, Any]) -> dict[str, Any]:
    """Replace each `x_file` of a secret by the content of that file."""
    read: dict[str, Any] = {}
    for key, value in values.items():
        if not _is_secret_file(key):
            read[key] = value
            continue
        try:
            read[key.removesuffix("_file")] = read_secret(value)
        except ValueError as fault:
            raise SettingsError(f"{PREFIX}{key.upper()}: {fault} (example: {EXAMPLE})") from None
    return read


def _nearest(key: str) -> str:
    import difflib

    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


__all__ = ["EXAMPLES", "PREFIX", "Settings", "SettingsError", "load_settings"]
