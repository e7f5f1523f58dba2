"""What the mail pane of the page reads and does."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.pages.guard import mail_policy
from bot.sandbox.pages.mail_text import (
    Draft,
    Unwritable,
    answer_to,
    attachment,
    head,
    html_of,
    opened,
    recipients,
    written,
)
from bot.sandbox.pages.persona import Persona
from bot.sandbox.slack.nouns import Json

SENT = "Sent"
MOST_LISTED = 200
_CHARSETS = {"utf-8", "iso-2022-jp"}


class MailPane:
    """The mailboxes, for reading and writing as anybody."""

    def __init__(
        self, mailbox: SandboxMailbox, personas: Sequence[Persona], counter_origin: str
    ) -> None:
        self._mailbox = mailbox
        self._personas = {persona.address.lower(): persona for persona in personas}
        self._policy = mail_policy(counter_origin)

    def routes(self) -> list[web.RouteDef]:
        """The addresses of this pane."""
        return [
            web.get("/api/mailboxes", self._mailboxes),
            web.get("/api/mails", self._mails),
            web.get("/api/mail", self._mail),
            web.get("/mail/html", self._html),
            web.get("/mail/file", self._file),
            web.post("/api/mail/send", self._send),
            web.post("/api/mail/reply", self._reply),
        ]

    async def _mailboxes(self, request: web.Request) -> web.Response:
        addresses = dict.fromkeys([*self._personas, *self._mailbox.addresses])
        return web.json_response([self._described(address) for address in addresses])

    def _described(self, address: str) -> Json:
        persona = self._personas.get(address)
        known = address in self._mailbox.addresses
        return {
            "address": address,
            "name": persona.name if persona else "",
            "role": persona.role if persona else "other",
            "locale": persona.locale if persona else "",
            "ids": [
                entry.id
                for entry in (self._mailbox.entries(address) if known else [])
                if entry.folder != SENT
            ],
        }

    async def _mails(self, request: web.Request) -> web.Response:
        """The mails of one address, or without one what everybody has received; newest first."""
        address = request.query.get("address", "")
        known = self._mailbox.addresses
        chosen = [address] if address in known else [] if address else known
        found = [
            (entry, owner)
            for owner in chosen
            for entry in self._mailbox.entries(owner)
            if address or entry.folder != SENT
        ]
        found.sort(key=lambda pair: pair[0].received, reverse=True)
        return web.json_response(
            [
                head(entry.raw)
                | {
                    "id": entry.id,
                    "address": owner,
                    "folder": entry.folder,
                    "at": entry.received.isoformat(),
                }
                for entry, owner in found[:MOST_LISTED]
            ]
        )

    async def _mail(self, request: web.Request) -> web.Response:
        return web.json_response(opened(self._raw(request.query)))

    async def _html(self, request: web.Request) -> web.Response:
        page = html_of(self._raw(request.query))
        headers = {"Content-Security-Policy": self._policy}
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        number = request.query.get("part", "")
        found = attachment(self._raw(request.query), int(number)) if number.isdigit() else None
        if found is None:
            raise web.HTTPNotFound
        name, content = found
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return web.Response(body=content, content_type="application/octet-stream", headers=headers)

    async def _send(self, request: web.Request) -> web.Response:
        body = await _body(request)
        draft = Draft(
            sender=_field(body, "from"),
            sender_name=self._name(_field(body, "from")),
            to=_field(body, "to"),
            subject=" ".join(str(body.get("subject") or "").split()),
            text=_field(body, "text"),
            charset=_charset(body),
        )
        return await self._deliver(draft, None, genuine=body.get("genuine") is not False)

    async def _reply(self, request: web.Request) -> web.Response:
        body = await _body(request)
        raw = self._raw(body)
        sender = _field(body, "address")
        draft = answer_to(
            raw,
            sender=sender,
            sender_name=self._name(sender),
            text=_field(body, "text"),
            charset=_charset(body),
        )
        return await self._deliver(draft, raw, genuine=True)

    async def _deliver(self, draft: Draft, answers: bytes | None, *, genuine: bool) -> web.Response:
        to = recipients(draft.to)
        if not to or "@" not in draft.sender:
            return _refused("no_recipient")
        try:
            raw = written(draft, answers=answers)
        except Unwritable:
            return _refused("not_in_charset")
        for address in to:
            await self._mailbox.put(address, raw, mail_from=draft.sender, authenticated=genuine)
        self._mailbox.keep(draft.sender, SENT, raw)
        return web.json_response({"to": to})

    def _name(self, address: str) -> str:
        persona = self._personas.get(address.lower())
        return persona.name if persona else ""

    def _raw(self, where: object) -> bytes:
        """The mail that `address` and `id` name. Raises HTTPNotFound."""
        get = getattr(where, "get", dict[str, str]().get)
        address, mail_id = str(get("address") or ""), str(get("id") or "")
        if address in self._mailbox.addresses:
            for entry in self._mailbox.entries(address):
                if entry.id == mail_id:
                    return entry.raw
        raise web.HTTPNotFound


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _field(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 100_000:
        raise web.HTTPBadRequest
    if name != "text" and any(char in value for char in "\r\n\0"):
        raise web.HTTPBadRequest
    return value


def _charset(body: Json) -> str:
    charset = body.get("charset") or "utf-8"
    if charset not in _CHARSETS:
        raise web.HTTPBadRequest
    return str(charset)


def _refused(code: str) -> web.Response:
    return web.json_response({"error": code}, status=422)
