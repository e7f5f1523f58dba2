"""The time in tests: a Wednesday noon, so that working hours hold."""

from __future__ import annotations

from datetime import UTC, datetime

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
