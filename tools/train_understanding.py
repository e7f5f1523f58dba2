"""Train the weights of the understanding engine from the phrase files.

Run `python tools/train_understanding.py`: plain Python, a fixed seed, half a minute a language.
The answer is written to `domain/understanding/data/weights.<locale>.json` with the checksum of
everything it was made from. `--check` only says whether the weights belong to the phrase files
as they are now.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import math
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain.understanding.entities.products import Models  # noqa: E402
from domain.understanding.model import FOREIGN, ZERO  # noqa: E402
from domain.understanding.reading import features, read  # noqa: E402
from domain.understanding.result import INTENTS  # noqa: E402
from domain.understanding.text import fold  # noqa: E402
from tools.phrase_files import Line, phrases  # noqa: E402

CLASSES = (*INTENTS, FOREIGN)
DATA = ROOT / "domain" / "understanding" / "data"
EPOCHS = 10
RATE = 1.5
#: Share of the features left out at each step, so that no single word decides.
DROPPED = 0.5
DECAY = 2e-6
#: How sharply the sums are read; a clause of n features has length one.
SHARPNESS = 6.0
#: Whole clauses are read more boldly than the thinned ones of training; this brings
#: the confidence back to what is right on lines the training has not seen.
TEMPER = 0.72
#: A feature whose largest weight is fewer steps than this decides nothing; memory is better.
LEAST = 6
SEED = 20260401


def main() -> None:
    """Train one language or both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("locales", nargs="*", default=["en", "ja"])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    chosen = parser.parse_args()
    for locale in chosen.locales or ["en", "ja"]:
        target = DATA / f"weights.{locale}.json"
        if chosen.check:
            fresh = json.loads(target.read_text())["source"] == checksum(locale)
            print(f"{locale}: {'fresh' if fresh else 'STALE: train again'}")
            continue
        started = time.process_time()
        data = train(locale, phrases(ROOT / "tools" / "phrases" / locale), chosen.epochs)
        target.write_text(
            json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
        )
        print(f"{locale}: {len(data['features'])} features, {time.process_time() - started:.0f} s")


def checksum(locale: str) -> str:
    """Of the phrase files, the concepts and the code that turns text into features."""
    code = ROOT / "domain" / "understanding"
    inputs = [
        *sorted((ROOT / "tools" / "phrases" / locale).glob("*.txt")),
        DATA / f"concepts.{locale}.txt",
        Path(__file__),
        ROOT / "tools" / "phrase_files.py",
        *(code / name for name in ("features.py", "reading.py", "clauses.py", "text.py")),
        *sorted((code / "entities").glob("*.py")),
    ]
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def train(locale: str, lines: list[Line], epochs: int) -> dict[str, object]:
    """The weights of one language as they are stored."""
    examples = [(masked_features(line.text, locale), line.intent, line.weight) for line in lines]
    counts: dict[str, int] = {}
    for found, _, _ in examples:
        for name in found:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= 2)
    index = {name: place for place, name in enumerate(names)}
    rows = [
        ([index[n] for n in sorted(found) if n in index], CLASSES.index(intent), weight)
        for found, intent, weight in examples
    ]
    weights, bias = descend([row for row in rows if row[0]], len(names), epochs)
    return stored(locale, names, weights, bias)


def masked_features(text: str, locale: str) -> set[str]:
    """The features of a whole line, read as one clause."""
    page = read(fold(text).plain, locale, Models(()), "US" if locale == "en" else "JP")
    return features(page.masked.replace("\x00", "").strip(" \n,、:;-"), locale)


def descend(
    rows: list[tuple[list[int], int, float]], size: int, epochs: int
) -> tuple[list[list[float]], list[float]]:
    """Softmax regression by stochastic steps over unit-length clauses with features left out."""
    chance = random.Random(SEED)
    weights = [[0.0] * size for _ in CLASSES]
    bias = [0.0] * len(CLASSES)
    for epoch in range(epochs):
        chance.shuffle(rows)
        rate = RATE * (1 - epoch / epochs) + 0.02
        for found, wanted, weight in rows:
            kept = [i for i in found if chance.random() >= DROPPED] or found
            scale = SHARPNESS / math.sqrt(len(kept))
            sums = [
                sum(map(w.__getitem__, kept)) * scale + b
                for w, b in zip(weights, bias, strict=True)
            ]
            top = max(sums)
            powers = [math.exp(s - top) for s in sums]
            whole = sum(powers)
            for place, power in enumerate(powers):
                slope = power / whole - (place == wanted)
                if abs(slope) < 0.004:
                    continue
                step = rate * slope * weight * scale / SHARPNESS
                column = weights[place]
                keep = 1 - DECAY * 1000 * rate
                for i in kept:
                    column[i] = column[i] * keep - step
                bias[place] -= 0.02 * rate * slope * weight
    return weights, bias


def stored(
    locale: str, names: list[str], weights: list[list[float]], bias: list[float]
) -> dict[str, object]:
    """Weights as bytes around 128; features that say next to nothing are left out."""
    largest = max(max(map(abs, column)) for column in weights)
    step = largest / 127
    kept: dict[str, str] = {}
    for place, name in enumerate(names):
        row = [round(column[place] / step) for column in weights]
        if max(map(abs, row)) >= LEAST:
            kept[name] = base64.b64encode(bytes(ZERO + value for value in row)).decode()
    return {
        "classes": CLASSES,
        "bias": [round(b, 4) for b in bias],
        "step": step * SHARPNESS * TEMPER,
        "features": kept,
        "source": checksum(locale),
    }


if __name__ == "__main__":
    main()
