"""English messages of the eighth sample, half of it looked at by kind, half only measured."""

from __future__ import annotations

import json
from pathlib import Path

from domain.understanding import Engine

SAMPLE = Path(__file__).parent / "eighth_sample" / "en.jsonl"
ACTING = {"contact", "update_details", "purchase", "document_request", "unsubscribe", "cancel"}
#: Values that only a grammar finds, and so need no judgement of who wants what.
NAMED = ("company", "department", "person_name", "datetime")


def _rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


def test_main_intents_stay_right_on_the_eighth_sample(engine: Engine) -> None:
    rows = _rows()
    got = [engine.understand(str(r["text"]), channel=str(r["channel"])).primary for r in rows]
    right = sum(g == r["intents"][0] for g, r in zip(got, rows, strict=True))  # type: ignore[index]  # lists in our own files
    assert right / len(rows) >= 0.88
    outside = [g for g, r in zip(got, rows, strict=True) if r["intents"] == ["other"]]
    assert sum(g in ACTING for g in outside) / len(outside) <= 0.05


def test_names_and_times_stay_found_on_the_eighth_sample(engine: Engine) -> None:
    hits = wanted = given = 0
    for row in _rows():
        found = engine.understand(str(row["text"]), channel=str(row["channel"]))
        for name in NAMED:
            value = row["entities"].get(name, [])  # type: ignore[attr-defined]  # a dict in our own files
            meant = {str(v).lower() for v in (value if isinstance(value, list) else [value])}
            named = {str(v).lower().rstrip(".") for v in found.values(name)}
            hits += len(meant & named)
            wanted += len(meant)
            given += len(named)
    assert hits / wanted >= 0.76
    assert hits / given >= 0.80
