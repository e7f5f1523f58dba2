"""Measure the engine on public sets of utterances, read from a folder and never kept here.

    python tools/public_sets.py FOLDER

FOLDER may hold any of
- `data_full.json` or `data_small.json` of CLINC150 (clinc/oos-eval, CC BY): `test`, `oos_test`;
- `test.csv` of Banking77 (PolyAI task-specific-datasets, CC BY): all of it is outside the counter;
- `bitext.csv`, the customer support set of Bitext (CDLA-Sharing), columns `utterance` and `intent`;
- `ja.test.conll`, the Japanese test part of xSID (CC BY-SA): all of it is outside the counter.

A label without a counterpart at the counter means "other". Prints for each set the share of lines
read as labelled, the recall of what is outside, and the share of outside lines taken for an action.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain.understanding import Engine, load_engine  # noqa: E402  # the path must be set first
from domain.understanding.decide import ACTING  # noqa: E402

CLINC = {
    "greeting": "greet",
    "thank_you": "thanks",
    "yes": "affirm",
    "no": "deny",
    "order_status": "status",
}
BITEXT = {
    "cancel_order": "cancel",
    "change_shipping_address": "update_details",
    "set_up_shipping_address": "update_details",
    "edit_account": "update_details",
    "place_order": "purchase",
    "track_order": "status",
    "contact_human_agent": "human",
    "get_invoice": "document_request",
    "check_invoice": "document_request",
    "delivery_period": "status",
    "newsletter_subscription": "unsubscribe",
}
Rows = list[tuple[str, str]]


def main() -> None:
    """Read what the folder holds and print a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    engine = load_engine()
    for name, rows in _sets(folder):
        report(name, rows, engine)


def _sets(folder: Path) -> Iterator[tuple[str, Rows]]:
    for name in ("data_full.json", "data_small.json"):
        if (folder / name).is_file():
            data = json.loads((folder / name).read_text(encoding="utf-8"))
            pairs = [*data["test"], *data["oos_test"]]
            yield name, [(text, CLINC.get(label, "other")) for text, label in pairs]
    if (folder / "test.csv").is_file():
        yield "test.csv", [(row["text"], "other") for row in _table(folder / "test.csv")]
    if (folder / "bitext.csv").is_file():
        rows = _table(folder / "bitext.csv")
        yield "bitext.csv", [(r["utterance"], BITEXT.get(r["intent"], "other")) for r in rows]
    if (folder / "ja.test.conll").is_file():
        lines = (folder / "ja.test.conll").read_text(encoding="utf-8").splitlines()
        texts = [line.removeprefix("# text =") for line in lines if line.startswith("# text =")]
        yield "ja.test.conll", [(text.replace(" ", ""), "other") for text in texts]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def report(name: str, rows: Rows, engine: Engine) -> None:
    """One line of figures."""
    read = [(wanted, engine.understand(text).primary) for text, wanted in rows]
    outside = [got for wanted, got in read if wanted == "other"]
    right = sum(wanted == got for wanted, got in read) / max(len(read), 1)
    recall = outside.count("other") / max(len(outside), 1)
    false = sum(got in ACTING for got in outside) / max(len(outside), 1)
    print(f"{name}: {len(read)} lines, as labelled {right:.3f}", end="")
    print(f", outside found {recall:.3f}, outside taken for an action {false:.3f}")


if __name__ == "__main__":
    main()
