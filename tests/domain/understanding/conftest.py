"""One engine for all tests of the understanding: loading is the slow part."""

from __future__ import annotations

import pytest

from domain.understanding import Engine, load_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """An engine that knows a small catalog."""
    return load_engine(["RC-1234", "RC-1235", "MP C3004", "HV-200S", "ABC-110C"])
