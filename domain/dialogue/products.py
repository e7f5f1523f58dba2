"""Which products a message is about, and looking products up by words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from domain.catalog import Product
from domain.conversation import DialogueState
from domain.dialogue.facts import Facts
from domain.references import resolve
from domain.understanding.context import Context
from domain.understanding.result import Understanding

MAX_QUANTITY = 9_999
MAX_FOUND = 6


def mentioned(
    understood: Understanding,
    state: DialogueState,
    facts: Facts,
    page_product: str | None,
    text: str = "",
) -> tuple[list[str], list[str]]:
    """The model numbers that a message names or points at, and choices where it is ambiguous.

    "The second one" and "page 3" resolve against the list shown last, else against the catalog
    that the mail answers; "toner" against what belongs to the product spoken of or owned. The
    page of the website is taken only by the caller, and only where nothing else is named.

    Args:
        text: the message, where words may name a product (an order); empty where they may not.
    """
    named = [
        model for model in map(str, understood.values("model_number")) if facts.any_product(model)
    ]
    if named:
        return named, []
    if understood.references:
        models, choices = _pointed_at(understood, state, facts, page_product)
        if models or choices:
            return models, choices
    return _by_words(text, state, facts, page_product) if text else ([], [])


_NEEDS_CATEGORIES = frozenset({"owned", "catalog"})


def _pointed_at(
    understood: Understanding, state: DialogueState, facts: Facts, page_product: str | None
) -> tuple[list[str], list[str]]:
    catalog = facts.catalog(state.catalog) if state.catalog else None
    by_category = any(r.kind in _NEEDS_CATEGORIES for r in understood.references)
    resolved = resolve(
        understood.references,
        Context(
            last_list=tuple(state.shown),
            last_product=state.product or page_product,
            catalog_order=catalog.products if catalog else (),
            owned=facts.known.owned if facts.known else (),
            categories={p.model_number: _words_of(p) for p in facts.on_sale()}
            if by_category
            else {},
        ),
    )
    clear = [one.models[0] for one in resolved if one.clear]
    if clear:
        return list(dict.fromkeys(clear)), []
    return [], list(dict.fromkeys(model for one in resolved for model in one.models))


def _by_words(
    text: str, state: DialogueState, facts: Facts, page_product: str | None
) -> tuple[list[str], list[str]]:
    """What the words name: among what belongs to the machine spoken of or owned, else anything."""
    around = [state.product, page_product, *(facts.known.owned if facts.known else ())]
    near = [
        product
        for model in dict.fromkeys(filter(None, around))
        if (machine := facts.any_product(model)) is not None
        for other in (*machine.supplies, *machine.options, *machine.attachments)
        if (product := facts.product(other)) is not None
    ]
    found = search(text, near, facts.locale) or search(text, facts.on_sale(), facts.locale)
    models = [product.model_number for product in found]
    return (models, []) if len(models) == 1 else ([], models)


def _words_of(product: Product) -> str:
    return f"{product.category} {product.name} {product.name_ja}".lower()


def items_of(models: Sequence[str], understood: Understanding) -> list[dict[str, Any]]:
    """The products with the quantities that the message gives, in the order of the text."""
    quantities = [int(q) for q in understood.values("quantity")]
    items: list[dict[str, Any]] = []
    for position, model in enumerate(models):
        item: dict[str, Any] = {"model_number": model}
        if quantities:
            item["quantity"] = quantities[min(position, len(quantities) - 1)]
        items.append(item)
    return items


def search(text: str, products: Sequence[Product], locale: str) -> list[Product]:
    """Products on sale that fit the words, best first, at most six.

    A word counts where it stands in the name or category (twice) or the description (once);
    "under 300,000" leaves dearer ones out. Nothing is found where no word fits.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    limit = _price_limit(folded)
    terms = _terms(folded)
    scored = [
        (score, product)
        for product in products
        if (limit is None or (product.price is not None and product.price <= limit))
        and (score := _score(product, terms, folded)) > 0
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].model_number))
    return [product for _, product in scored[:MAX_FOUND]]


_LIMIT = re.compile(
    r"(?:under|below|less than|up to|within|max(?:imum)?|cheaper than)\s*[$¥€£]?\s*([\d,.]+)\s*(k)?"
    r"|([\d,.]+)\s*(万)?円?\s*(?:以下|以内|未満|まで)"
)


def _price_limit(text: str) -> float | None:
    match = _LIMIT.search(text)
    if match is None:
        return None
    digits = (match[1] or match[3]).replace(",", "").rstrip(".")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value * (1_000 if match[2] else 10_000 if match[4] else 1)


_WORD = re.compile(r"[a-z0-9]{2,}|[ァ-ヶー]{2,}|[一-鿿]{2,}")
_STOP_WORDS = (
    "the and for you your have with what which show tell about please need want looking any some "
    "can could how much are there our that this does price under below less than yen dollars do "
    "we is it me us of on in to at up 教 以下 以内 未満 商品 製品 価格 値段 万円"
)
_STOP = frozenset(_STOP_WORDS.split())


def _terms(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text) if word not in _STOP]


def _stem(word: str) -> str:
    return word[:-1] if word.isascii() and len(word) > 3 and word.endswith("s") else word


def _score(product: Product, terms: Sequence[str], text: str) -> int:
    name = f"{product.category} {product.name} {product.name_ja}".lower().replace("colour", "color")
    description = f"{product.description} {product.description_ja}".lower()
    score = sum(
        2 if (folded := term.replace("colour", "color")) in name else folded in description
        for term in terms
    )
    # The category is the noun of the question; without it in the name a hit is accidental.
    return score if any(term.replace("colour", "color") in name for term in terms) else 0
