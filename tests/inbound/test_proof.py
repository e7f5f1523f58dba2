"""Whom the counter believes: nobody is promoted by what he can write himself."""

from __future__ import annotations

import itertools
import random

import pytest

from inbound.mail import InboundMail
from inbound.mime import read_mail
from inbound.proof import Proof, judge_sender, same_address
from tests.inbound.auth_fields import NOT_PROVING, OWN, PROVING

SENDER = "mina@garden.example"
PASS = f"{OWN}; dmarc=pass header.from=garden.example"
FAIL = f"{OWN}; dmarc=fail header.from=garden.example"


def mail(*results: str, sender: str = SENDER) -> InboundMail:
    """A mail whose results stand where our own server puts them."""
    return InboundMail(
        message_id="m@garden.example",
        in_reply_to=None,
        references=(),
        sender=sender,
        sender_name="",
        reply_to="",
        recipients=(),
        subject="",
        date=None,
        text="",
        quoted="",
        kind=read_mail(b"From: a@b.example\n\nx").kind,
        auth_results=results,
    )


def judge(
    written: InboundMail,
    *,
    own: str | None = OWN,
    registered: tuple[str, ...] = (SENDER,),
    token_address: str | None = None,
    token_ok: bool = False,
) -> Proof:
    return judge_sender(
        written,
        authserv_id=own,
        registered=registered,
        token_address=token_address,
        token_ok=token_ok,
    )


def test_there_are_at_least_150_shapes() -> None:
    assert len(set(PROVING)) + len(set(NOT_PROVING)) >= 150


@pytest.mark.parametrize("field", PROVING)
def test_a_good_result_of_our_own_server_proves(field: str) -> None:
    assert judge(mail(field)).proven


@pytest.mark.parametrize("field", NOT_PROVING, ids=lambda field: field[:60] or "empty")
def test_a_forged_or_broken_result_proves_nothing(field: str) -> None:
    assert not judge(mail(field)).proven


@pytest.mark.parametrize("field", NOT_PROVING, ids=lambda field: field[:60] or "empty")
def test_a_forged_result_is_not_proving_as_a_header_either(field: str) -> None:
    if "\r\n" in field:
        return  # as a header it is folded, and folding is allowed
    header = field.encode("utf-8", "replace")
    raw = b"Authentication-Results: " + header + b"\nFrom: mina@garden.example\nSubject: x\n\nhello"
    assert not judge(read_mail(raw)).proven


TRUTH = list(
    itertools.product(
        (False, True),  # token: MAC right
        (None, SENDER, "other@garden.example"),  # the address that it was made for
        ((), (PASS,), (FAIL,), (PASS, FAIL), ("mx.evil.example; dmarc=fail",)),
        (None, OWN),
        ((), (SENDER,)),  # registered
    )
)


@pytest.mark.parametrize(("token_ok", "made_for", "results", "own", "registered"), TRUTH)
def test_the_truth_table_of_proof(
    token_ok: bool,
    made_for: str | None,
    results: tuple[str, ...],
    own: str | None,
    registered: tuple[str, ...],
) -> None:
    """The rule written a second time: fail beats both, then the token, then our results."""
    failed = own is not None and FAIL in results
    by_token = token_ok and made_for == SENDER
    by_results = own is not None and PASS in results and SENDER in registered
    proof = judge(
        mail(*results), own=own, registered=registered, token_address=made_for, token_ok=token_ok
    )
    assert proof.proven == (not failed and (by_token or by_results))


def test_dmarc_fail_beats_a_right_token() -> None:
    proof = judge(mail(FAIL), token_address=SENDER, token_ok=True)
    assert proof == Proof(False, "dmarc_fail")


def test_a_dmarc_fail_in_a_field_that_breaks_the_grammar_still_warns() -> None:
    broken = f"{OWN}; dmarc=fail header.from garden.example"
    assert judge(mail(broken), token_address=SENDER, token_ok=True).reason == "dmarc_fail"


def test_a_token_that_was_forwarded_proves_nothing() -> None:
    proof = judge(mail(), registered=(SENDER,), token_address="boss@garden.example", token_ok=True)
    assert not proof.proven


def test_without_an_own_id_no_result_is_believed() -> None:
    assert judge(mail(PASS), own=None) == Proof(False, "no_authserv_id")
    assert not judge(mail("; dmarc=pass header.from=garden.example"), own="").proven


def test_an_address_that_two_people_share_but_for_case_is_nobodys() -> None:
    shared = (SENDER, "Mina@garden.example")
    assert judge(mail(PASS), registered=shared).reason == "ambiguous_address"


@pytest.mark.parametrize(
    "written",
    [
        "m.ina@garden.example",
        "mina+x@garden.example",
        "mina@sub.garden.example",
        "mina@garden.example.evil.example",
        "xmina@garden.example",
    ],
)
def test_a_near_address_is_another_address(written: str) -> None:
    assert not same_address(written, SENDER)
    assert not judge(mail(PASS, sender=written)).proven


@pytest.mark.parametrize(
    "sender",
    ["", "mina", "@garden.example", "mina@", "mina@garden", "mi na@garden.example",
     "a@b@garden.example",
     "mina@gаrden.example", "mina@garden..example", "mina@-.example", "mina@[192.0.2.1]"],
)  # fmt: skip
def test_an_address_that_is_none_or_mixes_alphabets_is_unproven(sender: str) -> None:
    assert not judge(mail(PASS, sender=sender), registered=(sender,)).proven


def test_a_domain_in_its_own_letters_is_the_same_as_its_a_label() -> None:
    assert same_address("mina@bücher.example", "mina@xn--bcher-kva.example")
    field = f"{OWN}; dmarc=pass header.from=xn--bcher-kva.example"
    assert judge(
        mail(field, sender="mina@bücher.example"), registered=("mina@xn--bcher-kva.example",)
    ).proven


OUTSIDE = (
    "Received: from mx.evil.example (mx.evil.example [192.0.2.9]) by mx.shop.example with ESMTP"
)
LMTP = "Received: from mx.shop.example by mx.shop.example with LMTP id 1; Tue, 3 Mar 2026"
FILTER = "Received: from localhost (localhost [127.0.0.1]) by mx.shop.example (Postfix)"
HEADER = f"Authentication-Results: {PASS}"
FROM = "From: mina@garden.example"


def raw(*lines: str) -> bytes:
    return "\n".join([*lines, "", "hello"]).encode()


@pytest.mark.parametrize(
    "lines",
    [
        (HEADER, OUTSIDE, FROM),
        (LMTP, HEADER, OUTSIDE, FROM),
        (LMTP, FILTER, HEADER, OUTSIDE, FROM),
        ("Return-Path: <mina@garden.example>", "Delivered-To: c@shop.example", LMTP, HEADER,
         OUTSIDE, FROM),
        (f"Authentication-Results: {OWN}; spf=none", "DKIM-Filter: x", HEADER, OUTSIDE, FROM),
        (HEADER, FROM),
    ],
)  # fmt: skip
def test_results_above_the_hop_from_outside_are_ours(lines: tuple[str, ...]) -> None:
    assert judge(read_mail(raw(*lines))).proven


@pytest.mark.parametrize(
    "lines",
    [
        (OUTSIDE, HEADER, FROM),
        (OUTSIDE, FROM, HEADER),
        (LMTP, OUTSIDE, HEADER, FROM),
        (OUTSIDE, LMTP, HEADER, FROM),
        (OUTSIDE, OUTSIDE, HEADER, FROM),
        # the client called itself by our name, or by that of loopback
        ("Received: from mx.shop.example (evil [192.0.2.9]) by mx.shop.example with ESMTP", HEADER,
         FROM),
        ("Received: from localhost (evil.example [192.0.2.9]) by mx.shop.example", HEADER, FROM),
        ("Received: from [127.0.0.1] (evil.example [192.0.2.9]) by mx.shop.example", HEADER, FROM),
        ("Received: from 127.0.0.1 (HELO localhost) (192.0.2.9) by mx.shop.example", HEADER, FROM),
        # two senders
        (HEADER, FROM, "From: evil@bad.example"),
        (HEADER, FROM, FROM),
        (HEADER, "From: mina@garden.example, evil@bad.example"),
        (HEADER, "From: evil@bad.example", "Sender: mina@garden.example"),
        (HEADER, "From: evil@bad.example", "Reply-To: mina@garden.example"),
        (HEADER, 'From: "mina@garden.example" <evil@bad.example>'),
        (HEADER, "From: evil@bad.example (mina@garden.example)"),
        (HEADER, "From: Group: mina@garden.example, x@y.example;"),
        (HEADER, "From:"),
        (HEADER, "From: <>"),
        (HEADER,),
        (f"ARC-Authentication-Results: i=1; {PASS}", FROM),
        (f"X-Authentication-Results: {PASS}", FROM),
        (f"Authentication-Results-Original: {PASS}", FROM),
        # a second block further down is not the topmost one
        (f"Authentication-Results: {OWN}; dkim=none", FROM, HEADER),
    ],
)  # fmt: skip
def test_results_that_came_with_the_mail_are_not(lines: tuple[str, ...]) -> None:
    assert not judge(read_mail(raw(*lines))).proven


def changed(field: str, chance: random.Random) -> str:
    """A field with a few letters changed, as a forger who tries his luck would."""
    pieces = list(field)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(pieces) + 1)
        what = chance.choice(("add", "drop", "swap", "glue"))
        if what == "add":
            pieces.insert(at, chance.choice(';=()"\\ ./@xX1\t\u0430'))
        elif pieces and what == "drop":
            del pieces[min(at, len(pieces) - 1)]
        elif pieces and what == "swap":
            pieces[min(at, len(pieces) - 1)] = chance.choice(';=()"\\ ./@pafgi')
        elif what == "glue":
            pieces[at:at] = chance.choice(
                ("; dmarc=pass", " header.from=garden.example", f"{OWN}; ", "(", ")")
            )
    return "".join(pieces)


def mutants(count: int, seed: int) -> list[str]:
    """Mutants of fields that must not prove; those of a foreign server never can by a slip."""
    chance = random.Random(seed)
    foreign = [field for field in NOT_PROVING if field.startswith("mx.evil") and len(field) < 500]
    return [changed(chance.choice(foreign), chance) for _ in range(count)]


def promoted(fields: list[str]) -> list[str]:
    return [field for field in fields if judge(mail(field)).proven and not _starts_as_ours(field)]


def _starts_as_ours(field: str) -> bool:
    """Whether the mutation wrote our id in front: then it is our field, and rightly believed."""
    return field.replace('"', "").replace("\\", "").lstrip("( )\t").lower().startswith(OWN)


def test_no_mutant_of_a_foreign_field_is_promoted() -> None:
    assert promoted(mutants(3_000, seed=7)) == []


@pytest.mark.stress
def test_none_of_100_000_mutants_is_promoted() -> None:
    assert promoted(mutants(100_000, seed=11)) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_mutant_of_a_good_field_never_proves_another_sender(seed: int) -> None:
    chance = random.Random(seed)
    stranger = mail(sender="eve@evil.test.example")
    for _ in range(500):
        field = changed(chance.choice(PROVING), chance)
        written = mail(field, sender=stranger.sender)
        assert not judge(written, registered=(stranger.sender, SENDER)).proven
