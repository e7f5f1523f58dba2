"""One browser's talk with the counter, whatever carries the frames."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.chat import frames
from bot.chat.backend import ChatBackend, Refused, Shown, Taken, Unavailable, Visitor
from bot.chat.frames import BadFrame, Frame
from bot.chat.pace import Pace
from domain.languages import known_locale
from domain.messages import Action, Channel, IncomingMessage

log = logging.getLogger(__name__)

#: Letters of a signed identity (a JWT of a few claims).
MAX_IDENTITY = 8_192
#: How many messages a hello after the first one counts for.
HELLO_COST = 20.0


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What every talk needs; `error_words` gives the sentence of an error in a language."""

    backend: ChatBackend
    error_words: Callable[[str, str], str]
    clock: Callable[[], datetime]
    default_locale: str


class ChatSession:
    """Takes frames and gives the frames that answer them."""

    def __init__(self, parts: ChatParts, pace: Pace | None = None) -> None:
        self._parts = parts
        self._pace = pace or Pace()
        self.visitor: Visitor | None = None
        self.locale = parts.default_locale
        self._product: str | None = None
        self._page_url: str | None = None

    async def take(self, text: str | bytes) -> tuple[list[Frame], Sequence[Shown]]:
        """Take one frame.

        Returns:
            The frames that answer it (acknowledgement, welcome or error), and the messages
            that it led to, for those who follow the conversation.
        """
        try:
            return await self._handle(frames.parse_frame(text))
        except BadFrame as refused:
            return [self.refusal(refused.code, refused.key)], ()
        except Unavailable as trouble:
            log.warning("chat.unavailable: %s", trouble)
            return [self.refusal("unavailable", None)], ()

    def _handle(self, frame: Frame) -> Coroutine[Any, Any, tuple[list[Frame], Sequence[Shown]]]:
        # Messages come first: a coroutine that awaits only another is one too many for each.
        kind = frame["type"]
        if self.visitor is not None and (kind == "message" or kind == "action"):
            return self._message(self.visitor, frame)
        return self._handle_other(kind, frame)

    async def _handle_other(self, kind: str, frame: Frame) -> tuple[list[Frame], Sequence[Shown]]:
        if kind == "hello":
            # A long conversation may come back as a whole, each time.
            if self.visitor is not None and not self._pace.allows(HELLO_COST):
                raise BadFrame("rate_limited")
            return await self._hello(frame), ()
        if self.visitor is None:
            return [self.refusal("hello_first", None, code="bad_frame")], ()
        if kind == "read":
            await self._read(self.visitor, frame)
        return [], ()  # "typing": nobody is shown it yet

    def refusal(self, words: str, key: str | None, *, code: str | None = None) -> Frame:
        """An error frame in the visitor's language."""
        return frames.error(code or words, self._parts.error_words(words, self.locale), key)

    async def _hello(self, frame: Frame) -> list[Frame]:
        page = frame.get("page")
        page = page if isinstance(page, dict) else {}
        locale = frame.get("locale")
        if isinstance(locale, str) and locale:
            self.locale = known_locale(locale[:35])
        self._product = _text(page.get("product"), 64)
        self._page_url = _text(page.get("url"), 1_000)
        self.visitor = await self._parts.backend.hello(
            _text(frame.get("visitor"), 256),
            _identity(frame),
            frames.seq_of(frame.get("after")),
            self._parts.clock(),
        )
        answers: list[Frame] = []
        if self.visitor.refused:
            answers.append(self.refusal("unauthorized", None))
        return [*answers, self.welcome()]

    def welcome(self) -> Frame:
        """The welcome of the visitor that said hello."""
        visitor = self.visitor
        assert visitor is not None  # only called after hello
        return frames.welcome(
            visitor.token, visitor.conversation_id, visitor.customer_name, visitor.messages
        )

    async def _message(self, visitor: Visitor, frame: Frame) -> tuple[list[Frame], Sequence[Shown]]:
        key = frames.key_of(frame)
        action = frames.action_of(frame) if frame["type"] == "action" else None
        text = "" if action else frames.text_of(frame)
        files = () if action else frames.files_of(frame)
        if not text and not files and action is None:
            raise BadFrame(key=key)
        if not self._pace.allows():
            raise BadFrame("rate_limited", key)
        try:
            taken = await self._parts.backend.receive(
                self._incoming(visitor, key, text, files, action)
            )
        except Refused as refused:
            log.info("chat.refused code=%s detail=%s", refused.code, refused.reason)
            raise BadFrame(refused.code, key) from None
        except Exception:
            log.exception("chat.not_stored")
            return [self.refusal("unavailable", key)], ()
        self._remember(visitor, taken)
        return [frames.ack(key, taken.seq)], taken.messages

    def _incoming(
        self, visitor: Visitor, key: str, text: str, files: tuple[str, ...], action: Action | None
    ) -> IncomingMessage:
        return IncomingMessage(
            Channel.CHAT,
            f"{visitor.sender.visitor_id}:{key}",
            visitor.sender,
            self._parts.clock(),
            text,
            visitor.conversation_id,
            key,
            action,
            self.locale,
            self._product,
            self._page_url,
            None,  # this and the next are of mails
            {},
            files,
        )

    def _remember(self, visitor: Visitor, taken: Taken) -> None:
        if taken.sender is not None:  # a code was right: known from now on
            self.visitor = replace(visitor, sender=taken.sender, customer_name=taken.sender.name)

    async def _read(self, visitor: Visitor, frame: Frame) -> None:
        seq = frames.seq_of(frame.get("seq"))
        if not seq or not self._pace.allows():
            return
        await self._parts.backend.note_read(visitor.conversation_id, seq, self._parts.clock())


def _identity(frame: Frame) -> str | None:
    """What the website signed, None where it says nothing; what is no such text is a wrong one."""
    identity = frame.get("identity")
    if identity is None:
        return None
    return identity if isinstance(identity, str) and len(identity) <= MAX_IDENTITY else ""


def _text(value: object, limit: int) -> str | None:
    return frames.storable(value)[:limit] or None if isinstance(value, str) else None
