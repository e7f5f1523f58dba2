"""The IMAP side on Dovecot, the server that most mailboxes are on."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from imapclient.exceptions import LoginError

from bot.sandbox.mailbox import SandboxMailbox
from inbound.mailbox import (
    BATCH_BYTES,
    MAILBOX_TROUBLE,
    MAX_MAIL_BYTES,
    Mailbox,
    MailboxAccess,
    Waiting,
    batches,
)
from tests.dovecot import BINARY, MISSING, PASSWORD, Dovecot, running_dovecot
from tests.mail_door import write_mail

needs_dovecot = pytest.mark.skipif(not BINARY.exists(), reason=MISSING)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with running_dovecot(["one", "two", "three", "four", "five"]) as dovecot:
        yield dovecot


@contextmanager
def opened(server: Dovecot, user: str, **access: Any) -> Iterator[Mailbox]:
    where: dict[str, Any] = {"port": server.port, "security": "plain"} | access
    mailbox = Mailbox(MailboxAccess("127.0.0.1", user=user, **where))
    try:
        mailbox.open(PASSWORD)
        yield mailbox
    finally:
        mailbox.dispose()


@needs_dovecot
@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_a_mailbox_opens_by_every_kind_of_connection(server: Dovecot, security: str) -> None:
    port = server.tls_port if security == "tls" else server.port
    ca_file = None if security == "plain" else server.ca_file
    with opened(server, "one", port=port, security=security, ca_file=ca_file) as mailbox:
        assert mailbox.uidvalidity > 0
        assert mailbox.can_idle


@needs_dovecot
def test_a_server_with_an_unknown_certificate_gets_no_password(server: Dovecot) -> None:
    with (
        pytest.raises(ssl.SSLError),
        opened(server, "one", port=server.tls_port, security="tls", ca_file=None),
    ):
        pytest.fail("it opened")


@needs_dovecot
def test_a_wrong_password_is_told_apart(server: Dovecot) -> None:
    mailbox = Mailbox(MailboxAccess("127.0.0.1", server.port, "one", security="plain"))
    with pytest.raises(LoginError):
        mailbox.open("wrong")
    mailbox.dispose()


@needs_dovecot
def test_only_what_is_above_the_watermark_is_seen_and_no_flag_changes(server: Dovecot) -> None:
    raws = [write_mail(text=f"Mail {number}\n") for number in range(3)]
    server.append("two", raws)
    with opened(server, "two") as mailbox:
        waiting = mailbox.new_mails(0)
        assert [mail.uid for mail in waiting] == [1, 2, 3]
        assert [mail.uid for mail in mailbox.new_mails(2)] == [3]
        assert mailbox.new_mails(3) == []  # `4:*` names the newest mail all the same
        fetched = mailbox.fetch(waiting)
        assert [mail.raw.replace(b"\r\n", b"\n") for mail in fetched] == raws
    client = server.login("two")
    client.select("INBOX", readonly=True)
    assert client.search(None, "UNSEEN")[1] == [b"1 2 3"]
    client.logout()


@needs_dovecot
def test_of_an_oversized_mail_only_the_header_comes(server: Dovecot) -> None:
    server.append("three", [write_mail(text="body\n", subject="Huge")])
    with opened(server, "three") as mailbox:
        [waiting] = mailbox.new_mails(0)
        [fetched] = mailbox.fetch([Waiting(waiting.uid, MAX_MAIL_BYTES + 1)])
    assert fetched.oversized
    assert b"Subject: Huge" in fetched.raw
    assert b"body" not in fetched.raw


@needs_dovecot
def test_a_mail_that_vanishes_before_the_fetch_is_only_missing(server: Dovecot) -> None:
    server.append("four", [write_mail(), write_mail()])
    with opened(server, "four") as mailbox:
        waiting = mailbox.new_mails(0)
        other = server.login("four")
        other.select("INBOX")
        other.store("1", "+FLAGS", "\\Deleted")
        other.expunge()
        other.logout()
        assert [mail.uid for mail in mailbox.fetch(waiting)] == [2]


@needs_dovecot
def test_a_renumbered_folder_has_another_uidvalidity(server: Dovecot) -> None:
    server.append("five", [write_mail()])
    with opened(server, "five") as mailbox:
        before = mailbox.uidvalidity
    server.renumber("five")
    with opened(server, "five") as mailbox:
        assert mailbox.uidvalidity != before


async def test_an_access_token_opens_a_mailbox() -> None:
    box = await SandboxMailbox.start()
    box.access_tokens.add("good")
    access = MailboxAccess(
        "127.0.0.1", box.imap_port, "catalog@sales.example", security="plain", auth="xoauth2"
    )
    mailbox = Mailbox(access)
    await asyncio.to_thread(mailbox.open, "good")
    with pytest.raises(MAILBOX_TROUBLE):
        await asyncio.to_thread(mailbox.open, "stale")
    await asyncio.to_thread(mailbox.dispose)
    await box.stop()


async def test_a_mail_that_the_server_cannot_give_stops_no_other() -> None:
    box = await SandboxMailbox.start()
    for number in range(3):
        await box.put("catalog@sales.example", write_mail(text=f"Mail {number}\n"))
    mailbox = Mailbox(
        MailboxAccess("127.0.0.1", box.imap_port, "catalog@sales.example", security="plain")
    )
    await asyncio.to_thread(mailbox.open, box.password)
    waiting = await asyncio.to_thread(mailbox.new_mails, 0)
    # The batch is refused, and then its first mail alone once more.
    box.imap_faults.answer("UID FETCH", "NO [SERVERBUG] broken", times=2)
    fetched = await asyncio.to_thread(mailbox.fetch, waiting)
    assert ["SERVERBUG" in mail.trouble for mail in fetched] == [True, False, False]
    assert [bool(mail.raw) for mail in fetched] == [False, True, True]
    await asyncio.to_thread(mailbox.dispose)
    await box.stop()


def test_a_batch_holds_neither_too_many_mails_nor_too_many_bytes() -> None:
    small = [Waiting(uid, 100) for uid in range(1, 251)]
    assert [len(batch) for batch in batches(small)] == [100, 100, 50]
    large = [Waiting(uid, BATCH_BYTES // 2 + 1) for uid in range(1, 4)]
    assert [len(batch) for batch in batches(large)] == [1, 1, 1]
    oversized = [Waiting(uid, MAX_MAIL_BYTES + 1) for uid in range(1, 4)]
    assert [len(batch) for batch in batches(oversized)] == [3]
