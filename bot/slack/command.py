"""`/madoguchi`: who a customer is, what is open, and what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.slack.home import open_requests, request_line
from bot.slack.people import StaffOfSlack
from bot.slack.privately import Privately
from bot.slack.text import SECTION, clean, escape, escape_within, mrkdwn, plain
from bot.staff_words import StaffWords
from domain.addresses import full_address
from domain.people import Customer, Staff
from storage.access_log import record
from storage.people import find_customer, find_customers_by_email
from storage.request_views import load_request_view
from storage.requests import list_requests
from storage.store import Store

Block = dict[str, Any]

#: More would not be read in a message that vanishes.
MAX_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What only the asking person sees."""

    text: str
    blocks: list[Block]

    def as_ack(self) -> dict[str, Any]:
        """As Slack takes the answer to a command."""
        return {"response_type": "ephemeral", "text": self.text, "blocks": self.blocks}


class Command:
    """Answers the command. What is looked up of a customer stands in the access log."""

    def __init__(
        self,
        store: Store,
        people: StaffOfSlack,
        privately: Privately,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._people = people
        self._privately = privately
        self._base_url = base_url
        self._clock = clock

    async def answer(self, body: Mapping[str, Any]) -> Answer:
        """The answer to the command in a body."""
        staff = await self._people.find(str(body.get("user_id") or ""))
        words = self._privately.words(staff)
        if staff is None:
            return _lines([words("private_unauthorized")])
        word, _, rest = clean(str(body.get("text") or "")).strip().partition(" ")
        match word.lower():
            case "customer" if rest.strip():
                return await self._customer(staff, rest.strip()[:320], words)
            case "requests":
                return await self._requests(staff, words)
            case "" | "help" | "customer":
                return _help(words)
            case _:
                return _help(words, words("command_unknown", word=word[:50]))

    async def _requests(self, staff: Staff, words: StaffWords) -> Answer:
        total, views = await open_requests(self._store, staff, MAX_SHOWN)
        if not views:
            return _lines([words("home_none")])
        blocks = [request_line(view, words, self._base_url) for view in views]
        if total > len(views):
            more = words("and_more", number=total - len(views))
            blocks.append({"type": "context", "elements": [plain(more, 200)]})
        return Answer(words("home_title"), blocks)

    async def _customer(self, staff: Staff, asked: str, words: StaffWords) -> Answer:
        # Slack wraps an address that was typed.
        wanted = asked.strip("<>").removeprefix("mailto:").partition("|")[0]
        now = self._clock()

        def unit(session: Session) -> list[Block]:
            customer = find_customer(session, wanted)
            found = [customer] if customer else find_customers_by_email(session, wanted)[:3]
            blocks: list[Block] = []
            for one in found:
                record(
                    session,
                    "customer.shown",
                    now=now,
                    actor_kind="staff",
                    actor_id=staff.staff_id,
                    object_kind="customer",
                    object_id=one.customer_id,
                    customer_id=one.customer_id,
                    details={"channel": "slack"},
                )
                blocks += self._about(session, one, words)
            return blocks

        blocks = await self._store.write(unit)
        if not blocks:
            return _lines([words("command_no_customer", word=wanted[:100])])
        return Answer(escape_within(wanted, 300), blocks)

    def _about(self, session: Session, customer: Customer, words: StaffWords) -> Iterator[Block]:
        facts = {
            "name": customer.name,
            "customer_id": customer.customer_id,
            "company": customer.company,
            "department": customer.department,
            "phone": words.phone(customer.phone),
            "email": customer.email,
            "address": full_address(customer.postal_code, customer.address),
        }
        lines = [
            f"*{escape(words(f'label_{name}'))}*: {escape_within(value, 300)}"
            for name, value in facts.items()
            if value
        ]
        owned = ", ".join(customer.owned) or words("nothing_owned")
        lines.append(f"*{escape(words('heading_owned'))}*: {escape_within(owned, 500)}")
        yield {"type": "section", "text": mrkdwn("\n".join(lines)[:SECTION])}
        for row in list_requests(session, customer_id=customer.customer_id, limit=5):
            if row.consent:
                view = load_request_view(session, row.id)
                yield request_line(view, words, self._base_url)


def _help(words: StaffWords, first: str = "") -> Answer:
    names = ("command_help", "command_help_requests", "command_help_customer", "command_help_help")
    return _lines([*([first] if first else []), *(words(name) for name in names)])


def _lines(lines: list[str]) -> Answer:
    text = "\n".join(lines)
    block = {"type": "section", "text": plain(text, SECTION)}
    return Answer(escape_within(text, SECTION), [block])
