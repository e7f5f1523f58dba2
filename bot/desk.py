"""The one service: every message, from whichever door, is taken, decided on and stored here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlmodel import Session

from bot.attached import attach
from bot.effects import Step
from bot.facts import SessionFacts
from bot.proofs import Proofs
from bot.rendering import Renderer
from bot.staff_desk import StaffDesk
from bot.wording import resolve, say, say_all
from domain.conversation import Conversation
from domain.dialogue.policy import decide
from domain.dialogue.turn import OpenRequest, Turn, Words
from domain.errors import NotFound
from domain.ids import short_id
from domain.languages import known_locale
from domain.messages import (
    Author,
    AuthorKind,
    Channel,
    IncomingMessage,
    Message,
    Part,
    Receipt,
    Sender,
)
from domain.people import Customer, Level
from domain.understanding import Understanding
from storage.conversations import (
    add_messages,
    add_once,
    add_visitor,
    create_conversation,
    find_by_channel_id,
    latest_conversation_of,
    lock_conversation,
    save_turn,
)
from storage.json_text import Encoded
from storage.store import Unit
from storage.tables import VisitorRow

Clock = Callable[[], datetime]

_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9@.-])[A-Za-z][a-z']+(?![A-Za-z0-9@-])")
_KANA = re.compile(r"[ぁ-んァ-ヶ]")
_TWO_LETTERS = re.compile(r"[^\W\d_][\W\d_]*[^\W\d_]")

#: A customer who writes within this time goes on with the last conversation.
CONTINUED = timedelta(days=30)


def new_conversation_id() -> str:
    """A fresh id such as `M-7K3QM4XW9C`; it stands in the subject of mails."""
    return short_id("M", 10, secrets.token_bytes)


def new_request_id() -> str:
    """A fresh id such as `R-7K3QM4`."""
    return short_id("R", 7, secrets.token_bytes)


def new_order_number() -> str:
    """A fresh order number such as `A-7K3QM4X`."""
    return short_id("A", 8, secrets.token_bytes)


def new_notification_id() -> str:
    """A fresh id for the outbox: lower case, since it stands in mail addresses."""
    return short_id("n", 16, secrets.token_bytes).replace("-", "").lower()


class Understands(Protocol):
    """Tells what a text means."""

    def understand(self, text: str, channel: str, now: datetime) -> Understanding: ...


class Asks(Protocol):
    """A second opinion on a message that the engine is unsure of."""

    async def ask(self, text: str, first: Understanding) -> Understanding: ...


@dataclass(frozen=True, slots=True)
class Desk(StaffDesk):
    """Takes messages of customers and staff. All that follows is stored with the message."""

    engine: Understands
    renderer: Renderer
    proofs: Proofs
    default_locale: str
    company_name: str
    phone_region: str
    default_staff_id: str | None
    opinion: Asks | None = None
    #: Who answers.
    itself: Author = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "itself", Author(AuthorKind.BOT, self.company_name))

    async def receive(self, incoming: IncomingMessage) -> Receipt:
        """Take a customer's message once; given again it has the same seq and changes nothing.

        Raises:
            NotFound: the conversation it names does not exist.
        """
        now = self.clock()
        # Understanding costs a millisecond: it must not hold up the transaction.
        understood = self._understanding_of(incoming, now)
        if self.opinion is not None and self.asks_first(incoming):
            known = await self.store.read(lambda s: _stored_before(s, incoming))
            if known is not None:
                return known
            understood = await self.opinion.ask(incoming.text, understood)
        return await self.store.write(lambda s: self._receive(s, incoming, understood, now))

    def asks_first(self, incoming: IncomingMessage) -> bool:
        """Whether somebody else is asked about the message before it is stored."""
        return self.opinion is not None and not incoming.action

    def unit_for(self, incoming: IncomingMessage, now: datetime) -> Unit[Receipt]:
        """What takes a message as `receive` does, for who has many at a time and writes it; nobody
        else is asked."""
        understood = self._understanding_of(incoming, now)
        return lambda session: self._receive(session, incoming, understood, now)

    def _understanding_of(self, incoming: IncomingMessage, now: datetime) -> Understanding:
        if incoming.understood is not None:
            return incoming.understood
        text = "" if incoming.action else incoming.text
        return self.engine.understand(text, incoming.channel.value, now)

    def _receive(
        self, session: Session, incoming: IncomingMessage, understood: Understanding, now: datetime
    ) -> Receipt:
        conversation = self._conversation_of(session, incoming, understood, now)
        if conversation is None:
            return _known(session, incoming)
        locale = _locale_of(incoming, understood, conversation, self.default_locale)
        parts = attach(session, incoming, conversation.id) if incoming.files else ()
        message = _message_of(incoming, conversation, parts, now)
        if not add_once(
            session,
            message,
            incoming.channel_message_id,
            level=incoming.sender.level,
            proof=incoming.sender.proof,
            understood=_kept(understood, incoming),
        ):
            return _known(session, incoming)
        facts = self._facts(session, conversation, incoming, locale, now)
        turn = decide(conversation, incoming, understood, facts)
        in_thread = _with_thread(conversation, incoming) if incoming.mail else conversation
        step = Step(session, in_thread, incoming, message, facts.customer, locale, now)
        for effect in turn.effects:
            self.effects.carry_out(step, effect)
        answer = self._answer(session, step, turn)
        self._save(session, step, turn, answer, facts)
        return Receipt(
            conversation.id,
            message.seq,
            True,
            (message, answer) if answer else (message,),
            None
            if facts.proven is None
            else _proven_sender(session, incoming.sender, facts.proven),
        )

    def _conversation_of(
        self, session: Session, incoming: IncomingMessage, understood: Understanding, now: datetime
    ) -> Conversation | None:
        """The conversation of a message, begun where there is none; None for one stored before."""
        conversation_id = incoming.conversation_id or self._own_conversation(session, incoming, now)
        if conversation_id is not None:
            found = lock_conversation(session, conversation_id)
            if found is not None:
                return found
            if incoming.channel is not Channel.CHAT:
                raise NotFound(f"no conversation {conversation_id}")
        elif find_by_channel_id(session, incoming.channel, incoming.channel_message_id):
            return None
        return self._begin(
            session, incoming, understood, conversation_id or new_conversation_id(), now
        )

    def _own_conversation(
        self, session: Session, incoming: IncomingMessage, now: datetime
    ) -> str | None:
        """A verified customer who comes by chat goes on where they stopped, on any channel."""
        sender = incoming.sender
        if (
            incoming.channel is not Channel.CHAT
            or sender.level < Level.VERIFIED
            or not sender.customer_id
        ):
            return None
        return latest_conversation_of(session, sender.customer_id, since=now - CONTINUED)

    def _begin(
        self,
        session: Session,
        incoming: IncomingMessage,
        understood: Understanding,
        conversation_id: str,
        now: datetime,
    ) -> Conversation:
        sender = incoming.sender
        begun = create_conversation(
            session,
            conversation_id,
            channel=incoming.channel,
            locale=known_locale(incoming.locale or understood.locale),
            now=now,
            customer_id=sender.customer_id,
            level=sender.level,
            email=sender.email,
            name=sender.name[:200],
            subject=str(incoming.mail.get("subject", ""))[:998],
        )
        if sender.visitor_id:
            add_visitor(
                session,
                sender.visitor_id,
                conversation_id,
                customer_id=sender.customer_id,
                level=sender.level,
                now=now,
            )
        return begun

    def _facts(
        self,
        session: Session,
        conversation: Conversation,
        incoming: IncomingMessage,
        locale: str,
        now: datetime,
    ) -> SessionFacts:
        return SessionFacts(  # by place: names would cost three times as much
            session,
            conversation,
            incoming,
            locale,
            now,
            self.phone_region,
            self.default_staff_id,
            new_request_id,
            new_order_number,
            lambda code: self.proofs.check_code(session, conversation.id, code, now),
        )

    def _answer(self, session: Session, step: Step, turn: Turn) -> Message | None:
        """Store what the bot says, and owe it by mail where the message came by mail."""
        if turn.is_quiet:
            return None
        text = say_all(self.renderer, turn.says, step.locale)
        parts = Encoded(resolve(self.renderer, turn.parts, step.locale)) if turn.parts else ()
        answer = Message(
            step.conversation.id,
            step.message.seq + 1,
            self.itself,
            step.incoming.channel,
            text,
            step.now,
            parts,
            None,
            step.incoming.key,
        )
        add_messages(session, (answer,))
        if step.incoming.channel is _BY_MAIL:
            self._answer_by_mail(session, step, turn, answer)
        return answer

    def _answer_by_mail(self, session: Session, step: Step, turn: Turn, answer: Message) -> None:
        recipient = _answer_address(step)
        mailed = self._mailed(answer, step, turn)
        if not recipient or not mailed:
            return
        self.mail.answer(
            session,
            step.conversation,
            mailed,
            recipient,
            link=self._link(session, step, answer, recipient),
            locale=step.locale,
            # An unproven sender may not be who gets this mail: nothing is quoted to them.
            asked=step.incoming.text if step.incoming.sender.level >= Level.VERIFIED else "",
            now=step.now,
        )

    def _mailed(self, answer: Message, step: Step, turn: Turn) -> Message | None:
        """What of the answer goes by mail: an order has a mail of its own that says it all."""
        if not any(isinstance(e, OpenRequest) and e.order is not None for e in turn.effects):
            return answer
        rest = [words for words in turn.says if words.name != "done.purchase"]
        if not rest and not answer.parts:
            return None
        return replace(answer, text=say_all(self.renderer, rest, step.locale))

    def _link(self, session: Session, step: Step, answer: Message, recipient: str) -> Part | None:
        """The way to the same cards on the web; it stands in the mail only, never in the chat."""
        if not any(part["kind"] in ("form", "confirm") for part in answer.parts):
            return None
        customer = step.customer
        if customer is not None and customer.email.lower() != recipient.lower():
            customer = None
        url = self.proofs.answer_link(session, answer, recipient, customer, step.now)
        label = say(self.renderer, Words("button.on_web"), step.locale)
        return {"kind": "link", "url": url, "label": label}

    def _save(
        self,
        session: Session,
        step: Step,
        turn: Turn,
        answer: Message | None,
        facts: SessionFacts,
    ) -> None:
        incoming, conversation = step.incoming, step.conversation
        sender = incoming.sender
        values: dict[str, Any] = {
            "last_seq": answer.seq if answer else step.message.seq,
            "channel": incoming.channel._value_,
            "locale": step.locale,
        }
        if incoming.mail:
            values["mail_thread"] = dict(conversation.mail_thread)
            values["subject"] = str(incoming.mail.get("subject", ""))[:998]
        if turn.told or sender.name or sender.email:
            for name, longest in (("name", 200), ("email", 320), ("phone", 40)):
                value = turn.told.get(name) or getattr(sender, name, "")
                if value and not getattr(conversation, name):
                    values[name] = value[:longest]
        customer_id = (facts.proven.customer_id if facts.proven else None) or sender.customer_id
        if customer_id and conversation.customer_id in (None, customer_id):
            values["customer_id"] = customer_id
            values["level"] = max(conversation.level, facts.level).value
        save_turn(session, conversation, turn.state, step.now, values)


def _stored_before(session: Session, incoming: IncomingMessage) -> Receipt | None:
    found = find_by_channel_id(session, incoming.channel, incoming.channel_message_id)
    return None if found is None else Receipt(found[0], found[1], new=False)


def _known(session: Session, incoming: IncomingMessage) -> Receipt:
    known = _stored_before(session, incoming)
    assert known is not None  # the unique index told so
    return known


_BY_MAIL = Channel.EMAIL  # reading a member of its class costs a thousand instructions in 3.11
_NAMELESS = Author(AuthorKind.CUSTOMER)


def _message_of(
    incoming: IncomingMessage, conversation: Conversation, parts: Sequence[Part], now: datetime
) -> Message:
    name = incoming.sender.name or conversation.name
    return Message(
        conversation.id,
        conversation.last_seq + 1,
        Author(AuthorKind.CUSTOMER, name[:200]) if name else _NAMELESS,
        incoming.channel,
        incoming.text or _said_by(incoming),
        now,
        parts,
        incoming.key,
    )


def _said_by(incoming: IncomingMessage) -> str:
    """What a button or form says in the history: the label that the client sent along."""
    label = (incoming.action.value or {}).get("label") if incoming.action else None
    return str(label)[:200] if isinstance(label, str) else ""


def _locale_of(
    incoming: IncomingMessage, understood: Understanding, conversation: Conversation, default: str
) -> str:
    """The language to answer in: that of the words, else that of the page and talk so far."""
    said = conversation.locale or incoming.locale or default
    text = incoming.text
    if incoming.action is not None or not _TWO_LETTERS.search(text):
        return known_locale(said)
    # A Japanese name or address in an English sentence does not make it Japanese.
    if not text.isascii() and not _KANA.search(text) and len(_LATIN_WORD.findall(text)) >= 3:
        return known_locale("en")
    return known_locale(understood.locale or said)


def _kept(understood: Understanding, incoming: IncomingMessage) -> dict[str, Any] | None:
    """What was understood, or which card was answered; rehearsals are made of it."""
    action = incoming.action
    if action is not None:
        return {"action": action.id, "value": dict(action.value) if action.value else None}
    if not incoming.text:
        return None
    return {
        "version": understood.version,
        "locale": understood.locale,
        "band": understood.band._value_,
        "intents": [[intent.name, intent.confidence] for intent in understood.intents],
        "entities": dict(understood.entities),
    }


def _with_thread(conversation: Conversation, incoming: IncomingMessage) -> Conversation:
    """The conversation with the mail that an answer now belongs to."""
    mail = incoming.mail
    known = [*conversation.mail_thread.get("references", ()), *mail.get("references", ())]
    thread = {
        "subject": mail.get("subject", ""),
        "message_id": mail.get("message_id"),
        "references": list(dict.fromkeys(filter(None, known)))[-20:],
    }
    return replace(conversation, mail_thread=thread, name=conversation.name or incoming.sender.name)


def _answer_address(step: Step) -> str:
    """Where the answer to a mail goes: for a claimed customer only to the registered address."""
    sender = step.incoming.sender
    if sender.level is Level.CLAIMED and step.customer is not None and step.customer.email:
        return step.customer.email
    return sender.email or step.conversation.email


def _proven_sender(session: Session, sender: Sender, proven: Customer) -> Sender:
    """Remember on the visitor that a code was right."""
    if sender.visitor_id:
        visitor = session.get(VisitorRow, sender.visitor_id)
        if visitor is not None:
            visitor.customer_id = proven.customer_id
            visitor.level = Level.VERIFIED.value
            session.add(visitor)
    return replace(
        sender, level=Level.VERIFIED, customer_id=proven.customer_id, name=proven.name, proof="code"
    )
