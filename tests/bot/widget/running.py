"""The counter as a browser meets it: the real web role, which a test may stop and start."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from bot.assembly import Counter, assemble
from bot.roles import RoleName
from bot.serving import Running, start
from bot.settings import Settings
from storage.database import open_store
from tests.ports import free_port

IDENTITY_SECRET = "the host website and the counter know this secret"


class RunningCounter:
    """One server on one database file. `url` stays the same over a restart."""

    def __init__(self, database: Path, *, origins: tuple[str, ...] = ()) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._database = database
        self._settings = Settings(
            port=port,
            base_url=self.url,
            allowed_origins=origins,
            data_dir=database.parent,
            identity_secret=SecretStr(IDENTITY_SECRET),
            catalog_address="catalog@sales.example",
            chat_processes=0,  # tests/journeys/test_chat_door.py talks to both kinds
        )
        self._running: Running

    @property
    def parts(self) -> Counter:
        return self._running.counter

    async def start(self) -> None:
        store = open_store(f"sqlite:///{self._database}")
        self._running = Running(await assemble(self._settings, store))
        await start(self._running, [RoleName.WEB], shop=True)

    async def stop(self) -> None:
        await self._running.stop()
