"""The files that go with a mail: texts made for it, and files that were stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.delivery.compose import Attachment
from storage.files import FileFolder, find_file, read_file
from storage.leases import Claimed
from storage.store import Store


async def load_attachments(
    store: Store, folder: FileFolder, claimed: Claimed
) -> Sequence[Attachment]:
    """The attachments that the mail's payload names, in order, and pictures that its HTML shows.

    Raises:
        LookupError: a stored file or picture is gone.
    """
    payload = claimed.payload
    files = [await _load(store, folder, named) for named in payload.get("attachments") or ()]
    return [*files, *[await _picture(folder, named) for named in payload.get("pictures") or ()]]


async def _picture(folder: FileFolder, named: dict[str, str]) -> Attachment:
    try:
        content = await asyncio.to_thread(folder.read, named["sha256"])
    except FileNotFoundError:
        raise LookupError(f"the picture {named['name']}") from None
    return Attachment(named["name"], named["content_type"], content, named["cid"])


async def _load(store: Store, folder: FileFolder, named: dict[str, str]) -> Attachment:
    if "text" in named:
        content = named["text"].encode()
        return Attachment(named["filename"], named["content_type"], content)
    row = await store.read(lambda session: find_file(session, named["file_id"]))
    if row is None:
        raise LookupError(f"the file {named['file_id']} is gone")
    content = await asyncio.to_thread(read_file, folder, row)
    return Attachment(row.name, row.content_type, content)
