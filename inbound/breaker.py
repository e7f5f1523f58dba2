"""Stops the work on mails when it is the work that fails and not the mails."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

#: Open after this many failures in a row, or among the last mails.
IN_A_ROW = 10
AMONG_LAST = (20, 50)
#: How long no mail is worked on; they are fetched and stored all the while.
REST = timedelta(minutes=10)


class Breaker:
    """Counts mails that used up all their tries. Suspect mails do not count: anybody can send
    those, and nobody outside may stop the door."""

    def __init__(self) -> None:
        self._last: deque[bool] = deque(maxlen=AMONG_LAST[1])
        self._in_a_row = 0
        self._open_until: datetime | None = None

    def worked(self) -> None:
        """A mail came to its end as it should."""
        self._in_a_row = 0
        self._last.append(False)

    def failed(self, now: datetime) -> bool:
        """A mail used up its tries; whether that opened the breaker."""
        self._in_a_row += 1
        self._last.append(True)
        if self._in_a_row < IN_A_ROW and sum(self._last) <= AMONG_LAST[0]:
            return False
        self._open_until = now + REST
        self._in_a_row = 0
        self._last.clear()
        return True

    def is_open(self, now: datetime) -> bool:
        """Whether no mail is to be worked on now."""
        return self._open_until is not None and now < self._open_until
