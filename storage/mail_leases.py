"""Who works on which stored mail: taken for a while, kept while the worker lives, given back.

Only a mail that failed has used up a try. A worker that ends without a word (its process was
killed, or its machine is gone) is counted apart, as a loss: it may have been the mail's doing.
Which of the mails it had, nobody knows; so those that were lost before are taken one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.inbound_mails import LOSSES, WORKER, ClaimedMail
from storage.tables import InboundMailRow, RawMailRow

#: From this many losses on a mail is worked on behind all others, and alone.
ALONE_FROM = 2
_MOST_LOOKED_AT = 500


def claim_mails(
    session: Session,
    *,
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
    is_dead: Callable[[str], bool],
    only: Sequence[int] = (),
    at_hand: Collection[int] = (),
) -> list[ClaimedMail]:
    """Take stored mails that are due, or whose worker is gone, oldest first.

    Mails `at_hand` are with `worker` just now, however long it takes. A mail over which several
    workers were lost comes when nothing else is left, and alone.
    """
    chosen = select(InboundMailRow).where(col(InboundMailRow.status) == "stored")
    if only:
        chosen = chosen.where(col(InboundMailRow.id).in_(only))
    rows = session.scalars(
        chosen.order_by(col(InboundMailRow.due_at), col(InboundMailRow.id))
        .limit(_MOST_LOOKED_AT)
        .with_for_update(skip_locked=True)
    ).all()
    free = [
        row
        for row in rows
        if row.id not in at_hand and (row.due_at <= now or is_dead(row.details.get(WORKER, "")))
    ]
    for row in (taken := _first(free, worker, limit)):
        row.due_at = until
        row.details = {**row.details, LOSSES: _losses(row, worker), WORKER: worker}
        session.add(row)
    raws = _raws(session, [row.id for row in taken if row.id is not None])
    return [_claimed(row, raws.get(row.id or 0, b"")) for row in taken]


def _first(free: Sequence[InboundMailRow], worker: str, limit: int) -> list[InboundMailRow]:
    harmless = [row for row in free if _losses(row, worker) < ALONE_FROM][:limit]
    if harmless:
        return sorted(harmless, key=lambda row: row.id or 0)
    return sorted(free, key=lambda row: (_losses(row, worker), row.id))[:1]


def _losses(row: InboundMailRow, worker: str) -> int:
    """Workers that had the mail and are gone; `worker` itself, who asks, is not."""
    is_lost = row.details.get(WORKER, worker) != worker
    return int(row.details.get(LOSSES, 0)) + int(is_lost)


def _raws(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    if not ids:
        return {}
    found = session.execute(
        select(col(RawMailRow.inbound_mail_id), col(RawMailRow.raw)).where(
            col(RawMailRow.inbound_mail_id).in_(ids)
        )
    )
    return dict(found.all())


def _claimed(row: InboundMailRow, raw: bytes) -> ClaimedMail:
    assert row.id is not None  # it was read from the database
    return ClaimedMail(
        row.id, row.mailbox, row.uid, row.dedupe_key, row.attempts + 1, row.size, row.sender,
        row.received_at, row.details, raw, losses=row.details[LOSSES],
    )  # fmt: skip


def keep_mails(session: Session, ids: Collection[int], *, worker: str, until: datetime) -> None:
    """Have mails that `worker` works on longer; those that it has no more stay as they are."""
    session.execute(
        update(InboundMailRow)
        .where(
            col(InboundMailRow.id).in_(ids),
            col(InboundMailRow.status) == "stored",
            InboundMailRow.details[WORKER].as_string() == worker,
        )
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def give_back_mails(
    session: Session, ids: Collection[int], *, worker: str, now: datetime, suspect: bool
) -> None:
    """Let go of mails that `worker` has and will not finish, for anybody to take at once.

    `suspect` ones had a part in its trouble, as far as can be told: that counts like a loss.
    """
    rows = session.scalars(
        select(InboundMailRow)
        .where(col(InboundMailRow.id).in_(ids), col(InboundMailRow.status) == "stored")
        .with_for_update()
    )
    for row in rows:
        if row.details.get(WORKER) != worker:
            continue
        details = {key: value for key, value in row.details.items() if key != WORKER}
        row.details = {**details, LOSSES: details.get(LOSSES, 0) + suspect}
        row.due_at = now
        session.add(row)
