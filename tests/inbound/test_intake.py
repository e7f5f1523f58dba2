"""Whose mail it is and where it belongs: what joins, what stays outside, what is believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.mailbox import SandboxMailbox
from domain.messages import IncomingMessage
from domain.people import Level
from storage.store import Store
from tests.mail_door import CATALOG, Door, failed, open_door, passed, reply_to, write_mail

AYA = "aya@customer.example"
FROM_AYA = f"Aya <{AYA}>"
SAM = "sam@sales.example"
THREAD = "M-7K3QM4XW9C"
SENT = "n7k3qm4"


class Box:
    """A mailbox that the door looks into once for each mail."""

    def __init__(self, mailbox: SandboxMailbox, door: Door) -> None:
        self.mailbox = mailbox
        self.door = door

    async def take(self, raw: bytes) -> None:
        await self.mailbox.put(CATALOG, raw, trace=False)
        await self.door.poller().once()

    async def message(self, raw: bytes) -> IncomingMessage:
        """The message that the mail became."""
        before = len(self.door.desk.received)
        await self.take(raw)
        assert len(self.door.desk.received) == before + 1, await self.door.rows()
        return self.door.desk.received[-1]


@pytest.fixture
async def box(store: Store, tmp_path: Path) -> AsyncIterator[Box]:
    mailbox = await SandboxMailbox.start()
    yield Box(mailbox, open_door(store, tmp_path, port=mailbox.imap_port))
    await mailbox.stop()


@pytest.fixture
async def thread(box: Box) -> Box:
    """A customer with a conversation in which we have sent a mail."""
    await box.door.add_customer("C-1", AYA, company="Aoba")
    await box.door.add_conversation(THREAD, AYA, "C-1")
    await box.door.add_sent(SENT, AYA, THREAD)
    return box


@pytest.fixture
async def staff_thread(thread: Box) -> Box:
    """The same, and Sam of the staff has been told of it by mail."""
    await thread.door.add_staff("S-1", SAM)
    await thread.door.add_staff("S-2", "kim@sales.example")
    await thread.door.add_sent("nstaff1", SAM, THREAD, staff_id="S-1")
    return thread


async def test_an_unknown_sender_begins_an_anonymous_conversation(box: Box) -> None:
    message = await box.message(write_mail("Bo <Bo@Somewhere.example>"))
    assert message.sender.level is Level.ANONYMOUS
    assert message.sender.customer_id is None
    assert (message.sender.email, message.sender.name) == ("bo@somewhere.example", "Bo")
    assert message.conversation_id is None


async def test_the_address_of_a_customer_alone_is_only_a_claim(thread: Box) -> None:
    message = await thread.message(write_mail(FROM_AYA, subject="Something new"))
    assert (message.sender.level, message.sender.customer_id) == (Level.CLAIMED, "C-1")


async def test_a_pass_of_our_own_server_verifies_the_customer(thread: Box) -> None:
    raw = write_mail(FROM_AYA, headers=[passed("customer.example")])
    message = await thread.message(raw)
    assert (message.sender.level, message.sender.proof) == (Level.VERIFIED, "dkim")


async def test_a_pass_that_another_server_signed_is_worth_nothing(thread: Box) -> None:
    forged = ("Authentication-Results", "mx.other.example; dkim=pass header.d=customer.example")
    message = await thread.message(write_mail(FROM_AYA, headers=[forged]))
    assert message.sender.level is Level.CLAIMED


@pytest.mark.parametrize("way", ["message_id", "address"])
async def test_an_answer_from_whom_we_wrote_to_joins_and_is_verified(thread: Box, way: str) -> None:
    raw = (
        write_mail(FROM_AYA, subject="Re: Your question", answers=SENT)
        if way == "message_id"
        else write_mail(FROM_AYA, subject="Re: Your question", to=reply_to(SENT))
    )
    message = await thread.message(raw)
    assert message.conversation_id == THREAD
    assert (message.sender.level, message.sender.proof) == (Level.VERIFIED, "token")
    assert message.mail["message_id"].endswith("@mailer.example")


async def test_dmarc_fail_beats_the_token(thread: Box) -> None:
    raw = write_mail(
        FROM_AYA, subject="Re: Your question", answers=SENT, headers=[failed("customer.example")]
    )
    message = await thread.message(raw)
    assert message.sender.level is Level.CLAIMED
    assert message.mail["proof"] == "dmarc_fail"


@pytest.mark.parametrize(
    "stranger",
    ["colleague@customer.example", "eve@evil.example", "aya@customer.example.evil.example"],
)
async def test_who_was_in_cc_or_got_it_forwarded_never_joins(thread: Box, stranger: str) -> None:
    message = await thread.message(
        write_mail(stranger, subject="Re: Your question", answers=SENT, to=reply_to(SENT))
    )
    assert message.conversation_id is None
    assert message.mail["mentions"] == THREAD
    assert (message.sender.level, message.sender.customer_id) == (Level.ANONYMOUS, None)
    assert ("conversation_mentioned", (THREAD,)) in thread.door.notices.told


async def test_another_customer_with_the_token_stays_outside(thread: Box) -> None:
    await thread.door.add_customer("C-2", "bo@customer.example")
    message = await thread.message(
        write_mail("bo@customer.example", subject="Re: Your question", answers=SENT)
    )
    assert (message.conversation_id, message.mail["mentions"]) == (None, THREAD)
    assert (message.sender.level, message.sender.customer_id) == (Level.CLAIMED, "C-2")


def _forged_addresses() -> list[str]:
    right = reply_to(SENT)
    local, _, host = right.partition("@")
    return [
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{host}",
        f"catalog+{SENT}@{host}",
        f"catalog+{SENT}.@{host}",
        f"catalog+{SENT}.{'a' * 16}@{host}",
        f"{local}@other.example",
        f"{local.replace(SENT, 'n7k3qm5')}@{host}",
    ]


@pytest.mark.parametrize("address", _forged_addresses())
async def test_a_forged_reply_address_leads_nowhere(thread: Box, address: str) -> None:
    message = await thread.message(write_mail(FROM_AYA, subject="Mine", to=address))
    assert message.conversation_id is None
    assert message.sender.level is Level.CLAIMED
    assert "mentions" not in message.mail


async def test_a_forged_message_id_leads_nowhere(thread: Box) -> None:
    raw = write_mail(FROM_AYA, subject="Mine", answers=SENT).replace(SENT.encode(), b"n7k3qm5")
    message = await thread.message(raw)
    assert (message.conversation_id, message.sender.level) == (None, Level.CLAIMED)


async def test_a_new_subject_on_an_old_thread_is_split_off(thread: Box) -> None:
    message = await thread.message(
        write_mail(FROM_AYA, subject="Broken projector in room 5", answers=SENT)
    )
    assert message.conversation_id is None
    assert (message.mail["mentions"], message.mail["mentions_because"]) == (THREAD, "new_subject")
    assert message.sender.level is Level.VERIFIED


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Your question",
        "RE: AW: Your  question [M-7K3QM4XW9C]",
        "返信: Your question",
        "",
        "your question (2)",
    ],
)
async def test_what_mailers_do_to_a_subject_splits_nothing(thread: Box, subject: str) -> None:
    message = await thread.message(write_mail(FROM_AYA, subject=subject, answers=SENT))
    assert message.conversation_id == THREAD


async def test_the_same_subject_from_the_same_sender_goes_on(thread: Box) -> None:
    message = await thread.message(write_mail(FROM_AYA, subject="Re: Your question"))
    assert message.conversation_id == THREAD
    assert message.sender.level is Level.CLAIMED


async def test_a_visible_reference_counts_only_with_its_own_sender(thread: Box) -> None:
    subject = f"About [{THREAD}]"
    own = await thread.message(write_mail(FROM_AYA, subject=subject))
    other = await thread.message(write_mail("eve@evil.example", subject=subject))
    assert own.conversation_id == THREAD
    assert (other.conversation_id, other.mail["mentions"]) == (None, THREAD)


async def test_a_proven_colleague_may_use_the_reference(thread: Box) -> None:
    await thread.door.add_customer("C-3", "chief@customer.example", company="Aoba")
    subject = f"About [{THREAD}]"
    claimed = await thread.message(write_mail("chief@customer.example", subject=subject))
    proven = await thread.message(
        write_mail("chief@customer.example", subject=subject, headers=[passed("customer.example")])
    )
    assert claimed.conversation_id is None
    assert proven.conversation_id == THREAD


async def test_a_second_mail_behind_the_own_first_one_joins_it(box: Box) -> None:
    await box.message(write_mail("bo@somewhere.example", subject="Toner", name="first"))
    [row] = await box.door.rows()
    follow = [("In-Reply-To", "<first@mailer.example>")]
    own = await box.message(
        write_mail("bo@somewhere.example", subject="Toner!", headers=follow, text="And paper\n")
    )
    other = await box.message(write_mail("eve@evil.example", subject="Toner", headers=follow))
    assert own.conversation_id == row.conversation_id
    assert (other.conversation_id, other.mail["mentions"]) == (None, row.conversation_id)


async def test_an_answer_to_a_catalog_knows_catalog_and_customer(box: Box) -> None:
    await box.door.add_customer("C-1", AYA)
    await box.door.add_sent("ncatalog", AYA, catalog_number="OFFICE2026", customer_id="C-1")
    message = await box.message(write_mail(FROM_AYA, answers="ncatalog", subject="Re: Catalog"))
    assert (message.catalog_number, message.conversation_id) == ("OFFICE2026", None)
    assert (message.sender.level, message.sender.customer_id) == (Level.VERIFIED, "C-1")


async def test_two_customers_with_one_address_are_told_apart_by_the_mail_they_got(
    box: Box,
) -> None:
    await box.door.add_customer("C-1", AYA)
    await box.door.add_customer("C-2", AYA)
    await box.door.add_sent("ncatalog", AYA, catalog_number="X", customer_id="C-2")
    answered = await box.message(write_mail(FROM_AYA, answers="ncatalog", subject="Re: X"))
    fresh = await box.message(write_mail(FROM_AYA, subject="Hello"))
    assert answered.sender.customer_id == "C-2"
    assert (fresh.sender.customer_id, fresh.sender.level) == (None, Level.ANONYMOUS)


async def test_a_staff_answer_goes_to_the_customer(staff_thread: Box) -> None:
    await staff_thread.take(write_mail(SAM, "We come on Friday.\n", answers="nstaff1"))
    [said] = staff_thread.door.desk.said
    assert (said.staff_id, said.conversation_id, said.internal) == ("S-1", THREAD, False)
    assert said.text.strip() == "We come on Friday."


@pytest.mark.parametrize("text", ["note: he is angry\n", "メモ：お怒りです\n", "Note : careful\n"])
async def test_a_staff_note_stays_inside(staff_thread: Box, text: str) -> None:
    await staff_thread.take(write_mail(SAM, text, answers="nstaff1"))
    [said] = staff_thread.door.desk.said
    assert said.internal
    assert not said.text.lower().startswith(("note", "メモ"))


async def test_an_unproven_staff_answer_is_kept_inside_and_told(staff_thread: Box) -> None:
    raw = write_mail(SAM, "Send gold.\n", answers="nstaff1", headers=[failed("sales.example")])
    await staff_thread.take(raw)
    [said] = staff_thread.door.desk.said
    assert said.internal
    assert not said.proven
    assert staff_thread.door.notices.told == [("staff_mail_unproven", (SAM, "dmarc_fail"))]


async def test_a_colleague_with_the_forwarded_mail_only_leaves_a_note(staff_thread: Box) -> None:
    raw = write_mail(
        "kim@sales.example", "I know him.\n", answers="nstaff1", headers=[passed("sales.example")]
    )
    await staff_thread.take(raw)
    [said] = staff_thread.door.desk.said
    assert (said.staff_id, said.internal, said.proven) == ("S-2", True, True)


async def test_a_customer_who_got_the_staff_mail_forwarded_is_no_staff(staff_thread: Box) -> None:
    message = await staff_thread.message(
        write_mail(FROM_AYA, "I read all that!\n", answers="nstaff1", subject="Fwd: x")
    )
    assert staff_thread.door.desk.said == []
    assert message.sender.level is Level.CLAIMED


async def test_the_address_of_staff_without_proof_is_suspect(staff_thread: Box) -> None:
    await staff_thread.take(write_mail(SAM, "Let me in.\n"))
    [row] = await staff_thread.door.rows()
    assert (row.status, staff_thread.door.desk.received) == ("quarantined", [])


async def test_somebody_who_left_the_staff_sends_nothing_to_customers(staff_thread: Box) -> None:
    await staff_thread.door.add_sent("nstaff2", "left@sales.example", THREAD, staff_id="S-1")
    await staff_thread.take(write_mail("left@sales.example", "Bye.\n", answers="nstaff2"))
    assert (await staff_thread.door.statuses(), staff_thread.door.desk.said) == (
        ["quarantined"],
        [],
    )


async def test_a_vacation_answer_is_kept_and_answered_by_nobody(thread: Box) -> None:
    raw = write_mail(FROM_AYA, answers=SENT, headers=[("Auto-Submitted", "auto-replied")])
    await thread.take(raw)
    [row] = await thread.door.rows()
    assert (row.status, row.kind, row.conversation_id) == ("ignored", "auto_reply", THREAD)
    assert thread.door.desk.received == []


async def test_our_own_mail_come_back_is_ignored(thread: Box) -> None:
    await thread.take(write_mail(f"Us <{CATALOG}>"))
    await thread.take(write_mail(reply_to(SENT)))
    assert await thread.door.statuses() == ["ignored", "ignored"]


async def test_two_senders_in_from_are_nobody(box: Box) -> None:
    raw = write_mail("a@customer.example, b@customer.example")
    await box.take(raw)
    assert await box.door.statuses() == ["quarantined"]


async def test_an_answer_to_a_notice_does_not_speak_for_the_customer(thread: Box) -> None:
    row = await thread.door.add_sent("nadmin", "boss@sales.example", THREAD)
    row.kind = "admin_request"
    await thread.door.store.write(lambda session: session.merge(row))
    await thread.take(write_mail("boss@sales.example", "Who is this?\n", answers="nadmin"))
    assert (await thread.door.statuses(), thread.door.desk.received) == (["quarantined"], [])
