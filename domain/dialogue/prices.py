"""What an order costs: lines and totals by decimal and currency, and whether it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from domain.conversation import Task
from domain.dialogue.facts import Facts
from domain.dialogue.turn import Words

Line = dict[str, Any]


def order_lines(task: Task, facts: Facts) -> list[Line]:
    """The lines of an order at the prices of this moment; amounts are decimal texts."""
    lines = []
    for item in task.items:
        product = facts.product(item["model_number"])
        if product is not None:
            lines.append(
                {
                    "model_number": product.model_number,
                    "name": product.name_in(facts.locale),
                    "quantity": item.get("quantity", 1),
                    "price": None if product.price is None else str(product.price),
                    "currency": product.currency,
                }
            )
    return lines


def totals(lines: Sequence[Line]) -> dict[str, Decimal]:
    """The sum in each currency; empty where a price is on request."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line["price"] is None:
            return {}
        amount = Decimal(line["price"]) * line["quantity"]
        sums[line["currency"]] = sums.get(line["currency"], Decimal(0)) + amount
    return sums


def order_total(lines: Sequence[Line]) -> tuple[str | None, str]:
    """Sum and currency; None where a price is on request or currencies differ."""
    sums = totals(lines)
    if len(sums) != 1:
        return None, ""
    [(currency, total)] = sums.items()
    return str(total), currency


def quoted(task: Task, facts: Facts) -> list[list[str]]:
    """What the customer is shown: model number, price and currency of each line."""
    return [
        [line["model_number"], line["price"] or "", line["currency"]]
        for line in order_lines(task, facts)
    ]


def line_words(line: Line) -> Words:
    """One line with quantity, price and amount."""
    price = line["price"]
    amount = "" if price is None else str(Decimal(price) * line["quantity"])
    return Words("summary.line", {**line, "price": price or "", "amount": amount})


def total_words(lines: Sequence[Line]) -> Words:
    """The total, or that it is on request."""
    sums = [[str(amount), currency] for currency, amount in totals(lines).items()]
    return Words("summary.total_of", {"sums": sums})
