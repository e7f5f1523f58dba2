"""Files between a visitor and the counter: upload with limits, download for the owner alone."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote

from aiohttp import BodyPartReader, MultipartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from sqlmodel import Session

from bot.chat.backend import Visitor
from bot.chat.visitors import Visitors
from bot.web.upload_limits import AddressTally, has_room
from storage.file_types import clean_name, is_active
from storage.files import (
    MAX_FILE_BYTES,
    FileFolder,
    KeptFile,
    find_file,
    put_file,
    read_file,
)
from storage.store import Store
from storage.tables import FileRow

#: Bytes of all uploads that are under way in this process.
IN_FLIGHT_BYTES = 8 * MAX_FILE_BYTES
#: What reading a malformed multipart body may raise.
_MALFORMED = (ValueError, LookupError, HttpProcessingError, web.RequestPayloadError)
#: Seconds between two pieces of an upload.
PIECE_SECONDS = 30


class Files:
    """Answers `/chat/files`."""

    def __init__(
        self, store: Store, folder: FileFolder, visitors: Visitors, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._folder = folder
        self._visitors = visitors
        self._now = now
        self._in_flight = 0
        self._by_address = AddressTally()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The routes, to be added to the application."""
        return [
            web.post("/chat/files", self.upload),
            web.get("/chat/files/{file_id}", self.download),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        """Keep the field `file` of a multipart body and answer its id."""
        visitor = await self._visitor(request)
        if not request.content_type.startswith("multipart/"):
            raise _refusal(web.HTTPUnsupportedMediaType, "bad_input")
        now = self._now()
        room = await self._store.read(
            lambda session: has_room(session, visitor.sender.visitor_id, now)
        )
        if not room or not self._by_address.take(request.remote, now):
            raise _refusal(web.HTTPTooManyRequests, "rate_limited")
        name, content = await self._read(request)
        kept = await asyncio.to_thread(
            self._folder.keep, f"F-{secrets.token_hex(16)}", clean_name(name), content
        )
        await self._store.write(
            lambda session: put_file(
                session, kept, now=self._now(), visitor_id=visitor.sender.visitor_id
            )
        )
        return web.json_response(_described(kept), status=201)

    async def download(self, request: web.Request) -> web.Response:
        """The content of a file, for the visitor whose it is; for all others it is not there."""
        visitor = await self._visitor(request)
        file_id = request.match_info["file_id"]
        row = await self._store.read(lambda session: _access_file(session, file_id, visitor))
        if row is None:
            raise _refusal(web.HTTPNotFound, "not_found")
        try:
            content = await asyncio.to_thread(read_file, self._folder, row)
        except FileNotFoundError:
            raise _refusal(web.HTTPNotFound, "not_found") from None
        active = is_active(row.content_type, row.name)
        return web.Response(
            body=content,
            content_type="application/octet-stream" if active else row.content_type,
            headers={hdrs.CONTENT_DISPOSITION: disposition(row.name, inline=row.inline)},
        )

    async def _visitor(self, request: web.Request) -> Visitor:
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        known = scheme.lower() == "bearer" and await self._visitors.recognise(token.strip())
        if not known:
            raise _refusal(web.HTTPUnauthorized, "unauthorized")
        return known

    async def _read(self, request: web.Request) -> tuple[str, bytes]:
        """Name and content of the field `file`; the size is counted while it comes in."""
        content = bytearray()
        try:
            reader = await request.multipart()
            part = await _file_part(reader)
            while piece := await asyncio.wait_for(part.read_chunk(65536), PIECE_SECONDS):
                content += piece
                self._in_flight += len(piece)
                if len(content) > MAX_FILE_BYTES:
                    raise _refusal(web.HTTPRequestEntityTooLarge, "too_long")
                if self._in_flight > IN_FLIGHT_BYTES:
                    raise _refusal(web.HTTPServiceUnavailable, "busy")
            await reader.next()  # fails where the end is missing: half a file is none
        except (*_MALFORMED, TimeoutError):
            raise _refusal(web.HTTPBadRequest, "bad_input") from None
        finally:
            self._in_flight -= len(content)
        if not content:
            raise _refusal(web.HTTPBadRequest, "bad_input")
        return part.filename or "", bytes(content)


async def _file_part(reader: MultipartReader) -> BodyPartReader:
    # A few other fields may stand before it; an endless row of them may not.
    for _ in range(5):
        part = await reader.next()
        if isinstance(part, BodyPartReader) and part.name == "file":
            return part
    raise ValueError("no field named file")


def _access_file(session: Session, file_id: str, visitor: Visitor) -> FileRow | None:
    """The file, if the visitor sent it or it belongs to the visitor's conversation."""
    row = find_file(session, file_id)
    if row is None:
        return None
    mine = row.visitor_id is not None and row.visitor_id == visitor.sender.visitor_id
    ours = row.conversation_id == visitor.conversation_id
    return row if mine or ours else None


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition with the name in every script (RFC 6266, section 4.3)."""
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name
    )
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _described(file: KeptFile) -> dict[str, object]:
    return {
        "file_id": file.id,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "inline": file.inline,
    }


def _refusal(kind: type[web.HTTPError], code: str) -> web.HTTPError:
    body = f'{{"type":"error","code":"{code}"}}'
    if kind is web.HTTPRequestEntityTooLarge:
        return web.HTTPRequestEntityTooLarge(
            max_size=MAX_FILE_BYTES, text=body, content_type="application/json"
        )
    return kind(text=body, content_type="application/json")
