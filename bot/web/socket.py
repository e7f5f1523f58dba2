"""`/chat/socket` and its twin over plain HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aiohttp import hdrs, web

from bot.chat import frames
from bot.chat.backend import Shown
from bot.chat.frames import Frame
from bot.chat.fronts import Fronts
from bot.chat.pace import Pace
from bot.chat.session import ChatParts, ChatSession
from bot.chat.talk import Talks
from bot.chat.visitors import Visitors
from domain.languages import known_locale

#: Visitors over plain HTTP whose pace is remembered; those longest silent are forgotten first.
KEPT_PACES = 5_000


class ChatDoor:
    """Answers the chat's routes."""

    def __init__(
        self,
        parts: ChatParts,
        visitors: Visitors,
        talks: Talks,
        origins: frozenset[str],
        fronts: Fronts | None = None,
    ) -> None:
        self._parts = parts
        self._visitors = visitors
        self._talks = talks
        self._origins = origins
        self._fronts = fronts
        self._paces: dict[str, Pace] = {}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.get("/chat/socket", self.socket),
            web.post("/chat/messages", self.post),
            web.get("/chat/messages", self.get),
            web.delete("/chat/visitor", self.forget),
        ]

    def _refuse_foreign(self, request: web.Request) -> None:
        # A browser always names the page; only programs of no browser leave it out.
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin not in self._origins:
            raise web.HTTPForbidden(text="this website may not use the chat; see ALLOWED_ORIGINS")

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Talk in frames until the browser leaves, here or in a process for that."""
        self._refuse_foreign(request)
        if self._fronts is not None:
            await self._fronts.wait()
            if request.transport is None:
                return web.Response()  # to nobody: the browser has left meanwhile
            if self._fronts.take_over(request):
                return web.Response()  # to nobody: the connection is another process's now
        return await self._talks.hold(request)

    async def post(self, request: web.Request) -> web.Response:
        """Take one frame; the first one without a token is answered with a welcome as well."""
        self._refuse_foreign(request)
        body = await _body(request)
        session = ChatSession(self._parts, self._pace_of(request))
        answers: list[Frame] = []
        first = _as_frame(body)
        if first.get("type") != "hello":
            session.visitor = await self._visitors.recognise(_bearer(request))
            if session.visitor is None:
                hints = {name: first[name] for name in _HELLO_FIELDS if name in first}
                answers, _ = await session.take(json.dumps({"type": "hello", **hints}))
            elif isinstance(first.get("locale"), str):
                session.locale = known_locale(first["locale"][:35])
        frames_out, messages = await session.take(body)
        return _answer(answers + frames_out, messages)

    def _pace_of(self, request: web.Request) -> Pace:
        """The pace of who posts: by token, and by address where there is none."""
        who = _bearer(request) or f"from {request.remote}"
        pace = self._paces.pop(who, None) or Pace()
        self._paces[who] = pace
        while len(self._paces) > KEPT_PACES:
            self._paces.pop(next(iter(self._paces)))
        return pace

    async def get(self, request: web.Request) -> web.Response:
        """The messages behind `after`."""
        self._refuse_foreign(request)
        if not self._pace_of(request).allows():
            return self._refusal("rate_limited", status=429)
        visitor = await self._visitors.recognise(_bearer(request))
        if visitor is None:
            return self._refusal("unauthorized", status=401)
        try:
            after = max(0, int(request.query.get("after", "0") or 0))
        except ValueError:
            return self._refusal("bad_frame", status=400)
        after = min(after, 2**31 - 1)
        return _answer([], await self._parts.backend.history(visitor.conversation_id, after))

    def _refusal(self, words: str, *, status: int) -> web.Response:
        return _answer([ChatSession(self._parts).refusal(words, None)], status=status)

    async def forget(self, request: web.Request) -> web.Response:
        """End the visitor's token, on the server as well."""
        self._refuse_foreign(request)
        await self._visitors.forget(_bearer(request), self._parts.clock())
        return web.Response(status=204)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > frames.MAX_FRAME_BYTES:
        raise web.HTTPRequestEntityTooLarge(frames.MAX_FRAME_BYTES, request.content_length or 0)
    body = await request.content.read(frames.MAX_FRAME_BYTES + 1)
    while len(body) <= frames.MAX_FRAME_BYTES and not request.content.at_eof():
        more = await request.content.read(frames.MAX_FRAME_BYTES + 1 - len(body))
        if not more:
            break
        body += more
    if len(body) > frames.MAX_FRAME_BYTES:
        raise web.HTTPRequestEntityTooLarge(frames.MAX_FRAME_BYTES, len(body))
    return body


#: What a client may send along with its first frame instead of a hello.
_HELLO_FIELDS = ("locale", "page", "identity")


def _as_frame(body: bytes) -> Frame:
    """The body as a frame, empty where it is none; the session says what is wrong with it."""
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _answer(
    answers: Sequence[Frame], messages: Sequence[Shown] = (), status: int = 200
) -> web.Response:
    shown = [frames.message(message) for message in messages if not message.internal]
    return web.Response(
        body=frames.dump({"frames": [*answers, *shown], "messages": shown}),
        status=status,
        content_type="application/json",
        charset="utf-8",
    )
