"""The understanding engine with the model numbers of the catalog as it is now."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from domain.understanding import Engine, load_engine
from storage.catalog import all_model_numbers
from storage.store import Store

log = logging.getLogger(__name__)

#: Seconds between two looks at the catalog: an import by another process is noticed by then.
LOOK_SECONDS = 20.0


@dataclass(slots=True)
class CatalogEngine:
    """Keeps an engine that knows the catalog."""

    _store: Store
    _models: frozenset[str]
    _engine: Engine

    @classmethod
    async def load(cls, store: Store) -> CatalogEngine:
        """Load the engine for the catalog as it is now."""
        models = frozenset(await store.read(all_model_numbers))
        return cls(store, models, load_engine(models))

    def current(self) -> Engine:
        """The engine to use for the next message."""
        return self._engine

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
