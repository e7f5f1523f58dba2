"""Who a browser is: the visitor's token, the conversation it belongs to, and its identity."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.chat.backend import Visitor
from bot.chat.frames import shown
from bot.chat.identity import identified_customer
from bot.desk import CONTINUED, new_conversation_id
from domain.ids import short_id
from domain.messages import Channel, Sender
from domain.people import Customer, Level
from domain.signing import Keys, Purpose
from storage.conversations import (
    add_visitor,
    create_conversation,
    find_conversation,
    history,
    latest_conversation_of,
    revoke_visitor,
    save_conversation,
)
from storage.people import find_customer
from storage.store import Store
from storage.tables import VisitorRow


@dataclass(frozen=True, slots=True)
class Visitors:
    """Reads and makes visitors' tokens.

    A token names visitor and conversation and is sealed by us. Rows are only written with the
    first message: a page that is merely looked at costs the database nothing.
    """

    store: Store
    keys: Keys
    identity_secrets: Sequence[str]

    async def hello(
        self, token: object, identity: object, after: int | None, now: datetime
    ) -> Visitor:
        """Recognise a browser, or begin a new one; a wrong identity leaves it anonymous."""
        named = identified_customer(identity, self.identity_secrets, now)
        if named is None and self._open(token) is None:
            # Somebody new has no rows: a page that is merely looked at does not ask the database.
            return replace(self._fresh(), refused=identity is not None, is_new=True)

        def unit(session: Session) -> Visitor:
            customer = find_customer(session, named) if named else None
            refused = identity is not None and customer is None
            known = self._known(session, token, trusted=not refused)
            visitor = self._joined(session, known, customer, now)
            # What the browser has is worth something only where it goes on with the same talk.
            same = known is not None and known.conversation_id == visitor.conversation_id
            seen = (after or 0) if same else 0
            messages = history(session, visitor.conversation_id, after=seen)
            return replace(
                visitor, messages=list(map(shown, messages)), after=seen, refused=refused
            )

        # Only a signed identity changes rows (it lifts a visitor that is stored already).
        return await (self.store.write(unit) if named else self.store.read(unit))

    async def recognise(self, token: object) -> Visitor | None:
        """The visitor of a token, None for one that is not ours or was revoked."""
        return await self.store.read(lambda session: self._known(session, token, trusted=True))

    def _known(self, session: Session, token: object, *, trusted: bool) -> Visitor | None:
        opened = self._open(token)
        if opened is None:
            return None
        visitor_id, conversation_id = opened
        row = session.get(VisitorRow, visitor_id)
        if row is None:
            return self._visitor(visitor_id, conversation_id, None)
        if row.revoked_at is not None or (row.level >= Level.VERIFIED and not trusted):
            return None
        customer = find_customer(session, row.customer_id) if row.customer_id else None
        if row.customer_id and customer is None:
            return None  # erased since
        return self._visitor(visitor_id, row.conversation_id, customer)

    def _joined(
        self, session: Session, known: Visitor | None, customer: Customer | None, now: datetime
    ) -> Visitor:
        """The visitor after the host site's word: lifted, another one, or as before."""
        if customer is None:
            return known or self._fresh()
        if known is None or known.sender.customer_id not in (None, customer.customer_id):
            going_on = latest_conversation_of(session, customer.customer_id, since=now - CONTINUED)
            known = self._fresh(going_on, customer)
        self._lift(session, known, customer, now)
        return replace(known, sender=_verified(known.sender, customer), customer_name=customer.name)

    def _lift(self, session: Session, known: Visitor, customer: Customer, now: datetime) -> None:
        """Remember who signed in: the talk so far becomes the customer's own.

        The rows are written now, not with the first message: the token alone, over plain HTTP
        or another day, must lead to the same person, and end where it is given back.
        """
        visitor_id = known.sender.visitor_id
        assert visitor_id is not None  # every visitor has one
        conversation = find_conversation(session, known.conversation_id)
        if conversation is None:
            create_conversation(
                session,
                known.conversation_id,
                channel=Channel.CHAT,
                locale=customer.locale,
                now=now,
                customer_id=customer.customer_id,
                level=Level.VERIFIED,
                email=customer.email,
                name=customer.name,
            )
        elif conversation.customer_id is None:
            save_conversation(
                session,
                conversation.id,
                now,
                customer_id=customer.customer_id,
                level=Level.VERIFIED.value,
            )
        row = session.get(VisitorRow, visitor_id)
        if row is None:
            add_visitor(
                session, visitor_id, known.conversation_id,
                customer_id=customer.customer_id, level=Level.VERIFIED, now=now,
            )  # fmt: skip
        elif row.level < Level.VERIFIED:
            row.customer_id = customer.customer_id
            row.level = Level.VERIFIED.value
            session.add(row)

    def _fresh(
        self, conversation_id: str | None = None, customer: Customer | None = None
    ) -> Visitor:
        visitor_id = short_id("v", 16, secrets.token_bytes)
        return self._visitor(visitor_id, conversation_id or new_conversation_id(), customer)

    def _visitor(self, visitor_id: str, conversation_id: str, customer: Customer | None) -> Visitor:
        sender = Sender(visitor_id=visitor_id)
        return Visitor(
            token=self.keys.seal(Purpose.VISITOR, f"{visitor_id}:{conversation_id}"),
            conversation_id=conversation_id,
            sender=_verified(sender, customer) if customer else sender,
            customer_name=customer.name if customer else None,
        )

    def _open(self, token: object) -> tuple[str, str] | None:
        if not isinstance(token, str) or len(token) > 200:
            return None
        visitor_id, colon, conversation_id = (
            self.keys.open(Purpose.VISITOR, token) or ""
        ).partition(":")
        return (visitor_id, conversation_id) if colon else None

    async def forget(self, token: object, now: datetime) -> None:
        """End the visitor's token; nothing happens for one that is not ours."""
        opened = self._open(token)
        if opened is None:
            return
        visitor_id, conversation_id = opened

        def unit(session: Session) -> None:
            if (
                session.get(VisitorRow, visitor_id) is None
                and find_conversation(session, conversation_id) is not None
            ):
                add_visitor(
                    session, visitor_id, conversation_id,
                    customer_id=None, level=Level.ANONYMOUS, now=now,
                )  # fmt: skip
            revoke_visitor(session, visitor_id, now)

        await self.store.write(unit)


def _verified(sender: Sender, customer: Customer) -> Sender:
    return replace(
        sender,
        level=Level.VERIFIED,
        customer_id=customer.customer_id,
        name=customer.name,
        proof=sender.proof or "identity",
    )
