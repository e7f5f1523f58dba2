"""The counter's threads share a core; the process that reads mails has all of them."""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from bot.one_core import CoreChoice, OneCore, Seen, busy_seconds, given_cores, given_share
from tests.hurry import PATIENCE

ROOT = Path(__file__).parents[2]
GATHERED = """
import asyncio, json, os, threading
from pathlib import Path
from bot.one_core import OneCore, given_cores
from inbound.limits import LimitedReader

THREADS = Path("/proc/self/task")

def masks():
    return [sorted(os.sched_getaffinity(int(thread.name))) for thread in THREADS.iterdir()]

async def run():
    given, ended = given_cores(), threading.Event()
    for _ in range(3):
        threading.Thread(target=ended.wait).start()
    keeping = asyncio.create_task(OneCore().run())
    async with LimitedReader() as reader:
        while any(len(mask) > 1 for mask in masks()):
            await asyncio.sleep(0.05)
        await reader.close()
        await reader.start()  # another one, now that this process keeps to one core
        worker = sorted(os.sched_getaffinity(reader.worker_pid))
    keeping.cancel()
    print(json.dumps({"given": sorted(given), "threads": masks(), "worker": worker}))
    ended.set()

asyncio.run(run())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="cores are chosen on Linux only")
def test_all_threads_share_a_core_and_the_reading_process_has_every_core() -> None:
    done = subprocess.run(
        [sys.executable, "-c", GATHERED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["threads"]) >= 4
    assert len({tuple(mask) for mask in told["threads"]}) == 1
    assert set(told["threads"][0]) <= set(told["given"])
    assert told["worker"] == told["given"]


@pytest.mark.parametrize(
    "stat",
    [
        "",  # no core at all
        "cpu900 1 2 3 4 5 6 7 8 9 10",  # a container may number its cores anew
        "cpu0 1 2 3 4\ncpu1 1 2 3 4",
        None,
    ],
)
async def test_where_cores_cannot_be_told_apart_they_are_left_alone(
    tmp_path: Path, stat: str | None
) -> None:
    if stat is not None:
        (tmp_path / "stat").write_text(stat, "ascii")
    given = given_cores()

    async with asyncio.timeout(PATIENCE):
        await OneCore(tmp_path / "stat").run()

    assert given_cores() == given


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        ({0: 0.6, 1: 0.1}, {0: 0.6, 1: 0.1}, [1, 1]),
        ({0: 0.0, 1: 0.5}, {0: 0.2, 1: 0.0}, [0, 0]),
        ({0: 0.0, 1: 0.5}, {0: 0.9, 1: 0.1}, [0, 1]),
        ({2: 0.9, 5: 0.1, 7: 0.8}, {2: 0.9, 5: 0.8, 7: 0.2}, [5, 7]),
    ],
)
def test_a_process_moves_only_where_it_pays(
    first: dict[int, float], second: dict[int, float], chosen: list[int]
) -> None:
    """`first` and `second`: the share of each core that others use before each look."""
    choice = CoreChoice(Seen(0.0, dict.fromkeys(first, 100.0), 3.0), Random(1))

    once = choice.look(Seen(1.0, {core: 100 + share for core, share in first.items()}, 3.0))
    busy = {core: 100 + first[core] + 5 * second[core] for core in second}
    busy[once] += 4.0  # its own work counts for nothing
    again = choice.look(Seen(6.0, busy, 7.0))

    assert [once, again] == chosen


@dataclass
class Office:
    """A machine with processes that each keep to a core, at a time that only the test moves on."""

    cores: int
    shares: list[float]  # of a core that each process would use
    chance: Random
    now: float = 0.0
    busy: list[float] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    moves: int = 0

    def __post_init__(self) -> None:
        self.busy = [0.0] * self.cores
        self.own = [0.0] * len(self.shares)
        self.places = [0] * len(self.shares)
        self.choices = [CoreChoice(self.seen(each), self.chance) for each in self.everybody]
        self.due = [choice.pause() for choice in self.choices]

    @property
    def everybody(self) -> range:
        return range(len(self.shares))

    def seen(self, process: int) -> Seen:
        return Seen(self.now, dict(enumerate(self.busy)), self.own[process])

    def work_until(self, end: float) -> None:
        while self.now < end:
            self.now += 0.1
            for each, place in enumerate(self.places):
                wanted = sum(
                    self.shares[other] for other in self.everybody if self.places[other] == place
                )
                worked = 0.1 * self.shares[each] / max(1.0, wanted)
                self.busy[place] += worked
                self.own[each] += worked
            for each in self.everybody:
                if self.now >= self.due[each]:
                    chosen = self.choices[each].look(self.seen(each))
                    self.moves += chosen != self.places[each]
                    self.places[each] = chosen
                    self.due[each] = self.now + self.choices[each].pause()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("cores", "processes"), [(2, 2), (4, 2), (4, 4), (8, 4)])
def test_busy_processes_spread_over_the_cores_and_stay_there(
    cores: int, processes: int, seed: int
) -> None:
    office = Office(cores, [0.0] * processes, Random(seed))
    office.work_until(5.0)
    office.shares = [0.7] * processes  # all at once, wherever they are
    office.work_until(120.0)
    office.moves = 0
    office.work_until(240.0)

    assert len(set(office.places)) == processes
    assert office.moves == 0


def test_processes_that_start_on_an_idle_machine_do_not_all_take_its_first_core() -> None:
    idle = dict.fromkeys(range(4), 7.0)

    places = {
        CoreChoice(Seen(0, idle, 0), Random(seed)).look(Seen(1, idle, 0)) for seed in range(40)
    }

    assert places == set(idle)


def test_a_core_is_busy_for_all_but_idling_and_waiting_for_a_disk() -> None:
    stat = """cpu  11 22 33 44 55 66 77 88 9 10
cpu0 1 2 3 400 500 6 7 8 9 10
cpu12 10 20 30 4 5 60 70 80 90 100
intr 114930548 113199788 3
ctxt 1990473
"""

    assert busy_seconds(stat, 100) == {0: 0.27, 12: 2.7}


@pytest.mark.parametrize(
    ("told", "share"),
    [
        ("max 100000\n", math.inf),
        ("50000 100000\n", 0.5),
        ("300000 200000\n", 1.5),
        ("", math.inf),
        ("100000 0\n", math.inf),
    ],
)
def test_the_share_of_a_container_is_read(tmp_path: Path, told: str, share: float) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(told, encoding="ascii")
    assert given_share(quota) == share
    assert given_share(tmp_path / "nothing") == math.inf
