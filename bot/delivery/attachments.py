"""Files that go with a mail: text that was written into the outbox, or files that are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.delivery.compose import Attachment
from storage.files import FileFolder
from storage.leases import Claimed
from storage.store import Store
from storage.tables import FileRow


@dataclass(frozen=True, slots=True)
class KeptAttachments:
    """Loads what the payload of a mail names."""

    store: Store
    folder: FileFolder

    async def __call__(self, claimed: Claimed) -> Sequence[Attachment]:
        """The files of a mail, in order.

        Raises:
            LookupError: one of them is not kept any more.
        """
        items = claimed.payload.get("attachments") or ()
        return [await self._load(item) for item in items]

    async def _load(self, item: Mapping[str, Any]) -> Attachment:
        if "text" in item:
            content = str(item["text"]).encode("utf-8", "replace")
            content_type = str(item.get("content_type", "text/plain"))
            return Attachment(str(item.get("filename", "file.txt")), content_type, content)
        file_id = str(item.get("file_id", ""))
        row = await self.store.read(lambda session: session.get(FileRow, file_id))
        if row is None:
            raise LookupError(file_id)
        try:
            content = await asyncio.to_thread(self.folder.read, row.sha256)
        except FileNotFoundError:
            raise LookupError(file_id) from None
        return Attachment(str(item.get("filename") or row.name), row.content_type, content)
