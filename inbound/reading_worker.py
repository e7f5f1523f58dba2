"""The process in which mails are read: pickled questions on stdin, pickled answers on stdout."""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from domain.loaded import keep_what_is_loaded
from inbound.framing import FRAME, WILL_HEAR, framed
from inbound.hearing import Hearing
from inbound.mime import read_mail

if TYPE_CHECKING:
    from inbound.listening import Listener

MEMORY = 2 * 1024**3  # bytes of address space, where the system can limit it


def main() -> None:
    """Answer until stdin ends."""
    _limit_memory()
    if WILL_HEAR in sys.argv:
        # For no catalog yet: what takes long is compiling the grammars, and they are the same.
        _listener(Hearing(frozenset(), "UTC", "US"))
    keep_what_is_loaded()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    listener: Listener | None = None
    while (head := asked.read(FRAME.size)) and len(head) == FRAME.size:
        question = pickle.loads(_exactly(asked, FRAME.unpack(head)[0]))
        if isinstance(question, Hearing):
            listener = _listener(question)
            continue
        raw, own_texts, now = question
        mail = read_mail(raw, own_texts=own_texts)
        if listener is not None and now is not None:
            mail = listener.listen(mail, now)
        answers.write(framed(mail))
        answers.flush()


def _listener(hearing: Hearing) -> Listener:
    from inbound.listening import Listener  # only who understands loads the engine

    listener = Listener(hearing)
    listener.warm_up()
    keep_what_is_loaded()
    return listener


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise SystemExit(0)
    return data


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
