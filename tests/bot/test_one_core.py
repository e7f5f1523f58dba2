"""The counter's threads share a core; the process that reads mails has all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.one_core import choose_core

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
        [child] = (THREADS / str(os.getpid()) / "children").read_text().split()
        worker = sorted(os.sched_getaffinity(int(child)))
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
    ("loads", "current", "chosen"),
    [
        ({0: 0.6, 1: 0.1}, None, 1),
        ({0: 0.1, 1: 0.1}, None, 0),
        ({0: 0.3, 1: 0.1}, 0, 0),
        ({0: 0.9, 1: 0.1}, 0, 1),
        ({2: 0.9, 5: 0.8, 7: 0.2}, 5, 7),
    ],
)
def test_a_process_moves_only_where_it_pays(
    loads: dict[int, float], current: int | None, chosen: int
) -> None:
    assert choose_core(loads, current) == chosen
