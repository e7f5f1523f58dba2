"""The mailbox stand-in, tried with the clients that the product uses, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import select
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import imapclient
import pytest
import trustme
from imapclient import IMAPClient

from bot.sandbox.mailbox import SandboxMailbox

CATALOG = "catalog@sales.example"
MAIL = (
    b"From: Aya <aya@customer.example>\r\nTo: catalog@sales.example\r\nSubject: Hello\r\n\r\nHi\r\n"
)


@pytest.fixture
async def mailbox() -> AsyncIterator[SandboxMailbox]:
    box = await SandboxMailbox.start()
    yield box
    await box.stop()


@contextmanager
def logged_in(box: SandboxMailbox, user: str = CATALOG) -> Iterator[IMAPClient]:
    client = IMAPClient("127.0.0.1", box.imap_port, ssl=False, timeout=30)
    try:
        client.login(user, box.password)
        yield client
    finally:
        try:
            client.logout()
        except (imapclient.exceptions.IMAPClientError, OSError):
            client.shutdown()


async def by_imap(box: SandboxMailbox, work: Callable[[IMAPClient], Any]) -> Any:
    """Run blocking imapclient work beside the loop that serves it."""

    def run() -> Any:
        with logged_in(box) as client:
            client.select_folder("INBOX")
            return work(client)

    return await asyncio.to_thread(run)


async def send(box: SandboxMailbox, *recipients: str, **options: Any) -> Any:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Aya <aya@customer.example>", CATALOG, "Hello"
    mail.set_content("Hi\n.a line with a dot\n")
    return await aiosmtplib.send(
        mail,
        hostname="127.0.0.1",
        port=box.smtp_port,
        start_tls=False,
        sender="aya@customer.example",
        recipients=list(recipients) or [CATALOG],
        **({"timeout": 30} | options),
    )


async def test_a_mail_sent_by_smtp_is_read_by_imap_with_its_dots(mailbox: SandboxMailbox) -> None:
    await send(mailbox)

    def read(client: IMAPClient) -> Any:
        uids = client.search(["UID", "1:*"])
        return client.fetch(uids, ["RFC822.SIZE", "BODY.PEEK[]", "FLAGS", "INTERNALDATE"])

    fetched = await by_imap(mailbox, read)
    raw = fetched[1][b"BODY[]"]
    assert raw.endswith(b"Hi\r\n.a line with a dot\r\n")
    assert fetched[1][b"RFC822.SIZE"] == len(raw)
    assert fetched[1][b"FLAGS"] == ()
    assert [raw] == await mailbox.mails(CATALOG)


async def test_each_recipient_of_the_envelope_gets_it_whatever_the_header_says(
    mailbox: SandboxMailbox,
) -> None:
    await send(mailbox, "one@a.example", "TWO@b.example")
    assert mailbox.addresses == ["one@a.example", "two@b.example"]
    assert len(await mailbox.mails("two@b.example")) == 1
    assert mailbox.history[0].recipients == ("one@a.example", "TWO@b.example")
    assert mailbox.history[0].mail_from == "aya@customer.example"


async def test_a_plus_address_arrives_at_the_plain_one_and_stays_readable(
    mailbox: SandboxMailbox,
) -> None:
    await mailbox.put("Catalog+T0ken@sales.example", MAIL)
    (raw,) = await mailbox.mails(CATALOG)
    assert b"Delivered-To: Catalog+T0ken@sales.example\r\n" in raw
    assert b"X-Original-To: Catalog+T0ken@sales.example\r\n" in raw


async def test_idle_wakes_for_a_mail_by_smtp_and_for_one_put_in(mailbox: SandboxMailbox) -> None:
    loop = asyncio.get_running_loop()

    def wait(client: IMAPClient, bring: Callable[[], Any]) -> list[tuple[int, bytes]]:
        client.idle()
        asyncio.run_coroutine_threadsafe(bring(), loop)
        ready, _, _ = select.select([client.socket()], [], [], 5)
        assert ready, "IDLE was not woken"
        lines: list[tuple[int, bytes]] = client.idle_done()[1]
        return lines

    assert (1, b"EXISTS") in await by_imap(mailbox, lambda c: wait(c, lambda: send(mailbox)))
    assert (2, b"EXISTS") in await by_imap(
        mailbox, lambda c: wait(c, lambda: mailbox.put(CATALOG, MAIL))
    )


async def test_a_mail_is_moved_with_its_own_keywords(mailbox: SandboxMailbox) -> None:
    await mailbox.put(CATALOG, MAIL)

    def work(client: IMAPClient) -> Any:
        client.create_folder("Done")
        client.add_flags([1], ["$Seen-by-us", "\\Flagged"])
        client.move([1], "Done")
        left = client.search()
        client.select_folder("Done", readonly=True)
        return left, client.fetch([1], ["FLAGS", "BODY.PEEK[HEADER.FIELDS (Subject)]"])

    left, done = await by_imap(mailbox, work)
    assert left == []
    assert set(done[1][b"FLAGS"]) == {b"$Seen-by-us", b"\\Flagged"}
    assert done[1][b"BODY[HEADER.FIELDS (SUBJECT)]"] == b"Subject: Hello\r\n\r\n"


async def test_append_search_status_and_expunge_follow_the_protocol(
    mailbox: SandboxMailbox,
) -> None:
    def work(client: IMAPClient) -> None:
        answer = client.append("INBOX", MAIL, flags=["\\Seen"])
        assert b"APPENDUID" in answer
        client.append("INBOX", MAIL.replace(b"Hello", "窓口".encode()))
        client.noop()
        assert client.search(["UNSEEN"]) == [2]
        assert client.search(["NOT", "UNSEEN"]) == [1]
        assert client.search(["OR", "SEEN", "LARGER", 10]) == [1, 2]
        assert client.search(["SUBJECT", "hello"]) == [1]
        assert client.search(["UID", "7:*"]) == [2], "n:* always names the newest"
        assert client.folder_status("INBOX", ["MESSAGES", "UNSEEN", "UIDNEXT"]) == {
            b"MESSAGES": 2,
            b"UNSEEN": 1,
            b"UIDNEXT": 3,
        }
        client.delete_messages([1])
        client.expunge()
        assert client.search() == [2]
        assert client.fetch([2], ["BODY[]<0.4>"])[2][b"BODY[]<0>"] == b"From"
        assert [name for _, _, name in client.list_folders()] == ["INBOX"]
        envelope = client.fetch([2], ["ENVELOPE"])[2][b"ENVELOPE"]
        assert envelope.from_[0].mailbox == b"aya"
        with pytest.raises(imapclient.exceptions.IMAPClientError):
            client.select_folder("Nowhere")

    await by_imap(mailbox, work)


async def test_the_structure_of_a_mail_names_its_parts(mailbox: SandboxMailbox) -> None:
    mail = EmailMessage()
    mail.set_content("Hello\nWorld\n")
    mail.add_alternative("<p>Hello</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    await mailbox.put(CATALOG, mail.as_bytes())

    def look(client: IMAPClient) -> Any:
        names = ["BODYSTRUCTURE", "BODY.PEEK[1.1]", "BODY.PEEK[1.2.MIME]", "BODY.PEEK[2]"]
        return client.fetch([1], names)[1]

    found = await by_imap(mailbox, look)
    (alternative, pdf), kind = found[b"BODYSTRUCTURE"][:2]
    assert (kind, alternative[1]) == (b"mixed", b"alternative")
    assert [part[:2] for part in alternative[0]] == [(b"text", b"plain"), (b"text", b"html")]
    assert pdf[8] == (b"attachment", (b"FILENAME", b"a.pdf"))
    assert found[b"BODY[1.1]"] == b"Hello\r\nWorld\r\n"
    assert b"text/html" in found[b"BODY[1.2.MIME]"]
    assert base64.b64decode(found[b"BODY[2]"]) == b"%PDF"


async def test_two_clients_see_what_the_other_does(mailbox: SandboxMailbox) -> None:
    await mailbox.put(CATALOG, MAIL)

    def work(client: IMAPClient) -> Any:
        with logged_in(mailbox) as other:
            other.select_folder("INBOX")
            other.add_flags([1], ["\\Seen"])
            seen = client.noop()[1]
            other.delete_messages([1])
            other.expunge()
            return seen, client.noop()[1]

    seen, gone = await by_imap(mailbox, work)
    assert any(line[1] == b"FETCH" and b"\\Seen" in line[2][1] for line in seen)
    assert (1, b"EXPUNGE") in gone


async def test_a_wrong_password_opens_nothing(mailbox: SandboxMailbox) -> None:
    def work() -> None:
        client = IMAPClient("127.0.0.1", mailbox.imap_port, ssl=False, timeout=30)
        with pytest.raises(imapclient.exceptions.LoginError):
            client.login(CATALOG, "wrong")
        with pytest.raises(imapclient.exceptions.IMAPClientError):
            client.select_folder("INBOX")
        client.shutdown()

    await asyncio.to_thread(work)
    assert mailbox.addresses == []


async def test_lines_in_two_pieces_are_still_one_line(mailbox: SandboxMailbox) -> None:
    mailbox.imap_faults.split_lines = True
    await mailbox.put(CATALOG, MAIL)
    fetched = await by_imap(mailbox, lambda c: c.fetch([1], ["BODY.PEEK[]"]))
    assert fetched[1][b"BODY[]"].endswith(b"\r\n\r\nHi\r\n")


async def test_a_connection_ends_after_the_planned_number_of_bytes(
    mailbox: SandboxMailbox,
) -> None:
    await mailbox.put(CATALOG, b"Subject: big\r\n\r\n" + b"x" * 5000)
    mailbox.imap_faults.drop_after(3000)
    with pytest.raises((imapclient.exceptions.IMAPClientError, OSError)):
        await by_imap(mailbox, lambda c: c.fetch([1], ["BODY.PEEK[]"]))
    assert await by_imap(mailbox, lambda c: c.search()) == [1]


async def test_the_cut_comes_after_exactly_that_many_bytes(mailbox: SandboxMailbox) -> None:
    mailbox.imap_faults.drop_after(40)
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.imap_port)
    seen = b""
    with suppress(ConnectionError):
        while piece := await reader.read(1):
            seen += piece
    writer.close()
    assert len(seen) == 40
    assert seen.startswith(b"* OK [CAPABILITY")


async def test_a_command_can_be_answered_by_a_cut_line(mailbox: SandboxMailbox) -> None:
    await mailbox.put(CATALOG, MAIL)
    mailbox.imap_faults.answer("UID FETCH", "DROP")
    with pytest.raises((imapclient.exceptions.IMAPClientError, OSError)):
        await by_imap(mailbox, lambda c: c.fetch([1], ["BODY.PEEK[]"]))
    assert (await by_imap(mailbox, lambda c: c.fetch([1], ["UID"])))[1][b"SEQ"] == 1


async def test_a_server_can_refuse_connections_and_fall_silent(mailbox: SandboxMailbox) -> None:
    def connect() -> IMAPClient:
        return IMAPClient("127.0.0.1", mailbox.imap_port, ssl=False, timeout=0.3)

    mailbox.imap_faults.refuse_connections = True
    with pytest.raises((imapclient.exceptions.IMAPClientError, OSError)):
        await asyncio.to_thread(connect)
    mailbox.imap_faults.clear()
    mailbox.imap_faults.mute = True
    with pytest.raises(TimeoutError):
        await asyncio.to_thread(connect)
    mailbox.imap_faults.clear()
    assert await by_imap(mailbox, lambda c: c.search()) == []


async def test_a_delayed_answer_outlasts_an_impatient_client(mailbox: SandboxMailbox) -> None:
    mailbox.smtp_faults.delay("RCPT", 5)
    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await send(mailbox, timeout=0.2)
    await send(mailbox)
    assert len(mailbox.history) == 1


async def test_a_planned_answer_comes_once_and_bye_ends_everybody(
    mailbox: SandboxMailbox,
) -> None:
    mailbox.imap_faults.answer("UID SEARCH", "NO [UNAVAILABLE] later")

    def work(client: IMAPClient) -> None:
        with pytest.raises(imapclient.exceptions.IMAPClientError, match="UNAVAILABLE"):
            client.search()
        assert client.search() == []
        loop.call_soon_threadsafe(mailbox.imap_faults.bye)
        with pytest.raises((imapclient.exceptions.IMAPClientError, OSError)):
            use_until_it_fails(client)

    loop = asyncio.get_running_loop()
    await by_imap(mailbox, work)


def use_until_it_fails(client: IMAPClient) -> None:
    for _ in range(100):
        client.noop()


async def test_a_rebuilt_mailbox_has_new_uids_under_a_new_validity(
    mailbox: SandboxMailbox,
) -> None:
    await mailbox.put(CATALOG, MAIL)

    def look(client: IMAPClient) -> Any:
        return client.select_folder("INBOX")[b"UIDVALIDITY"], client.search()

    before = await by_imap(mailbox, look)
    mailbox.change_uid_validity(CATALOG, first_uid=50)
    after = await by_imap(mailbox, look)
    assert before[0] != after[0]
    assert (before[1], after[1]) == ([1], [50])


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
async def test_smtp_fails_at_the_chosen_command_and_only_as_often_as_told(
    mailbox: SandboxMailbox, command: str
) -> None:
    mailbox.smtp_faults.fail(command, 451, "4.3.0 try later")
    if command == "EHLO":  # the client tries HELO next
        mailbox.smtp_faults.fail(command, 451, "4.3.0 try later")
    with pytest.raises(aiosmtplib.SMTPException):
        await send(mailbox)
    assert mailbox.history == []
    await send(mailbox)
    assert len(mailbox.history) == 1


async def test_one_recipient_of_two_can_be_refused(mailbox: SandboxMailbox) -> None:
    mailbox.smtp_faults.fail("RCPT", 550, "5.1.1 no such user", recipient="no@a.example")
    refused, _ = await send(mailbox, "yes@a.example", "no@a.example")
    assert refused["no@a.example"].code == 550
    assert mailbox.history[0].recipients == ("yes@a.example",)


async def test_a_lost_answer_leaves_the_mail_kept(mailbox: SandboxMailbox) -> None:
    mailbox.smtp_faults.lose_answer()
    with pytest.raises(aiosmtplib.SMTPException):
        await send(mailbox)
    assert [transaction.answered for transaction in mailbox.history] == [False]
    assert len(await mailbox.mails(CATALOG)) == 1


async def test_a_dropped_connection_keeps_nothing(mailbox: SandboxMailbox) -> None:
    mailbox.smtp_faults.drop("END")
    with pytest.raises(aiosmtplib.SMTPException):
        await send(mailbox)
    assert mailbox.history == []


async def test_a_bare_line_feed_with_a_dot_does_not_end_the_mail(mailbox: SandboxMailbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.smtp_port)
    body = b"Subject: x\r\n\r\nfirst\n.\r\nMAIL FROM:<evil@x.example>\r\n\n.\n\r\n.\r\n"
    writer.write(b"EHLO x\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n" + body)
    writer.write(b"QUIT\r\n")
    answers = await reader.read()
    writer.close()
    assert answers.splitlines()[-1].startswith(b"221")
    assert len(mailbox.history) == 1
    assert b"evil@x.example" in mailbox.history[0].raw


class Certificates:
    def __init__(self) -> None:
        authority = trustme.CA()
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.server)
        self.client = ssl.create_default_context()
        authority.configure_trust(self.client)


@pytest.mark.parametrize("implicit", [False, True])
async def test_tls_and_oauth_work_on_both_sides(implicit: bool) -> None:
    tls = Certificates()
    box = await SandboxMailbox.start(tls=tls.server, implicit_tls=implicit, smtp_login=True)
    box.access_tokens.add("good-token")

    def read() -> int:
        client = IMAPClient(
            "localhost", box.imap_port, ssl=implicit, ssl_context=tls.client, timeout=30
        )
        if not implicit:
            with pytest.raises(imapclient.exceptions.LoginError):
                client.login(CATALOG, box.password)
            client.starttls(tls.client)
        with pytest.raises(imapclient.exceptions.LoginError):
            client.oauth2_login(CATALOG, "old-token")
        client.oauth2_login(CATALOG, "good-token")
        count = client.select_folder("INBOX")[b"EXISTS"]
        client.logout()
        return int(count)

    async with aiosmtplib.SMTP(
        hostname="localhost",
        port=box.smtp_port,
        use_tls=implicit,
        start_tls=not implicit,
        tls_context=tls.client,
    ) as client:
        with pytest.raises(aiosmtplib.SMTPResponseException):
            await client.sendmail("a@a.example", [CATALOG], MAIL)
        answer = base64.b64encode(b"user=a@a.example\x01auth=Bearer good-token\x01\x01").decode()
        code, _ = await client.execute_command(b"AUTH", b"XOAUTH2", answer.encode())
        assert code == 235
        await client.rset()
        await client.sendmail("a@a.example", [CATALOG], MAIL)
    assert await asyncio.to_thread(read) == 1
    assert box.history[0].encrypted
    assert box.history[0].user == "a@a.example"
    await box.stop()


async def test_a_client_without_idle_is_told_so() -> None:
    box = await SandboxMailbox.start(capabilities=["IMAP4rev1", "UIDPLUS"])
    try:
        assert not await by_imap(
            box, lambda c: c.has_capability("IDLE") or c.has_capability("MOVE")
        )
    finally:
        await box.stop()


async def test_authentication_results_are_ours_and_forged_ones_go() -> None:
    box = await SandboxMailbox.start(authserv_id="mx.sales.example")
    forged = (
        b"Authentication-Results: mx.sales.example;\r\n dmarc=pass header.from=bank.example\r\n"
    )
    await box.put(CATALOG, forged + MAIL, authenticated=False)
    (raw,) = await box.mails(CATALOG)
    assert raw.count(b"Authentication-Results:") == 1
    assert b"mx.sales.example; dmarc=fail header.from=customer.example" in raw
    await box.stop()


async def test_the_mailbox_stops_while_clients_are_connected() -> None:
    box = await SandboxMailbox.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", box.imap_port)
    with closing(writer):
        assert (await reader.readline()).startswith(b"* OK")
        await box.stop()
        assert await reader.read() == b""


async def test_stopping_waits_until_every_connection_is_closed() -> None:
    for steps in range(4):  # from just let in to being served
        mailbox = await SandboxMailbox.start()
        clients = await asyncio.gather(
            *(asyncio.open_connection("127.0.0.1", mailbox.imap_port) for _ in range(5))
        )
        for _ in range(steps):
            await asyncio.sleep(0)
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        await mailbox.stop()
        assert all(task.done() for task in serving)
        for _, writer in clients:
            writer.close()
