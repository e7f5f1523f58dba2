"""Mailboxes to read: the usual one, and further ones with accounts of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from bot.secret_files import read_secret

Security = Literal["tls", "starttls", "plain"]
MailAuth = Literal["password", "xoauth2"]
Provider = Literal["microsoft", "google"]

#: What the usual mailbox is called in `/readyz` and by `doctor`; further ones are `imap:<name>`.
USUAL = "imap"
_SECRETS = ("password", "oauth_client_secret", "oauth_refresh_token")


class MailAccount(BaseModel):
    """One account on an IMAP server, with the folders that are followed in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,39}$")
    host: str = Field(min_length=1)
    port: int = Field(993, ge=1, le=65535)
    user: str = ""
    password: SecretStr | None = None
    security: Security = "tls"
    folder: str = "INBOX"
    done_folder: str = ""
    auth: MailAuth = "password"
    oauth_provider: Provider | None = None
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr | None = None
    oauth_refresh_token: SecretStr | None = None
    oauth_token_url: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        values = dict(given)
        for secret in _SECRETS:
            file = values.pop(f"{secret}_file", None)
            if file is not None:
                try:
                    values[secret] = read_secret(file)
                except ValueError as fault:
                    raise ValueError(f"{secret}_file: {fault}") from None
        return values

    @property
    def check(self) -> str:
        """What `/readyz` and `doctor` call it."""
        return self.name if self.name == USUAL else f"{USUAL}:{self.name}"

    @property
    def folders(self) -> list[str]:
        """The folders to follow; `folder` names several separated by `;`."""
        named = [name.strip() for name in self.folder.split(";")]
        return [name for name in named if name] or ["INBOX"]

    @property
    def lacks_tokens(self) -> bool:
        """Whether access tokens are wanted and cannot be got."""
        return self.auth == "xoauth2" and not (
            (self.oauth_provider or self.oauth_token_url)
            and self.oauth_client_id
            and self.oauth_refresh_token
        )


def read_accounts(given: object) -> tuple[MailAccount, ...]:
    """Accounts from a list of tables, or from its JSON text.

    Raises:
        ValueError: one of them is wrong; says which, what is wrong, and repeats no value.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given) if given.strip() else []
        except ValueError:
            raise ValueError("is not JSON") from None
    if not isinstance(given, Sequence):
        raise ValueError("is not a list of accounts")
    accounts = tuple(_account(number, one) for number, one in enumerate(given, start=1))
    names = [account.name for account in accounts]
    for name in names:
        if name == USUAL or names.count(name) > 1:
            raise ValueError(f"the name {name} is taken already")
    return accounts


def _account(number: int, given: object) -> MailAccount:
    if isinstance(given, MailAccount):
        return given
    try:
        return MailAccount.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        fault = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"account {number}: {place and f'{place}: '}{fault}") from None
