"""Which products a message points at: "the second one", "page 3", "my machine"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.understanding.context import Context
from domain.understanding.result import Reference

#: What was shown, asked and owned: the same facts that help to understand a message.
ReferenceContext = Context

_CATEGORY_WORDS = (
    ("copier", re.compile(r"copier|mfp|all-in-one|複合機|コピー")),
    ("printer", re.compile(r"printer|プリンタ|印刷機")),
    ("fax", re.compile(r"fax|ファックス|ファクス")),
    ("toner", re.compile(r"toner|cartridge|ink|トナー|インク|カートリッジ")),
    ("car", re.compile(r"car|van|truck|vehicle|suv|hybrid|車|バン|トラック")),
    ("house", re.compile(r"house|home|flat|plot|apartment|bungalow|家|住宅|物件|マンション")),
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one reference means: exactly one model, or several to choose from.

    `models` holds one model number where it is clear, several where the customer must be asked,
    and none where nothing fits (then the counter asks openly).
    """

    reference: Reference
    models: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether exactly one product is meant."""
        return len(self.models) == 1


def resolve(references: Iterable[Reference], context: Context) -> tuple[Resolved, ...]:
    """Each reference against what was shown last, the catalog answered, and what is owned."""
    return tuple(Resolved(r, tuple(dict.fromkeys(_models(r, context)))) for r in references)


def _models(reference: Reference, context: Context) -> tuple[str, ...]:
    shown = context.last_list or context.catalog_order
    match reference.kind:
        case "ordinal":
            return _at(shown, reference.value)
        case "page":
            return _on_page(reference.value, context)
        case "last":
            return _of_kind(_last(context, shown), reference.words, context)
        case "same":
            return context.ordered_last or (
                (context.last_product,) if context.last_product else context.owned
            )
        case "owned":
            return _of_kind(context.owned, reference.words, context)
        case "catalog":
            return _of_kind(context.catalog_order or shown, str(reference.value or ""), context)
        case _:
            return ()


def _last(context: Context, shown: tuple[str, ...]) -> tuple[str, ...]:
    return (context.last_product,) if context.last_product else shown


def _at(shown: tuple[str, ...], value: int | str | None) -> tuple[str, ...]:
    if not isinstance(value, int) or not shown:
        return ()
    if value == -1:
        return shown[-1:]
    return shown[value - 1 : value] if 1 <= value <= len(shown) else ()


def _on_page(value: int | str | None, context: Context) -> tuple[str, ...]:
    if not isinstance(value, int):
        return ()
    # Without known pages a catalog has one product on each.
    return context.pages.get(value, ()) if context.pages else _at(context.catalog_order, value)


def _of_kind(models: tuple[str, ...], words: str, context: Context) -> tuple[str, ...]:
    """Those of `models` that are of the kind named in `words`; all where no kind is named."""
    wanted = _kinds(words.lower())
    if not wanted or not context.categories:
        return models
    return tuple(m for m in models if _kinds(context.categories.get(m, "").lower()) & wanted)


def _kinds(words: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _CATEGORY_WORDS if pattern.search(words))
