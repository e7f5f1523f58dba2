"""How far each mailbox was read, and which process reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from storage.inserting import insert_into
from storage.tables import MailCursorRow


class CursorLost(Exception):
    """Another process reads the mailbox now; nothing of this transaction was kept."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Mails up to `last_uid` are stored, as long as `uidvalidity` holds (0: never read).

    Those up to `first_until` lay in the mailbox when it was read for the first time.
    """

    uidvalidity: int
    last_uid: int
    first_until: int = 0


def take_cursor(
    session: Session,
    mailbox: str,
    holder: str,
    *,
    now: datetime,
    until: datetime,
    is_dead: Callable[[str], bool],
    force: bool = False,
) -> Cursor | None:
    """Become the one who reads `mailbox`; None while another one does, unless forced."""
    session.execute(
        insert_into(session, MailCursorRow)
        .values(mailbox=mailbox, uidvalidity=0, last_uid=0, first_until=0, holder="")
        .on_conflict_do_nothing(index_elements=["mailbox"])
    )
    row = session.get_one(MailCursorRow, mailbox, with_for_update=True, populate_existing=True)
    held = row.leased_until is not None and row.leased_until > now and row.holder != holder
    if held and not force and not is_dead(row.holder):
        return None
    row.holder, row.leased_until = holder, until
    session.add(row)
    return Cursor(row.uidvalidity, row.last_uid, row.first_until)


def move_cursor(
    session: Session, mailbox: str, holder: str, cursor: Cursor, until: datetime
) -> None:
    """Note how far the mailbox was read and hold it on.

    Raises:
        CursorLost: `holder` no longer reads the mailbox; the transaction must not commit.
    """
    _update(
        session, mailbox, holder,
        uidvalidity=cursor.uidvalidity, last_uid=cursor.last_uid, first_until=cursor.first_until,
        leased_until=until,
    )  # fmt: skip


def keep_cursor(session: Session, mailbox: str, holder: str, until: datetime) -> None:
    """Hold the mailbox on.

    Raises:
        CursorLost: `holder` no longer reads the mailbox.
    """
    _update(session, mailbox, holder, leased_until=until)


def release_cursor(session: Session, mailbox: str, holder: str) -> None:
    """Let another process read the mailbox at once."""
    session.execute(
        update(MailCursorRow)
        .where(col(MailCursorRow.mailbox) == mailbox, col(MailCursorRow.holder) == holder)
        .values(holder="", leased_until=None)
    )


def _update(session: Session, mailbox: str, holder: str, **values: object) -> None:
    changed = session.execute(
        update(MailCursorRow)
        .where(col(MailCursorRow.mailbox) == mailbox, col(MailCursorRow.holder) == holder)
        .values(**values)
        .returning(col(MailCursorRow.mailbox))
    ).first()
    if changed is None:
        raise CursorLost(f"{mailbox} is read by another process now")
