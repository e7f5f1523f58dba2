"""Starts processes that hold sockets (`bot/chat/front.py`).

Apart from what leads them, and light: they load their code while the one that starts them loads
its own, so they are started before that.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bot.one_core import given_cores, given_share
from bot.roles import RoleName
from bot.settings import PREFIX, Settings


@dataclass(frozen=True, slots=True)
class Launched:
    """A process that waits to be led, and our ends of its sockets: a stream of items, a stream of
    the messages that browsers send, and datagrams that each bring it a connection."""

    process: subprocess.Popen[bytes]
    stream: socket.socket
    turns: socket.socket
    control: socket.socket


def launch_for(settings: Settings, roles: Sequence[RoleName]) -> list[Launched]:
    """Start as many as the settings wish; fewer, or none, where the system cannot."""
    launched: list[Launched] = []
    with contextlib.suppress(OSError):  # who leads them tries again, and tells of it
        for _ in range(front_count(settings, roles)):
            launched.append(launch())
    return launched


def front_count(settings: Settings, roles: Sequence[RoleName]) -> int:
    """How many processes hold sockets: none where this one has no browsers."""
    if RoleName.WEB not in roles:
        return 0
    wished = settings.chat_processes
    return usual_count() if wished is None else most_count(wished)


def usual_count() -> int:
    """How many such processes serve this machine well: none where there is no core for one."""
    return most_count(1) if min(len(given_cores()), given_share()) > 1 else 0


def most_count(wished: int) -> int:
    """How many of the processes that are wished this system can have."""
    return wished if hasattr(socket, "send_fds") and sys.platform != "win32" else 0


def launch(cores: frozenset[int] = frozenset()) -> Launched:
    """Start one.

    Args:
        cores: those that it may use; none are all that this process may use now.

    Raises:
        OSError: it cannot be started.
    """
    stream, its_stream = socket.socketpair()
    turns, its_turns = socket.socketpair()
    control, its_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    given = (its_stream, its_turns, its_control)
    numbers = [end.fileno() for end in given]
    try:
        process = subprocess.Popen(
            (sys.executable, "-m", "bot.chat.front", *map(str, numbers)),
            pass_fds=numbers,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; it ends with its streams
            env=_without_secrets(),
        )
    except BaseException:
        for end in (stream, turns, control):
            end.close()
        raise
    finally:
        for end in given:
            end.close()
    if sys.platform == "linux" and cores:
        with contextlib.suppress(OSError):  # it has ended, or a sandbox forbids it
            os.sched_setaffinity(process.pid, cores)
    turns.setblocking(False)
    control.setblocking(False)
    return Launched(process, stream, turns, control)


def _without_secrets() -> dict[str, str]:
    """The environment without our settings, which it does not need."""
    return {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
