"""People, companies, departments and postal addresses of the customer's side."""

from __future__ import annotations

from domain.understanding.entities.found import Page
from domain.understanding.entities.people_english import take_english
from domain.understanding.entities.people_japanese import take_japanese


def take_people(page: Page) -> None:
    """Addresses `A`, companies `C`, departments `B` and people `H`."""
    if page.locale == "ja":
        take_japanese(page)
    else:
        take_english(page)
