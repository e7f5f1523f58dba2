"""The optional language model proposes in the middle band and can do no harm."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.understanding import Band, Understanding, load_engine
from domain.understanding.result import ScoredIntent

pytest.importorskip("pydantic_ai", reason="needs the extra llm: pip install madoguchi[llm]")

from pydantic import SecretStr
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from structlog.testing import capture_logs

from bot.assembly import Counter, assemble
from bot.clock import utc_now
from bot.second_opinion import SecondOpinion, over_http
from bot.settings import Settings, SettingsError
from domain.messages import Channel, IncomingMessage, Sender
from storage.store import Store

TEXT = "hmm, three of those KX-77 maybe"


def unsure(text: str = TEXT) -> Understanding:
    found = load_engine().understand(text)
    return replace(found, intents=(ScoredIntent("product_info", 0.5),), band=Band.ASK, entities={})


def saying(**proposal: Any) -> SecondOpinion:
    return SecondOpinion(TestModel(custom_output_args=proposal))


async def test_the_model_proposes_and_the_counter_still_asks() -> None:
    found = await saying(intents=["purchase"], entities={"model_number": ["KX-77"]}).ask(
        TEXT, unsure()
    )
    assert found.primary == "purchase"
    assert found.band is Band.ASK
    assert found.values("model_number") == ("KX-77",)


async def test_values_that_are_not_in_the_message_are_dropped() -> None:
    said = {"model_number": ["ZZ-99"], "email": ["boss@evil.example"], "quantity": ["7"]}
    found = await saying(intents=["purchase"], entities=said).ask(TEXT, unsure())
    assert dict(found.entities) == {}


async def test_a_sure_answer_is_not_put_to_the_model() -> None:
    first = replace(unsure(), band=Band.ACT)
    assert await saying(intents=["cancel"], entities={}).ask(TEXT, first) is first


async def test_a_fault_leaves_the_engine_s_answer() -> None:
    def fail(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        raise RuntimeError("provider down")

    first = unsure()
    assert await SecondOpinion(FunctionModel(fail)).ask(TEXT, first) is first


async def test_a_late_model_leaves_the_engine_s_answer() -> None:
    async def late(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        await asyncio.sleep(30)
        raise AssertionError("was not cut short")

    first = unsure()
    assert await SecondOpinion(FunctionModel(late), patience=0.05).ask(TEXT, first) is first


@pytest.mark.parametrize("name", ["affirm", "deny", "cancel", "unsubscribe", "human"])
async def test_what_the_counter_does_at_once_is_the_engine_s_alone_to_name(name: str) -> None:
    first = unsure()
    assert await saying(intents=[name], entities={}).ask(TEXT, first) is first
    named = replace(first, intents=(ScoredIntent(name, 0.6),))
    assert await saying(intents=["purchase"], entities={}).ask(TEXT, named) is named


async def test_a_name_outside_the_interface_is_refused() -> None:
    first = unsure()
    assert await saying(intents=["delete_everything"], entities={}).ask(TEXT, first) is first


@asynccontextmanager
async def a_service(asked: list[str], **proposal: Any) -> AsyncIterator[str]:
    """A service on this machine that always proposes the same; `asked` gets the messages."""

    async def complete(request: web.Request) -> web.Response:
        question = await request.json()
        asked.append(question["messages"][-1]["content"])
        tool = question["tools"][0]["function"]["name"]
        said = json.dumps({"entities": {}, **proposal})
        call = {"id": "c1", "type": "function", "function": {"name": tool, "arguments": said}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
        head = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
        return web.json_response({**head, "choices": [choice]})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1"))


async def test_it_speaks_to_a_service_over_http() -> None:
    said = {"intents": ["purchase"], "entities": {"model_number": ["KX-77"]}}
    async with a_service([], **said) as url:
        opinion = over_http("m", url, "unused", patience=20)
        assert (await opinion.ask(TEXT, unsure())).primary == "purchase"
        await opinion.close()


#: Vague enough that the engine is unsure of one of them, whatever it was trained on.
VAGUE = (
    "three of the large ones",
    "the blue thing again",
    "about the thing from last time",
    "hm the tray maybe",
    "Tuesday then",
    "so what about the roof",
    "purple",
    "the other paper",
)


async def say(counter: Counter, text: str, number: int) -> None:
    sender = Sender(visitor_id="v-1")
    await counter.desk.receive(
        IncomingMessage(
            channel=Channel.CHAT,
            channel_message_id=f"v-1:{number}",
            sender=sender,
            sent_at=utc_now(),
            text=text,
            key=str(number),
        )
    )


def settings_with(folder: Path, **more: Any) -> Settings:
    return Settings(database_url=SecretStr("sqlite://"), data_dir=folder, **more)


async def test_the_counter_asks_for_what_it_is_unsure_of_and_logs_both_answers(
    store: Store, tmp_path: Path
) -> None:
    asked: list[str] = []
    async with a_service(asked, intents=["contact"]) as url:
        counter = await assemble(
            settings_with(tmp_path, llm_base_url=url, llm_model="m", llm_api_key=SecretStr("k")),
            store,
        )
        unsure_of = [text for text in VAGUE if load_engine().understand(text).band is Band.ASK]
        with capture_logs() as logs:
            for number, text in enumerate((*unsure_of, "please cancel my order")):
                await say(counter, text, number)
        assert counter.opinion is not None
        await counter.opinion.close()
    assert unsure_of
    assert asked == unsure_of
    told = [entry for entry in logs if entry["event"] == "second_opinion"]
    assert [entry["model"] for entry in told] == [["contact"]] * len(unsure_of)
    assert all(entry["engine"] for entry in told)


async def test_the_model_is_not_asked_again_for_a_message_that_comes_again(
    store: Store, tmp_path: Path
) -> None:
    asked: list[str] = []
    [unsure_of, *_] = [text for text in VAGUE if load_engine().understand(text).band is Band.ASK]
    async with a_service(asked, intents=["contact"]) as url:
        settings = settings_with(tmp_path, llm_base_url=url, llm_model="m")
        counter = await assemble(settings, store)
        await asyncio.gather(*(say(counter, unsure_of, 1) for _ in range(3)))
        after_a_restart = await assemble(settings, store)
        await say(after_a_restart, unsure_of, 1)
        for one in (counter, after_a_restart):
            assert one.opinion is not None
            await one.opinion.close()
    assert asked == [unsure_of]


async def test_a_service_that_is_down_is_no_hindrance(store: Store, tmp_path: Path) -> None:
    settings = settings_with(tmp_path, llm_base_url="http://127.0.0.1:9/v1", llm_model="m")
    counter = await assemble(settings, store)
    for number, text in enumerate(VAGUE):
        await say(counter, text, number)
    assert counter.opinion is not None
    await counter.opinion.close()


async def test_a_service_without_a_model_is_refused_at_start(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LLM_MODEL"):
        await assemble(settings_with(tmp_path, llm_base_url="http://127.0.0.1:9/v1"), store)


def test_who_does_not_use_it_does_not_load_its_libraries() -> None:
    code = "import bot.assembly, sys; sys.exit(bool({'pydantic_ai', 'openai'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
