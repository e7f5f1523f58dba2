"""The understanding engine with the model numbers of the catalog as it is now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.understanding import Understanding
from domain.understanding.remembering import RememberingEngine
from inbound.hearing import Hearing
from inbound.listening import engine_of
from storage.catalog import all_model_numbers
from storage.store import Store

log = logging.getLogger(__name__)

#: Seconds between two looks at the catalog: an import by another process is noticed by then.
LOOK_SECONDS = 20.0


@dataclass(slots=True)
class CatalogEngine:
    """Keeps an engine that knows the catalog; `hearing` is what others need to understand alike."""

    _store: Store
    hearing: Hearing
    _engine: RememberingEngine
    #: Called when what is needed to understand has changed.
    listeners: list[Callable[[Hearing], None]] = field(default_factory=list)

    @classmethod
    async def load(cls, store: Store, timezone: str, phone_region: str) -> CatalogEngine:
        """Load the engine for the catalog as it is now."""
        models = frozenset(await store.read(all_model_numbers))
        hearing = Hearing(models, timezone, phone_region)
        return cls(store, hearing, engine_of(hearing))

    def understand(self, text: str, channel: str, now: datetime) -> Understanding:
        """What a text means."""
        return self._engine.understand(text, channel, now)

    def warm_up(self) -> None:
        """Have the grammars compiled before a customer waits for them."""
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
        if models != self.hearing.models:
            hearing = replace(self.hearing, models=models)
            self._engine = await asyncio.to_thread(engine_of, hearing)
            self.hearing = hearing
            for listener in self.listeners:
                listener(hearing)
