"""Keeps a process on one core: its threads take turns anyway."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

#: Seconds between two looks at how busy the cores are; the first look need not be long.
LOOK_SECONDS = 5.0
FIRST_LOOK_SECONDS = 1.0
#: A process moves for this share of a core; for less, what its cache holds is worth more.
WORTH_MOVING = 0.25
_STAT = Path("/proc/stat")
_THREADS = Path("/proc/self/task")


class OneCore:
    """Keeps all threads of this process together on the core that others use least.

    The interpreter runs one thread at a time. Where threads take turns on several cores, its lock
    and all that they touch wander from cache to cache: a turn of a chat costs a sixth more
    processor time then. Only Linux can be told; elsewhere, and on a single core, nothing is done.
    """

    def __init__(self) -> None:
        self._allowed = given_cores()
        self._core: int | None = None

    async def run(self) -> None:
        """Look from time to time where there is room. Runs until cancelled."""
        if len(self._allowed) < 2:
            return
        try:
            before, seconds = self._busy(), FIRST_LOOK_SECONDS
            while True:
                await asyncio.sleep(seconds)
                now = self._busy()
                loads = {core: (now[core] - before[core]) / seconds for core in before}
                self._gather_on(choose_core(loads, self._core))
                before, seconds = self._busy(), LOOK_SECONDS
        except (OSError, KeyError) as error:  # a sandbox forbids it, or cores come and go
            log.info("cores.left_alone: %s", error)

    def _busy(self) -> dict[int, float]:
        """Seconds that each core has worked for others than this process, since some moment."""
        busy = {core: spent for core, spent in _busy_seconds().items() if core in self._allowed}
        if self._core is not None:
            busy[self._core] -= time.process_time()
        return busy

    def _gather_on(self, core: int) -> None:
        self._core = core
        for thread in _THREADS.iterdir():
            try:
                os.sched_setaffinity(int(thread.name), {core})
            except ProcessLookupError:  # it has just ended
                continue


def given_cores() -> frozenset[int]:
    """The cores that this thread may use; none where that cannot be told (macOS)."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def choose_core(loads: Mapping[int, float], current: int | None) -> int:
    """The core with most room; the current one unless another has much more.

    Args:
        loads: the share of each core that others use, 0 to 1.
    """
    best = min(loads, key=lambda core: (loads[core], core))
    if current is None or loads[current] - loads[best] > WORTH_MOVING:
        return best
    return current


def _busy_seconds() -> dict[int, float]:
    """Seconds that each core has worked since the system's start (proc_stat(5))."""
    tick = os.sysconf("SC_CLK_TCK")
    busy = {}
    for line in _STAT.read_text(encoding="ascii").splitlines():
        name, *figures = line.split()
        if name.startswith("cpu") and name != "cpu":
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, figures[:8])
            busy[int(name[3:])] = (user + nice + system + irq + softirq + steal) / tick
    return busy
