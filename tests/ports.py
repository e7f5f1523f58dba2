"""TCP ports for servers of tests that must know their port before they start."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle


def _ports_of_this_worker() -> Iterator[int]:
    """Ports below those that the system lends to connections, and none of another worker's."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ports = range(11_000 + worker, 32_000, workers)
    start = random.randrange(len(ports))  # another run may be on the same machine
    return cycle([*ports[start:], *ports[:start]])


_PORTS = _ports_of_this_worker()


def free_port() -> int:
    """A TCP port on loopback that nobody listens on and no other test is given for a while."""
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports never end")
