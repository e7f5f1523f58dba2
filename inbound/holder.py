"""Who holds a lease: a process by name, so that one that was killed is succeeded at once."""

from __future__ import annotations

import os
import socket
from uuid import uuid4


def new_holder() -> str:
    """A name for something in this process that takes leases: host, process, a random end."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{uuid4().hex[:12]}"


def is_dead(holder: str, living: frozenset[str] = frozenset()) -> bool:
    """Whether `holder` can no longer be at work: a process of this host that is gone.

    A name of our own process that is not among `living` was that of an earlier process with
    our number. Of another host nothing can be said: its lease has to run out.
    """
    host, _, rest = holder.partition("/")
    number = rest.partition("/")[0]
    if host != socket.gethostname()[:40] or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return holder not in living
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
