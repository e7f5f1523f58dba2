"""Lines of a mail that we sent ourselves: what equals our own text is ours without any mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from inbound.attribution import LONGEST_LINE

_SHORTEST_RUN = 24  # letters that must agree before a run of lines counts
_MARKS = re.compile(r"[\s>＞|*_]+")


class OwnWords:
    """The lines of our texts, compared without blanks, width and case."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._lines = {key for text in texts for line in text.split("\n") if (key := _key(line))}

    def runs(self, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
        """The runs (start, stop) of lines that are ours; one short line alone is nobody's."""
        start, letters, count = -1, 0, 0
        for index in range(len(lines) + 1):
            key = _key(lines[index]) if index < len(lines) else None
            if key and key in self._lines:
                if start < 0:
                    start, letters, count = index, 0, 0
                letters, count, stop = letters + len(key), count + 1, index + 1
            elif key != "" and start >= 0:
                if letters >= _SHORTEST_RUN and (count > 1 or letters >= 2 * _SHORTEST_RUN):
                    yield start, stop
                start = -1


def _key(line: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", line[:LONGEST_LINE])).casefold()
