"""For commands that need the whole counter and not only its store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TypeVar

from bot.assembly import Counter, assemble
from bot.cli.failing import fail
from bot.settings import SettingsError, load_settings
from domain.errors import MadoguchiError
from domain.loaded import keep_what_is_loaded
from inbound.mailbox import MAILBOX_TROUBLE
from storage.database import SchemaOutdated, ensure_schema, open_store, require_schema
from storage.trouble import DATABASE_FAULTS, fault_in_words

T = TypeVar("T")


class Refused(Exception):
    """What the user can mend, in one line."""


def with_counter(
    command: str,
    work: Callable[[Counter], Awaitable[T]],
    *,
    makes_database: bool = False,
    beside: AbstractAsyncContextManager[object] | None = None,
) -> T:
    """Run `work` on the assembled counter; what the user can mend ends with one line.

    Args:
        makes_database: whether the command may be the first of all, on no database yet.
        beside: entered first of all, for what takes time while the counter is put together.
    """
    prepare = ensure_schema if makes_database else require_schema

    async def run() -> T:
        settings = load_settings()
        url = settings.database_url.get_secret_value()
        async with beside or nullcontext():
            await asyncio.to_thread(prepare, url)
            store = open_store(url)
            try:
                counter = await assemble(settings, store)
                keep_what_is_loaded()
                return await work(counter)
            finally:
                await store.close()

    try:
        return asyncio.run(run())
    except (SettingsError, SchemaOutdated, MadoguchiError, Refused) as error:
        fault = str(error)
    except DATABASE_FAULTS as error:
        fault = fault_in_words(error)
    except MAILBOX_TROUBLE as error:
        fault = f"the mail server: {type(error).__name__}: {' '.join(str(error).split())}"
    raise fail(f"{command}: {fault}")
