"""Mails that came in: written before anybody thinks about them, then worked off by lease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session, SQLModel, col

from domain.values import value
from storage.inserting import insert_into
from storage.tables import InboundMailRow, RawMailRow

_MAILS: Any = SQLModel.metadata.tables["inbound_mails"]
_RAW_MAILS: Any = SQLModel.metadata.tables["raw_mails"]
#: In `details` of a stored row: who works on it, and how many workers were lost over it so far.
WORKER, LOSSES = "by", "lost"


@value
class NewMail:
    """A mail to be stored. With another `status` than `stored` nobody works on it."""

    uid: int
    dedupe_key: str
    raw: bytes
    size: int
    message_id: str | None
    sender: str
    subject: str
    received_at: datetime
    status: str = "stored"
    kind: str = ""
    last_error: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    answered: tuple[str, ...] | None = None


@value
class ClaimedMail:
    """A stored mail that is ours to work on. `attempts` counts this one.

    `answered` are the Message-IDs that it answers; None where nobody has looked at them yet.
    `losses` counts the workers that had it and never said what became of it.
    """

    id: int
    mailbox: str
    uid: int
    dedupe_key: str
    attempts: int
    size: int
    sender: str
    received_at: datetime
    details: Mapping[str, Any]
    raw: bytes = field(repr=False)
    answered: tuple[str, ...] | None = None
    losses: int = 0


@value
class Outcome:
    """What became of a claimed mail. `due_at` only for a mail that is to be tried again."""

    id: int
    status: str
    kind: str = ""
    conversation_id: str | None = None
    message_seq: int | None = None
    quoted: str = ""
    last_error: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    attempts: int = 1


def add_mails(
    session: Session,
    mailbox: str,
    uidvalidity: int,
    mails: Sequence[NewMail],
    *,
    worker: str,
    now: datetime,
    until: datetime,
) -> list[ClaimedMail]:
    """Store mails once each and return those that `worker` now has to work on.

    A mail that lies in the mailbox twice, or comes again under a new UIDVALIDITY, is stored as
    a duplicate without its bytes.
    """
    if not mails:
        return []
    known = _known_keys(session, [mail.dedupe_key for mail in mails])
    rows = []
    for mail in mails:
        is_new = mail.dedupe_key not in known
        known.add(mail.dedupe_key)
        rows.append(_row(mail, mailbox, uidvalidity, is_new, worker, now, until))
    ids = _insert_rows(session, rows)
    status_of = {row["uid"]: row["status"] for row in rows}
    kept = [mail for mail in mails if mail.uid in ids and status_of[mail.uid] != "duplicate"]
    if kept:
        session.connection().execute(
            insert(_RAW_MAILS), [{"inbound_mail_id": ids[m.uid], "raw": m.raw} for m in kept]
        )
    return [
        _claimed(ids[mail.uid], mailbox, mail) for mail in kept if status_of[mail.uid] == "stored"
    ]


def _insert_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Insert rows of one mailbox, leave out those that are there; ids of the new ones by UID."""
    newest = session.scalar(select(func.max(col(InboundMailRow.id)))) or 0
    session.connection().execute(
        insert_into(session, _MAILS).on_conflict_do_nothing(
            index_elements=["mailbox", "uidvalidity", "uid"]
        ),
        rows,
    )
    # Ids rise, and nobody else writes for this mailbox: the transaction has its cursor's row.
    found = session.connection().execute(
        select(_MAILS.c.uid, _MAILS.c.id)
        .where(_MAILS.c.mailbox == rows[0]["mailbox"])
        .where(_MAILS.c.uidvalidity == rows[0]["uidvalidity"])
        .where(_MAILS.c.uid.in_([row["uid"] for row in rows]))
        .where(_MAILS.c.id > newest)
    )
    return {row.uid: row.id for row in found}


def _known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    return set(
        session.scalars(
            select(col(InboundMailRow.dedupe_key)).where(col(InboundMailRow.dedupe_key).in_(keys))
        )
    )


def _row(
    mail: NewMail,
    mailbox: str,
    uidvalidity: int,
    is_new: bool,
    worker: str,
    now: datetime,
    until: datetime,
) -> dict[str, Any]:
    works = is_new and mail.status == "stored"
    return {
        "mailbox": mailbox,
        "uidvalidity": uidvalidity,
        "uid": mail.uid,
        "dedupe_key": mail.dedupe_key,
        "status": mail.status if is_new else "duplicate",
        "kind": mail.kind,
        "size": mail.size,
        "attempts": 0,
        "last_error": mail.last_error,
        "message_id": mail.message_id,
        "sender": mail.sender,
        "subject": mail.subject,
        "quoted": "",
        "details": {**mail.details, WORKER: worker} if works else dict(mail.details),
        "received_at": mail.received_at,
        "due_at": until if works else now,
    }


def _claimed(mail_id: int, mailbox: str, mail: NewMail) -> ClaimedMail:
    return ClaimedMail(
        mail_id, mailbox, mail.uid, mail.dedupe_key, 1, mail.size, mail.sender,
        mail.received_at, mail.details, mail.raw, mail.answered,
    )  # fmt: skip


def finish_mails(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Note what became of mails. One that somebody else has finished meanwhile stays as it is."""
    table = _MAILS
    if outcomes:
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("row_id"), table.c.status == "stored")
            .values({name: bindparam(f"new_{name}") for name in _FINISHED}),
            [_finished(outcome, now) for outcome in outcomes],
        )


_FINISHED = (
    "status", "kind", "conversation_id", "message_seq", "quoted", "last_error", "details",
    "due_at", "attempts",
)  # fmt: skip


def _finished(outcome: Outcome, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {f"new_{name}": getattr(outcome, name) for name in _FINISHED}
    waits = outcome.status == "stored"
    taken_out = (WORKER,) if waits else (WORKER, LOSSES)
    details = {key: value for key, value in outcome.details.items() if key not in taken_out}
    return {
        **values,
        "row_id": outcome.id,
        "new_details": details,
        "new_due_at": outcome.due_at or now,
    }


def finished_uids(
    session: Session, mailbox: str, uidvalidity: int, uids: Sequence[int]
) -> list[int]:
    """Those of `uids` that are done with and may leave the folder. Quarantined ones stay."""
    if not uids:
        return []
    return list(
        session.scalars(
            select(col(InboundMailRow.uid))
            .where(col(InboundMailRow.mailbox) == mailbox)
            .where(col(InboundMailRow.uidvalidity) == uidvalidity)
            .where(col(InboundMailRow.uid).between(min(uids), max(uids)))
            .where(col(InboundMailRow.status).in_(["done", "ignored", "duplicate"]))
        )
    )


def list_quarantine(session: Session) -> list[InboundMailRow]:
    """Mails that could not be worked off, oldest first."""
    return list(
        session.scalars(
            select(InboundMailRow)
            .where(col(InboundMailRow.status) == "quarantined")
            .order_by(col(InboundMailRow.id))
        )
    )


def find_mail(session: Session, mail_id: int) -> InboundMailRow | None:
    """The row of a mail, whatever its status."""
    return session.get(InboundMailRow, mail_id)


def raw_mail(session: Session, mail_id: int) -> bytes | None:
    """The bytes of a mail as they lay in the mailbox."""
    row = session.get(RawMailRow, mail_id)
    return None if row is None else row.raw


def requeue(session: Session, ids: Sequence[int] | None, now: datetime) -> list[int]:
    """Take mails (None: all) out of quarantine, with all their tries; return their ids."""
    statement = (
        update(InboundMailRow)
        .where(col(InboundMailRow.status) == "quarantined")
        .values(status="stored", attempts=0, due_at=now)
        .returning(col(InboundMailRow.id))
    )
    if ids is not None:
        statement = statement.where(col(InboundMailRow.id).in_(list(ids)))
    return sorted(one for one in session.scalars(statement) if one is not None)
