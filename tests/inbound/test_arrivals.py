"""What is read of a mail before it is stored: the same for every copy, and at once for any mail."""

from __future__ import annotations

import random

import pytest

from inbound.addresses import read_addresses
from inbound.arrivals import Arrival, read_arrival
from inbound.mailbox import Fetched
from inbound.mime import read_mail

HEAD = b"Message-ID: <m1@garden.example>\r\nFrom: mina@garden.example\r\nSubject: Boxes\r\n"


def arrival(raw: bytes) -> Arrival:
    return read_arrival(Fetched(1, raw, len(raw), False, None))


def test_copies_that_relays_have_wrapped_otherwise_are_one_mail() -> None:
    one = arrival(HEAD + b"\r\nTwo boxes, \r\nplease.\t \r\n\r\n")
    assert arrival(HEAD + b"\nTwo boxes,\nplease.\n").dedupe_key == one.dedupe_key
    assert arrival(HEAD + b"\nTwo boxes,\rplease.").dedupe_key == one.dedupe_key


def test_another_text_under_the_same_id_is_another_mail() -> None:
    one = arrival(HEAD + b"\r\nTwo boxes,\r\nplease.\r\n")
    assert arrival(HEAD + b"\r\n Two boxes,\r\nplease.\r\n").dedupe_key != one.dedupe_key
    assert arrival(HEAD + b"\r\nTwo boxes,  please.\r\n").dedupe_key != one.dedupe_key


def test_ids_in_brackets_and_bare_ones_are_found() -> None:
    raw = HEAD + b"In-Reply-To: Your mail of Monday <a1@b.example>\r\nReferences: a2@b.example,"
    assert arrival(raw + b" a3@b.example\r\n\r\nx").answered == (
        "a1@b.example",
        "a3@b.example",
        "a2@b.example",
    )


def test_an_id_that_no_mailer_writes_is_no_id() -> None:
    mail = read_mail(b"Message-ID: <" + b"a" * 1_000_000 + b"@b.example>\r\n\r\nx")
    assert len(mail.message_id or "") <= 2_000


PIECES = ("Mina", "Sol", "a", " ", "  ", "@", "b.example", "-", "a.b", "\t")
FORMS = ("x@y.example", "<x@y.example>", '"Mina Sol" <x@y.example>', "Mina Sol <X@y.example>")


def test_a_plain_sender_is_read_as_any_other() -> None:
    chance = random.Random(4)
    values = [
        "".join(chance.choices((*PIECES, *FORMS), k=chance.randint(1, 6))) for _ in range(20_000)
    ]
    for value in (*FORMS, *values):
        # A comment sends it the long way and stands nowhere in what is read.
        plain, commented = (
            [(one.name, one.address) for one in read_addresses(text.encode())]
            for text in (value, f"{value} ()")
        )
        if len(plain) == 1 and plain[0][1] in ("x@y.example", "mina@b.example"):
            assert commented == plain, value


@pytest.mark.parametrize("charset", ["undefined", "rot13", "idna", "punycode", "hex", "no-such"])
def test_a_charset_that_is_none_stops_no_mail(charset: str) -> None:
    word = f"=?{charset}?B?/w==?= =?{charset}?Q?a=FF?=".encode()
    assert arrival(b"From: a@b.example\r\nSubject: " + word + b"\r\n\r\nx").subject
    body = f"Content-Type: text/plain; charset={charset}\r\n\r\nTwo boxes".encode()
    assert read_mail(b"From: a@b.example\r\n" + body + b" \xff").text.startswith("Two boxes")


# Whoever looks at each letter of these more than a few times is not back before the suite gives up.
ENDLESS = {
    "a body of blanks": HEAD + b"\r\n" + b" " * 400_000 + b"x",
    "an id of blanks": HEAD + b"In-Reply-To: <" + b" " * 60_000 + b"x\r\n\r\nx",
    "references without brackets": HEAD + b"References: " + b"a" * 2_000_000 + b"\r\n\r\nx",
    "a copy to one long word": b"From: " + b"a" * 400_000 + b" mina\r\n" + HEAD + b"\r\nx",
    "a sender of open quotes": b"From: " + b'"\\' * 100_000 + b"\r\n" + HEAD + b"\r\nx",
    "torn words in a charset of host names": b"Subject: "
    + b" ".join(b"=?punycode?B?" + b"YWFh" * 14 + b"Y?=" for _ in range(8_000))
    + b"\r\n"
    + HEAD
    + b"\r\nx",
    "a sender of commas": b"From: " + b"a, " * 400_000 + b"\r\n" + HEAD + b"\r\nx",
    "a sender of blanks and comments": b"From: a(x)" + b" " * 400_000 + b"b\r\n" + HEAD + b"\r\nx",
}


@pytest.mark.parametrize("raw", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_long_mail_is_ready_to_be_stored_at_once(raw: bytes) -> None:
    assert arrival(raw).dedupe_key.startswith("mail:")
