"""What follows from robots, attachments and faults, seen through the whole door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.sandbox.mailbox import SandboxMailbox
from domain.signing import message_id
from inbound.breaker import IN_A_ROW, REST, Breaker
from storage.files import FileFolder
from storage.store import Store
from storage.suppressions import suppressed
from storage.tables import FileRow, OutboxRow
from tests.mail_door import CATALOG, KEYS, Door, open_door, write_mail

AYA = "aya@customer.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


class Box:
    """A mailbox that the door looks into once for each mail."""

    def __init__(self, mailbox: SandboxMailbox, door: Door) -> None:
        self.mailbox = mailbox
        self.door = door

    async def take(self, raw: bytes) -> None:
        await self.mailbox.put(CATALOG, raw, trace=False)
        await self.door.poller().once()

    async def suppressed(self) -> set[str]:
        return await self.door.store.read(lambda session: suppressed(session, [AYA]))


@pytest.fixture
async def box(store: Store, tmp_path: Path) -> AsyncIterator[Box]:
    mailbox = await SandboxMailbox.start()
    yield Box(mailbox, open_door(store, tmp_path, port=mailbox.imap_port))
    await mailbox.stop()


def bounce(original: str, *, status: str = "5.1.1", failed: str = AYA) -> bytes:
    """A delivery status notification about the mail with that Message-ID (RFC 3464)."""
    action = "failed" if status.startswith("5") else "delayed"
    return f"""From: Mail Delivery System <mailer-daemon@mx.customer.example>
To: {CATALOG}
Subject: Undelivered Mail Returned to Sender
Date: Sat, 21 Nov 2026 10:00:00 +0000
Message-ID: <bounce-{status}-{original[:8]}@mx.customer.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {failed}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: message/rfc822

From: Us <{CATALOG}>
To: {AYA}
Subject: Catalog
Message-ID: <{original}>

Text
--b--
""".encode()


async def test_a_permanent_bounce_stops_bulk_mail_and_is_told(box: Box) -> None:
    await box.door.add_sent("ncatalog", AYA, catalog_number="X")
    await box.take(bounce(message_id(KEYS, CATALOG, "ncatalog")))
    [row] = await box.door.rows()
    assert (row.status, row.kind) == ("ignored", "bounce")
    assert await box.suppressed() == {AYA}
    assert box.door.notices.told == [("delivery_failed", ("ncatalog", AYA))]
    sent = await box.door.store.read(lambda session: session.get_one(OutboxRow, "ncatalog"))
    assert (sent.status, "bounced" in sent.last_error) == ("dead", True)


async def test_a_passing_failure_stops_nothing(box: Box) -> None:
    await box.door.add_sent("ncatalog", AYA, catalog_number="X")
    await box.take(bounce(message_id(KEYS, CATALOG, "ncatalog"), status="4.2.2"))
    assert await box.suppressed() == set()
    assert box.door.notices.told == []
    assert await box.door.statuses() == ["ignored"]


async def test_a_forged_bounce_silences_nobody(box: Box) -> None:
    await box.door.add_sent("ncatalog", AYA, catalog_number="X")
    right = message_id(KEYS, CATALOG, "ncatalog")
    for original in (right.replace("ncatalog", "ncatalof"), f"ncatalog@{CATALOG}", "x@y.example"):
        await box.take(bounce(original))
    assert await box.suppressed() == set()
    assert box.door.notices.told == []


async def test_a_bounce_counts_for_whom_we_wrote_to_and_not_for_whom_it_names(box: Box) -> None:
    await box.door.add_sent("ncatalog", "bo@customer.example", catalog_number="X")
    await box.take(bounce(message_id(KEYS, CATALOG, "ncatalog"), failed=AYA))
    assert await box.suppressed() == set()


async def test_a_bounced_staff_mail_does_not_stop_mail_to_staff(box: Box) -> None:
    await box.door.add_sent("nstaff", AYA, staff_id="S-1")
    await box.take(bounce(message_id(KEYS, CATALOG, "nstaff")))
    assert await box.suppressed() == set()
    assert [name for name, _ in box.door.notices.told] == ["delivery_failed"]


def with_files(*files: tuple[str, str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = AYA, CATALOG, "Files"
    mail["Message-ID"] = "<files@mailer.example>"
    mail.set_content("See the files.\n")
    for name, content_type, content in files:
        main, _, sub = content_type.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


async def test_attachments_are_kept_by_what_they_are(box: Box, tmp_path: Path) -> None:
    await box.take(
        with_files(
            ("photo.txt", "text/plain", PNG),
            ("../../run.exe", "image/png", b"MZ\x90\x00binary"),
            ("page.html", "image/png", b"<html><script>alert(1)</script></html>"),
            ("empty.bin", "application/octet-stream", b""),
        )
    )
    [message] = box.door.desk.received
    [row] = await box.door.rows()
    found = await box.door.store.read(
        lambda session: {
            file.id: file for file in session.scalars(select(FileRow).order_by(col(FileRow.name)))
        }
    )
    photo, run, page = (found[file_id] for file_id in message.files)
    assert (photo.content_type, photo.inline) == ("image/png", True)
    assert (run.name, run.content_type, run.inline) == (
        "run.exe",
        "application/x-msdownload",
        False,
    )
    assert (page.content_type, page.inline) == ("text/html", False)
    assert photo.conversation_id == row.conversation_id
    folder = FileFolder(tmp_path / "var")
    assert folder.read(photo.sha256) == PNG
    assert folder.path(photo.sha256).stat().st_mode & 0o777 == 0o600
    [skipped] = message.mail["skipped_files"]
    assert (skipped["name"], skipped["size"]) == ("empty.bin", 0)


async def test_many_files_are_not_all_kept_and_the_rest_is_named(box: Box) -> None:
    files = [(f"{number}.txt", "text/plain", b"%d" % number) for number in range(23)]
    await box.take(with_files(*files))
    [message] = box.door.desk.received
    assert len(message.files) == 20
    assert [one["reason"] for one in message.mail["skipped_files"]] == ["too_many"] * 3


async def test_a_very_long_mail_is_cut_visibly(box: Box) -> None:
    await box.take(write_mail(text="A line of words.\n" * 2_000))
    [message] = box.door.desk.received
    assert len(message.text) == 20_000
    assert message.text.endswith("[…]")


def test_the_breaker_opens_after_failures_in_a_row_and_closes_again() -> None:
    breaker = Breaker()
    assert [breaker.failed(NOW) for _ in range(IN_A_ROW)] == [False] * (IN_A_ROW - 1) + [True]
    assert breaker.is_open(NOW + REST - timedelta(seconds=1))
    assert not breaker.is_open(NOW + REST)


def test_the_breaker_stays_closed_while_most_mails_work() -> None:
    breaker = Breaker()
    for number in range(400):
        if number % 3:
            breaker.worked()
        else:
            assert not breaker.failed(NOW)


async def test_when_all_mails_fail_the_work_rests_but_the_storing_does_not(box: Box) -> None:
    box.door.reader.failing.add(b"Please")
    for number in range(IN_A_ROW):
        await box.mailbox.put(CATALOG, write_mail(text=f"Please {number}\n"), trace=False)
    await box.door.poller().once()
    assert await box.door.statuses() == ["quarantined"] * IN_A_ROW
    assert "door_paused" in [name for name, _ in box.door.notices.told]
    await box.take(write_mail(text="after\n"))
    assert (await box.door.statuses())[-1] == "stored"
