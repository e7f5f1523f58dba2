"""How fast mails are read, and whether the time grows no faster than the size.

Run: python -m benchmarks.mail_reading [FOLDER of .eml files]

Prints CPU milliseconds a mail and mails a second for ordinary mails (the fixtures, or the folder
given), beside the standard library's default policy on the same mails, and for each hostile shape
the time for one size and for four times that size: a ratio near 4 is linear.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from functools import partial
from pathlib import Path

from inbound.mime import read_mail

ROUNDS = 5
_FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "mails"
_HEAD = b"From: mina@garden.example\nSubject: x\nContent-Type: "


def _quotes(size: int) -> bytes:
    return (
        _HEAD
        + b"text/plain\n\nTwo.\n\n"
        + b"> words of the earlier mail in a line\n" * (size // 38)
    )


def _one_line(size: int) -> bytes:
    return _HEAD + b"text/plain\n\n" + b"On " * (size // 3)


def _attributions(size: int) -> bytes:
    return _HEAD + b"text/plain\n\nTwo.\n\n" + b"On Mon, 2 wrote\n" * (size // 16)


def _elements(size: int) -> bytes:
    return _HEAD + b"text/html\n\n" + b"<div>" * (size // 5) + b"x"


def _parts(size: int) -> bytes:
    levels = size // 60
    opened = [
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1)
        for level in range(levels)
    ]
    return b"Content-Type: multipart/mixed; boundary=b0\n\n" + b"".join(opened) + b"text"


def _encoded_words(size: int) -> bytes:
    return b"Subject: " + b"=?a?b?" * (size // 6) + b"\n\nx"


HOSTILE: dict[str, tuple[Callable[[int], bytes], int]] = {
    "quotes": (_quotes, 250_000),
    "one line of On": (_one_line, 60_000),
    "attributions": (_attributions, 80_000),
    "nested elements": (_elements, 100_000),
    "nested parts": (_parts, 30_000),
    "encoded-words": (_encoded_words, 50_000),
}


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main(folder: Path) -> None:
    raws = [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
    raws = [raw for raw in raws if len(raw) < 20_000]
    stdlib = BytesParser(policy=policy.default)

    def ours() -> None:
        for raw in raws:
            read_mail(raw)

    def floor() -> None:
        for raw in raws:
            mail = stdlib.parsebytes(raw)
            str(mail["subject"])
            str(mail["from"])
            mail.get_body(("plain", "html"))

    ours()
    own, theirs = seconds(ours) / len(raws), seconds(floor) / len(raws)
    say = sys.stdout.write
    say(f"{len(raws)} ordinary mails: {own * 1000:.2f} ms CPU a mail, {1 / own:.0f} mails/s\n")
    say(f"standard library, default policy, structure and 2 headers: {theirs * 1000:.2f} ms\n")
    for name, (make, size) in HOSTILE.items():
        small, large = make(size), make(4 * size)
        first, second = seconds(partial(read_mail, small)), seconds(partial(read_mail, large))
        say(
            f"{name:18s} {len(large) // 1000:5d} kB {first * 1000:8.1f} ms ->"
            f" {second * 1000:8.1f} ms,"
            f" x{second / max(first, 1e-4):.1f}\n"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _FIXTURES)
