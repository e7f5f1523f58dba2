"""Products are found by the words of a message, wherever in it they stand."""

from __future__ import annotations

from decimal import Decimal

from domain.catalog import Product
from domain.dialogue.products import search


def product(number: str, category: str, name_ja: str, price: int) -> Product:
    return Product(
        number, category, category.title(), name_ja, price=Decimal(price), currency="USD"
    )


SHOWN = [
    product("LX-9", "laminator", "ラミネーター", 500),
    product("LX-2", "laminator", "ラミネーター", 200),
    product("SH-1", "shredder", "シュレッダー", 90),
]
STORY = "We are a small school in the north of town and moved into new rooms last spring. "


def found(text: str) -> list[str]:
    return [product.model_number for product in search(text, SHOWN, "en")]


def test_a_product_is_found_behind_a_long_story() -> None:
    told = " ".join(f"teacher{number} likes room{number}" for number in range(60))
    assert found(f"{told}. Please order one shredder.") == ["SH-1"]
    assert found(f"{STORY * 40} Please order one shredder.") == ["SH-1"]


def test_a_limit_of_the_price_counts_wherever_it_stands() -> None:
    assert found("A laminator under 300 dollars, please.") == ["LX-2"]
    assert found(f"A laminator, please. {STORY * 60} It must be under 300 dollars.") == ["LX-2"]
    assert found("300ドル以下のラミネーターはありますか") == ["LX-2"]
