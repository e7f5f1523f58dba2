"""Answers about short texts that come again and again.

Many people answer one catalog: they quote the same lines, write to the same address and share a
subject, and every line is asked a dozen questions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Text = TypeVar("Text", str, bytes)
Answer = TypeVar("Answer")

#: Texts whose answers are kept for each question, and the longest of them: a few megabytes at most.
KEPT = 2_000
KEPT_LENGTH = 200


def remembered(ask: Callable[[Text], Answer]) -> Callable[[Text], Answer]:
    """`ask` with its answers kept; they must be the same each time, and nobody may change them."""
    kept: dict[Text, Answer] = {}

    @wraps(ask)
    def answer(text: Text) -> Answer:
        try:
            return kept[text]
        except KeyError:
            found = ask(text)
        if len(text) <= KEPT_LENGTH:
            if len(kept) >= KEPT:
                kept.clear()
            kept[text] = found
        return found

    return answer
