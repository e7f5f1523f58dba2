"""Chat turns a second, waits, CPU and memory: the counter beside the bare floor in one run.

Both are started cold, take turns in every round, and are asked the same by a generator of its own
process. Read the ratios and the CPU a turn; absolute figures depend on the machine and its day.

    python benchmarks/chat_turn.py --rounds 3
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
SCENARIOS = ((1, 300), (50, 80), (500, 10))


@dataclass
class Contender:
    """A server under test, and what was measured of it."""

    name: str
    port: int
    figures: dict[str, list[float]] = field(default_factory=dict)

    def command(self, folder: str) -> tuple[list[str], dict[str, str]]:
        if self.name == "floor":
            script = str(HERE / "bare_chat.py")
            command = [sys.executable, script, "--port", str(self.port)]
            return [*command, "--database", f"{folder}/bare.db"], {}
        environment = {
            "MADOGUCHI_DATABASE_URL": f"sqlite:///{folder}/counter.db",
            "MADOGUCHI_DATA_DIR": f"{folder}/files",
            "MADOGUCHI_PORT": str(self.port),
            "MADOGUCHI_BASE_URL": f"http://127.0.0.1:{self.port}",
        }
        return [sys.executable, "-m", "bot", "serve", "--role", "web"], environment

    def note(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(value)


def measure(contender: Contender) -> None:
    """One round: start, first answer, every scenario, memory; then stop."""
    with tempfile.TemporaryDirectory() as folder:
        command, environment = contender.command(folder)
        began = time.perf_counter()
        server = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=HERE.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            first_answer(contender.port)
            contender.note("start s", time.perf_counter() - began)
            contender.note("idle MiB", memory(server.pid))
            for sockets, messages in SCENARIOS:
                before = cpu(server.pid)
                result = load(contender.port, sockets, messages)
                name = f"{sockets} sockets"
                contender.note(f"{name}: turns/s", result["turns_a_second"])
                contender.note(f"{name}: p50 ms", result["p50_ms"])
                contender.note(f"{name}: p99 ms", result["p99_ms"])
                used = (cpu(server.pid) - before) * 1000 / result["turns"]
                contender.note(f"{name}: CPU ms", used)
            before = cpu(server.pid)
            result = load(contender.port, 50, 40, "--unique")
            contender.note("50 sockets, no text twice: turns/s", result["turns_a_second"])
            used = (cpu(server.pid) - before) * 1000 / result["turns"]
            contender.note("50 sockets, no text twice: CPU ms", used)
            contender.note("idle socket KiB", asyncio.run(idle_sockets(contender.port, server.pid)))
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(12)
            except subprocess.TimeoutExpired:
                server.kill()


def first_answer(port: int) -> None:
    """Wait until one turn has been answered."""
    for _ in range(600):
        try:
            load(port, 1, 1)
            return
        except (OSError, subprocess.CalledProcessError, urllib.error.URLError):
            time.sleep(0.02)
    raise TimeoutError("the server did not come up")


def load(port: int, sockets: int, messages: int, *more: str) -> dict[str, Any]:
    """Run the generator."""
    command = [sys.executable, str(HERE / "sockets.py"), "--port", str(port)]
    command += ["--sockets", str(sockets), "--messages", str(messages), *more]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


async def idle_sockets(port: int, pid: int, count: int = 1_000) -> float:
    """KiB of server memory for each socket that said hello and then keeps silent."""
    sys.path.insert(0, str(HERE))
    from sockets import Socket

    before = memory(pid)
    held = []
    for _ in range(count):
        socket = await Socket.open(port, "/chat/socket")
        socket.send(b'{"type":"hello","visitor":null,"locale":"en","page":{},"after":null}')
        await socket.receive()
        held.append(socket)
    grown = memory(pid) - before
    for socket in held:
        socket.close()
    return grown * 1024 / count


def processes(pid: int) -> list[int]:
    """A process and those that it started, and they."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in processes(int(child)))]


def cpu(pid: int) -> float:
    """Processor seconds that a process and its children have used."""
    used = 0
    for process in processes(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def memory(pid: int) -> float:
    """MiB of a process and its children; what they share counts once."""
    size = 0
    for process in processes(pid):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        size += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return size / 1024


def show(floor: Contender, counter: Contender) -> None:
    """Medians of both and their ratio."""
    print(f"{'':36}{'floor':>12}{'counter':>12}{'ratio':>10}")
    for name in floor.figures:
        a = statistics.median(floor.figures[name])
        b = statistics.median(counter.figures[name])
        print(f"{name:36}{a:12.2f}{b:12.2f}{b / a if a else 0:10.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=18_400)
    given = parser.parse_args()
    floor = Contender("floor", given.port)
    counter = Contender("counter", given.port + 1)
    for _ in range(given.rounds):
        measure(floor)
        measure(counter)
    show(floor, counter)
