"""Which products a message is about, and looking products up by words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property, lru_cache

from domain.catalog import Product
from domain.conversation import DialogueState
from domain.dialogue import cues
from domain.dialogue.facts import Facts
from domain.references import resolve
from domain.understanding.context import Context
from domain.understanding.result import Understanding

MAX_FOUND = 6
#: Letters of a message in which a product is looked for, and words that are held against each
#: product, of those that any has: a catalog may have thousands of them.
MAX_SEARCHED = 6_000
MAX_TERMS = 60


def mentioned(
    understood: Understanding,
    state: DialogueState,
    facts: Facts,
    page_product: str | None,
    words: str,
    *,
    search_words: bool = False,
) -> tuple[list[str], list[str]]:
    """The model numbers that a message names or points at, and choices where it is ambiguous.

    "The second one" and "page 3" resolve against the list shown last, else against the catalog
    that the mail answers; "toner" against what belongs to the product spoken of or owned. The
    page of the website is taken only by the caller, and only where nothing else is named.

    Args:
        words: the message.
        search_words: whether its words may name a product, as in an order.
    """
    said = cues.meant(understood, "model_number", words)
    if not (said or understood.references):  # most messages
        return _by_words(words, state, facts, page_product) if search_words else ([], [])
    named = [model for model in map(str, said) if facts.any_product(model)]
    if search_words and (needed := _needed_in_order(named, understood, words, facts)):
        return (needed, []) if len(needed) == 1 else ([], needed)
    if named:
        return named, []
    if understood.references:
        models, choices = _pointed_at(understood, state, facts, page_product)
        if models or choices:
            return models, choices
    return _by_words(words, state, facts, page_product) if search_words else ([], [])


def _needed_in_order(
    named: Sequence[str], understood: Understanding, words: str, facts: Facts
) -> list[str]:
    """In "toner for my copier" and "RC-1234のトナー" the machine is named, and not ordered."""
    if not named and not any(pointed.kind == "owned" for pointed in understood.references):
        return []
    kinds = kinds_named(words)
    if kinds is None or _BESIDE.search(words.lower()):
        return []
    categories = {model: _category(model, facts) for model in named}
    if any(not kinds or category in kinds for category in categories.values()):
        return []  # the supply itself is named by its model number
    machines = named or (facts.known.owned if facts.known else ())
    found = [p.model_number for machine in machines for p in needed_by(machine, kinds, facts)]
    return list(dict.fromkeys(found))


#: "RC-1234 and toner": the machine is ordered as well.
_BESIDE = re.compile(
    r"(?:\band|\bplus|\bwith|&|と|および|及び)\s*(?:(?:some|the|a|its|one)\s+)?"
    r"(?:\w{1,30}\s{1,9})?(?:toner|cartridge|ink|drum|paper|トナー|インク|ドラム|用紙)"
)


def _category(model: str, facts: Facts) -> str:
    product = facts.any_product(model)
    return product.category if product else ""


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
    owned = facts.known.owned if facts.known else ()
    found: list[Product] = []
    if state.product or page_product or owned:
        near = [
            product
            for model in dict.fromkeys(filter(None, (state.product, page_product, *owned)))
            if (machine := facts.any_product(model)) is not None
            for other in (*machine.supplies, *machine.options, *machine.attachments)
            if (product := facts.product(other)) is not None
        ]
        found = search(text, near, facts.locale)
    found = found or search(text, facts.on_sale(), facts.locale)
    if not found:
        return [], []
    models = [product.model_number for product in found]
    return (models, []) if len(models) == 1 else ([], models)


def _words_of(product: Product) -> str:
    return f"{product.category} {product.name} {product.name_ja}".lower()


class Searchable(tuple[Product, ...]):
    """Products with the words that they are found by, put together at the first search."""

    @cached_property
    def texts(self) -> list[tuple[Product, str, str]]:
        """Each product with its name and category, and its description."""
        return [(product, *_texts_of(product)) for product in self]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The categories, and each in both languages."""
        return {category: _kind_of(category) for category in {p.category for p in self}}

    @cached_property
    def everything(self) -> str:
        """All words of all products: what is not in here fits none of them."""
        texts = {text for _, *both in self.texts for text in both}
        return "".join([*texts, *self.kinds.values()])


def search(text: str, products: Sequence[Product], locale: str) -> list[Product]:
    """Products on sale that fit the words, best first, at most six.

    A word counts where it stands in the name or category (twice) or the description (once);
    "under 300,000" leaves dearer ones out. Nothing is found where no word fits.
    """
    if not products:
        return []
    searched = products if isinstance(products, Searchable) else Searchable(products)
    folded = unicodedata.normalize("NFKC", text).lower()
    limit = _price_limit(folded)
    currency = _currency(folded) if limit is not None else ""
    said = _terms(_LIMIT.sub(" ", folded)[:MAX_SEARCHED])
    terms = [term for term in said if _stands_in(term, searched.everything)][:MAX_TERMS]
    if not terms:
        return []
    kinds = {
        category
        for category, kind in searched.kinds.items()
        if any(_stands_in(term, kind) for term in terms)
    }
    scored = [
        (score, product)
        for product, name, description in searched.texts
        if (not kinds or product.category in kinds)
        and (limit is None or (product.price is not None and product.price <= limit))
        and (not currency or product.currency == currency)
        and (score := _score(name, description, terms)) > 0
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].model_number))
    return [product for _, product in scored[:MAX_FOUND]]


_LIMIT = re.compile(
    r"(?:under|below|less than|up to|within|max(?:imum)?|cheaper than)\s{,9}[$¥€£]?\s{,9}"
    r"([\d,.]{1,20})\s{,9}(k)?"
    r"|(?<![\d,.])([\d,.]{1,20})\s{,9}(万)?(?:円|ドル)?\s{,9}(?:以下|以内|未満|まで)"
)


def _currency(text: str) -> str:
    """The currency that a limit is named in; empty where none is."""
    match = _LIMIT.search(text)
    around = text[max(0, match.start() - 3) : match.end() + 12] if match else ""
    if re.search(r"円|¥|yen|jpy|万", around):
        return "JPY"
    return "USD" if re.search(r"\$|dollar|usd|ドル", around) else ""


#: Categories are stored in English; these are the same nouns in Japanese.
_KINDS_JA = {
    "copier": "複合機 コピー機", "printer": "プリンター プリンタ", "projector": "プロジェクター",
    "shredder": "シュレッダー", "scanner": "スキャナー スキャナ",
    "display": "電子黒板 ディスプレイ",
    "laminator": "ラミネーター", "toner": "トナー", "ink": "インク", "drum": "ドラム",
    "paper": "用紙",
}  # fmt: skip


@lru_cache(maxsize=1_000)
def _kind_of(category: str) -> str:
    """A category in both languages, to be searched."""
    return _searchable(f"{category} {_KINDS_JA.get(category, '')}")


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
    words = [_stem(word) for word in _WORD.findall(text) if word not in _STOP]
    return list(dict.fromkeys("color" if word == "colour" else word for word in words))


def _stem(word: str) -> str:
    return word[:-1] if word.isascii() and len(word) > 3 and word.endswith("s") else word


def _texts_of(product: Product) -> tuple[str, str]:
    """Its name and category, and its description, to be searched."""
    return (
        _searchable(f"{product.category} {product.name} {product.name_ja}"),
        _searchable(f"{product.description} {product.description_ja}"),
    )


def _score(name: str, description: str, terms: Sequence[str]) -> int:
    score = sum(2 if _stands_in(term, name) else _stands_in(term, description) for term in terms)
    # The category is the noun of the question; without it in the name a hit is accidental.
    return score if any(_stands_in(term, name) for term in terms) else 0


_APART = re.compile(r"[^\w]+")


@lru_cache(maxsize=20_000)
def _searchable(text: str) -> str:
    return " " + _APART.sub(" ", unicodedata.normalize("NFKC", text).lower())


def _stands_in(term: str, text: str) -> bool:
    """Latin words count from their beginning ("no" is not in "monochrome"), others anywhere."""
    return f" {term}" in text if term.isascii() else term in text


#: What one asks for in relation to a machine, and the categories that it means.
_NEEDED = (
    (re.compile(r"toner|cartridge|トナー|カートリッジ"), ("toner", "ink")),
    (re.compile(r"\bink\b|インク"), ("ink", "toner")),
    (re.compile(r"drum|ドラム"), ("drum",)),
    (re.compile(r"\bpaper\b|用紙|コピー紙"), ("paper",)),
    (re.compile(r"\blamp|ランプ"), ("lamp", "accessory")),
    (re.compile(r"suppl(?:y|ies)|consumable|消耗品|サプライ"), ()),
)
_NEED = re.compile(
    r"\b(?:need|takes?|use|uses|fits?|for (?:my|our|the|an?)|goes (?:in|with)|which|what|right)\b"
    r"|合う|合い|使え|使う|使って|必要|対応|どの|どれ|うちの|当社の|弊社の"
)


@lru_cache(maxsize=256)
def needed_for(text: str) -> tuple[str, ...] | None:
    """The categories asked for in relation to a machine; () for all, None where none is asked."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return kinds_named(folded) if _NEED.search(folded) else None


@lru_cache(maxsize=256)
def kinds_named(text: str) -> tuple[str, ...] | None:
    """The categories of supplies that the words name; () for supplies as such, None for none."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return next((kinds for pattern, kinds in _NEEDED if pattern.search(folded)), None)


_RELATED = (
    ("options", re.compile(r"\boptions?\b|オプション")),
    ("attachments", re.compile(r"\battachments?\b|アタッチメント|付属")),
    ("supplies", re.compile(r"\bsuppl(?:y|ies)\b|\bconsumables?\b|消耗品|サプライ")),
)


@lru_cache(maxsize=256)
def related_named(text: str) -> str | None:
    """Which of `options`, `attachments` and `supplies` the words ask for; None for none."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return next((name for name, pattern in _RELATED if pattern.search(folded)), None)


def needed_by(machine: str, kinds: Sequence[str], facts: Facts) -> list[Product]:
    """What a machine needs of those categories, as far as it is on sale."""
    product = facts.any_product(machine)
    if product is None:
        return []
    found = [p for model in product.supplies if (p := facts.product(model)) is not None]
    return [p for p in found if not kinds or p.category in kinds]


@lru_cache(maxsize=256)
def limits_price(text: str) -> bool:
    """Whether the text names a price that must not be exceeded."""
    return _price_limit(unicodedata.normalize("NFKC", text).lower()) is not None
