"""Keeps a process on one core: its threads take turns anyway."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

log = logging.getLogger(__name__)

#: Seconds between two looks at how busy the cores are; the first look need not be long.
LOOK_SECONDS = 5.0
FIRST_LOOK_SECONDS = 1.0
#: A process moves for this share of a core; for less, what its cache holds is worth more.
WORTH_MOVING = 0.25
STAT = Path("/proc/stat")
_THREADS = Path("/proc/self/task")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


class OneCore:
    """Keeps all threads of this process together on the core that others use least.

    The interpreter runs one thread at a time. Where threads take turns on several cores, its lock
    and all that they touch wander from cache to cache: a turn of a chat costs a sixth more
    processor time then. Only Linux can be told; elsewhere, and on a single core, nothing is done.
    """

    def __init__(self, stat: Path = STAT) -> None:
        self._allowed = given_cores()
        self._stat = stat

    async def run(self) -> None:
        """Look from time to time where there is room. Runs until cancelled."""
        if len(self._allowed) < 2:
            return
        try:
            choice = CoreChoice(self._seen(), Random())
            while True:
                await asyncio.sleep(choice.pause())
                gather_on(choice.look(self._seen()))
        except (OSError, LookupError, ValueError) as error:
            # A sandbox forbids it, cores come and go, or a container numbers its cores anew.
            log.info("cores.left_alone: %s: %s", type(error).__name__, error)

    def _seen(self) -> Seen:
        busy = busy_seconds(self._stat.read_text(encoding="ascii"), os.sysconf("SC_CLK_TCK"))
        allowed = {core: busy[core] for core in self._allowed}
        return Seen(time.monotonic(), allowed, time.process_time())


class Seen(NamedTuple):
    """How long cores have worked, and this process of that: seconds, each since some moment."""

    at: float
    busy: Mapping[int, float]
    own: float


class CoreChoice:
    """The core that a process keeps to, by what it sees from time to time.

    Several processes that look at the same moment see the same: they would all move to the core
    that is free, meet there, and move on together. So chance decides when each of them looks, and
    between cores that are much alike.
    """

    def __init__(self, seen: Seen, chance: Random) -> None:
        self._seen = seen
        self._chance = chance
        self._core: int | None = None

    def pause(self) -> float:
        """Seconds until the next look is due."""
        usual = FIRST_LOOK_SECONDS if self._core is None else LOOK_SECONDS
        return usual * self._chance.uniform(0.5, 1.5)

    def look(self, seen: Seen) -> int:
        """The core with most room for this process; the one it is on unless another has much more.

        Raises:
            KeyError: other cores are seen than before.
        """
        loads = self._loads_by_others(seen)
        self._seen = seen
        best = min(loads, key=lambda core: (round(loads[core], 1), self._chance.random()))
        if self._core is None or loads[self._core] - loads[best] > WORTH_MOVING:
            self._core = best
        return self._core

    def _loads_by_others(self, seen: Seen) -> dict[int, float]:
        """The share of each core that others have used since the last look, 0 to 1."""
        before = self._seen
        passed = seen.at - before.at
        loads = {core: (spent - before.busy[core]) / passed for core, spent in seen.busy.items()}
        if self._core is not None:
            loads[self._core] -= (seen.own - before.own) / passed
        return loads


def given_cores() -> frozenset[int]:
    """The cores that this thread may use; none where that cannot be told (macOS)."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def given_share(quota: Path = _QUOTA) -> float:
    """How many cores' time a container may use (`cpu.max` of cgroups, version 2), on however many
    cores it is; infinite where nothing limits it or nothing tells."""
    try:
        allowed, period = quota.read_text(encoding="ascii").split()
        return int(allowed) / int(period)
    except (OSError, ValueError, ZeroDivisionError):  # no such file, "max", or not as described
        return math.inf


def gather_on(core: int) -> None:
    """Have all threads of this process, and those that they will start, run on one core."""
    if sys.platform != "linux":
        raise OSError("only Linux can be told")
    for thread in _THREADS.iterdir():
        try:
            os.sched_setaffinity(int(thread.name), {core})
        except ProcessLookupError:  # it has just ended
            continue


def busy_seconds(stat: str, ticks: int) -> dict[int, float]:
    """Seconds that each core has worked since the system's start.

    Args:
        stat: the text of /proc/stat (proc_stat(5)).
        ticks: how many of its units a second has.
    """
    busy = {}
    for line in stat.splitlines():
        name, *figures = line.split(maxsplit=9)
        if name.startswith("cpu") and name != "cpu":
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, figures[:8])
            busy[int(name[3:])] = (user + nice + system + irq + softirq + steal) / ticks
    return busy
