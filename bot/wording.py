"""Turns the names of sentences in a turn into text, and in cards as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.rendering import Renderer
from domain.dialogue.turn import Words


def say(renderer: Renderer, words: Words, locale: str) -> str:
    """The sentence in the reader's language; Words inside its context are said first."""
    if not words.context:
        return renderer.say(words.name, locale)
    context = {name: resolve(renderer, value, locale) for name, value in words.context.items()}
    return renderer.say(words.name, locale, context)


def say_all(renderer: Renderer, says: Sequence[Words], locale: str) -> str:
    """Several sentences, one a line."""
    return "\n".join(filter(None, (say(renderer, words, locale) for words in says)))


def resolve(renderer: Renderer, value: Any, locale: str) -> Any:
    """`value` with every Words in it, however deep, replaced by its text."""
    if isinstance(value, str):  # by far the most
        return value
    if isinstance(value, Words):
        return say(renderer, value, locale)
    if isinstance(value, Mapping):
        return {key: resolve(renderer, inner, locale) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(renderer, inner, locale) for inner in value]
    return value
