"""Reads mails beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from inbound.mail import InboundMail
from inbound.mime import read_mail


class MailReaders:
    """Implements `MailReader`."""

    async def read(self, raw: bytes, own_texts: Sequence[str] = ()) -> InboundMail:
        """Read one mail; what cannot be read has an `error`."""
        return await asyncio.to_thread(read_mail, raw, own_texts=own_texts)

    async def close(self) -> None:
        """End what reads."""
