"""How well the model reads lines of writers that it did not learn from.

    python tools/understanding_generalisation.py en --folds 4
    python tools/understanding_generalisation.py ja --hold voices_b3,voices_b4

Phrase files stand for writers: a fold is trained on the others' files and read on its own, clause
by clause, the first form of each phrase. It needs no labelled messages, so that changes can be
judged without looking at the samples. Prints accuracy, recall of what is outside the counter, the
share of outside lines taken for an acting wish, and what is taken for what.
"""

from __future__ import annotations

import argparse
import collections
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain.understanding.decide import ACTING  # noqa: E402  # the path must be set first
from domain.understanding.model import FOREIGN, UNKNOWN  # noqa: E402
from tools.linear_training import SHARPNESS  # noqa: E402
from tools.phrase_files import Line, phrases  # noqa: E402
from tools.train_understanding import (  # noqa: E402
    CLASSES,
    OUTSIDE,
    TEMPER,
    Trained,
    fit,
    masked_features,
)
from tools.word_vectors import feature_vectors  # noqa: E402

#: Files of fewer phrases than this are no writer's own and are always learned from.
LEAST_LINES = 100


def main() -> None:
    """Train and read one fold after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("locale", choices=["en", "ja"])
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--hold", help="hold out these files instead, comma separated")
    chosen = parser.parse_args()
    lines = phrases(ROOT / "tools" / "phrases" / chosen.locale)
    found = [masked_features(line.text, chosen.locale) for line in lines]
    vectors = feature_vectors(chosen.locale)
    outside = OUTSIDE[chosen.locale]
    folds = [chosen.hold.split(",")] if chosen.hold else _folds(lines, chosen.folds)
    everything: list[tuple[str, str]] = []
    for fold in folds:
        learned = [i for i, line in enumerate(lines) if line.source not in fold]
        trained = fit([found[i] for i in learned], [lines[i] for i in learned], vectors, outside)
        held = [i for i, line in enumerate(lines) if line.source in fold and line.first]
        pairs = [(_heard(lines[i].intent), read(trained, found[i])) for i in held]
        report(", ".join(fold), pairs)
        everything += pairs
    if len(folds) > 1:
        report("all", everything)


def _folds(lines: Sequence[Line], count: int) -> list[list[str]]:
    """The writers' files dealt out in turn."""
    sizes = collections.Counter(line.source for line in lines if line.first)
    writers = sorted(name for name, size in sizes.items() if size >= LEAST_LINES)
    return [writers[start::count] for start in range(count)]


def _heard(intent: str) -> str:
    return "other" if intent == FOREIGN else intent


def read(trained: Trained, names: set[str]) -> str:
    """What a clause is taken for, unrounded weights used as the engine uses its bytes."""
    known = [trained.index[name] for name in names if name in trained.index]
    if not known:
        return "other"
    scale = SHARPNESS * TEMPER / np.sqrt(len(known) + UNKNOWN * (len(names) - len(known)))
    sums = trained.weights[known].sum(axis=0) * scale + trained.bias
    return _heard(CLASSES[int(sums.argmax())])


def report(name: str, pairs: Sequence[tuple[str, str]]) -> None:
    """One block of figures."""
    outside = [got for wanted, got in pairs if wanted == "other"]
    right = sum(wanted == got for wanted, got in pairs) / max(len(pairs), 1)
    recall = outside.count("other") / max(len(outside), 1)
    false = sum(got in ACTING for got in outside) / max(len(outside), 1)
    print(f"{name}\n  {len(pairs)} lines: accuracy {right:.3f}", end="")
    print(f", outside found {recall:.3f}, outside taken for an action {false:.3f}")
    wrong = collections.Counter(pair for pair in pairs if pair[0] != pair[1])
    print("  " + ", ".join(f"{a} > {b} {n}" for (a, b), n in wrong.most_common(10)))


if __name__ == "__main__":
    main()
