"""pytest's closing line counts deselected tests also where workers share the tests."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """In a worker, note how many it leaves out."""
    told = getattr(items[0].config, "workeroutput", {})
    told["deselected"] = told.get("deselected", 0) + len(items)


@pytest.hookimpl(optionalhook=True)  # asked for by pytest-xdist alone
def pytest_testnodedown(node: Any) -> None:
    """In the process that prints, take over a worker's number: each one leaves out the same."""
    stats = node.config.pluginmanager.get_plugin("terminalreporter").stats
    count = getattr(node, "workeroutput", {}).get("deselected", 0)
    if count > len(stats.get("deselected", [])):
        stats["deselected"] = [SimpleNamespace()] * count
