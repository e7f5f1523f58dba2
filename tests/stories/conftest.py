"""One counter with the sample company for all stories, on each kind of database."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.assembly import Counter, assemble
from bot.clock import utc_now
from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from bot.demo import COMPANY
from bot.rehearsal.play import Difference, Play
from bot.rehearsal.story import Story
from bot.settings import Settings
from domain.conversation import Conversation, DialogueState
from storage.company_copy import Rows, company_rows
from storage.database import open_store
from storage.json_text import dump_json, load_json
from storage.kept_conversations import KeptConversations
from tests.databases import fresh_postgres_database

Rehearse = Callable[[Story], list[Difference]]


def settings_of(url: str, folder: Path) -> Settings:
    """A house with Slack, an administrator and a delivery section; no role of it is started."""
    return Settings(
        database_url=SecretStr(url),
        data_dir=folder,
        timezone="Asia/Tokyo",
        phone_region="JP",
        catalog_address="catalog@example-sales.example",
        admin_email="admin@example-sales.example",
        delivery_email="delivery@example-sales.example",
        slack_bot_token=SecretStr("xoxb-of-no-workspace"),
        slack_signing_secret=SecretStr("of-no-workspace"),
    )


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def story_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a database with the schema; the stories empty it one after the other."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp("stories") / "stories.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            yield f"sqlite:///{file}"
        else:
            server = request.getfixturevalue("postgres_server")
            yield stack.enter_context(fresh_postgres_database(server, "schema_template"))


@pytest.fixture(scope="session", autouse=True)
def what_is_kept_is_what_would_be_loaded() -> Iterator[None]:
    """A state that is kept for the next message must be the one that its JSON gives, until then."""
    keep, take = KeptConversations.keep, KeptConversations.take
    texts: dict[str, str] = {}

    def keep_checked(kept: KeptConversations, conversation: Conversation) -> None:
        text = texts[conversation.id] = dump_json(conversation.state)
        assert conversation.state == DialogueState.from_json(load_json(text))
        keep(kept, conversation)

    def take_checked(kept: KeptConversations, conversation_id: str) -> Conversation | None:
        found = take(kept, conversation_id)
        if found is not None:  # nobody else has changed it meanwhile
            assert dump_json(found.state) == texts[conversation_id]
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeptConversations, "keep", keep_checked)
        patch.setattr(KeptConversations, "take", take_checked)
        yield


@pytest.fixture(scope="session")
def rehearse(story_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearse]:
    """Plays a story on a loop of its own, since building the counter takes a second."""
    loop = asyncio.new_event_loop()
    settings = settings_of(story_database, tmp_path_factory.mktemp("files"))

    async def open_house() -> tuple[Counter, Rows]:
        store = open_store(story_database)
        outcome = await import_company(store, [COMPANY], Conventions(region="JP"), utc_now())
        assert outcome.accepted
        return await assemble(settings, store), await store.read(company_rows)

    counter, rows = loop.run_until_complete(open_house())
    try:
        yield lambda story: loop.run_until_complete(Play(counter, rows, story).run())
    finally:
        loop.run_until_complete(counter.store.close())
        loop.close()
