"""What the conversation already knows when a message comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """What was shown and asked last; everything may be empty.

    `last_list` are the model numbers shown last, in their order; `last_product` the one talked of;
    `catalog_order` those of the catalog that the mail answers, in its order; `pages` the model
    numbers by catalog page; `owned` what the customer has; `categories` the category of each model
    in lower case. `expects_answer`: the counter asked a yes-or-no question.
    """

    last_list: tuple[str, ...] = ()
    last_product: str | None = None
    catalog_order: tuple[str, ...] = ()
    pages: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    owned: tuple[str, ...] = ()
    ordered_last: tuple[str, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    expects_answer: bool = False

    def settle(self, intents: dict[str, float], masked: str) -> dict[str, float]:
        """After a yes-or-no question, a bare refusal such as "not now" answers it."""
        if self.expects_answer and set(intents) == {"other"} and _refuses(masked):
            return {"deny": 0.8}
        return intents


def _refuses(masked: str) -> bool:
    return any(
        word in masked for word in ("don't", "not ", "no ", "ません", "不要", "結構", "いらない")
    )
