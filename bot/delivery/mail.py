"""Mail out by SMTP: one connection for a batch, and what each answer of the server means."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Literal

import aiosmtplib
from aiosmtplib import errors as smtp

from bot.delivery.answers import ANSWERS, UNLESS_READ, Answers, is_read_already
from bot.delivery.compose import Attachment, Composer
from bot.delivery.headers import BadAddress, clean_address
from bot.delivery.outcome import NotNow, Outcome, Refused, Sent, Unreachable
from domain.signing import message_id
from storage.leases import Claimed
from storage.shared_contents import lacks_content
from storage.store import Store

CONNECT_SECONDS = 10.0
#: Wrong credentials do not become right by asking often, and some servers lock who tries.
AUTH_WAIT = timedelta(minutes=5)

#: Gives the access token for XOAUTH2.
TokenProvider = Callable[[], Awaitable[str]]
#: Finds the files of a mail's payload. Raises LookupError where one is gone.
LoadAttachments = Callable[[Claimed], Awaitable[Sequence[Attachment]]]


class MailSender:
    """Sends the outbox's mails by one SMTP server.

    Args:
        token: for XOAUTH2, used instead of the password.
        ca_file: certificates that are trusted beside the system's.
    """

    in_order = False
    pace = timedelta(0)

    def __init__(
        self,
        composer: Composer,
        load_attachments: LoadAttachments,
        answers: Answers,
        store: Store,
        *,
        host: str,
        port: int,
        security: Literal["tls", "starttls", "plain"],
        user: str = "",
        password: str = "",
        token: TokenProvider | None = None,
        ca_file: Path | None = None,
        timeout_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._composer = composer
        self._load_attachments = load_attachments
        self._answers, self._store = answers, store
        self._host, self._port, self._security = host, port, security
        self._user, self._password, self._token = user, password, token
        self._ca_file = ca_file
        self._timeout = timeout_seconds

    async def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        """Try each mail; a server that cannot be used ends the batch at once."""
        client = self._client()
        try:
            trouble = await self.connect(client)
            if trouble is not None:
                yield batch[0], trouble
                return
            for claimed in batch:
                outcome = self._with_news(claimed, await self._send_one(client, claimed))
                yield claimed, outcome
                if isinstance(outcome, Unreachable):
                    return
                if not client.is_connected and await self.connect(client) is not None:
                    return  # the rest is given back, and the next batch finds out why
        finally:
            await _leave(client)

    async def close(self) -> None:
        """Nothing is held between batches."""

    async def connect(self, client: aiosmtplib.SMTP | None = None) -> Unreachable | None:
        """Connect, encrypt and log in as set up; what kept us from it, None where nothing did.

        Without `client` it is only a trial.
        """
        trial = client is None
        client = client or self._client()
        try:
            await client.connect()
            if self._token is not None:
                await client.auth_xoauth2(self._user, await self._token())
            elif self._user:
                await client.login(self._user, self._password)
        except smtp.SMTPAuthenticationError as error:
            # A temporary failure (454) is the server's trouble, not a wrong password.
            wrong = error.code >= 500
            return Unreachable(
                _words(error), wait=AUTH_WAIT if wrong else None, cause="auth" if wrong else None
            )
        except smtp.SMTPResponseException as error:
            return Unreachable(_words(error))
        except Exception as error:  # also whatever the token provider raises
            return Unreachable(_words(error), cause="tls" if _is_tls(error) else None)
        else:
            return None
        finally:
            if trial:
                await _leave(client)

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            tls_context=self._tls_context(),
            # The machine's own name may be private, and some servers refuse what is no host name.
            local_hostname=self._composer.catalog_address.rpartition("@")[2] or "localhost",
            timeout=self._timeout,
        )

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._security == "plain":
            return None
        context = ssl.create_default_context()
        if self._ca_file is not None:
            context.load_verify_locations(self._ca_file)
        return context

    def _with_news(self, claimed: Claimed, outcome: Outcome) -> Outcome:
        if claimed.kind not in ANSWERS:
            return outcome
        match outcome:
            case Sent(remote_id=remote_id):
                news = partial(self._answers.delivered, by_mail=remote_id is not None)
                return replace(outcome, also=lambda session: news(session, claimed))
            case Refused(error=error):
                return replace(
                    outcome, also=lambda session: self._answers.failed(session, claimed, error)
                )
            case _:
                return outcome

    async def _send_one(self, client: aiosmtplib.SMTP, claimed: Claimed) -> Outcome:
        if claimed.kind in UNLESS_READ and await self._store.read(
            lambda session: is_read_already(session, claimed)
        ):
            return Sent()
        if lacks_content(claimed.payload):
            return Refused("what it shares with others is gone")
        try:
            attachments = await self._load_attachments(claimed)
            raw = self._composer.compose(claimed, attachments)
        except BadAddress as error:
            return Refused(str(error), cause=_cause(claimed))
        except LookupError as error:
            return Refused(f"a file is gone: {error}")
        sender = self._composer.catalog_address
        try:
            await client.sendmail(sender, [clean_address(claimed.recipient)], raw)
        except Exception as error:
            return _outcome_of(error, claimed)
        return Sent(message_id(self._composer.keys, sender, claimed.id))


def _outcome_of(error: Exception, claimed: Claimed) -> Outcome:
    match error:
        case smtp.SMTPRecipientsRefused(recipients=refused):
            return _of_code(refused[0].code, _words(refused[0]), claimed)
        case smtp.SMTPSenderRefused():
            # Not this mail's fault: the server does not take mail from us (now).
            return Unreachable(_words(error), cause="sender" if error.code >= 500 else None)
        case smtp.SMTPResponseException(code=code):
            return _of_code(code, _words(error), claimed)
        case _:
            # Cut or silent after DATA: it may have arrived. A repeat has the same Message-ID.
            return Unreachable(_words(error), may_have_happened=True)


def _of_code(code: int, words: str, claimed: Claimed) -> Outcome:
    if code == 421:  # the server is about to close the connection
        return Unreachable(words)
    if 400 <= code < 500:
        return NotNow(words)
    return Refused(words, cause=_cause(claimed))


def _cause(claimed: Claimed) -> str | None:
    """A member of staff who cannot be reached is to be mended; a customer's address is not ours."""
    to_staff = claimed.kind.startswith("staff_") and claimed.kind not in ANSWERS
    return f"address:{claimed.recipient}" if to_staff else None


def _is_tls(error: BaseException | None) -> bool:
    """Whether encryption failed: the reason lies somewhere behind the library's own error."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _words(error: Exception) -> str:
    if isinstance(error, smtp.SMTPResponseException):
        return f"{error.code} {error.message}"
    return f"{type(error).__name__}: {error}"


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say goodbye where somebody still listens."""
    try:
        if client.is_connected:
            await client.quit()
    except (OSError, smtp.SMTPException):
        client.close()
