"""What has to be known to understand a mail where it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hearing:
    """What understanding depends on beside the words."""

    models: frozenset[str]
    timezone: str
    phone_region: str
