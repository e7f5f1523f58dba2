"""What is sold: products, what belongs to them, and the catalogs that show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """A product. `attachments`, `options` and `supplies` are model numbers, in order.

    `price` is None where it is quoted on request; `currency` is ISO 4217.
    """

    model_number: str
    category: str
    name: str
    name_ja: str = ""
    description: str = ""
    description_ja: str = ""
    price: Decimal | None = None
    currency: str = ""
    image_url: str = ""
    special_note: str = ""
    special_note_ja: str = ""
    attachments: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()
    details_url: str = ""

    def name_in(self, locale: str) -> str:
        """The name in the reader's language, English where there is no other."""
        return self.name_ja if locale == "ja" and self.name_ja else self.name

    def description_in(self, locale: str) -> str:
        """The description in the reader's language, English where there is no other."""
        return self.description_ja if locale == "ja" and self.description_ja else self.description

    def note_in(self, locale: str) -> str:
        """The special note in the reader's language, English where there is no other."""
        return (
            self.special_note_ja if locale == "ja" and self.special_note_ja else self.special_note
        )


@dataclass(frozen=True, slots=True)
class Catalog:
    """A catalog: `products` are model numbers in the order shown, the first is number 1."""

    catalog_number: str
    title: str
    title_ja: str = ""
    products: tuple[str, ...] = ()
    intro: str = ""
    intro_ja: str = ""

    def title_in(self, locale: str) -> str:
        """The title in the reader's language, English where there is no other."""
        return self.title_ja if locale == "ja" and self.title_ja else self.title

    def intro_in(self, locale: str) -> str:
        """The introduction in the reader's language, English where there is no other."""
        return self.intro_ja if locale == "ja" and self.intro_ja else self.intro
