"""To whom a catalog was sent, and who may get it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.inserting import insert_into
from storage.suppressions import suppressed
from storage.tables import CatalogSendRow, CustomerRow


@dataclass(frozen=True, slots=True)
class Reader:
    """A customer who may get catalogs."""

    customer_id: str
    name: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets a catalog, and why others do not: reason by customer id.

    Reasons: `unknown`, `no_address`, `opted_out`, `suppressed`, `sent` (in this round already).
    """

    readers: Sequence[Reader]
    skipped: Mapping[str, str]


def choose_readers(
    session: Session,
    catalog_number: str,
    *,
    only: Sequence[str] | None,
    round_: int,
    after: str = "",
    limit: int,
) -> tuple[Choice, str | None]:
    """The next customers by id, at most `limit` behind `after`; also where to go on (None: end).

    Args:
        only: customer ids; None for all customers.
    """
    query = (
        select(CustomerRow)
        .where(col(CustomerRow.customer_id) > after)
        .where(col(CustomerRow.erased_at).is_(None))
        .order_by(col(CustomerRow.customer_id))
        .limit(limit)
    )
    if only is not None:
        query = query.where(col(CustomerRow.customer_id).in_(list(only)))
    rows = session.scalars(query).all()
    sent = _sent_already(session, catalog_number, [row.customer_id for row in rows], round_)
    stopped = suppressed(session, [row.email.lower() for row in rows if row.email])
    skipped: dict[str, str] = {}
    readers = []
    for row in rows:
        if reason := _why_not(row, sent, stopped):
            skipped[row.customer_id] = reason
        else:
            readers.append(Reader(row.customer_id, row.name, row.email, row.locale))
    following = rows[-1].customer_id if len(rows) == limit else None
    return Choice(readers, skipped), following


def _why_not(row: CustomerRow, sent: Collection[str], stopped: Collection[str]) -> str:
    if not row.email:
        return "no_address"
    if row.mail_opt_out:
        return "opted_out"
    if row.email.lower() in stopped:
        return "suppressed"
    return "sent" if row.customer_id in sent else ""


def _sent_already(
    session: Session, catalog_number: str, customer_ids: Sequence[str], round_: int
) -> set[str]:
    return set(
        session.scalars(
            select(col(CatalogSendRow.customer_id))
            .where(col(CatalogSendRow.catalog_number) == catalog_number)
            .where(col(CatalogSendRow.round) == round_)
            .where(col(CatalogSendRow.customer_id).in_(list(customer_ids)))
        )
    )


def known_customers(session: Session, ids: Collection[str]) -> set[str]:
    """Those of `ids` that are customers."""
    return set(
        session.scalars(
            select(col(CustomerRow.customer_id))
            .where(col(CustomerRow.customer_id).in_(list(ids)))
            .where(col(CustomerRow.erased_at).is_(None))
        )
    )


def latest_round(session: Session, catalog_number: str) -> int:
    """The number of the last round in which this catalog was sent; 0 for none."""
    return (
        session.scalar(
            select(func.max(col(CatalogSendRow.round))).where(
                col(CatalogSendRow.catalog_number) == catalog_number
            )
        )
        or 0
    )


def note_send(
    session: Session,
    catalog_number: str,
    customer_id: str,
    round_: int,
    outbox_id: str,
    now: datetime,
) -> None:
    """Note that the catalog is owed to the customer, in the transaction that owes it."""
    session.execute(
        insert_into(session, CatalogSendRow)
        .values(
            catalog_number=catalog_number,
            customer_id=customer_id,
            round=round_,
            outbox_id=outbox_id,
            at=now,
        )
        .on_conflict_do_nothing()
    )
