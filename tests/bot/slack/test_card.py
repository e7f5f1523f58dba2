"""The card under hostile, empty and endless content: always legible, never an injection."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.slack.text import escape, escape_within, from_slack, plain
from tests.bot.staff_side import StaffSide

HOSTILE = {
    "channel": "<!channel> <!here> <!everyone>",
    "mention": "<@U0AYA> <@U0BEN|Ben> @here",
    "link": "<https://evil.example|Click here> <mailto:a@b.example|x> https://evil.example",
    "entities": "&lt;!channel&gt; &amp; & < > &&&" + "&" * 200,
    "markup": "*bold* _it_ ~no~ `code` ```block``` > quote",
    "lines": "one\ntwo\r\nthree\rfour\n\n\n",
    "direction": "abc\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "invisible": "a\u200bb\u200dc\ufeffd",
    "emoji": "👨‍👩‍👧‍👦 :smile: 🇯🇵",
    "long": "x" * 10_000,
    "long entities": "<&>" * 4_000,
    "json": '"}]} {"type":"section"}',
    "surrogate": "half \ud83d",
    "empty": "",
}
_MENTIONS = re.compile(r"<[!@#][^>]*>|<https?:[^>]*>|<mailto:[^>]*>")


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            return [str(value["text"])]
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []


@pytest.mark.parametrize("kind", HOSTILE)
async def test_whatever_a_customer_writes_rings_nobody_and_is_taken_by_slack(
    staff_side: StaffSide, kind: str
) -> None:
    assert staff_side.slack is not None
    evil = HOSTILE[kind].encode("utf-8", "replace").decode()
    names = ("name", "phone", "email", "address", "message", "datetime", "problem", "unheard_of")
    details: dict[str, Any] = dict.fromkeys(names, evil)
    details |= {"text": evil, "contact_method": evil, "changes": {"address": [evil, evil]}}
    await staff_side.open_request(
        details=details,
        customer_name=evil[:200],
        route={"staff": evil, "area": evil, "instead_of": evil},
        reason=evil,
        rule="area",
    )
    await staff_side.customer_writes(evil or "-")

    await staff_side.deliver()

    (card,) = staff_side.cards()
    (_, reply) = staff_side.slack.thread(card.channel, card.ts)
    # Who writes an entity in full is quoted as writing it; the lint cannot know that.
    known = {"escaped_twice"} if kind == "entities" else set()
    assert {warning.code for warning in staff_side.slack.lint} <= known
    for message in (card, reply):
        shown = [message.text, *_strings(message.blocks)]
        found = [mark for text in shown for mark in _MENTIONS.findall(text)]
        assert set(found) <= {"<@U0AYA>"}
    status = next(text for text in _strings(card.blocks) if "<@U0AYA>" in text)
    assert status.endswith("For <@U0AYA>")  # the one mention is ours


async def test_a_request_with_hardly_anything_in_it_still_becomes_a_card(
    staff_side: StaffSide,
) -> None:
    await staff_side.open_request(
        kind="human", details={}, products=[], customer_id=None, customer_name="", level=0,
        staff_id=None, rule="", route={}, conversation_id="M-EMPTY",
    )  # fmt: skip

    await staff_side.deliver()

    (card,) = staff_side.cards("#sales")
    assert "Unproven sender" in json.dumps(card.blocks)
    assert "assigned to nobody" in card.text


async def test_sixty_fields_and_thirty_products_stay_within_slack_s_limits(
    staff_side: StaffSide,
) -> None:
    details = {f"field_{number}": f"value {number} " * 40 for number in range(60)}
    models = ("RC-1", "PF-5", "FX-2", "TN-1") * 8
    products = [{"model_number": model, "quantity": 2} for model in models]
    await staff_side.open_request(details=details, products=products)

    await staff_side.deliver()

    (card,) = staff_side.cards()
    assert len(card.blocks) <= 50
    assert card.blocks[-1]["type"] == "actions"


async def test_the_reader_s_language_is_that_of_who_has_the_request(staff_side: StaffSide) -> None:
    await staff_side.open_request(
        staff_id="S-3", rule="area", route={"staff": "千葉 渚", "area": "西"}
    )

    await staff_side.deliver()

    (card,) = staff_side.cards("#sales-west")
    said = json.dumps(card.blocks, ensure_ascii=False)
    for words in (
        "連絡のご希望",
        "お客様の言葉",
        "消耗品",
        "担当になった理由",
        "Copier RC-1（日本語）",
    ):
        assert words in said, words


@pytest.mark.parametrize("limit", range(20, 40))
def test_cutting_never_leaves_half_an_entity(limit: int) -> None:
    cut = escape_within("ab<>&" * 30, limit)

    assert len(cut) <= limit
    assert re.fullmatch(r"(?:[^&<>]|&(?:amp|lt|gt);)*…", cut)


def test_escaping_is_undone_exactly_by_reading() -> None:
    words = "a < b & c > d &lt; e &amp;amp;"

    assert from_slack(escape(words)) == words


@pytest.mark.parametrize(
    ("wrapped", "readable"),
    [
        ("<https://x.example|our page>", "our page (https://x.example)"),
        ("<https://x.example>", "https://x.example"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<@U0AYA>", "@Aya"),
        ("<#C123|sales>", "#sales"),
        ("<!here>", "@here"),
        ("<!subteam^S1|@team>", "@team"),
        ("&lt;@U0AYA&gt;", "<@U0AYA>"),
    ],
)
def test_what_slack_wraps_is_unwrapped(wrapped: str, readable: str) -> None:
    assert from_slack(wrapped, {"U0AYA": "Aya"}.__getitem__) == readable


def test_plain_text_is_never_empty_and_never_over_its_limit() -> None:
    assert plain("\u200b \n", 10)["text"] == "-"
    assert len(plain("long " * 10, 20)["text"]) == 20
