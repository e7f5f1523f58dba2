"""The words in which staff read of requests, by name and language."""

from __future__ import annotations

from typing import Any

from bot.rendering import Renderer

_FILE = "staff/words.txt"


class StaffWords:
    """Words of `templates/staff/words.txt` in one language: `words("button_claim")`."""

    def __init__(self, renderer: Renderer, locale: str) -> None:
        self.locale = locale
        self._renderer = renderer
        environment = renderer.environment(locale)
        self._names = environment.get_template(_FILE).blocks
        self.money = environment.filters["money"]
        self.phone = environment.filters["phone"]

    def __call__(self, word: str, /, **context: Any) -> str:
        """The words of that name.

        Raises:
            KeyError: there are none.
        """
        # Labels and headings: a card has forty of them, always the same.
        return self._renderer.block(_FILE, word, self.locale, context)

    def or_code(self, prefix: str, code: str) -> str:
        """The words for a code, or the code itself (spaces for underscores) where it has none."""
        name = f"{prefix}_{code}"
        return self(name) if name in self._names else code.replace("_", " ")
