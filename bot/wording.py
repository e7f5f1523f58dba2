"""Turns the names of sentences in a turn into text, and in cards as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.rendering import Renderer
from domain.dialogue.turn import Fields, Fixed, Words


def say(renderer: Renderer, words: Words, locale: str) -> str:
    """The sentence in the reader's language; Words inside its context are said first."""
    if not words.context:
        return renderer.say(words.name, locale)
    context = {name: resolve(renderer, value, locale) for name, value in words.context.items()}
    return renderer.say(words.name, locale, context)


def say_all(renderer: Renderer, says: Sequence[Words], locale: str) -> str:
    """Several sentences, one a line."""
    if len(says) == 1:
        return say(renderer, says[0], locale)
    lines: list[str] = []
    for words in says:  # of two or three sentences a comprehension would cost twice as much
        said = say(renderer, words, locale)
        if said:
            lines.append(said)
    return "\n".join(lines)


def resolve(renderer: Renderer, value: Any, locale: str) -> Any:
    """`value` with every Words in it, however deep, replaced by its text."""
    kind = type(value)
    if kind is str:  # by far the most
        return value
    if kind is Words:
        return say(renderer, value, locale) if value.context else renderer.say(value.name, locale)
    if kind is dict:
        resolved = {**value}
        for key, inner in value.items():
            kind = type(inner)
            if kind is Words and not inner.context:  # most of what is no text
                resolved[key] = renderer.say(inner.name, locale)
            elif kind is not str:
                resolved[key] = resolve(renderer, inner, locale)
        return resolved
    if kind is list or kind is tuple:
        shown: list[Any] = []
        for inner in value:  # mostly of one or two cards, for which a comprehension is dear
            shown.append(inner if type(inner) is str else resolve(renderer, inner, locale))
        return shown
    if kind is Fixed:
        return _fixed(renderer, value, locale)
    if kind is Fields:
        return _fields(renderer, value, locale)
    if isinstance(value, Mapping):
        return resolve(renderer, dict(value), locale)
    return value


def _fixed(renderer: Renderer, piece: Fixed, locale: str) -> Any:
    """What the piece says in that language; made once."""
    made = renderer.fixed.get((piece, locale))
    if made is None:
        made = renderer.fixed[piece, locale] = resolve(renderer, piece.value, locale)
    return made


def _fields(renderer: Renderer, fields: Fields, locale: str) -> list[Any]:
    blank: list[Any] = _fixed(renderer, fields.blank, locale)
    if not fields.own and not fields.filled_in:
        return blank
    shown = list(blank)
    for place, text in fields.filled_in.items():
        shown[place] = {**blank[place], "value": text}
    return [*resolve(renderer, fields.own, locale), *shown] if fields.own else shown
