"""The words in which staff read of requests, by name and language."""

from __future__ import annotations

from typing import Any

from jinja2 import Template

from bot.rendering import Renderer

_SAID: dict[tuple[Template, str], str] = {}


class StaffWords:
    """Words of `templates/staff/words.txt` in one language: `words("button_claim")`."""

    def __init__(self, renderer: Renderer, locale: str) -> None:
        self.locale = locale
        environment = renderer.environment(locale)
        self._template: Template = environment.get_template("staff/words.txt")
        self.money = environment.filters["money"]

    def __call__(self, word: str, /, **context: Any) -> str:
        """The words of that name.

        Raises:
            KeyError: there are none.
        """
        if context:
            return self._render(word, context)
        # Labels and headings: a card has forty of them, always the same.
        said = _SAID.get((self._template, word))
        if said is None:
            said = _SAID[self._template, word] = self._render(word, {})
        return said

    def _render(self, word: str, context: dict[str, Any]) -> str:
        block = self._template.blocks[word]
        return "".join(block(self._template.new_context(context))).strip()

    def or_code(self, prefix: str, code: str) -> str:
        """The words for a code, or the code itself (spaces for underscores) where it has none."""
        name = f"{prefix}_{code}"
        return self(name) if name in self._template.blocks else code.replace("_", " ")
