"""Plays a story on a counter with a database of its own; nothing leaves the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlmodel import Session

from bot.assembly import Counter
from bot.rehearsal.came import Came, Seen, see
from bot.rehearsal.story import Step, Story
from domain.errors import BadInput
from domain.messages import (
    Action,
    AuthorKind,
    Channel,
    IncomingMessage,
    Message,
    Sender,
    StaffMessage,
)
from domain.people import Customer, Level
from storage.company_copy import Rows, start_afresh
from storage.company_snapshot import bump_company
from storage.people import find_customer, find_customers_by_email
from storage.requests import list_requests
from storage.tables import ProductRow

_versions = count(1_000, 1_000)


@dataclass(slots=True)
class Difference:
    """Where a story did not go as written; `step` counts from 1."""

    story: str
    step: int
    what: str


@dataclass(slots=True)
class Play:
    """One story on its way. The counter's database is emptied for it."""

    counter: Counter
    rows: Rows
    story: Story
    conversation_id: str | None = None
    customer: Customer | None = None
    cards: list[Mapping[str, Any]] = field(default_factory=list)
    last_action: Action | None = None
    proved: Sender | None = None
    heard: list[Message | None] = field(default_factory=list)
    steps: Any = field(default_factory=lambda: count(1))

    async def run(self) -> list[Difference]:
        """Play every step and give what differs; a step that cannot be played ends the story."""
        version = next(_versions)
        await self.counter.store.write(lambda s: start_afresh(s, self.rows, version))
        self.customer = await self.counter.store.read(self._find_customer)
        found: list[Difference] = []
        for number, step in enumerate(self.story.steps, start=1):
            before = await self._see()
            try:
                answer = await self._do(step)
            except BadInput as error:
                return [*found, Difference(self.story.story, number, str(error))]
            self.heard.append(answer)
            came = Came(
                answer, before, await self._see(), self.counter.settings, self._own_address(step)
            )
            found += [Difference(self.story.story, number, d) for d in came.differences(step)]
        return found

    def _find_customer(self, session: Session) -> Customer | None:
        if self.story.customer is None:
            return None
        found = find_customer(session, self.story.customer)
        if found is None:
            raise BadInput(f"there is no customer {self.story.customer}")
        return found

    async def _see(self) -> Seen:
        return await self.counter.store.read(lambda s: see(s, self.story.customer))

    async def _do(self, step: Step) -> Message | None:
        if step.withdraw or step.price:
            await self.counter.store.write(lambda s: _change_catalog(s, step, self.counter.clock()))
            await self.counter.engine.look()
            return None
        if step.claim:
            request_id = await self.counter.store.read(_newest_request)
            await self.counter.desk.claim(request_id, step.claim)
            return None
        if step.staff is not None:
            await self._staff_says(step.staff)
            return None
        receipt = await self.counter.desk.receive(await self._incoming(step))
        self.conversation_id = receipt.conversation_id
        self.proved = receipt.sender or self.proved
        answers = [m for m in receipt.messages if m.author.kind is AuthorKind.BOT]
        answer = answers[-1] if answers else None
        if answer is not None:
            # A card stays in sight: what is pressed later may be older than the last answer.
            self.cards = [*answer.parts, *self.cards][:40]
        return answer

    async def _staff_says(self, text: str) -> None:
        assert self.conversation_id is not None  # a story in which staff speak first is refused
        rows = await self.counter.store.read(
            lambda s: [(r.id, r.staff_id) for r in list_requests(s, limit=1)]
        )
        if not rows or not rows[0][1]:
            raise BadInput("no member of staff has a request here")
        await self.counter.desk.staff_says(
            StaffMessage(
                channel=Channel.SLACK,
                channel_message_id=f"rehearsal-staff-{next(self.steps)}",
                staff_id=rows[0][1],
                conversation_id=self.conversation_id,
                text=text,
                sent_at=self.counter.clock(),
                request_id=rows[0][0],
            )
        )

    async def _incoming(self, step: Step) -> IncomingMessage:
        number = next(self.steps)
        channel = Channel.EMAIL if step.mail is not None else Channel.CHAT
        sender = await self._sender(step, channel)
        if step.new:
            self.conversation_id = None
        mail = {"subject": "Question", "message_id": f"<{number}@rehearsal.example>"}
        incoming = IncomingMessage(
            channel=channel,
            channel_message_id=f"rehearsal-{number}",
            sender=sender,
            sent_at=self.counter.clock(),
            text=step.say or step.mail or "",
            conversation_id=self.conversation_id,
            key=f"key-{number}",
            action=self._action(step),
            locale=step.locale or (self.story.locale if channel is Channel.CHAT else None),
            page_product=self.story.page,
            catalog_number=self.story.catalog if channel is Channel.EMAIL else None,
            mail=mail if channel is Channel.EMAIL else {},
        )
        self.last_action = incoming.action or self.last_action
        return incoming

    async def _sender(self, step: Step, channel: Channel) -> Sender:
        if channel is Channel.EMAIL:
            return await self._mail_sender(step)
        if self.proved is not None:
            return self.proved
        level = Level[self.story.level.upper()]
        visitor = Sender(visitor_id="rehearsal-visitor")
        if self.customer is None or level is Level.ANONYMOUS:
            return visitor
        return replace(
            visitor,
            level=level,
            customer_id=self.customer.customer_id,
            name=self.customer.name,
            proof="identity",
        )

    async def _mail_sender(self, step: Step) -> Sender:
        address = step.sender or (self.customer.email if self.customer else "")
        if not address:
            raise BadInput("a mail needs a sender: name the customer, or `sender` in the step")
        found = await self.counter.store.read(lambda s: find_customers_by_email(s, address))
        proven = step.proven if step.proven is not None else self.story.level == "verified"
        if len(found) != 1:
            return Sender(email=address)
        return Sender(
            level=Level.VERIFIED if proven else Level.CLAIMED,
            customer_id=found[0].customer_id,
            email=address,
            name=found[0].name,
            proof="dkim" if proven else "",
        )

    def _own_address(self, step: Step) -> str:
        return step.sender or (self.customer.email if self.customer else "")

    def _action(self, step: Step) -> Action | None:
        if step.again:
            return self.last_action
        if step.fill is not None:
            return Action(self._card("form"), step.fill)
        if step.send or step.refuse or step.drop:
            decision = "cancel" if step.drop else "send"
            value = {"decision": decision, "notify_staff": not step.refuse}
            return Action(self._card("confirm"), value)
        if step.press is not None:
            return Action(self._button(step.press), step.value)
        return None

    def _card(self, kind: str) -> str:
        found = [part for part in self.cards if part["kind"] == kind]
        if not found:
            raise BadInput(f"no {kind} card was shown")
        return str(found[0]["action"])

    def _button(self, wanted: str) -> str:
        """The button shown last whose action begins so; a full action id may be an old card's."""
        for part in self.cards:
            for button in (*part.get("buttons", ()), *part.get("choices", ())):
                if str(button["action"]).startswith(wanted):
                    return str(button["action"])
        if ":" in wanted:
            return wanted
        raise BadInput(f"no button {wanted!r} was shown")


def _newest_request(session: Session) -> str:
    rows = list_requests(session, limit=1)
    if not rows:
        raise BadInput("there is no request to claim")
    return rows[0].id


def _change_catalog(session: Session, step: Step, now: datetime) -> None:
    for model in filter(None, [step.withdraw, *(step.price or {})]):
        row = session.get(ProductRow, model)
        if row is None:
            raise BadInput(f"there is no product {model}")
        if model == step.withdraw:
            row.withdrawn_at = now
        if step.price and model in step.price:
            row.price = Decimal(step.price[model])
        session.add(row)
    bump_company(session)


async def rehearse(counter: Counter, rows: Rows, stories: Sequence[Story]) -> list[Difference]:
    """Play the stories one after the other, each on an empty database with the company in it."""
    found: list[Difference] = []
    for story in stories:
        found += await Play(counter, rows, story).run()
    return found
