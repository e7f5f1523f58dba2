"""What words mean, as vectors: so that a word which no phrase holds speaks like its neighbours.

`tools/word_vectors/<locale>.npz` holds `words` and `vectors` (bytes, a row a word, the size of the
row in `lengths`). They were made once by `tools/make_word_vectors.py` from multilingual-e5-small;
neither that model nor the vectors are needed where the engine runs, since the training adds what
they say to the weights of the words.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

_FOLDER = Path(__file__).resolve().parent / "word_vectors"
#: How much the vectors of a language count: Japanese words overlap with the runs of their letters.
_STRENGTH = {"en": 1.0, "ja": 0.7}
#: Runs of letters of this length are features of Japanese clauses by themselves.
_RUNS = (2, 3)


def vector_file(locale: str) -> Path:
    """Where the vectors of a language lie."""
    return _FOLDER / f"{locale}.npz"


def feature_vectors(locale: str) -> dict[str, np.ndarray]:
    """The vector of every feature that is a word."""
    with np.load(vector_file(locale)) as stored:
        words = [str(word) for word in stored["words"]]
        lengths = stored["lengths"].astype(np.float32)
        vectors = stored["vectors"].astype(np.float32) * lengths[:, None] * _STRENGTH[locale]
    if locale != "ja":
        return dict(zip(words, vectors, strict=True))
    found = {f"@{w}": v for w, v in zip(words, vectors, strict=True) if len(w) > 1}
    found.update((w, v) for w, v in zip(words, vectors, strict=True) if len(w) in _RUNS)
    return found
