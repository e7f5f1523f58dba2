"""Pointers to products resolve against what was shown, asked and owned."""

from __future__ import annotations

import pytest

from domain.references import ReferenceContext, resolve
from domain.understanding import load_engine

CONTEXT = ReferenceContext(
    last_list=("A-10", "B-20", "C-30"),
    last_product="B-20",
    catalog_order=("P-100", "Q-200", "R-300"),
    owned=("M-1", "M-2"),
    ordered_last=("T-9",),
    categories={
        "P-100": "copier",
        "Q-200": "van",
        "R-300": "toner",
        "M-1": "Copiers",
        "M-2": "Fax machines",
        "B-20": "printer",
    },
)

CLEAR = [
    ("I'll take the second one", "B-20"),
    ("2番目のをください", "B-20"),
    ("the last one please", "C-30"),
    ("最後のやつにします", "C-30"),
    ("what does it cost on page 3", "R-300"),
    ("3ページの商品はいくらですか", "R-300"),
    ("the copier in your catalogue, how big is it", "P-100"),
    ("カタログに載っているバンはまだありますか", "Q-200"),
    ("one more of the same", "T-9"),
    ("いつものをお願いします", "T-9"),
    ("my fax machine is broken", "M-2"),
    ("うちのコピー機が動かない", "M-1"),
    ("that one please, that printer", "B-20"),
]


@pytest.mark.parametrize(("text", "model"), CLEAR)
def test_a_pointer_names_one_product(text: str, model: str) -> None:
    found = resolve(load_engine().understand(text).references, CONTEXT)
    assert (model,) in [r.models for r in found]


def test_what_stays_open_offers_choices() -> None:
    found = resolve(load_engine().understand("my machine makes a noise").references, CONTEXT)
    assert found[0].models == ("M-1", "M-2")
    assert not found[0].clear


def test_a_place_beyond_the_list_means_nothing() -> None:
    assert resolve(load_engine().understand("the seventh one").references, CONTEXT)[0].models == ()
