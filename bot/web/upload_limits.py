"""How much may be uploaded: by one visitor, from one address, and by all together.

Visitors' tokens cost nothing, so a limit by visitor alone would be none. What a visitor and all
together have sent is counted in the database; what came from an address, in this process.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.tables import FileRow

#: Files of one visitor in an hour; who needs more sends a mail.
FILES_AN_HOUR = 30
#: Files from one address in an hour: an office behind one address has several visitors.
ADDRESS_FILES_AN_HOUR = 100
#: Bytes of all visitors together in a day; the disk is the company's.
BYTES_A_DAY = 4 * 2**30
#: Addresses that are remembered; the one that has been quiet for longest is forgotten first.
_ADDRESSES = 10_000


def has_room(session: Session, visitor_id: str | None, now: datetime) -> bool:
    """Whether the visitor, and all visitors together, may send one more file."""
    sent = select(func.count()).where(
        col(FileRow.visitor_id) == visitor_id, col(FileRow.created_at) >= now - timedelta(hours=1)
    )
    if (session.scalar(sent) or 0) >= FILES_AN_HOUR:
        return False
    taken = select(func.sum(col(FileRow.size))).where(
        col(FileRow.visitor_id).is_not(None), col(FileRow.created_at) >= now - timedelta(days=1)
    )
    return (session.scalar(taken) or 0) < BYTES_A_DAY


@dataclass(slots=True)
class AddressTally:
    """Counts uploads by address, those under way among them."""

    _seen: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict)

    def take(self, remote: str | None, now: datetime) -> bool:
        """Count one upload; False, and not counted, where the address has had its share."""
        address = _household(remote or "")
        recent = [at for at in self._seen.pop(address, ()) if at > now - timedelta(hours=1)]
        allowed = len(recent) < ADDRESS_FILES_AN_HOUR
        self._seen[address] = [*recent, now] if allowed else recent
        if len(self._seen) > _ADDRESSES:
            self._seen.popitem(last=False)
        return allowed


def _household(remote: str) -> str:
    """The address; of IPv6 the /64, which one line gets whole."""
    try:
        found = ipaddress.ip_address(remote)
    except ValueError:
        return remote
    if found.version == 4:
        return remote
    return str(ipaddress.ip_network((found, 64), strict=False))
