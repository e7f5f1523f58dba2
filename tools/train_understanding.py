"""Train the weights of the understanding engine from the phrase files.

Run `python tools/train_understanding.py`: numpy, a fixed seed, about a minute a language.
The answer is written to `domain/understanding/data/weights.<locale>.json` with the checksum of
everything it was made from. `--check` only says whether the weights belong to the phrase files
as they are now.
"""

from __future__ import annotations

import argparse
import base64
import collections
import hashlib
import json
import sys
import textwrap
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain.understanding.entities.products import Models  # noqa: E402
from domain.understanding.model import FOREIGN, ZERO, checksum_of  # noqa: E402
from domain.understanding.reading import features, read  # noqa: E402
from domain.understanding.result import INTENTS  # noqa: E402
from domain.understanding.text import fold  # noqa: E402
from tools.linear_training import EPOCHS, SHARPNESS, Learned, descend, examples  # noqa: E402
from tools.phrase_files import Line, phrases  # noqa: E402
from tools.word_vectors import feature_vectors, vector_file  # noqa: E402

CLASSES = (*INTENTS, FOREIGN)
DATA = ROOT / "domain" / "understanding" / "data"
#: Whole clauses are read more boldly than the thinned ones of training; this brings
#: the confidence back to what is right on lines the training has not seen.
TEMPER = 0.55
#: Added to what speaks for being outside: to start something by mistake costs more than to ask.
OUTSIDE = {"en": 0.4, "ja": 0.2}
#: A feature whose largest weight is fewer steps than this decides nothing; memory is better.
LEAST = 5
#: How the files end that hold the grammars of the other language.
_OTHER = {"en": "_japanese", "ja": "_english"}
#: Features of fewer phrases than this are left out.
RARE = 2


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
        target.write_text(json.dumps(data, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{locale}: {data['count']} features, {time.process_time() - started:.0f} s")


def checksum(locale: str) -> str:
    """Of the phrase files, the concepts and the code that turns text into features."""
    code = ROOT / "domain" / "understanding"
    inputs = [
        *sorted((ROOT / "tools" / "phrases" / locale).glob("*.txt")),
        DATA / f"concepts.{locale}.txt",
        DATA / f"names.{locale}.txt",
        *sorted(DATA.glob(f"words.{locale}.txt")),
        *sorted(DATA.glob(f"trades.{locale}.txt")),
        Path(__file__),
        ROOT / "tools" / "linear_training.py",
        ROOT / "tools" / "phrase_files.py",
        ROOT / "tools" / "word_vectors.py",
        vector_file(locale),
        *(code / name for name in ("features.py", "reading.py", "clauses.py", "text.py")),
        # What only the other language reads does not matter to this one.
        *(
            p
            for p in sorted((code / "entities").glob("*.py"))
            if not p.stem.endswith(_OTHER[locale])
        ),
    ]
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Trained:
    """The weights of one language before they are packed: a row a feature, a column a class."""

    index: dict[str, int]
    weights: np.ndarray
    bias: np.ndarray


def train(locale: str, lines: list[Line], epochs: int) -> dict[str, object]:
    """The weights of one language as they are stored."""
    found = [masked_features(line.text, locale) for line in lines]
    trained = fit(found, lines, feature_vectors(locale), OUTSIDE[locale], epochs)
    return stored(locale, trained)


def fit(
    found: Sequence[Iterable[str]],
    lines: Sequence[Line],
    vectors: Mapping[str, np.ndarray],
    outside: float,
    epochs: int = EPOCHS,
) -> Trained:
    """Learn from the features of lines, the meaning of words and the intents beside the lines."""
    axes = len(next(iter(vectors.values()))) if vectors else 0
    counts = collections.Counter(name for names in found for name in names)
    index = {
        name: place for place, name in enumerate(sorted(n for n in counts if counts[n] >= RARE))
    }
    rows, wanted, weight = [], [], []
    for names, line in zip(found, lines, strict=True):
        row = sorted(index[name] for name in names if name in index)
        if row:
            rows.append(row)
            wanted.append(CLASSES.index(line.intent))
            weight.append(line.weight)
    shares = np.eye(len(CLASSES), dtype=np.float32)[wanted]
    meaning = np.zeros((len(index), axes), np.float32)
    for name, vector in vectors.items():
        if name in index:
            meaning[index[name]] = vector
    learned = descend(examples(rows, shares, weight), meaning, len(CLASSES), epochs)
    learned.bias[[CLASSES.index("other"), CLASSES.index(FOREIGN)]] += outside
    return _with_unseen(index, learned, meaning, vectors)


def _with_unseen(
    index: dict[str, int], learned: Learned, meaning: np.ndarray, vectors: Mapping[str, np.ndarray]
) -> Trained:
    """One row a feature again: what words share is added to each, also to words never seen."""
    unseen = sorted(name for name in vectors if name not in index)
    beyond = np.array([vectors[name] for name in unseen], np.float32).reshape(-1, meaning.shape[1])
    weights = np.concatenate([learned.weights + meaning @ learned.axes, beyond @ learned.axes])
    places = {name: len(index) + place for place, name in enumerate(unseen)}
    return Trained({**index, **places}, weights, learned.bias)


def masked_features(text: str, locale: str) -> set[str]:
    """The features of a whole line, read as one clause."""
    page = read(fold(text).plain, locale, Models(()), "US" if locale == "en" else "JP")
    return features(page.masked.replace("\x00", "").strip(" \n,、:;-"), locale)


def stored(locale: str, trained: Trained) -> dict[str, object]:
    """Weights as bytes around 128, by the checksum of their feature; weak ones are left out."""
    step = float(np.abs(trained.weights).max()) / 127
    steps = np.rint(trained.weights / step).astype(np.int32)
    strong = np.abs(steps).max(axis=1) >= LEAST
    rows: dict[int, int] = {}
    for name, place in trained.index.items():
        if strong[place]:
            rows.setdefault(checksum_of(name), place)
    order = sorted(rows)
    names = np.array(order, dtype="<u4").tobytes()
    weights = (steps[[rows[key] for key in order]] + ZERO).astype(np.uint8).tobytes()
    packed = base64.b64encode(zlib.compress(names + weights, 9)).decode()
    return {
        "classes": CLASSES,
        "bias": [round(float(b), 4) for b in trained.bias],
        "step": step * SHARPNESS * TEMPER,
        "count": len(order),
        "features": textwrap.wrap(packed, 2000),
        "source": checksum(locale),
    }


if __name__ == "__main__":
    main()
