"""The one place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)
