"""Mail out: the same bytes at every try, no foreign headers, a meaning for each refusal."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlmodel import Session

from bot.desk import new_notification_id
from bot.sandbox.mailbox import SandboxMailbox
from domain.notifications import Notification, OutboxChannel
from domain.signing import notification_of_message_id
from storage.outbox import owe
from tests.bot.staff_side import ADMIN, CATALOG, KEYS, StaffSide

TO = "ada@customer.example"


async def owe_mail(side: StaffSide, key: str = "k", to: str = TO, **payload: Any) -> None:
    given: Mapping[str, Any] = {"subject": "Hello", "text": "Hi\n", "html": "<p>Hi</p>"} | payload
    kind = str(payload.pop("kind", "answer"))
    now = side.clock()

    def unit(session: Session) -> None:
        one = Notification(key, OutboxChannel.EMAIL, kind, to, given)
        owe(session, one, now=now, new_id=new_notification_id)

    await side.store.write(unit)


async def test_a_mail_whose_shared_content_is_gone_holds_up_no_other(
    staff_side: StaffSide,
) -> None:
    def unit(session: Session) -> None:
        one = Notification("k", OutboxChannel.EMAIL, "catalog", TO, {"shared": "gone", "fill": {}})
        owe(session, one, now=staff_side.clock(), new_id=new_notification_id)

    await staff_side.store.write(unit)
    await owe_mail(staff_side, "k2", to=ADMIN)

    await staff_side.deliver()

    assert {row.key: row.status for row in await staff_side.rows()} == {"k": "dead", "k2": "sent"}
    assert await staff_side.mails(TO) == []


async def only_mail(side: StaffSide, address: str = TO) -> Any:
    (mail,) = await side.mails(address)
    return mail


async def test_text_in_any_script_arrives_as_it_was_written(staff_side: StaffSide) -> None:
    text = "お世話になっております。\n.\nFrom here: äöü 😀\n" + "長" * 5_000 + "\nend \n"
    await owe_mail(
        staff_side, subject="ご連絡 – " + "長い件名" * 20, text=text, to_name="青木 陽子"
    )

    await staff_side.deliver()

    mail = await only_mail(staff_side)
    assert mail["Subject"] == "ご連絡 – " + "長い件名" * 20
    assert mail["To"].addresses[0].display_name == "青木 陽子"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    raw = staff_side.mailbox.history[0].raw
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()


async def test_a_mail_answers_in_its_thread_and_says_that_a_robot_wrote(
    staff_side: StaffSide,
) -> None:
    ids = [f"id-{number}@customer.example" for number in range(40)]
    await owe_mail(
        staff_side, in_reply_to=ids[-1], references=ids, auto="auto-replied", reply_token=True
    )

    await staff_side.deliver()

    mail = await only_mail(staff_side)
    assert mail["In-Reply-To"] == f"<{ids[-1]}>"
    references = mail["References"].split()
    assert (references[0], references[-1]) == (f"<{ids[0]}>", f"<{ids[-1]}>")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    (row,) = await staff_side.rows()
    assert notification_of_message_id(KEYS, mail["Message-ID"]) == row.id
    assert parsedate_to_datetime(mail["Date"]) == row.created_at.replace(microsecond=0)
    assert row.remote_id == mail["Message-ID"].strip("<>")


async def test_every_try_sends_the_same_bytes(staff_side: StaffSide) -> None:
    staff_side.mailbox.smtp_faults.lose_answer(times=2)
    attachment = {"filename": "注文.csv", "content_type": "text/csv", "text": "a,b\n1,2\n"}
    await owe_mail(staff_side, attachments=[attachment])

    for _ in range(3):
        await staff_side.deliver()
        staff_side.clock.advance(30)

    first, second, third = staff_side.mailbox.history
    assert first.raw == second.raw == third.raw
    (row,) = await staff_side.rows()
    assert row.status == "sent"
    (file,) = list((await staff_side.mails(TO))[0].iter_attachments())
    assert (file.get_filename(), file.get_content()) == ("注文.csv", "a,b\n1,2\n")


@pytest.mark.parametrize("bad", ["\r\n", "\n", "\r", "\0", "\x0b", "\u2028", "\x85"])
async def test_nobody_writes_a_header_of_ours(staff_side: StaffSide, bad: str) -> None:
    evil = f"x{bad}Bcc: eve@elsewhere.example{bad}{bad}body"
    await owe_mail(
        staff_side,
        subject=evil,
        to_name=evil,
        in_reply_to=evil,
        references=[evil, f"<{evil}>"],
        attachments=[{"filename": evil, "content_type": evil, "text": "t"}],
    )

    await staff_side.deliver()

    (sent,) = staff_side.mailbox.history
    assert sent.recipients == (TO,)
    mail = await only_mail(staff_side)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("x")
    head = sent.raw.partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head
    assert not any(byte in head.replace(b"\r\n", b"") for byte in b"\r\n\0")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nRCPT TO:<eve@elsewhere.example>",
        "a@b.example, eve@elsewhere.example",
        "a@b.example>\nBcc: eve@elsewhere.example",
        "<a@b.example>",
        "no address",
        "",
    ],
)
async def test_what_is_no_address_is_never_sent_to(staff_side: StaffSide, address: str) -> None:
    await owe_mail(staff_side, to=address)

    await staff_side.deliver()

    assert staff_side.mailbox.history == []
    (row,) = await staff_side.rows()
    assert row.status == "dead"


async def test_a_bad_recipient_does_not_hold_up_the_others(staff_side: StaffSide) -> None:
    faults = staff_side.mailbox.smtp_faults
    faults.fail("RCPT", 550, recipient="gone@customer.example")
    faults.fail("RCPT", 451, recipient="later@customer.example")
    for number, name in enumerate(("gone", "later", "fine")):
        await owe_mail(staff_side, f"k{number}", f"{name}@customer.example")

    await staff_side.deliver()

    states = {row.recipient.partition("@")[0]: row.status for row in await staff_side.rows()}
    assert states == {"gone": "dead", "later": "pending", "fine": "sent"}
    staff_side.clock.advance(5)
    await staff_side.deliver()
    assert len(await staff_side.mails("later@customer.example")) == 1


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "DATA", "END"])
async def test_a_server_in_trouble_is_tried_again_and_nothing_is_lost(
    staff_side: StaffSide, command: str
) -> None:
    staff_side.mailbox.smtp_faults.fail(command, 421, times=2)
    for number in range(3):
        await owe_mail(staff_side, f"k{number}")

    for _ in range(4):
        await staff_side.deliver()
        staff_side.clock.advance(20)

    assert {row.status for row in await staff_side.rows()} == {"sent"}
    assert len(await staff_side.mails(TO)) == 3


async def test_an_outage_costs_one_try_at_a_time_and_no_attempts(staff_side: StaffSide) -> None:
    for number in range(30):
        await owe_mail(staff_side, f"k{number:02}")
    port, staff_side.mailbox.smtp_port = staff_side.mailbox.smtp_port, 1
    tries = 0
    for _ in range(24 * 4):  # a day, a quarter of an hour at a time
        tries += await staff_side.deliver()
        staff_side.clock.advance(900)
    assert 0 < tries <= 24 * 4
    rows = await staff_side.rows()
    assert {row.status for row in rows} == {"pending"}
    assert {row.attempts for row in rows} == {0}

    staff_side.mailbox.smtp_port = port
    staff_side.clock.advance(600)
    await staff_side.deliver()

    assert len(await staff_side.mails(TO)) == 30


async def test_a_wrong_password_is_told_once_in_slack(staff_side: StaffSide) -> None:
    assert staff_side.slack is not None
    box = await SandboxMailbox.start(smtp_login=True)
    try:
        await owe_mail(staff_side)
        sender = staff_side.mail_sender(port=box.smtp_port, user=CATALOG, password="wrong")
        senders = {"email": sender, "slack": staff_side.slack_sender()}
        for _ in range(3):
            await staff_side.worker(senders=senders).deliver_due()
            staff_side.clock.advance(600)
        (notice,) = staff_side.slack.messages("#sales")
        assert "535" in notice.text
        (mail, _) = await staff_side.rows()
        assert mail.status == "pending"
    finally:
        await box.stop()


async def test_staff_who_cannot_be_reached_are_told_to_the_administrator(
    staff_side: StaffSide,
) -> None:
    staff_side.mailbox.smtp_faults.fail("RCPT", 550, recipient="aya@sales.example", times=5)
    await staff_side.open_request()

    await staff_side.deliver()

    mails = await staff_side.mails(ADMIN)
    assert len([mail for mail in mails if "do not arrive" in mail["Subject"]]) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_mail_goes_out_encrypted_and_only_to_whom_we_trust(
    staff_side: StaffSide, security: Any, tmp_path: Path
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    box = await SandboxMailbox.start(tls=context, implicit_tls=security == "tls", smtp_login=True)
    box.access_tokens.add("right-token")
    try:
        await owe_mail(staff_side)

        async def token() -> str:
            return "right-token"

        given: dict[str, Any] = {"port": box.smtp_port, "security": security, "user": CATALOG}
        untrusting = staff_side.mail_sender(**given, token=token)
        trouble = await untrusting.connect()
        assert trouble is not None
        assert trouble.cause == "tls"
        trusting = staff_side.mail_sender(**given, token=token, ca_file=tmp_path / "ca.pem")
        await staff_side.worker(senders={"email": trusting}).deliver_due()
        (sent,) = box.history
        assert (sent.encrypted, sent.user) == (True, CATALOG)
    finally:
        await box.stop()


async def test_a_chat_answer_that_was_read_needs_no_mail(staff_side: StaffSide) -> None:
    await staff_side.open_request()
    await staff_side.deliver()
    await staff_side.staff_answers("We call at three.", read=True)

    await staff_side.deliver()

    assert await staff_side.mails(TO) == []
    assert staff_side.slack is not None
    (card,) = staff_side.cards()
    assert "Shown to the customer" in staff_side.slack.thread(card.channel, card.ts)[-1].text


async def test_a_chat_answer_that_nobody_read_goes_by_mail_and_the_thread_says_so(
    staff_side: StaffSide,
) -> None:
    await staff_side.open_request()
    await staff_side.deliver()
    await staff_side.staff_answers("We call at three.", read=False)

    await staff_side.deliver()

    assert len(await staff_side.mails(TO)) == 1
    assert staff_side.slack is not None
    (card,) = staff_side.cards()
    assert f"by e-mail ({TO})" in staff_side.slack.thread(card.channel, card.ts)[-1].text


async def test_an_answer_that_cannot_be_delivered_is_shown_as_such(staff_side: StaffSide) -> None:
    await staff_side.open_request()
    await staff_side.deliver()
    staff_side.mailbox.smtp_faults.fail("RCPT", 550, "no such user", recipient=TO)
    await staff_side.staff_answers("We call at three.", read=False)

    await staff_side.deliver()

    assert staff_side.slack is not None
    (card,) = staff_side.cards()
    last = staff_side.slack.thread(card.channel, card.ts)[-1]
    assert "NOT delivered" in last.text
    assert "no such user" in last.text
