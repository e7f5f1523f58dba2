"""A linear model whose sum over all classes is one addition of whole numbers.

Every feature has one byte of weight for each class. The bytes of a feature are spread over lanes of
24 bits in one big whole number, so that adding up a clause for sixteen classes costs a single `sum`
over its features.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Collection, Iterable, Sequence
from itertools import repeat

#: The names of the interface, and what lies outside the counter's business altogether.
FOREIGN = "foreign"
_LANE = 3
#: A byte of 128 means a weight of zero.
ZERO = 128
#: How much a feature that training never saw lessens the confidence, beside one it saw.
UNKNOWN = 0.1


class LinearModel:
    """Probabilities of the classes of one language."""

    def __init__(
        self,
        classes: Sequence[str],
        features: Iterable[tuple[str, str]],
        bias: Sequence[float],
        step: float,
        source: str,
    ) -> None:
        self.classes = tuple(classes)
        self._bias = tuple(bias)
        self._step = step
        #: Checksum of what the weights were made from.
        self.source = source
        self._width = len(self.classes) + 1
        # Packing all of them takes longer than reading the file; a feature is packed on first use.
        self._codes = dict(features)
        self._packed: dict[str, int] = {}

    def _pack(self, code: str) -> int:
        lanes = bytearray(self._width * _LANE)
        weights = base64.b64decode(code)
        lanes[: len(weights) * _LANE : _LANE] = weights
        # The last lane counts the features that were known.
        lanes[-_LANE] = 1
        return int.from_bytes(lanes, "little")

    def _pack_new(self, features: Collection[str]) -> None:
        for name in self._codes.keys() & features:
            code = self._codes.pop(name, None)
            if code is not None:
                self._packed[name] = self._pack(code)

    def __len__(self) -> int:
        return len(self._codes) + len(self._packed)

    def logits(self, features: Collection[str]) -> tuple[list[float], int]:
        """The sums of the classes, and how many of the features are known."""
        self._pack_new(features)
        total = sum(map(self._packed.get, features, repeat(0)))
        lanes = total.to_bytes(self._width * _LANE, "little")
        known = int.from_bytes(lanes[-_LANE:], "little")
        unknown = len(features) - known
        scale = self._step / math.sqrt(known + UNKNOWN * unknown) if known else 0.0
        offset = ZERO * known
        return [
            (lanes[i] + (lanes[i + 1] << 8) + (lanes[i + 2] << 16) - offset) * scale + bias
            for i, bias in zip(range(0, len(lanes) - _LANE, _LANE), self._bias, strict=True)
        ], known

    def probabilities(self, features: Collection[str]) -> list[float]:
        """The softmax of the sums, in the order of `classes`."""
        sums, _ = self.logits(features)
        top = max(sums)
        powers = [math.exp(value - top) for value in sums]
        whole = sum(powers)
        return [power / whole for power in powers]

    def weights(self, feature: str) -> list[float]:
        """The weights of one feature, for explaining an answer."""
        self._pack_new((feature,))
        packed = self._packed.get(feature)
        if packed is None:
            return [0.0] * len(self.classes)
        lanes = packed.to_bytes(self._width * _LANE, "little")
        return [(lanes[i] - ZERO) * self._step for i in range(0, len(lanes) - _LANE, _LANE)]
