"""The cards of a mailed answer on the web: fill in what is missing, confirm, refuse or drop it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlmodel import Session

from bot.desk import Desk
from bot.proofs import AnswerLink, open_answer_link
from bot.rendering import Renderer
from bot.web.headers import POLICY, STILL_PAGE
from domain.languages import known_locale
from domain.messages import Action, AuthorKind, Channel, IncomingMessage, Message, Part, Sender
from domain.people import Level
from storage.conversations import find_conversation, history
from storage.store import Store

_ANSWERABLE = ("form", "confirm")
_MAX_FIELD = 4_000


class AnsweredMails:
    """Answers `/confirm/request/<token>`. Mail scanners open links, so GET changes nothing."""

    def __init__(
        self, store: Store, renderer: Renderer, desk: Desk, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._desk = desk
        self._clock = clock

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.get("/confirm/request/{token}", self.show),
            web.post("/confirm/request/{token}", self.answer),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The cards that were mailed and still wait for an answer."""
        link = await self._open(request)
        if link is None:
            return self._gone(request)
        text, parts, locale = await self._store.read(lambda session: _mailed(session, link))
        return self._page(request, locale, text, parts)

    async def answer(self, request: web.Request) -> web.Response:
        """Take the answer to one card like any other message, and show what comes of it."""
        link = await self._open(request)
        fields = {name: str(value)[:_MAX_FIELD] for name, value in (await request.post()).items()}
        action = fields.pop("action", "")
        if link is None or action.partition(":")[0] not in _ANSWERABLE:
            return self._gone(request)
        receipt = await self._desk.receive(self._incoming(request, link, action, fields))
        locale = await self._store.read(lambda session: _locale(session, link))
        answers = [m for m in receipt.messages if m.author.kind is AuthorKind.BOT]
        if not answers:
            text, parts, locale = await self._store.read(lambda session: _mailed(session, link))
            return self._page(request, locale, text, parts)
        return self._page(request, locale, answers[-1].text, _cards(answers[-1]))

    async def _open(self, request: web.Request) -> AnswerLink | None:
        token, now = request.match_info["token"], self._clock()
        return await self._store.read(lambda session: open_answer_link(session, token, now))

    def _incoming(
        self, request: web.Request, link: AnswerLink, action: str, fields: dict[str, str]
    ) -> IncomingMessage:
        # Pressing twice sends the same fields with the same mark: taken once.
        pressed = repr((request.match_info["token"], action, sorted(fields.items())))
        fields.pop("mark", None)
        value: dict[str, Any] = dict(fields)
        if action.startswith("confirm:"):
            value = {
                "decision": "cancel" if fields.get("decision") == "cancel" else "send",
                "notify_staff": fields.get("notify_staff") == "yes",
            }
        return IncomingMessage(
            channel=Channel.EMAIL,
            channel_message_id=f"web:{hashlib.sha256(pressed.encode()).hexdigest()[:40]}",
            sender=_sender(link),
            sent_at=self._clock(),
            conversation_id=link.conversation_id,
            action=Action(action, value),
        )

    def _gone(self, request: web.Request) -> web.Response:
        return self._page(request, known_locale(None), "", [], status=410)

    def _page(
        self,
        request: web.Request,
        locale: str,
        text: str,
        parts: Sequence[Part],
        status: int = 200,
    ) -> web.Response:
        request[POLICY] = STILL_PAGE
        context: Mapping[str, Any] = {
            "text": text,
            "parts": list(parts),
            "gone": status == 410,
            "mark": secrets.token_hex(8),
            "root": "",
        }
        return web.Response(
            text=self._renderer.page("answered_mail.html", locale, context),
            content_type="text/html",
            status=status,
            headers={"Referrer-Policy": "no-referrer"},
        )


def _sender(link: AnswerLink) -> Sender:
    """Who reads mail at a registered address is its owner."""
    if link.customer is None:
        return Sender(email=link.email, proof="link")
    return Sender(
        level=Level.VERIFIED,
        customer_id=link.customer.customer_id,
        email=link.email,
        name=link.customer.name,
        proof="link",
    )


def _locale(session: Session, link: AnswerLink) -> str:
    conversation = find_conversation(session, link.conversation_id)
    return conversation.locale if conversation else known_locale(None)


def _mailed(session: Session, link: AnswerLink) -> tuple[str, list[Part], str]:
    """The message that was mailed: its text and those cards whose request still waits."""
    conversation = find_conversation(session, link.conversation_id)
    later = history(session, link.conversation_id, after=link.seq - 1, limit=10_000)
    if conversation is None or not later or later[0].seq != link.seq:
        return "", [], known_locale(None)
    waiting = {task.id for task in conversation.state.tasks}
    cards = [c for c in _cards(later[0]) if str(c["action"]).partition(":")[2] in waiting]
    return (later[0].text if cards else ""), cards, conversation.locale


def _cards(message: Message) -> list[Part]:
    return [part for part in message.parts if part["kind"] in _ANSWERABLE]
