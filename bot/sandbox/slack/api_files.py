"""files.*: the external-upload flow and private addresses."""

from __future__ import annotations

import mimetypes
from typing import Any

from bot.sandbox.slack.calls import Request, SlackError
from bot.sandbox.slack.nouns import BOT_USER_ID, Json, Message, StoredFile
from bot.sandbox.slack.workspace import new_id


def get_upload_url(request: Request) -> Json:
    """files.getUploadURLExternal: where to POST the bytes."""
    request.need("files:write")
    name = request.text("filename")
    length = request.number("length", 0, 1 << 30) if request.arguments.get("length") else 0
    if length <= 0:
        raise SlackError("invalid_arguments")
    file = StoredFile(new_id("F"), name, name, length)
    file.mimetype = mimetypes.guess_type(name)[0] or file.mimetype
    request.workspace.files[file.id] = file
    return {"ok": True, "file_id": file.id, "upload_url": f"{request.base}/upload/{file.id}"}


def complete_upload(request: Request) -> Json:
    """files.completeUploadExternal: name the files and share them."""
    request.need("files:write")
    files = [_uploaded(request, one) for one in request.arguments.get("files") or []]
    if not files:
        raise SlackError("invalid_arguments")
    for file in files:
        file.shared = True
    target = request.arguments.get("channel_id") or request.arguments.get("channels")
    if target:
        _share(request, str(target).split(",")[0], files)
    return {"ok": True, "files": [file_json(file, request.base) for file in files]}


def info(request: Request) -> Json:
    """files.info."""
    request.need("files:read")
    file = request.workspace.files.get(request.text("file"))
    if file is None or not file.shared:
        raise SlackError("file_not_found")
    return {"ok": True, "file": file_json(file, request.base)}


def file_json(file: StoredFile, base: str) -> Json:
    """The file object; its private address answers only to the bot's token."""
    address = f"{base}/files-pri/{file.id}/{file.name}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "size": len(file.content),
        "user": file.user,
        "mode": "hosted",
        "is_external": False,
        "file_access": "visible",
        "url_private": address,
        "url_private_download": address + "?download=1",
        "permalink": f"{base}/files/{file.id}",
    }


def _uploaded(request: Request, one: Any) -> StoredFile:
    file = request.workspace.files.get(str(one.get("id"))) if isinstance(one, dict) else None
    if file is None:
        raise SlackError("file_not_found")
    if len(file.content) != file.length:
        raise SlackError("file_update_failed")
    file.title = str(one.get("title") or file.name)
    return file


def _share(request: Request, reference: str, files: list[StoredFile]) -> None:
    channel = request.workspace.channel(reference, by_name=False)
    if channel is None:
        raise SlackError("channel_not_found")
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    channel.messages.append(
        Message(
            channel.id,
            request.workspace.next_ts(),
            BOT_USER_ID,
            str(request.arguments.get("initial_comment") or ""),
            thread_ts=request.arguments.get("thread_ts"),
            files=[file_json(file, request.base) for file in files],
        )
    )
