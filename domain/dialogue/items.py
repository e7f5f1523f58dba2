"""The products of a request: taking them from a message, and changing them by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.conversation import Task
from domain.dialogue import cues, quantities
from domain.understanding.result import Understanding

Item = dict[str, Any]


def items_of(models: Sequence[str], text: str, understood: Understanding) -> list[Item]:
    """The products with the quantities that the message gives, in the order of the text.

    Where the quantity cannot be ordered, `fault` says why and there is no `quantity`.
    """
    items: list[Item] = []
    if not models:
        return items
    numbers = quantities.named(text, understood)
    fault = quantities.fault(text, understood)
    for position, model in enumerate(models):
        item: Item = {"model_number": model}
        if fault is not None:
            item["fault"] = fault
        elif numbers:
            item["quantity"] = numbers[min(position, len(numbers) - 1)]
        items.append(item)
    return items


def change(task: Task, models: Sequence[str], text: str, understood: Understanding) -> bool:
    """Change the products of an order by what a message says; whether anything changed."""
    if not (models or task.items):
        return False
    before = [dict(item) for item in task.items]
    if models:
        _change_products(task, models, text, understood)
    else:
        _change_quantity(task, text, understood)
    return task.items != before


def _change_products(
    task: Task, models: Sequence[str], text: str, understood: Understanding
) -> None:
    named = items_of(models, text, understood)
    if task.items and cues.removes(text):
        kept = [item for item in task.items if item["model_number"] not in models]
        task.items = kept or task.items
        return
    present = {item["model_number"] for item in task.items}
    if task.items and (cues.adds(text) or present & set(models)):
        _merge(task, named, replace=not cues.adds(text) and cues.corrects(text))
        return
    first = task.items[0] if len(task.items) == len(named) == 1 else {}
    for item in named:
        # "TN-1234C instead" says nothing of the quantity: it stays.
        if "fault" not in item:
            item.setdefault("quantity", first.get("quantity", task.slots.get("quantity", 1)))
    task.items = named


def _merge(task: Task, named: Sequence[Item], *, replace: bool) -> None:
    by_model = {} if replace else {item["model_number"]: item for item in task.items}
    old = {item["model_number"]: item for item in task.items}
    for item in named:
        model = item["model_number"]
        if "quantity" not in item and "fault" not in item:
            item["quantity"] = old.get(model, {}).get("quantity", _of_only(task, replace))
        by_model[model] = item
    task.items = list(by_model.values())


def _of_only(task: Task, replace: bool) -> int:
    """The quantity of the one line that is replaced, else one."""
    if replace and len(task.items) == 1:
        return int(task.items[0].get("quantity", 1))
    return 1


def _change_quantity(task: Task, text: str, understood: Understanding) -> None:
    wanted = [item for item in task.items if "fault" in item] or task.items
    if len(wanted) > 1 and "fault" not in wanted[0]:
        # "Three, not two": the line of two is meant, if there is just one.
        taken_back = cues.turned_down_quantities(understood, text)
        wanted = [item for item in wanted if item.get("quantity") in taken_back]
    if len(wanted) != 1 and not (wanted and "fault" in wanted[0]):
        return
    fault = quantities.fault(text, understood)
    numbers = quantities.named(text, understood)
    if not numbers and (cues.corrects(text) or "fault" in wanted[0]):
        numbers = quantities.bare(text)
    if fault is not None:
        wanted[0].pop("quantity", None)
        wanted[0]["fault"] = fault
    elif numbers:
        if not 1 <= numbers[0] <= quantities.MAX_QUANTITY:
            wanted[0]["fault"] = "quantity"
            return
        wanted[0].pop("fault", None)
        wanted[0]["quantity"] = numbers[0]
