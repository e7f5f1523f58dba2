"""The understanding engine with the model numbers of the catalog as it is now."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from domain.understanding import Engine, Understanding, load_engine
from inbound.hearing import Hearing
from storage.catalog import all_model_numbers
from storage.store import Store

log = logging.getLogger(__name__)

#: Seconds between two looks at the catalog: an import by another process is noticed by then.
LOOK_SECONDS = 20.0
#: Answers that are kept, and the longest text that has one kept.
KEPT = 2_000
KEPT_LENGTH = 200


@dataclass(slots=True)
class CatalogEngine:
    """Keeps an engine that knows the catalog."""

    _store: Store
    _models: frozenset[str]
    _engine: Engine
    _timezone: str
    _phone_region: str
    _kept: dict[tuple[str, str], Understanding] = field(default_factory=dict)

    @classmethod
    async def load(cls, store: Store, timezone: str, phone_region: str) -> CatalogEngine:
        """Load the engine for the catalog as it is now."""
        models = frozenset(await store.read(all_model_numbers))
        return cls(store, models, load_engine(models), timezone, phone_region)

    @property
    def hearing(self) -> Hearing:
        """What others need to understand as this engine does."""
        return Hearing(self._models, self._timezone, self._phone_region)

    def understand(self, text: str, channel: str, now: datetime) -> Understanding:
        """What a text means. Short texts come again and again ("yes", "Thank you"): the answer is
        kept, unless it depends on the day."""
        key = (text, channel)
        found = self._kept.get(key)
        if found is None:
            found = self._engine.understand(
                text,
                channel=channel,
                now=now,
                timezone=self._timezone,
                phone_region=self._phone_region,
            )
            if len(text) <= KEPT_LENGTH and not found.dates:
                if len(self._kept) >= KEPT:
                    self._kept.clear()
                self._kept[key] = found
        return found

    def warm_up(self) -> None:
        """Have the grammars compiled before a customer waits for them (a quarter of a second)."""
        self._engine.warm_up()

    async def run(self) -> None:
        """Load anew whenever the catalog has changed. Runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception:
                log.warning("engine.catalog_unread", exc_info=True)

    async def look(self) -> None:
        """See whether the catalog has changed."""
        models = frozenset(await self._store.read(all_model_numbers))
        if models != self._models:
            self._engine = await asyncio.to_thread(load_engine, models)
            self._models = models
            self._kept.clear()
