"""What "the second one", "page 3" or "my machine" point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.understanding.context import Context
from domain.understanding.result import Reference


@dataclass(frozen=True, slots=True)
class Resolved:
    """The model numbers pointed at; `choices` instead where several could be meant."""

    models: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def resolve(references: Sequence[Reference], context: Context) -> Resolved:
    """Resolve pointers against what was shown, the catalog, and what is owned."""
    models: list[str] = []
    choices: list[str] = []
    for reference in references:
        found = _candidates(reference, context)
        (models if len(found) == 1 else choices).extend(found)
    return Resolved(tuple(dict.fromkeys(models)), () if models else tuple(dict.fromkeys(choices)))


def _candidates(reference: Reference, context: Context) -> tuple[str, ...]:
    match reference.kind:
        case "ordinal":
            return _at(reference, context)
        case "page":
            return context.pages.get(_number(reference), ())
        case "last":
            return (context.last_product,) if context.last_product else context.last_list
        case "same":
            return context.ordered_last or ((context.last_product,) if context.last_product else ())
        case "owned":
            return _of_category(reference, context.owned, context)
        case "catalog":
            return _of_category(reference, context.catalog_order, context)
        case _:
            return ()


def _number(reference: Reference) -> int:
    return reference.value if isinstance(reference.value, int) else 0


def _at(reference: Reference, context: Context) -> tuple[str, ...]:
    """The one at a place of the list shown last, else of the catalog; -1 is the last."""
    number = _number(reference)
    for shown in (context.last_list, context.catalog_order):
        if shown and number == -1:
            return (shown[-1],)
        if 0 < number <= len(shown):
            return (shown[number - 1],)
    return ()


def _of_category(reference: Reference, models: Sequence[str], context: Context) -> tuple[str, ...]:
    """Those of the models whose category the words name; all of them where they name none."""
    words = str(reference.value or "").lower()
    named = tuple(
        model
        for model in models
        if words and any(word in context.categories.get(model, "") for word in words.split())
    )
    return named or tuple(models)
