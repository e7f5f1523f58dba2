"""What reading promises beyond single odd mails: nothing raises, nothing is lost, nothing hangs."""

from __future__ import annotations

import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.understanding import load_engine
from inbound.framing import FRAME
from inbound.hearing import Hearing
from inbound.limits import LimitedReader
from inbound.mail import MailKind
from inbound.mime import read_mail
from inbound.reply_text import cut_reply

MAILS = sorted((Path(__file__).parents[1] / "fixtures" / "mails").rglob("*.eml"))
HEAD = b"From: mina@garden.example\nSubject: x\nContent-Type: "
OURS = "Dear Mina,\nwe have three sizes of boxes in stock.\nWhich one may we send you?\nKen"


def test_text_that_we_sent_is_cut_also_without_any_mark() -> None:
    mail = f"The large one.\n\n{OURS}"
    assert cut_reply(mail, [OURS]).text == "The large one."


def test_an_answer_below_our_unmarked_text_is_kept() -> None:
    mail = f"{OURS}\n\nThe large one."
    cut = cut_reply(mail, [OURS])
    assert cut.text == "The large one."
    assert "three sizes" in cut.quoted


def test_a_short_line_that_we_wrote_too_stays() -> None:
    assert cut_reply("Dear Mina,\nhello", [OURS]).text == "Dear Mina,\nhello"


@given(st.lists(st.text(max_size=60).filter(lambda line: "\n" not in line), max_size=30))
@settings(max_examples=150, deadline=None)
def test_every_word_is_in_the_text_or_in_what_was_cut(lines: list[str]) -> None:
    mail = "\n".join(lines)
    cut = cut_reply(mail)
    assert sorted(f"{cut.text} {cut.quoted}".split()) == sorted(mail.split())


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    assert read_mail(raw).error is None
    assert read_mail(HEAD + b"text/html\n\n" + raw).error is None


def broken(raw: bytes, chance: random.Random) -> bytes:
    """A mail with a few bytes lost, changed or doubled, as on a bad way."""
    data = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        what = chance.randrange(5)
        if what == 0:
            data[at : at + chance.randint(1, 40)] = b""
        elif what == 1:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 6)))
        elif what == 2:
            data[at:at] = data[max(0, at - 60) : at]
        elif what == 3:
            data[at:at] = chance.choice(
                (b"\n", b"\r\n\r\n", b"--b\n", b"=?", b'"', b"\x1b$B", b"> ", b"\x00")
            )
        elif data:
            data = data[: max(1, at)]
    return bytes(data)


def read_mutants(count: int, seed: int) -> list[str]:
    """The errors met while reading mutants of all fixtures."""
    chance = random.Random(seed)
    raws = [path.read_bytes() for path in MAILS]
    read = (read_mail(broken(chance.choice(raws), chance)) for _ in range(count))
    return [mail.error for mail in read if mail.error is not None]


def test_mutants_of_mails_are_read_without_an_error() -> None:
    assert read_mutants(1_500, seed=3) == []


@pytest.mark.stress
def test_100_000_mutants_of_mails_are_read_without_an_error() -> None:
    assert read_mutants(100_000, seed=5) == []


def nested(depth: int) -> bytes:
    parts = [b"From: mina@garden.example\nContent-Type: multipart/mixed; boundary=b0\n\n"]
    parts += [
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1)
        for level in range(depth - 1)
    ]
    return b"".join(parts) + b"--b%d\n\nTwo boxes.\n" % (depth - 1)


PLAIN = HEAD + b"text/plain\n\nTwo boxes.\n\n"
FROM = b"\nFrom: mina@garden.example\n\nTwo boxes."
HOSTILE = {
    "a megabyte of quotes": PLAIN + b"> quoted words of the earlier mail\n" * 30_000,
    "500 nested parts": nested(500),
    "5,000 nested parts": nested(5_000),
    "20,000 nested elements": HEAD + b"text/html\n\n" + b"<div>" * 20_000 + b"Two boxes.",
    "one line of 20,000 times On": PLAIN + b"On " * 20_000,
    "20,000 lines that might be attributions": PLAIN + b"On Mon, 2 wrote\n" * 20_000,
    "10,000 rulers": PLAIN + b"a\n-----\n" * 10_000,
    "2,000 lines drawn with signs": PLAIN + (b"* " * 79 + b"x\n" + b"-" * 159 + b"x\n") * 1_000,
    "a header line of 200 kB": b"Subject: " + b"=?a?b?" * 33_000 + FROM,
    "3,000 references": b"References: " + b" <r@s.example>" * 3_000 + FROM,
    "300,000 semicolons": HEAD + b"text/plain" + b";" * 300_000 + b"\n\nTwo boxes.",
    "a long copy to nobody": HEAD + b"text/plain\nCc: " + b"a" * 300_000 + b"\n\nTwo boxes.",
    "blanks that no line ends": HEAD + b"text/plain\nContent-Transfer-Encoding: quoted-printable"
    + b"\n\nTwo boxes.=\n" + b"\t" * 200_000 + b"x",
    "a subject of blanks": HEAD + b"text/plain\nSubject: a" + b" " * 300_000 + b"b\n\nTwo boxes.",
    "a line of dashes": PLAIN + b"x" + b"-" * 300_000 + b"x\n",
    "50,000 parts": HEAD + b"multipart/mixed; boundary=b\n\n--b\n\nTwo boxes.\n"
    + b"--b\n\n\n" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_mail_is_read_within_the_limit(raw: bytes) -> None:
    reader = LimitedReader(seconds=60)
    try:
        mail = await reader.read(raw)
    finally:
        await reader.close()
    assert mail.error is None
    assert "Two boxes." in mail.text
    assert mail.sender == "mina@garden.example"


ORDINARY = HEAD + b"text/plain\nMessage-ID: <m1@garden.example>\n\nTwo boxes."


async def test_a_mail_that_takes_too_long_costs_only_itself() -> None:
    reader = LimitedReader(seconds=0.001)
    late = await reader.read(ORDINARY)
    reader.seconds = 60
    good = await reader.read(ORDINARY)
    await reader.close()
    assert (late.error, late.sender, late.message_id) == (
        "timeout",
        "mina@garden.example",
        "m1@garden.example",
    )
    assert (good.error, good.text) == (None, "Two boxes.")


async def test_a_worker_that_was_killed_is_started_again() -> None:
    reader = LimitedReader(seconds=60)
    await reader.read(ORDINARY)
    assert reader.worker_pid is not None
    os.kill(reader.worker_pid, signal.SIGKILL)
    crashed = await reader.read(ORDINARY)
    assert crashed.error in (None, "crashed")
    assert (await reader.read(ORDINARY)).text == "Two boxes."
    await reader.close()


NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ORDER = HEAD + b"text/plain\n\nI would like to order two QX-77 by tomorrow."


@pytest.mark.parametrize(
    "rubbish", [b"cos\nno_such_name\n.", b"\x80\xff.", b"(lp0\nI1\na.", b"", b"\x8e" + b"\xff" * 8]
)
async def test_what_a_broken_worker_writes_costs_one_mail(
    rubbish: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = tmp_path / "answer"
    answer.write_bytes(FRAME.pack(len(rubbish)) + rubbish)
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\ncat {answer}\nexec cat >/dev/null\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    reader = LimitedReader(seconds=60)

    first = await reader.read(ORDINARY)
    monkeypatch.undo()
    second = await reader.read(ORDINARY)
    await reader.close()

    assert (first.error, first.sender) == ("crashed", "mina@garden.example")
    assert (second.error, second.text) == (None, "Two boxes.")


async def test_a_mail_is_understood_where_it_is_read_as_the_desk_would() -> None:
    hearing = Hearing(frozenset({"QX-77"}), "Asia/Tokyo", "JP")
    reader = LimitedReader(seconds=60, hearing=lambda: (hearing, NOW))
    mail = await reader.read(ORDER)
    await reader.close()
    desks = load_engine(hearing.models).understand(
        mail.text, channel="email", now=NOW, timezone="Asia/Tokyo", phone_region="JP"
    )
    assert mail.understood == desks
    assert desks.primary == "purchase"
    assert desks.dates


async def test_a_reader_that_is_started_again_understands_the_catalog_of_now() -> None:
    hearing = Hearing(frozenset(), "UTC", "GB")
    reader = LimitedReader(seconds=60, hearing=lambda: (hearing, NOW))
    await reader.read(ORDER)
    assert reader.worker_pid is not None
    os.kill(reader.worker_pid, signal.SIGKILL)
    await reader.read(ORDER)
    hearing = Hearing(frozenset({"QX-77"}), "UTC", "GB")
    mail = await reader.read(ORDER)
    await reader.close()
    assert mail.understood is not None
    assert mail.understood.values("model_number") == ("QX-77",)


async def test_what_no_person_wrote_is_not_understood() -> None:
    reader = LimitedReader(seconds=60, hearing=lambda: (Hearing(frozenset(), "UTC", "GB"), NOW))
    mail = await reader.read(b"Auto-Submitted: auto-replied\n" + ORDER)
    await reader.close()
    assert (mail.kind, mail.understood) == (MailKind.AUTO_REPLY, None)


async def test_a_mail_over_the_size_is_known_by_its_headers() -> None:
    reader = LimitedReader(most_bytes=50)
    mail = await reader.read(ORDINARY)
    assert (mail.error, mail.subject, mail.text) == ("too_large", "x", "")
