"""Softmax regression over sparse features, in numpy: the whole of what training computes.

Clauses are read with unit length, and at each step a share of their features is left out, so that
no single word decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EPOCHS = 16
RATE = 0.8
DROPPED = 0.6
DECAY = 2e-3
#: Steps of the bias are this much smaller than those of the weights.
BIAS_RATE = 0.02
#: Steps and decay of what the meaning vectors share.
AXES_RATE = 2.0
AXES_DECAY = 1e-3
BATCH = 64
#: Weights are averaged over the last epochs.
AVERAGED = 4
#: How sharply the sums are read; a clause of n features has length one.
SHARPNESS = 6.0
#: As many runs from different seeds are averaged: chance matters less.
RUNS = 6
SEED = 20260401


@dataclass(frozen=True, slots=True)
class Examples:
    """Clauses as runs of feature numbers: clause i is `found[starts[i]:starts[i + 1]]`.

    `wanted` holds a row of class probabilities for each clause.
    """

    found: np.ndarray
    starts: np.ndarray
    wanted: np.ndarray
    weight: np.ndarray


def examples(
    rows: Sequence[Sequence[int]], wanted: np.ndarray, weight: Sequence[float]
) -> Examples:
    """Pack rows of feature numbers; a row must not be empty."""
    starts = np.cumsum([0, *map(len, rows)])
    found = np.fromiter((i for row in rows for i in row), np.int32, int(starts[-1]))
    return Examples(found, starts, wanted.astype(np.float32), np.array(weight, np.float32))


@dataclass(slots=True)
class Learned:
    """What is learned: a row a feature, a row an axis of the meaning vectors, and the bias."""

    weights: np.ndarray
    axes: np.ndarray
    bias: np.ndarray

    @classmethod
    def nothing(cls, features: int, axes: int, classes: int) -> Learned:
        """All zero."""
        shapes = ((features, classes), (axes, classes), (classes,))
        return cls(*(np.zeros(shape, np.float32) for shape in shapes))

    def add(self, other: Learned, share: float) -> None:
        """Add a share of another."""
        self.weights += other.weights * share
        self.axes += other.axes * share
        self.bias += other.bias * share


def descend(data: Examples, meaning: np.ndarray, classes: int, epochs: int = EPOCHS) -> Learned:
    """The mean of several runs; the same for the same input.

    `meaning` has a row a feature: the vector of the word it is, or zeros. What the vectors have in
    common is learned in `axes`, beside the weights of the features themselves.
    """
    whole = Learned.nothing(*meaning.shape, classes)
    for run in range(RUNS):
        whole.add(_one_run(data, meaning, classes, epochs, SEED + run), 1 / RUNS)
    return whole


def _one_run(data: Examples, meaning: np.ndarray, classes: int, epochs: int, seed: int) -> Learned:
    chance = np.random.default_rng(seed)
    state = Learned.nothing(*meaning.shape, classes)
    mean = Learned.nothing(*meaning.shape, classes)
    averaged = min(AVERAGED, epochs)
    for epoch in range(epochs):
        order = chance.permutation(len(data.wanted))
        rate = RATE * (1 - epoch / epochs) + 0.02
        for place in range(0, len(order), BATCH):
            _step(data, meaning, order[place : place + BATCH], state, rate, chance)
        if epoch >= epochs - averaged:
            mean.add(state, 1 / averaged)
    mean.bias = state.bias
    return mean


def _step(
    data: Examples,
    meaning: np.ndarray,
    rows: np.ndarray,
    state: Learned,
    rate: float,
    chance: np.random.Generator,
) -> None:
    found, row = _thinned(data, rows, chance)
    counts = np.bincount(row, minlength=len(rows))
    scale = (1 / np.sqrt(counts)).astype(np.float32)
    starts = np.searchsorted(row, np.arange(len(rows)))
    meant = np.add.reduceat(meaning[found], starts)
    sums = np.add.reduceat(state.weights[found], starts) + meant @ state.axes
    slope = softmax(sums * (SHARPNESS * scale)[:, None] + state.bias) - data.wanted[rows]
    slope *= data.weight[rows][:, None]
    order = np.argsort(found, kind="stable")
    touched, first, times = np.unique(found[order], return_index=True, return_counts=True)
    change = np.add.reduceat((slope * scale[:, None])[row[order]], first)
    keep = (1 - DECAY * rate) ** times.astype(np.float32)
    state.weights[touched] = state.weights[touched] * keep[:, None] - rate * change
    state.axes *= 1 - AXES_DECAY * rate
    state.axes -= rate * AXES_RATE * (meant.T @ (slope * scale[:, None]))
    state.bias -= BIAS_RATE * rate * slope.sum(axis=0)


def _thinned(
    data: Examples, rows: np.ndarray, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Features of the rows with a share left out, and the row of each; none is left empty."""
    spans = [data.found[data.starts[i] : data.starts[i + 1]] for i in rows]
    found = np.concatenate(spans)
    lengths = np.fromiter(map(len, spans), np.int64, len(spans))
    row = np.repeat(np.arange(len(rows)), lengths)
    kept = chance.random(len(found)) >= DROPPED
    kept |= ~np.bincount(row, weights=kept, minlength=len(rows)).astype(bool)[row]
    return found[kept], row[kept]


def softmax(sums: np.ndarray) -> np.ndarray:
    """Probabilities of each row."""
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
