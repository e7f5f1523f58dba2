"""A linear model whose sum over all classes is one addition of whole numbers.

Every feature has one byte of weight for each class. The bytes of a feature are spread over lanes of
32 bits in one big whole number, so that adding up a clause for sixteen classes costs a single `sum`
over its features. The names of features are not kept, only their checksums in ascending order with
the bytes in the same order: two blocks of memory instead of a hundred thousand strings.
"""

from __future__ import annotations

import math
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from struct import Struct
from zlib import crc32

#: The names of the interface, and what lies outside the counter's business altogether.
FOREIGN = "foreign"
_LANE = 4
_HALVES = 1 << 16
#: A byte of 128 means a weight of zero.
ZERO = 128
#: How much a feature that training never saw lessens the confidence, beside one it saw.
UNKNOWN = 0.1
#: Features looked up lately, known or not; beyond this many all are forgotten.
REMEMBERED = 20_000


def checksum_of(feature: str) -> int:
    """What a feature is stored under."""
    return crc32(feature.encode("utf-8", "surrogatepass"))


class _Packed(dict[str, int]):
    """Features looked up lately; one that is not there is looked up."""

    def __init__(self, pack: Callable[[str], int]) -> None:
        super().__init__()
        self._pack = pack

    def __missing__(self, name: str) -> int:
        found = self[name] = self._pack(name)
        return found


class LinearModel:
    """Probabilities of the classes of one language."""

    def __init__(
        self,
        classes: Sequence[str],
        checksums: memoryview,
        weights: memoryview,
        bias: Sequence[float],
        step: float,
        source: str,
    ) -> None:
        """`checksums`: ascending, four bytes each, little-endian; `weights`: a byte a class."""
        self.classes = tuple(classes)
        self._bias = tuple(bias)
        self._step = step
        #: Checksum of what the weights were made from.
        self.source = source
        self._size = len(self.classes)
        self._width = self._size + 1
        self._checksums = array("I")
        self._checksums.frombytes(checksums)
        if sys.byteorder == "big":
            self._checksums.byteswap()
        self._weights = weights
        #: Where the checksums begin that share their upper half, so that a search looks at few.
        self._starts = array("I", bytes(4 * (_HALVES + 1)))
        count = [0] * _HALVES
        for checksum in self._checksums:
            count[checksum >> 16] += 1
        self._starts[1:] = array("I", accumulate(count))
        self._lanes = Struct(f"<{self._width}I")
        self._packed = _Packed(self._pack)

    def __len__(self) -> int:
        return len(self._checksums)

    def _row(self, feature: str) -> memoryview | None:
        checksum = checksum_of(feature)
        half = checksum >> 16
        last = self._starts[half + 1]
        place = bisect_left(self._checksums, checksum, self._starts[half], last)
        if place == last or self._checksums[place] != checksum:
            return None
        return self._weights[place * self._size : (place + 1) * self._size]

    def _pack(self, feature: str) -> int:
        row = self._row(feature)
        if row is None:
            return 0
        lanes = bytearray(self._width * _LANE)
        lanes[: self._size * _LANE : _LANE] = row
        # The last lane counts the features that were known.
        lanes[-_LANE] = 1
        return int.from_bytes(lanes, "little")

    def logits(self, features: set[str]) -> tuple[list[float], int]:
        """The sums of the classes, and how many of the features are known."""
        packed = self._packed
        if len(packed) > REMEMBERED:
            packed.clear()
        total = sum(map(packed.__getitem__, features))
        *lanes, known = self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))
        unknown = len(features) - known
        scale = self._step / math.sqrt(known + UNKNOWN * unknown) if known else 0.0
        offset = ZERO * known
        return [
            (lane - offset) * scale + bias for lane, bias in zip(lanes, self._bias, strict=True)
        ], known

    def probabilities(self, features: set[str]) -> list[float]:
        """The softmax of the sums, in the order of `classes`."""
        sums, _ = self.logits(features)
        top = max(sums)
        powers = [math.exp(value - top) for value in sums]
        whole = sum(powers)
        return [power / whole for power in powers]

    def weights(self, feature: str) -> list[float]:
        """The weights of one feature, for explaining an answer."""
        row = self._row(feature)
        if row is None:
            return [0.0] * self._size
        return [(byte - ZERO) * self._step for byte in row]
