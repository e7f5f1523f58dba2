"""From a plain text to a page with its entities hidden: the same for training and for use."""

from __future__ import annotations

from domain.understanding.entities.dates import take_dates
from domain.understanding.entities.found import Page
from domain.understanding.entities.numbers import (
    take_addresses,
    take_japanese_postal_codes,
    take_order_numbers,
    take_phones,
    take_postal_codes,
)
from domain.understanding.entities.people import take_people
from domain.understanding.entities.products import Models, take_quantities
from domain.understanding.features import english_features, japanese_features
from domain.understanding.lexicons import japanese_words, lexicon


def read(plain: str, locale: str, models: Models, region: str) -> Page:
    """Find and hide every entity; what is surest comes first."""
    page = Page(plain, locale)
    take_addresses(page)
    if any(map(str.isdigit, plain)):
        take_postal_codes(page)
        take_phones(page, region)
        take_japanese_postal_codes(page)
        models.take_lettered(page)
        take_order_numbers(page)
    take_people(page)
    models.take(page)
    take_dates(page)
    take_quantities(page)
    return page


def features(words: str, locale: str) -> set[str]:
    """What the model of `locale` looks at in a masked clause."""
    if locale == "ja":
        return japanese_features(words, lexicon("ja"), japanese_words())
    return english_features(words, lexicon("en"))
