"""Addresses that no bulk mail goes to, and mails of ours that came back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.prepared import Inserter
from storage.tables import MailSuppressionRow, OutboxRow


def suppress(session: Session, address: str, reason: str, now: datetime) -> bool:
    """Send no more bulk mail to `address`; whether that is new.

    `reason` is `bounced`, `complaint` or `opted_out`; the first one stays.
    """
    return _insert(session, {"address": address.lower()[:320], "reason": reason, "at": now})


_insert = Inserter(MailSuppressionRow, unless_there=["address"])


def suppressed(session: Session, addresses: Collection[str]) -> set[str]:
    """Those of `addresses` (lower case) that no bulk mail may go to."""
    return set(
        session.scalars(
            select(col(MailSuppressionRow.address)).where(
                col(MailSuppressionRow.address).in_(list(addresses))
            )
        )
    )


def mark_bounced(session: Session, outbox_id: str, diagnostic: str) -> None:
    """Note on a mail that was sent that it did not arrive after all."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id) == outbox_id, col(OutboxRow.status) == "sent")
        .values(status="dead", last_error=f"bounced: {diagnostic}"[:1000])
    )
