"""Print how well the engine reads labelled messages, and what it takes for what.

    python tools/understanding_confusions.py tests/domain/understanding/third_sample --failures

FOLDER holds `en.jsonl` and `ja.jsonl` with lines `{"text","intents":[primary first],"channel"}`.
"""

from __future__ import annotations

import argparse
import collections
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain.understanding import Engine, load_engine  # noqa: E402  # the path must be set first


def main() -> None:
    """Read the folder's files and print one block a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--failures", action="store_true", help="also print the messages themselves"
    )
    chosen = parser.parse_args()
    engine = load_engine()
    for path in sorted(chosen.folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        report(path.stem, rows, engine, failures=chosen.failures)


def report(name: str, rows: list[dict[str, object]], engine: Engine, *, failures: bool) -> None:
    """Accuracy of the primary intent and the pairs that were confused, most frequent first."""
    pairs: collections.Counter[tuple[str, str]] = collections.Counter()
    missed = []
    for row in rows:
        wanted = str(row["intents"][0])  # type: ignore[index]  # lists in our own files
        got = engine.understand(str(row["text"]), channel=str(row.get("channel", "chat"))).primary
        if got != wanted:
            pairs[wanted, got] += 1
            missed.append(f"  {wanted} read as {got}: {str(row['text'])[:100]!r}")
    print(f"{name}: {1 - sum(pairs.values()) / len(rows):.3f} of {len(rows)}")
    for (wanted, got), count in pairs.most_common():
        print(f"  {count:3} {wanted} > {got}")
    if failures:
        print("\n".join(missed))


if __name__ == "__main__":
    main()
