"""Options, attachments and supplies that do not fit what is bought or owned, and what does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.catalog import Product
from domain.conversation import Task
from domain.dialogue.facts import Facts

MAX_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Misfit:
    """`product` belongs to `hosts`; for the `machines` there are, `right` is what would fit."""

    product: Product
    hosts: tuple[Product, ...]
    machines: tuple[Product, ...]
    right: tuple[Product, ...]


def misfits(task: Task, facts: Facts) -> Iterator[Misfit]:
    """The items of an order that fit none of the machines ordered with them or owned.

    Nothing is said of what belongs to no machine, nor where no machine is known.
    """
    ordered = [item["model_number"] for item in task.items]
    owned = facts.known.owned if facts.known else ()
    machines = [p for model in (*ordered, *owned) if (p := facts.any_product(model)) and related(p)]
    for model in ordered:
        product = facts.product(model)
        if product is None:
            continue
        others = tuple(machine for machine in machines if machine.model_number != model)
        hosts = tuple(p for p in facts.on_sale() if model in related(p))
        if not hosts or not others or any(model in related(machine) for machine in others):
            continue
        yield Misfit(product, hosts, others, tuple(_right(product, others, facts))[:MAX_OFFERED])


def related(product: Product) -> tuple[str, ...]:
    """All that belongs to a product."""
    return (*product.supplies, *product.options, *product.attachments)


def _right(wrong: Product, machines: tuple[Product, ...], facts: Facts) -> Iterator[Product]:
    """What is of the same category and fits one of the machines."""
    seen: set[str] = set()
    for machine in machines:
        for model in related(machine):
            product = facts.product(model)
            if product is not None and product.category == wrong.category and model not in seen:
                seen.add(model)
                yield product
