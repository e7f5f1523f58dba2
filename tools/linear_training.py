"""Softmax regression over sparse features, in numpy: the whole of what training computes.

Clauses are read with unit length, and at each step a share of their features is left out, so that
no single word decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EPOCHS = 10
RATE = 0.8
DROPPED = 0.6
DECAY = 2e-3
#: Steps of the bias are this much smaller than those of the weights.
BIAS_RATE = 0.02
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


def descend(
    data: Examples, features: int, classes: int, epochs: int = EPOCHS
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features x classes) and bias; the same for the same input."""
    runs = [_one_run(data, features, classes, epochs, SEED + run) for run in range(RUNS)]
    weights = sum((run[0] for run in runs), np.zeros((features, classes), np.float32)) / RUNS
    bias = sum((run[1] for run in runs), np.zeros(classes, np.float32)) / RUNS
    return weights, bias


def _one_run(
    data: Examples, features: int, classes: int, epochs: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    weights = np.zeros((features, classes), np.float32)
    bias = np.zeros(classes, np.float32)
    total = np.zeros_like(weights)
    averaged = min(AVERAGED, epochs)
    for epoch in range(epochs):
        order = chance.permutation(len(data.wanted))
        rate = RATE * (1 - epoch / epochs) + 0.02
        for place in range(0, len(order), BATCH):
            _step(data, order[place : place + BATCH], weights, bias, rate, chance)
        if epoch >= epochs - averaged:
            total += weights
    return total / averaged, bias


def _step(
    data: Examples,
    rows: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    rate: float,
    chance: np.random.Generator,
) -> None:
    found, row = _thinned(data, rows, chance)
    counts = np.bincount(row, minlength=len(rows))
    scale = (1 / np.sqrt(counts)).astype(np.float32)
    sums = np.add.reduceat(weights[found], np.searchsorted(row, np.arange(len(rows))))
    slope = softmax(sums * (SHARPNESS * scale)[:, None] + bias) - data.wanted[rows]
    slope *= data.weight[rows][:, None]
    order = np.argsort(found, kind="stable")
    touched, first, times = np.unique(found[order], return_index=True, return_counts=True)
    change = np.add.reduceat((slope * scale[:, None])[row[order]], first)
    keep = (1 - DECAY * rate) ** times.astype(np.float32)
    weights[touched] = weights[touched] * keep[:, None] - rate * change
    bias -= BIAS_RATE * rate * slope.sum(axis=0)


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
